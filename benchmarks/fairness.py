"""Who waits how long, and who is overtaken by whom: our order beside first come first served, strict priority and two to one,
over the same months."""

from collections import Counter
from typing import Any

from benchmarks.days import BOUND, Day, HeadStart, Place, Policy, Turn, Visitor, days, run
from benchmarks.sheet import Figures, benchmark, quantile, rounded, table
from kiosk.forecast.simulation import Line

LOADS, WORKDAYS, SEED = (0.75, 0.95), 132, 4  # half a year
COLUMNS = ("wait_p95", "wait_max", "green_p95", "booking_p95", "ordinary_p95", "overtaken_p95", "overtaken_max",
           "latest_overtaker_min", "bound_broken")


class Strict(Policy):
    """Bookings before lanes before the others, whatever they have waited."""

    def place(self, visitor: Visitor) -> Place:
        place = super().place(visitor)
        return place._replace(rank=place.rank - 100_000 * (2 if visitor.slot is not None else visitor.lane))


class TwoToOne(Strict):
    """The same classes, but after two of them one of the others."""

    def line(self, services: list[int], places: list[Place], day: Day) -> Line:
        return _Interleaved(super().line(services, places, day), [place.rank < place.queued for place in places])


class _Interleaved(Line):
    def __init__(self, line: Line, first: list[bool]) -> None:
        super().__init__(line.services, line.ranks, line.queued, line.cap, False, len(line.by_rank))
        self.first, self.running = first, 0
        self.others = Line(line.services, line.queued, line.queued, line.cap, False, len(line.by_rank))

    def join(self, one: int) -> None:
        super().join(one)
        if not self.first[one]:
            self.others.join(one)

    def take(self, served: Any, minute: float) -> int:
        one = self.others.take(served, minute) if self.running >= 2 else -1
        if one < 0:
            one = super().take(served, minute)
        self.gone.add(one)
        self.others.gone.add(one)
        if one >= 0:
            self.running = self.running + 1 if self.first[one] else 0
        return one


POLICIES = {"ours": HeadStart(), "fifo": Policy(), "strict": Strict(), "interleave": TwoToOne()}


def main() -> None:
    about = f"{WORKDAYS} days at each load, 6 windows with breaks, 4 services, 25 % in a lane, 8 bookings a day"
    with benchmark("fairness", about) as figures:
        figures["loads"] = {str(load): _at_load(load) for load in LOADS}
        figures |= figures["loads"][str(LOADS[-1])]  # the harder one stands for both
        broken = sum(one["ours"]["bound_broken"] for one in figures["loads"].values())
        figures |= {"bound_min": BOUND, "ours": figures["ours"] | {"bound_broken": broken}}


def _at_load(load: float) -> Figures:
    found = {name: _judged(policy, load) for name, policy in POLICIES.items()}
    table((f"load {load}", *COLUMNS), [(name, *(one[column] for column in COLUMNS)) for name, one in found.items()])
    return found


def _judged(policy: Policy, load: float) -> Figures:
    waits: dict[str, list[float]] = {"ordinary": [], "green": [], "booking": []}
    overtaken: list[int] = []
    gaps: list[float] = []
    for day in days(load, WORKDAYS, SEED):
        places, calls = run(day, policy)
        for call in calls:
            visitor = day.visitors[call.visitor]
            kind = "booking" if visitor.slot is not None else "green" if visitor.lane else "ordinary"
            waits[kind].append(max(0.0, call.minute - places[call.visitor].queued))
        times, later = overtakings(day, places, calls)
        overtaken += [times[n] for n in range(len(day.visitors))]
        gaps += later
    return _figures(waits, overtaken, gaps)


def _figures(waits: dict[str, list[float]], overtaken: list[int], gaps: list[float]) -> Figures:
    everyone = [wait for group in waits.values() for wait in group]
    return {
        "wait_p95": quantile(everyone, 0.95), "wait_max": rounded(max(everyone)),
        "green_p95": quantile(waits["green"], 0.95), "booking_p95": quantile(waits["booking"], 0.95),
        "ordinary_p95": quantile(waits["ordinary"], 0.95), "overtaken_p95": quantile(overtaken, 0.95),
        "overtaken_max": max(overtaken), "latest_overtaker_min": rounded(max(gaps, default=0.0)),
        "bound_broken": sum(gap > BOUND + 1e-6 for gap in gaps), "visitors": len(everyone),
    }


def overtakings(day: Day, places: list[Place], calls: list[Turn]) -> tuple[Counter[int], list[float]]:
    """How often each one saw somebody later called before at a window that could serve both, and by how many minutes later."""
    called = {call.visitor: call.minute for call in calls}
    times: Counter[int] = Counter()
    gaps = []
    for call in calls:
        served, came = day.desks[call.desk].services, places[call.visitor].queued
        for other, (visitor, place) in enumerate(zip(day.visitors, places, strict=True)):
            there = place.ready <= call.minute < called[other] and visitor.service in served
            if there and place.queued < came:
                times[other] += 1
                gaps.append(came - place.queued)
    return times, gaps


if __name__ == "__main__":
    main()
