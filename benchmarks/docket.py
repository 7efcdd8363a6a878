"""A made-up docket as large as wanted: hearings, rooms, staff and a roster, the same for the same seed."""

from datetime import date, datetime, time
from random import Random
from typing import NamedTuple

from msgspec.structs import replace

from hearings.proposals.problem import Absence, Hearing, Member, Opening, Plan, Problem, Quota, Room, Span, Staff
from hearings.proposals.revision import Change
from hearings.standard_rules import RULES, WAYS
from shared.calendar import DAY, Calendar, seed_days

CATEGORIES = ("npc-deputy", "cppcc-member", "expert", "lawyer", "mediator", "community")
DELEGATES, PROFESSIONALS, NEIGHBOURS = (frozenset(CATEGORIES[n : n + 2]) for n in (0, 2, 4))
SPECIALISMS = ("finance", "medicine", "environment", "engineering")
OPENINGS = (Opening(36, 48), Opening(56, 70))  # 9:00-12:00, 14:00-17:30
BEGINS = date(2026, 3, 2)
CALENDAR = Calendar({row["day"]: row["is_workday"] for row in seed_days(2026)})


class Size(NamedTuple):
    """How much there is of everything. ``comes``: the share of half-days when a member can come; ``days_left``: the fewest and
    the most workdays between the earliest and the latest day of a hearing."""

    hearings: int = 200
    rooms: int = 10
    members: int = 120
    days: int = 40
    moderators: int = 25
    comes: float = 0.55
    days_left: tuple[int, int] = (8, 25)


ISSUE = Size()
TIGHT = Size(rooms=5, moderators=14, comes=0.4, days_left=(3, 12))


def docket(size: Size = ISSUE, seed: int = 1) -> Problem:
    chance = Random(seed)
    horizon = _workdays(size.days)
    roster = tuple(_member(n, chance, horizon, size.comes) for n in range(size.members))
    return Problem(
        hearings=tuple(_hearing(n, chance, horizon, roster, size) for n in range(size.hearings)),
        rooms=tuple(_room(n, chance, horizon) for n in range(size.rooms)), members=roster,
        staff=tuple(_staff(n, chance, horizon) for n in range(size.moderators)), openings=OPENINGS,
        calendar=CALENDAR, first=horizon[0], last=horizon[-1], now=datetime(2026, 2, 25, 10), rules=RULES, ways=WAYS,
    )


def _workdays(count: int) -> list[date]:
    days, day = [BEGINS], BEGINS
    while len(days) < count:
        day += DAY
        days += [day] if CALENDAR.is_workday(day) else []
    return days


def _room(n: int, chance: Random, horizon: list[date]) -> Room:
    closed = tuple(Span(chance.choice(horizon), *chance.choice(((36, 48), (56, 70)))) for _ in range(len(horizon) // 10))
    return Room(f"R{n:02}", chance.choice((10, 16, 24, 40)) if n else 60, n % 3 == 0, n % 2 == 0, closed)


def _staff(n: int, chance: Random, horizon: list[date]) -> Staff:
    spans = [Span(day, *chance.choice(((36, 42), (42, 48), (56, 62), (62, 70)))) for day in horizon for _ in range(2)
             if chance.random() < 0.2]
    return Staff(f"P{n:02}", tuple(spans))


def _member(n: int, chance: Random, horizon: list[date], comes: float) -> Member:
    category = CATEGORIES[n % len(CATEGORIES)]
    share = 0.6 if category in PROFESSIONALS else 0.1
    away = chance.randrange(len(horizon))
    return Member(
        f"M{n:03}", category,
        frozenset(name for name in SPECIALISMS if chance.random() < share / 2),
        frozenset((day, half) for day in range(7) for half in range(2) if chance.random() < comes),
        (Absence(horizon[away], horizon[min(away + chance.randrange(5), len(horizon) - 1)]),),
        load=chance.randrange(6),
    )


def _hearing(n: int, chance: Random, horizon: list[date], roster: tuple[Member, ...], size: Size) -> Hearing:
    seats = chance.choices((3, 5, 7), (5, 4, 1))[0]
    filed = chance.randrange(len(horizon) * 4 // 5)
    latest = min(filed + chance.randrange(*size.days_left), len(horizon) - 1)
    return Hearing(
        key=f"H{n:03}", length=chance.choice((4, 6, 6, 8)), before=1, after=1,
        earliest=horizon[filed], latest=horizon[latest], moderator=f"P{chance.randrange(size.moderators):02}",
        seats=seats, quotas=_quotas(seats, chance),
        excluded=frozenset(member.key for member in chance.sample(roster, min(chance.randrange(9), len(roster)))),
        places=chance.choice((8, 8, 12, 20)), broadcast=chance.random() < 0.2, accessible=chance.random() < 0.2,
    )


def _quotas(seats: int, chance: Random) -> tuple[Quota, ...]:
    made = [Quota(DELEGATES, 1), Quota(NEIGHBOURS, 1)]
    made += [Quota(PROFESSIONALS, 1)] if seats >= 5 else []
    made += [Quota(frozenset({"community"}), 1)] if seats >= 7 else []
    made += [Quota(frozenset(), 1, chance.choice(SPECIALISMS))] if chance.random() < 0.25 else []
    return tuple(made)


def losses(problem: Problem, plan: Plan, seed: int = 1) -> tuple[Problem, tuple[Change, ...]]:
    """The eighth day: hearings of the next eight workdays are noticed, the best room is lost for five days, six members
    withdraw for good."""
    horizon = [day for day in _workdays(60) if day <= problem.last]
    told = {key for key, placement in plan.placements.items() if placement.day <= horizon[15]}
    now = datetime.combine(horizon[7], time(8))
    hearings = tuple(replace(hearing, noticed=hearing.key in told) for hearing in problem.hearings)
    leaving = Random(seed).sample([member.key for member in problem.members], 6)
    room = Change("room", "R00", horizon[16], horizon[20])
    people = (Change("member", key, horizon[8], problem.last) for key in leaving)
    return replace(problem, hearings=hearings, now=now), (room, *people)
