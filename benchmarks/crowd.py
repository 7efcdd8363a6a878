"""A full house: a thousand boards are open, windows call at a hall's pace and then days' worth at once. How soon the last board
has each call, whether one was lost, and whether the server grows.
"""

import time

from benchmarks import machine
from benchmarks.centre import Centre, folder, found, open_windows, serving
from benchmarks.live import call
from benchmarks.screens import Screens
from benchmarks.sheet import Figures, benchmark, quantile, rounded, table
from benchmarks.visitors import Line, load, takers

SCREENS = 1_000
CALLS = 60
EVERY_SECONDS = 0.5  # six times the 20 calls a minute of a busy hall
DAY = 400  # visits of a busy day
DAYS = 6


def main() -> None:
    about = f"{SCREENS} open boards, {CALLS} calls, then {DAYS} days of {DAY} visits"
    with benchmark("crowd", about) as figures, folder() as data:
        found(data, set_up=open_windows)
        with serving(data) as centre:
            load(centre.port, takers(centre.token, 4, "first", each=(CALLS + 8) // 4), 30)
            screens = Screens(centre.port, "/api/v1/board/live", SCREENS)
            screens.open()
            _pace(figures, centre, screens)
            _days(figures, centre, screens)
            screens.close()


def _pace(figures: Figures, centre: Centre, screens: Screens) -> None:
    """`call` fails unless every board gets the call, so a lost one ends the run."""
    line, last = Line(centre.port), []
    for turn in range(CALLS):
        time.sleep(EVERY_SECONDS)
        sent, _ = call(centre, line, screens, turn)
        last.append(sent.last)
    line.close()
    figures |= {"screens": SCREENS, "calls": CALLS, "last_p50_ms": quantile(last, 0.5), "last_p95_ms": quantile(last, 0.95)}
    table(("boards", "calls", "p50: last ms", "p95: last ms"), [(SCREENS, CALLS, figures["last_p50_ms"], figures["last_p95_ms"])])


def _days(figures: Figures, centre: Centre, screens: Screens) -> None:
    """Memory after each day, the boards open all the while. The first day fills what is kept on purpose."""
    sizes: list[float] = []
    for day in range(DAYS):
        load(centre.port, takers(centre.token, 8, f"day-{day}", each=DAY // 8), 60)
        calls = [iter([centre.post(f"/api/v1/windows/{window}/call-next")] * (DAY // 8)) for window in range(1, 9)]
        load(centre.port, calls, 60)
        machine.wait_until_still(centre.pid)
        sizes.append(rounded(machine.memory(centre.pid) / 1024))
    figures |= {"day_visits": DAY, "pss_mb": sizes, "grown": rounded(sizes[-1] / sizes[0])}
    table(("after day", "PSS MB"), list(enumerate(sizes, 1)))


if __name__ == "__main__":
    main()
