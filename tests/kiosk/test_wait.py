"""The waiting time: what the simulated hall says, how it may be shown, and what there is before anything was measured."""

from math import inf
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk import wait
from kiosk.forecast.lengths import Record, tables
from kiosk.forecast.outlook import Outlook, outlooks, paused, plays, reopened, what_if
from kiosk.forecast.simulation import Desk, Due, Hall, Lengths, Person, Stream
from kiosk.wait import Cause, Closing, Reason, Shown, Wait

MINUTES = {"A": 10.0, "B": 20.0}
TEN = Lengths((10.0,), (10.0,))
SPREAD = Lengths(tuple(float(n) for n in range(1, 20)), tuple(float(n) for n in range(1, 20)))


def person(key: str, queued: float, head_start: float = 0, service: str = "A", ready: float = -99) -> Person:
    return Person(key, service, queued, queued - head_start, ready)


def hall(*people: Person, desks: tuple[Desk, ...] = (Desk("1", ("A",)),), **more: object) -> Hall:
    given_ = {"lengths": {"A": TEN, "B": TEN}, "cap": 60.0, "minutes": MINUTES} | more
    return Hall(waiting=people, desks=desks, **given_)  # type: ignore[arg-type]


def calls(of: Hall, seed: int = 1) -> dict[str, float]:
    """Where every length is certain: the minute of everybody's call."""
    return {key: one.within(0.5) for key, one in outlooks(of, seed).items()}


LINE = (person("first", -9), person("second", -8), person("third", -7))


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (hall(*LINE), {"first": 0, "second": 10, "third": 20}),
        (hall(*LINE, desks=(Desk("1", ("A",)), Desk("2", ("A", "B")))), {"first": 0, "second": 0, "third": 10}),
        (hall(*LINE, desks=(Desk("1", ("A",), "A", 4.0),)), {"first": 6, "second": 16, "third": 26}),
        (hall(*LINE, desks=(Desk("1", ("A",), "A", 40.0),)), {"first": 2, "second": 12, "third": 22}),  # overdue
        (hall(*LINE, desks=(Desk("1", ("A",), closed=((5, 30),)),)), {"first": 0, "second": 30, "third": 40}),
        (hall(*LINE, desks=(Desk("1", ("A",), closed=((0, inf),)),)), {"first": inf, "second": inf, "third": inf}),
        (hall(*LINE, desks=(Desk("1", ("A",)), Desk("2", ("A",), closed=((0, inf),)))), {"first": 0, "second": 10, "third": 20}),
        (hall(*LINE, desks=(Desk("1", ("B",)),)), {"first": inf, "second": inf, "third": inf}),
        (hall(*LINE, person("lane", -1, 20)), {"lane": 0, "first": 10, "second": 20, "third": 30}),
        (hall(*LINE, person("lane", -1, 8)), {"first": 0, "lane": 10, "second": 20, "third": 30}),
        (hall(person("away", 15, ready=15), *LINE), {"first": 0, "second": 10, "third": 20, "away": 30}),
        (hall(person("away", 40, ready=40), LINE[0]), {"first": 0, "away": 40}),
        (hall(*LINE, due=(Due(person("booked", 9, 45, ready=4), 1.0),)), {"first": 0, "second": 20, "third": 30}),
        (hall(*LINE, due=(Due(person("booked", 9, 45, ready=4), 0.0),)), {"first": 0, "second": 10, "third": 20}),
        (hall(person("long", -59), *(person(f"{n}", -n, 60) for n in range(3))),
         {"2": 0, "long": 10, "1": 20, "0": 30}),  # the cap is reached a minute after the first call
        (hall(person("long", -70), person("lane", -1, 100), capped_last=True), {"lane": 0, "long": 10}),
        (hall(person("long", -70), Person("urgent", "A", -1, -1441)), {"urgent": 0, "long": 10}),
    ],
)
def test_the_simulated_hall_follows_the_real_order(of: Hall, expected: dict[str, float]) -> None:
    assert calls(of) == expected


def test_one_is_told_the_same_alone_as_among_all_where_nothing_is_left_to_chance() -> None:
    of = hall(*LINE, person("lane", -1, 8), desks=(Desk("1", ("A",), "A", 3.0),))
    assert {key: outlooks(of, 3, only=key)[key].within(0.8) for key in calls(of)} == calls(of)


def test_the_same_hall_and_seed_give_the_same_answer() -> None:
    of = hall(*LINE, lengths={"A": SPREAD, "B": SPREAD}, streams=(Stream("A", 20, 12, 480),))
    assert wait.waits(of, 5) == wait.waits(of, 5) != wait.waits(of, 6)


def test_those_of_a_lane_who_will_still_come_make_the_wait_longer_and_ordinary_ones_do_not() -> None:
    line = [person(str(n), -n / 10) for n in range(8)]
    alone, lanes, others = (outlooks(hall(*line, streams=streams), 1)["0"].within(0.5) for streams in (
        (), (Stream("A", 20, 12, 480),), (Stream("A", 0, 12, 480),)))
    assert alone == others == 70 and lanes > 75


def test_the_plays_spread_the_lengths_evenly() -> None:
    """The mean over the plays is that of the table to within a rounding, not to within chance."""
    of = hall(*LINE, lengths={"A": SPREAD, "B": SPREAD})
    told = outlooks(of, 1)["third"].minutes
    assert len(told) == plays(3) == 200
    assert sum(told) / len(told) == pytest.approx(20, abs=0.3)


def test_what_if_a_window_is_opened() -> None:
    desks = (Desk("1", ("A",)), Desk("5", ("A",), closed=((0, inf),)))
    now = hall(*(person(str(n), -n) for n in range(7)), desks=desks)
    promised = dict.fromkeys((str(n) for n in range(7)), 30.0)
    opened = what_if(now, reopened(now, "5", 10), promised, 1)
    assert (opened.broken_before, opened.broken_after) == (3, 0)
    assert opened.p80_after < opened.p80_before - 15
    closed = what_if(now, paused(now, "1", 25), promised, 1)
    assert closed.broken_after > closed.broken_before and closed.p80_after == inf


def test_a_window_reopened_keeps_its_later_breaks_and_one_paused_too() -> None:
    now = hall(desks=(Desk("1", ("A",), closed=((-5, 20), (60, 90))),))
    assert reopened(now, "1", 10).desks[0].closed == ((0, 10), (60, 90))
    assert reopened(now, "1", 0).desks[0].closed == ((60, 90),)
    assert paused(now, "1", 30, 40).desks[0].closed == ((-5, 20), (30, 40), (60, 90))


def test_the_points_of_an_outlook_lie_between_its_plays() -> None:
    told = Outlook((0.0, 10.0, 20.0, inf))
    assert [told.within(share) for share in (0, 0.5, 0.6, 0.9, 1)] == [0, 15, pytest.approx(18), inf, inf]
    assert told.chance_by(10) == 0.5


def test_where_no_window_will_open_the_formula_speaks() -> None:
    closed = hall(*LINE, desks=(Desk("1", ("A",), closed=((0, inf),)),))
    assert wait.waits(closed, 1, closes=60) == {
        "first": Wait(0, 5, 0, 5, 0), "second": Wait(10, 15, 5, 15, 0), "third": Wait(20, 30, 10, 30, 0),
    }


# As shown ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p50", "p80", "range_"),
    [(0, 0, (0, 5)), (4.9, 5, (0, 5)), (21, 33, (20, 35)), (31, 32, (30, 35)), (30, 30, (30, 35))],
)
def test_a_range_is_rounded_outwards_to_five(p50: float, p80: float, range_: tuple[int, int]) -> None:
    assert wait.rounded(p50, p80) == range_


PAUSED = Reason(Cause.WINDOW_PAUSED, "2")


@pytest.mark.parametrize(
    ("told", "left", "reason", "seen"),
    [
        (Wait(20, 33, 20, 35), None, None, Shown(20, 35, False)),
        (Wait(20, 33, 20, 35), 40, None, Shown(20, 35, False)),  # it may fall silently
        (Wait(20, 33, 20, 35), 23, None, Shown(20, 25, False)),  # and rises not at all without a reason
        (Wait(30, 43, 30, 45), 23, None, Shown(20, 25, False)),
        (Wait(30, 43, 30, 45), 23, PAUSED, Shown(30, 45, False, PAUSED)),
        (Wait(10, 13, 10, 15), 3, None, Shown(10, 15, False, Reason(Cause.SLOWER))),  # until it cannot be kept
        (Wait(10, 13, 10, 15), -8, None, Shown(10, 15, False, Reason(Cause.SLOWER))),
        (Wait(1, 3, 0, 5), -8, None, Shown(0, 5, True)),  # "any moment now", however late
        (Wait(1, 3, 0, 5), None, None, Shown(0, 5, True)),
        (Wait(6, 9, 5, 10), 5, None, Shown(0, 5, True)),
    ],
)
def test_a_promise_falls_silently_and_rises_only_with_its_reason(
    told: Wait, left: float | None, reason: Reason | None, seen: Shown
) -> None:
    assert wait.shown(told, left, reason) == seen


@given(st.floats(0, 200), st.floats(0, 100), st.none() | st.floats(-50, 200), st.sampled_from([None, PAUSED]))
def test_whatever_is_shown_is_a_range_of_fives_within_the_promise_or_has_a_reason(
    p50: float, more: float, left: float | None, reason: Reason | None
) -> None:
    told = Wait(p50, p50 + more, *wait.rounded(p50, p50 + more))
    seen = wait.shown(told, left, reason)
    assert 0 <= seen.low < seen.high and seen.low % 5 == seen.high % 5 == 0
    assert seen.soon == (seen.high == 5)
    if left is not None and seen.high >= left + 5:
        assert seen.reason is not None or seen.soon


def test_the_reason_of_a_longer_wait_is_found_in_the_hall() -> None:
    desks = (Desk("1", ("A",)), Desk("2", ("A",)), Desk("3", ("B",)))
    before = hall(*LINE, desks=desks)
    assert wait.why_longer(before, before, "third") is None
    assert wait.why_longer(before, hall(*LINE, desks=paused(before, "2").desks), "third") == PAUSED
    assert wait.why_longer(before, hall(*LINE, desks=paused(before, "3").desks), "third") is None
    assert wait.why_longer(before, hall(*LINE, person("lane", -1, 20), desks=desks), "third") == Reason(Cause.BEFORE_YOU)
    assert wait.why_longer(before, hall(*LINE, person("behind", -1), desks=desks), "third") is None
    slow = (Desk("1", ("A",), "A", 25.0), *desks[1:])
    assert wait.why_longer(before, hall(*LINE, desks=slow), "third") == Reason(Cause.LONG_VISIT, "1")


def test_closing_time_is_said_beforehand() -> None:
    told = wait.waits(hall(*LINE), 1, closes=15.0)
    assert [told[key].in_time for key in ("first", "second", "third")] == [1, 1, 0]
    assert [wait.before_closing(chance) for chance in (0.95, 0.5, 0.05)] == [Closing.WILL, Closing.MAY, Closing.WILL_NOT]
    assert not wait.stop_issuing(told["third"], 15, 5)
    assert wait.stop_issuing(told["third"], 14, 5)


def test_the_alarm_needs_fifty_promises() -> None:
    assert not wait.untrustworthy([False] * 49)
    assert wait.untrustworthy([True] * 100 + [False] * 16 + [True] * 34)
    assert not wait.untrustworthy([False] * 100 + [False] * 15 + [True] * 35)


# Lengths -------------------------------------------------------------------------------------------------------------


def test_while_records_are_few_the_configured_lengths_speak() -> None:
    assert tables([Record("A", 5, 4)] * 49, MINUTES) == {}
    desks = (Desk("1", ("A",)), Desk("2", ("A", "B")), Desk("3", ("B",)), Desk("4", ("A",), closed=((0, 30),)))
    people = [*(person(str(n), -20 + n) for n in range(6)), *(person(f"b{n}", -20, service="B") for n in range(3))]
    told = wait.waits(hall(*people, desks=desks, lengths={}), 1, closes=60)["5"]
    work = (5 * 10 + 3 * 20 / 2) / 2  # five of the same line, half of the work of the other, two open windows
    assert told == Wait(work, 55, 25, 55)
    away = wait.waits(hall(person("away", 15, ready=15), lengths={}), 1)["away"]
    assert (away.low, away.high) == (15, 20)


def test_lengths_follow_the_records_and_newer_ones_weigh_more() -> None:
    old, new = [Record("A", 30, 29, 59.0)] * 100, [Record("A", 10, 9, 0.0)] * 100
    of = tables([*old, *new], MINUTES)["A"]
    assert of.turns.count(10) > 90 and of.visits[0] == 9 and of.visits[-1] == 29
    assert tables([*new, *[Record("A", 99, 98, 61.0)] * 100], MINUTES)["A"].turns[-1] == 10


def test_a_service_with_few_records_borrows_from_all_in_proportion() -> None:
    told = tables([Record("A", 8, 8)] * 60 + [Record("B", 40, 40)] * 15, MINUTES)
    assert set(told["A"].turns) == {8}
    assert set(told["B"].turns) == {16, 40}
    assert 0.5 <= told["B"].turns.count(40) / len(told["B"].turns) <= 0.65
    assert set(tables([Record("A", 8, 8)] * 60, MINUTES)["B"].turns) == {16}


def test_those_who_do_not_come_count_for_the_turn_and_not_for_the_visit() -> None:
    of = tables([Record("A", 10, 9)] * 90 + [Record("A", 2, None)] * 10, MINUTES)["A"]
    assert of.turns.count(2) == 10 and set(of.visits) == {9}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 25))
def test_more_before_you_or_a_window_less_never_makes_the_middle_much_shorter(seed: int, people: int) -> None:
    chance = Random(seed)
    line = [person(str(n), -chance.uniform(0, 50)) for n in range(people)]
    desks = (Desk("1", ("A",), "A", chance.uniform(0, 9)), Desk("2", ("A",)))
    of = hall(*line, desks=desks, lengths={"A": SPREAD, "B": SPREAD})
    middle = outlooks(of, seed)["0"].within(0.5)
    more = replace(of, waiting=(*of.waiting, person("more", -55), person("and more", -56)))
    assert outlooks(more, seed)["0"].within(0.5) >= middle - 2
    assert outlooks(paused(of, "2"), seed)["0"].within(0.5) >= middle - 2
