"""What time takes away of what every room stands on: messages that have gone, sign-ins that have ended, guesses. Each act takes
some rows at a time, says how many, and leaves one line of the journal with the number alone."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, or_, update
from sqlmodel import Session, col, select

from shared.attempts import forget_attempts
from shared.journal import record
from shared.outbox import Message, MessageReceipt, MessageState
from shared.people import SignIn, Staff, Token

BATCH = 500
GONE = (MessageState.STALE, MessageState.FAILED, MessageState.SENT, MessageState.BOUNCED, MessageState.DELIVERED)


def forgotten(session: Session, what: str, count: int, *, office: UUID, now: datetime, by: str) -> int:
    """The line of the journal, if there is anything to tell. Returns the count."""
    if count:
        record(session, office=office, act="forgotten", subject=f"office:{office}", by=by, now=now,
               detail={"what": what, "count": count})
    return count


def forget_messages(session: Session, *, office: UUID, days: int, now: datetime, by: str) -> int:
    """Recipient and words of messages that ended so many days ago, and what servers answered. That they went stays."""
    old = (Message.office_id == office, col(Message.state).in_(GONE), col(Message.ended_at) < now - timedelta(days=days))
    found = session.exec(select(Message.id).where(*old, func.length(col(Message.body)) > 0).limit(BATCH)).all()
    if found:
        session.exec(update(Message).where(col(Message.id).in_(found)).values(recipient=b"", body=b"", error=""))
        session.exec(update(MessageReceipt).where(col(MessageReceipt.message_id).in_(found)).values(raw=None))
    return forgotten(session, "messages", len(found), office=office, now=now, by=by)


def forget_sign_ins(session: Session, *, office: UUID, days: int, now: datetime, by: str) -> int:
    """Sign-ins that ended or fell asleep so many days ago, and tokens revoked then. The journal has their lines."""
    before = now - timedelta(days=days)
    own = select(Staff.id).where(Staff.office_id == office)
    over = or_(col(SignIn.ended_at) < before, col(SignIn.seen_at) < before)
    found = session.exec(select(SignIn.id).where(col(SignIn.staff_id).in_(own), over).limit(BATCH)).all()
    session.exec(delete(SignIn).where(col(SignIn.id).in_(found)))
    tokens = session.exec(delete(Token).where(col(Token.office_id) == office, col(Token.revoked_at) < before)).rowcount
    return forgotten(session, "sign-ins", len(found) + tokens, office=office, now=now, by=by)


def forget_guesses(session: Session, *, office: UUID, days: int, now: datetime, by: str) -> int:
    """Counted wrong guesses that no longer lock anything; they are of no office, whichever comes first clears them."""
    return forgotten(session, "guesses", forget_attempts(session, now - timedelta(days=days)), office=office, now=now, by=by)
