"""The lawful starts of one hearing beside what a diary holds, and the rules that close the rest of its window. Pure."""

from collections import Counter
from collections.abc import Iterator

from hearings.notices.clock import notice_by, notice_rule
from hearings.proposals.almanac import ON_SITE, Almanac, Seeker, ones, runs
from hearings.proposals.diary import Diary
from hearings.proposals.problem import Obstacle, Start
from hearings.proposals.trial_panel import pools, seat

Reason = tuple[str, str, str]  # code, source, what it is about


def starts_of(diary: Diary, seeker: Seeker) -> Iterator[Start]:
    almanac, problem = diary.almanac, diary.almanac.problem
    for day, half in half_days(almanac, seeker):
        free = diary.free_members(day, half)
        found = pools(almanac, seeker, free)
        if not almanac.in_time(seeker.hearing, day) or any(pool.size < pool.needed for pool in found):
            continue
        if seat(almanac, seeker, free, int) is None:
            continue
        by_slot: dict[int, list[str]] = {}
        for room, bits in sorted(diary.starts(seeker, day, half)):
            for slot in ones(bits):
                by_slot.setdefault(slot, []).extend([] if room == ON_SITE else [problem.rooms[room].key])
        until = notice_by(problem, almanac.days[day])
        yield from (Start(almanac.days[day], slot, tuple(by_slot[slot]), found, until) for slot in sorted(by_slot))


def half_days(almanac: Almanac, seeker: Seeker) -> Iterator[tuple[int, int]]:
    for day in range(seeker.first, seeker.end):
        for half in range(len(almanac.opens)):
            yield day, half


def obstacles(diary: Diary, seeker: Seeker) -> tuple[Obstacle, ...]:
    """The rules that close half-days of the hearing's window, the most frequent first; an empty window is one itself."""
    closed = [frozenset(closed_by(diary, seeker, day, half)) for day, half in half_days(diary.almanac, seeker)]
    if not closed:
        return (Obstacle("no_workday", "", 0, 0, f"{seeker.hearing.earliest} - {seeker.hearing.latest}"),)
    every = Counter(reason for reasons in closed for reason in reasons)
    alone = Counter(reason for reasons in closed if len(reasons) == 1 for reason in reasons)
    found = [Obstacle(code, source, every[code, source, detail], alone[code, source, detail], detail)
             for code, source, detail in every]
    return tuple(sorted(found, key=lambda one: (-one.half_days, -one.alone, one.code, one.detail)))


def closed_by(diary: Diary, seeker: Seeker, day: int, half: int) -> Iterator[Reason]:
    """Each rule that closes this half-day by itself: its code, its source and what it is about."""
    almanac, problem = diary.almanac, diary.almanac.problem
    if not almanac.in_time(seeker.hearing, day):
        yield "notice", problem.source(notice_rule(problem)), ""
    free = diary.free_members(day, half)
    narrow = [pool.label for pool in pools(almanac, seeker, free) if pool.size < pool.needed]
    yield from (("pool", problem.source("hearing.pool_factor"), label) for label in narrow)
    if not narrow and seat(almanac, seeker, free, int) is None:
        yield "panel", problem.source("hearing.no_majority"), ""
    yield from _closed_by_place(diary, seeker, day, half)


def _closed_by_place(diary: Diary, seeker: Seeker, day: int, half: int) -> Iterator[Reason]:
    found = [*_rooms(diary, seeker, day, half), *_staff(diary, seeker, day, half)]
    yield from found
    if not found and not any(diary.starts(seeker, day, half)):
        yield "no_common_time", "", ""


def _rooms(diary: Diary, seeker: Seeker, day: int, half: int) -> Iterator[Reason]:
    hearing, opens = seeker.hearing, diary.almanac.opens[half]
    if not seeker.rooms:
        yield "room_needs", "", ""
    elif opens.bit_count() < hearing.before + hearing.length + hearing.after:
        yield "hours", "", ""
    elif not any(diary.room_starts(seeker, day, half, room) for room in seeker.rooms):
        yield "rooms_taken", "", ""


def _staff(diary: Diary, seeker: Seeker, day: int, half: int) -> Iterator[Reason]:
    for role, key in seeker.hearing.attending:
        free = diary.staff[key][day] & diary.almanac.opens[half]
        if not runs(free, seeker.hearing.length):
            yield "staff_busy", "", f"{role} {key}"
