"""Applications to observe a hearing: one's own, as its holder sees it, and all of a hearing, masked, as staff see them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings.invitations.tables import Observer, ObserverState
from hearings.observers.actions import by_code
from hearings.observers.rules import SEATED, Standing, position
from hearings.public.queries import Announcement, News, announcement, standings
from hearings.queries import hearing_of
from hearings.tables import HEARING_NAME
from shared import vault, words
from shared.errors import Refused
from shared.identity import Identity
from shared.outbox import messages_about
from shared.vault import Vault

# While an announcement stands so, an application still counts.
STANDING = frozenset({News.ANNOUNCED, News.MOVED, News.POSTPONED})


class Own(msgspec.Struct, frozen=True):
    """An application for its holder: ``position`` on the waiting list (0: not on it)."""

    kind: str
    name: str
    state: str
    reason: str
    position: int
    one: Announcement

    @property
    def can_cancel(self) -> bool:
        return self.state in (ObserverState.CONFIRMED, ObserverState.WAITLISTED) and self.one.news in STANDING


class Line(msgspec.Struct, frozen=True):
    """An application for staff. ``told``: how the last message to the person stands, empty when there is none."""

    id: UUID
    kind: str
    name: str
    id_number: str
    phone: str
    outlet: str
    needs: tuple[str, ...]
    state: str
    reason: str
    applied_at: datetime
    position: int
    told: str


class Observers(msgspec.Struct, frozen=True):
    """Everybody who applied to observe a hearing. ``title`` is the public one."""

    one: Announcement
    lines: tuple[Line, ...]

    def seated(self, kind: str) -> int:
        return sum(line.kind == kind and line.state in SEATED for line in self.lines)

    def waiting(self, kind: str) -> int:
        return sum(line.kind == kind and line.state == ObserverState.WAITLISTED for line in self.lines)


def own_application(session: Session, *, code: str, sealing: Vault) -> Own:
    """What the holder of a code sees. Refuses ``unknown-code``: also when the hearing is no longer an open one."""
    row = by_code(session, code, sealing)
    if row is None:
        raise Refused("unknown-code", 404)
    try:
        one = announcement(session, hearing_id=row.hearing_id)
    except Refused:
        raise Refused("unknown-code", 404) from None
    mine = Standing(row.id, row.kind, row.state, row.applied_at)
    name = words.mask_name(sealing.unseal(row.name, purpose=HEARING_NAME))
    return Own(row.kind, name, row.state, row.reason, position(mine, standings(session, row.hearing_id)), one)


def is_observer(session: Session, *, code: str, sealing: Vault) -> bool:
    """Whether a code stands for an application to observe."""
    return by_code(session, code, sealing) is not None


def observers(
    session: Session, *, centre: Centre, hearing_id: UUID, sealing: Vault, by: Identity, whole: bool = False
) -> Observers:
    """All applications to a hearing, in the order of applying; ``whole``: unmasked, for the check at the door. Refuses
    ``not-found``: closed and unannounced hearings have none."""
    hearing_of(session, centre, hearing_id, by)
    rows = session.exec(select(Observer).where(Observer.hearing_id == hearing_id).order_by(col(Observer.applied_at))).all()
    everybody = standings(session, hearing_id)
    lines = tuple(_line(session, row, everybody, sealing, whole) for row in rows)
    return Observers(announcement(session, hearing_id=hearing_id), lines)


def _line(session: Session, row: Observer, everybody: Sequence[Standing], sealing: Vault, whole: bool) -> Line:
    name = sealing.unseal(row.name, purpose=HEARING_NAME)
    number = sealing.unseal(row.id_number, purpose=vault.ID_NUMBER)
    phone = sealing.unseal(row.phone, purpose=vault.PHONE)
    told = messages_about(session, f"observer:{row.id.hex}")
    return Line(
        row.id, row.kind, name if whole else words.mask_name(name), words.mask_id(number),
        phone if whole else words.mask_phone(phone), row.outlet, tuple(row.needs), row.state, row.reason, row.applied_at,
        position(Standing(row.id, row.kind, row.state, row.applied_at), everybody), told[-1].state if told else "",
    )
