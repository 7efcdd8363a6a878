"""What the simulated hall says: for each one who waits, when the call may come; and how it would be with something changed.
Pure: the same hall and seed give the same answer. The plays are few and evenly spread instead of many: over all plays the
lengths of one person's visit are the whole table of the service, in a random order.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import inf
from random import Random

import msgspec
from msgspec.structs import replace

from kiosk.forecast.simulation import Desk, Hall, Lengths, Line, Stream, play

MOST, LEAST, CALLS = 200, 50, 4_800  # plays for one who waits and for very many; calls played in between
OVERDUE = 0.2  # a visit longer than any on record: this share of the mean is still to be expected


class Outlook(msgspec.Struct, frozen=True):
    """Minutes from now to the call, one for each play, in rising order."""

    minutes: tuple[float, ...]

    def within(self, share: float) -> float:
        """The minutes that ``share`` of the plays did not exceed (0.5: the middle)."""
        place = share * (len(self.minutes) - 1)
        low = int(place)
        if place == low or self.minutes[low + 1] == inf:
            return self.minutes[low if place == low else low + 1]
        return self.minutes[low] + (self.minutes[low + 1] - self.minutes[low]) * (place - low)

    def chance_by(self, minute: float) -> float:
        """The share of the plays in which the call had come by then."""
        return sum(one <= minute for one in self.minutes) / len(self.minutes)


class Change(msgspec.Struct, frozen=True):
    """What a "what if" comes to: the wait that four of five do not exceed, of those who wait and who are still expected,
    and how many of the promises given will be broken, before and after."""

    p80_before: float
    p80_after: float
    broken_before: float
    broken_after: float


class Play(msgspec.Struct, frozen=True):
    """One play: the minute of the call of each of the hall's people, and the waits of those who came later."""

    called: list[float]
    later: list[float]


def plays(people: int) -> int:
    """How many plays are worth their time for so many who wait."""
    return min(MOST, max(LEAST, CALLS // max(people, 1)))


def outlooks(hall: Hall, seed: int, *, only: str | None = None) -> dict[str, Outlook]:
    """For everybody who waits (or ``only`` for one): when the call comes."""
    last = max((one.rank for one in hall.waiting if only in (None, one.key)), default=0.0)
    streams = [replace(one, until=min(one.until, last + one.head_start)) for one in hall.streams]
    stage = Stage(replace(hall, streams=tuple(one for one in streams if one.until > 0)))
    wanted = stage.place[only] if only is not None else -1
    columns = zip(*(one.called for one in stage.plays(plays(len(hall.waiting)), seed, wanted)), strict=True)
    found = {person.key: column for person, column in zip(hall.waiting, columns, strict=False)}
    return {key: Outlook(tuple(sorted(found[key]))) for key in ([only] if only is not None else found)}


def what_if(hall: Hall, changed: Hall, promised: Mapping[str, float], seed: int, runs: int = LEAST) -> Change:
    """The same hall with something changed, the same visits and arrivals in both. ``promised``: by which minute those who
    wait were told to be called."""
    before, after = (_summed(one, promised, runs, seed) for one in (hall, changed))
    return Change(before[0], after[0], before[1], after[1])


def reopened(hall: Hall, code: str, minute: float) -> Hall:
    """The hall with a window open from that minute on; breaks planned for later stay."""
    later = [(max(begins, minute), ends) for begins, ends in _desk(hall, code).closed if begins > 0 and ends > minute]
    return _with_closed(hall, code, ((0.0, minute), *later) if minute > 0 else tuple(later))


def paused(hall: Hall, code: str, begins: float = 0.0, ends: float = inf) -> Hall:
    """The hall with a window closed for that time as well."""
    return _with_closed(hall, code, tuple(sorted([*_desk(hall, code).closed, (begins, ends)])))


def _desk(hall: Hall, code: str) -> Desk:
    return next(desk for desk in hall.desks if desk.code == code)


def _with_closed(hall: Hall, code: str, closed: tuple[tuple[float, float], ...]) -> Hall:
    return replace(hall, desks=tuple(replace(one, closed=closed) if one.code == code else one for one in hall.desks))


def _summed(hall: Hall, promised: Mapping[str, float], runs: int, seed: int) -> tuple[float, float]:
    stage, waits, broken = Stage(hall), list[float](), 0
    limits = [promised.get(person.key, inf) for person in hall.waiting]
    for one in stage.plays(runs, seed):
        waits += [minute - person.queued for minute, person in zip(one.called, hall.waiting, strict=False)] + one.later
        broken += sum(minute > limit for minute, limit in zip(one.called, limits, strict=False))
    return Outlook(tuple(sorted(waits))).within(0.8) if waits else 0.0, broken / runs


class Stage:
    """A hall laid out in lists, to be played again and again."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.number = {code: n for n, code in enumerate(hall.lengths)}
        self.people = [*hall.waiting, *(due.person for due in hall.due)]
        self.place = {person.key: n for n, person in enumerate(self.people)}
        self.services = [self.number[person.service] for person in self.people]
        self.ranks = [person.rank for person in self.people]
        self.queued = [person.queued for person in self.people]
        self.desks = [tuple(self.number[code] for code in desk.services if code in self.number) for desk in hall.desks]
        self.closed = [desk.closed for desk in hall.desks]
        self.line = Line(self.services, self.ranks, self.queued, hall.cap, hall.capped_last, len(self.number))
        self.later = [(person.ready, n) for n, person in enumerate(hall.waiting) if person.ready > 0]
        for n, person in enumerate(hall.waiting):
            if person.ready <= 0:
                self.line.join(n)

    def plays(self, runs: int, seed: int, only: int = -1) -> Iterator[Play]:
        chance = Random(seed)
        tables = [(0.0,) if person.passes else self.hall.lengths[person.service].turns for person in self.people]
        lasting = [_spread(table, runs, chance) for table in tables]
        free_at = [_spread(remaining(self.hall.lengths, desk), runs, chance) for desk in self.hall.desks]
        for lengths, free in zip(zip(*lasting, strict=True) if lasting else [()] * runs, zip(*free_at, strict=True), strict=True):
            yield self._play(list(lengths), free, only, chance)

    def _play(self, lasting: list[float], free_at: Sequence[float], only: int, chance: Random) -> Play:
        services, ranks, queued = self.services, self.ranks, self.queued
        known, coming = len(self.people), self.later.copy()
        for n, due in enumerate(self.hall.due, len(self.hall.waiting)):
            if chance.random() < due.comes:
                coming.append((due.person.ready, n))
        if more := [one for stream in self.hall.streams for one in _arrivals(stream, chance)]:
            services = services + [self.number[stream.service] for _, stream in more]
            ranks = ranks + [minute - stream.head_start for minute, stream in more]
            queued = queued + [minute for minute, _ in more]
            lasting += [chance.choice(self.hall.lengths[stream.service].turns) for _, stream in more]
            coming += [(minute, known + n) for n, (minute, _) in enumerate(more)]
        coming.sort(reverse=True)
        line, called = self.line.copy(services, ranks, queued), [inf] * len(services)
        for minute, one, _ in play(line, coming, lasting, self.desks, free_at, self.closed, only):
            called[one] = minute
        return Play(called[:known], [minute - came for minute, came in zip(called[known:], queued[known:], strict=True)])


def remaining(lengths: Mapping[str, Lengths], desk: Desk) -> tuple[float, ...]:
    """Evenly likely minutes until a window is free: of visits as long as this one already is, what was left of them."""
    if not desk.serving or desk.serving not in lengths:
        return (0.0,)
    of = lengths[desk.serving]
    table = of.turns if desk.called else of.visits
    left = tuple(minutes - desk.elapsed for minutes in table if minutes > desk.elapsed)
    return left or (OVERDUE * sum(of.visits) / len(of.visits),)


def _spread(table: Sequence[float], runs: int, chance: Random) -> list[float]:
    """As many values as plays, evenly from the whole table, in a random order."""
    if len(table) == 1:
        return [table[0]] * runs
    spread = [table[(2 * n + 1) * len(table) // (2 * runs)] for n in range(runs)]
    chance.shuffle(spread)
    return spread


def _arrivals(stream: Stream, chance: Random) -> Iterator[tuple[float, Stream]]:
    minute = stream.begins + chance.expovariate(stream.per_hour / 60) if stream.per_hour > 0 else inf
    while minute < stream.until:
        yield minute, stream
        minute += chance.expovariate(stream.per_hour / 60)
