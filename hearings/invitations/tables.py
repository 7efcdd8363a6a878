"""The tables of what goes between the office and the people of a hearing: invitations and answers, notices and their
proof, recusals, observers, people's supervisors."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from shared.tables import UTCDateTime, choice, new_id

OPEN_CALL = text("closed_at IS NULL")


class InvitationState(StrEnum):
    """The one state of an invited person, whichever way they answer (domain guide §7)."""

    DRAFT = "draft"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    RECUSAL_CLAIMED = "recusal_claimed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    CHECKED_IN = "checked_in"
    NO_SHOW = "no_show"
    COMPLETED = "completed"


class Via(StrEnum):
    """The way an answer came in."""

    LINK = "link"
    CALENDAR = "calendar"
    SMS = "sms"
    PHONE = "phone"
    PAPER = "paper"
    KIOSK = "kiosk"


class DeclineReason(StrEnum):
    """Why somebody invited cannot come."""

    BUSY = "busy"
    TRAVEL = "travel"
    ILLNESS = "illness"
    WORK = "work"
    FAMILY = "family"
    TOO_FAR = "too_far"
    NOT_MY_FIELD = "not_my_field"
    OTHER = "other"


class NoticeKind(StrEnum):
    """Three notices that are never one text (2020 rule, Art. 10)."""

    PUBLIC = "public"
    PARTICIPANTS = "participants"
    NAMES = "names"


class ProofMethod(StrEnum):
    """How a notice is shown to have reached somebody."""

    DELIVERED = "delivered"
    ANSWERED = "answered"
    PHONE = "phone"
    IN_PERSON = "in_person"
    POST = "post"
    PUBLISHED = "published"
    WAIVED = "waived"


class RecusalState(StrEnum):
    SUBMITTED = "submitted"
    GRANTED = "granted"
    REFUSED = "refused"
    RECONSIDERING = "reconsidering"
    UPHELD = "upheld"
    REVERSED = "reversed"
    WITHDRAWN = "withdrawn"


class RecusalGround(StrEnum):
    """Grounds of CPL Art. 29, applied to hearing officers as a rule of the office."""

    PARTY_OR_RELATIVE = "party_or_relative"
    INTEREST = "interest"
    WAS_WITNESS_OR_AGENT = "was_witness_or_agent"
    OTHER_RELATION = "other_relation"
    IMPROPER_CONTACT = "improper_contact"


class ObserverClass(StrEnum):
    CITIZEN = "citizen"
    MEDIA = "media"


class ObserverState(StrEnum):
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    CHECKED_IN = "checked_in"


class Invitation(SQLModel, table=True):
    """One person invited to one hearing: a hearing officer (``seat_id``) or a participant (``participant_id``).

    ``uid`` is the calendar's name for it and never changes; ``sequence`` is the hearing's at the last sending, and
    ``answered_sequence`` the one that the answer was given to. ``turn`` makes earlier links worthless. ``escalated`` counts
    the further channels that were tried.
    """

    __tablename__ = "hearing_invitation"
    __table_args__ = (
        UniqueConstraint("hearing_id", "seat_id"),
        UniqueConstraint("hearing_id", "participant_id"),
        Index("uq_hearing_invitation_sms", "sms_code", unique=True, sqlite_where=OPEN_CALL, postgresql_where=OPEN_CALL),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hearing_id: UUID = Field(foreign_key="hearing.id", index=True)
    seat_id: UUID | None = Field(default=None, foreign_key="hearing_seat.id")
    participant_id: UUID | None = Field(default=None, foreign_key="hearing_participant.id")
    uid: str = Field(max_length=120, unique=True)
    code: bytes
    code_index: str = Field(max_length=64, unique=True)
    sms_code: str = Field(max_length=12)
    turn: int = 0
    sequence: int = 0
    state: str = Field(default=InvitationState.DRAFT, sa_type=choice(InvitationState))
    reply_by: datetime | None = Field(default=None, sa_type=UTCDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    reminded_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    answered_via: str | None = Field(default=None, max_length=12)
    answered_sequence: int | None = None
    decline_code: str | None = Field(default=None, max_length=24)
    needs: list[str] = Field(default_factory=list, sa_type=JSON)
    undertaken_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    escalated: int = 0
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Answer(SQLModel, table=True):
    """One answer as it came in; never changed. ``sequence``: the date it spoke of. ``counted``: it set the state (a late
    answer to an old date does not)."""

    __tablename__ = "hearing_answer"
    __table_args__ = (UniqueConstraint("invitation_id", "request_key"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    invitation_id: UUID = Field(foreign_key="hearing_invitation.id", index=True)
    said: str = Field(max_length=24)
    via: str = Field(sa_type=choice(Via))
    sequence: int
    counted: bool
    reason: str = Field(default="", max_length=24)
    note: bytes | None = None
    evidence: str = Field(default="", max_length=300)
    by: str = Field(max_length=80)
    at: datetime = Field(sa_type=UTCDateTime)
    request_key: str | None = Field(default=None, max_length=120)


class Notice(SQLModel, table=True):
    """A notice as it was given. ``content`` is the public one as published; the others are sealed. ``withdrawn_at``: it no
    longer holds (the hearing moved or was cancelled). ``given_by`` is None when the clock gave it."""

    __tablename__ = "hearing_notice"
    __table_args__ = (UniqueConstraint("hearing_id", "kind", "version"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hearing_id: UUID = Field(foreign_key="hearing.id")
    kind: str = Field(sa_type=choice(NoticeKind))
    version: int
    sequence: int
    content: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    sealed: bytes | None = None
    last_lawful_on: date
    given_at: datetime = Field(sa_type=UTCDateTime)
    given_by: UUID | None = Field(default=None, foreign_key="staff.id")
    withdrawn_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class NoticeProof(SQLModel, table=True):
    """That a notice reached one participant, or that they waived it; ``approval_id`` for a waiver."""

    __tablename__ = "hearing_notice_proof"
    __table_args__ = (UniqueConstraint("notice_id", "participant_id", "method"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    notice_id: UUID = Field(foreign_key="hearing_notice.id", index=True)
    participant_id: UUID = Field(foreign_key="hearing_participant.id")
    method: str = Field(sa_type=choice(ProofMethod))
    evidence: str = Field(default="", max_length=300)
    at: datetime = Field(sa_type=UTCDateTime)
    by: str = Field(max_length=80)
    approval_id: UUID | None = Field(default=None, foreign_key="hearing_approval.id")


class Recusal(SQLModel, table=True):
    """A request that an officer, the moderator or the clerk step aside. ``target`` is ``seat:id`` or ``staff:id``."""

    __tablename__ = "hearing_recusal"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hearing_id: UUID = Field(foreign_key="hearing.id", index=True)
    target: str = Field(max_length=60)
    claimed_by: str = Field(max_length=80)
    oral: bool = False
    ground: str = Field(sa_type=choice(RecusalGround))
    words: bytes
    state: str = Field(default=RecusalState.SUBMITTED, sa_type=choice(RecusalState))
    submitted_at: datetime = Field(sa_type=UTCDateTime)
    decide_by: date
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    decided_by: UUID | None = Field(default=None, foreign_key="staff.id")
    reason: str = Field(default="", max_length=500)
    delivered_on: date | None = None
    reconsider_until: date | None = None
    reconsidered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    reconsidered_by: UUID | None = Field(default=None, foreign_key="staff.id")


class Observer(SQLModel, table=True):
    """Somebody who applied to observe an open hearing (旁听), or a journalist invited or applying."""

    __tablename__ = "hearing_observer"
    __table_args__ = (
        UniqueConstraint("hearing_id", "id_index"),
        UniqueConstraint("hearing_id", "request_key"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hearing_id: UUID = Field(foreign_key="hearing.id", index=True)
    kind: str = Field(sa_type=choice(ObserverClass))
    name: bytes
    id_number: bytes
    id_index: str = Field(max_length=64)
    phone: bytes
    outlet: str = Field(default="", max_length=80)
    needs: list[str] = Field(default_factory=list, sa_type=JSON)
    language: str = Field(default="zh-CN", max_length=8)
    code: bytes
    code_index: str = Field(max_length=64, unique=True)
    state: str = Field(sa_type=choice(ObserverState))
    applied_at: datetime = Field(sa_type=UTCDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    reason: str = Field(default="", max_length=300)
    request_key: str | None = Field(default=None, max_length=80)


class SupervisorVisit(SQLModel, table=True):
    """A people's supervisor (人民监督员) at a hearing: drawn by the justice bureau, only recorded here."""

    __tablename__ = "supervisor_visit"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hearing_id: UUID = Field(foreign_key="hearing.id", index=True)
    letter: str = Field(max_length=80)
    asked_on: date
    name: bytes | None = None
    named_on: date | None = None
    attended: bool | None = None
    made_by: UUID = Field(foreign_key="staff.id")
