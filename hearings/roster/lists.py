"""The categories and fields by which the roster is ordered. An office adds its own; what was used in a draw stays."""

import re
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from cases.centre import Centre
from hearings.roster.actions import check_manager
from hearings.roster.tables import OfficerCategory, Specialism
from shared import journal
from shared.errors import Refused
from shared.identity import Identity

GROUPS = ("delegate", "professional", "community")
NAME_LENGTH = 40


def add_category(
    session: Session, *, centre: Centre, group: str, name_zh: str, name_en: str, now: datetime, by: Identity
) -> str:
    """A category of a group; returns its code. The same English name again is the one that is there. Refuses ``not-allowed``,
    ``choice-needed`` (no such group), ``name-needed``."""
    check_manager(session, centre, by)
    if group not in GROUPS:
        raise Refused("choice-needed", 422)
    return _add(session, centre, OfficerCategory, name_zh, name_en, now, by, group=group)


def add_specialism(session: Session, *, centre: Centre, name_zh: str, name_en: str, now: datetime, by: Identity) -> str:
    """A field that officers know about; returns its code. Refuses ``not-allowed``, ``name-needed``."""
    check_manager(session, centre, by)
    return _add(session, centre, Specialism, name_zh, name_en, now, by)


def _add(
    session: Session, centre: Centre, kind: type[OfficerCategory] | type[Specialism], name_zh: str, name_en: str, now: datetime,
    by: Identity, **more: Any,
) -> str:
    code = re.sub(r"[^a-z0-9]+", "-", name_en.strip().lower()).strip("-")[:NAME_LENGTH]
    if not name_zh.strip() or not code:
        raise Refused("name-needed", 422)
    known = session.exec(select(kind).where(col(kind.office_id) == centre.office_id, col(kind.code) == code)).first()
    if known is not None:
        return code
    last = session.exec(select(func.max(col(kind.position))).where(col(kind.office_id) == centre.office_id)).one() or 0
    session.add(kind(office_id=centre.office_id, code=code, name_zh=name_zh.strip()[:NAME_LENGTH],
                     name_en=name_en.strip()[:80], position=last + 1, **more))
    journal.record(session, office=centre.office_id, act=f"{kind.__name__.lower()}-added",
                   subject=f"office:{centre.office_id.hex}", by=by.by, now=now, detail={"code": code})
    return code
