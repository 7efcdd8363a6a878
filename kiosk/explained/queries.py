"""Who was called before somebody and why, from the calls and the journal: the facts for `reasons.explain`. Reads only; nobody's
number, name, lane or service is in the answer."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select as plain
from sqlmodel import Session, col, select

from kiosk import order
from kiosk.explained.reasons import Asker, Explanation, Turn, explain
from kiosk.picture import Standing
from kiosk.plan import HallPlan
from kiosk.tables import Call, CallKind, State, Ticket
from shared.journal import JournalLine

SENT_ON, CAME_BACK, DEFERRED = "ticket-transferred", "ticket-came-back", "ticket-deferred"
ERRAND_OVER = "ticket-errand-over"
BACK = (CAME_BACK, ERRAND_OVER)
ACTS = (SENT_ON, DEFERRED, *BACK)
MINUTE = timedelta(minutes=1)


class Line(msgspec.Struct, frozen=True):
    """What a journal line says of a visit's place."""

    act: str
    at: datetime
    detail: dict[str, Any]


class Facts(msgspec.Struct, frozen=True):
    """Everything told about one visitor's turn. ``since`` and ``until``: from the arrival to the call, or now."""

    since: datetime
    until: datetime
    called: bool
    explanation: Explanation


def explained(session: Session, *, plan: HallPlan, ticket: Standing, now: datetime) -> Facts:
    """Everybody called between somebody's arrival and call."""
    own = session.exec(
        select(Call.called_at).where(Call.ticket_id == ticket.id, Call.kind != CallKind.RECALL).order_by(col(Call.id))
    ).all()
    called = ticket.state != State.WAITING and bool(own)
    until = own[-1] if called else (now if ticket.state == State.WAITING else _ended(session, ticket, now))
    calls = _calls(session, plan, ticket, until)
    lines = _lines(session, {call.ticket_id for call in calls} | {ticket.id})
    mine = lines.get(ticket.id, [])
    asker = Asker(arrived_at=ticket.arrived_at, queued_at=ticket.queued_at, until=until,
                  away=_early(session, plan, ticket) + _away(own, mine, until))
    served = _services(plan, ticket, mine)
    turns = [_turn(plan, call, lines.get(call.ticket_id, []), served) for call in calls]
    return Facts(ticket.arrived_at, until, called, explain(asker, turns))


def _calls(session: Session, plan: HallPlan, ticket: Standing, until: datetime) -> list[Any]:
    """The calls of others in the meantime; by the day, so that it is an index look-up."""
    first = plan.today(ticket.arrived_at)
    days = (first - timedelta(days=1), plan.today(until))
    found: Any = (
        plain(col(Call.ticket_id), col(Call.window_id), col(Call.kind), col(Call.called_at), col(Call.queued_at),
               col(Call.rank_at), col(Ticket.arrived_at), col(Ticket.head_start), col(Ticket.booked_at),
               col(Ticket.queued_at).label("queued_now"))
        .join(Ticket, col(Ticket.id) == col(Call.ticket_id))
        .where(col(Ticket.hall_id) == plan.id, col(Ticket.day) >= days[0], col(Ticket.day) <= days[1],
               col(Call.kind) != CallKind.RECALL, col(Call.called_at) >= ticket.arrived_at, col(Call.called_at) < until,
               col(Call.ticket_id) != ticket.id)
        .order_by(col(Call.id))
    )
    return list(session.connection().execute(found).all())


def _lines(session: Session, tickets: Iterable[UUID]) -> dict[UUID, list[Line]]:
    subjects = {f"ticket:{one.hex}": one for one in tickets}
    rows = session.exec(
        select(JournalLine.subject, JournalLine.act, JournalLine.at, JournalLine.detail)
        .where(col(JournalLine.subject).in_(list(subjects)), col(JournalLine.act).in_(ACTS)).order_by(col(JournalLine.id))
    ).all()
    found: dict[UUID, list[Line]] = {}
    for subject, act, at, detail in rows:
        found.setdefault(subjects[subject], []).append(Line(act, at, msgspec.json.decode(detail)))
    return found


def _ended(session: Session, ticket: Standing, now: datetime) -> datetime:
    """When somebody who was never called left."""
    ended = session.exec(select(Ticket.ended_at).where(Ticket.id == ticket.id)).first()
    return ended or now


def _early(session: Session, plan: HallPlan, ticket: Standing) -> tuple[tuple[datetime, datetime], ...]:
    """Who came early to a booking could not be called before its time."""
    slot = session.exec(select(Ticket.booked_at).where(Ticket.id == ticket.id)).first()
    ready = slot - timedelta(minutes=plan.provisions["order.booking_early"]) if slot else ticket.arrived_at
    return ((ticket.arrived_at, ready),) if ready > ticket.arrived_at else ()


def _away(own: Iterable[datetime], lines: list[Line], until: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """From each call until the place was taken up again, and while more time was asked for."""
    back = [line.at for line in lines if line.act in (SENT_ON, *BACK)]
    called = [(left, min((at for at in back if at >= left), default=until)) for left in own if left < until]
    paused = [(line.at, datetime.fromisoformat(line.detail["until"])) for line in lines if "until" in line.detail]
    return tuple(called + paused)


def _services(plan: HallPlan, ticket: Standing, lines: list[Line]) -> list[tuple[datetime, str]]:
    """From when on the asker waited for something of which skill."""
    skills = {service.code: service.skill for service in plan.services_by_id.values()}
    moves = [(line.at, line.detail.get("to", "")) for line in lines if line.act == SENT_ON]
    first = ticket.transferred_from if len(moves) == 1 else ""
    here = plan.services_by_id[ticket.service_id].skill
    begun = skills.get(first, here)
    return [(ticket.arrived_at, begun), *((at, skills.get(code, here)) for at, code in moves)]


def _turn(plan: HallPlan, call: Any, lines: list[Line], served: list[tuple[datetime, str]]) -> Turn:
    """One call, with the place by which it was made."""
    queued, rank = call.queued_at or call.queued_now, call.rank_at
    ahead = queued - rank if rank is not None else call.head_start * MINUTE
    urgent = ahead >= order.URGENT
    before = [line.act for line in lines if line.at <= call.called_at]
    window = plan.windows_by_id.get(call.window_id)
    skill = [skill for since, skill in served if since <= call.called_at][-1]
    return Turn(
        arrived_at=call.arrived_at, queued_at=queued, called_at=call.called_at,
        head_start=0 if urgent else max(0, round(ahead / MINUTE)), booked_at=call.booked_at,
        serves=window is not None and skill in window.skills, urgent=urgent, chosen=call.kind == CallKind.CHOSEN,
        sent_on=SENT_ON in before, returned=any(act in before for act in BACK),
    )
