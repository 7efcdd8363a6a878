"""When a hall closes and when its windows rest, in minutes from now, by its opening hours. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from kiosk.forecast.simulation import Span
from kiosk.plan import HallPlan

DAY = timedelta(days=1)
ROUND_THE_CLOCK = 2  # days without an end


def closing(plan: HallPlan, now: datetime) -> datetime | None:
    """The end of today's last hours, also when it lies after midnight. None: closed already, or open day and night."""
    spans = _spans(plan, plan.today(now))
    left = [span for span in spans if span[1] > now]
    if not left:
        return None
    day, ends = plan.today(now), left[-1][1]
    for _ in range(ROUND_THE_CLOCK):
        day += DAY
        following = _spans(plan, day)
        if not following or following[0][0] != ends:
            return ends
        ends = following[-1][1]
    return None


def breaks(plan: HallPlan, now: datetime) -> tuple[Span, ...]:
    """The rests between today's hours that are still to come or go on: lunch."""
    spans = _spans(plan, plan.today(now))
    return tuple(
        (max(_minutes(ends, now), 0.0), _minutes(begins, now))
        for (_, ends), (begins, _) in pairwise(spans)
        if begins > max(now, ends)
    )


def _spans(plan: HallPlan, day: date) -> list[tuple[datetime, datetime]]:
    made = []
    for opens, closes in plan.hours.on(day, plan.calendar):
        last = day + DAY if closes == time(0) else day
        made.append((_moment(plan, day, opens), _moment(plan, last, closes)))
    return made


def _moment(plan: HallPlan, day: date, at: time) -> datetime:
    return datetime.combine(day, at, plan.zone).astimezone(UTC)


def _minutes(moment: datetime, now: datetime) -> float:
    return (moment - now).total_seconds() / 60
