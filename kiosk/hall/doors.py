"""How many people came in, as a counter at the door reports it: waiting begins there and not at the kiosk."""

from datetime import datetime

from sqlmodel import Session, select

from kiosk.hall.tables import DoorCount
from kiosk.plan import HallPlan
from shared.errors import Refused

MOST = 1_000


def count_people(session: Session, *, plan: HallPlan, people: int, key: str | None, now: datetime, by: str) -> int:
    """Keeps one report; the same ``key`` again counts once. Returns how many it was. Refuses ``value-needed``."""
    if not 1 <= people <= MOST:
        raise Refused("value-needed", 422)
    if key is not None:
        same = select(DoorCount).where(DoorCount.hall_id == plan.id, DoorCount.request_key == key)
        if (known := session.exec(same).first()) is not None:
            return known.people
    session.add(DoorCount(hall_id=plan.id, at=now, people=people, request_key=key))
    session.flush()
    return people
