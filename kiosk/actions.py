"""What people do in the hall, one function each: take a number, call, start, finish, miss, hold, transfer, come back.

Hot acts use prepared statements. Every one moves the hall's board first (its row lock makes the hall's acts one after
another), then changes the ticket, then writes the journal; the caller commits.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec
from sqlmodel import Session

from kiosk import order, places, steps
from kiosk import statements as do
from kiosk.forecast.forecast import Offer
from kiosk.picture import Standing
from kiosk.plan import HallPlan, ServicePlan, WindowPlan
from kiosk.steps import Called
from kiosk.tables import CallKind, State
from shared.codes import new_code
from shared.errors import Refused
from shared.live import bump
from shared.tables import new_id

NEEDS_MOST = 6


class Issued(msgspec.Struct, frozen=True):
    """A ticket as its holder gets it. ``fresh`` is false when the same request had been answered before."""

    id: UUID
    number: str
    code: str
    service_id: UUID
    arrived_at: datetime
    version: int
    fresh: bool


# Visitors -----------------------------------------------------------------------------------------------------------


def issue(
    session: Session,
    *,
    plan: HallPlan,
    service: str,
    now: datetime,
    by: str,
    lane: str = "",
    needs: Sequence[str] = (),
    language: str = "zh-CN",
    key: str | None = None,
    slot: datetime | None = None,
    promised: Offer | None = None,
) -> Issued:
    """Gives the next number of a service. The same ``key`` (from the same asker) gives the same ticket again. ``slot``: the time
    that was booked, for somebody with a booking; ``promised``: the wait that is said with the number, and remembered.

    Refuses ``too-late-today``, ``unknown-service``, ``unknown-lane``, ``by-booking``, ``service-closed``, ``hall-closed``,
    ``contingent-full``.
    """
    version = bump(session, plan.board)
    if key is not None and (row := do.KNOWN.first(session, hall=plan.id, key=key)):
        return Issued(row.id, row.number, row.code, row.service_id, row.arrived_at, row.version, False)
    wanted, chosen = plan.service(service), plan.lane(lane)
    _check_open(plan, wanted, now, booked=slot is not None)
    if promised is not None and promised.too_late and slot is None:
        raise Refused("too-late-today")
    number = _next_number(session, plan, wanted, now, limited=slot is None)
    ticket_id, code, credit = new_id(), new_code(), plan.head_start(chosen, wanted)
    place = order.walk_in(now, credit) if slot is None else order.booked(now, slot, order.Terms.of(plan.provisions), credit)
    do.ISSUE.run(
        session,
        id=ticket_id,
        hall_id=plan.id,
        service_id=wanted.id,
        day=plan.today(now),
        number=number,
        code=code,
        state=State.WAITING,
        language=language,
        lane=chosen.code if chosen else "",
        head_start=place.head_start,
        needs=",".join(needs[:NEEDS_MOST]),
        arrived_at=now,
        queued_at=place.queued_at,
        ready_at=place.ready_at,
        rank_at=place.rank_at,
        version=version,
        request_key=key,
        deferrals=0,
        transferred_from="",
        way="",
    )
    if promised is not None:
        do.PROMISE.run(session, ticket_id=ticket_id, hall_id=plan.id, at=now, low=promised.low, high=promised.high,
                       p80=promised.p80, outcome="")
    steps.note(session, plan, "ticket-issued", ticket_id, by, now, {"number": number, "service": wanted.code})
    return Issued(ticket_id, number, code, wanted.id, now, version, True)


def _check_open(plan: HallPlan, service: ServicePlan, now: datetime, *, booked: bool) -> None:
    if not plan.is_open(now):
        raise Refused("hall-closed")
    if service.by_booking and not booked:
        raise Refused("by-booking")
    if not service.open:
        raise Refused("service-closed")


def _next_number(session: Session, plan: HallPlan, service: ServicePlan, now: datetime, *, limited: bool) -> str:
    """``limited``: up to the daily contingent; who has booked is served in any case."""
    day = plan.today(now)
    row = do.COUNT.first(session, service=service.id, today=day)
    if row is None:
        do.COUNT_FIRST.run(session, service_id=service.id, day=day, last=1)
    last = int(row.last) if row else 1
    if limited and service.daily_limit is not None and last > service.daily_limit:
        raise Refused("contingent-full", limit=service.daily_limit)
    return f"{service.prefix}{last:03d}"


def cancel(session: Session, *, plan: HallPlan, code: str, now: datetime, by: str) -> Standing:
    """The visitor no longer waits. Doing it again changes nothing. Refuses ``unknown-code``, ``being-served``, ``ended``."""
    version = bump(session, plan.board)
    ticket = steps.by_code(session, plan, code)
    if ticket.state == State.CANCELLED:
        return ticket
    if not ticket.is_away:
        steps.expect(ticket, State.WAITING, State.CALLED, State.MISSED)
    do.END.run(session, ticket=ticket.id, ending=State.CANCELLED, now=now, seen=version, at=ticket.window_id)
    steps.note(session, plan, "ticket-cancelled", ticket.id, by, now)
    return steps.by_code(session, plan, code)


def defer(session: Session, *, plan: HallPlan, code: str, now: datetime, by: str) -> Standing:
    """ "I need more time": not called for some minutes, then behind everyone who kept waiting.

    Minutes and how often: the office's provisions ``order.deferral_minutes`` and ``order.deferrals``.
    Refuses ``unknown-code``, ``already-called``, ``deferred-enough``, ``ended``.
    """
    version = bump(session, plan.board)
    ticket = steps.by_code(session, plan, code)
    steps.expect(ticket, State.WAITING, otherwise="already-called")
    if ticket.ready_at > now:
        return ticket
    place = order.deferred(places.place_of(ticket), now, ticket.deferrals, places.terms_of(plan))
    places.put(session, ticket, version, place, deferred=ticket.deferrals + 1)
    steps.note(session, plan, "ticket-deferred", ticket.id, by, now, {"until": place.ready_at.isoformat()})
    return steps.by_code(session, plan, code)


def come_back(session: Session, *, plan: HallPlan, code: str, now: datetime, by: str) -> Standing:
    """A visitor who missed the call waits again: the first time and soon right behind the next few, else with some minutes'
    credit (``order.return_minutes``, ``return_calls``, ``return_credit``). One who was sent away for a paper has the old place,
    if it was not too long (``order.errand_minutes``).

    Refuses ``unknown-code``, ``ended``; someone who is waiting or called already just keeps that place.
    """
    version = bump(session, plan.board)
    ticket = steps.by_code(session, plan, code)
    if ticket.is_away:
        places.put(session, ticket, version, places.after_an_errand(plan, ticket, now))
        steps.note(session, plan, "ticket-errand-over", ticket.id, by, now)
        return steps.by_code(session, plan, code)
    if ticket.state != State.MISSED:
        steps.expect(ticket, State.WAITING, State.CALLED, State.SERVING, State.ON_HOLD)
        return ticket
    places.put(session, ticket, version, places.after_a_missed_call(session, plan, ticket, now))
    steps.note(session, plan, "ticket-came-back", ticket.id, by, now)
    return steps.by_code(session, plan, code)


# Windows ------------------------------------------------------------------------------------------------------------


def call_next(
    session: Session,
    *,
    plan: HallPlan,
    window: WindowPlan,
    now: datetime,
    by: str,
    key: str | None = None,
    unfinished: Literal["keep", "settle"] = "keep",
) -> Called:
    """Calls whoever the order says is next for this window. The same ``key`` gives the same call again.

    Someone still at the window: with ``keep`` the call is refused (``window-busy``); with ``settle`` a visit being served
    is finished and a call that nobody answered becomes missed. Refuses ``nobody-waiting``, ``window-not-open``.
    """
    version = bump(session, plan.board)
    if key is not None and (row := do.KNOWN_CALL.first(session, hall=plan.id, key=key)):
        return Called(*row)
    steps.check_window(plan, window)
    before = do.AT_WINDOW.first(session, window=window.id)
    if before is not None and unfinished == "keep":
        raise Refused("window-busy")
    last = do.LAST_CAPPED.first(session, hall=plan.id)
    heads = do.HEADS.all(session, window=window.id, hall=plan.id, now=now)
    chosen = order.choose(
        heads, now=now, cap=plan.provisions["order.cap_minutes"], capped_last=bool(last and last.capped)
    )
    if chosen is None:
        raise Refused("nobody-waiting")
    if before is not None:
        steps.settle(session, plan, Standing(*before), version, now, by)
    first, capped = chosen
    ticket = Standing(*do.BY_ID.one(session, ticket=first.id))
    return steps.call(session, plan, window, ticket, CallKind.NEXT, version, now, by, key=key, capped=capped)


def call_chosen(
    session: Session,
    *,
    plan: HallPlan,
    window: WindowPlan,
    code: str,
    reason: str,
    now: datetime,
    by: str,
) -> Called:
    """Calls one particular waiting visitor out of turn; the reason goes into the journal.

    Refuses ``reason-needed``, ``unknown-code``, ``already-called``, ``window-busy``, ``window-not-open``.
    """
    if not reason.strip():
        raise Refused("reason-needed", 422)
    version = bump(session, plan.board)
    steps.check_window(plan, window)
    if do.AT_WINDOW.first(session, window=window.id) is not None:
        raise Refused("window-busy")
    ticket = steps.by_code(session, plan, code)
    steps.expect(ticket, State.WAITING, otherwise="already-called")
    return steps.call(session, plan, window, ticket, CallKind.CHOSEN, version, now, by, reason=reason.strip())


def recall(
    session: Session, *, plan: HallPlan, window: WindowPlan, now: datetime, by: str, ticket: str | None = None
) -> Called:
    """Calls the same visitor again: a new call, so it is shown first and sounds. Refuses ``nobody-called``, ``moved-on``."""
    version = bump(session, plan.board)
    current = steps.current(session, window, (State.CALLED,), ticket, "nobody-called")
    do.SET_ASIDE.run(session, ticket=current.id, aside=State.CALLED, seen=version)
    return steps.announce(session, plan, window, current, CallKind.RECALL, version, now, by)


def start(
    session: Session, *, plan: HallPlan, window: WindowPlan, now: datetime, by: str, ticket: str | None = None
) -> Standing:
    """The visitor is at the window. Again: nothing changes. Refuses ``nobody-called``, ``moved-on``."""
    version = bump(session, plan.board)
    current = steps.current(session, window, (State.CALLED, State.SERVING), ticket, "nobody-called")
    if current.state == State.CALLED:
        do.START.run(session, ticket=current.id, now=now, seen=version)
        steps.note(session, plan, "ticket-started", current.id, by, now, {"window": window.code})
    return steps.by_code(session, plan, current.code)


def finish(
    session: Session, *, plan: HallPlan, window: WindowPlan, now: datetime, by: str, ticket: str | None = None
) -> Standing:
    """The visit is over; lane and needs are forgotten. Refuses ``nobody-at-window``, ``moved-on``."""
    version = bump(session, plan.board)
    current = steps.current(session, window, (State.CALLED, State.SERVING), ticket, "nobody-at-window")
    steps.finish(session, plan, current, version, now, by)
    return steps.by_code(session, plan, current.code)


def miss(
    session: Session, *, plan: HallPlan, window: WindowPlan, now: datetime, by: str, ticket: str | None = None
) -> Standing:
    """The called visitor did not come; the ticket stays valid for coming back. Refuses ``nobody-called``, ``moved-on``."""
    version = bump(session, plan.board)
    current = steps.current(session, window, (State.CALLED,), ticket, "nobody-called")
    steps.miss(session, plan, current, version, now, by)
    return steps.by_code(session, plan, current.code)


def hold(
    session: Session, *, plan: HallPlan, window: WindowPlan, now: datetime, by: str, ticket: str | None = None
) -> Standing:
    """Sets the visit aside at this window, which may then call others. Refuses ``nobody-at-window``, ``moved-on``."""
    version = bump(session, plan.board)
    current = steps.current(session, window, (State.CALLED, State.SERVING), ticket, "nobody-at-window")
    do.SET_ASIDE.run(session, ticket=current.id, aside=State.ON_HOLD, seen=version)
    steps.note(session, plan, "ticket-held", current.id, by, now, {"window": window.code})
    return steps.by_code(session, plan, current.code)


def resume(session: Session, *, plan: HallPlan, window: WindowPlan, code: str, now: datetime, by: str) -> Standing:
    """Goes on with a visit on hold, at any window that is free. Refuses ``not-on-hold``, ``window-busy``."""
    version = bump(session, plan.board)
    if do.AT_WINDOW.first(session, window=window.id) is not None:
        raise Refused("window-busy")
    ticket = steps.by_code(session, plan, code)
    steps.expect(ticket, State.ON_HOLD, otherwise="not-on-hold")
    do.MOVE.run(session, ticket=ticket.id, at=window.id, since=ticket.started_at or now, seen=version)
    steps.note(session, plan, "ticket-resumed", ticket.id, by, now, {"window": window.code})
    return steps.by_code(session, plan, code)


def transfer(
    session: Session,
    *,
    plan: HallPlan,
    window: WindowPlan,
    service: str,
    now: datetime,
    by: str,
    ticket: str | None = None,
) -> Standing:
    """Sends the visitor on to another service, keeping number and arrival.

    Refuses ``unknown-service``, ``same-service``, ``nobody-at-window``, ``moved-on``.
    """
    version = bump(session, plan.board)
    current = steps.current(session, window, (State.CALLED, State.SERVING), ticket, "nobody-at-window")
    target = plan.service(service)
    if target.id == current.service_id:
        raise Refused("same-service")
    place = places.sent_on(plan, current, target.id, now)
    origin = plan.services_by_id[current.service_id].code
    places.put(session, current, version, place, service=target.id, origin=origin)
    steps.note(session, plan, "ticket-transferred", current.id, by, now, {"to": target.code, "window": window.code})
    return steps.by_code(session, plan, current.code)


def expire(session: Session, *, plan: HallPlan, now: datetime, by: str) -> int:
    """Ends tickets left over from long ago (``ticket.expires_hours``); returns how many."""
    oldest = now - timedelta(hours=plan.provisions["ticket.expires_hours"])
    left = [Standing(*row) for row in do.LEFT.all(session, hall=plan.id, oldest=oldest)]
    if not left:
        return 0
    version = bump(session, plan.board)
    for ticket in left:
        do.END.run(session, ticket=ticket.id, ending=State.EXPIRED, now=now, seen=version, at=ticket.window_id)
        steps.note(session, plan, "ticket-expired", ticket.id, by, now)
    return len(left)
