"""When a hearing may be held: on a workday, within the opening hours, not over lunch, beginning on a quarter. Pure; the numbers
come in as provisions (minutes since midnight)."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from shared.calendar import Calendar
from shared.errors import Refused

QUARTER = 15


def openings(provisions: Mapping[str, int]) -> tuple[tuple[int, int], tuple[int, int]]:
    """The two half-days, as minutes since midnight."""
    return ((provisions["hearing.day_begins"], provisions["hearing.lunch_begins"]),
            (provisions["hearing.lunch_ends"], provisions["hearing.day_ends"]))


def check_hours(
    begins_at: datetime, ends_at: datetime, *, before: int, after: int, calendar: Calendar, provisions: Mapping[str, int],
    zone: ZoneInfo, now: datetime,
) -> None:
    """``before`` and ``after``: minutes to set up and to clear. Refuses ``time-form`` (not on a quarter), ``time-gone``,
    ``rest-day`` and ``outside-hours``."""
    begins, ends = begins_at.astimezone(zone), ends_at.astimezone(zone)
    if begins.minute % QUARTER or begins.second or begins.microsecond:
        raise Refused("time-form", 422)
    if begins_at <= now:
        raise Refused("time-gone", 409)
    if not calendar.is_workday(begins.date()):
        raise Refused("rest-day", 409, day=f"{begins:%Y-%m-%d}")
    from_minute, to_minute = _minute(begins) - before, _minute(begins) + (ends - begins).seconds // 60 + after
    if not any(first <= from_minute and to_minute <= last for first, last in openings(provisions)):
        (opens, lunch), (again, closes) = openings(provisions)
        raise Refused("outside-hours", 409, morning=f"{clock(opens)}–{clock(lunch)}", afternoon=f"{clock(again)}–{clock(closes)}")


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _minute(at: datetime) -> int:
    return at.hour * 60 + at.minute
