"""The hall's figures as charts with their words. Pure: which picture shows what; `charts` draws."""

from datetime import date

import msgspec

from kiosk.hall.charts import Chart, Series, bars, lines
from kiosk.hall.figures import Figures
from kiosk.plan import HallPlan
from shared import words
from shared.refusals import N_

HALF, MOST = N_("Half waited at most"), N_("Four of five waited at most")


class Drawn(msgspec.Struct, frozen=True):
    """A chart and its picture. ``svg`` is our own drawing, with everything that was typed by people escaped."""

    chart: Chart
    svg: str


def charts_of(found: Figures, plan: HallPlan, language: str, *, week: bool) -> list[Drawn]:
    """Waiting, arrivals, lengths of visits, promises kept; those with nothing to show are left out."""
    if found.is_empty:
        return []
    labels = [_label(row.label, language) if week else row.label for row in found.rows]
    drawn = [_waiting(found, labels, plan, language), _arrivals(found, labels, language), _visits(found, plan, language)]
    if found.total.promised:
        drawn.append(_kept(found, labels, language))
    return drawn


def _waiting(found: Figures, labels: list[str], plan: HallPlan, language: str) -> Drawn:
    _ = words.translator(language)
    told = _("Half waited at most %(half)s, four of five at most %(most)s.", half=minutes(found.total.p50, language),
             most=minutes(found.total.p80, language))
    chart = Chart("waiting", _("Waiting until the call, in minutes"), told, labels,
                  [Series(_(HALF), [row.p50 for row in found.rows]), Series(_(MOST), [row.p80 for row in found.rows])],
                  goal=float(plan.provisions["order.cap_minutes"]))
    return Drawn(chart, lines(chart))


def _arrivals(found: Figures, labels: list[str], language: str) -> Drawn:
    _ = words.translator(language)
    told = _.ngettext("%(num)s number was taken.", "%(num)s numbers were taken.", found.total.arrivals)
    chart = Chart("arrivals", _("Numbers taken"), told, labels,
                  [Series(_("Numbers taken"), [float(row.arrivals) for row in found.rows])])
    return Drawn(chart, bars(chart))


def _visits(found: Figures, plan: HallPlan, language: str) -> Drawn:
    _ = words.translator(language)
    served = [one for one in found.services if one.visits]
    names = [plan.services_by_id[one.service].name(language) for one in served]
    told = _.ngettext("%(num)s visit was finished.", "%(num)s visits were finished.", sum(one.visits for one in served))
    series = [Series(_("Half of the visits lasted at most"), [one.p50 for one in served]),
              Series(_("Set up as"), [float(one.configured) for one in served])]
    chart = Chart("visits", _("How long visits lasted, in minutes"), told, names, series)
    return Drawn(chart, bars(chart))


def _kept(found: Figures, labels: list[str], language: str) -> Drawn:
    _ = words.translator(language)
    told = _("%(kept)s of %(all)s promises about the wait were kept.", kept=found.total.kept, all=found.total.promised)
    chart = Chart("kept", _("Promises kept, in percent"), told, labels,
                  [Series(_("Promises kept"), [row.kept_share for row in found.rows])], unit="%", top=100.0)
    return Drawn(chart, bars(chart))


def minutes(value: float | None, language: str) -> str:
    return "–" if value is None else words.minutes(round(value), language)


def _label(day: str, language: str) -> str:
    return words.day(date.fromisoformat(day), language).split()[-1 if language == words.CHINESE else 0]
