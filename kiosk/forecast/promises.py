"""Promised waits and what became of them: kept at issue, scored when the call has come, counted for the hall's own conscience."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from sqlmodel import Session, col, func, select

from kiosk import wait
from kiosk.desk import tasks
from kiosk.forecast.forecast import Kept
from kiosk.plan import HallPlan
from kiosk.tables import Call, CallKind, Promise, State, Ticket

KEPT, BROKEN, VOID = "kept", "broken", "void"
TASK = "promises"
WEEK = timedelta(days=7)
BATCH = 300
OVER = (State.DONE, State.CANCELLED, State.EXPIRED)


class Given(msgspec.Struct, frozen=True):
    """A promise that is still open: until when somebody was told to be called."""

    ticket: UUID
    until: datetime


class PromiseDay(msgspec.Struct, frozen=True):
    """One day's promises. ``covered``: called within what four of five plays did not exceed; ``void``: the visitor asked for more
    time or left; minutes on average: ``promised`` (the upper end) and ``waited``."""

    day: date
    kept: int
    covered: int
    broken: int
    void: int
    promised: int
    waited: int

    @property
    def tested(self) -> int:
        return self.kept + self.broken


def given_to(session: Session, *, tickets: Sequence[UUID]) -> list[Given]:
    """What was promised with these numbers, as long as they have not been called."""
    called = select(Call.id).where(col(Call.ticket_id) == col(Promise.ticket_id)).exists()
    wanted = select(Promise.ticket_id, Promise.at, Promise.high).where(col(Promise.ticket_id).in_(tickets), ~called)
    rows = session.exec(wanted).all()
    return [Given(ticket, at + timedelta(minutes=high)) for ticket, at, high in rows]


def ripe(session: Session, *, hall: UUID) -> list[UUID]:
    """Open promises whose visitor has been called or has left."""
    called = select(Call.id).where(col(Call.ticket_id) == col(Promise.ticket_id)).exists()
    rows = session.exec(
        select(Promise.ticket_id).join(Ticket, col(Ticket.id) == col(Promise.ticket_id))
        .where(Promise.hall_id == hall, Promise.outcome == "", called | col(Ticket.state).in_(OVER)).limit(BATCH)
    ).all()
    return list(rows)


def score(session: Session, *, plan: HallPlan, tickets: Sequence[UUID], now: datetime, by: str) -> None:
    """What became of these promises, by the first call. Opens or closes the task about promises that do not hold."""
    first = select(col(Call.ticket_id), func.min(col(Call.called_at), type_=Call.called_at.type).label("at"))  # type: ignore[attr-defined]
    called = dict(session.exec(first.where(col(Call.ticket_id).in_(tickets), Call.kind != CallKind.RECALL)
                               .group_by(col(Call.ticket_id))).all())
    rows = session.exec(
        select(Promise, Ticket).join(Ticket, col(Ticket.id) == col(Promise.ticket_id))
        .where(col(Promise.ticket_id).in_(tickets), Promise.outcome == "")
    ).all()
    for promise, ticket in rows:
        promise.outcome, promise.waited = _outcome(promise, ticket, called.get(ticket.id))
        session.add(promise)
    session.flush()
    watch(session, plan=plan, now=now, by=by)


def _outcome(promise: Promise, ticket: Ticket, called: datetime | None) -> tuple[str, float | None]:
    """Somebody who left without a call and after the promised time was not kept a promise either."""
    ended = called or ticket.ended_at
    if ended is None or ticket.deferrals:
        return VOID, None
    waited = (ended - promise.at).total_seconds() / 60
    if called is None:
        return (BROKEN, waited) if waited > promise.high else (VOID, None)
    return KEPT if waited <= promise.high else BROKEN, waited


def watch(session: Session, *, plan: HallPlan, now: datetime, by: str) -> None:
    """A task for staff while too few of the last fifty were called within the promised P80."""
    rows = session.exec(
        select(Promise.waited, Promise.p80).where(Promise.hall_id == plan.id, col(Promise.outcome).in_((KEPT, BROKEN)))
        .order_by(col(Promise.at).desc()).limit(wait.SCORED)
    ).all()
    covered = [waited is not None and waited <= p80 for waited, p80 in rows]
    if wait.untrustworthy(covered):
        tasks.open_task(session, plan=plan, kind=TASK, subject=TASK, now=now, by=by)
    else:
        tasks.solve(session, plan=plan, subject=TASK, now=now, by=by)


def kept_lately(session: Session, *, hall: UUID, now: datetime) -> Kept:
    """The promises of the last seven days."""
    rows = session.exec(
        select(Promise.outcome, func.count()).where(Promise.hall_id == hall, Promise.at > now - WEEK)
        .group_by(col(Promise.outcome))
    ).all()
    counted = dict(rows)
    return Kept(counted.get(KEPT, 0), counted.get(KEPT, 0) + counted.get(BROKEN, 0))


def by_day(session: Session, *, plan: HallPlan, now: datetime, days: int) -> list[PromiseDay]:
    """The last days, the newest first."""
    rows = session.exec(
        select(Promise).where(Promise.hall_id == plan.id, Promise.outcome != "", Promise.at > now - timedelta(days=days))
    ).all()
    found: dict[date, list[Promise]] = {}
    for row in rows:
        found.setdefault(plan.today(row.at), []).append(row)
    return [_day(day, found[day]) for day in sorted(found, reverse=True)]


def _day(day: date, rows: list[Promise]) -> PromiseDay:
    tested = [row for row in rows if row.waited is not None]
    kept, count = sum(row.outcome == KEPT for row in tested), max(len(tested), 1)
    return PromiseDay(
        day=day, kept=kept, covered=sum((row.waited or 0) <= row.p80 for row in tested), broken=len(tested) - kept,
        void=len(rows) - len(tested), promised=round(sum(row.high for row in tested) / count),
        waited=round(sum(row.waited or 0 for row in tested) / count),
    )
