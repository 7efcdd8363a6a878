"""The watchdog at work: reads the hall, opens what `watch` finds, raises what nobody sees to, closes what is over. Nothing is
raised twice: what a member of staff has closed stays closed until it happens anew."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, func, text
from sqlalchemy import select as plain
from sqlmodel import Session, col, select

from kiosk.desk import tasks
from kiosk.hall import watch
from kiosk.hall.tables import Decision, DoorCount
from kiosk.plan import HallPlan
from kiosk.queries import APART
from kiosk.tables import IN_HALL, Call, Slip, SlipState, State, Task, Ticket, WindowState
from shared.journal import JournalLine, record
from shared.live import bump
from shared.people import Device, DeviceKind
from shared.prepared import Prepared

VISITS = Prepared(
    plain(col(Ticket.id), col(Ticket.number), col(Ticket.state), col(Ticket.transferred_from), col(Ticket.called_at),
          col(Ticket.window_id), col(Ticket.errand_at))
    .where(col(Ticket.hall_id) == bindparam("hall"), text(f"ticket.{IN_HALL}"), text("ticket.state <> 'serving'"))
)
LAST_CALL = Prepared(
    plain(col(Call.called_at), col(Call.shown_at)).where(col(Call.hall_id) == bindparam("hall"))
    .order_by(col(Call.id).desc()).limit(1)
)
TASKS = Prepared(
    plain(col(Task.id), col(Task.kind), col(Task.subject), col(Task.role), col(Task.opened_at), col(Task.escalated_at))
    .where(col(Task.hall_id) == bindparam("hall"), text("task.closed_at IS NULL"), col(Task.kind) != APART)
)
MISSING = (SlipState.QUEUED, SlipState.SENT, SlipState.FAILED, SlipState.UNKNOWN)
PUT = ("ticket-held", "ticket-transferred")
REMIND = timedelta(minutes=30)  # so long a decision that was not carried out is reminded of
DECISIONS = Prepared(
    plain(col(Decision.id), col(Decision.window), col(Decision.act), col(Decision.begins_at), col(Decision.ends_at))
    .where(col(Decision.hall_id) == bindparam("hall"), col(Decision.decided_at).is_not(None),
           col(Decision.begins_at) <= bindparam("now"), col(Decision.begins_at) > bindparam("oldest"))
)


class Findings(msgspec.Struct, frozen=True):
    """What is to be done about the hall's tasks. ``over``: the subjects of what is over; ``raised``: task -> role."""

    fresh: list[watch.Sign]
    over: list[str]
    raised: dict[UUID, str]

    def __bool__(self) -> bool:
        return bool(self.fresh or self.over or self.raised)


def keep_watch(session: Session, *, plan: HallPlan, now: datetime, by: str) -> Findings:
    """Opens, closes and raises tasks as the hall stands; again at once: nothing. Returns what was done."""
    found = findings(session, plan=plan, now=now)
    for sign in found.fresh:
        tasks.open_task(session, plan=plan, kind=sign.kind, subject=sign.subject, place=sign.place, detail=sign.detail, now=now,
                        by=by)
    for subject in found.over:
        tasks.solve(session, plan=plan, subject=subject, now=now, by=by)
    for task, role in found.raised.items():
        _raise(session, plan, session.get_one(Task, task), role, now, by)
    return found


def findings(session: Session, *, plan: HallPlan, now: datetime) -> Findings:
    """What would be done now: reads only."""
    limits = watch.limits_of(plan.provisions)
    seen = look_round(session, plan=plan, limits=limits, now=now)
    signs = {one.subject: one for one in watch.signs(seen, limits, now)}
    opened = TASKS.all(session, hall=plan.id)
    known = {task.subject for task in opened}
    waits = {f"{watch.STILL}:{one.id.hex}" for one in seen.visits if one.state != "called"}
    over = [task.subject for task in opened if _is_over(task.kind, task.subject, set(signs), waits)]
    fresh = [one for one in signs.values() if one.subject not in known and not _was_seen_to(session, plan, one)]
    raised = {task.id: watch.raised_to(task.kind, task.role, task.opened_at, task.escalated_at, limits, now)
              for task in opened if task.subject not in over}
    return Findings(fresh, over, {task: role for task, role in raised.items() if role})


def _is_over(kind: str, subject: str, signs: set[str], waits: set[str]) -> bool:
    if kind == watch.STILL:
        return subject not in waits
    return kind in watch.SIGNS and subject not in signs


def _was_seen_to(session: Session, plan: HallPlan, sign: watch.Sign) -> bool:
    """Whether this very occurrence has had its task already."""
    same = (Task.hall_id == plan.id, Task.subject == sign.subject, col(Task.opened_at) >= sign.since)
    return session.exec(select(Task.id).where(*same).limit(1)).first() is not None


def _raise(session: Session, plan: HallPlan, task: Task, role: str, now: datetime, by: str) -> None:
    bump(session, plan.board)
    task.role, task.escalated_at = role, now
    session.add(task)
    record(session, office=plan.office_id, act="task-raised", subject=f"task:{task.id.hex}", by=by, now=now,
           detail={"kind": task.kind, "to": role})


# What the hall looks like -----------------------------------------------------------------------------------------------


def look_round(session: Session, *, plan: HallPlan, limits: watch.Limits, now: datetime) -> watch.Seen:
    """The hall as the watchdog sees it."""
    since = now - timedelta(minutes=limits.door)
    came, counted_at = session.exec(
        select(func.coalesce(func.sum(DoorCount.people), 0), func.min(DoorCount.at))
        .where(DoorCount.hall_id == plan.id, col(DoorCount.at) >= since)
    ).one()
    return watch.Seen(
        visits=_visits(session, plan), screens=_screens(session, plan), unshown=_unshown(session, plan),
        papers=_papers(session, plan), due=_due(session, plan, now), came=came, took=_taken(session, plan, since),
        counted_at=counted_at, is_open=plan.is_open(now),
    )


def _visits(session: Session, plan: HallPlan) -> list[watch.Visit]:
    rows = VISITS.all(session, hall=plan.id)
    put = _put_at(session, [row.id for row in rows if row.state == State.ON_HOLD or row.transferred_from])
    return [
        watch.Visit(row.id, row.number, row.state, row.transferred_from, row.called_at, put.get(row.id),
                    plan.windows_by_id[row.window_id].code if row.window_id else "",
                    away=row.state == State.ON_HOLD and row.errand_at is not None)
        for row in rows
    ]


def _put_at(session: Session, tickets: Sequence[UUID]) -> dict[UUID, datetime]:
    subjects = {f"ticket:{one.hex}": one for one in tickets}
    if not subjects:
        return {}
    lines = session.exec(
        select(JournalLine.subject, JournalLine.at)
        .where(col(JournalLine.subject).in_(subjects), col(JournalLine.act).in_(PUT)).order_by(col(JournalLine.id))
    ).all()
    return {subjects[subject]: at for subject, at in lines}


def _screens(session: Session, plan: HallPlan) -> list[watch.Screen]:
    paired = (Device.hall_id == plan.id, Device.kind == DeviceKind.LOBBY, col(Device.digest).is_not(None),
              col(Device.revoked_at).is_(None), col(Device.seen_at).is_not(None))
    rows = session.exec(select(Device.id, Device.name, Device.seen_at).where(*paired)).all()
    return [watch.Screen(key, name, seen_at) for key, name, seen_at in rows if seen_at]


def _unshown(session: Session, plan: HallPlan) -> datetime | None:
    last = LAST_CALL.first(session, hall=plan.id)
    return last.called_at if last is not None and last.shown_at is None else None


def _papers(session: Session, plan: HallPlan) -> list[watch.Paper]:
    rows = session.exec(
        select(Slip.ticket_id, Ticket.number, Device.name, Slip.made_at)
        .join(Ticket, col(Ticket.id) == col(Slip.ticket_id))
        .join(Device, col(Device.id) == col(Slip.device_id), isouter=True)
        .where(Ticket.hall_id == plan.id, text(f"ticket.{IN_HALL}"), text("ticket.state = 'waiting'"),
               col(Slip.state).in_(MISSING))
    ).all()
    return [watch.Paper(ticket, number, place or "", made_at) for ticket, number, place, made_at in rows]


def _due(session: Session, plan: HallPlan, now: datetime) -> list[watch.Due]:
    rows = DECISIONS.all(session, hall=plan.id, now=now, oldest=now - REMIND)
    states = {one.code: one.state for one in plan.windows}
    wanted = {"open": WindowState.OPEN, "pause": WindowState.PAUSED}
    return [watch.Due(row.id, row.window, row.act, row.begins_at) for row in rows
            if states.get(row.window, wanted[row.act]) != wanted[row.act] and (row.ends_at is None or now < row.ends_at)]


def _taken(session: Session, plan: HallPlan, since: datetime) -> int:
    taken = (Ticket.hall_id == plan.id, Ticket.day >= plan.today(since), col(Ticket.arrived_at) >= since)
    return session.exec(select(func.count()).select_from(Ticket).where(*taken)).one()
