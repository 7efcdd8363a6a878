"""The office (one procuratorate), its halls with their opening hours, and the provisions: every number that a
regulation or the office sets, with its source and the day from which it holds."""

from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from shared.calendar import Calendar
from shared.tables import new_id

MONDAY, SATURDAY = 0, 5


class Office(SQLModel, table=True):
    """One procuratorate. Every row of the product belongs to one."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    code: str = Field(max_length=40, unique=True)
    name_zh: str = Field(max_length=80)
    name_en: str = Field(max_length=120)
    zone: str = Field(default="Asia/Shanghai", max_length=40)


class Hall(SQLModel, table=True):
    """One reception hall of an office. ``demo`` halls say so on every page."""

    __table_args__ = (UniqueConstraint("office_id", "code"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id")
    code: str = Field(max_length=40)
    name_zh: str = Field(max_length=80)
    name_en: str = Field(max_length=120)
    phone: str = Field(default="12309", max_length=40)
    demo: bool = False
    paired_only: bool = True
    rest_days: bool = True


class OpeningHours(SQLModel, table=True):
    """When a hall receives visitors: local time, Monday is 0; ``closes`` 00:00 means midnight at the day's end."""

    __tablename__ = "opening_hours"
    __table_args__ = (CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hall_id: UUID = Field(foreign_key="hall.id", index=True)
    weekday: int
    opens: time
    closes: time


class Unit(StrEnum):
    """What a provision's number counts."""

    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    TIMES = "times"
    DAYS = "days"
    MONTHS = "months"
    PLACES = "places"
    YEARS = "years"


class Provision(SQLModel, table=True):
    """One number set by a regulation or the office. Never changed: a new row with a later day replaces it."""

    __table_args__ = (UniqueConstraint("office_id", "key", "effective_from"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id")
    key: str = Field(max_length=60)
    value: int
    unit: str = Field(max_length=12)
    source: str = Field(max_length=200)
    effective_from: date


class Hours(msgspec.Struct, frozen=True):
    """The opening hours of a hall as rules use them. ``rest_days``: closed on rest days of the calendar."""

    by_weekday: dict[int, tuple[tuple[time, time], ...]]
    rest_days: bool

    def on(self, day: date, calendar: Calendar) -> tuple[tuple[time, time], ...]:
        """The hours of a day. A weekend that a decree makes a workday, without hours of its own, has those of a Monday."""
        if self.rest_days and not calendar.is_workday(day):
            return ()
        own = self.by_weekday.get(day.weekday(), ())
        made_up = self.rest_days and day.weekday() >= SATURDAY
        return own or (self.by_weekday.get(MONDAY, ()) if made_up else ())

    def is_open(self, now: datetime, zone: ZoneInfo, calendar: Calendar) -> bool:
        local = now.astimezone(zone)
        spans = self.on(local.date(), calendar)
        return any(opens <= local.time() and (closes == time(0) or local.time() < closes) for opens, closes in spans)


def hours_of(session: Session, hall: Hall) -> Hours:
    rows = session.exec(
        select(OpeningHours).where(OpeningHours.hall_id == hall.id).order_by(col(OpeningHours.opens))
    ).all()
    days: dict[int, tuple[tuple[time, time], ...]] = {}
    for row in rows:
        days[row.weekday] = (*days.get(row.weekday, ()), (row.opens, row.closes))
    return Hours(days, hall.rest_days)


def provisions_on(session: Session, office_id: UUID, day: date) -> dict[str, int]:
    """The numbers in force on a day, by key."""
    rows = session.exec(
        select(Provision)
        .where(Provision.office_id == office_id, Provision.effective_from <= day)
        .order_by(col(Provision.effective_from))
    ).all()
    return {row.key: row.value for row in rows}
