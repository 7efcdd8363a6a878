"""An emergency: the supervisor puts somebody before everybody else, with a reason that is kept and told to those overtaken."""

from datetime import datetime
from typing import Any

from litestar import Response, Router, post
from litestar.params import FromPath, URLEncodedBody
from sqlmodel import Session

from kiosk import order, places, steps
from kiosk.desk.tickets import Grant, on_ticket
from kiosk.picture import Standing
from kiosk.plan import HallPlan
from kiosk.staffroom import STAFFROOM, TheStaffroom
from kiosk.tables import State
from shared.door import require
from shared.live import bump
from shared.people import Role


def make_urgent(session: Session, *, plan: HallPlan, code: str, reason: str, now: datetime, by: str) -> Standing:
    """Next at any window that can serve, before head starts and long waits. Again: nothing changes.

    Refuses ``reason-needed``, ``unknown-code``, ``already-called``, ``ended``.
    """
    version = bump(session, plan.board)
    ticket = steps.by_code(session, plan, code)
    steps.expect(ticket, State.WAITING, otherwise="already-called")
    place = places.place_of(ticket)
    hurried = order.urgent(place, now, reason)
    if place.urgent and hurried.ready_at == place.ready_at:
        return ticket
    places.put(session, ticket, version, hurried)
    steps.note(session, plan, "ticket-urgent", ticket.id, by, now, reason=reason.strip())
    return steps.by_code(session, plan, code)


@post("/tickets/{code:str}/urgent", include_in_schema=False)
async def press(code: FromPath[str], room: TheStaffroom, data: URLEncodedBody[Grant]) -> Response[Any]:
    reason = data.other.strip() or data.reason
    return await on_ticket(room, code, room.act(make_urgent, code=code, reason=reason))


handlers = [Router("/desk", route_handlers=[press], guards=[require(Role.SUPERVISOR)], dependencies=STAFFROOM)]
