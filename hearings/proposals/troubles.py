"""What is wrong with a hearing that has to stay where it is: its room or its people were lost, or seats of its panel are
empty. Only people can decide then; the ways out say who."""

from collections.abc import Iterator

from msgspec.structs import replace

from hearings.notices.clock import notice_by
from hearings.place.lawful import starts_of
from hearings.place.starts import relaxed, ways_out
from hearings.proposals.almanac import ON_SITE, Seeker, Spot, slots
from hearings.proposals.diary import Diary
from hearings.proposals.problem import Obstacle, Relaxation, Start, Unsolved
from hearings.proposals.trial_panel import is_whole


def troubles(diary: Diary, key: str) -> Unsolved | None:
    """None where all is well."""
    seeker, spot = diary.spots[key]
    found = (*_place(diary, seeker, spot), *_panel(diary, seeker, spot))
    if not found:
        return None
    diary.give_back(key)
    ways = sorted((*_in_place(diary, seeker, spot, found), *_elsewhere(diary, seeker)), key=lambda out: out.price)
    diary.take(seeker, spot)
    return Unsolved(key, found, tuple(ways), max(0, seeker.hearing.seats - len(spot.panel)))


def _in_place(diary: Diary, seeker: Seeker, spot: Spot, found: tuple[Obstacle, ...]) -> Iterator[Relaxation]:
    """Somebody from outside the roster may take an empty seat; the rest stays as people were told."""
    problem = diary.almanac.problem
    way = next((way for way in problem.ways if way.code == "outsider"), None)
    if way is not None and all(one.code == "panel" for one in found):
        placement = diary.almanac.placement(spot)
        until = notice_by(problem, placement.day)
        yield Relaxation((way,), way.price, 1, Start(placement.day, placement.slot, (placement.room,), (), until))


def _elsewhere(diary: Diary, seeker: Seeker) -> Iterator[Relaxation]:
    """Another time or place means a new notice, whatever else is agreed to."""
    way = next((way for way in diary.almanac.problem.ways if way.code == "new_notice"), None)
    if way is None:
        return
    moved = relaxed(seeker.hearing, way)
    if free := list(starts_of(diary, diary.almanac.seeker(moved))):
        yield Relaxation((way,), way.price, len(free), free[0])
        return
    for out in ways_out(diary, moved):
        if way not in out.ways:
            yield replace(out, ways=(way, *out.ways), price=way.price + out.price)


def _place(diary: Diary, seeker: Seeker, spot: Spot) -> Iterator[Obstacle]:
    almanac, hearing = diary.almanac, seeker.hearing
    if spot.room != ON_SITE:
        held = slots(spot.slot - hearing.before, spot.slot + hearing.length + hearing.after)
        if held & ~almanac.room_free[spot.room][spot.day]:
            yield Obstacle("room_closed", "", 1, 1, almanac.problem.rooms[spot.room].key)
    held = slots(spot.slot, spot.slot + hearing.length)
    for role, key in hearing.attending:
        if held & ~almanac.staff_free[key][spot.day]:
            yield Obstacle("staff_busy", "", 1, 1, f"{role} {key}")


def _panel(diary: Diary, seeker: Seeker, spot: Spot) -> Iterator[Obstacle]:
    """The quotas that are not filled; where all are, the rule of the panel's size."""
    almanac = diary.almanac
    if is_whole(almanac, seeker, spot.panel):
        return
    seated = sum(1 << place for place in spot.panel)
    missing = [quota.label for quota, who in seeker.quotas if (seated & who).bit_count() < quota.at_least]
    source = almanac.problem.source("hearing.panel_min")
    yield from (Obstacle("panel", source, 1, 1, label) for label in missing or [""])
