"""What is known of recorded voices: the packs of an office, and with which of them a hall speaks."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from kiosk.voice.tables import ClipChoice, ClipPack
from shared.people import Staff


class PackView(msgspec.Struct, frozen=True):
    """A pack as the administrator sees it. ``faults``: file and why it cannot be used."""

    id: UUID
    name: str
    fingerprint: str
    size: int
    clips: dict[str, int]
    faults: list[tuple[str, str]]
    added_at: datetime
    added_by: str


def packs_of(session: Session, *, office: UUID) -> list[PackView]:
    """Newest first."""
    rows = session.exec(select(ClipPack).where(ClipPack.office_id == office).order_by(col(ClipPack.added_at).desc())).all()
    name = _names(session)
    return [
        PackView(row.id, row.name, row.fingerprint, row.size, row.clips, [(file, why) for file, why in row.faults],
                 row.added_at, name(row.added_by))
        for row in rows
    ]


def choices_of(session: Session, *, hall: UUID) -> dict[str, UUID]:
    """The pack of each language that a hall does not speak with the synthetic voice."""
    rows = session.exec(select(ClipChoice).where(ClipChoice.hall_id == hall)).all()
    return {row.language: row.pack_id for row in rows}


def spoken_with(session: Session, *, hall: UUID, language: str) -> str:
    """The fingerprint of the pack that a hall's calls are put together from, empty for the synthetic voice."""
    chosen = select(ClipPack.fingerprint).join(ClipChoice, col(ClipChoice.pack_id) == col(ClipPack.id))
    return session.exec(chosen.where(ClipChoice.hall_id == hall, ClipChoice.language == language)).first() or ""


def _names(session: Session) -> Callable[[str], str]:
    def name(mark: str) -> str:
        with suppress(ValueError):
            row = session.get(Staff, UUID(mark.removeprefix("staff:")))
            return row.name if row else mark
        return mark

    return name
