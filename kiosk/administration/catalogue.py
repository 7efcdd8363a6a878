"""What an administrator does with the services of a hall: add, change, retire and take up again. A service is never deleted; its
visits stay explained."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from kiosk.administration.altering import changes, names, note, number, short_name
from kiosk.plan import HallPlan
from kiosk.tables import ACTIVE, Service, Ticket
from kiosk.window.actions import moved
from shared.errors import Refused

MINUTES_MOST, LIMIT_MOST, PLACE_MOST = 480, 9_999, 999
PREFIX = re.compile("[A-Z]{1,2}")


class ServiceForm(msgspec.Struct):
    """A service as it is typed; `reason` goes into the journal."""

    code: str = ""
    name_zh: str = ""
    name_en: str = ""
    hint_zh: str = ""
    hint_en: str = ""
    bring_zh: str = ""
    bring_en: str = ""
    prefix: str = ""
    skill: str = ""
    minutes: str = ""
    daily_limit: str = ""
    by_booking: str = ""
    position: str = ""
    reason: str = ""


def services_of(session: Session, *, hall: UUID) -> list[Service]:
    """Every service in the order of the kiosk, the retired ones last."""
    rows = session.exec(select(Service).where(Service.hall_id == hall).order_by(col(Service.position), col(Service.id))).all()
    return sorted(rows, key=lambda row: row.retired)


def form_of(row: Service) -> ServiceForm:
    told = {name: str(getattr(row, name)) for name in ServiceForm.__struct_fields__ if hasattr(row, name)}
    return ServiceForm(**{**told, "daily_limit": str(row.daily_limit or ""), "by_booking": "1" if row.by_booking else ""})


def add_service(session: Session, *, plan: HallPlan, form: ServiceForm, now: datetime, by: str) -> UUID:
    """A new service, not offered until somebody opens it.

    Refuses ``both-names-needed``, ``code-needed``, ``code-taken``, ``prefix-needed``, ``prefix-taken``, ``skill-needed``,
    ``value-needed``, ``reason-needed``.
    """
    moved(session, plan)
    values = _values(form)
    code = short_name(form.code, form.name_en)
    if session.exec(select(Service.id).where(Service.hall_id == plan.id, Service.code == code)).first():
        raise Refused("code-taken")
    _check_prefix(session, plan, values["prefix"], None, now)
    row = Service(hall_id=plan.id, code=code, open=False, **values)
    session.add(row)
    session.flush()
    note(session, plan, "service-added", f"service:{row.id}", form.reason, now, by, {"service": code, **values})
    return row.id


def change_service(session: Session, *, plan: HallPlan, code: str, form: ServiceForm, now: datetime, by: str) -> None:
    """Everything of a service but its code. Refuses what `add_service` does, and ``unknown-service``."""
    moved(session, plan)
    row = _own(session, plan, code)
    values = _values(form)
    if values["prefix"] != row.prefix:
        _check_prefix(session, plan, values["prefix"], row, now)
    told = changes(row, values)
    note(session, plan, "service-changed", f"service:{row.id}", form.reason, now, by, {"service": code, **told})


def retire_service(session: Session, *, plan: HallPlan, code: str, reason: str, now: datetime, by: str) -> None:
    """It is shown nowhere any more. Refuses ``unknown-service``, ``service-in-use``, ``reason-needed``."""
    moved(session, plan)
    row = _own(session, plan, code)
    here = (Ticket.hall_id == plan.id, col(Ticket.state).in_(ACTIVE), Ticket.service_id == row.id)
    if session.exec(select(Ticket.id).where(*here).limit(1)).first():
        raise Refused("service-in-use")
    told = changes(row, {"retired": True, "open": False})
    note(session, plan, "service-retired", f"service:{row.id}", reason, now, by, {"service": code, **told})


def restore_service(session: Session, *, plan: HallPlan, code: str, reason: str, now: datetime, by: str) -> None:
    """Takes a retired service up again; somebody has to open it. Refuses ``unknown-service``, ``reason-needed``."""
    moved(session, plan)
    row = _own(session, plan, code)
    told = changes(row, {"retired": False})
    note(session, plan, "service-restored", f"service:{row.id}", reason, now, by, {"service": code, **told})


def _own(session: Session, plan: HallPlan, code: str) -> Service:
    row = session.exec(select(Service).where(Service.hall_id == plan.id, Service.code == code)).first()
    if row is None:
        raise Refused("unknown-service", 404)
    return row


def _values(form: ServiceForm) -> dict[str, Any]:
    named = names(form, 40, 80)
    prefix, skill = form.prefix.strip().upper(), form.skill.strip().lower()
    if not PREFIX.fullmatch(prefix):
        raise Refused("prefix-needed", 422)
    if not skill:
        raise Refused("skill-needed", 422)
    return {
        **named, "hint_zh": form.hint_zh.strip()[:120], "hint_en": form.hint_en.strip()[:160],
        "bring_zh": _lines(form.bring_zh), "bring_en": _lines(form.bring_en), "prefix": prefix, "skill": short_name(skill, ""),
        "minutes": number(form.minutes, 1, MINUTES_MOST), "by_booking": bool(form.by_booking),
        "daily_limit": number(form.daily_limit, 1, LIMIT_MOST) if form.daily_limit.strip() else None,
        "position": number(form.position or "0", 0, PLACE_MOST),
    }


def _lines(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())[:400]


def _check_prefix(session: Session, plan: HallPlan, prefix: str, own: Service | None, now: datetime) -> None:
    """Two services never give the same number on one day. Refuses ``prefix-taken``, ``prefix-used-today``."""
    other = session.exec(select(Service).where(Service.hall_id == plan.id, Service.prefix == prefix)).first()
    if other is not None and other is not own:
        raise Refused("prefix-taken")
    today = (Ticket.hall_id == plan.id, Ticket.day == plan.today(now), col(Ticket.number).startswith(prefix))
    if any(number.rstrip("0123456789") == prefix for number in session.exec(select(Ticket.number).where(*today)).all()):
        raise Refused("prefix-used-today")
