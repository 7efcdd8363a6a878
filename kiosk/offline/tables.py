"""Numbers that a kiosk holds in advance for the time when the centre is out of reach, and what became of each."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from shared.tables import UTCDateTime, choice, new_id


class Held(StrEnum):
    """What is known of a number held in advance: at the kiosk, given to a visitor, or never given when its time was over."""

    READY = "ready"
    USED = "used"
    UNUSED = "unused"


class Block(SQLModel, table=True):
    """The numbers of one kiosk for one day. ``holder`` is ``device:id``; they may be given until ``ends_at``."""

    __table_args__ = (
        Index("uq_block_holder", "hall_id", "holder", "day", unique=True, sqlite_where=text("closed_at IS NULL"),
              postgresql_where=text("closed_at IS NULL")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hall_id: UUID = Field(foreign_key="hall.id")
    holder: str = Field(max_length=80)
    place: str = Field(default="", max_length=80)
    day: date
    given_at: datetime = Field(sa_type=UTCDateTime)
    ends_at: datetime = Field(sa_type=UTCDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class BlockNumber(SQLModel, table=True):
    """One number held in advance. ``arrived_at``: when it was given, by the kiosk; ``unsure``: its clock cannot be right."""

    __tablename__ = "block_number"
    __table_args__ = (UniqueConstraint("hall_id", "day", "number"), Index("ix_block_number_settled", "hall_id", "settled_at"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    block_id: UUID = Field(foreign_key="block.id", index=True)
    hall_id: UUID = Field(foreign_key="hall.id")
    service_id: UUID = Field(foreign_key="service.id")
    day: date
    number: str = Field(max_length=12)
    code: str = Field(max_length=26, unique=True)
    state: str = Field(default=Held.READY, sa_type=choice(Held))
    arrived_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    ticket_id: UUID | None = None
    unsure: bool = False


class BlockTally(SQLModel, table=True):
    """The last number held in advance for a service on a day of the office's zone."""

    __tablename__ = "block_tally"

    service_id: UUID = Field(foreign_key="service.id", primary_key=True)
    day: date = Field(primary_key=True)
    last: int
