"""Working days and legal deadlines: the table of decreed days and the counting over it. Reads no clock.

First day excluded, last day rolled off rest days, as CPL Art. 105, CivPL Art. 85 and Civil Code Arts. 201-203 count; no
text says how a petition's 7 days and 3 months are counted, so the product counts them the same way.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from importlib.metadata import version
from typing import TypedDict

from sqlalchemy import insert
from sqlmodel import Field, Session, SQLModel, col, select

import shared.tables  # noqa: F401  the constraint names of the table below
from shared.festivals import statutory_days

DAY = timedelta(days=1)
# The decree of the coming year may still swap the last days of December (2018-12-29 became a workday on 2018-12-06).
OPEN_END = 3 * DAY


class CalendarDay(SQLModel, table=True):
    """One day as decreed, the same for every office. ``name`` is the feast it belongs to, empty on an ordinary day."""

    __tablename__ = "calendar_day"

    day: date = Field(primary_key=True)
    is_workday: bool
    name: str = Field(default="", max_length=40)
    source: str = Field(max_length=200)
    decreed_on: date | None = None


class Row(TypedDict):
    """A `CalendarDay` before it is recorded."""

    day: date
    is_workday: bool
    name: str
    source: str
    decreed_on: date | None


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a period. ``provisional``: it rests on days not decreed yet and is to be reckoned again."""

    day: date
    provisional: bool


@dataclass(frozen=True)
class Calendar:
    """The days on record, workday or not. Any other day is judged by weekday and statutory holidays, provisionally."""

    days: Mapping[date, bool] = field(default_factory=dict)

    @cached_property
    def last(self) -> date:
        """The end of the unbroken record; a single day entered far ahead does not lengthen it."""
        day = min(self.days, default=date.min)
        while day + DAY in self.days:
            day += DAY
        return day

    def is_workday(self, day: date) -> bool:
        recorded = self.days.get(day)
        return recorded if recorded is not None else day.weekday() < 5 and day not in statutory_days(day.year)

    def is_certain(self, day: date) -> bool:
        """Whether a decree covers the day and no later one can still change it."""
        return day in self.days and day <= self.last - OPEN_END

    def add_days(self, start: date, n: int) -> Due:
        """``n`` calendar days after ``start``, which does not count; off a rest day to the next workday."""
        return self._roll(start + _counted(n) * DAY, DAY)

    def add_workdays(self, start: date, n: int) -> Due:
        """The ``n``-th workday after ``start``, which does not count."""
        if n == 0:
            return self._roll(start, DAY)
        due = Due(start, provisional=False)
        for _ in range(_counted(n)):
            step = self._roll(due.day + DAY, DAY)
            due = Due(step.day, due.provisional or step.provisional)
        return due

    def add_months(self, start: date, n: int) -> Due:
        """The same day ``n`` months on, or the month's last where there is none (Civil Code Art. 202); then rolled."""
        months = start.year * 12 + start.month - 1 + _counted(n)
        year, month = months // 12, months % 12 + 1
        return self._roll(date(year, month, min(start.day, monthrange(year, month)[1])), DAY)

    def monthly(self, received: date, k: int, *, after: int = 3) -> Due:
        """The ``k``-th monthly reply after the first ``after`` months: reckoned from receipt, not from a rolled day."""
        return self.add_months(received, after + k)

    def days_before(self, day: date, n: int) -> Due:
        """The latest day for what must be done ``n`` days before ``day``; off a rest day to the workday *before* it."""
        return self._roll(day - _counted(n) * DAY, -DAY)

    def months_left(self, today: date) -> int:
        """Whole months from today to the end of the record, 0 when it has ended."""
        end = self.last + DAY
        return max(0, (end.year - today.year) * 12 + end.month - today.month - (end.day < today.day))

    def _roll(self, day: date, step: timedelta) -> Due:
        certain = self.is_certain(day)
        while not self.is_workday(day):
            day += step
            certain = certain and self.is_certain(day)
        return Due(day, not certain)


def load(session: Session, *, since: date = date.min) -> Calendar:
    """The days on record from ``since`` on."""
    day, is_workday = col(CalendarDay.day), col(CalendarDay.is_workday)
    return Calendar(dict(session.exec(select(day, is_workday).where(day >= since)).all()))


def fill(session: Session, rows: Iterable[Row]) -> int:
    """Records the days that are not on record yet and says how many; what staff have entered stays as it is."""
    present = set(session.exec(select(col(CalendarDay.day))))
    missing = [row for row in rows if row["day"] not in present]
    if missing:
        session.connection().execute(insert(CalendarDay), missing)
    return len(missing)


def refill(session: Session, first_year: int) -> int:
    """`fill` from the package after it has been upgraded; says how many days are new."""
    if session.exec(select(col(CalendarDay.day)).where(CalendarDay.source == _source()).limit(1)).first():
        return 0
    return fill(session, seed_days(first_year))


def _source() -> str:
    return f"chinesecalendar {version('chinesecalendar')}"


def seed_days(first_year: int = 2004) -> Iterator[Row]:
    """Every day that the package chinesecalendar has data for, as rows of `CalendarDay`."""
    from chinese_calendar import constants, is_workday

    source = _source()
    names = {kind.value: _feast(kind.chinese) for kind in constants.Holiday}
    feasts = constants.holidays | constants.workdays
    day, end = date(first_year, 1, 1), date(max(constants.holidays).year, 12, 31)
    while day <= end:
        name = names.get(feasts.get(day), "")
        yield Row(day=day, is_workday=is_workday(day), name=name, source=source, decreed_on=None)
        day += DAY


def _feast(name: str) -> str:
    return name if name.endswith(("节", "日", "元旦")) else f"{name}节"


def _counted(n: int) -> int:
    if n < 0:
        raise ValueError("a period has no negative length")
    return n
