"""Discreet visits: for who reports an official, for minors and victims. Taken by one quiet touch or set apart by staff, received
in a room, and seen by nobody but its holder and the roles of the hall's rule (docs/discreet-visits.md).

For everybody else the number that was held is one that was given up. The journal has every act, never why a visit is discreet.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import update
from sqlmodel import Session, col, select

from kiosk import actions, order, steps
from kiosk import statements as do
from kiosk.discreet.queries import ahead_of, neutral_letter, rule_of
from kiosk.discreet.tables import SET_APART, DiscreetTally, DiscreetVisit
from kiosk.picture import Standing
from kiosk.plan import HallPlan, ServicePlan
from kiosk.tables import ENDED, Promise, State, Ticket
from shared.codes import new_code
from shared.errors import Refused
from shared.live import bump

OPEN = (State.WAITING, State.CALLED, State.SERVING, State.MISSED)
HINT_MOST = 120


class Given(msgspec.Struct, frozen=True):
    """A discreet number as its holder gets it."""

    id: UUID
    number: str
    code: str
    fresh: bool


# Getting one --------------------------------------------------------------------------------------------------------


def take(
    session: Session, *, plan: HallPlan, service: str, now: datetime, by: str, lane: str = "", needs: Sequence[str] = (),
    language: str = "zh-CN", key: str | None = None, hint: str = "",
) -> Given:
    """A discreet number from the first; the same ``key`` gives the same again. The daily contingent does not bind it.

    Refuses ``unknown-service``, ``unknown-lane``, ``hall-closed``, ``service-closed``.
    """
    version = bump(session, plan.board)
    if key is not None and (known := _known(session, plan, key)):
        return known
    wanted, chosen = plan.service(service), plan.lane(lane)
    if not plan.is_open(now):
        raise Refused("hall-closed")
    if not wanted.open:
        raise Refused("service-closed")
    rank = order.rank_at(now, plan.head_start(chosen, wanted))
    return _add(session, plan, wanted, version, now, by, rank=rank, arrived=now, needs=",".join(needs[: actions.NEEDS_MOST]),
                language=language, key=key, hint=hint)


def set_apart(session: Session, *, plan: HallPlan, code: str, now: datetime, by: str, hint: str = "") -> Given:
    """Turns somebody's visit into a discreet one, with arrival and place in the order; the old number is given up.

    Again: the same number. Refuses ``unknown-code``, ``ended``.
    """
    version = bump(session, plan.board)
    ticket = steps.by_code(session, plan, code)
    key = f"{SET_APART}{ticket.id.hex}"
    if known := _known(session, plan, key):
        return known
    steps.expect(ticket, State.WAITING, State.CALLED, State.SERVING, State.ON_HOLD, State.MISSED)
    _give_up(session, plan, ticket, version, now, by)
    service = plan.services_by_id[ticket.service_id]
    return _add(session, plan, service, version, now, by, rank=ticket.rank_at, arrived=ticket.arrived_at, needs=ticket.needs,
                language=ticket.language, key=key, hint=hint)


def _give_up(session: Session, plan: HallPlan, ticket: Standing, version: int, now: datetime, by: str) -> None:
    session.exec(update(Promise).where(col(Promise.ticket_id) == ticket.id, col(Promise.outcome) == "").values(outcome="void"))
    if ticket.state not in (State.SERVING, State.ON_HOLD):
        actions.cancel(session, plan=plan, code=ticket.code, now=now, by=by)
        return
    do.END.run(session, ticket=ticket.id, ending=State.CANCELLED, now=now, seen=version, at=ticket.window_id)
    steps.note(session, plan, "ticket-cancelled", ticket.id, by, now)


def _known(session: Session, plan: HallPlan, key: str) -> Given | None:
    wanted = select(DiscreetVisit).join(Ticket, col(Ticket.id) == col(DiscreetVisit.ticket_id))
    row = session.exec(wanted.where(Ticket.hall_id == plan.id, Ticket.request_key == key)).first()
    return Given(row.ticket_id, row.number, row.code, False) if row else None


def _add(
    session: Session, plan: HallPlan, service: ServicePlan, version: int, now: datetime, by: str, *, rank: datetime,
    arrived: datetime, needs: str, language: str, key: str | None, hint: str,
) -> Given:
    number, code = _next_number(session, plan, now), new_code()
    ticket = Ticket(
        hall_id=plan.id, service_id=service.id, day=plan.today(now), number=number, code=code, state=State.CANCELLED,
        language=language, arrived_at=arrived, queued_at=arrived, ready_at=arrived, rank_at=rank, ended_at=now, version=version,
        request_key=key,
    )
    session.add(ticket)
    session.flush()
    session.add(DiscreetVisit(
        ticket_id=ticket.id, hall_id=plan.id, service_id=service.id, number=number, code=code, language=language,
        hint=hint.strip()[:HINT_MOST], needs=needs, arrived_at=arrived, rank_at=rank,
    ))
    session.flush()
    steps.note(session, plan, "discreet-taken", ticket.id, by, now)
    return Given(ticket.id, number, code, True)


def _next_number(session: Session, plan: HallPlan, now: datetime) -> str:
    here = (col(DiscreetTally.hall_id) == plan.id, col(DiscreetTally.day) == plan.today(now))
    counted = update(DiscreetTally).where(*here).values(last=DiscreetTally.last + 1).returning(col(DiscreetTally.last))
    last = session.exec(counted).scalar_one_or_none()
    if last is None:
        last = 1
        session.add(DiscreetTally(hall_id=plan.id, day=plan.today(now), last=last))
    return f"{neutral_letter(plan, rule_of(session, hall=plan.id))}{last:03d}"


# In the room --------------------------------------------------------------------------------------------------------


def call(session: Session, *, plan: HallPlan, code: str, room: int, now: datetime, by: str) -> DiscreetVisit:
    """Asks the visitor into a room (by its place in the rule's list), again as often as needed; the journal has how many of the
    service still stood before. Refuses ``unknown-code``, ``unknown-room``, ``room-busy``, ``being-served``, ``ended``."""
    row = _of(session, plan, code, now, State.WAITING, State.CALLED, State.MISSED)
    rule = rule_of(session, hall=plan.id)
    if not 0 <= room < len(rule.rooms):
        raise Refused("unknown-room", 404)
    zh, en = rule.rooms[room]
    _check_free(session, plan, row, zh)
    row.state, row.room_zh, row.room_en = State.CALLED, zh, en
    row.called_at, row.calls, row.delivered_at, row.acknowledged_at = now, row.calls + 1, None, None
    return _done(session, plan, row, "discreet-called", now, by, ahead=ahead_of(session, row))


def start(session: Session, *, plan: HallPlan, code: str, now: datetime, by: str) -> DiscreetVisit:
    """The visitor is in the room. Refuses ``unknown-code``, ``nobody-called``, ``ended``."""
    row = _of(session, plan, code, now, State.CALLED, State.SERVING, otherwise="nobody-called")
    if row.state == State.SERVING:
        return row
    row.state, row.started_at = State.SERVING, now
    return _done(session, plan, row, "discreet-started", now, by)


def finish(session: Session, *, plan: HallPlan, code: str, now: datetime, by: str) -> DiscreetVisit:
    """The visit is over; where the visitor sat and what was asked for is forgotten. Refuses ``unknown-code``, ``start-first``."""
    row = _of(session, plan, code, now, State.SERVING, State.DONE, otherwise="nobody-called")
    return row if row.state == State.DONE else _end(session, plan, row, State.DONE, "discreet-finished", now, by)


def miss(session: Session, *, plan: HallPlan, code: str, now: datetime, by: str) -> DiscreetVisit:
    """Not found: stays on the list and may be called again at any time. Refuses ``unknown-code``, ``nobody-called``."""
    row = _of(session, plan, code, now, State.CALLED, State.MISSED, otherwise="nobody-called")
    row.state = State.MISSED
    return _done(session, plan, row, "discreet-missed", now, by)


# Its holder ---------------------------------------------------------------------------------------------------------


def cancel(session: Session, *, plan: HallPlan, code: str, now: datetime, by: str) -> DiscreetVisit:
    """No longer wanted. Again: nothing changes. Refuses ``unknown-code``, ``being-served``, ``ended``."""
    row = _of(session, plan, code, now, State.WAITING, State.CALLED, State.MISSED, State.CANCELLED)
    return row if row.state == State.CANCELLED else _end(session, plan, row, State.CANCELLED, "discreet-cancelled", now, by)


def come_back(session: Session, *, plan: HallPlan, code: str, now: datetime, by: str) -> DiscreetVisit:
    """Here again after a call that was not heard: the old place. Refuses ``unknown-code``, ``ended``."""
    row = _of(session, plan, code, now, *OPEN)
    if row.state != State.MISSED:
        return row
    row.state = State.WAITING
    return _done(session, plan, row, "discreet-came-back", now, by)


def perceived(session: Session, *, plan: HallPlan, code: str, coming: bool, now: datetime, by: str) -> None:
    """The holder's page shows the call, or its holder is ``coming``. Refuses ``unknown-code``; of no call it says nothing."""
    row = _find(session, plan, code)
    if row.state != State.CALLED or (row.acknowledged_at if coming else row.delivered_at):
        return
    row.delivered_at = row.delivered_at or now
    row.acknowledged_at = now if coming else None
    _done(session, plan, row, "discreet-acknowledged" if coming else "discreet-delivered", now, by)


# Time ---------------------------------------------------------------------------------------------------------------


def expire(session: Session, *, plan: HallPlan, now: datetime, by: str) -> int:
    """Ends discreet visits left over from long ago (``ticket.expires_hours``); returns how many."""
    oldest = now - timedelta(hours=plan.provisions["ticket.expires_hours"])
    left = session.exec(select(DiscreetVisit).where(
        DiscreetVisit.hall_id == plan.id, col(DiscreetVisit.state).in_(OPEN), col(DiscreetVisit.arrived_at) < oldest
    )).all()
    for row in left:
        _end(session, plan, row, State.EXPIRED, "discreet-expired", now, by)
    return len(left)


# Parts --------------------------------------------------------------------------------------------------------------


def _find(session: Session, plan: HallPlan, code: str) -> DiscreetVisit:
    wanted = select(DiscreetVisit).where(DiscreetVisit.hall_id == plan.id, DiscreetVisit.code == code)
    row = session.exec(wanted.execution_options(populate_existing=True)).first()
    if row is None:
        raise Refused("unknown-code", 404)
    return row


def _of(
    session: Session, plan: HallPlan, code: str, now: datetime, *states: State, otherwise: str = "being-served"
) -> DiscreetVisit:
    """The visit, if it is in one of these states; the hall's acts are one after another from here on."""
    bump(session, plan.board)
    row = _find(session, plan, code)
    if row.state not in states:
        raise Refused("ended" if row.state in ENDED else otherwise)
    return row


def _check_free(session: Session, plan: HallPlan, row: DiscreetVisit, room: str) -> None:
    there = select(DiscreetVisit.ticket_id).where(
        DiscreetVisit.hall_id == plan.id, DiscreetVisit.room_zh == room, DiscreetVisit.ticket_id != row.ticket_id,
        col(DiscreetVisit.state).in_((State.CALLED, State.SERVING)),
    )
    if session.exec(there.limit(1)).first() is not None:
        raise Refused("room-busy")


def _end(
    session: Session, plan: HallPlan, row: DiscreetVisit, state: State, act: str, now: datetime, by: str
) -> DiscreetVisit:
    row.state, row.ended_at, row.hint, row.needs = state, now, "", ""
    return _done(session, plan, row, act, now, by)


def _done(
    session: Session, plan: HallPlan, row: DiscreetVisit, act: str, now: datetime, by: str, **detail: Any
) -> DiscreetVisit:
    """Keeps it, moves the board and the row that phones follow by, writes the journal."""
    version = bump(session, plan.board)
    session.add(row)
    session.exec(update(Ticket).where(col(Ticket.id) == row.ticket_id).values(version=version))
    session.flush()
    steps.note(session, plan, act, row.ticket_id, by, now, detail or None)
    return row

