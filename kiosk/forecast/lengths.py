"""How long visits last: tables of evenly likely minutes from the office's own records. Pure; few records count for little."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

import msgspec

from kiosk.forecast.simulation import Lengths

SIZE = 100  # values in a table
OLDEST, HALF_LIFE = 60.0, 15.0  # days
ENOUGH, FULL = 50, 30  # records of all services to measure at all; of one service to stand on its own


class Record(msgspec.Struct, frozen=True):
    """A call of the last weeks. ``turn``: minutes until the window was free for the next; ``visit``: from the start to the end,
    None when nobody came; ``age``: days since."""

    service: str
    turn: float
    visit: float | None
    age: float = 0.0


def tables(records: Sequence[Record], minutes: Mapping[str, float]) -> dict[str, Lengths]:
    """For every service in ``minutes`` (its configured length); empty while the records are too few to measure.

    Newer records weigh more. A service with few of its own borrows from all, in proportion to the configured lengths.
    """
    recent = [one for one in records if one.age <= OLDEST and one.service in minutes]
    if len(recent) < ENOUGH:
        return {}
    by_service: dict[str, list[Record]] = {service: [] for service in minutes}
    for one in recent:
        by_service[one.service].append(one)
    return {service: _lengths(own, recent, service, minutes) for service, own in by_service.items()}


def _lengths(own: list[Record], everyone: list[Record], service: str, minutes: Mapping[str, float]) -> Lengths:
    weighed = [(one, 1.0, _weight(one)) for one in own]
    if len(own) < FULL:
        mine, all_ = sum(weight for _, _, weight in weighed), sum(_weight(one) for one in everyone)
        share = len(own) / FULL
        weighed = [(one, 1.0, weight * share / mine) for one, _, weight in weighed]
        weighed += [
            (one, minutes[service] / minutes[one.service], _weight(one) * (1 - share) / all_) for one in everyone
        ]
    turns = [(one.turn * scale, weight) for one, scale, weight in weighed]
    visits = [(one.visit * scale, weight) for one, scale, weight in weighed if one.visit is not None]
    return Lengths(_even(visits or turns), _even(turns))


def _weight(one: Record) -> float:
    return float(0.5 ** (one.age / HALF_LIFE))


def _even(weighed: Iterable[tuple[float, float]]) -> tuple[float, ...]:
    """The values at the middles of `SIZE` equal shares of the weight."""
    ordered = sorted(weighed)
    reached = list(accumulate(weight for _, weight in ordered))
    places = (bisect_left(reached, reached[-1] * (n + 0.5) / SIZE) for n in range(SIZE))
    return tuple(ordered[min(place, len(ordered) - 1)][0] for place in places)
