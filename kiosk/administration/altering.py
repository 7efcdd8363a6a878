"""What every change of the set-up has in common: fields read from a form, the row changed, the change in the journal."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, SQLModel, col, select

from kiosk.plan import HallPlan, hall_board, plan_board
from kiosk.window.actions import reason_of
from shared.errors import Refused
from shared.journal import record
from shared.live import bump
from shared.offices import Hall

CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


def number(text: str, least: int, most: int) -> int:
    """A whole number within bounds. Refuses ``value-needed``."""
    plain = text.strip()
    if not (plain.isascii() and plain.isdecimal() and len(plain) < 9 and least <= int(plain) <= most):
        raise Refused("value-needed", 422)
    return int(plain)


def names(form: Any, most_zh: int, most_en: int) -> dict[str, str]:
    """The names in both languages. Refuses ``both-names-needed``."""
    zh, en = form.name_zh.strip()[:most_zh], form.name_en.strip()[:most_en]
    if not zh or not en:
        raise Refused("both-names-needed", 422)
    return {"name_zh": zh, "name_en": en}


def short_name(text: str, otherwise: str) -> str:
    """A code in small letters, digits and dashes, made from a name when none is given. Refuses ``code-needed``."""
    code = text.strip().lower() or re.sub(r"[^a-z0-9]+", "-", otherwise.lower()).strip("-")[:40].strip("-")
    if not CODE.fullmatch(code):
        raise Refused("code-needed", 422)
    return code


def day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def changes(row: SQLModel, values: Mapping[str, Any]) -> dict[str, Any]:
    """Sets what differs and says what it was and is."""
    told = {}
    for name, value in values.items():
        before = getattr(row, name)
        if before != value:
            setattr(row, name, value)
            told[name] = [before, value]
    return told


def note(
    session: Session, plan: HallPlan, act: str, subject: str, reason: str, now: datetime, by: str, detail: Mapping[str, Any]
) -> None:
    """One line of the journal. Refuses ``reason-needed``."""
    record(session, office=plan.office_id, act=act, subject=subject, by=by, now=now, reason=reason_of(reason),
           detail=dict(detail))


def office_moved(session: Session, office_id: UUID | None = None) -> None:
    """The screens of every hall of an office follow; without one, of every hall."""
    rows = select(Hall.id).order_by(col(Hall.id))
    for hall_id in session.exec(rows.where(Hall.office_id == office_id) if office_id else rows).all():
        bump(session, hall_board(hall_id))
        bump(session, plan_board(hall_id))
