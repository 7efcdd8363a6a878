"""What time takes away of letters and visits: the codes of receipts that open nothing any more. The register itself follows the
office's archive schedule."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from cases.tables import Matter, MatterHolder, Receipt
from shared.forgetting import BATCH, forgotten


def forget_receipts(session: Session, *, office: UUID, days: int, now: datetime, by: str) -> int:
    """Code and digest of receipts that expired or were revoked so many days ago; that they were given stays."""
    before = now - timedelta(days=days)
    found = session.exec(
        select(Receipt.id)
        .join(MatterHolder, col(MatterHolder.id) == col(Receipt.holder_id))
        .join(Matter, col(Matter.id) == col(MatterHolder.matter_id))
        .where(Matter.office_id == office, Receipt.digest != "",
               or_(col(Receipt.expires_at) < before, col(Receipt.revoked_at) < before))
        .limit(BATCH)
    ).all()
    for key in found:
        session.exec(update(Receipt).where(col(Receipt.id) == key).values(code=b"", digest="", code_index=f"forgotten:{key.hex}"))
    return forgotten(session, "receipts", len(found), office=office, now=now, by=by)
