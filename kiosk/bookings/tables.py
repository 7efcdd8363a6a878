"""Bookings: what may be booked when (the contingent), how much of each slot is taken, the bookings themselves, and the spans that
the office has closed."""

from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from shared.tables import UTCDateTime, choice, new_id


class BookingState(StrEnum):
    """The states of a booking. ``checked_in``: its holder has come and has a number. Who comes late may still do so after
    ``no_show``."""

    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class Contingent(SQLModel, table=True):
    """What of a service can be booked: on these ``weekdays`` (Monday is 0), in these ``weeks`` of the month (empty: in all),
    between two times of day, ``places`` for each ``minutes``. A row with a later day replaces it; no places, no bookings."""

    __table_args__ = (
        UniqueConstraint("service_id", "effective_from"),
        CheckConstraint("minutes BETWEEN 5 AND 480", name="minutes"),
        CheckConstraint("places >= 0", name="places"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    service_id: UUID = Field(foreign_key="service.id")
    weekdays: str = Field(max_length=20)
    weeks: str = Field(default="", max_length=20)
    opens: time
    closes: time
    minutes: int
    places: int
    source: str = Field(max_length=200)
    effective_from: date


class BookingSlot(SQLModel, table=True):
    """How many places of a slot are taken. A place given back counts until it returns (`PlaceReturn`)."""

    __tablename__ = "booking_slot"
    __table_args__ = (CheckConstraint("taken >= 0", name="taken"),)

    service_id: UUID = Field(foreign_key="service.id", primary_key=True)
    starts_at: datetime = Field(primary_key=True, sa_type=UTCDateTime)
    taken: int


class Booking(SQLModel, table=True):
    """One booking. Who booked is encrypted; ``phone_index`` finds the others of the same telephone. ``sequence`` grows with each
    change, so that no message tells of an older one. ``office_moved``: not the holder, the office changed or ended it last."""

    __table_args__ = (
        UniqueConstraint("hall_id", "request_key"),
        Index("ix_booking_day", "hall_id", "starts_at"),
        Index("ix_booking_open", "starts_at", sqlite_where=text("state = 'confirmed'"),
              postgresql_where=text("state = 'confirmed'")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hall_id: UUID = Field(foreign_key="hall.id")
    service_id: UUID = Field(foreign_key="service.id")
    starts_at: datetime = Field(sa_type=UTCDateTime)
    minutes: int
    state: str = Field(default=BookingState.CONFIRMED, sa_type=choice(BookingState))
    name: bytes
    phone: bytes
    phone_index: str = Field(max_length=64, index=True)
    mail: bytes = b""
    language: str = Field(default="zh-CN", max_length=8)
    code: bytes
    code_index: str = Field(max_length=64, unique=True)
    source: str = Field(default="web", max_length=12)
    changes: int = 0
    sequence: int = 0
    office_moved: bool = False
    ticket_id: UUID | None = Field(default=None, foreign_key="ticket.id")
    made_at: datetime = Field(sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    request_key: str | None = Field(default=None, max_length=80)


class PlaceReturn(SQLModel, table=True):
    """A place given back, and when it can be booked again: after a random time, so that places cannot be handed on."""

    __tablename__ = "booking_return"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    service_id: UUID = Field(foreign_key="service.id")
    starts_at: datetime = Field(sa_type=UTCDateTime)
    returns_at: datetime = Field(index=True, sa_type=UTCDateTime)


class BookingClosure(SQLModel, table=True):
    """A span in which nothing can be booked, of one service or (None) of the whole hall, and why."""

    __tablename__ = "booking_closure"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hall_id: UUID = Field(foreign_key="hall.id", index=True)
    service_id: UUID | None = Field(default=None, foreign_key="service.id")
    begins_at: datetime = Field(sa_type=UTCDateTime)
    ends_at: datetime = Field(sa_type=UTCDateTime)
    reason: str = Field(max_length=200)
    made_at: datetime = Field(sa_type=UTCDateTime)
