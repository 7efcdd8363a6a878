"""Tables of Web Push: which phone wants to be rung for which visit. A row lives as long as its visit, at most."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from shared.tables import UTCDateTime, new_id


class PushSubscription(SQLModel, table=True):
    """A browser that may be rung. ``sealed``: address and keys as the browser gave them, encrypted; ``digest``: SHA-256 of the
    address, so that a browser that asks twice is one; ``rung``: the newest call that was sent to it."""

    __tablename__ = "push_subscription"
    __table_args__ = (UniqueConstraint("ticket_id", "digest"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hall_id: UUID = Field(foreign_key="hall.id", index=True)
    ticket_id: UUID = Field(foreign_key="ticket.id", index=True)
    digest: str = Field(max_length=64)
    sealed: bytes
    language: str = Field(max_length=8)
    rung: int = 0
    made_at: datetime = Field(sa_type=UTCDateTime)
