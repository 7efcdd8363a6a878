"""Requests to step aside that are not settled yet. Reads only."""

from uuid import UUID

from sqlmodel import Session, col, select

from hearings.invitations.tables import Recusal
from hearings.recusal.rules import PENDING, STEPPED_ASIDE
from hearings.tables import Hearing


def recusals_of(session: Session, hearing_id: UUID) -> list[Recusal]:
    """Every request about a hearing, oldest first."""
    return list(session.exec(select(Recusal).where(Recusal.hearing_id == hearing_id).order_by(col(Recusal.id))).all())


def in_the_way(session: Session, hearing: Hearing) -> list[Recusal]:
    """What must be settled before the hearing may begin: undecided requests, and moderator or clerk who had to step aside and
    has not been replaced."""
    return [row for row in recusals_of(session, hearing.id) if row.state in PENDING or to_replace(hearing, row)]


def to_replace(hearing: Hearing, row: Recusal) -> bool:
    """Whether this is about staff who had to step aside and are named still."""
    serving = {f"staff:{staff.hex}" for staff in (hearing.moderator, hearing.clerk) if staff}
    return row.state in STEPPED_ASIDE and row.target in serving
