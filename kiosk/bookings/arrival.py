"""Checking in: somebody with a booking is here and gets a number, by the ordinary issue, at the place that the order gives to a
booking that is early, on time or late."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col

from kiosk.actions import Issued
from kiosk.bookings import rules
from kiosk.bookings.places import moved, note
from kiosk.bookings.tables import Booking, BookingState
from kiosk.forecast.forecast import Offer
from kiosk.plan import HallPlan
from kiosk.slips import actions as slips
from kiosk.tables import Ticket
from shared.errors import Refused

COMES = (BookingState.CONFIRMED, BookingState.NO_SHOW, BookingState.CHECKED_IN)


def check_in(
    session: Session, *, plan: HallPlan, booking: UUID, now: datetime, by: str, device: UUID | None = None, lane: str = "",
    needs: Sequence[str] = (), language: str = "", promised: Offer | None = None,
) -> Issued:
    """Gives the number; again: the same number. With a ``device`` its printer prints the slip; ``promised``: what is said of the
    wait with it.

    Refuses ``unknown-code`` (also one that was cancelled), ``booking-not-today``, and what `actions.issue` refuses.
    """
    moved(session, plan)
    row = session.get(Booking, booking, populate_existing=True)
    if row is None or row.hall_id != plan.id or row.state not in COMES:
        raise Refused("unknown-code", 404)
    if row.state != BookingState.CHECKED_IN:
        rules.check_arrival(plan, row.starts_at, now)
    service = plan.services_by_id[row.service_id]
    issued = slips.take_number(
        session, plan=plan, service=service.code, now=now, by=by, device=device, lane=lane, needs=needs,
        language=language or row.language, key=f"booking:{row.id.hex}", slot=row.starts_at, promised=promised,
    )
    if issued.fresh:
        session.exec(update(Ticket).where(col(Ticket.id) == issued.id).values(booked_at=row.starts_at))
        row.state, row.ticket_id, row.ended_at = BookingState.CHECKED_IN, issued.id, now
        session.add(row)
        note(session, plan, "booking-checked-in", row, by, now)
    return issued
