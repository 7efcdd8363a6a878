"""What screens show that is not in the hall's picture: past tickets, the public board, tasks for staff."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, bindparam, exists
from sqlmodel import Session, col, select

from kiosk.discreet.tables import DiscreetVisit
from kiosk.picture import Picture, Standing
from kiosk.tables import Task, Ticket
from shared.prepared import Prepared

BOARD_CALLS = 5
APART = "apart"  # the kind of tasks about discreet visits, which most may not see

_BY_CODE = Prepared(
    select(*[col(getattr(Ticket, name)) for name in Standing.__struct_fields__]).where(
        col(Ticket.hall_id) == bindparam("hall"), col(Ticket.code) == bindparam("code"),
        ~exists().where(col(DiscreetVisit.ticket_id) == col(Ticket.id)),
    )
)
_HALL_OF_CODE = Prepared(select(col(Ticket.hall_id)).where(col(Ticket.code) == bindparam("code")))


class BoardCall(msgspec.Struct, frozen=True):
    """One call as everybody may see it."""

    call_id: int
    number: str
    window: str
    called_at: datetime


class BoardWaiting(msgspec.Struct, frozen=True):
    service: str
    count: int


class BoardOut(msgspec.Struct, frozen=True):
    """The public board. It has fields for nothing that is not public."""

    version: int
    calls: list[BoardCall]
    waiting: list[BoardWaiting]


class TaskView(msgspec.Struct, frozen=True):
    """Something staff must see to."""

    id: UUID
    kind: str
    subject: str
    place: str
    detail: dict[str, str]
    opened_at: datetime
    role: str = ""
    escalated_at: datetime | None = None


def board_of(picture: Picture) -> bytes:
    """The public board as JSON: newest call first."""
    calls = [BoardCall(one.id, one.number, one.window, one.called_at) for one in picture.recent_calls(BOARD_CALLS)]
    waiting = [BoardWaiting(one.code, picture.waiting(one)) for one in picture.plan.services]
    return msgspec.json.encode(BoardOut(picture.version, calls, waiting))


def past_ticket(session: Session, *, hall: UUID, code: str) -> Standing | None:
    """A ticket by its code, whatever has become of it. Never one of a discreet visit."""
    row = _BY_CODE.first(session, hall=hall, code=code)
    return Standing(*row) if row else None


def hall_of_code(session: Session, *, code: str) -> UUID | None:
    """The hall that gave a ticket."""
    row = _HALL_OF_CODE.first(session, code=code)
    return row.hall_id if row else None


def open_tasks(session: Session, *, hall: UUID) -> list[TaskView]:
    """The open tasks of a hall, oldest first; never those about discreet visits."""
    return _tasks(session, hall, col(Task.kind) != APART)


def tasks_apart(session: Session, *, hall: UUID) -> list[TaskView]:
    """The open tasks about discreet visits, for those who may know of them."""
    return _tasks(session, hall, col(Task.kind) == APART)


def _tasks(session: Session, hall: UUID, kinds: ColumnElement[bool]) -> list[TaskView]:
    wanted = select(Task).where(col(Task.hall_id) == hall, col(Task.closed_at).is_(None), kinds)
    return [TaskView(row.id, row.kind, row.subject, row.place, row.detail, row.opened_at, row.role, row.escalated_at)
            for row in session.exec(wanted.order_by(col(Task.opened_at)))]
