"""Rooms and hours of one half-day, packed exactly: whether one more hearing fits if the others there change room or hour. Nobody
has to come on another day for that, so panels stay."""

from collections.abc import Collection, Iterator

from hearings.proposals.almanac import Seeker, Spot, ones
from hearings.proposals.diary import Diary

LOOKS = 2000  # placements tried before a half-day counts as full


def pack(diary: Diary, seeker: Seeker, spot: Spot, movable: Collection[str]) -> bool:
    """Puts the hearing into the half-day of ``spot`` with that panel, moving the movable ones within it; False leaves all as
    it was."""
    there = [key for key, (_, at) in diary.spots.items() if (at.day, at.half) == (spot.day, spot.half) and key in movable]
    held = [diary.give_back(key) for key in there]
    hardest = sorted([*held, (seeker, spot)], key=lambda one: (len(one[0].rooms), -one[0].hearing.length))
    looks = iter(range(LOOKS))
    if _pack(diary, hardest, looks):
        return True
    for one, at in held:
        diary.take(one, at)
    return False


def _pack(diary: Diary, left: list[tuple[Seeker, Spot]], looks: Iterator[int]) -> bool:
    if not left:
        return True
    (seeker, spot), *others = left
    for room, bits in list(diary.starts(seeker, spot.day, spot.half)):
        for slot in ones(bits):
            if next(looks, None) is None:
                return False
            diary.take(seeker, spot._replace(room=room, slot=slot))
            if _pack(diary, others, looks):
                return True
            diary.give_back(seeker.hearing.key)
    return False
