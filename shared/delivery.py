"""A message on its way: taken from the outbox with a lease, looked at right before it goes, settled, heard of again. Its state
only moves forward; every word heard of it is kept as a receipt. Sends nothing itself."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import Session, col, select

from shared import journal
from shared.outbox import BODY, Channel, Content, Message, MessageReceipt, MessageState, content_of, follower
from shared.vault import Vault

LEASE = timedelta(minutes=5)
# Minutes until the next try, after each that failed. Then it is given up and whoever posted it is told.
PAUSES = (0.5, 1, 2, 5, 10, 30, 60, 60, 120)
ORDER = list(MessageState)


class Parcel(NamedTuple):
    """A message to be sent now. Letters are never parcels: people print them (`printed`)."""

    id: UUID
    message_id: str
    content: Content


def has_due(session: Session, now: datetime) -> bool:
    return session.exec(_due(now)).first() is not None


def lease(session: Session, *, now: datetime) -> UUID | None:
    """Takes the next message that is due for one try. If nobody says within `LEASE` what became of it, it is due again."""
    message = session.exec(_due(now).with_for_update(skip_locked=True)).first()
    if message is None:
        return None
    message.state, message.lease_until = MessageState.SENDING, now + LEASE
    message.attempts += 1
    key: UUID = message.id
    return key


def unpack(session: Session, leased: UUID, sealing: Vault, *, now: datetime) -> Parcel | None:
    """What to send, looked at right before it goes; None when it is too late or no longer wanted."""
    message = session.get_one(Message, leased)
    if message.expires_at is not None and now >= message.expires_at:
        return None
    if not follower(message).wanted(session, message):
        return None
    return Parcel(message.id, message.message_id, content_of(message, sealing))


def drop(session: Session, leased: UUID, *, now: datetime) -> None:
    """Puts aside what `unpack` found to be stale."""
    _move(session, session.get_one(Message, leased), MessageState.STALE, now)


def settle(
    session: Session, leased: UUID, sealing: Vault, *, error: str = "", lasting: bool = False, tell: bool = True, now: datetime
) -> None:
    """What became of a try. ``error`` empty: it was accepted. Else it is tried again after a pause, and given up when the
    pauses are used up or the error is ``lasting`` (no such address). ``tell`` false: without asking the room's `Purpose`."""
    message = session.get_one(Message, leased)
    message.lease_until = None
    if not error:
        hear(session, message, MessageState.SENT, sealing, now=now, tell=tell)
        return
    message.error = error[:300]
    if lasting or message.attempts > len(PAUSES):
        hear(session, message, MessageState.FAILED, sealing, raw=error, now=now, tell=tell)
        return
    message.state = MessageState.WAITING
    message.not_before = now + timedelta(minutes=PAUSES[message.attempts - 1])


def printed(session: Session, message: UUID, sealing: Vault, *, now: datetime, by: str) -> bool:
    """A letter has been printed and sent off or handed over. Again: nothing."""
    letter = session.get_one(Message, message)
    if letter.channel != Channel.LETTER or letter.state != MessageState.WAITING:
        return False
    return hear(session, letter, MessageState.SENT, sealing, now=now, by=by)


def by_message_id(session: Session, message_id: str) -> Message | None:
    """The message that went out under this Message-ID, with or without its angle brackets."""
    return session.exec(select(Message).where(Message.message_id == message_id.strip().strip("<>"))).first()


def _due(now: datetime) -> Any:
    free = or_(col(Message.lease_until).is_(None), col(Message.lease_until) <= now)
    return (
        select(Message)
        .where(
            col(Message.state).in_((MessageState.WAITING, MessageState.SENDING)), col(Message.not_before) <= now, free,
            Message.channel != Channel.LETTER,
        )
        .order_by(col(Message.not_before), col(Message.id))
        .limit(1)
    )


def hear(
    session: Session, message: Message, state: MessageState, sealing: Vault, *, raw: str = "", now: datetime,
    by: str = "outbox", tell: bool = True,
) -> bool:
    """Keeps a receipt and moves the message forward, never back. True when it has moved."""
    words = sealing.seal(raw[:2000], purpose=BODY) if raw else None
    session.add(MessageReceipt(message_id=message.id, kind=state, at=now, raw=words))
    if ORDER.index(state) <= ORDER.index(MessageState(message.state)):
        return False
    _move(session, message, state, now, by, tell)
    return True


def _move(
    session: Session, message: Message, state: MessageState, now: datetime, by: str = "outbox", tell: bool = True
) -> None:
    message.state, message.lease_until, message.ended_at = state, None, now
    if state == MessageState.SENT:
        message.sent_at = now
    session.flush()
    journal.record(
        session, office=message.office_id, act=f"message-{state}", subject=message.about, by=by, now=now,
        detail={"purpose": message.purpose, "channel": message.channel, "sequence": message.sequence},
    )
    if tell:
        follower(message).moved(session, message, now)
