"""A lawful panel for one hearing out of those who are free, the least used first. It proves while a plan is made that a
panel exists; who really sits is settled for all hearings together in `panels`."""

from collections.abc import Callable

from hearings.proposals.almanac import Almanac, Seeker, ones
from hearings.proposals.problem import Pool

Order = Callable[[int], object]


def pools(almanac: Almanac, seeker: Seeker, free: int) -> tuple[Pool, ...]:
    """How many could sit and how many could fill each quota, beside what the rule of the wide draw asks for."""
    hearing, factor = seeker.hearing, almanac.pool_factor
    usable = free & seeker.eligible
    whole = Pool("", usable.bit_count(), hearing.seats * factor)
    return (whole, *(Pool(quota.label, (usable & who).bit_count(), quota.at_least * factor) for quota, who in seeker.quotas))


def wide_enough(almanac: Almanac, seeker: Seeker, free: int) -> bool:
    factor, usable = almanac.pool_factor, free & seeker.eligible
    if usable.bit_count() < seeker.hearing.seats * factor:
        return False
    return all((usable & who).bit_count() >= quota.at_least * factor for quota, who in seeker.quotas)


def seat(almanac: Almanac, seeker: Seeker, free: int, order: Order, kept: tuple[int, ...] = ()) -> tuple[int, ...] | None:
    """A whole panel that has ``kept`` among it, or None: the scarcest quota first, then the rest, each category under its cap."""
    table = _Table(almanac, seeker, free & seeker.eligible, order, kept)
    scarce = sorted(seeker.quotas, key=lambda held: (free & seeker.eligible & held[1]).bit_count() - held[0].at_least)
    if all(table.fill(who, quota.at_least) for quota, who in scarce) and table.fill_up():
        return tuple(table.panel)
    return None


class _Table:
    """The panel while it is being filled."""

    def __init__(self, almanac: Almanac, seeker: Seeker, usable: int, order: Order, kept: tuple[int, ...]) -> None:
        self.seats, self.cap = seeker.hearing.seats, almanac.category_cap(seeker.hearing)
        self.categories = tuple(almanac.category.values())
        self.usable, self.order = usable, order
        self.panel: list[int] = []
        self.seated = 0
        for place in kept:
            self._add(place)

    def fill(self, who: int, at_least: int) -> bool:
        return self._draw_to(who, at_least)

    def fill_up(self) -> bool:
        return self._draw_to(-1, self.seats)

    def _draw_to(self, who: int, wanted: int) -> bool:
        """Those already seated who fit count too."""
        for place in sorted(ones(self.usable & who & ~self.seated), key=self.order):  # type: ignore[arg-type]
            if (self.seated & who).bit_count() >= wanted:
                return True
            if self.usable >> place & 1 and len(self.panel) < self.seats:
                self._add(place)
        return (self.seated & who).bit_count() >= wanted

    def _add(self, place: int) -> None:
        bit = 1 << place
        self.panel.append(place)
        self.seated |= bit
        self.usable &= ~bit
        for category in self.categories:
            if category & bit and (self.seated & category).bit_count() >= self.cap:
                self.usable &= ~category


def is_whole(almanac: Almanac, seeker: Seeker, panel: tuple[int, ...]) -> bool:
    """All seats taken, every quota filled, no category above its cap."""
    seated, cap = sum(1 << place for place in panel), almanac.category_cap(seeker.hearing)
    quotas = all((seated & who).bit_count() >= quota.at_least for quota, who in seeker.quotas)
    capped = all((seated & who).bit_count() <= cap for who in almanac.category.values())
    return quotas and capped and len(panel) == seeker.hearing.seats
