"""What the database says after a load: numbers given twice, numbers left out, people called twice. Both must be none."""

from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from kiosk.tables import Call, CallKind, Tally, Ticket
from shared.database import Database
from shared.settings import Settings


class Proof(NamedTuple):
    """``gaps``: numbers up to the last one given that nobody holds."""

    tickets: int
    calls: int
    duplicates: int
    gaps: int
    called_twice: int


def proof(settings: Settings) -> Proof:
    """Reads the database from outside the centre's process."""
    database = Database(settings)
    database.start()
    try:
        return database.read_now(_proof)
    finally:
        database.stop()


def _proof(session: Session) -> Proof:
    tickets = session.exec(select(func.count()).select_from(Ticket)).one()
    held = session.exec(
        select(func.count()).select_from(select(col(Ticket.hall_id), col(Ticket.day), col(Ticket.number)).distinct().subquery())
    ).one()
    given = int(session.exec(select(func.coalesce(func.sum(col(Tally.last)), 0))).one())
    calls = session.exec(select(func.count()).select_from(Call).where(Call.kind == CallKind.NEXT)).one()
    called = session.exec(select(func.count(func.distinct(col(Call.ticket_id)))).where(Call.kind == CallKind.NEXT)).one()
    return Proof(tickets, calls, tickets - held, given - held, calls - called)
