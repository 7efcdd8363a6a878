"""Who may come in: staff with roles, their sign-ins, bearer tokens of integrations, paired devices."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from shared.tables import UTCDateTime, choice, new_id


class Role(StrEnum):
    """What a member of staff may do. A person may hold several."""

    GUIDE_DESK = "guide_desk"
    WINDOW_CLERK = "window_clerk"
    CASE_HANDLER = "case_handler"
    RECEIVER = "receiver"
    SUPERVISOR = "supervisor"
    CHIEF_PROCURATOR = "chief_procurator"
    CASE_MANAGEMENT = "case_management"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class DeviceKind(StrEnum):
    KIOSK = "kiosk"
    LOBBY = "lobby"


class Staff(SQLModel, table=True):
    """A member of staff. ``password`` is an argon2 hash."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id", index=True)
    hall_id: UUID | None = Field(default=None, foreign_key="hall.id")
    account: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=40)
    password: str = Field(max_length=200)
    roles: list[str] = Field(default_factory=list, sa_type=JSON)
    active: bool = True


class SignIn(SQLModel, table=True):
    """One signed-in browser. The cookie holds a secret; the row only its SHA-256."""

    __tablename__ = "sign_in"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    staff_id: UUID = Field(foreign_key="staff.id", index=True)
    digest: str = Field(max_length=64, unique=True)
    window_id: UUID | None = Field(default=None)
    began_at: datetime = Field(sa_type=UTCDateTime)
    seen_at: datetime = Field(sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Token(SQLModel, table=True):
    """A bearer token of an integration, shown once; the row holds its SHA-256."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id")
    hall_id: UUID = Field(foreign_key="hall.id")
    name: str = Field(max_length=80)
    role: str = Field(max_length=24)
    digest: str = Field(max_length=64, unique=True)
    made_at: datetime = Field(sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Device(SQLModel, table=True):
    """A kiosk or lobby screen of a hall. ``pairing`` (shown once, used once) becomes ``digest`` of its cookie."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id")
    hall_id: UUID = Field(foreign_key="hall.id", index=True)
    kind: str = Field(sa_type=choice(DeviceKind))
    name: str = Field(max_length=80)
    digest: str | None = Field(default=None, max_length=64, unique=True)
    pairing: str | None = Field(default=None, max_length=64, unique=True)
    made_at: datetime = Field(sa_type=UTCDateTime)
    seen_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    printer: dict[str, str | int] = Field(default_factory=dict, sa_type=JSON)
