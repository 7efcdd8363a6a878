"""The tables of letters and visits: matters and their numbers, the people who bring them, replies, look-up receipts.

What names a person (name, numbers, address) and what people wrote is sealed by the vault; a blind index finds it again.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from shared.tables import UTCDateTime, choice, new_id

SUMMARY, REPLY, CODE = "matter-summary", "reply", "receipt-code"  # what the vault seals words and codes as


class Channel(StrEnum):
    """How a matter came in: 信, 访, 网, 电."""

    LETTER = "letter"
    VISIT = "visit"
    WEB = "web"
    CALL = "call"


class MatterState(StrEnum):
    """Where a matter stands (the petition's state machine; the clocks of its replies run beside it)."""

    REGISTERED = "registered"
    MATERIALS_PENDING = "materials_pending"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    TRANSFERRED = "transferred"
    REDIRECTED = "redirected"
    MERGED = "merged"
    ASSIGNED = "assigned"
    IN_HANDLING = "in_handling"
    IN_HEARING = "in_hearing"
    CONCLUDED = "concluded"
    SERVED = "served"
    SETTLED = "settled"
    CLOSED_UNSETTLED = "closed_unsettled"
    TERMINATED = "terminated"
    WITHDRAWN = "withdrawn"


class IdKind(StrEnum):
    """The papers by which people prove who they are."""

    RESIDENT_ID = "resident_id"
    RESIDENCE_PERMIT = "residence_permit"
    TRAVEL_PERMIT = "travel_permit"
    PASSPORT = "passport"
    LAWYER_LICENCE = "lawyer_licence"
    NONE = "none"


class Relation(StrEnum):
    """What somebody is to a matter. The accused of a complaint is none of these and can never look it up."""

    PARTY = "party"
    LEGAL_REPRESENTATIVE = "legal_representative"
    CLOSE_RELATIVE = "close_relative"
    DEFENDER = "defender"
    AGENT = "agent"


class Proof(StrEnum):
    """The paper that proves a relation, beside one's own ID."""

    NONE = "none"
    HOUSEHOLD_BOOK = "household_book"
    GUARDIANSHIP = "guardianship"
    MARRIAGE_CERTIFICATE = "marriage_certificate"
    MANDATE = "mandate"
    FIRM_LETTER_MANDATE = "firm_letter_mandate"
    LEGAL_AID_LETTER = "legal_aid_letter"


class ReplyKind(StrEnum):
    PROCEDURAL = "procedural"
    SUBSTANTIVE = "substantive"
    MONTHLY = "monthly"
    OTHER = "other"


class ReplyMode(StrEnum):
    IN_PERSON = "in_person"
    PHONE = "phone"
    LETTER = "letter"
    MESSAGE = "message"


class Factor(StrEnum):
    """What opens a look-up beside the code."""

    PIN = "pin"
    ID_LAST_FOUR = "id_last_four"


class Registry(SQLModel, table=True):
    """An office's register of matters: how its numbers begin, such as 蚌检控申."""

    office_id: UUID = Field(foreign_key="office.id", primary_key=True)
    prefix: str = Field(max_length=20)


class MatterTally(SQLModel, table=True):
    """The last number that an office gave in a year of its zone."""

    __tablename__ = "matter_tally"

    office_id: UUID = Field(foreign_key="office.id", primary_key=True)
    year: int = Field(primary_key=True)
    last: int


class MatterClass(SQLModel, table=True):
    """A class of matters as the office keeps them. ``discreet``: matters of the class begin as discreet ones."""

    __tablename__ = "matter_class"
    __table_args__ = (UniqueConstraint("office_id", "code"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id")
    code: str = Field(max_length=40)
    name_zh: str = Field(max_length=40)
    name_en: str = Field(max_length=80)
    discreet: bool = False
    open: bool = True
    position: int = 0


class Person(SQLModel, table=True):
    """Somebody who brought a matter or may ask after one. Readable only through the vault."""

    __table_args__ = (UniqueConstraint("office_id", "id_index"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id")
    name: bytes
    id_kind: str = Field(default=IdKind.NONE, sa_type=choice(IdKind))
    id_number: bytes | None = None
    id_index: str | None = Field(default=None, max_length=64)
    phone: bytes | None = None
    phone_index: str | None = Field(default=None, max_length=64, index=True)
    address: bytes | None = None
    made_at: datetime = Field(sa_type=UTCDateTime)


class Matter(SQLModel, table=True):
    """One petition (信访事项). ``first_handler`` is written once and for ever; ``discreet`` matters are seen by few and
    never by look-up. ``received_on`` is the local day from which the reply periods count, ``ended_on`` the day of the
    conclusion or of another end."""

    __table_args__ = (
        UniqueConstraint("office_id", "number"),
        UniqueConstraint("office_id", "request_key"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id")
    number: str = Field(max_length=40)
    class_id: UUID = Field(foreign_key="matter_class.id")
    person_id: UUID = Field(foreign_key="person.id", index=True)
    channel: str = Field(default=Channel.VISIT, sa_type=choice(Channel))
    summary: bytes
    state: str = Field(default=MatterState.REGISTERED, sa_type=choice(MatterState))
    discreet: bool = False
    received_at: datetime = Field(sa_type=UTCDateTime)
    received_on: date
    accepted_on: date | None = None
    ended_on: date | None = None
    registrar: UUID = Field(foreign_key="staff.id")
    first_handler: UUID | None = Field(default=None, foreign_key="staff.id")
    handler: UUID | None = Field(default=None, foreign_key="staff.id")
    ticket: str = Field(default="", max_length=26)
    request_key: str | None = Field(default=None, max_length=80)


class MatterHolder(SQLModel, table=True):
    """A person whose identity and relation to a matter somebody has checked in person (domain guide §5)."""

    __tablename__ = "matter_holder"
    __table_args__ = (UniqueConstraint("matter_id", "person_id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    matter_id: UUID = Field(foreign_key="matter.id")
    person_id: UUID = Field(foreign_key="person.id", index=True)
    relation: str = Field(sa_type=choice(Relation))
    document: str = Field(sa_type=choice(IdKind))
    proof: str = Field(default=Proof.NONE, sa_type=choice(Proof))
    checked_at: datetime = Field(sa_type=UTCDateTime)
    checked_by: UUID = Field(foreign_key="staff.id")


class Receipt(SQLModel, table=True):
    """A receipt's look-up code, bound to one holder of one matter. Only the blind index of the code and a keyed digest of
    the PIN (or the last four of the ID) can be read; the sealed code serves to print the receipt again."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    holder_id: UUID = Field(foreign_key="matter_holder.id", index=True)
    code: bytes
    code_index: str = Field(max_length=64, unique=True)
    factor: str = Field(sa_type=choice(Factor))
    digest: str = Field(max_length=64)
    made_at: datetime = Field(sa_type=UTCDateTime)
    made_by: UUID = Field(foreign_key="staff.id")
    expires_at: datetime = Field(sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Reply(SQLModel, table=True):
    """One answer to the people of a matter; a matter has many. ``open_to_holder``: the look-up shows its words too."""

    __table_args__ = (UniqueConstraint("matter_id", "request_key"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    matter_id: UUID = Field(foreign_key="matter.id")
    kind: str = Field(sa_type=choice(ReplyKind))
    mode: str = Field(sa_type=choice(ReplyMode))
    text: bytes
    open_to_holder: bool = False
    given_at: datetime = Field(sa_type=UTCDateTime)
    given_on: date
    given_by: UUID = Field(foreign_key="staff.id")
    request_key: str | None = Field(default=None, max_length=80)
