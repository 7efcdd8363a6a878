"""What the supervisor's page keeps besides the hall's own tables: how many people came in by the door, and decisions that were
weighed with a "what if", with what became of them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from shared.tables import UTCDateTime, new_id


class DoorCount(SQLModel, table=True):
    """So many people came in, as a counter at the door says. ``request_key``: the same report sent again counts once."""

    __tablename__ = "door_count"
    __table_args__ = (Index("ix_door_count_hall", "hall_id", "at"), UniqueConstraint("hall_id", "request_key"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hall_id: UUID = Field(foreign_key="hall.id")
    at: datetime = Field(sa_type=UTCDateTime)
    people: int
    request_key: str | None = Field(default=None, max_length=80)


class Decision(SQLModel, table=True):
    """A "what if" and its answer: minutes of P80 and promises broken, before and after. ``act``: open or pause the window from
    ``begins_at`` (a pause until ``ends_at``); ``decided_at``: None while it was only asked; ``actual_…``: what came of it, of
    ``actual_calls`` visitors called until ``outcome_at``."""

    __table_args__ = (Index("ix_decision_hall", "hall_id", "asked_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hall_id: UUID = Field(foreign_key="hall.id")
    act: str = Field(max_length=12)
    window: str = Field(max_length=12)
    begins_at: datetime = Field(sa_type=UTCDateTime)
    ends_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    asked_at: datetime = Field(sa_type=UTCDateTime)
    by: str = Field(max_length=80)
    p80_before: int
    p80_after: int
    broken_before: float
    broken_after: float
    waiting: int
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    reason: str = Field(default="", max_length=200)
    outcome_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    actual_p80: int | None = None
    actual_calls: int | None = None
    actual_broken: int | None = None
