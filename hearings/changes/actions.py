"""What follows when a hearing changes in what people were told: earlier notices no longer hold, claimed slots are free again."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from hearings.notices.actions import withdraw_notices
from hearings.steps import note
from hearings.tables import Claim, ClaimKind, Hearing, Listing, ListingSource
from shared.identity import Identity


def changed_materially(session: Session, hearing: Hearing, *, why: str, now: datetime, by: Identity) -> None:
    """Time, place, moderator or openness are others now: a new ``sequence``, and everybody is to be told again. While nobody
    has approved the hearing yet nobody has been told either."""
    hearing.sequence += 1
    session.add(hearing)
    withdraw_notices(session, hearing, why=why, now=now, by=by)


def leave_room(session: Session, hearing: Hearing, listing: Listing, *, reason: str, now: datetime, by: Identity) -> None:
    """The hearing keeps its hour and leaves its room for the place that was approved: the room's slots are free, and a new
    version of the listing says so."""
    assert by.id is not None
    session.exec(delete(Claim).where(col(Claim.hearing_id) == hearing.id, col(Claim.kind) == ClaimKind.ROOM))
    session.add(Listing(hearing_id=hearing.id, version=listing.version + 1, begins_at=listing.begins_at, ends_at=listing.ends_at,
                        source=ListingSource.HUMAN, reason=reason, made_at=now, made_by=by.id))
    note(session, hearing, "hearing-moved", by, now, {"version": listing.version + 1, "source": ListingSource.HUMAN}, reason)
    session.flush()


def give_up_time(session: Session, hearing: Hearing, *, why: str, now: datetime, by: Identity) -> None:
    """Rooms and people are free again, and notices of the old time do not hold."""
    session.exec(delete(Claim).where(col(Claim.hearing_id) == hearing.id))
    changed_materially(session, hearing, why=why, now=now, by=by)
