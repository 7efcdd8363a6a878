"""What staff do with windows and services: take a window, open, pause and close it, open and close a service.

Each change of the plan moves the hall's board and its plan's board, so that every process reads the plan anew.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from kiosk.plan import HallPlan, ServicePlan, WindowPlan, plan_board
from kiosk.tables import Service, State, Ticket, Window, WindowState
from shared.errors import Refused
from shared.journal import record
from shared.live import bump
from shared.people import SignIn
from shared.sign_ins import STANDARD, choose_window

REASON_MOST = 200


def take_window(
    session: Session, *, plan: HallPlan, window: WindowPlan, sign_in: UUID, now: datetime, by: str, opening: bool = False,
    over: bool = False,
) -> int:
    """Seats a sign-in at a window. ``opening``: and opens it; ``over``: takes it over from whoever sits there.

    Returns the hall board's version. Refuses ``sign-in-needed``, ``window-taken``.
    """
    version = open_window(session, plan=plan, window=window, now=now, by=by) if opening else bump(session, plan.board)
    own = session.get(SignIn, sign_in)
    for other in _seated(session, window):
        if other.id == sign_in:
            continue
        if not over and own is not None and other.staff_id != own.staff_id and _is_awake(plan, other, now):
            raise Refused("window-taken")
        choose_window(session, sign_in=other.id, window_id=None, now=now, by=by)
    choose_window(session, sign_in=sign_in, window_id=window.id, now=now, by=by)
    return version


def leave_window(session: Session, *, plan: HallPlan, window: WindowPlan, sign_in: UUID, now: datetime, by: str) -> int:
    """Stands up from a window and leaves it as it is, for a colleague. Returns the hall board's version."""
    version = bump(session, plan.board)
    choose_window(session, sign_in=sign_in, window_id=None, now=now, by=by)
    return version


def open_window(session: Session, *, plan: HallPlan, window: WindowPlan, now: datetime, by: str) -> int:
    """The window calls visitors from now on. Again: nothing changes. Returns the hall board's version."""
    return _turn_window(session, plan, window, WindowState.OPEN, now, by, "")


def pause_window(session: Session, *, plan: HallPlan, window: WindowPlan, reason: str, now: datetime, by: str) -> int:
    """No new calls for a while; whoever is at the window stays. Returns the hall board's version. Refuses ``reason-needed``."""
    return _turn_window(session, plan, window, WindowState.PAUSED, now, by, reason_of(reason))


def close_window(session: Session, *, plan: HallPlan, window: WindowPlan, reason: str, now: datetime, by: str) -> int:
    """The window receives nobody. Returns the hall board's version. Refuses ``reason-needed``, ``window-busy``."""
    wanted = reason_of(reason)
    bump(session, plan.board)
    if _is_busy(session, window):
        raise Refused("window-busy")
    return _turn_window(session, plan, window, WindowState.CLOSED, now, by, wanted)


def open_service(session: Session, *, plan: HallPlan, service: ServicePlan, now: datetime, by: str) -> int:
    """Numbers are given for the service again. Returns the hall board's version."""
    return _turn_service(session, plan, service, True, now, by, "")


def close_service(session: Session, *, plan: HallPlan, service: ServicePlan, reason: str, now: datetime, by: str) -> int:
    """No more numbers for the service; whoever has one is still served. Returns the hall board's version.

    Refuses ``reason-needed``.
    """
    return _turn_service(session, plan, service, False, now, by, reason_of(reason))


def _turn_window(
    session: Session, plan: HallPlan, window: WindowPlan, state: WindowState, now: datetime, by: str, reason: str
) -> int:
    version = moved(session, plan)
    row = session.get_one(Window, window.id)
    if row.state == state:
        return version
    row.state = state
    act = {WindowState.OPEN: "window-opened", WindowState.PAUSED: "window-paused", WindowState.CLOSED: "window-closed"}[state]
    record(session, office=plan.office_id, act=act, subject=f"window:{window.id}", by=by, now=now, reason=reason,
           detail={"window": window.code})
    return version


def _turn_service(
    session: Session, plan: HallPlan, service: ServicePlan, offered: bool, now: datetime, by: str, reason: str
) -> int:
    version = moved(session, plan)
    row = session.get_one(Service, service.id)
    if row.open is offered:
        return version
    row.open = offered
    record(session, office=plan.office_id, act="service-opened" if offered else "service-closed", now=now, by=by,
           subject=f"service:{service.id}", reason=reason, detail={"service": service.code})
    return version


def moved(session: Session, plan: HallPlan) -> int:
    """Every screen of the hall follows: its queue and its plan are read anew. Returns the hall board's version."""
    version = bump(session, plan.board)
    bump(session, plan_board(plan.id))
    return version


def reason_of(text: str) -> str:
    """Refuses ``reason-needed``."""
    if not text.strip():
        raise Refused("reason-needed", 422)
    return text.strip()[:REASON_MOST]


def _is_busy(session: Session, window: WindowPlan) -> bool:
    here = (Ticket.window_id == window.id, col(Ticket.state).in_((State.CALLED, State.SERVING)))
    return session.exec(select(Ticket.id).where(*here).limit(1)).first() is not None


def _seated(session: Session, window: WindowPlan) -> list[SignIn]:
    return list(session.exec(select(SignIn).where(SignIn.window_id == window.id, col(SignIn.ended_at).is_(None))).all())


def _is_awake(plan: HallPlan, seat: SignIn, now: datetime) -> bool:
    return now - seat.seen_at < timedelta(minutes=plan.provisions.get("door.idle_minutes", STANDARD["door.idle_minutes"]))
