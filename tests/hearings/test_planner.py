"""Planning many hearings: no rule is broken, the fairest panels are found, what is fixed stays, and a plan is mended gently."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from benchmarks.docket import Size, docket, losses
from hearings.planner import plan
from hearings.proposals.almanac import Almanac, Spot
from hearings.proposals.checker import Broken, check
from hearings.proposals.diary import Diary
from hearings.proposals.panels import draw_panels, sitting
from hearings.proposals.polish import is_possible
from hearings.proposals.problem import Absence, Hearing, Placement, Plan, Problem, Progress, Quota, Rule, Span
from hearings.proposals.replan import applied, replan
from hearings.proposals.revision import Change, Revision
from hearings.proposals.worker import run_in_worker

SMALL = Size(hearings=24, rooms=3, members=48, days=15, moderators=6)
CROWDED = Size(hearings=40, rooms=1, members=60, days=12, moderators=5, comes=0.4, days_left=(2, 6))


@pytest.fixture(scope="module")
def small() -> tuple[Problem, Plan]:
    problem = docket(SMALL)
    return problem, plan(problem, "first")


def solved(problem: Problem, made: Plan) -> None:
    """No rule broken, and everything is either placed or listed with a reason."""
    assert check(problem, made) == []
    assert set(made.placements) | {one.hearing for one in made.unsolved} == {one.key for one in problem.hearings}
    assert all(one.obstacles for one in made.unsolved)


def loads(problem: Problem, made: Plan) -> list[int]:
    sat = Counter({one.key: one.load for one in problem.members})
    sat.update(key for placement in made.placements.values() for key in placement.panel)
    return sorted(sat.values())


# Planning -----------------------------------------------------------------------------------------------------------------


def test_plan_of_a_whole_docket_breaks_no_rule(small: tuple[Problem, Plan]) -> None:
    problem, made = small
    solved(problem, made)
    assert len(made.placements) == 24


@settings(max_examples=12, deadline=None)
@given(
    st.integers(0, 10**6), st.integers(1, 3), st.integers(1, 25), st.integers(20, 50), st.floats(0.2, 0.8), st.integers(2, 8),
)  # fmt: skip
def test_any_docket_gets_an_answer_that_breaks_no_rule(
    seed: int, rooms: int, hearings: int, members: int, comes: float, left: int
) -> None:
    size = Size(hearings, rooms, members, 10, 4, comes, (1, left))
    problem = docket(size, seed)
    solved(problem, plan(problem, "any"))


def test_crowded_docket_makes_room_and_says_why_the_rest_has_none() -> None:
    problem = docket(CROWDED)
    made = plan(problem, "crowd")
    solved(problem, made)
    assert made.unsolved and {obstacle.code for one in made.unsolved for obstacle in one.obstacles} >= {"rooms_taken"}


def test_same_seed_gives_the_same_plan_and_another_seed_other_people(small: tuple[Problem, Plan]) -> None:
    problem, made = small
    assert plan(problem, "first") == made
    other = plan(problem, "second")
    assert check(problem, other) == []
    assert any(set(other.placements[key].panel) != set(made.placements[key].panel) for key in made.placements)
    assert sum(n * n for n in loads(problem, other)) <= 1.1 * sum(n * n for n in loads(problem, made))


def test_two_sittings_a_day_never_fall_into_the_same_half_day() -> None:
    problem = docket(Size(hearings=20, rooms=4, members=30, days=5, moderators=8, comes=0.8, days_left=(1, 5)))
    caps = {"hearing.daily_cap": Rule(2, "test"), "hearing.weekly_cap": Rule(6, "test")}
    problem = replace(problem, rules=problem.rules | caps)
    solved(problem, plan(problem, "twice"))


def test_progress_is_told_stage_by_stage(small: tuple[Problem, Plan]) -> None:
    told: list[Progress] = []
    plan(small[0], "first", progress=told.append)
    assert [stage for stage in ("places", "panels") if any(one.stage == stage for one in told)] == ["places", "panels"]
    assert told[-1] == Progress("panels", 1, 1)


def test_fixed_hearing_stays_and_a_panel_begun_is_completed(small: tuple[Problem, Plan]) -> None:
    problem, made = small
    key = max(made.placements)
    begun = replace(made.placements[key], panel=made.placements[key].panel[:1])
    hearings = tuple(replace(one, fixed=begun) if one.key == key else one for one in problem.hearings)
    again = plan(replace(problem, hearings=hearings), "again")
    now = again.placements[key]
    assert (now.day, now.slot, now.room) == (begun.day, begun.slot, begun.room)
    assert set(begun.panel) < set(now.panel)
    solved(replace(problem, hearings=hearings), again)


def test_fixed_hearing_in_a_closed_room_is_listed_with_its_ways_out(small: tuple[Problem, Plan]) -> None:
    problem, made = small
    key, placement = min(made.placements.items())
    hearings = tuple(replace(one, fixed=placement, noticed=True) if one.key == key else one for one in problem.hearings)
    rooms = tuple(replace(one, closed=(Span(placement.day),)) if one.key == placement.room else one for one in problem.rooms)
    again = plan(replace(problem, hearings=hearings, rooms=rooms), "closed")
    listed = {one.hearing: one for one in again.unsolved}
    assert again.placements[key] == placement
    assert [obstacle.code for obstacle in listed[key].obstacles] == ["room_closed"]
    assert listed[key].relaxations


@pytest.mark.skipif(not is_possible(), reason="OR-Tools is not installed")
def test_polished_plan_waits_no_longer_and_breaks_no_rule() -> None:
    problem = docket(Size(hearings=40, rooms=3, members=60, days=15, moderators=5, comes=0.4, days_left=(3, 9)), 2)
    plain, polished = plan(problem, "x"), plan(problem, "x", 2)
    solved(problem, polished)
    ahead = [(polished.placements[key].day - plain.placements[key].day).days for key in plain.placements]
    assert sum(ahead) <= 0 and len(polished.placements) == len(plain.placements)


# Panels -------------------------------------------------------------------------------------------------------------------


def three_hearings() -> tuple[Diary, list[Any]]:
    """Three panels of three on two days, quotas and a specialist among nine people of uneven past."""
    problem = docket(Size(hearings=3, rooms=3, members=9, days=3, moderators=3, comes=1.0), 5)
    quotas = (Quota(frozenset({"npc-deputy", "cppcc-member"}), 1),)
    hearings = [replace(one, seats=3, quotas=quotas, excluded=frozenset()) for one in problem.hearings]
    members = tuple(replace(one, away=()) for one in problem.members)
    almanac = Almanac(replace(problem, hearings=tuple(hearings), members=members))
    spots = [Spot(0, 0, 37, 0, ()), Spot(0, 1, 57, 1, ()), Spot(1, 0, 37, 2, ())]
    return Diary(almanac), [sitting(almanac, almanac.seeker(one), spot) for one, spot in zip(hearings, spots, strict=True)]


def every_draw(diary: Diary, sittings: list[Any]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """All lawful panels of all three, by trying everything."""
    members = diary.almanac.problem.members
    each = [
        [panel for panel in combinations(range(9), 3) if all(one.usable >> place & 1 for place in panel)
         and len({members[place].category for place in panel}) == 3
         and any(members[place].category in ("npc-deputy", "cppcc-member") for place in panel)]
        for one in sittings
    ]
    for panels in product(*each):
        if not set(panels[0]) & set(panels[1]) and max(Counter(sum(panels, ())).values()) <= 2:
            yield panels


def test_panels_are_the_fairest_of_all_lawful_ones() -> None:
    diary, sittings = three_hearings()
    drawn = draw_panels(diary, sittings, "fair")

    def squares(panels: tuple[tuple[int, ...], ...]) -> int:
        sat = Counter(place for panel in panels for place in panel)
        return sum((member.load + sat[place]) ** 2 for place, member in enumerate(diary.almanac.problem.members))

    found = tuple(drawn[one.key] for one in sittings)
    lawful = list(every_draw(diary, sittings))
    assert found in lawful
    assert squares(found) == min(map(squares, lawful))


def test_panels_do_not_depend_on_the_order_in_which_hearings_are_given() -> None:
    """The lots make the cheapest flow unique, so the solver's own choices show nowhere."""
    problem = docket(SMALL)
    made = plan(problem, "order")
    almanac = Almanac(problem)
    sittings = []
    for hearing in problem.hearings:
        spot = almanac.spot(made.placements[hearing.key])
        assert spot is not None
        sittings.append(sitting(almanac, almanac.seeker(hearing), spot))
    assert draw_panels(Diary(almanac), sittings, "order") == draw_panels(Diary(almanac), sittings[::-1], "order")


def test_lottery_reaches_everybody_who_could_sit_equally_well() -> None:
    diary, sittings = three_hearings()
    level = replace(diary.almanac.problem, members=tuple(replace(one, load=0) for one in diary.almanac.problem.members))
    almanac = Almanac(level)
    first = [sitting(almanac, one.seeker, Spot(one.day, one.half, 0, 0, ())) for one in sittings[:1]]
    seats = Counter(place for seed in range(300) for place in draw_panels(Diary(almanac), first, str(seed))[first[0].key])
    assert set(seats) == {place for place in range(9) if first[0].usable >> place & 1}


# Mending ------------------------------------------------------------------------------------------------------------------


def test_scenario_8_replan() -> None:
    problem = docket()
    made = plan(problem, "docket")
    assert len(made.placements) == 200 and check(problem, made) == []
    today, changes = losses(problem, made)
    mended = replan(today, made, changes, "losses")
    noticed = {one.key for one in today.hearings if one.noticed}

    assert check(applied(today, changes), mended.plan, made) == []
    assert len(noticed) > 20 and not {moved.hearing for moved in mended.moved} & noticed
    assert len(mended.moved) <= 10
    assert 0 < mended.lost_seats <= len(mended.invitations) <= 2 * mended.lost_seats
    assert all(one.obstacles for one in mended.plan.unsolved)
    lost = {(key, member) for key, was in made.placements.items() for member in was.panel} - set(mended.released)
    assert not lost & set(mended.invitations)


def test_withdrawal_replaces_one_seat_and_nothing_else(small: tuple[Problem, Plan]) -> None:
    problem, made = small
    placement = made.placements[min(made.placements)]
    gone = Change("member", placement.panel[0], problem.first, problem.last)
    mended = replan(problem, made, (gone,), "one")
    assert check(applied(problem, (gone,)), mended.plan, made) == []
    assert not mended.moved and len(mended.invitations) == mended.lost_seats
    assert {member for _, member in mended.released} == {gone.key}


def test_recusal_is_mended_like_a_withdrawal_from_one_hearing(small: tuple[Problem, Plan]) -> None:
    problem, made = small
    key, placement = min(made.placements.items())
    recused = {placement.panel[0]}
    hearings = tuple(replace(one, excluded=one.excluded | recused) if one.key == key else one for one in problem.hearings)
    mended = replan(replace(problem, hearings=hearings), made, (), "recused")
    assert mended.released == ((key, placement.panel[0]),) and len(mended.invitations) == 1


def test_new_hearing_finds_its_place_beside_the_others(small: tuple[Problem, Plan]) -> None:
    problem, made = small
    fresh = replace(problem.hearings[0], key="H999", latest=problem.last, moderator="P05")
    more = replace(problem, hearings=(*problem.hearings, fresh))
    mended = replan(more, made, (), "more")
    assert [moved.hearing for moved in mended.moved] == ["H999"] and mended.moved[0].before is None
    solved(more, mended.plan)


def test_noticed_hearing_that_lost_its_room_stays_and_is_listed(small: tuple[Problem, Plan]) -> None:
    problem, made = small
    key, placement = max(made.placements.items())
    told = replace(problem, hearings=tuple(replace(one, noticed=one.key == key) for one in problem.hearings))
    lost = Change("room", placement.room, placement.day, placement.day)
    mended = replan(told, made, (lost,), "room")
    listed = {one.hearing: one for one in mended.plan.unsolved}
    assert mended.plan.placements[key] == placement
    assert listed[key].obstacles[0].code == "room_closed"
    assert any(way.code == "new_notice" for out in listed[key].relaxations for way in out.ways)


def test_noticed_hearing_without_its_only_specialist_is_listed_as_short(small: tuple[Problem, Plan]) -> None:
    problem, made = small
    key, hearing = next((one.key, one) for one in problem.hearings if any(quota.specialism for quota in one.quotas))
    field = next(quota.specialism for quota in hearing.quotas if quota.specialism)
    told = replace(problem, hearings=tuple(replace(one, noticed=one.key == key) for one in problem.hearings))
    gone = tuple(Change("member", one.key, problem.first, problem.last) for one in problem.members if field in one.specialisms)
    mended: Revision = replan(told, made, gone, "short")
    listed = {one.hearing: one for one in mended.plan.unsolved}
    assert [(one.code, one.detail) for one in listed[key].obstacles] == [("panel", field)]
    assert check(applied(told, gone), mended.plan, made) == []


# The checker ----------------------------------------------------------------------------------------------------------------


def broken_by(problem: Problem, made: Plan, key: str, **changes: Any) -> set[str]:
    spoilt = replace(made, placements={**made.placements, key: replace(made.placements[key], **changes)})
    return {one.rule for one in check(problem, spoilt)}


def test_checker_finds_each_rule_that_one_placement_breaks(small: tuple[Problem, Plan]) -> None:
    problem, made = small
    key, placement = min(made.placements.items())
    assert broken_by(problem, made, key, day=date(2026, 3, 7)) >= {"workday"}
    assert broken_by(problem, made, key, day=problem.last) & {"window", "not_available", "room_closed"}
    assert broken_by(problem, made, key, slot=46) >= {"hours"}
    assert broken_by(problem, made, key, room="nowhere") >= {"room"}
    assert broken_by(problem, made, key, panel=placement.panel[1:]) >= {"panel_size"}
    assert broken_by(problem, made, key, panel=("M999", *placement.panel[1:])) >= {"not_on_roster"}
    experts = tuple(one.key for one in problem.members if one.category == "expert")[: len(placement.panel)]
    assert broken_by(problem, made, key, panel=experts) >= {"majority", "quota"}


def test_checker_finds_what_two_hearings_take_at_once(small: tuple[Problem, Plan]) -> None:
    problem, made = small
    one, other = sorted(made.placements)[:2]
    there = made.placements[other]
    found = broken_by(problem, made, one, day=there.day, slot=there.slot, room=there.room, panel=there.panel)
    assert found >= {"room_twice", "member_twice", "daily_cap"}


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("notice", lambda problem, one: replace(problem, now=problem.now.replace(month=4))),
        ("weekly_cap", lambda problem, one: replace(problem, rules=problem.rules | {"hearing.weekly_cap": Rule(0, "t")})),
        ("yearly_cap", lambda problem, one: replace(problem, rules=problem.rules | {"hearing.yearly_cap": Rule(0, "t")})),
        ("pool", lambda problem, one: replace(problem, rules=problem.rules | {"hearing.pool_factor": Rule(99, "t")})),
        ("panel_law", lambda problem, one: replace(problem, rules=problem.rules | {"hearing.panel_min": Rule(8, "t")})),
        ("room_capacity", lambda problem, one: replace(problem, hearings=(replace(one, places=999), *problem.hearings[1:]))),
        ("excluded", lambda problem, one: replace(
            problem, hearings=(replace(one, excluded=frozenset(m.key for m in problem.members)), *problem.hearings[1:]))),
        ("fixed", lambda problem, one: replace(
            problem, hearings=(replace(one, fixed=Placement(problem.last, 57, "R00")), *problem.hearings[1:]))),
        ("away", lambda problem, one: replace(
            problem, members=tuple(replace(m, away=(Absence(problem.first, problem.last),)) for m in problem.members))),
        ("not_available", lambda problem, one: replace(
            problem, members=tuple(replace(m, weekly=frozenset()) for m in problem.members))),
        ("room_closed", lambda problem, one: applied(
            problem, tuple(Change("room", room.key, problem.first, problem.last) for room in problem.rooms))),
        ("staff_busy", lambda problem, one: applied(
            problem, tuple(Change("staff", person.key, problem.first, problem.last) for person in problem.staff))),
    ],
)  # fmt: skip
def test_checker_finds_each_rule_that_a_changed_world_breaks(small: tuple[Problem, Plan], rule: str, change: Any) -> None:
    problem, made = small
    assert rule in {one.rule for one in check(change(problem, problem.hearings[0]), made)}


def test_checker_finds_a_noticed_hearing_that_was_moved(small: tuple[Problem, Plan]) -> None:
    problem, made = small
    told = replace(problem, hearings=tuple(replace(one, noticed=True) for one in problem.hearings))
    other = replace(made, placements={})
    assert {one.rule for one in check(told, other, made)} == {"missing", "noticed_moved"}
    assert check(told, made, made) == list[Broken]()


# A process of its own -------------------------------------------------------------------------------------------------------


def test_worker_tells_progress_and_answers_the_same_plan() -> None:
    problem = docket(Size(hearings=6, rooms=2, members=30, days=6, moderators=3))
    told = list(run_in_worker(problem, "worker"))
    assert told[-1] == plan(problem, "worker")
    assert all(isinstance(one, Progress) for one in told[:-1]) and len(told) > 6


def test_worker_stops_when_nobody_listens_any_more() -> None:
    said = run_in_worker(docket(SMALL), "worker")
    assert isinstance(next(said), Progress)
    said.close()  # type: ignore[attr-defined]
    assert list(said) == []


def test_hearing_that_nobody_fixed_needs_no_clerk_or_bailiff() -> None:
    one = Hearing(key="H", length=4, earliest=date(2026, 3, 2), latest=date(2026, 3, 3), moderator="P1", seats=3)
    assert one.attending == (("moderator", "P1"),)
