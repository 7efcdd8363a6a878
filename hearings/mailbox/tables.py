"""What is remembered of the mailbox: which mails have been taken in, and how far it has been read."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from shared.tables import UTCDateTime, choice


class MailKind(StrEnum):
    """What a mail turned out to be. ``stranger``: it speaks of an invitation that is not its writer's, or of none of ours."""

    REPLY = "reply"
    COUNTER = "counter"
    REPORT = "report"
    STRANGER = "stranger"
    OTHER = "other"


class IncomingMail(SQLModel, table=True):
    """A mail that was looked at, once. ``key`` is a digest of its Message-ID; nothing of its words is kept."""

    __tablename__ = "incoming_mail"

    key: str = Field(primary_key=True, max_length=64)
    kind: str = Field(sa_type=choice(MailKind))
    about: str = Field(default="", max_length=80)
    at: datetime = Field(sa_type=UTCDateTime)


class MailboxMark(SQLModel, table=True):
    """How far a mailbox has been read: the last number of its current numbering (UIDVALIDITY)."""

    __tablename__ = "mailbox_mark"

    mailbox: str = Field(primary_key=True, max_length=200)
    numbering: int = Field(sa_type=BigInteger)
    last: int = Field(sa_type=BigInteger)
