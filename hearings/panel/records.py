"""A draw as it is kept: the public record, what stays sealed, and the newest draw of a hearing."""

from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from hearings.panel.lots import Record
from hearings.panel.pool import Pool
from hearings.tables import DRAW_SECRET, Draw
from shared.vault import Vault


class Secret(msgspec.Struct, frozen=True):
    """What stays sealed: the office's number, the key of the salts, and who is behind each ticket."""

    nonce: str
    key: str
    members: dict[str, UUID]


def newest_draw(session: Session, hearing_id: UUID) -> Draw | None:
    return session.exec(select(Draw).where(Draw.hearing_id == hearing_id).order_by(col(Draw.version).desc())).first()


def record_of(row: Draw) -> Record:
    return msgspec.convert(row.record, Record)


def secret_of(row: Draw, sealing: Vault) -> Secret:
    return msgspec.json.decode(sealing.unseal(row.secret, purpose=DRAW_SECRET), type=Secret)


def keep(session: Session, row: Draw, record: Record) -> None:
    row.record = msgspec.to_builtins(record)
    session.add(row)
    session.flush()


def barred_now(pool: Pool, secret: Secret) -> set[str]:
    able = {one.id for one in pool.eligible}
    return {ticket for ticket, member in secret.members.items() if member not in able}
