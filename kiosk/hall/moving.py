"""What a supervisor does with the hall while it runs, besides opening and pausing: gives a window other skills, and sends people
from one service to another so that they need not wait where nobody comes to them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from kiosk import places, steps
from kiosk.plan import HallPlan, ServicePlan, WindowPlan
from kiosk.tables import State, WindowSkill
from kiosk.window.actions import moved, reason_of
from shared.errors import Refused
from shared.journal import record
from shared.live import bump


def change_skills(
    session: Session, *, plan: HallPlan, window: WindowPlan, skills: Sequence[str], reason: str, now: datetime, by: str
) -> int:
    """What the window serves from now on; whoever is there stays. Returns the hall board's version.

    Refuses ``reason-needed``, ``skill-needed`` (none, or one that no service of the hall asks for).
    """
    why, wanted = reason_of(reason), sorted(set(skills))
    if not wanted or not {one.skill for one in plan.services}.issuperset(wanted):
        raise Refused("skill-needed", 422)
    version = moved(session, plan)
    before = sorted(session.exec(select(WindowSkill.skill).where(WindowSkill.window_id == window.id)).all())
    if wanted == before:
        return version
    session.exec(delete(WindowSkill).where(col(WindowSkill.window_id) == window.id))
    session.add_all(WindowSkill(window_id=window.id, skill=skill) for skill in wanted)
    record(session, office=plan.office_id, act="window-skills", subject=f"window:{window.id}", by=by, now=now, reason=why,
           detail={"window": window.code, "before": before, "after": wanted})
    return version


def move_people(
    session: Session, *, plan: HallPlan, codes: Sequence[str], service: ServicePlan, reason: str, now: datetime, by: str
) -> int:
    """Sends people who wait to another service; number and arrival stay. Returns how many went: who has been called meanwhile
    does not. Refuses ``reason-needed``, ``nobody-chosen``, ``unknown-code``."""
    why = reason_of(reason)
    if not codes:
        raise Refused("nobody-chosen", 422)
    version, went = bump(session, plan.board), 0
    for code in codes:
        ticket = steps.by_code(session, plan, code)
        if ticket.state != State.WAITING or ticket.service_id == service.id:
            continue
        origin = plan.services_by_id[ticket.service_id].code
        places.put(session, ticket, version, places.sent_on(plan, ticket, service.id, now), service=service.id, origin=origin)
        steps.note(session, plan, "ticket-transferred", ticket.id, by, now, {"to": service.code}, why)
        went += 1
    return went
