"""The calendar as the administrator keeps it: a decreed day, or the whole of a new year, entered by hand when the package has no
data yet. It is one for all offices: deadlines count by it, and halls close by it."""

import re
from calendar import isleap
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec
from sqlmodel import Session, col, select

from kiosk.administration.altering import day_of, note, office_moved
from kiosk.plan import HallPlan
from shared.calendar import CalendarDay
from shared.errors import Refused

LINE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*(?:~|–|—|至|to)\s*(\d{4}-\d{2}-\d{2}))?\s+(休|班|rest|work)(?:\s+(.{1,40}))?", re.I)
WORK = ("班", "work")
YEAR_FIRST, YEAR_LAST = 2000, 2099


class DayForm(msgspec.Struct):
    """One day. ``kind`` is rest or work."""

    day: str = ""
    kind: str = ""
    name: str = ""
    source: str = ""
    reason: str = ""


class YearForm(msgspec.Struct):
    """A year as decreed: a line for each feast (``2027-02-05 至 2027-02-11 休 春节``) and each working weekend day."""

    year: str = ""
    days: str = ""
    source: str = ""
    decreed_on: str = ""
    reason: str = ""


class Decreed(msgspec.Struct, frozen=True):
    day: date
    is_workday: bool
    name: str


def year_of(session: Session, *, year: int) -> tuple[int, list[CalendarDay]]:
    """How many days of the year are on record, and those that are not like any other of their weekday."""
    of_year = col(CalendarDay.day).between(date(year, 1, 1), date(year, 12, 31))
    rows = session.exec(select(CalendarDay).where(of_year).order_by(col(CalendarDay.day))).all()
    return len(rows), [row for row in rows if row.name or row.is_workday != (row.day.weekday() < 5)]


def days_in(year: int) -> int:
    return 366 if isleap(year) else 365


def lines_of(text: str, year: int) -> list[Decreed]:
    """The days of such lines. Refuses ``days-unclear`` with the ``line`` that cannot be read."""
    found: list[Decreed] = []
    for count, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            found += _line(line.strip(), count, year)
    return found


def set_day(session: Session, *, plan: HallPlan, form: DayForm, now: datetime, by: str) -> None:
    """One day is a rest day or a workday. Refuses ``day-needed``, ``source-needed``, ``reason-needed``."""
    office_moved(session)
    day = day_of(form.day)
    if day is None or form.kind not in ("rest", "work"):
        raise Refused("day-needed", 422)
    if not form.source.strip():
        raise Refused("source-needed", 422)
    _enter(session, [Decreed(day, form.kind == "work", form.name.strip()[:40])], form.source, plan.today(now))
    told = {"day": day.isoformat(), "workday": form.kind == "work"}
    note(session, plan, "day-set", "calendar", form.reason, now, by, told)


def set_year(session: Session, *, plan: HallPlan, form: YearForm, now: datetime, by: str) -> int:
    """Every day of a year: those of the decree, the rest by their weekday. Returns how many lines of the decree it took.

    Refuses ``year-needed``, ``days-unclear``, ``source-needed``, ``reason-needed``.
    """
    office_moved(session)
    year = int(form.year) if re.fullmatch(r"\d{4}", form.year.strip()) else 0
    if not YEAR_FIRST <= year <= YEAR_LAST:
        raise Refused("year-needed", 422)
    if not form.source.strip():
        raise Refused("source-needed", 422)
    decreed = {one.day: one for one in lines_of(form.days, year)}
    if not decreed:
        raise Refused("days-unclear", 422, line=1)
    every = (date(year, 1, 1) + timedelta(days=count) for count in range(days_in(year)))
    days = [decreed.get(day, Decreed(day, day.weekday() < 5, "")) for day in every]
    _enter(session, days, form.source, day_of(form.decreed_on))
    note(session, plan, "year-set", "calendar", form.reason, now, by, {"year": year, "days": len(decreed)})
    return len(decreed)


def _line(line: str, count: int, year: int) -> list[Decreed]:
    read = LINE.fullmatch(line)
    first, last = (day_of(read[1]), day_of(read[2] or read[1])) if read else (None, None)
    if read is None or first is None or last is None or first > last or {first.year, last.year} != {year}:
        raise Refused("days-unclear", 422, line=count)
    days = (first + timedelta(days=step) for step in range((last - first).days + 1))
    return [Decreed(day, read[3].lower() in WORK, (read[4] or "").strip()) for day in days]


def _enter(session: Session, days: Sequence[Decreed], source: str, decreed_on: date | None) -> None:
    for one in days:
        session.merge(CalendarDay(day=one.day, is_workday=one.is_workday, name=one.name, source=source.strip()[:200],
                                  decreed_on=decreed_on))
