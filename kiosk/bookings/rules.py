"""When one can book, change, check in and is told: pure. Slots come from the office's contingent, the hall's hours and the
working days; every number is the office's (``booking.…``)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from kiosk.plan import HallPlan
from shared.calendar import Calendar
from shared.errors import Refused

DAY = timedelta(days=1)
WEEK = 7 * DAY
WEEKDAYS = range(5)


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A contingent as the rules use it: ``weeks`` of the month, empty for all; ``places`` for each ``minutes``."""

    weekdays: frozenset[int]
    weeks: frozenset[int]
    opens: time
    closes: time
    minutes: int
    places: int

    def holds_on(self, day: date, calendar: Calendar) -> bool:
        """Whether the weekday is one of it. A weekend that a decree makes a workday counts as a Monday. A monthly day that
        falls on a rest day is the same weekday of the week after (as reception days are held)."""
        weekday = 0 if day.weekday() not in WEEKDAYS and calendar.is_workday(day) else day.weekday()
        if weekday not in self.weekdays or not self.weeks:
            return weekday in self.weekdays
        before = day - WEEK
        return week_of(day) in self.weeks or (week_of(before) in self.weeks and not calendar.is_workday(before))


def numbers(text: str) -> frozenset[int]:
    """ "0,2,4" as the numbers in it."""
    return frozenset(int(part) for part in text.split(",") if part.strip().isdecimal())


def week_of(day: date) -> int:
    """The how-many-eth of its weekday in the month, from 1."""
    return (day.day - 1) // 7 + 1


def slots(offer: Offer, spans: Iterable[tuple[time, time]], day: date, zone: ZoneInfo, calendar: Calendar) -> list[datetime]:
    """The beginnings of a day's slots. ``spans``: the hall's hours of that day; no slot reaches beyond them."""
    if not offer.places or not offer.holds_on(day, calendar):
        return []
    found, length = [], timedelta(minutes=offer.minutes)
    for opens, closes in spans:
        at = _moment(day, max(opens, offer.opens), zone)
        until = min(_end(day, closes, zone), _end(day, offer.closes, zone))
        while at + length <= until:
            found.append(at.astimezone(UTC))
            at += length
    return found


def bookable(plan: HallPlan, at: datetime, now: datetime, lead: int) -> bool:
    """Not too soon (``lead`` minutes) and not too far ahead (``booking.horizon_days``)."""
    last = plan.today(now) + plan.provisions["booking.horizon_days"] * DAY
    return at >= now + timedelta(minutes=lead) and plan.today(at) <= last


def may_arrive(plan: HallPlan, starts_at: datetime, now: datetime) -> bool:
    """On the day itself at any time, late or early (the order knows what that means), and around midnight."""
    minutes = timedelta(minutes=plan.provisions["booking.check_in_minutes"])
    return plan.today(starts_at) == plan.today(now) or abs(starts_at - now) <= minutes


def check_arrival(plan: HallPlan, starts_at: datetime, now: datetime) -> None:
    """Refuses ``booking-not-today``, with the ``day`` and ``time`` of the booking."""
    if not may_arrive(plan, starts_at, now):
        local = starts_at.astimezone(plan.zone)
        raise Refused("booking-not-today", 409, day=f"{local:%m-%d}", time=f"{local:%H:%M}")


def missed_by(plan: HallPlan, now: datetime) -> datetime:
    """Who was booked before this and has not come is a no-show: later than this counts as late in the order as well."""
    return now - timedelta(minutes=plan.provisions["order.booking_late"])


def receives(plan: HallPlan, starts_at: datetime, minutes: int) -> bool:
    """Whether the hall, as it is set up now, is open from then on for so long."""
    day, until = plan.today(starts_at), starts_at + timedelta(minutes=minutes)
    return any(_moment(day, opens, plan.zone) <= starts_at and until <= _end(day, closes, plan.zone)
               for opens, closes in plan.hours.on(day, plan.calendar))


def reminder_at(starts_at: datetime, now: datetime, zone: ZoneInfo, hour: int) -> datetime | None:
    """The day before at the office's hour; None when that is over already."""
    eve = starts_at.astimezone(zone).date() - DAY
    at = datetime.combine(eve, time(hour % 24), zone)
    return at if at > now else None


def nearest(free: Sequence[datetime], wanted: datetime, count: int) -> list[datetime]:
    """The free slots next to a wanted one, in order of time."""
    return sorted(sorted(free, key=lambda at: abs(at - wanted))[:count])


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone)


def _end(day: date, at: time, zone: ZoneInfo) -> datetime:
    """00:00 means midnight at the day's end."""
    return _moment(day + DAY, at, zone) if at == time(0) else _moment(day, at, zone)
