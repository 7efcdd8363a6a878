"""The draws in whose pool a member of the roster was, with the salt by which they, and nobody else, can prove it."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings.panel import draw
from hearings.panel.records import record_of, secret_of
from hearings.tables import Draw, Hearing
from shared.vault import Vault

SHOWN = 20


class OwnTicket(msgspec.Struct, frozen=True):
    """``member`` and ``salt`` are what the verifier asks for; ``drawn``: None before the draw, else whether they were chosen."""

    code: str
    hearing: str
    number: int
    committed_at: datetime
    member: str
    salt: str
    ticket: str
    drawn: bool | None


def own_tickets(session: Session, *, centre: Centre, member_id: UUID, sealing: Vault) -> list[OwnTicket]:
    """The newest draws first."""
    rows = session.exec(
        select(Draw).join(Hearing, col(Hearing.id) == col(Draw.hearing_id)).where(Hearing.office_id == centre.office_id)
        .order_by(col(Draw.committed_at).desc(), col(Draw.id).desc())
    ).all()
    return [own for row in rows for own in _own(row, member_id, sealing)][:SHOWN]


def _own(row: Draw, member_id: UUID, sealing: Vault) -> list[OwnTicket]:
    secret, record = secret_of(row, sealing), record_of(row)
    ticket = next((one for one, member in secret.members.items() if member == member_id), None)
    if ticket is None:
        return []
    salt = draw.ticket_salt(secret.key, record.before.hearing, record.before.number, member_id.hex)
    panel = {seat.ticket for seat in record.after.panel} if record.after else None
    return [OwnTicket(row.code, record.before.hearing, record.before.number, row.committed_at, member_id.hex, salt, ticket,
                      ticket in panel if panel is not None else None)]
