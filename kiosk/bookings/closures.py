"""A span in which the office cannot receive who has booked: closed for new bookings, and everybody in it moved to the next free
slot and told, or told that they have to choose another one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from kiosk.bookings import actions as bookings
from kiosk.bookings.places import DESK, moved
from kiosk.bookings.queries import slots
from kiosk.bookings.tables import Booking, BookingClosure, BookingState
from kiosk.plan import HallPlan
from kiosk.window.actions import reason_of
from shared.errors import Refused
from shared.journal import record
from shared.settings import Settings
from shared.vault import Vault


class Cleared(msgspec.Struct, frozen=True):
    """What became of the bookings in a closed span."""

    moved: int
    cancelled: int


def close_span(
    session: Session, *, plan: HallPlan, service: str, begins_at: datetime, ends_at: datetime, reason: str, moving: bool,
    sealing: Vault, settings: Settings, now: datetime, by: str,
) -> Cleared:
    """``service``: its code, empty for the whole hall. ``moving``: to the next free slot, where there is one; else the booking
    ends. Everybody is told, with the ``reason`` in these words.

    Refuses ``unknown-service``, ``booking-time-needed``, ``reason-needed``.
    """
    moved(session, plan)
    told = reason_of(reason)
    if ends_at <= begins_at or ends_at <= now:
        raise Refused("booking-time-needed", 422)
    ours = plan.service(service).id if service else None
    session.add(BookingClosure(hall_id=plan.id, service_id=ours, begins_at=begins_at, ends_at=ends_at, reason=told, made_at=now))
    session.flush()
    rows = _within(session, plan, ours, begins_at, ends_at, now)
    means = {"plan": plan, "sealing": sealing, "settings": settings, "now": now, "by": by, "source": DESK,
             "reason": told, "office": True}
    cleared = clear(session, rows, moving, means)
    record(session, office=plan.office_id, act="bookings-closed", subject=f"hall:{plan.id.hex}", by=by, now=now, reason=told,
           detail={"service": service, "from": f"{begins_at:%Y-%m-%dT%H:%MZ}", "until": f"{ends_at:%Y-%m-%dT%H:%MZ}",
                   "moved": cleared.moved, "cancelled": cleared.cancelled})
    return cleared


def clear(session: Session, rows: Sequence[Booking], moving: bool, means: dict[str, object]) -> Cleared:
    """Moves these bookings (``moving``) or ends them, and tells everybody."""
    count = sum(_is_moved(session, row, moving, means) for row in rows)
    return Cleared(count, len(rows) - count)


def reopen(session: Session, *, plan: HallPlan, closure: UUID, now: datetime, by: str) -> None:
    """The span can be booked again. Twice is no fault."""
    moved(session, plan)
    row = session.get(BookingClosure, closure)
    if row is not None and row.hall_id == plan.id:
        session.delete(row)
        record(session, office=plan.office_id, act="bookings-reopened", subject=f"hall:{plan.id.hex}", by=by, now=now,
               detail={"from": f"{row.begins_at:%Y-%m-%dT%H:%MZ}", "until": f"{row.ends_at:%Y-%m-%dT%H:%MZ}"})


def _within(
    session: Session, plan: HallPlan, service: UUID | None, begins_at: datetime, ends_at: datetime, now: datetime
) -> Sequence[Booking]:
    """The bookings that touch the span and whose time has not passed."""
    rows = session.exec(
        select(Booking).where(Booking.hall_id == plan.id, Booking.state == BookingState.CONFIRMED,
                              col(Booking.starts_at) < ends_at, col(Booking.starts_at) > now)
        .order_by(col(Booking.starts_at), col(Booking.id))
    ).all()
    return [row for row in rows if row.starts_at + timedelta(minutes=row.minutes) > begins_at
            and service in (None, row.service_id)]


def _is_moved(session: Session, row: Booking, moving: bool, means: dict[str, object]) -> bool:
    """To the next free slot after its own; when there is none, or none is wanted, it ends."""
    act = {"booking": row.id, **means}
    free = _next_free(session, row, means) if moving else None
    if free is None:
        bookings.cancel(session, **act)  # type: ignore[arg-type]
        return False
    bookings.move(session, starts_at=free, **act)  # type: ignore[arg-type]
    return True


def _next_free(session: Session, row: Booking, means: dict[str, object]) -> datetime | None:
    plan, now = means["plan"], means["now"]
    assert isinstance(plan, HallPlan) and isinstance(now, datetime)
    found = slots(session, plan=plan, service=plan.services_by_id[row.service_id], now=now, lead=0,
                  first=plan.today(row.starts_at))
    return next((one.starts_at for one in found if one.left and one.starts_at > row.starts_at), None)
