"""What an administrator does with recorded voices: take a pack in, let a hall speak with it, go back, put it away. The files are
written and removed by whoever calls."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from kiosk.plan import HallPlan
from kiosk.voice.covering import TONGUES
from kiosk.voice.tables import ClipChoice, ClipPack
from shared.errors import Refused
from shared.journal import record

PACKS_MOST = 20
NAME_MOST = 60


def add_pack(
    session: Session, *, plan: HallPlan, name: str, fingerprint: str, size: int, clips: dict[str, int],
    faults: list[tuple[str, str]], now: datetime, by: str,
) -> UUID:
    """A pack of the office, not yet spoken with. Refuses ``name-needed``, ``pack-known``, ``packs-enough``."""
    if not name.strip():
        raise Refused("name-needed", 422)
    own = select(ClipPack.id).where(ClipPack.office_id == plan.office_id)
    if session.exec(own.where(ClipPack.fingerprint == fingerprint)).first():
        raise Refused("pack-known")
    if len(session.exec(own).all()) >= PACKS_MOST:
        raise Refused("packs-enough")
    row = ClipPack(office_id=plan.office_id, name=name.strip()[:NAME_MOST], fingerprint=fingerprint, size=size, clips=clips,
                   faults=[list(one) for one in faults], added_at=now, added_by=by)
    session.add(row)
    session.flush()
    record(session, office=plan.office_id, act="clip-pack-added", subject=f"clip-pack:{row.id}", by=by, now=now,
           detail={"fingerprint": fingerprint, "clips": clips, "left_out": len(faults)})
    return row.id


def speak_with(session: Session, *, plan: HallPlan, language: str, pack: UUID | None, now: datetime, by: str) -> None:
    """The hall's calls in a language are put together from a pack from now on; None: synthetic again. Again: nothing changes.

    Refuses ``unknown-pack``, ``pack-empty`` for a pack without recordings of that language.
    """
    if language not in TONGUES:
        raise Refused("invalid", 422)
    chosen = session.get(ClipChoice, (plan.id, language))
    if (chosen.pack_id if chosen else None) == pack:
        return
    if pack is not None and not own_pack(session, plan, pack).clips.get(language):
        raise Refused("pack-empty", 422)
    if chosen:
        session.delete(chosen)
        session.flush()
    if pack is not None:
        session.add(ClipChoice(hall_id=plan.id, language=language, pack_id=pack, chosen_at=now, chosen_by=by))
    record(session, office=plan.office_id, act="voice-chosen", subject=f"hall:{plan.id}", by=by, now=now,
           detail={"language": language, "pack": str(pack) if pack else "synthetic"})


def remove_pack(session: Session, *, plan: HallPlan, pack: UUID | None, now: datetime, by: str) -> str:
    """Puts a pack away. Returns its fingerprint when nobody else has the same, and its files can go; else nothing.

    Refuses ``unknown-pack``, ``pack-in-use`` while a hall speaks with it.
    """
    row = own_pack(session, plan, pack)
    if session.exec(select(ClipChoice.hall_id).where(ClipChoice.pack_id == pack).limit(1)).first():
        raise Refused("pack-in-use")
    mark = row.fingerprint
    session.delete(row)
    session.flush()
    record(session, office=plan.office_id, act="clip-pack-removed", subject=f"clip-pack:{pack}", by=by, now=now,
           detail={"fingerprint": mark})
    others = session.exec(select(func.count(col(ClipPack.id))).where(ClipPack.fingerprint == mark)).one()
    return "" if others else mark


def own_pack(session: Session, plan: HallPlan, pack: UUID | None) -> ClipPack:
    """A pack of the hall's office. Refuses ``unknown-pack``."""
    row = session.get(ClipPack, pack) if pack else None
    if row is None or row.office_id != plan.office_id:
        raise Refused("unknown-pack", 404)
    return row
