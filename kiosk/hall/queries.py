"""What the supervisor's page reads besides the hall's picture: tasks, who sits where, why a window stands as it does, what was
promised to those who wait, decisions and what became of them."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import func
from sqlmodel import Session, col, select

from kiosk.hall.tables import Decision
from kiosk.plan import HallPlan
from kiosk.queries import TaskView, open_tasks
from kiosk.window.overview import STOPS, DeviceView, Seated, devices, promised, seated
from shared.journal import JournalLine

DECISIONS = 6


class Stand(msgspec.Struct, frozen=True):
    """Since when and why a window is open, paused or closed."""

    since: datetime
    reason: str


class HallOverview(msgspec.Struct, frozen=True):
    """All that the supervisor's page reads at once. ``promised``: ticket -> until when they were told to be called."""

    tasks: list[TaskView]
    people: dict[UUID, Seated]
    devices: list[DeviceView]
    stands: dict[UUID, Stand]
    promised: dict[UUID, datetime]
    decisions: list[Decision]


def hall_overview(session: Session, *, plan: HallPlan, now: datetime) -> HallOverview:
    return HallOverview(
        open_tasks(session, hall=plan.id), seated(session, plan=plan, now=now), devices(session, hall=plan.id),
        stands(session, plan=plan), promised(session, hall=plan.id), decisions(session, plan=plan, now=now),
    )


def stands(session: Session, *, plan: HallPlan) -> dict[UUID, Stand]:
    """The last word of the journal on each window."""
    subjects = {f"window:{one.id}": one.id for one in plan.windows}
    latest = (
        select(func.max(col(JournalLine.id)))
        .where(col(JournalLine.subject).in_(subjects), col(JournalLine.act).in_(STOPS)).group_by(col(JournalLine.subject))
    )
    rows = session.exec(select(JournalLine).where(col(JournalLine.id).in_(latest))).all()
    return {subjects[row.subject]: Stand(row.at, row.reason) for row in rows}


def decisions(session: Session, *, plan: HallPlan, now: datetime) -> list[Decision]:
    """The latest decisions of the last days, newest first; what was only asked is not among them."""
    since = now - timedelta(days=7)
    lately = (Decision.hall_id == plan.id, col(Decision.decided_at).is_not(None), col(Decision.asked_at) > since)
    rows = session.exec(select(Decision).where(*lately).order_by(col(Decision.decided_at).desc()).limit(DECISIONS)).all()
    for row in rows:
        session.expunge(row)
    return list(rows)
