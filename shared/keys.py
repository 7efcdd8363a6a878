"""The keys that open the door to programs and devices: bearer tokens of integrations, paired kiosks and lobby screens.

A key is a random secret that is shown once; only its SHA-256 is kept. Staff and their passwords are in `accounts`.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col

from shared import journal
from shared.errors import Refused
from shared.live import bump
from shared.people import Device, DeviceKind, SignIn, Token

BOARD = "door"
INTEGRATION = "integration"
METRICS = "metrics"
TOKEN_ROLES = (INTEGRATION, METRICS)
SECRET_BYTES = 32
PAIRING_MINUTES = 60
PAIRING_LENGTH = 12
PAIRING_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's 32: no I, L, O, U
MISREAD = str.maketrans("OIL", "011", "- ")
TOUCH_EVERY = timedelta(minutes=1)


def new_secret() -> str:
    """256 random bits as 43 characters that fit a header, a cookie and an address."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def touch(session: Session, kind: type[SignIn] | type[Device], key_id: UUID, *, now: datetime) -> None:
    """Notes that a sign-in or device was seen, at most once a minute. Never wakes one that has ended."""
    due = col(kind.seen_at).is_(None) | (col(kind.seen_at) <= now - TOUCH_EVERY)
    ended = SignIn.ended_at if kind is SignIn else Device.revoked_at
    session.exec(update(kind).where(col(kind.id) == key_id, col(ended).is_(None), due).values(seen_at=now))


# Tokens ---------------------------------------------------------------------------------------------------------------


def add_token(
    session: Session, *, office: UUID, hall: UUID, name: str, role: str, now: datetime, by: str
) -> str:
    """A new bearer token for a hall, in plain: the only time it can be read. Refused: ``unknown-role``."""
    if role not in TOKEN_ROLES:
        raise Refused("unknown-role", 422, role=role)
    secret = new_secret()
    token = Token(office_id=office, hall_id=hall, name=name, role=role, digest=digest(secret), made_at=now)
    session.add(token)
    _record(session, token, "token-added", now, by, name=name, role=role)
    return secret


def revoke_token(session: Session, *, token_id: UUID, now: datetime, by: str) -> None:
    """Ends a token for good; ending it twice is no fault. Refused: ``unknown-token``."""
    bump(session, BOARD)
    token = session.get(Token, token_id)
    if token is None:
        raise Refused("unknown-token", 404)
    if token.revoked_at is None:
        token.revoked_at = now
        _record(session, token, "token-revoked", now, by)


# Devices --------------------------------------------------------------------------------------------------------------


def add_device(
    session: Session, *, office: UUID, hall: UUID, kind: DeviceKind, name: str, now: datetime, by: str
) -> str:
    """A new kiosk or lobby screen; returns the code that pairs it: shown once, used once, typed within the hour."""
    code = "".join(secrets.choice(PAIRING_LETTERS) for _ in range(PAIRING_LENGTH))
    device = Device(
        office_id=office, hall_id=hall, kind=DeviceKind(kind), name=name, pairing=digest(code), made_at=now
    )
    session.add(device)
    _record(session, device, "device-added", now, by, name=name, kind=device.kind)
    return "-".join((code[:4], code[4:8], code[8:]))


def pair(session: Session, *, pairing: str, now: datetime, minutes: int = PAIRING_MINUTES) -> str:
    """Turns a pairing code into the secret of the device's cookie.

    Small letters, dashes and O, I, L in place of 0 and 1 are understood. Refused: ``unknown-pairing`` when the code is
    wrong, used, revoked or older than ``minutes``.
    """
    code, secret = pairing.upper().translate(MISREAD), new_secret()
    fresh = (col(Device.revoked_at).is_(None), col(Device.made_at) > now - timedelta(minutes=minutes))
    paired = session.exec(
        update(Device)
        .where(col(Device.pairing) == digest(code), *fresh)
        .values(pairing=None, digest=digest(secret), seen_at=now)
        .returning(col(Device.id), col(Device.office_id))
    ).first()
    if paired is None:
        raise Refused("unknown-pairing", 404)
    who = f"device:{paired.id}"
    journal.record(session, office=paired.office_id, act="device-paired", subject=who, by=who, now=now)
    return secret


def revoke_device(session: Session, *, device_id: UUID, now: datetime, by: str) -> None:
    """Shuts a device out for good; doing it twice is no fault. Refused: ``unknown-device``."""
    bump(session, BOARD)
    device = session.get(Device, device_id)
    if device is None:
        raise Refused("unknown-device", 404)
    if device.revoked_at is None:
        device.revoked_at, device.pairing = now, None
        _record(session, device, "device-revoked", now, by)


def _record(session: Session, key: Token | Device, act: str, now: datetime, by: str, **detail: Any) -> None:
    subject = f"{type(key).__name__.lower()}:{key.id}"
    journal.record(session, office=key.office_id, act=act, subject=subject, by=by, now=now, detail=detail)
