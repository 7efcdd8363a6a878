"""A full house of screens: whether numbers are still given at once while every number makes a new board for all of them,
and how soon all have the board again after the plug was pulled.
"""

import signal
import time

from benchmarks import machine
from benchmarks.centre import Centre, folder, found, serving
from benchmarks.screens import Screens
from benchmarks.sheet import Figures, benchmark, median, table
from benchmarks.visitors import Load, load, takers

PATH = "/live/lobby"
SCREENS = 5_000
KIOSKS, PAUSE_SECONDS, SECONDS = 4, 0.15, 6.0
ROUNDS = 3


def main() -> None:
    about = f"{SCREENS:,} lobby screens: numbers given meanwhile, and everybody back after kill -9"
    with benchmark("restart", about) as figures, folder() as data:
        found(data)
        with serving(data) as centre:
            quiet = _kiosks(centre, "quiet")
            screens = Screens(centre.port, PATH, SCREENS)
            screens.open()
            busy = _kiosks(centre, "busy")
            _report(figures, quiet, busy)
            _restart(figures, centre, screens)
            screens.close()


def _kiosks(centre: Centre, name: str) -> Load:
    return load(centre.port, takers(centre.token, KIOSKS, name), SECONDS, PAUSE_SECONDS)


def _report(figures: Figures, quiet: Load, busy: Load) -> None:
    rows = [
        (name, seen.took(0.5), seen.took(0.99), median([seen.rate()]), seen.count() - seen.count(201))
        for name, seen in (("none", quiet), (f"{SCREENS:,}", busy))
    ]
    table((f"issue by {KIOSKS} kiosks, screens", "p50 ms", "p99 ms", "per s", "other answers"), rows)
    figures["issue"] = [dict(zip(("screens", "p50_ms", "p99_ms", "per_s", "other"), row, strict=True)) for row in rows]


def _restart(figures: Figures, centre: Centre, screens: Screens) -> None:
    """From the first 200 on all come back at once; a browser's back-off would spread them."""
    rows = [_pulled(centre, screens) for _ in range(ROUNDS)]
    row = [median(values) for values in zip(*rows, strict=True)]
    table((f"after kill -9, {SCREENS:,} screens", "first 200 s", "middle s", "all s", "CPU us each"), [("median", *row)])
    figures["restart"] = {"screens": SCREENS, **dict(zip(("first_200_s", "middle_s", "all_s", "cpu_us_each"), row, strict=True))}


def _pulled(centre: Centre, screens: Screens) -> tuple[float, float, float, float]:
    centre.stop(signal.SIGKILL)
    started = centre.start()
    began, spent = time.monotonic(), machine.cpu(centre.pid)
    back = screens.open()
    return started, back.middle - began, back.last - began, (machine.cpu(centre.pid) - spent) / SCREENS * 1e6


if __name__ == "__main__":
    main()
