"""Who waits how long, as a picture: everybody is a dot, further right the longer they have waited. Pure.

The zones are those of the page (long, too long); the same numbers stand beside in words, so that nobody needs the picture."""

from collections import Counter
from collections.abc import Sequence

WIDTH, HEIGHT, BASE = 320, 44, 32
LEFT, RIGHT, RADIUS, RISE = 6, 8, 4.2, 9.0
BEYOND = 1.2  # the scale goes a little further than the longest wait that is meant to be
STACK = 3  # so many dots stand on each other before they fall together


def picture(ages: Sequence[float], *, long: int, cap: int) -> str:
    """A strip from 0 to a little past ``cap`` minutes; whoever waits longer stands at its end."""
    end = cap * BEYOND
    zones = _zone("fresh", 0, long, end) + _zone("long", long, cap, end) + _zone("late", cap, end, end)
    return (
        f'<svg class="age-strip" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">{zones}{_dots(ages, long, cap, end)}'
        f"{_mark(0, end)}{_mark(long, end)}{_mark(cap, end)}</svg>"
    )


def _dots(ages: Sequence[float], long: int, cap: int, end: float) -> str:
    """The longest wait first, so that neighbours stack in a steady order."""
    stacked: Counter[int] = Counter()
    drawn = []
    for age in sorted(ages, reverse=True):
        place = round(_x(age, end) / (2 * RADIUS))
        y = BASE - 5 - RISE * min(stacked[place], STACK - 1)
        stacked[place] += 1
        kind = "late" if age >= cap else "long" if age >= long else "fresh"
        drawn.append(f'<circle class="{kind}" cx="{place * 2 * RADIUS:.1f}" cy="{y:.1f}" r="{RADIUS}"/>')
    return "".join(drawn)


def _zone(kind: str, start: float, stop: float, end: float) -> str:
    left, right = _x(start, end), _x(stop, end)
    return f'<rect class="zone {kind}" x="{left:.1f}" y="0" width="{right - left:.1f}" height="{BASE}"/>'


def _mark(minutes: int, end: float) -> str:
    anchor = "start" if not minutes else "middle"
    return f'<text x="{_x(minutes, end) - (0 if minutes else LEFT):.1f}" y="{HEIGHT - 1}" text-anchor="{anchor}">{minutes}</text>'


def _x(minutes: float, end: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * min(max(minutes, 0) / end, 1)
