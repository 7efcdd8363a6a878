"""The steps that the acts of a hall are made of: find the ticket, check where it stands, move it, note it.

Each runs inside an act that has moved the hall's board first and passes on its ``version``.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlmodel import Session

from kiosk import statements as do
from kiosk.picture import Standing
from kiosk.plan import HallPlan, WindowPlan
from kiosk.tables import CallKind, State, WindowState
from shared.errors import Refused
from shared.journal import record


class Called(msgspec.Struct, frozen=True):
    """A visitor called to a window."""

    call_id: int
    ticket_id: UUID
    number: str
    code: str
    window: str
    service_id: UUID
    called_at: datetime
    version: int


def call(
    session: Session,
    plan: HallPlan,
    window: WindowPlan,
    ticket: Standing,
    kind: CallKind,
    version: int,
    now: datetime,
    by: str,
    *,
    key: str | None = None,
    capped: bool = False,
    reason: str = "",
) -> Called:
    if do.CLAIM.run(session, ticket=ticket.id, at=window.id, now=now, seen=version) != 1:
        raise Refused("already-called")
    return announce(session, plan, window, ticket, kind, version, now, by, key=key, capped=capped, reason=reason)


def announce(
    session: Session,
    plan: HallPlan,
    window: WindowPlan,
    ticket: Standing,
    kind: CallKind,
    version: int,
    now: datetime,
    by: str,
    *,
    key: str | None = None,
    capped: bool = False,
    reason: str = "",
) -> Called:
    row = do.CALL.one(
        session,
        hall_id=plan.id,
        ticket_id=ticket.id,
        window_id=window.id,
        number=ticket.number,
        window=window.code,
        kind=kind,
        capped=capped,
        queued_at=ticket.queued_at,
        rank_at=ticket.rank_at,
        called_at=now,
        silent="",
        version=version,
        request_key=key,
    )
    note(session, plan, f"call-{kind.value}", ticket.id, by, now, {"window": window.code, "capped": capped}, reason)
    return Called(row.id, ticket.id, ticket.number, ticket.code, window.code, ticket.service_id, now, version)


def settle(session: Session, plan: HallPlan, ticket: Standing, version: int, now: datetime, by: str) -> None:
    ending = finish if ticket.state == State.SERVING else miss
    ending(session, plan, ticket, version, now, by)


def finish(session: Session, plan: HallPlan, ticket: Standing, version: int, now: datetime, by: str) -> None:
    do.END.run(session, ticket=ticket.id, ending=State.DONE, now=now, seen=version, at=ticket.window_id)
    note(session, plan, "ticket-finished", ticket.id, by, now)


def miss(session: Session, plan: HallPlan, ticket: Standing, version: int, now: datetime, by: str) -> None:
    do.SET_ASIDE.run(session, ticket=ticket.id, aside=State.MISSED, seen=version)
    note(session, plan, "ticket-missed", ticket.id, by, now)


def check_window(plan: HallPlan, window: WindowPlan) -> None:
    if window.state != WindowState.OPEN:
        raise Refused("window-not-open")


def by_code(session: Session, plan: HallPlan, code: str) -> Standing:
    row = do.BY_CODE.first(session, hall=plan.id, code=code)
    if row is None:
        raise Refused("unknown-code", 404)
    return Standing(*row)


def expect(ticket: Standing, *states: State, otherwise: str = "being-served") -> None:
    """Refuses ``ended`` for a visit that is over, ``otherwise`` for one in another state."""
    if ticket.state in states:
        return
    raise Refused("ended" if ticket.state in (State.DONE, State.CANCELLED, State.EXPIRED) else otherwise)


def current(
    session: Session, window: WindowPlan, states: tuple[State, ...], ticket: str | None, otherwise: str
) -> Standing:
    """Whom the window has, if in one of ``states``; ``ticket`` is the code the clerk was looking at."""
    row = do.AT_WINDOW.first(session, window=window.id)
    if row is None or row.state not in states:
        raise Refused(otherwise)
    if ticket is not None and row.code != ticket:
        raise Refused("moved-on")
    return Standing(*row)


def note(
    session: Session,
    plan: HallPlan,
    act: str,
    ticket: UUID,
    by: str,
    now: datetime,
    detail: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    record(
        session,
        office=plan.office_id,
        act=act,
        subject=f"ticket:{ticket.hex}",
        by=by,
        now=now,
        detail=detail,
        reason=reason,
    )
