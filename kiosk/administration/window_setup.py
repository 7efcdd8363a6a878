"""What an administrator does with the windows of a hall: add, change what they can serve, retire and take up again. Opening and
closing for the day is in `windows`."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import delete
from sqlmodel import Session, col, select

from kiosk.administration.altering import changes, names, note, number
from kiosk.administration.catalogue import PLACE_MOST
from kiosk.plan import HallPlan
from kiosk.tables import State, Ticket, Window, WindowSkill, WindowState
from kiosk.window.actions import moved
from shared.errors import Refused
from shared.people import SignIn
from shared.sign_ins import choose_window


class WindowForm(msgspec.Struct):
    code: str = ""
    name_zh: str = ""
    name_en: str = ""
    position: str = ""
    reason: str = ""
    skills: list[str] = []


class WindowRow(msgspec.Struct, frozen=True):
    id: UUID
    code: str
    name_zh: str
    name_en: str
    position: int
    retired: bool
    skills: frozenset[str]


def windows_of(session: Session, *, hall: UUID) -> list[WindowRow]:
    """Every window in its order, the retired ones last."""
    rows = session.exec(select(Window).where(Window.hall_id == hall).order_by(col(Window.position), col(Window.id))).all()
    views = [WindowRow(row.id, row.code, row.name_zh, row.name_en, row.position, row.retired, _skills(session, row))
             for row in rows]
    return sorted(views, key=lambda row: row.retired)


def form_of(row: WindowRow) -> WindowForm:
    return WindowForm(row.code, row.name_zh, row.name_en, str(row.position), "", sorted(row.skills))


def add_window(session: Session, *, plan: HallPlan, form: WindowForm, now: datetime, by: str) -> UUID:
    """A new window, closed.

    Refuses ``both-names-needed``, ``code-needed``, ``code-taken``, ``skill-needed``, ``value-needed``, ``reason-needed``.
    """
    moved(session, plan)
    code, named, skills = form.code.strip(), names(form, 40, 40), _wanted(form.skills)
    if not (code and code.isascii() and code.isalnum() and len(code) <= 12):
        raise Refused("code-needed", 422)
    if session.exec(select(Window.id).where(Window.hall_id == plan.id, Window.code == code)).first():
        raise Refused("code-taken")
    row = Window(hall_id=plan.id, code=code, name_zh=named["name_zh"], name_en=named["name_en"],
                 position=number(form.position or "0", 0, PLACE_MOST))
    session.add(row)
    session.flush()
    session.add_all(WindowSkill(window_id=row.id, skill=skill) for skill in skills)
    note(session, plan, "window-added", f"window:{row.id}", form.reason, now, by, {"window": code, "skills": skills, **named})
    return row.id


def change_window(session: Session, *, plan: HallPlan, code: str, form: WindowForm, now: datetime, by: str) -> None:
    """Names, order and skills. Refuses ``unknown-window``, ``both-names-needed``, ``skill-needed``, ``reason-needed``."""
    moved(session, plan)
    row = _own(session, plan, code)
    before, skills = sorted(_skills(session, row)), _wanted(form.skills)
    told = changes(row, {**names(form, 40, 40), "position": number(form.position or "0", 0, PLACE_MOST)})
    if skills != before:
        session.exec(delete(WindowSkill).where(col(WindowSkill.window_id) == row.id))
        session.add_all(WindowSkill(window_id=row.id, skill=skill) for skill in skills)
        told["skills"] = [before, skills]
    note(session, plan, "window-changed", f"window:{row.id}", form.reason, now, by, {"window": code, **told})


def retire_window(session: Session, *, plan: HallPlan, code: str, reason: str, now: datetime, by: str) -> None:
    """Shown nowhere any more; whoever sat there stands up. Refuses ``unknown-window``, ``window-busy``, ``reason-needed``."""
    moved(session, plan)
    row = _own(session, plan, code)
    held = (State.CALLED, State.SERVING, State.ON_HOLD)
    if session.exec(select(Ticket.id).where(Ticket.window_id == row.id, col(Ticket.state).in_(held)).limit(1)).first():
        raise Refused("window-busy")
    for seat in session.exec(select(SignIn.id).where(SignIn.window_id == row.id, col(SignIn.ended_at).is_(None))).all():
        choose_window(session, sign_in=seat, window_id=None, now=now, by=by)
    told = changes(row, {"retired": True, "state": WindowState.CLOSED})
    note(session, plan, "window-retired", f"window:{row.id}", reason, now, by, {"window": code, **told})


def restore_window(session: Session, *, plan: HallPlan, code: str, reason: str, now: datetime, by: str) -> None:
    """Takes a retired window up again, closed. Refuses ``unknown-window``, ``reason-needed``."""
    moved(session, plan)
    row = _own(session, plan, code)
    told = changes(row, {"retired": False})
    note(session, plan, "window-restored", f"window:{row.id}", reason, now, by, {"window": code, **told})


def _own(session: Session, plan: HallPlan, code: str) -> Window:
    row = session.exec(select(Window).where(Window.hall_id == plan.id, Window.code == code)).first()
    if row is None:
        raise Refused("unknown-window", 404)
    return row


def _skills(session: Session, row: Window) -> frozenset[str]:
    return frozenset(session.exec(select(WindowSkill.skill).where(WindowSkill.window_id == row.id)).all())


def _wanted(skills: Collection[str]) -> list[str]:
    """Refuses ``skill-needed``."""
    wanted = sorted({skill.strip()[:40] for skill in skills if skill.strip()})
    if not wanted:
        raise Refused("skill-needed", 422)
    return wanted
