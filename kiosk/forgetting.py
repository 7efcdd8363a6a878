"""What time takes away, by the office's own periods (`retention.…`, docs/data-kept.md). A period that is not laid down takes
nothing."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from cases.forgetting import forget_receipts
from cases.tables import Matter
from hearings.forgetting import forget_observers
from kiosk.bookings.forgetting import forget_bookings
from kiosk.discreet.tables import DiscreetVisit
from kiosk.push.tables import PushSubscription
from kiosk.tables import ENDED, ForgottenDay, Task, Ticket
from shared.codes import new_code
from shared.forgetting import BATCH, forget_guesses, forget_messages, forget_sign_ins, forgotten
from shared.offices import Hall, Office, provisions_on
from shared.vault import Vault

Forget = Callable[..., int]


class Due(msgspec.Struct, frozen=True):
    """What is to be forgotten of an office after so many days."""

    office: UUID
    key: str
    days: int


def acts(sealing: Vault) -> dict[str, Forget]:
    """What each period takes away."""
    return {
        "retention.ticket_days": forget_visits, "retention.task_days": forget_tasks,
        "retention.booking_days": forget_bookings,
        "retention.message_days": forget_messages, "retention.sign_in_days": forget_sign_ins,
        "retention.receipt_days": forget_receipts, "retention.attempt_days": forget_guesses,
        "retention.observer_days": partial(forget_observers, sealing=sealing),
    }  # fmt: skip


def due(session: Session, *, keys: list[str], now: datetime) -> list[Due]:
    """Every office with the periods in force on its day."""
    found = []
    for office in session.exec(select(Office).order_by(col(Office.id))).all():
        numbers = provisions_on(session, office.id, now.astimezone(ZoneInfo(office.zone)).date())
        found += [Due(office.id, key, numbers[key]) for key in keys if numbers.get(key, 0) > 0]
    return found


def forget_visits(session: Session, *, office: UUID, days: int, now: datetime, by: str) -> int:
    """Visits that ended so many days ago become nameless, one day of one hall at a time: their address opens nothing any more,
    their request, lane and needs are gone. Number, times and service stay: they are the hall's statistics."""
    zone = ZoneInfo(session.get_one(Office, office).zone)
    last = now.astimezone(zone).date() - timedelta(days=days)
    for hall in session.exec(select(Hall.id).where(Hall.office_id == office).order_by(col(Hall.id))).all():
        day = _next_day(session, hall, last)
        if day is not None:
            return max(1, _forget_day(session, hall, day, office, now, by))
    return 0


def forget_tasks(session: Session, *, office: UUID, days: int, now: datetime, by: str) -> int:
    """What a visitor asked for, of tasks closed so many days ago."""
    halls = select(Hall.id).where(Hall.office_id == office)
    old = (col(Task.hall_id).in_(halls), col(Task.closed_at) < now - timedelta(days=days))
    found = [row for row in session.exec(select(Task).where(*old)).all() if row.detail][:BATCH]
    for row in found:
        row.detail = {}
    return forgotten(session, "tasks", len(found), office=office, now=now, by=by)


def _next_day(session: Session, hall: UUID, last: date) -> date | None:
    """The first day of a hall with visits, after those that are done and before ``last``."""
    mark = session.get(ForgottenDay, hall)
    since = (col(Ticket.day) > mark.through,) if mark else ()
    day: date | None = session.exec(select(func.min(col(Ticket.day))).where(Ticket.hall_id == hall, *since)).first()
    return day if day is not None and day < last else None


def _forget_day(session: Session, hall: UUID, day: date, office: UUID, now: datetime, by: str) -> int:
    """A visit that a matter names keeps its address: whoever handles the matter may still follow it."""
    here = (Ticket.hall_id == hall, Ticket.day == day, col(Ticket.state).in_(ENDED))
    rows = session.exec(select(Ticket.id, Ticket.code).where(*here)).all()
    named = set(session.exec(select(Matter.ticket).where(Matter.office_id == office, Matter.ticket != "")).all())
    for key, code in rows:
        values = {"lane": "", "needs": "", "request_key": None, "code": code if code in named else new_code()}
        session.exec(update(Ticket).where(col(Ticket.id) == key).values(values))
    _forget_discreet(session, [key for key, _ in rows])
    session.exec(delete(PushSubscription).where(col(PushSubscription.ticket_id).in_([key for key, _ in rows])))
    session.merge(ForgottenDay(hall_id=hall, through=day))
    return forgotten(session, "visits", len(rows), office=office, now=now, by=by)


def _forget_discreet(session: Session, tickets: list[UUID]) -> None:
    """The address of a discreet visit opens nothing any more either; where its holder sat was forgotten when it ended."""
    ended = (col(DiscreetVisit.ticket_id).in_(tickets), col(DiscreetVisit.state).in_(ENDED))
    for row in session.exec(select(DiscreetVisit).where(*ended)).all():
        row.code = new_code()
