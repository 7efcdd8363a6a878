"""What follows when a hearing changes in what people were told: earlier notices no longer hold, claimed slots are free again."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from hearings.notices import withdraw_notices
from hearings.tables import Claim, Hearing
from shared.identity import Identity


def changed_materially(session: Session, hearing: Hearing, *, why: str, now: datetime, by: Identity) -> None:
    """Time, place, moderator or openness are others now: a new ``sequence``, and everybody is to be told again. While nobody
    has approved the hearing yet nobody has been told either."""
    hearing.sequence += 1
    session.add(hearing)
    withdraw_notices(session, hearing, why=why, now=now, by=by)


def give_up_time(session: Session, hearing: Hearing, *, why: str, now: datetime, by: Identity) -> None:
    """Rooms and people are free again, and notices of the old time do not hold."""
    session.exec(delete(Claim).where(col(Claim.hearing_id) == hearing.id))
    changed_materially(session, hearing, why=why, now=now, by=by)
