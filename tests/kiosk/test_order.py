"""The order: bounded head start, with its guarantee over random days."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk import order
from kiosk.order import Place, Terms
from shared.errors import Refused

OPENING = datetime(2026, 11, 23, 1, tzinfo=UTC)
CAP = 60
HEAD_STARTS = (0, 20, 45)
TERMS = Terms(
    cap=CAP, booking=45, booking_early=5, booking_late=10, late_booking=10, deferral=15, deferrals=2, return_within=30,
    return_calls=2, return_credit=10, errand=40,
)
MOST = max(HEAD_STARTS)


class Person(NamedTuple):
    id: int
    queued_at: datetime
    rank_at: datetime
    ready_at: datetime


def person(id: int, minute: float, head_start: int = 0, ready: float | None = None) -> Person:
    arrived = OPENING + timedelta(minutes=minute)
    ready_at = arrived if ready is None else OPENING + timedelta(minutes=ready)
    return Person(id, arrived, order.rank_at(arrived, head_start), ready_at)


def at(minute: float) -> datetime:
    return OPENING + timedelta(minutes=minute)


def test_nobody_waiting_gives_nobody() -> None:
    assert order.choose([], now=at(0), cap=CAP, capped_last=False) is None


def test_first_come_is_first_served_among_equals() -> None:
    chosen = order.choose([person(2, 5), person(1, 4)], now=at(10), cap=CAP, capped_last=False)
    assert chosen == (person(1, 4), False)


def test_a_lane_goes_before_those_who_came_less_than_its_head_start_earlier() -> None:
    ordinary, lane = person(1, 0), person(2, 19, 20)
    assert order.choose([ordinary, lane], now=at(20), cap=CAP, capped_last=False) == (lane, False)


def test_a_lane_does_not_go_before_those_who_came_earlier_than_its_head_start() -> None:
    ordinary, lane = person(1, 0), person(2, 21, 20)
    assert order.choose([ordinary, lane], now=at(25), cap=CAP, capped_last=False) == (ordinary, False)


def test_someone_who_asked_for_more_time_is_not_called_before() -> None:
    away, other = person(1, 0, ready=15), person(2, 10)
    assert order.choose([away, other], now=at(12), cap=CAP, capped_last=False) == (other, False)


def test_the_longest_wait_goes_first_after_the_cap_but_not_twice_running() -> None:
    long, lane = person(1, 0), person(2, 10, 20)
    assert order.choose([long, lane], now=at(61), cap=CAP, capped_last=False) == (long, True)
    assert order.choose([long, lane], now=at(61), cap=CAP, capped_last=True) == (lane, False)


def test_the_long_wait_rule_is_not_counted_when_it_changes_nothing() -> None:
    assert order.choose([person(1, 0)], now=at(61), cap=CAP, capped_last=False) == (person(1, 0), False)


def test_coming_back_after_a_missed_call_never_gives_a_better_place_than_before() -> None:
    assert order.missed_rank(at(30), at(5), 10) == at(20)
    assert order.missed_rank(at(30), at(28), 10) == at(28)

def place(queued: float, head_start: int = 0, ready: float | None = None) -> Place:
    return Place(at(queued), at(queued if ready is None else ready), order.rank_at(at(queued), head_start), head_start)


@pytest.mark.parametrize(
    ("came", "lane", "counted", "callable_from", "credit"),
    [
        (22, 0, 30, 25, 45),  # early: from five minutes before, never sooner
        (27, 0, 30, 27, 45),
        (36, 0, 36, 36, 45),  # a little late is on time
        (40, 0, 40, 40, 45),
        (43, 0, 43, 43, 10),  # late: without the booking, but not quite
        (43, 20, 43, 43, 20),  # a lane's longer head start stays
        (22, 50, 30, 25, 50),
    ],
)
def test_a_booking_is_merged_at_its_time(came: float, lane: int, counted: float, callable_from: float, credit: int) -> None:
    assert order.booked(at(came), at(30), TERMS, lane) == place(counted, credit, callable_from)


def test_a_transfer_keeps_the_arrival_and_takes_the_head_start_that_counts_there() -> None:
    lawyer = order.walk_in(at(0), 20)
    assert order.transferred(lawyer, at(30), 0) == place(0, 0, 30)
    assert order.transferred(place(0), at(30), 20).rank_at == at(-20)
    assert order.transferred(order.booked(at(-5), at(0), TERMS), at(30), 20, TERMS.booking).rank_at == at(-45)


def test_more_time_is_bounded_and_pressing_again_changes_nothing() -> None:
    away = order.deferred(order.walk_in(at(0), 20), at(5), 0, TERMS)
    assert away == place(20)
    assert order.deferred(away, at(12), 1, TERMS) is away
    with pytest.raises(Refused, match="deferred-enough"):
        order.deferred(place(20), at(21), 2, TERMS)


def test_scenario_5_bookings_at_half_past_nine() -> None:
    """A comes at 9:22 and is called from 9:25 on, not before; B comes at 9:43 and counts as a walk-in with ten minutes' credit;
    C does not come and keeps nobody waiting."""
    a, b = (order.booked(at(minute), at(30), TERMS) for minute in (22, 43))
    rows = [Person(1, a.queued_at, a.rank_at, a.ready_at), person(2, 23), person(3, 40)]

    def called(minute: float) -> int:
        chosen = order.choose(rows, now=at(minute), cap=CAP, capped_last=False)
        assert chosen is not None
        return chosen[0].id

    assert (called(24), called(25)) == (2, 1)
    rows = [Person(4, b.queued_at, b.rank_at, b.ready_at), person(5, 32), person(6, 34)]
    assert [one.id for one in order.ranked(rows)] == [5, 4, 6]


def test_scenario_6_back_twelve_minutes_after_a_missed_call_is_after_the_next_two_calls_once() -> None:
    own, line = place(0, 20), [person(n, n * 5, 20 * (n == 3)) for n in (1, 2, 3, 4)]
    line = list(order.ranked(line))
    back = order.came_back(own, at(32), at(20), 0, line, TERMS)
    returned = Person(0, back.queued_at, back.rank_at, back.ready_at)
    for now, before in ((at(50), {2}), (at(90), {2, 3})):  # past the cap, whoever waits so long may go before as well
        waiting, called, capped = [*line, returned], list[int](), False
        while waiting:
            chosen = order.choose(waiting, now=now, cap=CAP, capped_last=capped)
            assert chosen is not None
            waiting.remove(chosen[0])
            called.append(chosen[0].id)
            capped = chosen[1]
        assert called.index(0) in before
    assert order.came_back(own, at(32), at(20), 1, line, TERMS) == place(22, 0, 32)  # the second time: the credit
    assert order.came_back(own, at(60), at(20), 0, line, TERMS) == place(50, 0, 60)  # too late for it


def test_back_from_a_missed_call_when_nobody_waits_is_the_own_place() -> None:
    assert order.came_back(place(0), at(32), at(20), 0, [], TERMS) == place(0, 0, 32)


def test_back_from_an_errand_in_time_is_the_old_place() -> None:
    own = order.walk_in(at(0), 20)
    assert order.back_from_errand(own, at(65), at(25), TERMS) == place(0, 20, 65)
    assert order.back_from_errand(own, at(66), at(25), TERMS) == place(56, 0, 66)


def test_urgent_goes_before_lanes_bookings_and_long_waits_with_a_reason_only() -> None:
    with pytest.raises(Refused, match="reason-needed"):
        order.urgent(place(80), at(80), " ")
    made = order.urgent(place(80, ready=95), at(80), "faints")
    put_first = Person(9, made.queued_at, made.rank_at, made.ready_at)
    others = [person(1, 0), person(2, 70, 45)]
    for capped in (False, True):
        assert order.choose([*others, put_first], now=at(81), cap=CAP, capped_last=capped) == (put_first, False)
    assert made.urgent and order.transferred(made, at(90), 0).urgent
    assert order.came_back(made, at(99), at(90), 1, others, TERMS).urgent
    assert order.back_from_errand(made, at(200), at(90), TERMS).urgent


def test_terms_come_from_the_provisions_of_the_office() -> None:
    provisions = {
        "order.cap_minutes": 60, "order.booking_head_start": 45, "order.booking_early": 5, "order.booking_late": 10,
        "order.late_booking_head_start": 10, "order.deferral_minutes": 15, "order.deferrals": 2, "order.return_minutes": 30,
        "order.return_calls": 2, "order.return_credit": 10, "order.errand_minutes": 40,
    }
    assert Terms.of(provisions) == TERMS
    assert order.largest_head_start([20, 25], TERMS) == 45
    assert order.largest_head_start([60], TERMS) == 60


def test_scenario_4_an_hour_of_green_lane_arrivals() -> None:
    """Taken at 9:00, a lane visitor every four minutes and bookings: nobody of the lane from 9:21 on and no booking after 9:45
    goes before, and within two calls of 10:00 it is this visitor's turn."""
    me = person(0, 0)
    booked = [Person(100 + n, at(slot), at(slot - 45), at(slot - 5)) for n, slot in enumerate((30, 45, 50, 55, 60))]
    waiting = [me, *(person(n, 4 * n, 20) for n in range(1, 30)), *booked]
    capped, before, calls_after_the_hour = False, [], 0
    for minute in range(12, 200, 12):
        there = [one for one in waiting if min(one.queued_at, one.ready_at) <= at(minute)]
        chosen = order.choose(there, now=at(minute), cap=CAP, capped_last=capped)
        assert chosen is not None
        called, capped = chosen
        waiting.remove(called)
        calls_after_the_hour += minute >= 60
        if called is me:
            break
        before.append(called)
    assert all(one.queued_at <= at(20 if one.id < 100 else 45) for one in before)
    assert called is me and calls_after_the_hour <= 2


arrivals = st.lists(
    st.tuples(st.floats(0, 240), st.sampled_from(HEAD_STARTS), st.sampled_from("AB")), min_size=1, max_size=60
)
windows = st.lists(st.sampled_from(["A", "B", "AB"]), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(arrivals, windows, st.randoms(use_true_random=False))
def test_nobody_who_came_more_than_the_largest_head_start_after_you_is_called_before_you(
    arrived: list[tuple[float, int, str]], skills: list[str], chance: object
) -> None:
    """The guarantee of the order, at every call of a random day and for every window that could serve both."""
    people = {n: (person(n, minute, head), service) for n, (minute, head, service) in enumerate(sorted(arrived))}
    waiting, clock, capped = dict(people), 0.0, False
    while waiting:
        clock += chance.uniform(0.5, 12)  # type: ignore[attr-defined]
        window = chance.choice(skills)  # type: ignore[attr-defined]
        there = [one for one, service in waiting.values() if service in window and one.queued_at <= at(clock)]
        chosen = order.choose(there, now=at(clock), cap=CAP, capped_last=capped)
        if chosen is None:
            if clock > 2_000:
                return
            continue
        called, capped = chosen
        overtaken = [one for one in there if one.queued_at < called.queued_at]
        assert all(called.queued_at - one.queued_at <= timedelta(minutes=MOST) for one in overtaken)
        del waiting[called.id]


@settings(max_examples=150, deadline=None)
@given(arrivals, st.booleans(), st.floats(0, 400))
def test_the_heads_of_each_service_are_enough_to_choose(
    arrived: list[tuple[float, int, str]], capped: bool, clock: float
) -> None:
    """What the database hands over (per service the first by key and by arrival) decides as the whole line would."""
    people = [(person(n, minute, head), service) for n, (minute, head, service) in enumerate(sorted(arrived))]
    ready = [(one, service) for one, service in people if one.ready_at <= at(clock)]
    heads = []
    for service in "AB":
        mine = [one for one, theirs in ready if theirs == service]
        if mine:
            heads += [min(mine, key=lambda p: (p.rank_at, str(p.id))), min(mine, key=lambda p: (p.queued_at, str(p.id)))]
    whole = order.choose([one for one, _ in people], now=at(clock), cap=CAP, capped_last=capped)
    assert order.choose(heads, now=at(clock), cap=CAP, capped_last=capped) == whole
