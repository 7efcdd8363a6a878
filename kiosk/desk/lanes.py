"""A lane granted afterwards: the guide desk sees that somebody who waits should not wait so long. Decides nothing itself."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from kiosk import order
from kiosk.plan import HallPlan
from kiosk.tables import State, Ticket
from shared.errors import Refused
from shared.journal import record
from shared.live import bump


def grant_lane(session: Session, *, plan: HallPlan, code: str, lane: str, reason: str, now: datetime, by: str) -> int:
    """Gives somebody who waits a lane (``ordinary`` takes it away); its head start counts from the arrival.

    The journal keeps the reason and the minutes, not the lane: which group somebody belongs to is forgotten with the
    visit. Returns the hall board's version. Refuses ``reason-needed``, ``unknown-lane``, ``unknown-code``,
    ``already-called``, ``ended``. Source: Law on the Protection of Persons with Disabilities Art. 55; the hall's rules.
    """
    if not reason.strip():
        raise Refused("reason-needed", 422)
    chosen = plan.lane(lane)
    version = bump(session, plan.board)
    ticket = _waiting(session, plan, code)
    credit = plan.head_start(chosen, plan.services_by_id[ticket.service_id])
    session.exec(
        update(Ticket)
        .where(col(Ticket.id) == ticket.id)
        .values(lane=chosen.code if chosen else "", head_start=credit, rank_at=order.rank_at(ticket.queued_at, credit),
                version=version)
    )
    record(session, office=plan.office_id, act="lane-granted", subject=f"ticket:{ticket.id.hex}", by=by, now=now,
           reason=reason.strip(), detail={"minutes": credit})
    return version


def _waiting(session: Session, plan: HallPlan, code: str) -> Ticket:
    ticket = session.exec(select(Ticket).where(Ticket.hall_id == plan.id, Ticket.code == code)).first()
    if ticket is None:
        raise Refused("unknown-code", 404)
    if ticket.state in (State.DONE, State.CANCELLED, State.EXPIRED):
        raise Refused("ended")
    if ticket.state != State.WAITING:
        raise Refused("already-called")
    return ticket
