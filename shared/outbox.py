"""The outbox: messages that wait to leave, written in the transaction of what caused them, each of them once. Rooms compose,
`posting` sends, `delivery` follows a message until it has arrived."""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from shared.errors import Refused
from shared.tables import UTCDateTime, choice, new_id
from shared.vault import Vault

TO, BODY = "message-to", "message-body"
_ATOM, _LABEL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+", "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
MAIL_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"
    LETTER = "letter"


class MessageState(StrEnum):
    """Where a message is. ``stale``: no longer wanted when its turn came, never sent. ``sent``: accepted by the mail server
    or gateway, or printed. It only moves forward."""

    WAITING = "waiting"
    SENDING = "sending"
    STALE = "stale"
    FAILED = "failed"
    SENT = "sent"
    BOUNCED = "bounced"
    DELIVERED = "delivered"


class Mail(msgspec.Struct, frozen=True, tag="email"):
    """``mime``: the whole mail as it goes, without Message-ID and Date (the outbox gives both). ``sender`` takes bounces."""

    to: str
    mime: str
    sender: str


class Text(msgspec.Struct, frozen=True, tag="sms"):
    to: str
    text: str


class Letter(msgspec.Struct, frozen=True, tag="letter"):
    """What `letters.letter` prints: ``to`` is the postal address, or a name for handing over."""

    to: str
    template: str
    data: dict[str, Any]
    language: str = "zh-CN"


Content = Mail | Text | Letter
_CONTENT: msgspec.json.Decoder[Any] = msgspec.json.Decoder(Content)
CHANNELS: dict[type, Channel] = {Mail: Channel.EMAIL, Text: Channel.SMS, Letter: Channel.LETTER}


class Message(SQLModel, table=True):
    """One message to one person by one channel. ``about`` names what it is of, as ``kind:hex``; ``sequence`` which state of
    that it tells of. Recipient and content are sealed."""

    __table_args__ = (
        UniqueConstraint("dedupe_key"),
        Index("ix_message_due", "state", "not_before"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id")
    purpose: str = Field(max_length=40)
    channel: str = Field(sa_type=choice(Channel))
    about: str = Field(max_length=80, index=True)
    sequence: int
    dedupe_key: str = Field(max_length=200)
    message_id: str = Field(max_length=120, unique=True)
    recipient: bytes
    body: bytes
    not_before: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    state: str = Field(default=MessageState.WAITING, sa_type=choice(MessageState))
    attempts: int = 0
    lease_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    error: str = Field(default="", max_length=300)
    made_at: datetime = Field(sa_type=UTCDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class MessageReceipt(SQLModel, table=True):
    """What was heard of a message: accepted, refused, bounced, delivered, printed. Never changed. ``raw``: the words, sealed."""

    __tablename__ = "message_receipt"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    message_id: UUID = Field(foreign_key="message.id", index=True)
    kind: str = Field(max_length=24)
    at: datetime = Field(sa_type=UTCDateTime)
    raw: bytes | None = None


Wanted = Callable[[Session, Message], bool]
Moved = Callable[[Session, Message, datetime], None]


class Purpose(NamedTuple):
    """How a room follows its messages: whether one is still wanted, and what to do when one has moved to a new state."""

    wanted: Wanted
    moved: Moved


purposes: dict[str, Purpose] = {}


def always(session: Session, message: Message) -> bool:
    return True


def nothing(session: Session, message: Message, now: datetime) -> None:
    return None


def follow(purpose: str, *, wanted: Wanted = always, moved: Moved = nothing) -> None:
    """A room says, when it is imported, how messages of a purpose go. ``wanted`` is asked right before each try and only
    reads; ``moved`` is called in the transaction in which the state became sent, delivered, bounced, failed or stale."""
    purposes[purpose] = Purpose(wanted, moved)


def follower(message: Message) -> Purpose:
    return purposes.get(message.purpose, Purpose(always, nothing))


def is_mail_address(text: str) -> bool:
    """Whether mail can be sent there: one plain address in ASCII, as every mail server takes it."""
    return len(text) <= 254 and MAIL_ADDRESS.fullmatch(text) is not None


def dedupe_key(about: str, purpose: str, sequence: int, channel: Channel, turn: str = "") -> str:
    return "|".join((about, purpose, str(sequence), channel, *([turn] if turn else [])))


def post(
    session: Session, sealing: Vault, content: Content, *, office: UUID, purpose: str, about: str, sequence: int,
    now: datetime, not_before: datetime | None = None, expires_at: datetime | None = None, turn: str = "",
) -> Message:
    """Puts a message into the outbox in the caller's transaction, and returns it. The same about, purpose, sequence, channel
    and ``turn`` (which tells wilful repeats apart) is the same message: it is returned as it is, and not sent again."""
    channel = CHANNELS[type(content)]
    key = dedupe_key(about, purpose, sequence, channel, turn)
    known = session.exec(select(Message).where(Message.dedupe_key == key)).first()
    if known is not None:
        return known
    message = Message(
        office_id=office, purpose=purpose, channel=channel, about=about, sequence=sequence, dedupe_key=key,
        message_id=message_id(key, content), recipient=sealing.seal(content.to, purpose=TO),
        body=sealing.seal(msgspec.json.encode(content).decode(), purpose=BODY),
        not_before=not_before or now, expires_at=expires_at, made_at=now,
    )
    session.add(message)
    session.flush()
    return message


def message_id(key: str, content: Content) -> str:
    """The name under which a message goes out, the same at every try, so that a repeat is recognised."""
    domain = content.sender.rpartition("@")[2] if isinstance(content, Mail) else "nuanyi.invalid"
    return f"{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}"


def content_of(message: Message, sealing: Vault) -> Content:
    """What it says. Refuses ``message-forgotten`` when its words are no longer kept."""
    if not message.body:
        raise Refused("message-forgotten", 410)
    content: Content = _CONTENT.decode(sealing.unseal(message.body, purpose=BODY))
    return content


def recipient_of(message: Message, sealing: Vault) -> str:
    """Where it went, empty when that is no longer kept."""
    return "" if not message.recipient else sealing.unseal(message.recipient, purpose=TO)


def messages_about(session: Session, about: str) -> list[Message]:
    """Everything posted about something, oldest first."""
    return list(session.exec(select(Message).where(Message.about == about).order_by(col(Message.id))).all())
