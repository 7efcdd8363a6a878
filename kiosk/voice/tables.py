"""Tables of recorded voices: the packs that an office has, and which one a hall speaks with. Their sounds are files in the data
folder, named by the pack's fingerprint."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from shared.tables import UTCDateTime, new_id


class ClipPack(SQLModel, table=True):
    """An uploaded pack. ``fingerprint``: SHA-256 of the archive; ``clips``: how many can be used, by language; ``faults``: files
    that cannot, as ``[file, why]``."""

    __tablename__ = "clip_pack"
    __table_args__ = (UniqueConstraint("office_id", "fingerprint"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id", index=True)
    name: str = Field(max_length=60)
    fingerprint: str = Field(max_length=64)
    size: int
    clips: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    faults: list[list[str]] = Field(default_factory=list, sa_type=JSON)
    added_at: datetime = Field(sa_type=UTCDateTime)
    added_by: str = Field(max_length=80)


class ClipChoice(SQLModel, table=True):
    """The pack that a hall speaks with in a language; without a row, the synthetic voice."""

    __tablename__ = "clip_choice"

    hall_id: UUID = Field(foreign_key="hall.id", primary_key=True)
    language: str = Field(primary_key=True, max_length=2)
    pack_id: UUID = Field(foreign_key="clip_pack.id", index=True)
    chosen_at: datetime = Field(sa_type=UTCDateTime)
    chosen_by: str = Field(max_length=80)
