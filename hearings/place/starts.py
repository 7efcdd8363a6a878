"""All lawful starts of one hearing with the pools a panel would be drawn from; where there is none, the rules that stand in
the way and the cheapest ways out, each with its price and who must agree. Pure, quick enough while somebody types."""

from itertools import combinations

import msgspec

from hearings.place.lawful import obstacles, starts_of
from hearings.proposals.almanac import Almanac
from hearings.proposals.diary import Diary, booked
from hearings.proposals.problem import Hearing, Plan, Problem, Relaxation, Starts, Way
from shared.calendar import DAY

TOGETHER_AT_MOST = 2
OFFERED = 3


def lawful_starts(problem: Problem, hearing: Hearing, plan: Plan | None = None, *, almanac: Almanac | None = None) -> Starts:
    """Every lawful start beside what ``plan`` holds already (the fixed hearings where there is no plan). With none, what
    stands in the way, the most frequent first, and the cheapest ways out. An ``almanac`` of the problem saves its making."""
    return starts_beside(booked(almanac or Almanac(problem), plan, without=hearing.key), hearing)


def starts_beside(diary: Diary, hearing: Hearing) -> Starts:
    """The same beside what the diary holds."""
    seeker = diary.almanac.seeker(hearing)
    lawful = tuple(starts_of(diary, seeker))
    return Starts(lawful, obstacles(diary, seeker), () if lawful else ways_out(diary, hearing))


def moved(hearing: Hearing) -> Hearing:
    """The hearing as it is at another time: notice is owed again, also to whoever had been told of the old one."""
    return msgspec.structs.replace(hearing, noticed=False)


def ways_out(diary: Diary, hearing: Hearing) -> tuple[Relaxation, ...]:
    """Single ways first; where none helps, two together. The cheapest come first."""
    almanac = diary.almanac
    for together in range(1, TOGETHER_AT_MOST + 1):
        found = [out for ways in combinations(almanac.problem.ways, together) if (out := _try(diary, hearing, ways))]
        if found:
            return tuple(sorted(found, key=lambda out: (out.price, -out.starts))[:OFFERED])
    return ()


def relaxed(hearing: Hearing, way: Way) -> Hearing:
    """The hearing as it would be if that way were agreed to. What it does not know changes nothing."""
    if way.code == "smaller_panel":
        return _with_fewer_seats(hearing, way.value)
    changes = {
        "other_room": {"places": 0, "broadcast": False},
        "other_moderator": {"moderator": ""},
        "later": {"latest": hearing.latest + DAY * way.value},
        "notice_waived": {"waived": True},
        "new_notice": {"noticed": False, "fixed": None},
        "on_site": {"on_site": True},
        "outsider": {"quotas": ()},
    }
    return msgspec.structs.replace(hearing, **changes.get(way.code, {}))  # type: ignore[arg-type]


def _with_fewer_seats(hearing: Hearing, seats: int) -> Hearing:
    """Quotas that no longer fit the smaller panel are left out from the end."""
    if seats >= hearing.seats:
        return hearing
    kept = hearing.quotas
    while sum(quota.at_least for quota in kept) > seats:
        kept = kept[:-1]
    return msgspec.structs.replace(hearing, seats=seats, quotas=kept)


def _try(diary: Diary, hearing: Hearing, ways: tuple[Way, ...]) -> Relaxation | None:
    eased = hearing
    for way in ways:
        eased = relaxed(eased, way)
    almanac = diary.almanac
    usual = almanac.pool_factor
    almanac.pool_factor = 1 if any(way.code == "narrow_draw" for way in ways) else usual
    found = list(starts_of(diary, almanac.seeker(eased)))
    almanac.pool_factor = usual
    return Relaxation(ways, sum(way.price for way in ways), len(found), found[0]) if found else None
