"""The opening hours of a hall in words, days with the same hours together."""

from datetime import time
from itertools import groupby

from kiosk.plan import HallPlan
from shared import words
from shared.refusals import N_

DAY_NAMES = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)
DAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


def week_words(plan: HallPlan, language: str) -> list[tuple[str, list[str]]]:
    """Days and their spans: ("Mon – Fri", ["09:00–12:00", "14:00–17:00"]); no span means closed."""
    _ = words.translator(language)
    spans = [tuple(plan.hours.by_weekday.get(day, ())) for day in range(7)]
    told = []
    for hours, days in groupby(range(7), key=lambda day: spans[day]):
        first, *rest = days
        name = _(DAYS[first]) if not rest else f"{_(DAYS[first])} – {_(DAYS[rest[-1]])}"
        told.append((name, [f"{opens:%H:%M}–{_end(closes)}" for opens, closes in hours]))
    return told


def _end(closes: time) -> str:
    return "24:00" if closes == time(0) else f"{closes:%H:%M}"
