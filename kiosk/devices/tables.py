"""How a screen of the hall is, as it says itself, and what staff have asked of it. The pairing is `shared.people.Device`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from shared.tables import UTCDateTime


class DeviceState(SQLModel, table=True):
    """One screen. ``parts``: what it says of its scanner, sound and printer; ``command``: asked by staff, ``taken_at`` when the
    screen had it, ``done_at`` when it had done it; ``out_reason``: staff have set it out of order, until they take that back."""

    __tablename__ = "device_state"

    device_id: UUID = Field(foreign_key="device.id", primary_key=True)
    hall_id: UUID = Field(foreign_key="hall.id", index=True)
    version: str = Field(default="", max_length=40)
    beat_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    began_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    fault: str = Field(default="", max_length=200)
    fault_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    parts: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    command: str = Field(default="", max_length=12)
    command_by: str = Field(default="", max_length=80)
    asked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    taken_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    out_reason: str = Field(default="", max_length=120)
    out_by: str = Field(default="", max_length=80)
    out_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
