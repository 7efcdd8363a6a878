"""Signing in and out. Every number (tries, minutes) comes in as an argument; cookies are the door's.

Signing in takes three steps, so that argon2 (about 0.1 s) never holds the database: `find_claim` (read), `matches` (any
thread), `settle_sign_in` (write). `Door.sign_in` takes them in order.
"""

import logging
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlmodel import Session, col, select

from shared import journal
from shared.accounts import NOBODY, account_attempts, account_name
from shared.attempts import failed, minutes_locked, succeeded
from shared.errors import Refused
from shared.keys import BOARD, digest, new_secret
from shared.live import bump
from shared.offices import Office, provisions_on
from shared.people import SignIn, Staff

# Stand in only for a row that an office lacks (domain guide §5: lock for a while after a few failures, idle sign-out).
STANDARD = {"door.failures": 5, "door.lock_minutes": 10, "door.idle_minutes": 30}
log = logging.getLogger("nuanyi.door")


class Claim(msgspec.Struct, frozen=True):
    """What signing in to an account is measured by; looks the same whether the account exists or not.

    ``password`` is a hash, ``minutes_locked`` 0 when the account may be tried, ``limit`` failures lock for ``minutes``.
    """

    password: str
    minutes_locked: int
    limit: int
    minutes: int


class SignedIn(msgspec.Struct, frozen=True):
    """A sign-in that has just begun. ``secret`` goes into the cookie and nowhere else."""

    id: UUID
    secret: str
    staff_id: UUID
    name: str
    roles: frozenset[str]


def door_numbers(session: Session, office: Office | None, now: datetime) -> dict[str, int]:
    """The office's provisions of its local day, over the standard ones."""
    if office is None:
        return STANDARD
    return {**STANDARD, **provisions_on(session, office.id, now.astimezone(ZoneInfo(office.zone)).date())}


def find_claim(session: Session, *, account: str, now: datetime) -> Claim:
    """First step. An account that does not exist has nobody's password and the numbers of the first office."""
    staff = _active(session, account)
    offices = select(Office).order_by(Office.code)
    own = offices.where(Office.id == staff.office_id) if staff else offices
    numbers = door_numbers(session, session.exec(own).first(), now)
    return Claim(
        staff.password if staff else NOBODY,
        minutes_locked(session, account_attempts(account), now),
        numbers["door.failures"],
        numbers["door.lock_minutes"],
    )


def settle_sign_in(
    session: Session, *, account: str, proven: str | None, now: datetime, limit: int, minutes: int
) -> SignedIn | Refused:
    """Last step. ``proven`` is the hash that the password matched, None when it matched none.

    Returns its refusal instead of raising it, for a failure must be remembered and an action that raises is undone:
    ``wrong-password`` (``left`` tries) or ``locked`` (``minutes``). An account that does not exist is counted and
    locked like any other, so that no answer tells them apart; only known ones are journalled (a line needs an office).
    """
    attempts = account_attempts(account)
    if locked := minutes_locked(session, attempts, now):
        return Refused("locked", 429, minutes=locked)
    staff = _active(session, account)
    if proven is None or staff is None or staff.password != proven:
        return _refusal(session, staff, now, failed(session, attempts, now, limit, minutes), minutes)
    succeeded(session, attempts)
    return _begin(session, staff, now)


def _begin(session: Session, staff: Staff, now: datetime) -> SignedIn:
    """Always a new secret, made here: a cookie that somebody chose beforehand never becomes valid."""
    secret = new_secret()
    begun = SignIn(staff_id=staff.id, digest=digest(secret), began_at=now, seen_at=now)
    session.add(begun)
    _record(session, staff, "sign-in", now, f"staff:{staff.id}")
    return SignedIn(begun.id, secret, staff.id, staff.name, frozenset(staff.roles))


def _refusal(session: Session, staff: Staff | None, now: datetime, left: int, minutes: int) -> Refused:
    if staff is None:
        log.warning("sign-in refused: no such account")
    else:
        _record(session, staff, "sign-in-refused", now, "visitor", left=left)
    return Refused("wrong-password", 401, left=left) if left else Refused("locked", 429, minutes=minutes)


def sign_out(session: Session, *, sign_in: UUID, now: datetime, by: str) -> None:
    """Ends a sign-in. One that has ended, or never was, is no fault."""
    bump(session, BOARD)
    row = session.get(SignIn, sign_in)
    if row is None or row.ended_at is not None:
        return
    row.ended_at = now
    _record(session, session.get_one(Staff, row.staff_id), "sign-out", now, by)


def choose_window(session: Session, *, sign_in: UUID, window_id: UUID | None, now: datetime, by: str) -> None:
    """Seats a sign-in at a window (None: at none). That the window is of its hall, the caller has seen to.

    Refused: ``sign-in-needed``.
    """
    bump(session, BOARD)
    row = session.get(SignIn, sign_in)
    if row is None or row.ended_at is not None:
        raise Refused("sign-in-needed", 401)
    row.window_id = window_id
    _record(session, session.get_one(Staff, row.staff_id), "window-chosen", now, by, window=str(window_id or ""))


def _active(session: Session, account: str) -> Staff | None:
    return session.exec(select(Staff).where(Staff.account == account_name(account), col(Staff.active))).first()


def _record(session: Session, staff: Staff, act: str, now: datetime, by: str, **detail: Any) -> None:
    journal.record(session, office=staff.office_id, act=act, subject=f"staff:{staff.id}", by=by, now=now, detail=detail)
