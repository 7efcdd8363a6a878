"""Which services have given out all their numbers today. A question for a screen; the limit itself is kept by `issue`."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from kiosk.plan import HallPlan
from kiosk.tables import Tally


def full_today(session: Session, *, plan: HallPlan, now: datetime) -> frozenset[UUID]:
    """The services without a number left on the office's day of ``now``."""
    limits = {one.id: one.daily_limit for one in plan.services if one.daily_limit is not None}
    rows = session.exec(select(Tally).where(col(Tally.service_id).in_(limits), Tally.day == plan.today(now))).all()
    return frozenset(row.service_id for row in rows if row.last >= (limits[row.service_id] or 0))


def has_limits(plan: HallPlan) -> bool:
    return any(one.daily_limit is not None for one in plan.services)
