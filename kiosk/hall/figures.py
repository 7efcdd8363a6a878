"""A day or a week of the hall in numbers: waiting, arrivals, lengths of visits, promises kept. Counts and times only, nobody in
particular; `charts` draws them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlmodel import Session, col, select

from kiosk.discreet.tables import SET_APART, DiscreetVisit
from kiosk.plan import HallPlan
from kiosk.tables import Call, CallKind, Promise, State, Ticket

WEEK = 7


class Row(msgspec.Struct, frozen=True):
    """One hour of a day or one day of a week. Minutes; None where nobody was called or nothing was promised."""

    label: str
    arrivals: int
    called: int
    p50: float | None
    p80: float | None
    kept: int
    promised: int

    @property
    def kept_share(self) -> float | None:
        return 100 * self.kept / self.promised if self.promised else None


class Served(msgspec.Struct, frozen=True):
    """A service: visits finished and how long they lasted; ``configured``: what the office expects."""

    service: UUID
    visits: int
    p50: float | None
    p80: float | None
    configured: int


class Figures(msgspec.Struct, frozen=True):
    """``total``: of the whole span."""

    rows: list[Row]
    total: Row
    services: list[Served]

    @property
    def is_empty(self) -> bool:
        return not (self.total.arrivals or self.total.called)


class _Visit(msgspec.Struct, frozen=True):
    arrived: datetime
    called: datetime | None
    wait: float | None
    outcome: str


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of them do not exceed, between neighbours in proportion. At least one value."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def day_figures(session: Session, *, plan: HallPlan, day: date) -> Figures:
    """A day by its hours, from the first with anybody to the last."""
    visits = _visits(session, plan, day, day)
    hours = {at.astimezone(plan.zone).hour for one in visits for at in (one.arrived, one.called) if at}
    spans = range(min(hours), max(hours) + 1) if hours else range(0)
    rows = [_row(f"{hour:02d}:00", visits, _in_hour(hour, plan.zone)) for hour in spans]
    return Figures(rows, _row("", visits, lambda _: True), _served(session, plan, day, day))


def week_figures(session: Session, *, plan: HallPlan, until: date) -> Figures:
    """Seven days, the last one ``until``."""
    days = [until - timedelta(days=back) for back in reversed(range(WEEK))]
    visits = _visits(session, plan, days[0], until)
    rows = [_row(day.isoformat(), visits, _on_day(day, plan.zone)) for day in days]
    return Figures(rows, _row("", visits, lambda _: True), _served(session, plan, days[0], until))


def _row(label: str, visits: Iterable[_Visit], within: Callable[[datetime], bool]) -> Row:
    """Arrivals by when they came, waits and promises by when they were called."""
    came = [one for one in visits if within(one.arrived)]
    called = [one for one in visits if one.called and within(one.called)]
    waits = [one.wait for one in called if one.wait is not None]
    promised = [one for one in called if one.outcome in ("kept", "broken")]
    kept = sum(one.outcome == "kept" for one in promised)
    return Row(label, len(came), len(called), _percentile(waits, 0.5), _percentile(waits, 0.8), kept, len(promised))


def _percentile(values: Sequence[float], share: float) -> float | None:
    return percentile(values, share) if values else None


def _visits(session: Session, plan: HallPlan, since: date, until: date) -> list[_Visit]:
    """Each visit with its first call. Whoever never came into the order has none."""
    here = (Ticket.hall_id == plan.id, Ticket.day >= since, Ticket.day <= until)
    calls = session.exec(
        select(Call.ticket_id, Call.called_at, Call.queued_at).join(Ticket, col(Ticket.id) == col(Call.ticket_id))
        .where(*here, Call.kind != CallKind.RECALL).order_by(col(Call.id).desc())
    ).all()
    first = {ticket: (called, queued) for ticket, called, queued in calls}
    promises = session.exec(
        select(Promise.ticket_id, Promise.outcome).join(Ticket, col(Ticket.id) == col(Promise.ticket_id)).where(*here)
    ).all()
    outcomes = dict(promises)
    rows = session.exec(select(Ticket.id, Ticket.arrived_at).where(*here)).all()
    apart, replaced = _apart(session, here)
    first |= apart
    return [_visit(arrived, first.get(key), outcomes.get(key, "")) for key, arrived in rows if key not in replaced]


def _apart(session: Session, here: tuple[Any, ...]) -> tuple[dict[UUID, tuple[datetime, datetime | None]], set[UUID]]:
    """Discreet visits count like any other, so that nothing tells them: called when they were asked in; a number given up for one
    counts no more. Returns the first calls, and those numbers."""
    rows = session.exec(
        select(DiscreetVisit.ticket_id, DiscreetVisit.called_at, Ticket.request_key)
        .join(Ticket, col(Ticket.id) == col(DiscreetVisit.ticket_id)).where(*here)
    ).all()
    given_up = {UUID(key.removeprefix(SET_APART)) for _, _, key in rows if key and key.startswith(SET_APART)}
    return {ticket: (called, None) for ticket, called, _ in rows if called}, given_up


def _visit(arrived: datetime, call: tuple[datetime, datetime | None] | None, outcome: str) -> _Visit:
    if call is None:
        return _Visit(arrived, None, None, outcome)
    called, queued = call
    return _Visit(arrived, called, max(0.0, (called - (queued or arrived)).total_seconds() / 60), outcome)


def _served(session: Session, plan: HallPlan, since: date, until: date) -> list[Served]:
    rows = session.exec(
        select(Ticket.service_id, Ticket.started_at, Ticket.ended_at)
        .where(Ticket.hall_id == plan.id, Ticket.day >= since, Ticket.day <= until, Ticket.state == State.DONE)
    ).all()
    lengths: dict[UUID, list[float]] = {service.id: [] for service in plan.services}
    for service, started, ended in rows:
        if service in lengths and started and ended:
            lengths[service].append((ended - started).total_seconds() / 60)
    minutes = {service.id: service.minutes for service in plan.services}
    return [Served(key, len(found), _percentile(found, 0.5), _percentile(found, 0.8), minutes[key])
            for key, found in lengths.items()]


def _in_hour(hour: int, zone: ZoneInfo) -> Callable[[datetime], bool]:
    return lambda at: at.astimezone(zone).hour == hour


def _on_day(day: date, zone: ZoneInfo) -> Callable[[datetime], bool]:
    return lambda at: at.astimezone(zone).date() == day
