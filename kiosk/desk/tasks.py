"""Tasks for staff: a visitor asks for help, a kiosk or a printer is out of service. Each is opened once and closed when it
is solved, by itself or by a member of staff; who is told and how it looks is for the guide desk's screen.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import update
from sqlmodel import Session, col, select

from kiosk.plan import HallPlan
from kiosk.tables import Task, Ticket
from shared.errors import Refused
from shared.journal import record
from shared.live import bump
from shared.people import Device, DeviceKind

HELP = "help"
KIOSK_DOWN = "kiosk-down"
PRINTER = "printer"
STORAGE = "storage"
STILL = "still"
SILENT_AFTER = timedelta(minutes=3)  # a device is noted as seen once a minute, so this is two notes missed


class TaskState(msgspec.Struct, frozen=True):
    """What the visitor may know of a task: whether staff have seen to it."""

    id: UUID
    kind: str
    subject: str
    detail: dict[str, str]
    closed: bool
    closed_by: str


def device_subject(kind: str, device: UUID | None) -> str:
    """The subject of a task about one device; all unpaired kiosks of a hall are one."""
    return f"{kind}:{device.hex if device else 'unpaired'}"


def still_subject(ticket: UUID) -> str:
    """The subject of a visitor's "I am still waiting"."""
    return f"{STILL}:{ticket.hex}"


def open_task(
    session: Session, *, plan: HallPlan, kind: str, subject: str, now: datetime, by: str, place: str = "",
    detail: Mapping[str, str] | None = None,
) -> UUID:
    """Opens a task, or adds to the one that is open for the same subject. Returns its id."""
    task = _open_on(session, plan.id, subject)
    told = dict(detail or {})
    if task is not None and task.detail == task.detail | told:
        return task.id
    bump(session, plan.board)
    task = _open_on(session, plan.id, subject)
    if task is not None:
        task.detail = task.detail | told
        session.add(task)
        return task.id
    task = Task(hall_id=plan.id, kind=kind, subject=subject, place=place, detail=told, opened_at=now)
    session.add(task)
    record(session, office=plan.office_id, act="task-opened", subject=f"task:{task.id.hex}", by=by, now=now,
           detail={"kind": kind, "place": place})
    return task.id


def close_task(session: Session, *, plan: HallPlan, task: UUID, now: datetime, by: str) -> TaskState:
    """Someone has seen to it. Closing again changes nothing. Refuses ``unknown-task``."""
    bump(session, plan.board)
    row = session.get(Task, task)
    if row is None or row.hall_id != plan.id:
        raise Refused("unknown-task", 404)
    if row.closed_at is None:
        _close(session, plan, row, now, by)
        _answer(session, plan, row, now)
    return _state(row)


def solve(session: Session, *, plan: HallPlan, subject: str, now: datetime, by: str) -> bool:
    """Closes the open task about a subject, if there is one: the fault is over."""
    row = _open_on(session, plan.id, subject)
    if row is None:
        return False
    bump(session, plan.board)
    _close(session, plan, row, now, by)
    return True


def watch_kiosks(session: Session, *, plan: HallPlan, now: datetime, by: str) -> None:
    """Opens a task for each paired kiosk not seen for `SILENT_AFTER` while the hall is open; closes those that are back."""
    for device in _kiosks(session, plan.id):
        subject = device_subject(KIOSK_DOWN, device.id)
        alive = device.revoked_at is not None or device.seen_at is None or now - device.seen_at < SILENT_AFTER
        if alive:
            solve(session, plan=plan, subject=subject, now=now, by=by)
        elif plan.is_open(now):
            open_task(session, plan=plan, kind=KIOSK_DOWN, subject=subject, place=device.name, now=now, by=by,
                      detail={"reason": "silent"})


def watch_storage(session: Session, *, plan: HallPlan, fault: str, now: datetime, by: str) -> None:
    """Opens a task while nothing can be saved (``fault``: the storage's code, empty when all is well), then closes it.

    The task is itself a write: while it cannot be kept, it is tried again.
    """
    if not fault:
        solve(session, plan=plan, subject=STORAGE, now=now, by=by)
        return
    open_task(session, plan=plan, kind=STORAGE, subject=STORAGE, now=now, by=by, detail={"reason": fault})


def is_open(session: Session, *, hall: UUID, subject: str) -> bool:
    """Whether a task about this subject is open."""
    return _open_on(session, hall, subject) is not None


def detail_of(session: Session, *, hall: UUID, subject: str) -> dict[str, str] | None:
    """What the open task about this subject says; None where none is open."""
    row = _open_on(session, hall, subject)
    return row.detail if row else None


def task_state(session: Session, *, hall: UUID, task: UUID) -> TaskState | None:
    """One task of a hall as its visitor may see it."""
    row = session.get(Task, task)
    return _state(row) if row is not None and row.hall_id == hall else None


def _kiosks(session: Session, hall: UUID) -> list[Device]:
    paired = (Device.hall_id == hall, Device.kind == DeviceKind.KIOSK, col(Device.digest).is_not(None))
    return list(session.exec(select(Device).where(*paired)).all())


def _open_on(session: Session, hall: UUID, subject: str) -> Task | None:
    wanted = (Task.hall_id == hall, Task.subject == subject, col(Task.closed_at).is_(None))
    return session.exec(select(Task).where(*wanted).execution_options(populate_existing=True)).first()


def _close(session: Session, plan: HallPlan, row: Task, now: datetime, by: str) -> None:
    row.closed_at, row.closed_by = now, by
    session.add(row)
    record(session, office=plan.office_id, act="task-closed", subject=f"task:{row.id.hex}", by=by, now=now,
           detail={"kind": row.kind})


def _answer(session: Session, plan: HallPlan, row: Task, now: datetime) -> None:
    """The visitor who asked sees that somebody has seen to it."""
    if row.kind == STILL:
        ticket = UUID(hex=row.subject.partition(":")[2])
        session.exec(update(Ticket).where(col(Ticket.id) == ticket).values(answered_at=now, version=bump(session, plan.board)))


def _state(row: Task) -> TaskState:
    return TaskState(row.id, row.kind, row.subject, row.detail, row.closed_at is not None, row.closed_by)
