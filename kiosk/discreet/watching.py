"""Nobody forgotten among those whom nobody may notice: a discreet visit left standing is a task, seen by the roles of the hall's
rule alone. Which ones are is pure; the acts around it are plain."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import bindparam
from sqlalchemy import select as plain
from sqlmodel import Session, col, select

from kiosk.desk import tasks
from kiosk.discreet.tables import DiscreetVisit
from kiosk.plan import HallPlan
from kiosk.queries import APART, tasks_apart
from kiosk.tables import ENDED, State, Task
from shared.errors import Refused
from shared.prepared import Prepared

OPEN = Prepared(
    plain(*[col(getattr(DiscreetVisit, name)) for name in ("ticket_id", "number", "state", "arrived_at", "called_at")])
    .where(col(DiscreetVisit.hall_id) == bindparam("hall"), *(col(DiscreetVisit.state) != one for one in ENDED))
)


class Standing(msgspec.Struct, frozen=True):
    """A discreet visit as it is watched."""

    id: UUID
    number: str
    state: str
    arrived_at: datetime
    called_at: datetime | None


class Sign(msgspec.Struct, frozen=True):
    """One left standing ``since`` then; ``why``: waiting, called or missed."""

    subject: str
    number: str
    why: str
    since: datetime


class Findings(msgspec.Struct, frozen=True):
    fresh: list[Sign]
    over: list[str]

    def __bool__(self) -> bool:
        return bool(self.fresh or self.over)


def signs(visits: Iterable[Standing], waits: int, calls: int, now: datetime) -> Iterator[Sign]:
    """Who has not been asked in for ``waits`` minutes, or was ``calls`` minutes ago and has not come."""
    for one in visits:
        since = one.called_at if one.state in (State.CALLED, State.MISSED) and one.called_at else one.arrived_at
        minutes = calls if one.state == State.CALLED else waits
        if one.state != State.SERVING and now - since >= timedelta(minutes=minutes):
            yield Sign(f"{APART}:{one.id.hex}:{one.state}", one.number, one.state, since)


def findings(session: Session, *, plan: HallPlan, now: datetime) -> Findings:
    """What would be done now: reads only."""
    numbers = plan.provisions
    found = {one.subject: one for one in signs(_open(session, plan), numbers["watch.apart_minutes"],
                                               numbers["watch.called_minutes"], now)}
    known = {task.subject for task in tasks_apart(session, hall=plan.id)}
    fresh = [one for key, one in found.items() if key not in known and not _was_seen_to(session, plan, one)]
    return Findings(fresh, sorted(known - set(found)))


def keep_watch(session: Session, *, plan: HallPlan, now: datetime, by: str) -> Findings:
    """Opens and closes tasks as the visits stand; again at once: nothing."""
    done = findings(session, plan=plan, now=now)
    for one in done.fresh:
        tasks.open_task(session, plan=plan, kind=APART, subject=one.subject, now=now, by=by,
                        detail={"number": one.number, "why": one.why})
    for subject in done.over:
        tasks.solve(session, plan=plan, subject=subject, now=now, by=by)
    return done


def see_to(session: Session, *, plan: HallPlan, task: UUID, now: datetime, by: str) -> None:
    """Somebody of these roles has seen to it. Refuses ``unknown-task`` for any other kind as well."""
    row = session.get(Task, task)
    if row is None or row.kind != APART:
        raise Refused("unknown-task", 404)
    tasks.close_task(session, plan=plan, task=task, now=now, by=by)




def _open(session: Session, plan: HallPlan) -> list[Standing]:
    rows = OPEN.all(session, hall=plan.id)
    return [Standing(row.ticket_id, row.number, row.state, row.arrived_at, row.called_at) for row in rows]


def _was_seen_to(session: Session, plan: HallPlan, sign: Sign) -> bool:
    """Whether this very occurrence has had its task already."""
    same = (Task.hall_id == plan.id, Task.subject == sign.subject, col(Task.opened_at) >= sign.since)
    return session.exec(select(Task.id).where(*same).limit(1)).first() is not None
