"""The lists that administrators and auditors read: tokens, staff, and the journal with names in place of ids."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func
from sqlmodel import Session, col, select

from kiosk.plan import HallPlan
from shared.journal import JournalLine, record
from shared.people import Device, SignIn, Staff, Token

PAGE = 100


class TokenView(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    role: str
    made_at: datetime
    revoked_at: datetime | None


class StaffView(msgspec.Struct, frozen=True):
    """A member of staff; ``seen_at`` is when they last acted."""

    id: UUID
    account: str
    name: str
    roles: list[str]
    active: bool
    seen_at: datetime | None


class Line(msgspec.Struct, frozen=True):
    """A line of the journal as it is read; ``who`` is the name behind ``by``."""

    id: int
    at: datetime
    by: str
    who: str
    act: str
    subject: str
    reason: str
    detail: str


class Wanted(msgspec.Struct, frozen=True):
    """Which lines: the beginning of a subject and of an act, and older than a line (0: from the newest)."""

    subject: str = ""
    act: str = ""
    before: int = 0


def tokens(session: Session, *, hall: UUID) -> list[TokenView]:
    """The tokens of a hall, newest first; revoked ones last."""
    rows = session.exec(select(Token).where(Token.hall_id == hall).order_by(col(Token.made_at).desc())).all()
    views = [TokenView(row.id, row.name, row.role, row.made_at, row.revoked_at) for row in rows]
    return sorted(views, key=lambda one: one.revoked_at is not None)


def staff_of(session: Session, *, office: UUID) -> list[StaffView]:
    """The staff of an office by account; closed accounts last."""
    rows = session.exec(select(Staff).where(Staff.office_id == office).order_by(col(Staff.account))).all()
    latest = select(SignIn.staff_id, func.max(col(SignIn.seen_at))).group_by(col(SignIn.staff_id))
    seen: dict[UUID, datetime] = dict(session.exec(latest).all())
    views = [StaffView(row.id, row.account, row.name, list(row.roles), row.active, seen.get(row.id)) for row in rows]
    return sorted(views, key=lambda one: not one.active)


def account_of(session: Session, *, staff: UUID) -> str:
    return session.get_one(Staff, staff).account


def journal_lines(session: Session, *, office: UUID, wanted: Wanted, most: int = PAGE) -> list[Line]:
    """The lines of an office, newest first."""
    asked: list[Any] = [JournalLine.office_id == office]
    if wanted.subject:
        asked.append(col(JournalLine.subject).startswith(wanted.subject, autoescape=True))
    if wanted.act:
        asked.append(col(JournalLine.act).startswith(wanted.act, autoescape=True))
    if wanted.before:
        asked.append(col(JournalLine.id) < wanted.before)
    rows = session.exec(select(JournalLine).where(*asked).order_by(col(JournalLine.id).desc()).limit(most)).all()
    who = _names(session, {row.by for row in rows})
    return [
        Line(row.id or 0, row.at, row.by, who.get(row.by, row.by), row.act, row.subject, row.reason, row.detail) for row in rows
    ]


def _names(session: Session, marks: Iterable[str]) -> dict[str, str]:
    """``staff:…`` and ``device:…`` by name."""
    tables: dict[str, type[Staff] | type[Device] | type[Token]] = {"staff": Staff, "device": Device, "token": Token}
    named: dict[str, str] = {}
    for mark in marks:
        kind, _, key = mark.partition(":")
        with suppress(ValueError):
            row = session.get(tables[kind], UUID(key)) if kind in tables else None
            named[mark] = str(getattr(row, "name", mark))
    return named


def note_export(session: Session, *, plan: HallPlan, lines: int, now: datetime, by: str) -> None:
    """That a file of the journal was taken out is a line of the journal."""
    record(session, office=plan.office_id, act="journal-exported", subject=f"office:{plan.office_id}", by=by, now=now,
           detail={"lines": lines})
