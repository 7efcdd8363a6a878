"""Lawful starts: the clock of the notice, every start and no other, what stands in the way, and the ways out."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hearings.notices.clock import check_notice, last_lawful_notice
from hearings.place.starts import lawful_starts
from hearings.proposals.checker import check
from hearings.proposals.problem import (
    Absence,
    Hearing,
    Member,
    Opening,
    Placement,
    Plan,
    Problem,
    Quota,
    Room,
    Rule,
    Span,
    Staff,
    Start,
)  # fmt: skip
from hearings.standard_rules import RULES, WAYS
from shared.calendar import DAY, Calendar, seed_days
from shared.errors import Refused

CALENDAR = Calendar({row["day"]: row["is_workday"] for row in seed_days(2026)})
EVERY_HALF_DAY = frozenset((day, half) for day in range(7) for half in range(2))
MONDAY = date(2026, 3, 9)
CATEGORIES = ("npc-deputy", "lawyer", "community")


def roster(each: int = 3) -> tuple[Member, ...]:
    return tuple(Member(f"{name}-{n}", name, weekly=EVERY_HALF_DAY) for name in CATEGORIES for n in range(each))


def wanted(**changes: Any) -> Hearing:
    plain = Hearing(
        key="H1", length=4, before=1, after=1, earliest=MONDAY, latest=MONDAY + DAY, moderator="P1", seats=3,
        quotas=(Quota(frozenset({"npc-deputy"}), 1),),
    )
    return replace(plain, **changes)


def problem(*hearings: Hearing, **changes: Any) -> Problem:
    plain = Problem(
        hearings=hearings, rooms=(Room("R1", 20), Room("R2", 40, broadcast=True)), members=roster(),
        staff=(Staff("P1"), Staff("P2")), openings=(Opening(36, 48), Opening(56, 70)), calendar=CALENDAR,
        first=MONDAY, last=MONDAY + 30 * DAY, now=datetime(2026, 3, 2, 9), rules=RULES, ways=WAYS,
    )
    return replace(plain, **changes)


def codes(found: Any) -> list[str]:
    return [obstacle.code for obstacle in found.obstacles]


def test_scenario_7_statutory_clock() -> None:
    """8 October 2026 is the first workday after the holiday; Saturday the 10th is a workday."""
    after_holiday = wanted(earliest=date(2026, 10, 8), latest=date(2026, 10, 16))
    late = problem(after_holiday, first=date(2026, 9, 28), last=date(2026, 10, 30), now=datetime(2026, 9, 30, 17, 31))
    with pytest.raises(Refused) as refused:
        check_notice(late, date(2026, 10, 8))
    assert (refused.value.code, refused.value.detail) == ("notice-too-late", {"last": "2026-09-30 17:30", "article": "notice"})

    offered = lawful_starts(late, after_holiday)
    assert offered.lawful[0].day == date(2026, 10, 12)  # notice by Friday the 9th; the 8th to the 10th all end on 30 September
    assert [(pool.label, pool.size, pool.needed) for pool in offered.lawful[0].pools] == [("", 9, 6), ("npc-deputy", 3, 2)]
    assert offered.lawful[0].notice_by == datetime(2026, 10, 9, 17, 30)
    notice = offered.obstacles[0]
    assert (notice.code, notice.source, notice.half_days) == ("notice", RULES["hearing.notice_days"].source, 6)

    in_time = replace(late, now=datetime(2026, 9, 30, 17, 30))
    check_notice(in_time, date(2026, 10, 8))
    assert lawful_starts(in_time, after_holiday).lawful[0].day == date(2026, 10, 8)


@pytest.mark.parametrize(
    ("day", "workdays", "last"),
    [
        (date(2026, 10, 9), False, date(2026, 9, 30)),  # the worked example: 6 October is a holiday
        (date(2026, 10, 12), False, date(2026, 10, 9)),
        (date(2026, 10, 13), False, date(2026, 10, 10)),  # a Saturday made a workday
        (date(2026, 3, 12), False, date(2026, 3, 9)),
        (date(2026, 3, 10), False, date(2026, 3, 6)),  # off Saturday to Friday
        (date(2026, 10, 9), True, date(2026, 9, 29)),
        (date(2026, 3, 10), True, date(2026, 3, 5)),
    ],
)
def test_last_notice_moves_earlier_over_rest_days(day: date, workdays: bool, last: date) -> None:
    assert last_lawful_notice(day, CALENDAR, 3, workdays=workdays).day == last


@given(st.dates(date(2026, 1, 15), date(2026, 12, 25)), st.integers(0, 10))
def test_last_notice_is_the_last_workday_that_leaves_the_days(day: date, days: int) -> None:
    last = last_lawful_notice(day, CALENDAR, days).day
    assert CALENDAR.is_workday(last) and (day - last).days >= days
    later = (last + DAY * n for n in range(1, (day - last).days - days + 1))
    assert not any(CALENDAR.is_workday(other) for other in later)


def test_office_that_counts_workdays_gives_notice_earlier() -> None:
    counted = problem(rules={**RULES, "hearing.notice_workdays": Rule(3, "本院规定")}, now=datetime(2026, 3, 5, 18))
    with pytest.raises(Refused) as refused:
        check_notice(counted, date(2026, 3, 10))
    assert refused.value.detail["last"] == "2026-03-05 17:30"


def test_starts_keep_clear_of_lunch_closures_and_diaries() -> None:
    closed = Room("R1", 20, closed=(Span(MONDAY, 0, 48),))
    busy = problem(rooms=(closed,), staff=(Staff("P1", (Span(MONDAY, 60, 64),)),))
    mondays = [start.slot for start in lawful_starts(busy, wanted(latest=MONDAY)).lawful]
    assert mondays == [64, 65]  # set up from 63; the last one is cleared at 17:30


def test_starts_beside_a_plan_leave_out_what_is_taken() -> None:
    other = wanted(key="H2", fixed=Placement(MONDAY, 37, "R1", ("npc-deputy-0", "lawyer-0", "community-0")))
    found = lawful_starts(problem(other), wanted(latest=MONDAY))
    assert [(start.slot, start.rooms) for start in found.lawful][:4] == [
        (41, ("R2",)), (42, ("R2",)), (43, ("R1", "R2")), (57, ("R1", "R2"))
    ]  # the moderator is there until 41, the room is cleared until 42
    assert found.lawful[0].pools[0].size == 6  # three sit already that day


@st.composite
def small_problems(draw: Any) -> tuple[Problem, Hearing]:
    def spans() -> tuple[Span, ...]:
        first = draw(st.integers(34, 46))
        return (Span(MONDAY + DAY * draw(st.integers(0, 1)), first, first + draw(st.integers(1, 8))),)

    half_days = st.frozensets(st.sampled_from(sorted(EVERY_HALF_DAY)), min_size=8)
    members = tuple(
        Member(f"M{n}", draw(st.sampled_from(CATEGORIES)), weekly=draw(half_days),
               away=(Absence(MONDAY, MONDAY),) if draw(st.booleans()) else (), busy=spans() if draw(st.booleans()) else ())
        for n in range(5)
    )  # fmt: skip
    hearing = wanted(length=draw(st.integers(2, 5)), before=draw(st.integers(0, 1)), after=draw(st.integers(0, 2)),
                     broadcast=draw(st.booleans()), excluded=frozenset(draw(st.sets(st.sampled_from(["M0", "M1"])))))
    rooms = (Room("R1", 20, closed=spans()), Room("R2", 40, broadcast=True, closed=spans()))
    made = problem(
        hearing, members=members, rooms=rooms, staff=(Staff("P1", spans()),), openings=(Opening(36, 42), Opening(44, 50)),
        now=datetime(2026, 3, draw(st.sampled_from((5, 6))), 16), rules={**RULES, "hearing.pool_factor": Rule(1, "test")},
    )
    return made, hearing


def every_place(made: Problem, hearing: Hearing) -> Iterator[Placement]:
    for day in range(2):
        for slot in range(34, 52):
            for room in made.rooms:
                yield Placement(MONDAY + DAY * day, slot, room.key)


def is_lawful(made: Problem, hearing: Hearing, place: Placement) -> bool:
    """By the checker, which shares no code: some panel breaks no rule there."""
    panels = combinations([member.key for member in made.members], hearing.seats)
    return any(not check(made, Plan("", {hearing.key: replace(place, panel=panel)})) for panel in panels)


@settings(max_examples=25, deadline=None)
@given(small_problems())
def test_starts_are_those_that_the_checker_passes_and_no_others(drawn: tuple[Problem, Hearing]) -> None:
    """A member who is busy for a part of a half-day is not asked for the rest of it: there the list may be shorter."""
    made, hearing = drawn
    listed = {(start.day, start.slot, room) for start in lawful_starts(made, hearing).lawful for room in start.rooms}
    lawful = {(place.day, place.slot, place.room) for place in every_place(made, hearing) if is_lawful(made, hearing, place)}
    assert listed <= lawful
    if not any(member.busy for member in made.members):
        assert listed == lawful


@pytest.mark.parametrize(
    ("changes", "about", "way", "agreed_by"),
    [
        ({"places": 99}, "room_needs", "other_room", "handler"),
        ({"seats": 5}, "pool", "smaller_panel", "chief_procurator"),
        ({"earliest": MONDAY - 5 * DAY, "latest": MONDAY - 3 * DAY}, "no_workday", "later", "department_head"),
        ({"quotas": (Quota(frozenset(), 1, "medicine"),)}, "pool", "outsider", "chief_procurator"),
        ({"moderator": "P2"}, "staff_busy", "other_moderator", "department_head"),
    ],
)
def test_hearing_without_a_lawful_start_is_told_why_and_the_cheapest_way_out(
    changes: dict[str, Any], about: str, way: str, agreed_by: str
) -> None:
    away = tuple(Span(MONDAY + DAY * n) for n in range(2))
    found = lawful_starts(problem(staff=(Staff("P1"), Staff("P2", away))), wanted(**changes))
    assert not found.lawful and about in codes(found)
    out = found.relaxations[0]
    assert [(one.code, one.agreed_by) for one in out.ways] == [(way, agreed_by)]
    assert out.starts > 0 and out.price == out.ways[0].price


def test_notice_that_comes_too_late_can_be_waived_by_the_parties() -> None:
    found = lawful_starts(problem(now=datetime(2026, 3, 9, 8)), wanted())
    assert codes(found) == ["notice"] and found.obstacles[0].alone == found.obstacles[0].half_days == 4
    assert [out.ways[0].code for out in found.relaxations] == ["later", "notice_waived"]


def test_two_ways_together_are_offered_where_one_does_not_help() -> None:
    closed = tuple(Span(MONDAY + DAY * n) for n in range(40))
    shut = problem(rooms=(Room("R1", 20, closed=closed),), now=datetime(2026, 3, 9, 8))
    found = lawful_starts(shut, wanted())
    assert [[way.code for way in out.ways] for out in found.relaxations] == [["later", "on_site"], ["notice_waived", "on_site"]]
    assert [out.price for out in found.relaxations] == [10, 13]


def test_ways_out_lead_to_starts_that_break_no_rule() -> None:
    made = problem(wanted(seats=5))
    start: Start = lawful_starts(made, wanted(seats=5)).relaxations[0].first
    eased = wanted(seats=3)
    panel = ("npc-deputy-0", "lawyer-0", "community-0")
    assert not check(replace(made, hearings=(eased,)), Plan("", {"H1": Placement(start.day, start.slot, start.rooms[0], panel)}))
    assert start.notice_by - made.now > timedelta(0)
