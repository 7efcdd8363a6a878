"""The table of proposals: what the planner was asked, how far it is, what it answered, and what came of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from shared.tables import UTCDateTime, choice, new_id


class ProposalKind(StrEnum):
    """Hearings without a time, or those whose room or people were lost."""

    MANY = "many"
    MEND = "mend"


class ProposalState(StrEnum):
    RUNNING = "running"
    READY = "ready"
    STOPPED = "stopped"
    APPROVED = "approved"
    BOOKED = "booked"
    DROPPED = "dropped"


class Proposal(SQLModel, table=True):
    """One run of the planner. ``result`` is a `proposals.Proposed`; ``outcome`` says what could not be booked once it was
    approved. Nothing in it names anybody: hearings, rooms and officers are ids."""

    __tablename__ = "hearing_proposal"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id", index=True)
    kind: str = Field(sa_type=choice(ProposalKind))
    seed: str = Field(max_length=64)
    state: str = Field(default=ProposalState.RUNNING, sa_type=choice(ProposalState))
    stage: str = Field(default="", max_length=20)
    done: int = 0
    total: int = 0
    told_at: datetime = Field(sa_type=UTCDateTime)
    result: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    outcome: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    made_at: datetime = Field(sa_type=UTCDateTime)
    made_by: UUID = Field(foreign_key="staff.id")
    approved_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    approved_by: UUID | None = Field(default=None, foreign_key="staff.id")
