"""What became of a call in the hall: a display says that it showed it, spoke it, or could not be heard.

A call that nobody could hear must not look like one that nobody answered: silence becomes a task for staff.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from kiosk import steps
from kiosk.desk import tasks
from kiosk.plan import HallPlan
from kiosk.tables import Call, State
from shared.errors import Refused
from shared.journal import record
from shared.live import bump

SILENT = "silent"
OVER = "over"  # answered or given up before its turn to be spoken came: nothing is wrong with the loudspeaker


def acknowledge(
    session: Session, *, plan: HallPlan, call_id: int | None, shown: bool, spoken: bool, silent: str, device: UUID | None,
    place: str, now: datetime, by: str,
) -> None:
    """Notes what became of a call (None: of those to come); the first word of each kind stands, so repeating changes nothing.

    ``silent``: why it could not be heard. The task of a display is closed by the first call that it speaks again.
    Refuses ``unknown-call`` for a call of another hall.
    """
    call = session.get(Call, call_id) if call_id is not None else None
    if call_id is not None and (call is None or call.hall_id != plan.id):
        raise Refused("unknown-call", 404)
    if call is not None:
        _note(session, plan, call, shown=shown, spoken=spoken, silent=silent, now=now, by=by)
    subject = tasks.device_subject(SILENT, device)
    if spoken:
        tasks.solve(session, plan=plan, subject=subject, now=now, by=by)
    elif silent and silent != OVER:
        tasks.open_task(session, plan=plan, kind=SILENT, subject=subject, place=place, now=now, by=by,
                        detail={"reason": silent})


def perceived(session: Session, *, plan: HallPlan, code: str, coming: bool, now: datetime, by: str) -> None:
    """The visitor's own page shows the call, or the visitor is ``coming``; again, or when no call is open, nothing changes.

    Refuses ``unknown-code``.
    """
    ticket = steps.by_code(session, plan, code)
    newest = select(Call).where(Call.ticket_id == ticket.id).order_by(col(Call.id).desc()).limit(1)
    call = session.exec(newest.execution_options(populate_existing=True)).first()
    if ticket.state != State.CALLED or call is None or (call.acknowledged_at if coming else call.delivered_at):
        return
    call.version = bump(session, plan.board)
    call.delivered_at = call.delivered_at or now
    call.acknowledged_at = now if coming else call.acknowledged_at
    session.add(call)
    act = "call-acknowledged" if coming else "call-delivered"
    record(session, office=plan.office_id, act=act, subject=f"ticket:{ticket.id.hex}", by=by, now=now,
           detail={"call": call.id, "window": call.window})


def _note(
    session: Session, plan: HallPlan, call: Call, *, shown: bool, spoken: bool, silent: str, now: datetime, by: str
) -> None:
    """Consoles show what was heard, so it moves the board."""
    heard = _news(call, shown=shown, spoken=spoken, silent=silent, now=now)
    if not heard:
        return
    heard["version"] = bump(session, plan.board)
    for name, value in heard.items():
        setattr(call, name, value)
    session.add(call)
    act = "call-spoken" if "spoken_at" in heard else "call-silent" if "silent" in heard else "call-shown"
    record(session, office=plan.office_id, act=act, subject=f"ticket:{call.ticket_id.hex}", by=by, now=now,
           detail={"call": call.id, "window": call.window} | ({"why": silent} if act == "call-silent" else {}))


def _news(call: Call, *, shown: bool, spoken: bool, silent: str, now: datetime) -> dict[str, Any]:
    """What is not known yet. A call that was spoken somewhere is not silent any more."""
    news: dict[str, Any] = {}
    if (shown or spoken) and call.shown_at is None:
        news["shown_at"] = now
    if spoken and call.spoken_at is None:
        news |= {"spoken_at": now, "silent": ""}
    if silent and not spoken and call.spoken_at is None and not call.silent:
        news["silent"] = silent
    return news
