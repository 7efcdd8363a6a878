"""The tables of a hearing: the request and its approvals, the plan, who takes part, when and where, the draw, the seats.

The roster is in `roster.tables`, invitations, notices and recusals in `invitations.tables`. What names a person or tells of the
case is sealed by the vault.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from shared.tables import UTCDateTime, choice, new_id

HELD = text("vacated_at IS NULL")
# What the vault seals words as.
CASE_TEXT, HEARING_NAME, HEARING_CONTACT, DRAW_SECRET = "hearing-case", "hearing-name", "hearing-contact", "hearing-draw"


class HearingState(StrEnum):
    """Where a hearing stands (domain guide §7). What runs beside it (panel, notices) has states of its own."""

    DRAFT = "draft"
    PENDING_APPROVAL = "pending_approval"
    REFUSED = "refused"
    APPROVED = "approved"
    PANEL_READY = "panel_ready"
    NOTIFIED = "notified"
    CHECKING_IN = "checking_in"
    IN_SESSION = "in_session"
    DELIBERATING = "deliberating"
    RESUMED = "resumed"
    ENDED = "ended"
    RECORD_SIGNED = "record_signed"
    DECISION_PENDING = "decision_pending"
    DECIDED = "decided"
    FEEDBACK_SENT = "feedback_sent"
    ARCHIVED = "archived"
    POSTPONED = "postponed"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


class Initiative(StrEnum):
    """Who wanted the hearing: the office itself (依职权) or a party who applied (依申请)."""

    EX_OFFICIO = "ex_officio"
    APPLICATION = "application"


class Ground(StrEnum):
    """Why a hearing is needed (2020 rule, Art. 4)."""

    FACTS = "facts"
    LAW = "law"
    HANDLING = "handling"
    SOCIAL_IMPACT = "social_impact"
    DANGER_ASSESSMENT = "danger_assessment"
    STRONG_FEELINGS = "strong_feelings"


class Question(StrEnum):
    """What an approval is about."""

    HEARING = "hearing"
    PLAN = "plan"
    OPENNESS = "openness"
    ELSEWHERE = "elsewhere"
    PANEL_SIZE = "panel_size"
    DESIGNATION = "designation"
    OUTSIDER = "outsider"
    BROADCAST = "broadcast"
    WAIVER = "waiver"
    CANCELLATION = "cancellation"
    RECUSAL = "recusal"


class PartRole(StrEnum):
    """What somebody is at a hearing (2020 rule, Art. 6), hearing officers apart."""

    PARTY = "party"
    LEGAL_REPRESENTATIVE = "legal_representative"
    AGENT = "agent"
    DEFENDER = "defender"
    THIRD_PARTY = "third_party"
    CASE_HANDLER = "case_handler"
    MODERATOR = "moderator"
    CLERK = "clerk"
    BAILIFF = "bailiff"
    WITNESS = "witness"
    EXPERT = "expert"
    INTERPRETER = "interpreter"
    OTHER = "other"


class DrawState(StrEnum):
    COMMITTED = "committed"
    DRAWN = "drawn"
    ABANDONED = "abandoned"


class SeatOrigin(StrEnum):
    """How somebody came to a seat."""

    DRAW = "draw"
    RESERVE = "reserve"
    DESIGNATION = "designation"
    OUTSIDER = "outsider"


class ListingSource(StrEnum):
    HUMAN = "human"
    PLANNER = "planner"


class ClaimKind(StrEnum):
    """What a slot can be claimed of."""

    ROOM = "room"
    MEMBER = "member"
    STAFF = "staff"


class CaseType(SQLModel, table=True):
    """A type of case that may be heard, and whether its hearings are open as a rule (2020 rule, Arts. 4 and 5)."""

    __tablename__ = "hearing_case_type"
    __table_args__ = (UniqueConstraint("office_id", "code"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id")
    code: str = Field(max_length=40)
    name_zh: str = Field(max_length=40)
    name_en: str = Field(max_length=80)
    opens: bool
    article: str = Field(max_length=40)
    position: int = 0


class Article(SQLModel, table=True):
    """One rule as the office applies it. Never changed: a new row with a later day replaces it. Refusals quote it."""

    __tablename__ = "hearing_article"
    __table_args__ = (UniqueConstraint("office_id", "code", "effective_from"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id")
    code: str = Field(max_length=40)
    name_zh: str = Field(max_length=120)
    name_en: str = Field(max_length=160)
    text_zh: str = Field(max_length=600)
    text_en: str = Field(max_length=900)
    source: str = Field(max_length=200)
    effective_from: date


class HearingTally(SQLModel, table=True):
    """The last hearing number that an office gave in a year of its zone."""

    __tablename__ = "hearing_tally"

    office_id: UUID = Field(foreign_key="office.id", primary_key=True)
    year: int = Field(primary_key=True)
    last: int


class Hearing(SQLModel, table=True):
    """One hearing. ``title`` is neutral (no private person in it) and may be shown; ``cause`` (案由), the reasons
    and the applicant are sealed. ``sequence`` grows with every material change (time, room, moderator, openness). ``request``
    seals the form as it was typed: what needs an approval of its own waits in it until the request is submitted."""

    __table_args__ = (UniqueConstraint("office_id", "number"), UniqueConstraint("office_id", "request_key"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id", index=True)
    number: str = Field(max_length=40)
    case_type_id: UUID = Field(foreign_key="hearing_case_type.id")
    matter_id: UUID | None = Field(default=None, foreign_key="matter.id", index=True)
    case_number: str = Field(default="", max_length=60)
    title: str = Field(max_length=120)
    cause: bytes
    state: str = Field(default=HearingState.DRAFT, sa_type=choice(HearingState), index=True)
    state_before: str = Field(default="", max_length=24)
    initiative: str = Field(sa_type=choice(Initiative))
    applicant: bytes | None = None
    ground: str = Field(sa_type=choice(Ground))
    reasons: bytes
    minor: bool = False
    open: bool
    simplified: bool = False
    elsewhere: str = Field(default="", max_length=120)
    minutes: int
    panel_size: int
    due_on: date | None = None
    sequence: int = 0
    handler: UUID = Field(foreign_key="staff.id")
    moderator: UUID | None = Field(default=None, foreign_key="staff.id")
    clerk: UUID | None = Field(default=None, foreign_key="staff.id")
    made_at: datetime = Field(sa_type=UTCDateTime)
    request: bytes | None = None
    request_key: str | None = Field(default=None, max_length=80)


class Delegation(SQLModel, table=True):
    """The chief procurator lets somebody approve in their place. Ended, never changed."""

    __tablename__ = "hearing_delegation"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id", index=True)
    staff_id: UUID = Field(foreign_key="staff.id")
    questions: list[str] = Field(default_factory=list, sa_type=JSON)
    document: str = Field(max_length=120)
    begins_on: date
    ends_on: date
    made_at: datetime = Field(sa_type=UTCDateTime)
    made_by: UUID = Field(foreign_key="staff.id")
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Approval(SQLModel, table=True):
    """One question put to the chief procurator or a delegate, and the answer. ``wanted`` says what exactly is asked. Taken back
    by the asker: ``answered_at`` without ``granted``."""

    __tablename__ = "hearing_approval"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hearing_id: UUID = Field(foreign_key="hearing.id", index=True)
    question: str = Field(sa_type=choice(Question))
    wanted: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    reason: str = Field(max_length=500)
    asked_at: datetime = Field(sa_type=UTCDateTime)
    asked_by: UUID = Field(foreign_key="staff.id")
    granted: bool | None = None
    answer: str = Field(default="", max_length=500)
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    answered_by: UUID | None = Field(default=None, foreign_key="staff.id")
    delegation_id: UUID | None = Field(default=None, foreign_key="hearing_delegation.id")


class HearingPlan(SQLModel, table=True):
    """One version of the hearing plan (听证方案). ``sealed`` is the vault's text of its fields as JSON; a changed plan is a
    new version. Version 0 is what somebody is typing and has not kept yet."""

    __tablename__ = "hearing_plan"
    __table_args__ = (UniqueConstraint("hearing_id", "version"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hearing_id: UUID = Field(foreign_key="hearing.id")
    version: int
    sealed: bytes
    made_at: datetime = Field(sa_type=UTCDateTime)
    made_by: UUID = Field(foreign_key="staff.id")
    approval_id: UUID | None = Field(default=None, foreign_key="hearing_approval.id")


class Participant(SQLModel, table=True):
    """Somebody who takes part beside the hearing officers. ``unit`` (employer or law firm) tells of conflicts. Staff are
    named by ``staff_id``."""

    __tablename__ = "hearing_participant"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hearing_id: UUID = Field(foreign_key="hearing.id", index=True)
    role: str = Field(sa_type=choice(PartRole))
    staff_id: UUID | None = Field(default=None, foreign_key="staff.id")
    name: bytes
    unit: str = Field(default="", max_length=120)
    phone: bytes | None = None
    email: bytes | None = None
    needs: list[str] = Field(default_factory=list, sa_type=JSON)
    language: str = Field(default="zh-CN", max_length=8)
    removed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Room(SQLModel, table=True):
    """A hearing room. ``before`` and ``after`` are the minutes to set up and to clear."""

    __tablename__ = "hearing_room"
    __table_args__ = (UniqueConstraint("office_id", "code"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id")
    code: str = Field(max_length=20)
    name_zh: str = Field(max_length=60)
    name_en: str = Field(max_length=80)
    places: int
    observers: int = 0
    broadcast: bool = False
    accessible: bool = False
    before: int = 15
    after: int = 15
    open: bool = True
    position: int = 0


class RoomClosure(SQLModel, table=True):
    """A room cannot be used between two times."""

    __tablename__ = "hearing_room_closure"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    room_id: UUID = Field(foreign_key="hearing_room.id", index=True)
    begins_at: datetime = Field(sa_type=UTCDateTime)
    ends_at: datetime = Field(sa_type=UTCDateTime)
    reason: str = Field(max_length=200)


class Claim(SQLModel, table=True):
    """A quarter of an hour of a room or a person, taken by a hearing. The key is the whole rule: nothing is taken twice.
    ``slot`` counts 15-minute steps since 1970 (UTC)."""

    __tablename__ = "hearing_claim"
    __table_args__ = (Index("ix_hearing_claim_hearing", "hearing_id"),)

    kind: str = Field(sa_type=choice(ClaimKind), primary_key=True)
    resource: UUID = Field(primary_key=True)
    slot: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    hearing_id: UUID = Field(foreign_key="hearing.id")


class Listing(SQLModel, table=True):
    """When and where a hearing is to be: never changed, the newest holds. Without a room it is held elsewhere."""

    __tablename__ = "hearing_listing"
    __table_args__ = (UniqueConstraint("hearing_id", "version"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hearing_id: UUID = Field(foreign_key="hearing.id")
    version: int
    room_id: UUID | None = Field(default=None, foreign_key="hearing_room.id", index=True)
    begins_at: datetime = Field(sa_type=UTCDateTime, index=True)
    ends_at: datetime = Field(sa_type=UTCDateTime)
    source: str = Field(sa_type=choice(ListingSource))
    reason: str = Field(default="", max_length=500)
    made_at: datetime = Field(sa_type=UTCDateTime)
    made_by: UUID = Field(foreign_key="staff.id")


class Draw(SQLModel, table=True):
    """One draw of a panel. ``record`` is what the public sees: the commitment, and once drawn the outcome. ``secret`` seals
    the nonce and who is behind each ticket. A new draw is a new row."""

    __tablename__ = "hearing_draw"
    __table_args__ = (UniqueConstraint("hearing_id", "version"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hearing_id: UUID = Field(foreign_key="hearing.id")
    version: int
    state: str = Field(default=DrawState.COMMITTED, sa_type=choice(DrawState))
    code: str = Field(max_length=40, unique=True)
    record: dict[str, Any] = Field(sa_type=JSON)
    secret: bytes
    reason: str = Field(default="", max_length=500)
    committed_at: datetime = Field(sa_type=UTCDateTime)
    committed_by: UUID = Field(foreign_key="staff.id")
    drawn_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    drawn_by: UUID | None = Field(default=None, foreign_key="staff.id")
    witnesses: str = Field(default="", max_length=200)


class Exclusion(SQLModel, table=True):
    """Somebody of the roster who was not in a draw's pool, and why."""

    __tablename__ = "hearing_exclusion"
    __table_args__ = (UniqueConstraint("draw_id", "member_id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    draw_id: UUID = Field(foreign_key="hearing_draw.id")
    member_id: UUID = Field(foreign_key="roster_member.id")
    code: str = Field(max_length=30)
    note: str = Field(default="", max_length=300)


class Seat(SQLModel, table=True):
    """A place on the panel that somebody holds or has held. ``label`` is the quota it fills; a vacated seat keeps its row
    and another row takes its place."""

    __tablename__ = "hearing_seat"
    __table_args__ = (
        CheckConstraint("place >= 1", name="place"),
        Index("uq_hearing_seat_place", "hearing_id", "place", unique=True, sqlite_where=HELD, postgresql_where=HELD),
        Index("uq_hearing_seat_held_by", "hearing_id", "member_id", unique=True, sqlite_where=HELD, postgresql_where=HELD),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hearing_id: UUID = Field(foreign_key="hearing.id")
    member_id: UUID = Field(foreign_key="roster_member.id", index=True)
    place: int
    label: str = Field(default="", max_length=40)
    origin: str = Field(sa_type=choice(SeatOrigin))
    draw_id: UUID | None = Field(default=None, foreign_key="hearing_draw.id")
    approval_id: UUID | None = Field(default=None, foreign_key="hearing_approval.id")
    taken_at: datetime = Field(sa_type=UTCDateTime)
    vacated_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    vacated_why: str = Field(default="", max_length=40)
