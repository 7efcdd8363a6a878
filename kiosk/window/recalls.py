"""Calling somebody again: the visitor who does not come, once more; and one who was marked as missed but is there."""

from datetime import datetime

from sqlmodel import Session, col, select

from kiosk import actions
from kiosk.plan import HallPlan, WindowPlan
from kiosk.steps import Called
from kiosk.tables import Call, State, Ticket
from shared.live import bump


def call_again(
    session: Session, *, plan: HallPlan, window: WindowPlan, ticket: str, seen: int, now: datetime, by: str
) -> Called | None:
    """A new call of the visitor that the clerk sees, unless one newer than call ``seen`` has been made: then None.

    Refuses ``nobody-called``, ``moved-on``.
    """
    bump(session, plan.board)
    if _last_call(session, window, ticket) > seen:
        return None
    return actions.recall(session, plan=plan, window=window, now=now, by=by, ticket=ticket)


def bring_back(
    session: Session, *, plan: HallPlan, window: WindowPlan, code: str, reason: str, now: datetime, by: str
) -> Called:
    """Calls somebody who was marked as missed to this window, at once and out of turn.

    Refuses ``reason-needed``, ``unknown-code``, ``ended``, ``already-called``, ``window-busy``, ``window-not-open``.
    """
    actions.come_back(session, plan=plan, code=code, now=now, by=by)
    return actions.call_chosen(session, plan=plan, window=window, code=code, reason=reason, now=now, by=by)


def _last_call(session: Session, window: WindowPlan, code: str) -> int:
    """The newest call of whoever stands called to the window; 0 when that is somebody else."""
    called = (Ticket.code == code, Ticket.window_id == window.id, Ticket.state == State.CALLED)
    newest = select(Call.id).join(Ticket, col(Ticket.id) == col(Call.ticket_id)).where(*called).order_by(col(Call.id).desc())
    return session.exec(newest.limit(1)).first() or 0
