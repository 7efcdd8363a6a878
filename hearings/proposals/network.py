"""The min-cost flow behind the panels: seats flow to members through the caps of day, week and year. Networkx solves it in
plain Python; any other solver finds the same flow, because the lots make the cheapest one unique."""

from collections.abc import Hashable

import networkx as nx

from hearings.proposals.almanac import Almanac
from hearings.proposals.diary import Diary

END = "end"


class Network:
    """Seats -> category of a hearing -> member, half-day, day, week, year -> sittings so far -> end."""

    def __init__(self, diary: Diary, fair: int) -> None:
        self.diary, self.fair = diary, fair
        self.almanac: Almanac = diary.almanac
        self.graph = nx.MultiDiGraph()
        self.seats = 0
        self.offers: dict[Hashable, list[tuple[Hashable, Hashable, int]]] = {}

    def seat(self, node: Hashable, count: int) -> None:
        """So many seats start from here."""
        self.seats += count
        self.graph.add_node(node, demand=-count)

    def arc(self, tail: Hashable, head: Hashable, capacity: int, cost: int = 0) -> None:
        self.graph.add_edge(tail, head, capacity=capacity, weight=cost)

    def offer(self, hearing: Hashable, tail: Hashable, place: int, day: int, half: int, cost: int) -> None:
        """A seat of the hearing may go from here to that member."""
        head = self._half_day(place, day, half)
        self.arc(tail, head, 1, cost)
        self.offers.setdefault(hearing, []).append((tail, head, place))

    def taken(self) -> dict[Hashable, list[int]]:
        """Who got a seat of which hearing in the cheapest flow."""
        if not self.seats:
            return {}
        self.graph.add_node(END, demand=self.seats)
        _, flow = nx.network_simplex(self.graph)
        return {
            key: [place for tail, head, place in offers if any(flow[tail][head].values())]
            for key, offers in self.offers.items()
        }

    def _half_day(self, place: int, day: int, half: int) -> Hashable:
        """The node of a member's half-day, with the way from there to the end. One sitting a day needs no half-days."""
        node = ("day", place, day) if self.diary.daily == 1 else ("half-day", place, day, half)
        if node not in self.graph:
            if node[0] == "half-day":
                self.arc(node, ("day", place, day), 1)
            self._day(place, day)
        return node

    def _day(self, place: int, day: int) -> None:
        node, week = ("day", place, day), self.almanac.week[day]
        if self.graph.has_node(node) and self.graph.out_degree(node):
            return
        self.arc(node, ("week", place, week), self._left(self.diary.daily, self.almanac.days[day], place))
        if not self.graph.out_degree(("week", place, week)):
            self.arc(("week", place, week), ("year", place), self._left(self.diary.weekly, week, place))
        if not self.graph.out_degree(("year", place)):
            self._year(place)

    def _year(self, place: int) -> None:
        """One step for each further sitting, dearer than the one before: the cheapest sum of squares is the fairest."""
        load = self.diary.load[place]
        for more in range(self._left(self.diary.yearly[place], "year", place)):
            self.arc(("year", place), END, 1, (2 * (load + more) + 1) * self.fair)

    def _left(self, cap: int, scope: Hashable, place: int) -> int:
        return max(0, cap - self.diary.counts.get((scope, place), 0))


