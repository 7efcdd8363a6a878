"""Who may sit together: whether people can fill all seats with every quota kept and no category in the majority, and the
panel that an order of people gives. Exact for overlapping quotas, by the theorem of Hall in the form of max-flow min-cut.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from hearings.panel.lots import PoolTicket, Quota, Rule, Seat
from shared.errors import Refused

MOST_QUOTAS = 8  # every set of quotas is looked at


class Sort(NamedTuple):
    """All that matters of somebody for a seat. ``fits`` has a bit for each kind of seat: the quotas, then the open seats."""

    category: str
    fits: int


class Lack(NamedTuple):
    """``missing`` people for the kinds of seat whose bits are set in ``kinds``."""

    missing: int
    kinds: int


def check_rule(rule: Rule) -> None:
    """Refuses ``draw-rule`` (size outside the lawful ones, quotas empty, too many, or for more seats than there are)."""
    wanted = sum(quota.least for quota in rule.quotas)
    sound = rule.least <= rule.seats <= rule.most and rule.seats > 0 and wanted <= rule.seats
    if not sound or len(rule.quotas) > MOST_QUOTAS or any(quota.least < 1 for quota in rule.quotas):
        raise Refused("draw-rule", 422, seats=rule.seats, least=rule.least, most=rule.most, wanted=wanted)
    if list(rule.tiers) != sorted(set(rule.tiers)):
        raise Refused("draw-rule", 422, seats=rule.seats, least=rule.least, most=rule.most, wanted=wanted)


def check_pool(rule: Rule, pool: Iterable[PoolTicket]) -> None:
    """Refuses ``pool-short`` (``quota`` lacks ``missing`` people) and ``pool-small`` (so many for the whole panel)."""
    lack = shortage(rule, [], (sort(rule, ticket) for ticket in pool))
    if lack is None:
        return
    labels = [quota.label for place, quota in enumerate(rule.quotas) if lack.kinds >> place & 1]
    if lack.kinds >> len(rule.quotas):
        raise Refused("pool-small", 409, missing=lack.missing)
    raise Refused("pool-short", 409, quota="、".join(labels), missing=lack.missing)


def sort(rule: Rule, ticket: PoolTicket) -> Sort:
    fits = 1 << len(rule.quotas)
    for place, quota in enumerate(rule.quotas):
        fits |= admits(quota, ticket) << place
    return Sort(ticket.category, fits)


def admits(quota: Quota, ticket: PoolTicket) -> bool:
    known = not quota.specialism or quota.specialism in ticket.specialisms
    return known and (not quota.categories or ticket.category in quota.categories)


def kinds(rule: Rule) -> list[int]:
    """How many seats of each kind: for each quota in its order, then those open to all."""
    wanted = [quota.least for quota in rule.quotas]
    return [*wanted, rule.seats - sum(wanted)]


def most_of_one(rule: Rule) -> int:
    """How many of one category may sit: at most half of the seats when none may hold the majority."""
    return rule.seats // 2 if rule.no_majority else rule.seats


def shortage(rule: Rule, seated: Sequence[Sort], others: Iterable[Sort]) -> Lack | None:
    """None when all of ``seated`` and some of ``others`` make a lawful panel; else what is missing, in the fewest kinds."""
    held = Counter(one.category for one in seated)
    if held and max(held.values()) > most_of_one(rule):
        return Lack(1, 1 << len(rule.quotas))
    free = Counter(others)
    rooms = {one.category: most_of_one(rule) - held[one.category] for one in free}
    return lacking(kinds(rule), [one.fits for one in seated], free, rooms)


def lacking(seats: Sequence[int], seated: Sequence[int], others: Counter[Sort], rooms: dict[str, int]) -> Lack | None:
    """The first set of kinds of seat, small sets first, for which there are too few people, or that would be left over
    for too many of ``seated``. ``rooms``: how many of ``others`` each category may still send."""
    for chosen in _sets(len(seats)):
        need = sum([count for place, count in enumerate(seats) if chosen >> place & 1])
        missing = need - sum([1 for fits in seated if fits & chosen])
        if missing > 0:
            missing -= _supply(chosen, others, rooms)
        if missing > 0:
            return Lack(missing, chosen)
        crowd = sum([1 for fits in seated if not fits & ~chosen]) - need
        if crowd > 0:
            return Lack(crowd, (1 << len(seats)) - 1 & ~chosen)
    return None


def fill(rule: Rule, ordered: Sequence[PoolTicket]) -> tuple[Seat, ...]:
    """Seat after seat, the quotas as listed and then the open seats: each goes to the first in order who fits it and leaves
    the rest fillable. Refuses like `check_pool`."""
    check_pool(rule, ordered)
    filling = _Filling(rule, ordered)
    places = [place for place, count in enumerate(kinds(rule)) for _ in range(count)]
    tickets = [filling.take(place) for place in places]
    quotas = [0 if place == len(rule.quotas) else place + 1 for place in places]
    return tuple(Seat(at, quota, ticket) for at, (quota, ticket) in enumerate(zip(quotas, tickets, strict=True), 1))


class _Filling:
    """A panel while its seats are being filled."""

    def __init__(self, rule: Rule, ordered: Sequence[PoolTicket]) -> None:
        self.seats = kinds(rule)
        self.waiting = {ticket.ticket: sort(rule, ticket) for ticket in ordered}
        self.others = Counter(self.waiting.values())
        self.rooms = {one.category: most_of_one(rule) for one in self.others}

    def take(self, place: int) -> str:
        self.seats[place] -= 1
        hopeless: set[Sort] = set()
        for ticket, one in self.waiting.items():
            if one in hopeless or not one.fits >> place & 1 or not self.rooms[one.category]:
                continue
            self._move(one, -1)
            if lacking(self.seats, [], self.others, self.rooms) is None:
                del self.waiting[ticket]
                return ticket
            self._move(one, 1)
            hopeless.add(one)
        raise AssertionError("a fillable panel was left with an empty seat")

    def _move(self, one: Sort, by: int) -> None:
        self.others[one] += by
        self.rooms[one.category] += by


@cache
def _sets(size: int) -> list[int]:
    """All sets of kinds of seat but the empty one, small ones first."""
    return sorted(range(1, 1 << size), key=int.bit_count)


def _supply(chosen: int, others: Counter[Sort], rooms: dict[str, int]) -> int:
    """How many of the others can come for these kinds of seat, no category sending more than it may."""
    able = dict.fromkeys(rooms, 0)
    for (category, fits), count in others.items():
        if fits & chosen:
            able[category] += count
    return sum([min(count, rooms[category]) for category, count in able.items()])
