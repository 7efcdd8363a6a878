"""Which one of several screens speaks: a lease with an end, asked for again and again. When the speaking screen dies, another has
it within seconds; two never speak at once, or the hall would echo."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import update
from sqlmodel import Session, col, select

from kiosk.discreet.tables import SpeakerLease
from kiosk.plan import HallPlan
from kiosk.tables import Call

SECONDS = 6  # for a hall whose office has not laid down ``call.lease_seconds``
SPOKEN_KEPT = 24


class Lease(msgspec.Struct, frozen=True):
    """``speaks``: this screen has it, for so many ``seconds``; ``spoken``: the latest calls that have been said by whichever."""

    speaks: bool
    seconds: int
    spoken: list[int]


def take_lease(session: Session, *, plan: HallPlan, zone: str, screen: str, now: datetime, able: bool = True) -> Lease:
    """Asks to speak, or to go on speaking, in a zone. ``able``: false gives the lease back."""
    seconds = plan.provisions.get("call.lease_seconds", SECONDS)
    until = now + timedelta(seconds=seconds) if able else now
    return Lease(_take(session, plan.id, zone, screen, until, now) and able, seconds, _spoken(session, plan.id))


def _take(session: Session, hall: UUID, zone: str, screen: str, until: datetime, now: datetime) -> bool:
    """One statement decides: nobody has it, it is ours, or it has run out."""
    here = (col(SpeakerLease.hall_id) == hall, col(SpeakerLease.zone) == zone)
    free = (col(SpeakerLease.screen) == screen) | (col(SpeakerLease.until) <= now)
    took = session.exec(update(SpeakerLease).where(*here, free).values(screen=screen, until=until))
    if took.rowcount:
        return True
    if session.get(SpeakerLease, (hall, zone)) is not None:
        return False
    session.add(SpeakerLease(hall_id=hall, zone=zone, screen=screen, until=until))
    session.flush()
    return True


def _spoken(session: Session, hall: UUID) -> list[int]:
    latest = select(Call.id).where(Call.hall_id == hall, col(Call.spoken_at).is_not(None)).order_by(col(Call.id).desc())
    return [one for one in session.exec(latest.limit(SPOKEN_KEPT)).all() if one is not None]
