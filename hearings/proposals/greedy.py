"""When and where every hearing is held: the most constrained first, each on the first day that works, with a panel held in
reserve to prove that one exists. Where one is stuck, others make room; afterwards the waits are shortened. Always answers."""

import hashlib
from collections.abc import Callable
from functools import cache

from hearings.proposals.almanac import Almanac, Seeker, Spot, ones
from hearings.proposals.diary import Diary
from hearings.proposals.packing import pack
from hearings.proposals.trial_panel import seat, wide_enough

Tell = Callable[[int, int], None]
TRIES_A_HEARING = 4  # how often, on average, one may be put back so that a stuck one gets a place
LOOKED_AT = 24  # half-days in which a stuck hearing tries to make room
ROUNDS = 3  # of shortening the waits


class Placing:
    """The hearings still to be placed, and the diary they go into."""

    def __init__(self, diary: Diary, seekers: list[Seeker], seed: str) -> None:
        self.diary, self.almanac, self.seed = diary, diary.almanac, seed
        self.half_days = {seeker.hearing.key: open_half_days(self.almanac, seeker) for seeker in seekers}
        self.movable = {seeker.hearing.key: seeker for seeker in seekers}
        self.put_back: dict[str, int] = {}

    def run(self, tell: Tell) -> list[Seeker]:
        """Places all it can and returns the hearings that found no place."""
        waiting = sorted(self.movable.values(), key=self._slack)
        stuck: list[Seeker] = []
        tries = TRIES_A_HEARING * len(waiting)
        while waiting:
            seeker = waiting.pop(0)
            if not self.place(seeker) and not self._squeeze_in(seeker):
                freed = self.make_room(seeker) if tries > 0 else None
                waiting[:0] = freed or []
                stuck += [] if freed is not None else [seeker]
                tries -= len(freed or [])
            tell(len(self.movable) - len(waiting), len(self.movable))
        return stuck

    def place(self, seeker: Seeker, before: int | None = None) -> bool:
        """On the first day that works, not on or after ``before``."""
        spots: list[Spot] = []
        day = -1
        for day, half in self.half_days[seeker.hearing.key]:
            if (before is not None and day >= before) or (spots and day > spots[0].day):
                break
            spots += [spot] if (spot := self.spot_in(seeker, day, half)) else []
        if not spots:
            return False
        self.diary.take(seeker, max(spots, key=lambda spot: self.diary.free_members(spot.day, spot.half).bit_count()))
        return True

    def spot_in(self, seeker: Seeker, day: int, half: int) -> Spot | None:
        place = next(self.diary.starts(seeker, day, half), None)
        if place is None:
            return None
        panel = seat(self.almanac, seeker, self.diary.free_members(day, half), self.order)
        return None if panel is None else Spot(day, half, next(ones(place[1])), place[0], panel)

    def order(self, member: int) -> tuple[int, int]:
        """Plain members before rare specialists, the least used first, then by lot."""
        rare = len(self.almanac.problem.members[member].specialisms)
        return 2 * self.diary.load[member] + 3 * rare, lot(self.seed, member)

    def shorten_waits(self, tell: Tell) -> None:
        """Moves hearings to earlier days as long as that helps, the longest wait first."""
        for turn in range(ROUNDS):
            late = sorted(self._placed(), key=lambda key: (-self.wait(key), lot(self.seed, key)))
            if not sum([self._earlier(key) for key in late if self.wait(key)]):
                break
            tell(turn + 1, ROUNDS)

    def wait(self, key: str) -> int:
        """Workdays between the first open day and the planned one."""
        return self.diary.spots[key][1].day - self.half_days[key][0][0]

    def _placed(self) -> list[str]:
        return [key for key in self.movable if key in self.diary.spots]

    def _earlier(self, key: str) -> bool:
        seeker, spot = self.diary.give_back(key)
        if self.place(seeker, spot.day):
            return True
        self.diary.take(seeker, spot)
        return False

    def _slack(self, seeker: Seeker) -> tuple[int, int]:
        key = seeker.hearing.key
        return len(self.half_days[key]) * len(seeker.rooms), lot(self.seed, key)

    def make_room(self, seeker: Seeker) -> list[Seeker] | None:
        """Places a stuck hearing by putting back as few others as possible, those put back least often; None if in vain."""
        half_days = sorted(self.half_days[seeker.hearing.key], key=lambda when: lot(self.seed, seeker.hearing.key, *when))
        best: list[str] | None = None
        where = (0, 0)
        for when in half_days[:LOOKED_AT]:
            keys = self._blockers(seeker, *when)
            if keys is not None and (best is None or self._cost(keys) < self._cost(best)):
                best, where = keys, when
        if best is None:
            return None
        freed = [self.diary.give_back(key)[0] for key in best]
        self.put_back.update({key: self.put_back.get(key, 0) + 1 for key in best})
        spot = self.spot_in(seeker, *where)
        assert spot is not None, "the same half-day had room a moment ago"
        self.diary.take(seeker, spot)
        return freed

    def squeeze_into(self, seeker: Seeker, day: int, half: int) -> bool:
        """Into that half-day, if need be by changing rooms and hours of others there."""
        panel = seat(self.almanac, seeker, self.diary.free_members(day, half), self.order)
        return panel is not None and pack(self.diary, seeker, Spot(day, half, 0, 0, panel), self.movable)

    def _squeeze_in(self, seeker: Seeker) -> bool:
        return any(self.squeeze_into(seeker, day, half) for day, half in self.half_days[seeker.hearing.key])

    def _cost(self, keys: list[str]) -> int:
        return sum(1 + self.put_back.get(key, 0) for key in keys)

    def _blockers(self, seeker: Seeker, day: int, half: int) -> list[str] | None:
        """Hearings whose leaving makes room in a half-day: of the same half-day first, then of the week. Nothing is changed."""
        near = [key for key in self._placed() if self.almanac.week[self.diary.spots[key][1].day] == self.almanac.week[day]]
        near.sort(key=lambda key: (self._distance(key, day, half), self._cost([key]), lot(self.seed, key)))
        removed: list[tuple[Seeker, Spot]] = []
        while self.spot_in(seeker, day, half) is None and near:
            removed.append(self.diary.give_back(near.pop(0)))
        fits = self.spot_in(seeker, day, half) is not None
        needed = self._only_needed(seeker, day, half, removed) if fits else []
        for held, spot in removed:
            if held.hearing.key not in self.diary.spots:
                self.diary.take(held, spot)
        return [held.hearing.key for held in needed] if fits else None

    def _only_needed(self, seeker: Seeker, day: int, half: int, removed: list[tuple[Seeker, Spot]]) -> list[Seeker]:
        """Takes back in everybody whose leaving was not needed."""
        needed = []
        for held, spot in removed:
            self.diary.take(held, spot)
            if self.spot_in(seeker, day, half) is None:
                self.diary.give_back(held.hearing.key)
                needed.append(held)
        return needed

    def _distance(self, key: str, day: int, half: int) -> int:
        spot = self.diary.spots[key][1]
        return 0 if (spot.day, spot.half) == (day, half) else 1 if spot.day == day else 2


def open_half_days(almanac: Almanac, seeker: Seeker) -> list[tuple[int, int]]:
    """The half-days in which the hearing would be lawful if it were alone."""
    alone = Diary(almanac)
    return [
        (day, half) for day in range(seeker.first, seeker.end) for half in range(len(almanac.opens))
        if almanac.in_time(seeker.hearing, day) and wide_enough(almanac, seeker, almanac.comes[day][half])
        and any(alone.starts(seeker, day, half))
    ]


@cache
def lot(seed: str, *what: object) -> int:
    """A number that nobody can choose: the first eight bytes of a hash over the seed and what it is for."""
    text = "|".join(map(str, (seed, *what)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
