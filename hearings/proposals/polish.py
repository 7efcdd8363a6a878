"""Shorter waits by CP-SAT, where OR-Tools is installed and time is given. It only proposes half-days; each is tried out in the
diary, and unless all find a place and people wait less in all, everything stays as it was."""

from importlib.util import find_spec
from typing import Any, NamedTuple

from hearings.proposals.almanac import Almanac, Seeker, Spot
from hearings.proposals.greedy import Placing

HEAD_ROOM = 0.8  # of the people who can come: whom the caps and the other panels leave
WORKERS = 2


class Choice(NamedTuple):
    """A hearing might be in that half-day."""

    seeker: Seeker
    day: int
    half: int
    held: Any


def is_possible() -> bool:
    return find_spec("ortools") is not None


def polish(placing: Placing, seconds: float) -> bool:
    """True if the waits became shorter."""
    late = [key for key in placing.movable if key in placing.diary.spots]
    before = sum(map(placing.wait, late))
    if not before or seconds <= 0 or not is_possible():
        return False
    wanted = _better_half_days(placing, late, seconds)
    held = {key: placing.diary.give_back(key) for key in late}
    if _apply(placing, held, wanted) and sum(map(placing.wait, late)) < before:
        return True
    for key in late:
        if key in placing.diary.spots:
            placing.diary.give_back(key)
    for seeker, spot in held.values():
        placing.diary.take(seeker, spot)
    return False


def _apply(placing: Placing, held: dict[str, tuple[Seeker, Spot]], wanted: dict[str, tuple[int, int]]) -> bool:
    """Those with the fewest rooms first; whoever finds its half-day full takes the first other day."""
    for key in sorted(wanted, key=lambda key: (len(held[key][0].rooms), wanted[key], key)):
        seeker = held[key][0]
        if not placing.squeeze_into(seeker, *wanted[key]) and not placing.place(seeker):
            return False
    return len(wanted) == len(held)


def _better_half_days(placing: Placing, late: list[str], seconds: float) -> dict[str, tuple[int, int]]:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    choices = [choice for key in late for choice in _choices(model, placing, key)]
    _limit(model, placing, choices)
    model.minimize(sum(
        (choice.day - placing.half_days[choice.seeker.hearing.key][0][0]) * choice.held for choice in choices
    ))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = WORKERS
    found = solver.solve(model)
    if found not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return {}
    return {one.seeker.hearing.key: (one.day, one.half) for one in choices if solver.value(one.held)}


def _choices(model: Any, placing: Placing, key: str) -> list[Choice]:
    """Exactly one of the half-days up to the day it has now."""
    seeker, spot = placing.diary.spots[key]
    made = []
    for day, half in placing.half_days[key]:
        if day <= spot.day:
            made.append(Choice(seeker, day, half, model.new_bool_var("")))
            model.add_hint(made[-1].held, (day, half) == (spot.day, spot.half))
    model.add_exactly_one(choice.held for choice in made)
    return made


def _limit(model: Any, placing: Placing, choices: list[Choice]) -> None:
    """What a half-day can hold: slots of every set of rooms, time of staff, people of every quota and in all."""
    almanac = placing.almanac
    there: dict[tuple[int, int], list[Choice]] = {}
    for choice in choices:
        there.setdefault((choice.day, choice.half), []).append(choice)
    for (day, half), here in there.items():
        _limit_rooms(model, placing, day, half, here)
        _limit_staff(model, placing, day, half, here)
        _limit_people(model, almanac, almanac.comes[day][half], here)
    for day in {day for day, _ in there}:
        comes = almanac.comes[day][0] | almanac.comes[day][-1]
        _limit_people(model, almanac, comes, [choice for choice in choices if choice.day == day])


def _limit_rooms(model: Any, placing: Placing, day: int, half: int, here: list[Choice]) -> None:
    opens = placing.almanac.opens[half]
    for rooms in {frozenset(choice.seeker.rooms) for choice in here}:
        free = sum((placing.almanac.room_free[room][day] & opens).bit_count() for room in rooms if room >= 0)
        model.add(sum(
            (one.seeker.hearing.before + one.seeker.hearing.length + one.seeker.hearing.after) * one.held
            for one in here if rooms.issuperset(one.seeker.rooms) and min(rooms) >= 0
        ) <= free)


def _limit_staff(model: Any, placing: Placing, day: int, half: int, here: list[Choice]) -> None:
    for person in {key for one in here for _, key in one.seeker.hearing.attending}:
        free = (placing.almanac.staff_free[person][day] & placing.almanac.opens[half]).bit_count()
        busy = (one for one in here if any(key == person for _, key in one.seeker.hearing.attending))
        model.add(sum(one.seeker.hearing.length * one.held for one in busy) <= free)


def _limit_people(model: Any, almanac: Almanac, comes: int, here: list[Choice]) -> None:
    free = max(int(HEAD_ROOM * comes.bit_count()), *(one.seeker.hearing.seats for one in here))
    model.add(sum(one.seeker.hearing.seats * one.held for one in here) <= free)
    for group in {who for one in here for _, who in one.seeker.quotas}:
        wanted = [(quota.at_least, one) for one in here for quota, who in one.seeker.quotas if who & ~group == 0]
        free = max(int(HEAD_ROOM * (comes & group).bit_count()), max(count for count, _ in wanted))
        model.add(sum(count * one.held for count, one in wanted) <= free)
