"""Who sits on which panel, for all hearings at once: a lottery among the fairest lawful panels, as one min-cost flow.

Costs in this order, each above all that follow: an empty seat, an unfilled quota, a seat that changes hands where panels are
kept, the squares of everybody's sittings (past ones too), and last a lot for each pair of hearing and member, drawn from the
seed and wide enough that the cheapest flow is unique. Anybody can recompute it with another solver.
"""

from collections.abc import Hashable, Iterable
from typing import NamedTuple

from hearings.proposals.almanac import Almanac, Seeker, Spot, ones
from hearings.proposals.diary import Diary
from hearings.proposals.greedy import lot
from hearings.proposals.network import END, Network

LOT_BITS = 30
FAIR = 1 << LOT_BITS + 12  # above the sum of four thousand lots
KEPT = FAIR << 20  # above all that fairness can differ by
QUOTA = KEPT << 12
EMPTY = QUOTA << 12


class Sitting(NamedTuple):
    """A hearing at its place, and who may be asked to sit. ``kept`` are those who sit already; ``firm``: they stay. ``proof``
    is a panel known to be possible."""

    seeker: Seeker
    day: int
    half: int
    usable: int
    kept: frozenset[int] = frozenset()
    firm: bool = False
    proof: frozenset[int] = frozenset()

    @property
    def key(self) -> str:
        return self.seeker.hearing.key

    @property
    def settled(self) -> int:
        return sum(1 << place for place in self.kept) if self.firm else 0


def sitting(almanac: Almanac, seeker: Seeker, spot: Spot, *, keep: bool = False, firm: bool = False) -> Sitting:
    """``keep``: those of the spot's panel who can still come are kept if possible; ``firm``: they all stay."""
    usable = almanac.comes[spot.day][spot.half] & seeker.eligible
    kept = frozenset(place for place in spot.panel if firm or (keep and usable >> place & 1))
    return Sitting(seeker, spot.day, spot.half, usable, kept, firm)


def draw_panels(diary: Diary, sittings: Iterable[Sitting], seed: str) -> dict[str, tuple[int, ...]]:
    """The panels by hearing. The diary holds what is not part of the draw; a panel may stay incomplete where nobody is left."""
    network = Network(diary, FAIR)
    settled: dict[str, int] = {}
    for one in sittings:
        settled[one.key] = one.settled
        free = diary.free_members(one.day, one.half) & ~one.settled
        _Seats(network, one._replace(usable=one.usable & free), seed).add()
    taken = network.taken()
    return {key: tuple(sorted([*ones(bits), *taken.get(key, ())])) for key, bits in settled.items()}


class _Seats:
    """The seats of one hearing that are to be drawn: for specialists, for quotas, and open ones."""

    def __init__(self, network: Network, sitting: Sitting, seed: str) -> None:
        self.network, self.sitting, self.seed = network, sitting, seed
        self.key = sitting.key
        self.categories = network.almanac.category
        self.left = sitting.seeker.hearing.seats - sitting.settled.bit_count()
        cap = network.almanac.category_cap(sitting.seeker.hearing)
        self.caps = {name: max(0, cap - (who & sitting.settled).bit_count()) for name, who in self.categories.items()}
        self.narrow: list[Hashable] = []
        self.sorts: set[str] = set()

    def add(self) -> None:
        specialists = self._add_specialists()
        for place, (quota, who) in enumerate(self.sitting.seeker.quotas):
            have = (self.sitting.settled & who).bit_count() + sum(not among & ~who for among in specialists)
            if not quota.specialism:
                self._add_quota(place, min(quota.at_least - have, self.left), who)
        if self.left or self.narrow:
            self._add_open()

    def _add_specialists(self) -> list[int]:
        """A specialist's seat goes to one category, drawn by the number of those who could take it: only so the caps of
        categories and the quotas stay one flow."""
        found: list[int] = []
        for place, (quota, who) in enumerate(self.sitting.seeker.quotas):
            have = (self.sitting.settled & who).bit_count()
            for turn in range(min(quota.at_least - have, self.left) if quota.specialism else 0):
                category = self._category(who, place, turn)
                if category is not None:
                    found.append(who & self.categories[category] & self.sitting.usable)
                    self._add_specialist(("special", self.key, place, turn), category, found[-1])
        return found

    def _add_specialist(self, node: Hashable, category: str, among: int) -> None:
        self.caps[category] -= 1
        self._add_seats(node, 1)
        self._offer(node, among)

    def _add_quota(self, place: int, count: int, who: int) -> None:
        if count <= 0:
            return
        self._add_seats(("quota", self.key, place), count)
        for category, among in self.categories.items():
            if among & who and self.caps[category]:
                self.sorts.add(category)
                self.network.arc(("quota", self.key, place), ("sort", self.key, category), count)

    def _add_seats(self, node: Hashable, count: int) -> None:
        self.left -= count
        self.narrow.append(node)
        self.network.seat(node, count)

    def _add_open(self) -> None:
        """Open seats go to anybody; a seat that finds nobody of its own kind becomes an open one, at the price of its quota."""
        node = ("open", self.key)
        self.network.seat(node, self.left)
        self.network.arc(node, END, self.left + len(self.sitting.seeker.quotas) * self.sitting.seeker.hearing.seats, EMPTY)
        for narrow in self.narrow:
            self.network.arc(narrow, node, self.sitting.seeker.hearing.seats, QUOTA)
        for category, cap in self.caps.items():
            if cap:
                self._add_category(node, category, cap)

    def _add_category(self, node: Hashable, category: str, cap: int) -> None:
        among, capped = self.categories[category] & self.sitting.usable, ("capped", self.key, category)
        if category in self.sorts:
            self.network.arc(node, ("sort", self.key, category), cap)
            self.network.arc(("sort", self.key, category), capped, cap)
        else:
            self.network.arc(node, capped, cap)
        self._offer(capped, among)

    def _offer(self, node: Hashable, among: int) -> None:
        for place in ones(among):
            cost = lot(self.seed, self.key, place) >> 64 - LOT_BITS
            cost += 0 if place in self.sitting.kept or not self.sitting.kept else KEPT
            self.network.offer(self.key, node, place, self.sitting.day, self.sitting.half, cost)

    def _category(self, who: int, place: int, turn: int) -> str | None:
        """The category of a specialist who is kept or known to be possible, else by lot."""
        fit = {name: who & among & self.sitting.usable for name, among in self.categories.items() if self.caps[name]}
        known = sum(1 << one for one in self.sitting.kept | self.sitting.proof)
        if proven := [name for name, among in fit.items() if among & known]:
            return proven[0]
        total = sum(among.bit_count() for among in fit.values())
        ticket = lot(self.seed, "special", self.key, place, turn) % total if total else 0
        for name, among in fit.items():
            if ticket < among.bit_count():
                return name
            ticket -= among.bit_count()
        return None
