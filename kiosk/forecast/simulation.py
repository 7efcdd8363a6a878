"""A hall played forward in minutes from now: who is called when, under the order that is really used. Pure and seeded; the
waiting time, the supervisor's "what if" and the benchmarks all stand on it. It knows no clock, no database and no names.
"""

from bisect import insort
from collections.abc import Iterator, Mapping, Sequence
from heapq import heapify, heapreplace
from math import inf

import msgspec

Span = tuple[float, float]  # minutes from - to
URGENT = 24 * 60.0  # as `order.URGENT`


class Lengths(msgspec.Struct, frozen=True):
    """How long visits of a service last, as evenly likely minutes in rising order. ``visits``: once somebody is there;
    ``turns``: from call to call, those who do not come and the walk to the window with them."""

    visits: tuple[float, ...]
    turns: tuple[float, ...]


class Person(msgspec.Struct, frozen=True):
    """Somebody in the order. ``queued`` and ``rank``: arrival that counts and key; ``ready``: may be called from then on;
    ``passes``: only asks how long it would take, and takes up no time."""

    key: str
    service: str
    queued: float
    rank: float
    ready: float = 0.0
    passes: bool = False


class Due(msgspec.Struct, frozen=True):
    """A booking still to come, with the chance that it is kept; ``person.ready``: when it is expected to be callable."""

    person: Person
    comes: float


class Stream(msgspec.Struct, frozen=True):
    """Who else will come: so many an hour, from one minute until another, with such a head start."""

    service: str
    head_start: float
    per_hour: float
    until: float
    begins: float = 0.0


class Desk(msgspec.Struct, frozen=True):
    """A window. ``serving``: the service of the visit there, begun ``elapsed`` minutes ago (``called``: not yet begun);
    ``closed``: its pauses and planned breaks, in order; without an end = `math.inf`."""

    code: str
    services: tuple[str, ...]
    serving: str = ""
    elapsed: float = 0.0
    called: bool = False
    closed: tuple[Span, ...] = ()

    @property
    def open(self) -> bool:
        return not any(begins <= 0 < ends for begins, ends in self.closed)


class Hall(msgspec.Struct, frozen=True, kw_only=True):
    """The hall as it stands now. ``cap`` of the long-wait rule; ``capped_last``: it made the last call; ``lengths``: from the
    office's records, empty while they are few; ``minutes``: the configured ones."""

    waiting: tuple[Person, ...]
    desks: tuple[Desk, ...]
    cap: float
    minutes: Mapping[str, float]
    lengths: Mapping[str, Lengths] = {}
    capped_last: bool = False
    due: tuple[Due, ...] = ()
    streams: tuple[Stream, ...] = ()


class Line:
    """Those who may be called, by service; hands out the next one as `order.choose` would. People are places in the lists
    given."""

    def __init__(
        self, services: Sequence[int], ranks: Sequence[float], queued: Sequence[float], cap: float, capped: bool, kinds: int
    ) -> None:
        self.services, self.ranks, self.queued = services, ranks, queued
        self.cap, self.capped = cap, capped
        self.by_rank: list[list[tuple[float, int]]] = [[] for _ in range(kinds)]
        self.by_queued: list[list[tuple[float, int]]] = [[] for _ in self.by_rank]
        self.long_from = inf
        self.gone: set[int] = set()

    def copy(self, services: Sequence[int], ranks: Sequence[float], queued: Sequence[float]) -> "Line":
        """The same line for another play, whose lists may go on with more people."""
        other = Line(services, ranks, queued, self.cap, self.capped, 0)
        other.long_from = self.long_from
        other.by_rank, other.by_queued = [one.copy() for one in self.by_rank], [one.copy() for one in self.by_queued]
        return other

    def join(self, one: int) -> None:
        service, queued = self.services[one], self.queued[one]
        insort(self.by_rank[service], (-self.ranks[one], -one))  # the next one last, where taking is cheap
        insort(self.by_queued[service], (-queued, -one))
        if queued + self.cap < self.long_from:
            self.long_from = queued + self.cap

    def take(self, served: Sequence[int], minute: float) -> int:
        """The next one for a window that serves these services; -1: nobody."""
        first = self._last(self.by_rank, served)
        if first is None:
            return -1
        one, capped = -first[1], False
        if minute >= self.long_from and not self.capped and self.queued[one] - self.ranks[one] < URGENT:
            longest = self._last(self.by_queued, served)
            if longest is not None and minute + longest[0] >= self.cap:
                capped, one = longest[1] != first[1], -longest[1]
        self.capped = capped
        self.gone.add(one)
        return one

    def _last(self, lines: list[list[tuple[float, int]]], served: Sequence[int]) -> tuple[float, int] | None:
        best, gone = None, self.gone
        for service in served:
            line = lines[service]
            while line and -line[-1][1] in gone:
                line.pop()
            if line and (best is None or line[-1] > best):
                best = line[-1]
        return best


def play(
    line: Line, coming: list[tuple[float, int]], lasting: Sequence[float], desks: Sequence[tuple[int, ...]],
    free_at: Sequence[float], closed: Sequence[Sequence[Span]], only: int = -1,
) -> Iterator[tuple[float, int, int]]:
    """Every call to come: minute, person, desk. ``coming``: who may be called from which minute on, the soonest last (it is
    emptied); ``lasting``: the minutes of each one's turn; ``only``: nothing after this person's call."""
    free = [(minute, desk) for desk, minute in enumerate(free_at) if minute < inf]
    heapify(free)
    while free and free[0][0] < inf:
        minute, desk = free[0]
        if closed[desk] and (opens := _open_from(closed[desk], minute)) > minute:
            heapreplace(free, (opens, desk))
            continue
        while coming and coming[-1][0] <= minute:
            line.join(coming.pop()[1])
        one = line.take(desks[desk], minute)
        if one < 0:
            heapreplace(free, (coming[-1][0] if coming else inf, desk))
            continue
        heapreplace(free, (minute + lasting[one], desk))
        yield minute, one, desk
        if one == only:
            return


def _open_from(closed: Sequence[Span], minute: float) -> float:
    for begins, ends in closed:
        if begins <= minute < ends:
            minute = ends
    return minute
