"""Errands: a visitor is sent away from a window for a paper and comes back with the old place kept. Back in line is
`actions.come_back`; taken up again at once at a window, as if nobody had gone, is `actions.resume`."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col

from kiosk import steps
from kiosk.picture import Standing
from kiosk.plan import HallPlan, WindowPlan
from kiosk.tables import State, Ticket
from shared.live import bump


def send_away(
    session: Session, *, plan: HallPlan, window: WindowPlan, now: datetime, by: str, ticket: str | None = None
) -> Standing:
    """The window is free for others meanwhile. Back within ``order.errand_minutes``: the old place.

    Refuses ``nobody-at-window``, ``moved-on``.
    """
    version = bump(session, plan.board)
    current = steps.current(session, window, (State.CALLED, State.SERVING), ticket, "nobody-at-window")
    away = update(Ticket).where(col(Ticket.id) == current.id).values(state=State.ON_HOLD, errand_at=now, version=version)
    session.exec(away)
    steps.note(session, plan, "ticket-sent-away", current.id, by, now, {"window": window.code})
    return steps.by_code(session, plan, current.code)


def kept_until(plan: HallPlan, ticket: Standing) -> datetime | None:
    """Until when the old place is kept for somebody who is away."""
    if not ticket.is_away or ticket.errand_at is None:
        return None
    return ticket.errand_at + timedelta(minutes=plan.provisions["order.errand_minutes"])
