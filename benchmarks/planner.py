"""Planning 200 hearings in 10 rooms with 120 members over 40 days, without OR-Tools; mending the plan after losses; and what
panels drawn one after another would have been like at the same places."""

import time
from collections.abc import Callable
from random import Random
from statistics import fmean

from benchmarks.docket import ISSUE, TIGHT, Size, docket, losses
from benchmarks.sheet import Figures, benchmark, median, rounded, table
from hearings.place.starts import lawful_starts
from hearings.planner import plan
from hearings.proposals.almanac import Almanac, Seeker, Spot, ones
from hearings.proposals.checker import check
from hearings.proposals.diary import Diary
from hearings.proposals.greedy import open_half_days
from hearings.proposals.problem import Hearing, Plan, Problem
from hearings.proposals.replan import applied, replan
from hearings.proposals.revision import Revision

DOCKETS = (1, 2, 3)
LOOKS = 20


def main() -> None:
    about = "200 hearings, 10 rooms, 120 members, 40 days, panels by networkx; a tight docket beside it"
    with benchmark("planner", about) as figures:
        rounds = {name: [_round(size, seed) for seed in DOCKETS] for name, size in (("issue", ISSUE), ("tight", TIGHT))}
        _report_plans(figures, rounds)
        _report_draws(figures, rounds["issue"])
        _report_mended(figures, rounds)


def _round(size: Size, seed: int) -> Figures:
    problem = docket(size, seed)
    wall, cpu = time.perf_counter(), time.process_time()
    made = plan(problem, f"docket {seed}")
    found: Figures = {"seconds": time.perf_counter() - wall, "cpu_seconds": time.process_time() - cpu}
    found |= _judged(problem, made) | {"starts_ms": _starts_ms(problem, made)}
    found["uniform"] = _judged(problem, _drawn(problem, made, seed, lambda load: 1.0))
    found["weighted"] = _judged(problem, _drawn(problem, made, seed, lambda load: 0.5**load))
    return found | _mended(problem, made, seed)


def _judged(problem: Problem, made: Plan, docketed: Problem | None = None) -> Figures:
    """``docketed``: the problem that waits count from, where that is an earlier one."""
    broken = check(problem, made)
    loads, waits = _loads(problem, made), _waits(docketed or problem, made)
    return {
        "rules_broken": len(broken), "short": len(made.unsolved), "load_gini": _gini(loads),
        "load_least": min(loads), "load_most": max(loads), "wait_days_mean": fmean(waits), "wait_days_most": max(waits),
    }


def _mended(problem: Problem, made: Plan, seed: int) -> Figures:
    """The same losses mended, and planned again from scratch."""
    today, changes = losses(problem, made, seed)
    wall, cpu = time.perf_counter(), time.process_time()
    mended = replan(today, made, changes, f"losses {seed}")
    spent = {"seconds": time.perf_counter() - wall, "cpu_seconds": time.process_time() - cpu}
    changed = applied(today, changes)
    scratch = plan(changed, f"losses {seed}")
    return {
        "replan": spent | _judged(changed, mended.plan, problem) | {
            "rules_broken": len(check(changed, mended.plan, made)), "lost_seats": mended.lost_seats, "moved": len(mended.moved),
            "new_invitations": len(mended.invitations), "noticed_moved": _noticed_moved(today, mended),
        },
        "scratch": {
            "new_invitations": len(_seats(scratch) - _seats(made)),
            "noticed_moved": sum(_place(scratch, one) != _place(made, one) for one in today.hearings if one.noticed),
        },
    }


def _noticed_moved(problem: Problem, mended: Revision) -> int:
    noticed = {hearing.key for hearing in problem.hearings if hearing.noticed}
    return sum(moved.hearing in noticed for moved in mended.moved)


def _place(made: Plan, hearing: Hearing) -> object:
    placement = made.placements.get(hearing.key)
    return placement and (placement.day, placement.slot, placement.room)


def _seats(made: Plan) -> set[tuple[str, str]]:
    return {(key, member) for key, placement in made.placements.items() for member in placement.panel}


def _starts_ms(problem: Problem, made: Plan) -> float:
    """All lawful starts of one more hearing beside the plan, the almanac at hand."""
    almanac, took = Almanac(problem), []
    for hearing in problem.hearings[:LOOKS]:
        began = time.perf_counter()
        lawful_starts(problem, hearing, made, almanac=almanac)
        took.append((time.perf_counter() - began) * 1000)
    return median(took)


def _loads(problem: Problem, made: Plan) -> list[int]:
    sat = {member.key: member.load for member in problem.members}
    for _, member in _seats(made):
        sat[member] += 1
    return sorted(sat.values())


def _gini(loads: list[int]) -> float:
    count, total = len(loads), sum(loads)
    return sum((2 * place - count - 1) * load for place, load in enumerate(loads, 1)) / (count * total)


def _waits(problem: Problem, made: Plan) -> list[int]:
    """Workdays between the first day that would be lawful if the hearing were alone, and the planned one."""
    almanac = Almanac(problem)
    first = {one.key: open_half_days(almanac, almanac.seeker(one)) for one in problem.hearings}
    return [almanac.day[placed.day] - first[key][0][0] for key, placed in made.placements.items() if first[key]]


def _drawn(problem: Problem, made: Plan, seed: int, weight: Callable[[int], float]) -> Plan:
    """Panels drawn one hearing after another at the places of the plan, quotas in listed order."""
    almanac, chance = Almanac(problem), Random(seed)
    diary = Diary(almanac)
    for hearing in sorted(problem.hearings, key=lambda one: made.placements[one.key].begins):
        seeker, spot = almanac.seeker(hearing), almanac.spot(made.placements[hearing.key])
        assert spot is not None
        diary.take(seeker, spot._replace(panel=_one_panel(diary, seeker, spot, chance, weight)))
    placements = {key: almanac.placement(spot) for key, (_, spot) in diary.spots.items()}
    return Plan(str(seed), placements, made.unsolved)


def _one_panel(diary: Diary, seeker: Seeker, spot: Spot, chance: Random, weight: Callable[[int], float]) -> tuple[int, ...]:
    almanac, panel = diary.almanac, list[int]()
    free = diary.free_members(spot.day, spot.half) & seeker.eligible
    steps = [*((quota.at_least, who) for quota, who in seeker.quotas), (seeker.hearing.seats, almanac.everybody)]
    for at_least, who in steps:
        while sum(who >> place & 1 for place in panel) < at_least and len(panel) < seeker.hearing.seats:
            open_to = [place for place in ones(free & who) if _below_cap(almanac, seeker, panel, place)]
            if not open_to:
                break
            panel += chance.choices(open_to, [weight(diary.load[place]) for place in open_to])
            free &= ~(1 << panel[-1])
    return tuple(panel)


def _below_cap(almanac: Almanac, seeker: Seeker, panel: list[int], place: int) -> bool:
    category = almanac.category[almanac.problem.members[place].category]
    return sum(category >> seated & 1 for seated in panel) < almanac.category_cap(seeker.hearing)


def _report_plans(figures: Figures, rounds: dict[str, list[Figures]]) -> None:
    keys = ("seconds", "cpu_seconds", "rules_broken", "short", "load_gini", "load_least", "load_most", "wait_days_mean",
            "wait_days_most", "starts_ms")
    for name, found in rounds.items():
        summed = _summed(found, keys)
        figures |= summed if name == "issue" else {name: summed}
    table(("docket", *keys), [
        (f"{name} {seed}", *(_told(one[key]) for key in keys))
        for name, found in rounds.items() for seed, one in zip(DOCKETS, found, strict=True)
    ])


def _report_draws(figures: Figures, found: list[Figures]) -> None:
    keys = ("load_gini", "load_least", "load_most", "rules_broken")
    rows = []
    for name in ("uniform", "weighted"):
        figures[name] = _summed([one[name] for one in found], keys)
        rows.append((f"{name} draw, one by one", *figures[name].values()))
    rows.append(("lottery of the fairest", *_summed(found, keys).values()))
    table(("panels at the same places", *keys), rows)


def _report_mended(figures: Figures, rounds: dict[str, list[Figures]]) -> None:
    keys = ("seconds", "cpu_seconds", "rules_broken", "short", "load_gini", "wait_days_mean", "lost_seats", "moved",
            "new_invitations", "noticed_moved")
    figures["replan"] = _summed([one["replan"] for one in rounds["issue"]], keys)
    figures["scratch"] = _summed([one["scratch"] for one in rounds["issue"]], keys[-2:])
    table(("mended", *keys), [
        (f"{name} {seed}", *(_told(one["replan"][key]) for key in keys))
        for name, found in rounds.items() for seed, one in zip(DOCKETS, found, strict=True)
    ])
    told = figures["scratch"]
    print(f"planned again from scratch, at worst: {told['new_invitations']} new invitations, "
          f"{told['noticed_moved']} noticed hearings moved")


def _summed(found: list[Figures], keys: tuple[str, ...]) -> Figures:
    """Of the three dockets the worst; for waits and inequality the mean."""
    return {key: _told(_sum_up(key)([one[key] for one in found])) for key in keys}


def _sum_up(key: str) -> Callable[[list[float]], float]:
    if key.endswith(("mean", "gini")):
        return fmean
    return min if key.endswith("least") else max


def _told(value: float) -> float:
    return value if isinstance(value, int) else rounded(value)


if __name__ == "__main__":
    main()
