"""Tables of visits that nobody in the hall may notice (docs/discreet-visits.md). What everybody else sees of such a visit, its
row in `ticket`, is a number that was given up; all that is true of it stands here."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from kiosk.tables import State
from shared.tables import UTCDateTime

SET_APART = "apart:"  # begins the request of a number that took the place of another
ROLES = ["receiver", "supervisor"]


class DiscreetRule(SQLModel, table=True):
    """How a hall receives discreetly. ``prefix``: of numbers that tell nothing; ``rooms_…``: one a line; ``roles``: who may see
    such visits; ``services``: codes of those whose row at the kiosk offers it."""

    __tablename__ = "discreet_rule"

    hall_id: UUID = Field(foreign_key="hall.id", primary_key=True)
    prefix: str = Field(max_length=2)
    rooms_zh: str = Field(max_length=200)
    rooms_en: str = Field(max_length=200)
    roles: list[str] = Field(default_factory=lambda: list(ROLES), sa_type=JSON)
    services: list[str] = Field(default_factory=list, sa_type=JSON)


class DiscreetTally(SQLModel, table=True):
    """The last neutral number of a hall's day: services' own numbers show no gap."""

    __tablename__ = "discreet_tally"

    hall_id: UUID = Field(foreign_key="hall.id", primary_key=True)
    day: date = Field(primary_key=True)
    last: int


class DiscreetVisit(SQLModel, table=True):
    """One discreet visit. ``rank_at`` is its key in the order of its service; ``hint``: where to find the visitor, forgotten when
    the visit ends; ``calls``: how often it was called."""

    __tablename__ = "discreet_visit"

    ticket_id: UUID = Field(foreign_key="ticket.id", primary_key=True)
    hall_id: UUID = Field(foreign_key="hall.id", index=True)
    service_id: UUID = Field(foreign_key="service.id")
    number: str = Field(max_length=12)
    code: str = Field(max_length=26, unique=True)
    state: str = Field(default=State.WAITING, max_length=12)
    language: str = Field(max_length=8)
    hint: str = Field(default="", max_length=120)
    needs: str = Field(default="", max_length=200)
    arrived_at: datetime = Field(sa_type=UTCDateTime)
    rank_at: datetime = Field(sa_type=UTCDateTime)
    room_zh: str = Field(default="", max_length=60)
    room_en: str = Field(default="", max_length=60)
    calls: int = 0
    called_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    delivered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    acknowledged_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    started_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class SpeakerLease(SQLModel, table=True):
    """The one screen of a zone that speaks, until when. Another takes over when it has run out."""

    __tablename__ = "speaker_lease"

    hall_id: UUID = Field(foreign_key="hall.id", primary_key=True)
    zone: str = Field(primary_key=True, max_length=24)
    screen: str = Field(max_length=40)
    until: datetime = Field(sa_type=UTCDateTime)
