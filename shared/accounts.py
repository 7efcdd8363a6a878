"""Staff accounts: passwords, roles, opening and closing. Signing in is in `sign_ins`, who may do what in `door`."""

import unicodedata
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import update
from sqlmodel import Session, col, select

from shared import journal
from shared.attempts import attempt_key, succeeded
from shared.errors import Refused
from shared.keys import BOARD
from shared.live import bump
from shared.people import Role, SignIn, Staff

HASHER = PasswordHasher()
# The hash of a password nobody has: a wrong account costs the same work as a wrong password.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$ntTyHOAjJhTlrEkscjOiRg$GsD9yiqdBxRnSr5TIOa2LQ0KuPh1HbZU51CCZ4sUOUs"
LENGTH, CLASSES = 8, 3
APART = {Role.ADMINISTRATOR, Role.AUDITOR}


def account_name(text: str) -> str:
    """An account as it is kept: full-width letters made narrow, no capitals, no outer spaces."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def account_attempts(account: str) -> str:
    """The key under which wrong passwords of an account are counted, whether it exists or not."""
    return attempt_key("account", account_name(account))


# Passwords ------------------------------------------------------------------------------------------------------------


def hashed(password: str) -> str:
    """The argon2 hash that the actions below take. Slow on purpose: not for a database thread.

    Refused: ``weak-password`` with under 8 characters or under 3 of the classes small, capital, digit, other (domain
    guide §5, app controls under classified protection).
    """
    if len(password) < LENGTH or len({_class(letter) for letter in password}) < CLASSES:
        raise Refused("weak-password", 422, length=LENGTH, classes=CLASSES)
    return HASHER.hash(password)


def matches(password_hash: str, password: str) -> bool:
    """Whether a password is the one behind a hash. As slow as `hashed`."""
    try:
        return HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _class(letter: str) -> str:
    if letter.isascii() and letter.isalpha():
        return "small" if letter.islower() else "capital"
    return "digit" if letter.isdigit() else "other"


# Accounts -------------------------------------------------------------------------------------------------------------


def add_staff(
    session: Session,
    *,
    office: UUID,
    hall: UUID | None,
    account: str,
    name: str,
    password: str,
    roles: Collection[str],
    now: datetime,
    by: str,
) -> Staff:
    """A new member of staff; ``password`` is a hash made by `hashed`.

    Refused: ``account-taken``, ``unknown-role``, ``roles-apart`` (see `set_roles`).
    """
    account, wanted = account_name(account), _fitting(roles)
    if session.exec(select(Staff).where(Staff.account == account)).first():
        raise Refused("account-taken")
    staff = Staff(office_id=office, hall_id=hall, account=account, name=name, password=_hash(password), roles=wanted)
    session.add(staff)
    _record(session, staff, "staff-added", now, by, roles=wanted)
    return staff


def set_password(
    session: Session, *, staff_id: UUID, password: str, now: datetime, by: str, keep: UUID | None = None
) -> None:
    """Takes a hash from `hashed`; unlocks the account, ends its sign-ins but ``keep``. Refused: ``unknown-staff``."""
    staff = _changing(session, staff_id)
    staff.password = _hash(password)
    succeeded(session, account_attempts(staff.account))
    _end_sign_ins(session, staff_id, now, keep)
    _record(session, staff, "password-set", now, by)


def set_roles(session: Session, *, staff_id: UUID, roles: Collection[str], now: datetime, by: str) -> None:
    """Gives a member of staff exactly these roles.

    Refused: ``unknown-staff``, ``unknown-role``, and ``roles-apart`` for one who would be both administrator and
    auditor (domain guide §5: administration and audit are separate).
    """
    staff = _changing(session, staff_id)
    staff.roles = _fitting(roles)
    _record(session, staff, "roles-set", now, by, roles=staff.roles)


def set_active(session: Session, *, staff_id: UUID, active: bool, now: datetime, by: str) -> None:
    """Opens or closes an account; closing it ends its sign-ins. Refused: ``unknown-staff``."""
    staff = _changing(session, staff_id)
    staff.active = active
    if not active:
        _end_sign_ins(session, staff_id, now, None)
    _record(session, staff, "account-opened" if active else "account-closed", now, by)


def _changing(session: Session, staff_id: UUID) -> Staff:
    """The member of staff whose rights are about to change: every process drops what it remembers."""
    bump(session, BOARD)
    staff = session.get(Staff, staff_id)
    if staff is None:
        raise Refused("unknown-staff", 404)
    return staff


def _fitting(roles: Collection[str]) -> list[str]:
    unknown = set(roles) - set(Role)
    if unknown or not roles:
        raise Refused("unknown-role", 422, role=", ".join(sorted(unknown)))
    if set(roles) >= APART:
        raise Refused("roles-apart", 422)
    return sorted(str(role) for role in roles)


def _hash(password: str) -> str:
    """A guard for the programmer: a plain password must never reach a row."""
    if not password.startswith("$argon2id$"):
        raise ValueError("give the hash, not the password")
    return password


def _end_sign_ins(session: Session, staff_id: UUID, now: datetime, keep: UUID | None) -> None:
    others = [col(SignIn.id) != keep] if keep else []
    standing = (col(SignIn.staff_id) == staff_id, col(SignIn.ended_at).is_(None), *others)
    session.exec(update(SignIn).where(*standing).values(ended_at=now))


def _record(session: Session, staff: Staff, act: str, now: datetime, by: str, **detail: Any) -> None:
    journal.record(session, office=staff.office_id, act=act, subject=f"staff:{staff.id}", by=by, now=now, detail=detail)
