"""What time does to bookings: who has not come is a no-show; and who is booked for hours that the calendar or the opening hours
have closed since is found and, when a person says so, moved and told."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from kiosk.bookings import rules
from kiosk.bookings.closures import Cleared, clear
from kiosk.bookings.places import DESK, moved, note
from kiosk.bookings.tables import Booking, BookingState
from kiosk.desk import tasks
from kiosk.plan import HallPlan
from kiosk.window.actions import reason_of
from shared.settings import Settings
from shared.vault import Vault

STRANDED = "stranded"


def close_missed(session: Session, *, plan: HallPlan, now: datetime, by: str) -> int:
    """Who has not come when late begins is a no-show, without a call; returns how many. Coming later on the day is still
    possible."""
    moved(session, plan)
    rows = session.exec(select(Booking).where(
        Booking.hall_id == plan.id, Booking.state == BookingState.CONFIRMED,
        col(Booking.starts_at) < rules.missed_by(plan, now))).all()
    for row in rows:
        row.state, row.ended_at = BookingState.NO_SHOW, now
        session.add(row)
        note(session, plan, "booking-missed", row, by, now)
    return len(rows)


def stranded(session: Session, *, plan: HallPlan, now: datetime) -> Sequence[Booking]:
    """Bookings to come at times in which the hall, as it is set up now, receives nobody."""
    rows = session.exec(
        select(Booking).where(Booking.hall_id == plan.id, Booking.state == BookingState.CONFIRMED, col(Booking.starts_at) > now)
        .order_by(col(Booking.starts_at), col(Booking.id))
    ).all()
    return [row for row in rows if not rules.receives(plan, row.starts_at, row.minutes)]


def move_stranded(
    session: Session, *, plan: HallPlan, reason: str, moving: bool, sealing: Vault, settings: Settings, now: datetime, by: str
) -> Cleared:
    """To the next free slot, where there is one (``moving``), else the booking ends; everybody is told, in the words of the
    ``reason``. Refuses ``reason-needed``."""
    moved(session, plan)
    told = reason_of(reason)
    means = {"plan": plan, "sealing": sealing, "settings": settings, "now": now, "by": by, "source": DESK, "reason": told,
             "office": True}
    cleared = clear(session, stranded(session, plan=plan, now=now), moving, means)
    tasks.solve(session, plan=plan, subject=STRANDED, now=now, by=by)
    return cleared


def strands(session: Session, *, plan: HallPlan, now: datetime) -> int | None:
    """How many are stranded, where the task about it has to be opened, changed or closed; else None."""
    count = len(stranded(session, plan=plan, now=now))
    known = tasks.detail_of(session, hall=plan.id, subject=STRANDED)
    said = int(known.get("people", 0)) if known is not None else 0
    return count if count != said else None


def tell_stranded(session: Session, *, plan: HallPlan, count: int, now: datetime, by: str) -> None:
    """A task for staff while anybody is booked for closed hours."""
    if not count:
        tasks.solve(session, plan=plan, subject=STRANDED, now=now, by=by)
        return
    tasks.open_task(session, plan=plan, kind=STRANDED, subject=STRANDED, now=now, by=by, detail={"people": str(count)})
