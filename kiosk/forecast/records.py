"""What a hall has learnt from its own visits of the last weeks: how long they last, how many come in which hour, which bookings
are due. Numbers and services only, nobody in particular."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import select as plain
from sqlmodel import Session, col, func, select

from kiosk.bookings.tables import Booking, BookingState
from kiosk.forecast import lengths
from kiosk.forecast.lengths import Record
from kiosk.forecast.simulation import Lengths
from kiosk.plan import HallPlan
from kiosk.tables import Call, CallKind, State, Ticket
from shared.tables import UTCDateTime

WEEKS = timedelta(days=28)
MOST = 6_000  # visits read: the newest ones
NOBODY_MOST = 10.0  # minutes: so long at most a call without anybody keeps a window
PRIOR = (9, 10)  # of bookings while there are none on record: nine of ten are kept


class Booked(msgspec.Struct, frozen=True):
    """A booking whose holder has not come yet."""

    id: UUID
    service: str
    slot: datetime


class Rate(msgspec.Struct, frozen=True):
    """How many come to a service in an hour of the day, by their head start; bookings are not among them."""

    service: str
    head_start: int
    hour: int
    per_hour: float


class Records(msgspec.Struct, frozen=True):
    """``lengths`` is empty while too few visits are on record; ``keeps``: the share of bookings that are kept."""

    lengths: Mapping[str, Lengths] = {}
    rates: tuple[Rate, ...] = ()
    due: tuple[Booked, ...] = ()
    keeps: float = PRIOR[0] / PRIOR[1]


def learn(session: Session, *, plan: HallPlan, now: datetime) -> Records:
    """Reads the visits of the last weeks. Long: for a job, not for a page."""
    codes = {service.id: service.code for service in plan.services_by_id.values()}
    minutes = {service.code: float(service.minutes) for service in plan.services_by_id.values()}
    found = _visits(session, plan, codes, now) + _in_vain(session, plan, codes, now)
    return Records(lengths.tables(found, minutes), _rates(session, plan, codes, now), due(session, plan=plan, now=now),
                   _keeps(session, plan, now))


def due(session: Session, *, plan: HallPlan, now: datetime) -> tuple[Booked, ...]:
    """Today's bookings that may still be kept."""
    late = now - timedelta(minutes=plan.provisions.get("order.booking_late", 0))
    rows = session.exec(
        select(Booking.id, Booking.service_id, Booking.starts_at).where(
            Booking.hall_id == plan.id, Booking.state == BookingState.CONFIRMED, Booking.starts_at > late,
            Booking.starts_at < now + timedelta(hours=12))
    ).all()
    return tuple(Booked(key, plan.services_by_id[service].code, at) for key, service, at in rows)


def _visits(session: Session, plan: HallPlan, codes: Mapping[UUID, str], now: datetime) -> list[Record]:
    rows = session.exec(
        select(Ticket.service_id, Ticket.called_at, Ticket.started_at, Ticket.ended_at)
        .where(Ticket.hall_id == plan.id, Ticket.day >= _since(plan, now), Ticket.state == State.DONE)
        .order_by(col(Ticket.day).desc()).limit(MOST)
    ).all()
    return [
        Record(codes[service], _minutes(called, ended), _minutes(started, ended), _days(ended, now))
        for service, called, started, ended in rows if called and started and ended
    ]


def _in_vain(session: Session, plan: HallPlan, codes: Mapping[UUID, str], now: datetime) -> list[Record]:
    """Calls that nobody answered: until the window called the next one."""
    following = func.lead(col(Call.called_at), type_=UTCDateTime()).over(partition_by=col(Call.window_id), order_by=col(Call.id))
    calls = (
        plain(col(Call.id), col(Call.called_at), col(Call.ticket_id), col(Ticket.service_id), col(Ticket.state),
               col(Ticket.called_at).label("last"), col(Ticket.transferred_from), following.label("next"))
        .join(Ticket, col(Ticket.id) == col(Call.ticket_id))
        .where(col(Ticket.hall_id) == plan.id, col(Ticket.day) >= _since(plan, now), col(Call.kind) != CallKind.RECALL)
        .subquery()
    )
    missed = calls.c.state.in_((State.MISSED, State.EXPIRED)) | (calls.c.last != calls.c.called_at)
    rows = session.exec(
        select(calls.c.service_id, calls.c.called_at, calls.c.next)
        .where(missed, calls.c.transferred_from == "", calls.c.next.is_not(None)).limit(MOST)
    ).all()
    return [Record(codes[service], min(_minutes(at, then), NOBODY_MOST), None, _days(at, now)) for service, at, then in rows]


def _rates(session: Session, plan: HallPlan, codes: Mapping[UUID, str], now: datetime) -> tuple[Rate, ...]:
    """Day by day, so that memory holds a day's visits and not those of two months."""
    here = (Ticket.hall_id == plan.id, Ticket.day >= _since(plan, now), Ticket.day < plan.today(now))
    days = session.exec(select(col(Ticket.day)).where(*here).distinct()).all()
    counted: Counter[tuple[str, int, int]] = Counter()
    for one in days:
        free = (Ticket.hall_id == plan.id, Ticket.day == one, col(Ticket.booked_at).is_(None))
        rows = session.exec(select(Ticket.service_id, Ticket.head_start, Ticket.arrived_at).where(*free)).all()
        counted.update((codes[service], credit, at.astimezone(plan.zone).hour) for service, credit, at in rows)
    return tuple(Rate(service, credit, hour, times / len(days)) for (service, credit, hour), times in counted.items())


def _keeps(session: Session, plan: HallPlan, now: datetime) -> float:
    rows = session.exec(
        select(Booking.state, func.count()).where(Booking.hall_id == plan.id, Booking.starts_at > now - WEEKS)
        .group_by(col(Booking.state))
    ).all()
    counted = {str(state): times for state, times in rows}
    kept, missed = counted.get(BookingState.CHECKED_IN, 0), counted.get(BookingState.NO_SHOW, 0)
    return float((kept + PRIOR[0]) / (kept + missed + PRIOR[1]))


def _since(plan: HallPlan, now: datetime) -> date:
    return plan.today(now - timedelta(days=lengths.OLDEST))


def _minutes(begins: datetime, ends: datetime) -> float:
    return max(0.1, (ends - begins).total_seconds() / 60)


def _days(at: datetime, now: datetime) -> float:
    return max(0.0, (now - at).total_seconds() / 86_400)
