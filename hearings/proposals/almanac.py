"""What stays the same while a problem is worked on, laid out for quick looking up: who can come in which half-day, when
rooms and staff are free, who may sit on which panel. Sets of members and of slots are the bits of one number."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import reduce
from operator import or_
from typing import NamedTuple
from zlib import crc32

from hearings.notices.clock import notice_by
from hearings.proposals.problem import DAY_SLOTS, Hearing, Member, Opening, Placement, Problem, Quota, Room, Span
from shared.calendar import DAY

WHOLE_DAY = (1 << DAY_SLOTS) - 1
ON_SITE = -1


class Spot(NamedTuple):
    """A placement in numbers: day, half-day, slot, room, and the members of the panel."""

    day: int
    half: int
    slot: int
    room: int
    panel: tuple[int, ...]


class Seeker(NamedTuple):
    """A hearing in numbers: the rooms that suit it, who may sit, who fills which quota, from which to before which day."""

    hearing: Hearing
    rooms: tuple[int, ...]
    eligible: int
    quotas: tuple[tuple[Quota, int], ...]
    first: int
    end: int


class Almanac:
    """Built once from a problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.seekers: dict[Hearing, Seeker] = {}
        self.days = workdays(problem)
        self.day = {day: place for place, day in enumerate(self.days)}
        self.week = [week_of(day) for day in self.days]
        self.member = {member.key: place for place, member in enumerate(problem.members)}
        self.room = {room.key: place for place, room in enumerate(problem.rooms)}
        self.category = _by_trait(problem, lambda member: (member.category,))
        self.specialism = _by_trait(problem, lambda member: tuple(member.specialisms))
        self.comes = [[self._who_comes(day, half) for half in range(len(problem.openings))] for day in self.days]
        self.room_free = [[WHOLE_DAY & ~taken(room.closed, day) for day in self.days] for room in problem.rooms]
        self.staff_free = {
            person.key: [WHOLE_DAY & ~taken(person.busy, day) for day in self.days] for person in problem.staff
        }
        self.opens = [slots(opening.first, opening.end) for opening in problem.openings]
        self.told_in_time = [problem.now <= notice_by(problem, day) for day in self.days]
        self.cap = problem.number("hearing.no_majority")
        self.pool_factor = problem.number("hearing.pool_factor", 1)

    def seeker(self, hearing: Hearing) -> Seeker:
        if hearing not in self.seekers:
            self.seekers[hearing] = self._seeker(hearing)
        return self.seekers[hearing]

    def _seeker(self, hearing: Hearing) -> Seeker:
        return Seeker(
            hearing, self._rooms_for(hearing), self.everybody & ~self.bits(hearing.excluded),
            tuple((quota, self._who_fills(quota)) for quota in hearing.quotas),
            next((place for place, day in enumerate(self.days) if day >= hearing.earliest), len(self.days)),
            sum(day <= hearing.latest for day in self.days),
        )

    @property
    def everybody(self) -> int:
        return (1 << len(self.problem.members)) - 1

    def bits(self, keys: frozenset[str] | tuple[str, ...]) -> int:
        return reduce(or_, (1 << self.member[key] for key in keys if key in self.member), 0)

    def category_cap(self, hearing: Hearing) -> int:
        """How many of one category may sit together: not more than half where no category may hold a majority."""
        return hearing.seats // 2 if self.cap else hearing.seats

    def in_time(self, hearing: Hearing, day: int) -> bool:
        return hearing.waived or hearing.noticed or self.told_in_time[day]

    def spot(self, placement: Placement) -> Spot | None:
        """None where the day or the hour is not one of this problem's."""
        half = next((n for n, opens in enumerate(self.opens) if opens >> placement.slot & 1), None)
        if placement.day not in self.day or half is None:
            return None
        panel = tuple(self.member[key] for key in placement.panel if key in self.member)
        return Spot(self.day[placement.day], half, placement.slot, self.room.get(placement.room, ON_SITE), panel)

    def placement(self, spot: Spot) -> Placement:
        room = "" if spot.room == ON_SITE else self.problem.rooms[spot.room].key
        panel = tuple(self.problem.members[place].key for place in sorted(spot.panel))
        return Placement(self.days[spot.day], spot.slot, room, panel)

    def _who_comes(self, day: date, half: int) -> int:
        opening = self.problem.openings[half]
        return sum(1 << place for place, member in enumerate(self.problem.members) if comes(member, day, half, opening))

    def _who_fills(self, quota: Quota) -> int:
        among = reduce(or_, (self.category.get(name, 0) for name in quota.categories), 0)
        among = among if quota.categories else self.everybody
        return among & self.specialism.get(quota.specialism, 0) if quota.specialism else among

    def _rooms_for(self, hearing: Hearing) -> tuple[int, ...]:
        """In an order of the hearing's own: spread out like this, few hearings depend on any one room."""
        if hearing.on_site:
            return (ON_SITE,)
        rooms = self.problem.rooms
        fit = [place for place, room in enumerate(rooms) if suits(room, hearing)]
        return tuple(sorted(fit, key=lambda n: crc32(f"{hearing.key}|{rooms[n].key}".encode())))


def workdays(problem: Problem) -> list[date]:
    span = (problem.last - problem.first).days + 1
    every = (problem.first + DAY * n for n in range(span))
    return [day for day in every if problem.calendar.is_workday(day)]


def week_of(day: date) -> str:
    """The week that a weekly cap counts in: Monday to Sunday."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week}"


def yearly_cap(problem: Problem, member: Member) -> int:
    return problem.number("hearing.yearly_cap", 366) if member.yearly_cap is None else member.yearly_cap


def comes(member: Member, day: date, half: int, opening: Opening) -> bool:
    """Somebody who is busy for a part of a half-day does not come in it."""
    if (day.weekday(), half) not in member.weekly or absent(member, day):
        return False
    return not taken(member.busy, day) & slots(opening.first, opening.end)


def absent(member: Member, day: date) -> bool:
    return any(away.first <= day <= away.last for away in member.away)


def suits(room: Room, hearing: Hearing) -> bool:
    return room.capacity >= hearing.places and room.broadcast >= hearing.broadcast and room.accessible >= hearing.accessible


def slots(first: int, end: int) -> int:
    return (1 << end) - (1 << first)


def taken(spans: tuple[Span, ...], day: date) -> int:
    return reduce(or_, (slots(span.first, span.end) for span in spans if span.day == day), 0)


def runs(free: int, length: int) -> int:
    """The slots from which ``length`` free ones follow."""
    have = 1
    while have < length:
        step = min(have, length - have)
        free &= free >> step
        have += step
    return free


def ones(bits: int) -> Iterator[int]:
    """The places of the bits, lowest first."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def _by_trait(problem: Problem, traits: Callable[[Member], tuple[str, ...]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, member in enumerate(problem.members):
        for trait in traits(member):
            found[trait] = found.get(trait, 0) | 1 << place
    return found
