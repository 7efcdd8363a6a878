"""How a call reaches the one who is called: by the way that was chosen, again when nobody answers, and at last by a member of
staff. The rule is pure; the acts around it are plain. Seconds and times are the office's: ``call.repeat_seconds``,
``call.repeats``."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy import update
from sqlmodel import Session, col, select

from kiosk import actions, steps
from kiosk.desk import tasks
from kiosk.picture import Picture, Standing
from kiosk.plan import HallPlan, WindowPlan
from kiosk.tables import ENDED, Call, State, Task, Ticket
from shared.errors import Refused
from shared.live import bump
from shared.refusals import N_

FETCH = "fetch"
Step = Literal["", "repeat", "fetch"]
Reason = Literal["wish", "no-answer"]


class Way(msgspec.Struct, frozen=True):
    """One way of being called; ``text`` is its name in English, ``icon`` a lucide name."""

    code: str
    text: str
    icon: str


WAYS = (
    Way("voice", N_("Voice"), "volume-2"),
    Way("screen", N_("Screen"), "monitor"),
    Way("phone", N_("My phone"), "smartphone"),
    Way("fetch", N_("Fetch me"), "hand-helping"),
)
CODES = tuple(way.code for way in WAYS)


# The rule -----------------------------------------------------------------------------------------------------------


def is_aloud(way: str, calls: int) -> bool:
    """Whether the hall's voice says a call: a phone gets the first one alone, whoever chose the screen or a person none."""
    return way in ("", "voice") or (way == "phone" and calls > 1)


def next_step(way: str, calls: int, waited: float, *, seconds: int, repeats: int) -> Step:
    """What is due for a call that nobody has answered for ``waited`` seconds, after so many ``calls``."""
    if way == "fetch":
        return "fetch"
    if waited < seconds:
        return ""
    return "repeat" if calls <= repeats else "fetch"


# Acts ---------------------------------------------------------------------------------------------------------------


def choose_way(session: Session, *, plan: HallPlan, code: str, way: str, now: datetime, by: str) -> None:
    """How somebody who has a number wants to be called. Refuses ``unknown-code``, ``unknown-way``, ``ended``."""
    if way not in CODES:
        raise Refused("unknown-way", 422)
    version = bump(session, plan.board)
    ticket = steps.by_code(session, plan, code)
    if ticket.state in ENDED:
        raise Refused("ended")
    if ticket.way == way:
        return
    session.exec(update(Ticket).where(col(Ticket.id) == ticket.id).values(way=way, version=version))
    steps.note(session, plan, "way-chosen", ticket.id, by, now)


def follow_up(session: Session, *, plan: HallPlan, window: WindowPlan, code: str, calls: int, now: datetime, by: str) -> None:
    """Does what is due for an open call; nothing when it has been answered or followed up meanwhile."""
    bump(session, plan.board)
    ticket = steps.by_code(session, plan, code)
    made = [one for one in calls_made(session, ticket.id) if ticket.called_at and one.called_at >= ticket.called_at]
    if ticket.state != State.CALLED or ticket.window_id != window.id or len(made) != calls or made[0].acknowledged_at:
        return
    waited = (now - made[0].called_at).total_seconds()
    step = next_step(ticket.way, calls, waited, **terms(plan))
    if step == "repeat":
        actions.recall(session, plan=plan, window=window, now=now, by=by, ticket=code)
    elif step == "fetch":
        _send_staff(session, plan, window, ticket, now, by)


def _send_staff(session: Session, plan: HallPlan, window: WindowPlan, ticket: Standing, now: datetime, by: str) -> None:
    """Once for each time that somebody is called."""
    if staff_sent(session, ticket=ticket.id, since=ticket.called_at):
        return
    reason: Reason = "wish" if ticket.way == "fetch" else "no-answer"
    tasks.open_task(session, plan=plan, kind=FETCH, subject=subject_of(ticket.id), now=now, by=by,
                    detail={"number": ticket.number, "why": reason, "window": window.code})


def close_fetched(session: Session, *, plan: HallPlan, now: datetime, by: str) -> int:
    """Closes the tasks of those who have come or are not called any more; returns how many."""
    closed = 0
    for task in open_fetches(session, hall=plan.id):
        ticket = session.get(Ticket, UUID(task.removeprefix(f"{FETCH}:")), populate_existing=True)
        if ticket is None or ticket.state != State.CALLED:
            closed += tasks.solve(session, plan=plan, subject=task, now=now, by=by)
    return closed


# Reads --------------------------------------------------------------------------------------------------------------


def terms(plan: HallPlan) -> dict[str, int]:
    return {"seconds": plan.provisions.get("call.repeat_seconds", 60), "repeats": plan.provisions.get("call.repeats", 2)}


def unanswered(picture: Picture, now: datetime) -> list[tuple[WindowPlan, Standing, int]]:
    """The open calls for which something may be due, and how often each was called. From memory: it is asked every few
    seconds."""
    due = []
    for window_id, ticket in picture.at_window.items():
        since = ticket.called_at
        window = picture.plan.windows_by_id.get(window_id)
        if ticket.state != State.CALLED or since is None or window is None:
            continue
        made = [one for one in picture.calls if one.ticket_id == ticket.id and one.called_at >= since]
        if not made or made[0].acknowledged_at:
            continue
        if next_step(ticket.way, len(made), (now - made[0].called_at).total_seconds(), **terms(picture.plan)):
            due.append((window, ticket, len(made)))
    return due


def subject_of(ticket: UUID) -> str:
    return f"{FETCH}:{ticket.hex}"


def calls_made(session: Session, ticket: UUID) -> Sequence[Call]:
    """Newest first."""
    return session.exec(select(Call).where(Call.ticket_id == ticket).order_by(col(Call.id).desc())).all()


def open_fetches(session: Session, *, hall: UUID) -> list[str]:
    here = (Task.hall_id == hall, Task.kind == FETCH, col(Task.closed_at).is_(None))
    return list(session.exec(select(Task.subject).where(*here)).all())


def staff_sent(session: Session, *, ticket: UUID, since: datetime | None) -> str:
    """Whether staff are asked to fetch somebody since the call: ``asked``, ``sent`` (one is on the way), or empty."""
    if since is None:
        return ""
    wanted = select(Task).where(Task.subject == subject_of(ticket), col(Task.opened_at) >= since)
    row = session.exec(wanted.order_by(col(Task.opened_at).desc()).limit(1)).first()
    return "" if row is None else "sent" if row.closed_at else "asked"
