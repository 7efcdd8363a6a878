"""When today is too late: the first free time of a later day, of those services whose numbers could no longer be honoured."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from kiosk.bookings.queries import slots
from kiosk.plan import HallPlan, ServicePlan


def first_free(
    session: Session, *, plan: HallPlan, services: Sequence[ServicePlan], now: datetime
) -> dict[str, datetime]:
    """Service code -> the first time after today that can still be booked; no entry where there is none."""
    tomorrow, found = plan.today(now) + timedelta(days=1), {}
    for service in services:
        free = (one.starts_at for one in slots(session, plan=plan, service=service, now=now, lead=0, first=tomorrow) if one.left)
        if (first := next(free, None)) is not None:
            found[service.code] = first
    return found
