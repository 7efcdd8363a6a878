"""Who stands at the door: an `Identity`, and how the rows behind a key become one. Decides nothing about rights."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from shared.offices import Office
from shared.people import Device, SignIn, Staff, Token
from shared.sign_ins import door_numbers


class Identity(msgspec.Struct, frozen=True):
    """Who asks: a member of staff, an integration's token, a paired device or an unknown visitor.

    ``sign_in`` and ``window_id`` are those of a member of staff at work; ``hall_id`` is None for staff of all halls. A
    device's role is its kind.
    """

    kind: str
    id: UUID | None = None
    office_id: UUID | None = None
    hall_id: UUID | None = None
    roles: frozenset[str] = frozenset()
    name: str = ""
    sign_in: UUID | None = None
    window_id: UUID | None = None

    @property
    def by(self) -> str:
        """How the journal names them."""
        return self.kind if self.id is None else f"{self.kind}:{self.id}"


VISITOR = Identity("visitor")
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Found(msgspec.Struct, frozen=True):
    """An identity and when its row was last seen; None for a token, whose row does not say."""

    identity: Identity
    seen_at: datetime | None


def find_token(session: Session, digest: str, now: datetime) -> Found | None:
    row = session.exec(select(Token).where(Token.digest == digest, col(Token.revoked_at).is_(None))).first()
    if row is None:
        return None
    return Found(Identity("token", row.id, row.office_id, row.hall_id, frozenset((row.role,)), row.name), None)


def find_device(session: Session, digest: str, now: datetime) -> Found | None:
    row = session.exec(select(Device).where(Device.digest == digest, col(Device.revoked_at).is_(None))).first()
    if row is None:
        return None
    identity = Identity("device", row.id, row.office_id, row.hall_id, frozenset((str(row.kind),)), row.name)
    return Found(identity, row.seen_at or LONG_AGO)


def find_sign_in(session: Session, digest: str, now: datetime) -> Found | None:
    """None also when it has ended, its person has left, or nobody acted through it for ``door.idle_minutes``."""
    found = session.exec(
        select(SignIn, Staff)
        .join(Staff, col(Staff.id) == col(SignIn.staff_id))
        .where(SignIn.digest == digest, col(SignIn.ended_at).is_(None), col(Staff.active))
    ).first()
    if found is None:
        return None
    row, staff = found
    numbers = door_numbers(session, session.get(Office, staff.office_id), now)
    if now - row.seen_at >= timedelta(minutes=numbers["door.idle_minutes"]):
        return None
    return Found(_of_staff(staff, row), row.seen_at)


def _of_staff(staff: Staff, row: SignIn) -> Identity:
    roles = frozenset(staff.roles)
    return Identity("staff", staff.id, staff.office_id, staff.hall_id, roles, staff.name, row.id, row.window_id)
