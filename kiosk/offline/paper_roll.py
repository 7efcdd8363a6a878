"""What a window did while the centre was out of reach ("paper roll"): called by voice from the last board, noted by its page,
entered afterwards at the true times. What somebody else has done meanwhile stands; that it does is said and journalled."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from sqlmodel import Session, select

from kiosk import statements as do
from kiosk import steps
from kiosk.offline.tables import BlockNumber, Held
from kiosk.picture import Standing
from kiosk.plan import HallPlan, WindowPlan
from kiosk.tables import Call, CallKind, State
from kiosk.window.overview import ticket_by_number
from shared.errors import Refused
from shared.journal import record
from shared.live import bump

SILENT = "offline"
RECORDS_MOST = 100
LONGEST = timedelta(hours=12)
AFTER = {"called": State.CALLED, "serving": State.SERVING, "done": State.DONE, "missed": State.MISSED}


class Noted(msgspec.Struct, frozen=True):
    """One visitor at the window. ``called``, ``started``, ``ended``: so many seconds ago by the page's clock (None: not yet)."""

    number: str
    called: float
    started: float | None = None
    ended: float | None = None
    outcome: Literal["called", "serving", "done", "missed"] = "called"


class Entered(msgspec.Struct, frozen=True):
    """``entered``, ``later`` (the kiosk has not handed in the number yet) or ``conflict`` with its reason."""

    number: str
    outcome: str
    reason: str = ""


def enter(
    session: Session, *, plan: HallPlan, window: WindowPlan, notes: Sequence[Noted], now: datetime, by: str
) -> list[Entered]:
    """Enters what a window has noted, in the order of the calls; one answer for each."""
    version = bump(session, plan.board)
    answers = []
    for one in sorted(notes[:RECORDS_MOST], key=lambda one: -one.called):
        try:
            _enter(session, plan, window, one, version, now, by)
            answers.append(Entered(one.number, "entered"))
        except Refused as no:
            outcome = "later" if no.code == "not-handed-in" else "conflict"
            if outcome == "conflict":
                record(session, office=plan.office_id, act="roll-conflict", subject=f"window:{window.id}", by=by, now=now,
                       reason=no.code, detail={"number": one.number, "outcome": one.outcome})
            answers.append(Entered(one.number, outcome, no.code))
    return answers


def _enter(
    session: Session, plan: HallPlan, window: WindowPlan, one: Noted, version: int, now: datetime, by: str
) -> None:
    """Refuses ``unknown-number``, ``not-handed-in``, ``already-called``, ``ended``, ``window-busy``."""
    ticket = _ticket(session, plan, one.number, now)
    if ticket.window_id == window.id and ticket.state == AFTER[one.outcome]:
        return  # entered before, and the answer was lost
    called, started, ended = (_moment(ago, ticket, now) for ago in (one.called, one.started, one.ended))
    here = do.AT_WINDOW.first(session, window=window.id)
    if one.outcome in ("called", "serving") and here is not None and here.id != ticket.id:
        raise Refused("window-busy")
    if ticket.state == State.WAITING:
        do.CLAIM.run(session, ticket=ticket.id, at=window.id, now=called, seen=version)
        session.add(Call(hall_id=plan.id, ticket_id=ticket.id, window_id=window.id, number=ticket.number, window=window.code,
                         kind=CallKind.CHOSEN, called_at=called, silent=SILENT, version=version))
    elif here is None or here.id != ticket.id:
        steps.expect(ticket, otherwise="already-called")
    if one.outcome in ("serving", "done") and ticket.state != State.SERVING:
        do.START.run(session, ticket=ticket.id, now=started, seen=version)
    if one.outcome == "done":
        do.END.run(session, ticket=ticket.id, ending=State.DONE, now=ended, seen=version, at=window.id)
    if one.outcome == "missed":
        do.SET_ASIDE.run(session, ticket=ticket.id, aside=State.MISSED, seen=version)
    told = {"window": window.code, "outcome": one.outcome, "called": called.isoformat(), "started": started.isoformat(),
            "ended": ended.isoformat()}
    steps.note(session, plan, "roll-entered", ticket.id, by, now, told)


def _ticket(session: Session, plan: HallPlan, number: str, now: datetime) -> Standing:
    plain = number.strip().upper()
    code = ticket_by_number(session, plan=plan, number=plain, now=now)
    if code is not None:
        return steps.by_code(session, plan, code)
    held = (BlockNumber.hall_id == plan.id, BlockNumber.number == plain, BlockNumber.state == Held.READY)
    if session.exec(select(BlockNumber.id).where(*held)).first() is not None:
        raise Refused("not-handed-in")
    raise Refused("unknown-number", 404)


def _moment(ago: float | None, ticket: Standing, now: datetime) -> datetime:
    """The true time: never before the visitor came, never after now."""
    past = timedelta(seconds=min(max(ago or 0, 0), LONGEST.total_seconds()))
    return max(now - past, min(ticket.arrived_at, now))
