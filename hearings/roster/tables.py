"""The tables of the roster of hearing officers (听证员库): who they are, what they know, whether they may sit, when they can.

People's supervisors are not here: the justice bureau chooses and draws them (`reply_tables.SupervisorVisit` records them).
"""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from shared.tables import UTCDateTime, choice, new_id


class Standing(StrEnum):
    """Whether somebody on the roster may be drawn."""

    ACTIVE = "active"
    PAUSED = "paused"
    REMOVED = "removed"


class Entry(StrEnum):
    """How somebody came onto the roster (roster opinion of 2022)."""

    INVITED = "invited"
    RECOMMENDED = "recommended"
    PUBLIC_CALL = "public_call"


class HalfDay(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"


class OfficerCategory(SQLModel, table=True):
    """A category of hearing officers. ``group`` counts for quotas: deputies and CPPCC members are both ``delegate``."""

    __tablename__ = "officer_category"
    __table_args__ = (UniqueConstraint("office_id", "code"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id")
    code: str = Field(max_length=40)
    group: str = Field(max_length=24)
    name_zh: str = Field(max_length=40)
    name_en: str = Field(max_length=80)
    open: bool = True
    position: int = 0


class Specialism(SQLModel, table=True):
    """A field that officers know about, such as finance or medicine."""

    __table_args__ = (UniqueConstraint("office_id", "code"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id")
    code: str = Field(max_length=40)
    name_zh: str = Field(max_length=40)
    name_en: str = Field(max_length=80)
    position: int = 0


class RosterMember(SQLModel, table=True):
    """A hearing officer (听证员). Name, birthday, ID number and ways to reach them are sealed. ``unit`` (employer or law
    firm) is kept readable: it tells of conflicts. ``channels``: how they want to be reached, first one first. ``hearing_id``:
    not of the roster at all, but asked for this one hearing with approval (`outsiders`)."""

    __tablename__ = "roster_member"
    __table_args__ = (UniqueConstraint("office_id", "id_index"), UniqueConstraint("office_id", "request_key"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id", index=True)
    category_id: UUID = Field(foreign_key="officer_category.id")
    name: bytes
    born_on: bytes | None = None
    id_number: bytes | None = None
    id_index: str | None = Field(default=None, max_length=64)
    phone: bytes | None = None
    phone_index: str | None = Field(default=None, max_length=64, index=True)
    email: bytes | None = None
    address: bytes | None = None
    unit: str = Field(default="", max_length=120)
    post: str = Field(default="", max_length=80)
    specialisms: list[str] = Field(default_factory=list, sa_type=JSON)
    channels: list[str] = Field(default_factory=list, sa_type=JSON)
    needs: list[str] = Field(default_factory=list, sa_type=JSON)
    language: str = Field(default="zh-CN", max_length=8)
    entry: str = Field(default=Entry.RECOMMENDED, sa_type=choice(Entry))
    term_from: date
    term_until: date
    standing: str = Field(default=Standing.ACTIVE, sa_type=choice(Standing))
    standing_reason: str = Field(default="", max_length=300)
    yearly_cap: int | None = None
    past_sittings: int = 0
    link_turn: int = 0
    hearing_id: UUID | None = Field(default=None, foreign_key="hearing.id", index=True)
    made_at: datetime = Field(sa_type=UTCDateTime)
    request_key: str | None = Field(default=None, max_length=80)


class EligibilityCheck(SQLModel, table=True):
    """One item of the checklist of 2020 rule Art. 7, looked at for one member. The newest of each item holds."""

    __tablename__ = "eligibility_check"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    member_id: UUID = Field(foreign_key="roster_member.id", index=True)
    item: str = Field(max_length=40)
    fulfilled: bool
    evidence: str = Field(max_length=300)
    checked_on: date
    checked_by: UUID = Field(foreign_key="staff.id")


class Consent(SQLModel, table=True):
    """What a member has agreed to: being on the roster, being shared with other offices, messages."""

    __tablename__ = "roster_consent"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    member_id: UUID = Field(foreign_key="roster_member.id", index=True)
    purpose: str = Field(max_length=40)
    granted: bool
    given_on: date
    evidence: str = Field(default="", max_length=300)


class Availability(SQLModel, table=True):
    """When a member can usually come: weekday (Monday is 0) and half-day. No row at all means always."""

    __table_args__ = (
        UniqueConstraint("member_id", "weekday", "half"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    member_id: UUID = Field(foreign_key="roster_member.id")
    weekday: int
    half: str = Field(sa_type=choice(HalfDay))


class Leave(SQLModel, table=True):
    """Days on which a member or a member of staff cannot come. ``by_member``: entered through their own link."""

    __tablename__ = "hearing_leave"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    member_id: UUID | None = Field(default=None, foreign_key="roster_member.id", index=True)
    staff_id: UUID | None = Field(default=None, foreign_key="staff.id", index=True)
    begins_on: date
    ends_on: date
    from_time: time | None = None
    until_time: time | None = None
    by_member: bool = False
    made_at: datetime = Field(sa_type=UTCDateTime)


class Interest(SQLModel, table=True):
    """A tie of a member to a person or unit that excludes them from its hearings. ``unit`` is readable, ``name_index`` finds
    a person's name without showing it."""

    __tablename__ = "roster_interest"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    member_id: UUID = Field(foreign_key="roster_member.id", index=True)
    kind: str = Field(max_length=30)
    unit: str = Field(default="", max_length=120)
    name_index: str | None = Field(default=None, max_length=64)
    declared_by: str = Field(max_length=80)
    declared_at: datetime = Field(sa_type=UTCDateTime)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
