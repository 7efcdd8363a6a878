"""A plan on its way from what it was to what it can still be; `replan` calls the steps in their order."""

from collections.abc import Mapping

from hearings.planner import unsolved
from hearings.proposals.almanac import Almanac, Seeker, Spot, absent, ones
from hearings.proposals.diary import Diary
from hearings.proposals.greedy import Placing
from hearings.proposals.panels import Sitting, draw_panels, sitting
from hearings.proposals.problem import Hearing, Placement, Plan, Problem, Unsolved
from hearings.proposals.revision import Moved, Revision
from hearings.proposals.trial_panel import is_whole, seat
from hearings.proposals.troubles import troubles

TRIES = 20  # hearings that may make room for others


class Mending:
    """``firm``: hearings that stay where they are, because people have been told, somebody fixed them, or they are past."""

    def __init__(self, problem: Problem, plan: Plan, seed: str) -> None:
        self.problem, self.before, self.seed = problem, plan, seed
        self.almanac = Almanac(problem)
        self.diary = Diary(self.almanac)
        self.seekers = {hearing.key: self.almanac.seeker(hearing) for hearing in problem.hearings}
        self.firm = {hearing.key for hearing in problem.hearings if self._is_firm(hearing)}
        movable = [seeker for key, seeker in self.seekers.items() if key not in self.firm]
        self.placing = Placing(self.diary, movable, seed)
        self.outside: dict[str, Placement] = {}
        self.homeless: list[Seeker] = []
        self.stuck: list[Unsolved] = []
        self.lost_seats = 0

    def keep(self) -> None:
        """Everything that can stay stays, without those who cannot come any more; the firm hearings first."""
        for key, seeker in sorted(self.seekers.items(), key=lambda item: item[0] not in self.firm):
            placement = self.before.placements.get(key)
            spot = None if placement is None else self.almanac.spot(placement)
            if placement is None:
                self.homeless.append(seeker)
            elif spot is None:
                self.outside[key] = placement
            else:
                self._keep(seeker, spot)

    def fill_seats(self) -> None:
        """Gives empty seats to others; where nobody is free for one, people change places between hearings; where that does
        not help either, a hearing that may be moved looks for another day."""
        if all([self._fill(key) for key in list(self.diary.spots)]):
            return
        self._exchange()
        for key in [key for key in self.diary.spots if key not in self.firm and not self._is_whole(key)]:
            self.homeless.append(self.diary.give_back(key)[0])

    def place(self) -> None:
        """A new place for each hearing without one: where most of its panel can come, then as near as possible."""
        tries = TRIES
        while self.homeless:
            seeker = self.homeless.pop(0)
            spot = self._nearest(seeker)
            if spot is not None:
                self.diary.take(seeker, spot)
            elif tries > 0 and (freed := self.placing.make_room(seeker)) is not None:
                tries -= len(freed) + 1
                self.homeless += freed
            else:
                self.stuck.append(unsolved(self.diary, seeker))

    def draw(self) -> None:
        """The new seats are drawn by lot, all together; whoever sat before stays."""
        changed = {key: spot for key, (_, spot) in self.diary.spots.items() if set(spot.panel) - self._sat(key)}
        sittings = []
        for key, spot in changed.items():
            stay = spot._replace(panel=tuple(place for place in spot.panel if place in self._sat(key)))
            self._retake(key, stay)
            drawn = sitting(self.almanac, self.seekers[key], stay, firm=True)
            sittings.append(drawn._replace(proof=frozenset(spot.panel)))
        panels = draw_panels(self.diary, sittings, self.seed)
        as_good = all(
            is_whole(self.almanac, self.seekers[key], panels[key]) or not is_whole(self.almanac, self.seekers[key], spot.panel)
            for key, spot in changed.items()
        )
        for key in changed:
            self.diary.give_back(key)
        for key, spot in changed.items():
            self.diary.take(self.seekers[key], spot._replace(panel=panels[key]) if as_good else spot)

    def revision(self) -> Revision:
        placements = {key: self.almanac.placement(spot) for key, (_, spot) in self.diary.spots.items()} | self.outside
        firm = [found for key in sorted(self.firm & set(self.diary.spots)) if (found := troubles(self.diary, key))]
        old, new = _seats(self.before.placements), _seats(placements)
        return Revision(
            Plan(self.seed, placements, (*self.stuck, *firm)), _moved(self.before.placements, placements),
            tuple(sorted(new - old)), tuple(sorted(old - new)), self.lost_seats,
        )

    def _is_firm(self, hearing: Hearing) -> bool:
        placement = self.before.placements.get(hearing.key)
        told = hearing.noticed or hearing.fixed is not None
        return placement is not None and (told or placement.day <= self.problem.now.date())

    def _keep(self, seeker: Seeker, spot: Spot) -> None:
        staying = tuple(place for place in spot.panel if self._stays(seeker, spot, place))
        self.lost_seats += len(spot.panel) - len(staying)
        if seeker.hearing.key in self.firm or self._may_stay(seeker, spot):
            self.diary.take(seeker, spot._replace(panel=staying))
        else:
            self.homeless.append(seeker)

    def _stays(self, seeker: Seeker, spot: Spot, place: int) -> bool:
        member = self.problem.members[place]
        return bool(seeker.eligible >> place & 1) and not absent(member, self.almanac.days[spot.day])

    def _may_stay(self, seeker: Seeker, spot: Spot) -> bool:
        starts = dict(self.diary.starts(seeker, spot.day, spot.half))
        inside = seeker.first <= spot.day < seeker.end
        return inside and self.almanac.in_time(seeker.hearing, spot.day) and bool(starts.get(spot.room, 0) >> spot.slot & 1)

    def _fill(self, key: str) -> bool:
        if self._is_whole(key):
            return True
        seeker, spot = self.diary.spots[key]
        free = self.diary.free_members(spot.day, spot.half)
        panel = seat(self.almanac, seeker, free, self.placing.order, spot.panel)
        if panel is not None:
            self._retake(key, spot._replace(panel=panel))
        return panel is not None

    def _exchange(self) -> None:
        """One flow over all panels that keeps as many people as it can where they were."""
        held = {key: self.diary.give_back(key) for key in list(self.diary.spots)}
        for key in self.firm & set(held):
            seeker, spot = held[key]
            self.diary.take(seeker, spot._replace(panel=tuple(place for place in spot.panel if place in self._sat(key))))
        sittings = [self._reseated(key, seeker, spot) for key, (seeker, spot) in held.items()]
        panels = draw_panels(self.diary, sittings, self.seed)
        for key in self.firm & set(held):
            self.diary.give_back(key)
        for key, (seeker, spot) in held.items():
            self.diary.take(seeker, spot._replace(panel=panels[key]))

    def _reseated(self, key: str, seeker: Seeker, spot: Spot) -> Sitting:
        stay = spot._replace(panel=tuple(place for place in spot.panel if place in self._sat(key)))
        return sitting(self.almanac, seeker, stay, keep=True, firm=key in self.firm)._replace(proof=frozenset(spot.panel))

    def _nearest(self, seeker: Seeker) -> Spot | None:
        key = seeker.hearing.key
        was = self.before.placements.get(key)
        old = None if was is None else self.almanac.spot(was)
        sat, best, found = self._sat(key), (0, 0, 0, 0), None
        for day, half in self.placing.half_days[key]:
            starts = dict(self.diary.starts(seeker, day, half))
            panel = self._panel_near(seeker, day, half, sat) if starts else None
            if panel is None:
                continue
            room, slot = _same_hour(starts, old.slot if old else -1)
            far = abs(day - old.day) if old else day
            rank = (len(sat & set(panel)), -far, old is not None and half == old.half, old is not None and slot == old.slot)
            if found is None or rank > best:
                best, found = rank, Spot(day, half, slot, room, panel)
        return found

    def _panel_near(self, seeker: Seeker, day: int, half: int, sat: frozenset[int]) -> tuple[int, ...] | None:
        free = self.diary.free_members(day, half)
        stay = tuple(place for place in sorted(sat) if free & seeker.eligible & 1 << place)
        panel = seat(self.almanac, seeker, free, self.placing.order, stay)
        return seat(self.almanac, seeker, free, self.placing.order) if panel is None else panel

    def _sat(self, key: str) -> frozenset[int]:
        placement = self.before.placements.get(key)
        panel = placement.panel if placement else ()
        return frozenset(self.almanac.member[one] for one in panel if one in self.almanac.member)

    def _is_whole(self, key: str) -> bool:
        seeker, spot = self.diary.spots[key]
        return is_whole(self.almanac, seeker, spot.panel)

    def _retake(self, key: str, spot: Spot) -> None:
        self.diary.give_back(key)
        self.diary.take(self.seekers[key], spot)


def _same_hour(starts: dict[int, int], slot: int) -> tuple[int, int]:
    """The room and slot to take: the old hour if a room is free then, else the first."""
    if slot >= 0 and (rooms := [room for room, bits in starts.items() if bits >> slot & 1]):
        return rooms[0], slot
    room, bits = next(iter(starts.items()))
    return room, next(ones(bits))


def _seats(placements: Mapping[str, Placement]) -> set[tuple[str, str]]:
    return {(key, member) for key, placement in placements.items() for member in placement.panel}


def _moved(before: Mapping[str, Placement], after: Mapping[str, Placement]) -> tuple[Moved, ...]:
    found = []
    for key, now in after.items():
        was = before.get(key)
        if was is None or (was.day, was.slot, was.room) != (now.day, now.slot, now.room):
            found.append(Moved(key, was, now))
    return tuple(found)
