"""Who sits on which panel, for all hearings at once: a lottery among the fairest lawful panels, as one min-cost flow.

Costs in this order, each above all that follow: an empty seat, an unfilled quota, a seat that changes hands where panels are
kept, the squares of everybody's sittings (past ones too), and last a lot for each pair of hearing and member, drawn from the
seed and wide enough that the cheapest flow is unique. Anybody can recompute it with another solver.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import networkx as nx

from hearings.almanac import Almanac, Seeker, Spot, ones
from hearings.diary import Diary
from hearings.greedy import lot

LOT_BITS = 40
FAIR = 1 << LOT_BITS + 10  # above the sum of a thousand lots
KEPT = FAIR << 20  # above all that fairness can differ by
QUOTA = KEPT << 12
EMPTY = QUOTA << 12


class Sitting(NamedTuple):
    """A hearing at its place, and who may be asked to sit. ``kept`` are those who sit already; ``firm``: they stay."""

    seeker: Seeker
    day: int
    half: int
    usable: int
    kept: frozenset[int] = frozenset()
    firm: bool = False


def draw_panels(diary: Diary, sittings: Iterable[Sitting], seed: str) -> dict[str, tuple[int, ...]]:
    """The panels by hearing. The diary holds what is not part of the draw; a panel may stay incomplete where nobody is left."""
    network = _Network(diary, seed)
    for sitting in sittings:
        network.add(sitting)
    return network.solved()


def sitting(almanac: Almanac, seeker: Seeker, spot: Spot, *, keep: bool = False, firm: bool = False) -> Sitting:
    """``keep``: those of the spot's panel who can still come are kept if possible; ``firm``: they all stay."""
    usable = almanac.comes[spot.day][spot.half] & seeker.eligible
    kept = frozenset(place for place in spot.panel if firm or keep and usable >> place & 1)
    return Sitting(seeker, spot.day, spot.half, usable, kept, firm)


class _Network:
    """Hearing -> quota or open seat -> category of the hearing -> member, half-day, day, week, year -> sittings -> end."""

    def __init__(self, diary: Diary, seed: str) -> None:
        self.diary, self.almanac, self.seed = diary, diary.almanac, seed
        self.graph = nx.DiGraph()
        self.seats = 0
        self.panels: dict[str, list[tuple[object, int]]] = {}
        self.settled: dict[str, tuple[int, ...]] = {}

    def add(self, sitting: Sitting) -> None:
        hearing = sitting.seeker.hearing
        key = hearing.key
        sitting = sitting._replace(usable=sitting.usable & self.diary.free_members(sitting.day, sitting.half))
        self.panels[key] = []
        self.settled[key] = tuple(sorted(sitting.kept)) if sitting.firm else ()
        seats = hearing.seats - len(self.settled[key])
        if seats <= 0:
            return
        self.seats += seats
        self.graph.add_node(("hearing", key), demand=-seats)
        self._arc(("hearing", key), "end", seats, EMPTY)
        self._arc(("hearing", key), ("open", key), seats, 0)
        self._add_seats(sitting, seats)

    def solved(self) -> dict[str, tuple[int, ...]]:
        if not self.seats:
            return self.settled
        self.graph.add_node("end", demand=self.seats)
        _, flow = nx.network_simplex(self.graph)
        return {key: tuple(sorted({*self.settled[key], *_chosen(flow, arcs)})) for key, arcs in self.panels.items()}

    def _add_seats(self, sitting: Sitting, seats: int) -> None:
        caps = self._room_left(sitting)
        special = self._specialists(sitting, caps)
        filled = [who for _, who in special]
        for place, (quota, who) in enumerate(sitting.seeker.quotas):
            if quota.specialism:
                continue
            have = sum(who >> seated & 1 for seated in self.settled[sitting.seeker.hearing.key])
            have += sum(1 for among in filled if among and among & ~who == 0)
            self._quota(sitting, place, quota.at_least - have, who, caps)
        for category in self.almanac.category:
            self._arc(("open", sitting.seeker.hearing.key), ("sort", sitting.seeker.hearing.key, category), seats, 0)
            self._sort(sitting, category, caps[category])

    def _room_left(self, sitting: Sitting) -> dict[str, int]:
        """How many of each category may still be seated."""
        cap, settled = self.almanac.category_cap(sitting.seeker.hearing), self.settled[sitting.seeker.hearing.key]
        return {
            name: max(0, cap - sum(who >> place & 1 for place in settled)) for name, who in self.almanac.category.items()
        }

    def _specialists(self, sitting: Sitting, caps: dict[str, int]) -> list[tuple[int, int]]:
        """Each seat that needs a specialism goes to one category, drawn by the number of those who could take it: only so
        the caps of categories and the quotas stay one flow. Returns (seats, who) and lowers the caps."""
        made: list[tuple[int, int]] = []
        key = sitting.seeker.hearing.key
        for place, (quota, who) in enumerate(sitting.seeker.quotas):
            settled = sum(who >> seated & 1 for seated in self.settled[key])
            for turn in range(quota.at_least - settled if quota.specialism else 0):
                found = self._special_category(sitting, who, caps, (place, turn))
                if found is None:
                    continue
                caps[found] -= 1
                among = who & self.almanac.category[found] & sitting.usable
                self._arc(("hearing", key), ("special", key, place, turn), 1, -QUOTA)
                self._to_members(sitting, ("special", key, place, turn), among)
                made.append((1, among))
        return made

    def _special_category(self, sitting: Sitting, who: int, caps: dict[str, int], what: tuple[int, int]) -> str | None:
        """The category of somebody who is kept where there is one, else by lot."""
        categories = {name: (among & who & sitting.usable).bit_count() for name, among in self.almanac.category.items() if caps[name]}
        kept = [name for name in categories if any((self.almanac.category[name] & who) >> place & 1 for place in sitting.kept)]
        if kept:
            return kept[0]
        total = sum(categories.values())
        ticket = lot(self.seed, "special", sitting.seeker.hearing.key, *what) % total if total else 0
        for name, count in categories.items():
            if ticket < count:
                return name
            ticket -= count
        return None

    def _quota(self, sitting: Sitting, place: int, wanted: int, who: int, caps: dict[str, int]) -> None:
        if wanted <= 0:
            return
        key = sitting.seeker.hearing.key
        self._arc(("hearing", key), ("quota", key, place), wanted, -QUOTA)
        for category, among in self.almanac.category.items():
            if among & who:
                self._arc(("quota", key, place), ("sort", key, category), wanted, 0)

    def _sort(self, sitting: Sitting, category: str, cap: int) -> None:
        key = sitting.seeker.hearing.key
        if cap:
            self._arc(("sort", key, category), ("capped", key, category), cap, 0)
            self._to_members(sitting, ("capped", key, category), self.almanac.category[category] & sitting.usable)

    def _to_members(self, sitting: Sitting, node: object, who: int) -> None:
        key = sitting.seeker.hearing.key
        for place in ones(who & ~sum(1 << seated for seated in self.settled[key])):
            cost = lot(self.seed, key, place) >> 64 - LOT_BITS
            self._arc(node, self._half_day(place, sitting.day, sitting.half), 1, cost - (KEPT if place in sitting.kept else 0))
            self.panels[key].append((node, place))

    def _half_day(self, place: int, day: int, half: int) -> object:
        """The node of a member's half-day, with the way from there to the end."""
        node = ("half-day", place, day, half)
        if node not in self.graph:
            self._arc(node, ("day", place, day), 1, 0)
            self._day(place, day)
        return node

    def _day(self, place: int, day: int) -> None:
        if self.graph.out_degree(("day", place, day)):
            return
        date, week = self.almanac.days[day], self.almanac.week[day]
        left = self.diary.daily - self.diary.counts.get((date, place), 0)
        self._arc(("day", place, day), ("week", place, week), max(0, left), 0)
        if not self.graph.out_degree(("week", place, week)):
            left = self.diary.weekly - self.diary.counts.get((week, place), 0)
            self._arc(("week", place, week), ("member", place), max(0, left), 0)
        if not self.graph.out_degree(("member", place)):
            self._year(place)

    def _year(self, place: int) -> None:
        """One step for each further sitting, dearer than the one before."""
        load = self.diary.load[place]
        for more in range(self.diary.yearly[place] - self.diary.counts.get(("year", place), 0)):
            self._arc(("member", place), ("load", place, more), 1, (2 * (load + more) + 1) * FAIR)
            self._arc(("load", place, more), "end", 1, 0)

    def _arc(self, tail: object, head: object, capacity: int, cost: int) -> None:
        self.graph.add_edge(tail, head, capacity=capacity, weight=cost)


def _chosen(flow: Mapping[Any, Mapping[Any, int]], arcs: list[tuple[object, int]]) -> set[int]:
    nodes = {node for node, _ in arcs}
    return {head[1] for node in nodes for head, units in flow[node].items() if units}
