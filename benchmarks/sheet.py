"""The sheet a benchmark hands in: readable tables, the machine's noise before and after, one line of JSON at the end."""

import json
import os
import statistics
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from benchmarks import machine

Figures = dict[str, Any]


@contextmanager
def benchmark(name: str, about: str) -> Iterator[Figures]:
    """Prints what is measured; at the end the noise and, as the last line, all figures as one JSON object."""
    print(f"{name}: {about}", flush=True)
    figures: Figures = {"benchmark": name, "cpus": os.cpu_count(), "noise_before": machine.noise()}
    yield figures
    figures["noise_after"] = machine.noise()
    for when in ("before", "after"):
        seen = figures[f"noise_{when}"]
        print(f"machine {when}: fixed loop {seen['loop_ms']} ms CPU (worst {seen['loop_worst_ms']}), "
              f"fdatasync p50 {seen['fdatasync_p50_ms']} p99 {seen['fdatasync_p99_ms']} ms, load average {seen['load_average']}")
    print(json.dumps(figures, ensure_ascii=False), flush=True)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Columns as wide as they need to be, numbers to the right."""
    lines = [list(headings), *[[_told(cell) for cell in row] for row in rows]]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    print()
    for line in lines:
        first, *rest = [_padded(cell, width, place == 0) for place, (cell, width) in enumerate(zip(line, widths, strict=True))]
        print("  ".join([first, *rest]).rstrip())
    print(flush=True)


def median(values: Iterable[float]) -> float:
    """The median, rounded to what a benchmark can know; 0.0 of nothing."""
    found = list(values)
    return rounded(statistics.median(found)) if found else 0.0


def quantile(values: Iterable[float], share: float) -> float:
    """The value below which ``share`` of all lie (0.5, 0.99); 0.0 of nothing."""
    ordered = sorted(values)
    return rounded(ordered[min(int(len(ordered) * share), len(ordered) - 1)]) if ordered else 0.0


def ratio(ours: float, theirs: float) -> float:
    return rounded(ours / theirs) if theirs else 0.0


def rounded(value: float) -> float:
    """Three digits are more than the machine can promise."""
    return float(f"{value:.3g}") if abs(value) < 1000 else float(round(value))


def _told(cell: object) -> str:
    return f"{cell:,g}" if isinstance(cell, (int, float)) and not isinstance(cell, bool) else str(cell)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _padded(text: str, width: int, left: bool) -> str:
    gap = " " * (width - _width(text))
    return text + gap if left else gap + text
