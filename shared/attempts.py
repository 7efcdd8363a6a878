"""How often a secret may be guessed: failures per key (a look-up code, a PIN, an account) and the rest they bring.

Not a limit by network address: all phones of a hall share one.
"""

import hashlib
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import delete, or_
from sqlmodel import Field, Session, SQLModel, col

from shared.prepared import insert_into
from shared.tables import UTCDateTime


class Attempt(SQLModel, table=True):
    """The failures of one key since ``first_at``. The key names no secret: ``kind:`` and a SHA-256."""

    key: str = Field(primary_key=True, max_length=80)
    failures: int = 0
    first_at: datetime = Field(sa_type=UTCDateTime, index=True)
    locked_until: datetime | None = Field(default=None, sa_type=UTCDateTime)


def attempt_key(kind: str, secret: str) -> str:
    """The key under which guesses at a secret are counted; ``kind`` has 15 characters at most."""
    return f"{kind}:{hashlib.sha256(secret.encode()).hexdigest()}"


def allowed(session: Session, key: str, now: datetime) -> bool:
    """Whether the key may be tried now."""
    return minutes_locked(session, key, now) == 0


def minutes_locked(session: Session, key: str, now: datetime) -> int:
    """Whole minutes until the key may be tried again, rounded up; 0 = now."""
    row = session.get(Attempt, key)
    return _minutes_left(row, now) if row else 0


def failed(session: Session, key: str, now: datetime, limit: int, minutes: int) -> int:
    """Counts a failure and returns how many are left before the key locks; 0 = it is locked.

    ``limit`` failures within ``minutes``, with no success between them, lock the key for ``minutes``. To be called in
    an action that does not raise: a refused action takes its count back with it.
    """
    row = _held(session, key, now)
    if _minutes_left(row, now):
        return 0
    if row.locked_until or now - row.first_at >= timedelta(minutes=minutes):
        row.failures, row.first_at, row.locked_until = 0, now, None
    row.failures += 1
    if row.failures >= limit:
        row.locked_until = now + timedelta(minutes=minutes)
    session.add(row)
    return max(0, limit - row.failures)


def succeeded(session: Session, key: str) -> None:
    """Forgets the failures of a key."""
    session.exec(delete(Attempt).where(col(Attempt.key) == key))


def forget_attempts(session: Session, before: datetime) -> int:
    """Deletes what began before a time and locks nothing after it; returns how many rows. For the nightly clean-up."""
    unlocked = or_(col(Attempt.locked_until).is_(None), col(Attempt.locked_until) < before)
    return session.exec(delete(Attempt).where(col(Attempt.first_at) < before, unlocked)).rowcount


def _held(session: Session, key: str, now: datetime) -> Attempt:
    """The key's row, made when there is none, and ours alone until the transaction ends."""
    made = insert_into(Attempt, session.info["dialect"].name).values(key=key, failures=0, first_at=now)
    session.exec(made.on_conflict_do_update(index_elements=["key"], set_={"key": key}))
    return session.get_one(Attempt, key, populate_existing=True)


def _minutes_left(row: Attempt, now: datetime) -> int:
    if row.locked_until is None or row.locked_until <= now:
        return 0
    return ceil((row.locked_until - now) / timedelta(minutes=1))
