"""The order: bounded head start, with its guarantee over random days."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk import order

OPENING = datetime(2026, 11, 23, 1, tzinfo=UTC)
CAP = 60
HEAD_STARTS = (0, 20, 45)
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


arrivals = st.lists(
    st.tuples(st.floats(0, 240), st.sampled_from(HEAD_STARTS), st.sampled_from("AB")), min_size=1, max_size=60
)
windows = st.lists(st.sampled_from(["A", "B", "AB"]), min_size=1, max_size=4)


@settings(max_examples=150, deadline=None)
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
