"""Made-up days of a hall for the benchmarks of order and waiting time: who comes when and how long each visit takes, the same
for the same seed; and how such a day goes under an order. Minutes from opening."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import log
from random import Random
from typing import NamedTuple

from kiosk import order
from kiosk.forecast.simulation import Desk, Line, play

OPENS, CLOSES = datetime(2026, 3, 2, 0, 30, tzinfo=UTC), 510.0  # 8:30 to 17:00 in Bengbu
TERMS = order.Terms(
    cap=60, booking=45, booking_early=5, booking_late=10, late_booking=10, deferral=15, deferrals=2, return_within=30,
    return_calls=2, return_credit=10, errand=40,
)
LANE = 20
BOUND = order.largest_head_start([LANE], TERMS)
# configured minutes, true mean minutes, share of the visitors
SERVICES = {"consultation": (10, 9.2, 12), "complaints": (20, 21.0, 5), "aid": (25, 27.0, 2), "lawyers": (12, 11.0, 6)}
MINUTES = {service: float(configured) for service, (configured, _, _) in SERVICES.items()}
WINDOWS = (("consultation",), ("consultation", "complaints"), ("complaints",), ("aid", "complaints"), ("lawyers",),
           ("lawyers", "consultation"))
RUSH = (2.2, 1.8, 1.5, 1.3, 1.1, 0.8, 0.5, 0.4, 0.9, 1.3, 1.2, 1.0, 0.9, 0.8, 0.6, 0.4, 0.3)  # arrivals by half-hour
SPREAD, ABSENT, WALK, GAP, GIVEN_UP = 0.5, 0.08, 0.7, 0.3, 2.2
IN_LANE, BOOKINGS, STAYS_AWAY = 0.25, 8, 0.1


class Visitor(NamedTuple):
    """``visit``: minutes at the window, None for who does not come when called; ``turn``: minutes until it is free again."""

    arrived: float
    service: str
    lane: bool
    slot: float | None
    visit: float | None
    turn: float


class Day(NamedTuple):
    """``sudden``: the pause that nobody foresees, as the window's place and from when to when."""

    visitors: list[Visitor]
    desks: list[Desk]
    slots: list[tuple[float, str]]
    sudden: tuple[int, tuple[float, float]]


class Place(NamedTuple):
    """Where an order puts a visitor: `simulation.Person` in minutes from opening."""

    queued: float
    rank: float
    ready: float


class Turn(NamedTuple):
    """One call. ``capped``: the order's long-wait rule made it."""

    minute: float
    visitor: int
    desk: int
    capped: bool


class Policy:
    """An order: where it puts a visitor, and the line that hands out the next one."""

    cap = float("inf")

    def place(self, visitor: Visitor) -> Place:
        """First come, first served; a booking from shortly before its time."""
        counted = max(visitor.arrived, visitor.slot or 0.0)
        return Place(counted, counted, self.ready(visitor))

    def ready(self, visitor: Visitor) -> float:
        return visitor.arrived if visitor.slot is None else max(visitor.arrived, visitor.slot - TERMS.booking_early)

    def line(self, services: list[int], places: list[Place], day: Day) -> Line:
        ranks, queued = [one.rank for one in places], [one.queued for one in places]
        return Line(services, ranks, queued, self.cap, False, len(SERVICES))


class HeadStart(Policy):
    """Ours, by the product's own functions."""

    cap = float(TERMS.cap)

    def place(self, visitor: Visitor) -> Place:
        came, lane = OPENS + timedelta(minutes=visitor.arrived), LANE if visitor.lane else 0
        if visitor.slot is None:
            place = order.walk_in(came, lane)
        else:
            place = order.booked(came, OPENS + timedelta(minutes=visitor.slot), TERMS, lane)
        return Place(*(minutes(moment) for moment in (place.queued_at, place.rank_at, place.ready_at)))


def minutes(moment: datetime) -> float:
    return (moment - OPENS) / timedelta(minutes=1)


def days(load: float, count: int, seed: int) -> Iterator[Day]:
    chance = Random(seed)
    for _ in range(count):
        begins = float(chance.randrange(340, 430))
        sudden = chance.randrange(len(WINDOWS)), (begins, begins + 60.0)
        desks = _desks(chance, *sudden)
        slots = [(30.0 * chance.randrange(1, 16), _service(chance)) for _ in range(BOOKINGS)]
        booked = [one for one in (_booked(slot, service, chance) for slot, service in slots) if one]
        coming = [_visitor(_moment(chance), _service(chance), chance) for _ in range(_walk_ins(load, desks, len(booked)))]
        yield Day(sorted([*booked, *coming]), desks, sorted(slots), sudden)


def run(day: Day, policy: Policy) -> tuple[list[Place], list[Turn]]:
    """The day under an order: everybody's place and every call."""
    numbers = {service: n for n, service in enumerate(SERVICES)}
    places = [policy.place(one) for one in day.visitors]
    line = policy.line([numbers[one.service] for one in day.visitors], places, day)
    coming = sorted(((place.ready, n) for n, place in enumerate(places)), reverse=True)
    served = [tuple(numbers[service] for service in desk.services) for desk in day.desks]
    lasting, closed = [one.turn for one in day.visitors], [one.closed for one in day.desks]
    calls = play(line, coming, lasting, served, [0.0] * len(served), closed)
    return places, [Turn(minute, visitor, desk, line.capped) for minute, visitor, desk in calls]


def _desks(chance: Random, away: int, pause: tuple[float, float]) -> list[Desk]:
    """Lunch one after the other, one window that opens late, one that closes for an hour."""
    lunch = [(180.0 + 20.0 * n, 225.0 + 20.0 * n) for n in chance.sample(range(len(WINDOWS)), len(WINDOWS))]
    late = chance.randrange(len(WINDOWS))
    return [
        Desk(str(n + 1), services, closed=tuple(
            ([(0.0, 30.0)] if n == late else []) + [lunch[n]] + ([pause] if n == away else [])
        ))
        for n, services in enumerate(WINDOWS)
    ]


def _walk_ins(load: float, desks: list[Desk], booked: int) -> int:
    capacity = sum(CLOSES - sum(ends - begins for begins, ends in desk.closed) for desk in desks)
    weights = sum(share for _, _, share in SERVICES.values())
    visit = sum(mean * share for _, mean, share in SERVICES.values()) / weights + WALK + GAP
    return round(load * capacity / ((1 - ABSENT) * visit + ABSENT * GIVEN_UP)) - booked


def _moment(chance: Random) -> float:
    return 30.0 * (chance.choices(range(len(RUSH)), RUSH)[0] + chance.random())


def _service(chance: Random) -> str:
    return chance.choices(list(SERVICES), [share for _, _, share in SERVICES.values()])[0]


def _visitor(arrived: float, service: str, chance: Random, slot: float | None = None) -> Visitor:
    mean = log(SERVICES[service][1]) - SPREAD**2 / 2
    visit = None if chance.random() < ABSENT else chance.lognormvariate(mean, SPREAD)
    lane = slot is None and chance.random() < IN_LANE
    return Visitor(arrived, service, lane, slot, visit, GIVEN_UP if visit is None else WALK + visit + GAP)


def _booked(slot: float, service: str, chance: Random) -> Visitor | None:
    if chance.random() < STAYS_AWAY:
        return None
    return _visitor(max(0.0, slot + chance.gauss(-6, 7)), service, chance, slot)
