"""What is said of the waiting times in a hall: computed once for a change and shared by all who read, and held to what was said
before. In memory; another process says the same within a rounding. It decides nothing about the order.
"""

from datetime import datetime, timedelta
from math import inf
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from kiosk import wait
from kiosk.forecast import closing
from kiosk.forecast.records import Booked, Records
from kiosk.forecast.simulation import Desk, Due, Hall, Person, Stream
from kiosk.order import Terms
from kiosk.plan import HallPlan, ServicePlan
from kiosk.tables import State, WindowState

if TYPE_CHECKING:
    from kiosk.picture import Picture, Standing

PEOPLE_MOST = 120  # with more who wait, one look ahead would cost too much: the formula speaks
OFTEN, SELDOM = timedelta(seconds=1), timedelta(seconds=20)  # looks ahead: not more often; and again when nothing has moved
SAID_FOR = timedelta(minutes=15)  # so long the reason of a longer wait stays on the screens
TESTED_LEAST = 20
BEYOND = 3  # so many new numbers since the last look make it too old for one more

Place = tuple[UUID, datetime]


class Said(msgspec.Struct, frozen=True):
    """What a screen may say to one who waits; minutes."""

    low: int
    high: int
    reason: wait.Reason | None = None
    closing: wait.Closing | None = None


class Offer(msgspec.Struct, frozen=True):
    """What is promised with a number that is taken now. ``too_late``: it could no longer be kept today."""

    low: int
    high: int
    p80: float
    too_late: bool = False


class Kept(msgspec.Struct, frozen=True):
    """How many promises were kept of how many that were put to the test."""

    kept: int = 0
    of: int = 0

    @property
    def percent(self) -> int:
        return 100 * self.kept // self.of if self.of else 0

    @property
    def said(self) -> int | None:
        """The share in percent, once enough were put to the test for it to say anything."""
        return self.percent if self.of >= TESTED_LEAST else None


class Told(msgspec.Struct, frozen=True):
    """Until when somebody has been told to be called, for which place, and how the hall stood then."""

    place: Place
    until: datetime
    base: Hall | None = None
    reason: wait.Reason | None = None
    since: datetime | None = None


class Forecast:
    """The looks ahead of one hall. Changed only in the event loop."""

    def __init__(self) -> None:
        self.records = Records()
        self.kept = Kept()
        self.moved = -2
        self.at: datetime | None = None
        self.hall: Hall | None = None
        self.said: dict[UUID, Said] = {}
        self.told: dict[UUID, Told | None] = {}
        self.closes_at: datetime | None = None
        self.newcomers: dict[tuple[UUID, int], wait.Wait] = {}
        self.counts: dict[UUID, int] = {}

    def is_due(self, picture: "Picture", now: datetime) -> bool:
        if self.at is None:
            return True
        return now - self.at >= (OFTEN if self.moved != picture.moved else SELDOM)

    def look(self, picture: "Picture", now: datetime) -> None:
        """Plays the hall as it stands, unless that has just been done."""
        if not self.is_due(picture, now):
            return
        self.moved, self.at, self.closes_at = picture.moved, now, closing.closing(picture.plan, now)
        waiting = [one for one in picture.tickets.values() if one.state == State.WAITING]
        if len(waiting) > PEOPLE_MOST:
            self.hall, self.said, self.newcomers = None, {}, {}
            return
        hall = hall_of(picture, self.records, now, asking=True)
        closes = _minutes(self.closes_at, now) if self.closes_at else None
        found = wait.waits(hall, max(picture.moved, 0), closes=closes)
        self.told = {one.id: self.told[one.id] for one in waiting if one.id in self.told}
        self.said = {one.id: self._say(one, found[one.id.hex], hall, now) for one in waiting if one.id in self.told}
        self.newcomers = {pair: found[_asking(*pair)] for pair in _pairs(picture.plan)}
        self.counts = {one.id: picture.waiting(one) for one in picture.plan.services}
        self.hall = hall

    def _say(self, ticket: "Standing", found: wait.Wait, hall: Hall, now: datetime) -> Said:
        told, place = self.told[ticket.id], (ticket.service_id, ticket.queued_at)
        if told is None or told.place != place:
            told = None
        left = (told.until - now).total_seconds() / 60 if told else None
        reason = None
        if told and told.base and left is not None and found.high > left:
            reason = wait.why_longer(told.base, hall, ticket.id.hex)
        shown = wait.shown(found, left, reason)
        if shown.reason is not None:
            told = Told(place, now + timedelta(minutes=shown.high), hall, shown.reason, now)
        elif told is None or left is None or shown.high < left:
            kept = (told.reason, told.since) if told else (None, None)
            told = Told(place, now + timedelta(minutes=shown.high), hall, *kept)
        elif told.base is None:
            told = Told(place, told.until, hall, told.reason, told.since)
        self.told[ticket.id] = told
        still = told.reason if told.since and now - told.since < SAID_FOR else None
        chance = None if found.in_time is None else wait.before_closing(found.in_time)
        return Said(shown.low, shown.high, still, chance)

    def newcomer(self, picture: "Picture", service: ServicePlan, credit: int) -> wait.Wait | None:
        """The wait of somebody who takes a number now; None where the last look does not tell."""
        if not self.is_measured:
            return None
        if abs(picture.waiting(service) - self.counts.get(service.id, 0)) >= BEYOND:
            return None
        return self.newcomers.get((service.id, credit))

    def said_to(self, ticket: "Standing") -> Said | None:
        """What was said to somebody who still has the place it was said for."""
        told = self.told.get(ticket.id)
        return self.said.get(ticket.id) if told and told.place == (ticket.service_id, ticket.queued_at) else None

    @property
    def is_measured(self) -> bool:
        """Whether the last look rests on visits on record, not on configured lengths."""
        return self.hall is not None and bool(self.hall.lengths)


def hall_of(picture: "Picture", records: Records, now: datetime, *, asking: bool = False) -> Hall:
    """The hall of the picture as it can be played. ``asking``: with one who would take a number now, for each service and
    head start; they take up no time."""
    plan = picture.plan
    codes = {service.id: service.code for service in plan.services_by_id.values()}
    waiting = [_person(one, codes[one.service_id], now) for one in picture.tickets.values() if one.state == State.WAITING]
    asked = [Person(_asking(service, credit), codes[service], 0.0, -float(credit), passes=True)
             for service, credit in (_pairs(plan) if asking else [])]
    rests, minutes = closing.breaks(plan, now), {one.code: float(one.minutes) for one in plan.services_by_id.values()}
    return Hall(
        waiting=tuple(waiting + asked),
        desks=tuple(_desk(picture, window.id, codes, rests, now) for window in plan.windows),
        cap=float(plan.provisions["order.cap_minutes"]),
        minutes=minutes,
        lengths=records.lengths if minutes.keys() <= records.lengths.keys() else {},
        capped_last=next((call.capped for call in picture.calls if call.kind != "recall"), False),
        due=tuple(_due(one, plan, records.keeps, now) for one in records.due if one.slot > now - timedelta(hours=1)),
        streams=_streams(plan, records, now),
    )


def _person(one: "Standing", service: str, now: datetime) -> Person:
    ready = max(0.0, _minutes(one.ready_at, now))
    return Person(one.id.hex, service, _minutes(one.queued_at, now), _minutes(one.rank_at, now), ready)


def _desk(picture: "Picture", window_id: UUID, codes: dict[UUID, str], rests: tuple[tuple[float, float], ...],
          now: datetime) -> Desk:
    window, here = picture.plan.windows_by_id[window_id], picture.at_window.get(window_id)
    services = tuple(one.code for one in picture.plan.services if one.skill in window.skills)
    closed = rests if window.state == WindowState.OPEN else ((0.0, inf),)
    if here is None:
        return Desk(window.code, services, closed=closed)
    since = here.started_at or here.called_at or now
    return Desk(window.code, services, codes[here.service_id], max(0.0, -_minutes(since, now)),
                here.state == State.CALLED, closed)


def _due(one: Booked, plan: HallPlan, keeps: float, now: datetime) -> Due:
    slot, terms = _minutes(one.slot, now), Terms.of(plan.provisions)
    ready = max(0.0, slot - terms.booking_early)
    return Due(Person(one.id.hex, one.service, slot, slot - terms.booking, ready), keeps)


def _streams(plan: HallPlan, records: Records, now: datetime) -> tuple[Stream, ...]:
    hour = now.astimezone(plan.zone).hour
    return tuple(
        Stream(one.service, float(one.head_start), one.per_hour, float(one.head_start))
        for one in records.rates if one.head_start and one.hour == hour and one.service in records.lengths
    )


def expected(plan: HallPlan, records: Records, now: datetime, minutes: float) -> tuple[Stream, ...]:
    """Everybody who is likely to come in the next ``minutes``, hour by hour, as on the days on record; nobody after closing."""
    ends = closing.closing(plan, now)
    last = min(minutes, _minutes(ends, now)) if ends else minutes
    begins, found = 0.0, list[Stream]()
    while begins < last:
        local = (now + timedelta(minutes=begins)).astimezone(plan.zone)
        until = min(last, begins + 60 - local.minute - local.second / 60)
        found += [Stream(one.service, float(one.head_start), one.per_hour, until, begins)
                  for one in records.rates if one.hour == local.hour]
        begins = until
    return tuple(found)


def _pairs(plan: HallPlan) -> list[tuple[UUID, int]]:
    """Every service with every head start that somebody may have in it."""
    pairs = [(service.id, plan.head_start(lane, service)) for service in plan.services for lane in (None, *plan.lanes)]
    return list(dict.fromkeys(pairs))


def _asking(service: UUID, credit: int) -> str:
    return f"?{service.hex}+{credit}"


def _minutes(moment: datetime, now: datetime) -> float:
    return (moment - now).total_seconds() / 60
