"""How well the wait is foretold when a number is taken: our simulation beside what is usual, over the same months under our
order. Lengths and rates are learned from the month before; nobody knows anything of what is still to come."""

import time
from collections.abc import Iterator
from statistics import fmean
from typing import NamedTuple

from benchmarks.days import Day, HeadStart, days, run
from benchmarks.seen import Known, Seen
from benchmarks.sheet import Figures, benchmark, quantile, rounded, table
from kiosk import wait

LOADS, LEARNED, TESTED, SEED = (0.75, 0.95), 22, 44, 5  # workdays
ESTIMATORS = {
    "mean": "mean of today", "les": "last who entered service (LES)", "hol": "head of the line (HOL)",
    "staff": "(n + 1) x mean / staff", "staff_own_line": "the same by service", "configured": "configured lengths",
    "ours": "ours",
}
COLUMNS = ("mae", "bias", "errors_p90", "longer_than_told")


class Asked(NamedTuple):
    """One walk-in at the kiosk: what each estimator would have said, and what came. Minutes."""

    told: dict[str, float]
    promise: wait.Wait
    waited: float
    milliseconds: float


def main() -> None:
    about = f"every second walk-in of {TESTED} days at each load, lengths learned from {LEARNED} days"
    with benchmark("promises", about) as figures:
        figures["loads"] = loads = {str(load): _at_load(load) for load in LOADS}
        for name in ESTIMATORS:
            found = [one[name] for one in loads.values()]
            figures[name] = {key: rounded(fmean(one[key] for one in found)) for key in found[0]}
        figures["ours_best"] = all(_best(one) == "ours" for one in loads.values())


def _best(found: Figures) -> str:
    return min(found, key=lambda name: float(found[name]["mae"]))


def _at_load(load: float) -> Figures:
    policy = HeadStart()
    known = Known([(day, run(day, policy)[1]) for day in days(load, LEARNED, SEED)])
    asked = [one for day in days(load, TESTED, SEED + 1) for one in _asked(day, policy, known)]
    found = {name: _figures([(one.told[name], one.waited) for one in asked]) for name in ESTIMATORS}
    found["ours"] |= {
        "p80_coverage": rounded(fmean(one.waited <= one.promise.p80 for one in asked)),
        "promise_kept": rounded(fmean(one.waited <= one.promise.high for one in asked)),
        "range_width": rounded(fmean(one.promise.high - one.promise.low for one in asked)),
        "ms_p50": quantile((one.milliseconds for one in asked), 0.5),
        "ms_p99": quantile((one.milliseconds for one in asked), 0.99),
    }
    table((f"load {load}", *COLUMNS), [(ESTIMATORS[name], *(one[key] for key in COLUMNS)) for name, one in found.items()])
    ours = found["ours"]
    print(f"{len(asked)} asked; of ours the P80 covers {ours['p80_coverage']}, the range as shown {ours['promise_kept']} "
          f"({ours['range_width']} minutes wide); {ours['ms_p50']} ms each, p99 {ours['ms_p99']}")
    return found


def _figures(told: list[tuple[float, float]]) -> Figures:
    errors = [said - waited for said, waited in told]
    return {
        "mae": rounded(fmean(map(abs, errors))), "bias": rounded(fmean(errors)),
        "errors_p90": quantile(map(abs, errors), 0.9), "longer_than_told": rounded(fmean(error < 0 for error in errors)),
    }


def _asked(day: Day, policy: HeadStart, known: Known) -> Iterator[Asked]:
    places, calls = run(day, policy)
    called = {call.visitor: call.minute for call in calls}
    for number, visitor in enumerate(day.visitors):
        if visitor.slot is not None or number % 2:
            continue
        seen = Seen(day, places, calls, called, known, number)
        began = time.perf_counter()
        promise = wait.waits(seen.hall, number, only=str(number))[str(number)]
        took = (time.perf_counter() - began) * 1000
        yield Asked(seen.usual() | {"ours": promise.p50}, promise, called[number] - visitor.arrived, took)


if __name__ == "__main__":
    main()
