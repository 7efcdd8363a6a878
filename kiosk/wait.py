"""How long a visitor will wait: a rounded range from configured lengths, until enough visits are recorded to simulate.
Pure; it never says a single minute."""

from collections.abc import Iterable
from math import ceil, floor

LOW, HIGH, STEP = 0.7, 1.3, 5
LEAST = 0.2


def wait_range(work: float, windows: int) -> tuple[int, int]:
    """Minutes from - to, in steps of five.

    ``work``: expected minutes of service before this visitor's turn at the windows that could serve (those ahead and
    what remains of those being served); ``windows``: how many such windows are open (none counts as one: somebody will
    open one). Source of the bounds: the office's own estimate, until measured lengths replace them.
    """
    mean = work / max(windows, 1)
    low = STEP * floor(mean * LOW / STEP)
    return low, max(STEP * ceil(mean * HIGH / STEP), low + STEP)


def remaining(minutes: float, elapsed: float) -> float:
    """Minutes still to be expected of a service of mean ``minutes`` that has lasted ``elapsed``: never quite nothing."""
    return max(minutes - elapsed, minutes * LEAST)


def shared_work(ahead: Iterable[tuple[int, int, int, int]]) -> float:
    """Expected minutes that those ahead will take at our windows.

    Each item: people ahead of one service, its mean minutes, how many of its windows are also ours, how many windows it
    has. A service with more windows than ours puts only its share on ours.
    """
    return sum(people * minutes * ours / max(windows, 1) for people, minutes, ours, windows in ahead)
