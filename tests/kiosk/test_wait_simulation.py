"""The simulation hands out people exactly as the order does that really calls them."""

from datetime import UTC, datetime, timedelta
from math import inf
from random import Random
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk import order
from kiosk.forecast.simulation import Line, play

NINE = datetime(2026, 11, 23, 1, tzinfo=UTC)
WINDOWS = ((0,), (0, 1), (1, 2))


class One(NamedTuple):
    """Somebody, in whole minutes; the id sorts as the place in the list does."""

    id: str
    service: int
    queued: int
    head_start: int
    ready: int

    @property
    def queued_at(self) -> datetime:
        return NINE + timedelta(minutes=self.queued)

    @property
    def rank_at(self) -> datetime:
        return order.rank_at(self.queued_at, self.head_start)

    @property
    def ready_at(self) -> datetime:
        return NINE + timedelta(minutes=self.ready)


def random_hall(chance: Random) -> list[One]:
    people = []
    for n in range(chance.randrange(1, 40)):
        queued, start = chance.randrange(-90, 60), chance.choice((0, 0, 20, 45, 60 * 24 * (chance.random() < 0.1)))
        people.append(One(f"{n:02}", chance.randrange(3), queued, start, chance.choice((queued, queued + 5, -100))))
    return people


def by_the_order(people: list[One], lasting: list[float], free: list[float], capped: bool) -> list[tuple[float, int]]:
    """Call after call by `order.choose`, the next free window first."""
    calls, waiting, free = [], dict(enumerate(people)), list(free)
    while waiting and min(free) < inf:
        minute, desk = min((minute, desk) for desk, minute in enumerate(free))
        there = [one for one in waiting.values() if one.service in WINDOWS[desk]]
        chosen = order.choose(there, now=NINE + timedelta(minutes=minute), cap=60, capped_last=capped)
        if chosen is None:
            free[desk] = min((one.ready for one in waiting.values() if one.ready > minute), default=inf)
            continue
        one, capped = chosen
        number = int(one.id)
        del waiting[number]
        calls.append((minute, number))
        free[desk] = minute + lasting[number]
    return calls


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32), st.booleans())
def test_the_simulation_calls_whom_the_order_calls(seed: int, capped: bool) -> None:
    chance = Random(seed)
    people = random_hall(chance)
    lasting = [float(chance.randrange(1, 30)) for _ in people]
    free = [float(chance.randrange(0, 20)) for _ in WINDOWS]
    line = Line([one.service for one in people], [one.queued - one.head_start for one in people],
                [one.queued for one in people], 60, capped, 3)
    coming = sorted(((float(one.ready), n) for n, one in enumerate(people)), reverse=True)
    calls = [(minute, one) for minute, one, _ in play(line, coming, lasting, WINDOWS, free, [()] * 3)]
    assert calls == by_the_order(people, lasting, free, capped)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_a_closed_window_calls_nobody_and_the_others_go_on(seed: int) -> None:
    chance = Random(seed)
    people = random_hall(chance)
    closed = [tuple((begins, begins + chance.randrange(5, 40)) for begins in (chance.randrange(-20, 10), 60)) for _ in WINDOWS]
    line = Line([one.service for one in people], [one.queued for one in people], [one.queued for one in people], inf, False, 3)
    coming = sorted(((float(one.ready), n) for n, one in enumerate(people)), reverse=True)
    calls = list(play(line, coming, [7.0] * len(people), WINDOWS, [0.0] * 3, closed))
    assert sorted(one for _, one, _ in calls) == list(range(len(people)))
    assert all(not begins <= minute < ends for minute, _, desk in calls for begins, ends in closed[desk])
    assert all(minute >= people[one].ready for minute, one, _ in calls)
