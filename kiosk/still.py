""" "I am still waiting": a visitor says so on a phone, at a kiosk or by the code on the slip, and staff have a task at once. The
visitor sees that it has arrived, and later that somebody has seen to it."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col

from kiosk import steps
from kiosk.desk import tasks
from kiosk.picture import Standing
from kiosk.plan import HallPlan
from kiosk.tables import State, Ticket
from shared.live import bump

MAY_ASK = (State.WAITING, State.ON_HOLD)


def say_still_waiting(session: Session, *, plan: HallPlan, code: str, now: datetime, by: str) -> Standing:
    """Opens the task. Said again within ``watch.press_minutes``: nothing changes.

    Refuses ``unknown-code``, ``already-called``, ``ended``.
    """
    version = bump(session, plan.board)
    ticket = steps.by_code(session, plan, code)
    steps.expect(ticket, *MAY_ASK, otherwise="already-called")
    if not may_say(ticket.asked_at, plan, now):
        return ticket
    place = plan.services_by_id[ticket.service_id].code
    tasks.open_task(session, plan=plan, kind=tasks.STILL, subject=tasks.still_subject(ticket.id), place="", now=now, by=by,
                    detail={"number": ticket.number, "service": place})
    session.exec(update(Ticket).where(col(Ticket.id) == ticket.id).values(asked_at=now, version=version))
    steps.note(session, plan, "ticket-still-waiting", ticket.id, by, now)
    return steps.by_code(session, plan, code)


def may_say(asked_at: datetime | None, plan: HallPlan, now: datetime) -> bool:
    """Whether some minutes have passed since it was last said."""
    return asked_at is None or now - asked_at >= timedelta(minutes=plan.provisions["watch.press_minutes"])
