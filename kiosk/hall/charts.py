"""Charts as pictures: plain SVG with a title and a sentence for those who cannot see it. Pure. Series differ by shape and dashes
and not by colour alone; the numbers stand in a table beside. Colours come from the page's style sheet."""

from collections.abc import Iterator, Sequence
from html import escape
from textwrap import wrap

import msgspec

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 46, 10, 18, 34
STEPS = (1, 2, 5)
LABELS_MOST = 12
SIGN, LINE = 7.2, 16  # width of a Latin sign, height of a line
INNER_WIDTH, INNER_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM


class Series(msgspec.Struct, frozen=True):
    """One value for each label; None: nothing to show there."""

    name: str
    values: Sequence[float | None]


class Chart(msgspec.Struct, frozen=True):
    """``key`` names it within its page; ``told``: the picture in a sentence; ``top``: the highest value of the scale, if it is
    fixed; ``goal``: a line to be reached or not to be passed."""

    key: str
    title: str
    told: str
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = ""
    top: float | None = None
    goal: float | None = None


def lines(chart: Chart) -> str:
    """A line for each series, broken where there is nothing."""
    top = chart.top or top_of(chart)
    drawn = "".join(_line(one.values, kind, top) for kind, one in enumerate(chart.series))
    return _picture(chart, top, drawn)


def bars(chart: Chart) -> str:
    """A bar for each value, the series side by side; the value stands above it."""
    top = chart.top or top_of(chart)
    drawn = "".join(_bars(one.values, kind, len(chart.series), top) for kind, one in enumerate(chart.series))
    return _picture(chart, top, drawn)


def top_of(chart: Chart) -> float:
    """A round number that no value passes, in four equal steps."""
    most = max([value for one in chart.series for value in one.values if value is not None] + [chart.goal or 0.0, 1.0])
    scale = 1.0
    while True:
        for step in STEPS:
            if 4 * step * scale >= most:
                return 4 * step * scale
        scale *= 10


def _picture(chart: Chart, top: float, drawn: str) -> str:
    title, told = f"{chart.key}-title", f"{chart.key}-told"
    labels, more = _labels(chart.labels)
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT + more}" role="img" aria-labelledby="{title} {told}">'
        f'<title id="{title}">{escape(chart.title)}</title><desc id="{told}">{escape(chart.told)}</desc>'
        f"{_scale(top, chart.unit)}{labels}{_goal(chart.goal, top)}{drawn}</svg>"
    )


def _scale(top: float, unit: str) -> str:
    """Four lines with their numbers."""
    found = []
    for step in range(5):
        value = top * step / 4
        y = _y(value, top)
        found.append(f'<path class="chart-grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
        found.append(f'<text class="chart-scale" x="{LEFT - 7}" y="{y + 4:.1f}" text-anchor="end">{value:g}{escape(unit)}</text>')
    return "".join(found)


def _labels(labels: Sequence[str]) -> tuple[str, int]:
    """The labels, each in as many lines as it needs, and the height that the further lines take."""
    every = -(-len(labels) // LABELS_MOST) if labels else 1
    shown = [(_x(place, len(labels)), _wrapped(label, len(labels))) for place, label in enumerate(labels) if place % every == 0]
    drawn = "".join(
        f'<text class="chart-label" x="{x:.1f}" y="{HEIGHT - 12 + LINE * row}" text-anchor="middle">{escape(text)}</text>'
        for x, rows in shown for row, text in enumerate(rows)
    )
    return drawn, LINE * (max((len(rows) for _, rows in shown), default=1) - 1)


def _wrapped(label: str, count: int) -> list[str]:
    """Broken between words, or, in a script without blanks, between signs."""
    wide = label.isascii()
    most = max(4, int(INNER_WIDTH / max(count, 1) / (SIGN if wide else 2 * SIGN)))
    if count > LABELS_MOST // 2:
        return [label]
    return wrap(label, most, break_long_words=False) if wide else [label[at : at + most] for at in range(0, len(label), most)]


def _goal(goal: float | None, top: float) -> str:
    return "" if goal is None else f'<path class="chart-goal" d="M{LEFT} {_y(goal, top):.1f}H{WIDTH - RIGHT}"/>'


def _line(values: Sequence[float | None], kind: int, top: float) -> str:
    parts = []
    for run in _runs(values):
        points = [(_x(place, len(values)), _y(value, top)) for place, value in run]
        parts.append(f'<path class="chart-line kind-{kind}" d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y in points)}"/>')
        parts += [_mark(x, y, kind) for x, y in points]
    return "".join(parts)


def _runs(values: Sequence[float | None]) -> Iterator[list[tuple[int, float]]]:
    """Neighbouring values without a gap."""
    run: list[tuple[int, float]] = []
    for place, value in enumerate(values):
        if value is not None:
            run.append((place, value))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _mark(x: float, y: float, kind: int) -> str:
    """A dot for the first series, a square for the second."""
    if kind == 0:
        return f'<circle class="chart-mark kind-0" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
    return f'<rect class="chart-mark kind-{kind}" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>'


def _bars(values: Sequence[float | None], kind: int, kinds: int, top: float) -> str:
    wide = min(46.0, INNER_WIDTH / max(len(values), 1) * 0.72 / kinds)
    parts = []
    for place, value in enumerate(values):
        if value is None:
            continue
        x, y = _x(place, len(values)) + (kind - kinds / 2) * wide, _y(value, top)
        parts.append(f'<rect class="chart-bar kind-{kind}" x="{x + 1:.1f}" y="{y:.1f}" width="{wide - 2:.1f}" '
                     f'height="{HEIGHT - BOTTOM - y:.1f}"/>')
        parts.append(f'<text class="chart-value" x="{x + wide / 2:.1f}" y="{y - 4:.1f}" text-anchor="middle">{value:.0f}</text>')
    return "".join(parts)


def _x(place: int, count: int) -> float:
    return LEFT + INNER_WIDTH * (place + 0.5) / max(count, 1)


def _y(value: float, top: float) -> float:
    return TOP + INNER_HEIGHT * (1 - min(value, top) / top)
