"""What the planner is asked and what it answers, as frozen structs that travel to a worker process and back. Every number
of law or of policy arrives as a `Rule` with its source; times are 15-minute slots of the office's local day."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

import msgspec

from shared.calendar import Calendar

SLOT = 15  # minutes
DAY_SLOTS = 24 * 60 // SLOT


class Rule(msgspec.Struct, frozen=True):
    value: int
    source: str


class Opening(msgspec.Struct, frozen=True):
    """One half-day in which rooms are open: slots ``first`` to before ``end``. Nothing is held across the break between two."""

    first: int
    end: int


class Span(msgspec.Struct, frozen=True):
    """Slots of a day that are taken; the whole day unless said otherwise."""

    day: date
    first: int = 0
    end: int = DAY_SLOTS


class Absence(msgspec.Struct, frozen=True):
    """Days away, both included."""

    first: date
    last: date


class Quota(msgspec.Struct, frozen=True):
    """At least so many from these categories (none named: any), with this specialism if one is named."""

    categories: frozenset[str]
    at_least: int
    specialism: str = ""

    @property
    def label(self) -> str:
        return "+".join([*sorted(self.categories), *([self.specialism] if self.specialism else [])])


class Room(msgspec.Struct, frozen=True):
    key: str
    capacity: int
    broadcast: bool = False
    accessible: bool = False
    closed: tuple[Span, ...] = ()


class Member(msgspec.Struct, frozen=True):
    """A hearing officer. ``weekly``: the (weekday, half-day) pairs when they can come; ``sat``: sittings outside this plan
    of the last year, which the caps count; ``load``: all past sittings, which fairness counts; ``yearly_cap``: their own."""

    key: str
    category: str
    specialisms: frozenset[str] = frozenset()
    weekly: frozenset[tuple[int, int]] = frozenset()
    away: tuple[Absence, ...] = ()
    busy: tuple[Span, ...] = ()
    sat: tuple[date, ...] = ()
    load: int = 0
    yearly_cap: int | None = None


class Staff(msgspec.Struct, frozen=True):
    """A moderator, clerk, handler or bailiff with what is in their diary."""

    key: str
    busy: tuple[Span, ...] = ()


class Placement(msgspec.Struct, frozen=True):
    """When, where and before whom: ``slot`` is when the hearing itself begins, after the room was set up."""

    day: date
    slot: int
    room: str
    panel: tuple[str, ...] = ()

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.day, time()) + timedelta(minutes=SLOT * self.slot)


class Hearing(msgspec.Struct, frozen=True, kw_only=True):
    """A hearing to be placed between ``earliest`` and ``latest``. ``fixed``: where it is to stay; ``noticed``: people have been
    told, so it is never moved; ``waived``: the parties do without the days of notice; ``on_site``: it needs no room;
    ``others``: handler and bailiffs."""

    key: str
    length: int
    before: int = 0
    after: int = 0
    earliest: date
    latest: date
    moderator: str
    clerk: str = ""
    others: tuple[str, ...] = ()
    seats: int
    quotas: tuple[Quota, ...] = ()
    excluded: frozenset[str] = frozenset()
    places: int = 0
    broadcast: bool = False
    accessible: bool = False
    fixed: Placement | None = None
    noticed: bool = False
    waived: bool = False
    on_site: bool = False

    @property
    def attending(self) -> tuple[tuple[str, str], ...]:
        """The staff who must be there, by role."""
        named = (("moderator", self.moderator), ("clerk", self.clerk), *(("other", key) for key in self.others))
        return tuple((role, key) for role, key in named if key)


class Way(msgspec.Struct, frozen=True):
    """A way out that the office allows when nothing else is lawful: its price against the others and who must agree.
    ``value`` is what it is about (days later, seats of the panel)."""

    code: str
    price: int
    agreed_by: str
    source: str
    value: int = 0


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a plan depends on. ``now`` is the office's local time; ``calendar`` says which days are workdays."""

    hearings: tuple[Hearing, ...]
    rooms: tuple[Room, ...]
    members: tuple[Member, ...]
    staff: tuple[Staff, ...]
    openings: tuple[Opening, ...]
    calendar: Calendar
    first: date
    last: date
    now: datetime
    rules: Mapping[str, Rule]
    ways: tuple[Way, ...] = ()

    def number(self, code: str, otherwise: int = 0) -> int:
        return self.rules[code].value if code in self.rules else otherwise

    def source(self, code: str) -> str:
        return self.rules[code].source if code in self.rules else ""


class Pool(msgspec.Struct, frozen=True):
    """How many could fill a quota at a start (empty ``label``: the whole panel), and how many are needed."""

    label: str
    size: int
    needed: int


class Start(msgspec.Struct, frozen=True):
    """A lawful start: every room it could be in, the panel pools, and until when notice can be given."""

    day: date
    slot: int
    rooms: tuple[str, ...]
    pools: tuple[Pool, ...]
    notice_by: datetime


class Obstacle(msgspec.Struct, frozen=True):
    """A rule in the way: in how many half-days of the window, and in how many it is the only one."""

    code: str
    source: str
    half_days: int
    alone: int
    detail: str = ""


class Relaxation(msgspec.Struct, frozen=True):
    """Ways out that together make the hearing possible: the price, the starts gained and the first of them."""

    ways: tuple[Way, ...]
    price: int
    starts: int
    first: Start


class Starts(msgspec.Struct, frozen=True):
    lawful: tuple[Start, ...]
    obstacles: tuple[Obstacle, ...]
    relaxations: tuple[Relaxation, ...] = ()


class Unsolved(msgspec.Struct, frozen=True):
    """A hearing without a lawful place, or (``empty_seats``) without a whole panel, and what stands in the way."""

    hearing: str
    obstacles: tuple[Obstacle, ...]
    relaxations: tuple[Relaxation, ...] = ()
    empty_seats: int = 0


class Plan(msgspec.Struct, frozen=True):
    """A proposal; nothing is booked or sent by it. The same problem and seed give the same panels for the same places."""

    seed: str
    placements: Mapping[str, Placement]
    unsolved: tuple[Unsolved, ...] = ()
    polished: bool = False


class Progress(msgspec.Struct, frozen=True):
    """``stage``: places, waits, panels or polish."""

    stage: str
    done: int
    total: int
