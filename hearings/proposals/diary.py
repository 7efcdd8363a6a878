"""What has been taken so far while a plan is made: slots of rooms and staff, half-days, days and weeks of members. It is
changed in place, and forgets nothing that it can take back."""

from collections.abc import Iterator

from hearings.proposals.almanac import ON_SITE, Almanac, Seeker, Spot, runs, slots, week_of, yearly_cap
from hearings.proposals.problem import Plan


class Diary:
    def __init__(self, almanac: Almanac) -> None:
        problem = almanac.problem
        self.almanac = almanac
        self.rooms = [list(days) for days in almanac.room_free]
        self.staff = {key: list(days) for key, days in almanac.staff_free.items()}
        self.daily, self.weekly = problem.number("hearing.daily_cap", 1), problem.number("hearing.weekly_cap", 7)
        self.yearly = [yearly_cap(problem, member) for member in problem.members]
        self.counts: dict[tuple[object, int], int] = {}
        self.full: dict[object, int] = {"year": sum(1 << place for place, cap in enumerate(self.yearly) if cap <= 0)}
        self.load = [member.load for member in problem.members]
        self.spots: dict[str, tuple[Seeker, Spot]] = {}
        for place, member in enumerate(problem.members):
            for day in member.sat:
                self._count(place, (day, week_of(day), "year"), 1)

    def free_members(self, day: int, half: int) -> int:
        """Who can come then and has not reached a cap."""
        almanac, full = self.almanac, self.full
        kept = full.get((day, half), 0) | full.get(almanac.days[day], 0) | full.get(almanac.week[day], 0)
        return almanac.comes[day][half] & ~kept & ~full.get("year", 0)

    def starts(self, seeker: Seeker, day: int, half: int) -> Iterator[tuple[int, int]]:
        """Each room with the slots at which the hearing could begin in it, the staff being there."""
        bits = self.staff_starts(seeker, day)
        for room in seeker.rooms if bits else ():
            if found := bits & self.room_starts(seeker, day, half, room):
                yield room, found

    def staff_starts(self, seeker: Seeker, day: int) -> int:
        free = -1
        for _, key in seeker.hearing.attending:
            free &= self.staff[key][day]
        return runs(free, seeker.hearing.length) if free >= 0 else free

    def room_starts(self, seeker: Seeker, day: int, half: int, room: int) -> int:
        hearing = seeker.hearing
        free = self.almanac.opens[half] & (-1 if room == ON_SITE else self.rooms[room][day])
        return runs(free, hearing.before + hearing.length + hearing.after) << hearing.before

    def take(self, seeker: Seeker, spot: Spot) -> None:
        self.spots[seeker.hearing.key] = (seeker, spot)
        self._mark(seeker, spot, 1)

    def give_back(self, key: str) -> tuple[Seeker, Spot]:
        seeker, spot = self.spots.pop(key)
        self._mark(seeker, spot, -1)
        return seeker, spot

    def _mark(self, seeker: Seeker, spot: Spot, by: int) -> None:
        hearing = seeker.hearing
        if spot.room != ON_SITE:
            held = slots(spot.slot - hearing.before, spot.slot + hearing.length + hearing.after)
            _set(self.rooms[spot.room], spot.day, held, by)
        for _, key in hearing.attending:
            _set(self.staff[key], spot.day, slots(spot.slot, spot.slot + hearing.length), by)
        day, week = self.almanac.days[spot.day], self.almanac.week[spot.day]
        for place in spot.panel:
            self.load[place] += by
            self._count(place, (day, week, "year"), by)
            _set_bit(self.full, (spot.day, spot.half), place, by > 0)

    def _count(self, place: int, scopes: tuple[object, object, object], by: int) -> None:
        for scope, cap in zip(scopes, (self.daily, self.weekly, self.yearly[place]), strict=True):
            count = self.counts[scope, place] = self.counts.get((scope, place), 0) + by
            _set_bit(self.full, scope, place, count >= cap)


def booked(almanac: Almanac, plan: Plan | None, *, without: str = "") -> Diary:
    """A diary that holds the plan, or the fixed hearings."""
    diary = Diary(almanac)
    for hearing in almanac.problem.hearings:
        placement = hearing.fixed if plan is None else plan.placements.get(hearing.key)
        spot = placement and hearing.key != without and almanac.spot(placement)
        if spot:
            diary.take(almanac.seeker(hearing), spot)
    return diary


def _set(free: list[int], day: int, bits: int, by: int) -> None:
    free[day] = free[day] & ~bits if by > 0 else free[day] | bits


def _set_bit(full: dict[object, int], scope: object, place: int, on: bool) -> None:
    bits = full.get(scope, 0)
    full[scope] = bits | 1 << place if on else bits & ~(1 << place)


