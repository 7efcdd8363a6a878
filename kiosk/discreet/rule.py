"""The rule of a hall's discreet visits, changed: letter, rooms, who may see them, which services offer it at the kiosk. It
holds at once; the journal keeps what it was."""

from datetime import datetime
from typing import Any

import msgspec
from sqlmodel import Session

from kiosk.administration.altering import changes, note
from kiosk.discreet.tables import DiscreetRule
from kiosk.founding import add_discreet_rule
from kiosk.plan import HallPlan
from kiosk.window.actions import moved
from shared.errors import Refused
from shared.people import Role
from shared.refusals import N_

MAY_RECEIVE = {
    Role.RECEIVER: N_("Receives discreetly"), Role.SUPERVISOR: N_("Supervisor"), Role.CASE_HANDLER: N_("Case handler"),
    Role.CHIEF_PROCURATOR: N_("Chief procurator"),
}  # fmt: skip
ROLES_MOST, ROOMS_MOST, NAME_MOST = 2, 6, 24


class RuleForm(msgspec.Struct):
    """The rule as entered. ``rooms_…``: one a line; ``roles`` and ``services``: codes with commas."""

    prefix: str = ""
    rooms_zh: str = ""
    rooms_en: str = ""
    roles: str = ""
    services: str = ""
    reason: str = ""


def set_rule(session: Session, *, plan: HallPlan, form: RuleForm, now: datetime, by: str) -> None:
    """Refuses ``discreet-letter``, ``discreet-rooms`` (both names each), ``discreet-roles`` (one or two), ``reason-needed``."""
    moved(session, plan)
    values = values_of(plan, form)
    add_discreet_rule(session, plan.id)
    session.flush()
    row = session.get_one(DiscreetRule, plan.id)
    told = changes(row, values)
    session.add(row)
    note(session, plan, "discreet-rule", f"hall:{plan.id.hex}", form.reason, now, by, told)


def values_of(plan: HallPlan, form: RuleForm) -> dict[str, Any]:
    prefix = form.prefix.strip().upper()
    if not (1 <= len(prefix) <= 2 and prefix.isascii() and prefix.isalpha()) or _is_taken(plan, prefix):
        raise Refused("discreet-letter", 422)
    zh, en = _names(form.rooms_zh), _names(form.rooms_en)
    if not zh or len(zh) != len(en) or len(zh) > ROOMS_MOST or len(set(zh)) < len(zh):
        raise Refused("discreet-rooms", 422)
    roles = [role for role in MAY_RECEIVE if role in form.roles.split(",")]
    if not 1 <= len(roles) <= ROLES_MOST:
        raise Refused("discreet-roles", 422)
    services = [one.code for one in plan.services if one.code in form.services.split(",")]
    return {"prefix": prefix, "rooms_zh": "\n".join(zh), "rooms_en": "\n".join(en), "roles": [str(one) for one in roles],
            "services": services}


def _is_taken(plan: HallPlan, prefix: str) -> bool:
    return any(one.prefix == prefix for one in plan.services_by_id.values())


def _names(text: str) -> list[str]:
    return [line.strip()[:NAME_MOST] for line in text.splitlines() if line.strip()]
