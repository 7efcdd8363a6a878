"""What time takes away of hearings: who observed them. How many applied and how it was decided stays."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from hearings.invitations.tables import Observer
from hearings.observers.sending import CODE
from hearings.rules import HELD, OVER
from hearings.tables import HEARING_NAME, Hearing, Listing
from shared import vault
from shared.forgetting import BATCH, forgotten
from shared.vault import Vault

GONE = "forgotten:"
NOBODY = "旁听人员"


def forget_observers(session: Session, *, office: UUID, days: int, sealing: Vault, now: datetime, by: str) -> int:
    """Name, ID number, telephone, outlet, needs and code of observers, so many days after the hearing was over."""
    over = select(Listing.hearing_id).group_by(col(Listing.hearing_id)).having(
        func.max(col(Listing.ends_at)) < now - timedelta(days=days)
    )
    rows = session.exec(
        select(Observer).join(Hearing, col(Hearing.id) == col(Observer.hearing_id))
        .where(Hearing.office_id == office, col(Hearing.state).in_(HELD | OVER), col(Observer.hearing_id).in_(over),
               ~col(Observer.code_index).startswith(GONE))
        .limit(BATCH)
    ).all()
    for row in rows:
        _forget(row, sealing)
    return forgotten(session, "observers", len(rows), office=office, now=now, by=by)


def _forget(row: Observer, sealing: Vault) -> None:
    """Nothing of the person is left under the seals; the row keeps its kind, state and times."""
    row.name = sealing.seal(NOBODY, purpose=HEARING_NAME)
    row.id_number, row.phone = sealing.seal("", purpose=vault.ID_NUMBER), sealing.seal("", purpose=vault.PHONE)
    row.id_index, row.code_index = f"{GONE}{row.id.hex}", f"{GONE}{row.id.hex}"
    row.code = sealing.seal("", purpose=CODE)
    row.outlet, row.needs, row.reason, row.request_key = "", [], "", None
