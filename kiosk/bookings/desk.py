"""Bookings for staff: booking, moving, cancelling and checking in for somebody at the desk or on the telephone, with how they
were recognised. Names and telephones are masked here as well."""

from typing import Annotated, Any
from uuid import UUID, uuid4

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, URLEncodedBody

from kiosk.bookings import actions as bookings
from kiosk.bookings import desk_day
from kiosk.bookings.actions import DESK, TELEPHONE, Held, Who, faults
from kiosk.bookings.arrival import check_in
from kiosk.bookings.ledger import LEDGER, Ledger, TheLedger
from kiosk.bookings.porch import by_day, chosen, moment, written
from kiosk.bookings.queries import Line, bookable_services, code_of, line, slots
from kiosk.desk.screens import GUIDES, SEERS, may_act
from kiosk.forecast.booked import offer
from shared.door import require
from shared.errors import Refused
from shared.refusals import N_

EVIDENCE = (N_("ID card seen"), N_("Called from the telephone on record"), N_("Name, telephone and time matched"))
Typed = Annotated[str, msgspec.Meta(max_length=254)]
One = FromPath[UUID]


class NewForm(msgspec.Struct):
    key: Typed = ""
    service: Typed = ""
    day: Typed = ""
    at: Typed = ""
    name: Typed = ""
    phone: Typed = ""
    mail: Typed = ""
    language: Typed = "zh-CN"
    source: Typed = DESK


class ChangeForm(msgspec.Struct):
    """``evidence``: how it is known that the booking is theirs."""

    at: Typed = ""
    evidence: Typed = ""


# A new one ------------------------------------------------------------------------------------------------------------


@get("/new", include_in_schema=False, guards=[require(*GUIDES)])
async def ask_new(room: TheLedger) -> Response[Any]:
    asked = room.request.query_params
    return await _new(room, NewForm(key=uuid4().hex, service=asked.get("service", ""), day=asked.get("day", "")))


@post("/new", include_in_schema=False, guards=[require(*GUIDES)])
async def add(room: TheLedger, data: URLEncodedBody[NewForm]) -> Response[Any]:
    """The same form twice is one booking."""
    language = data.language if data.language in ("zh-CN", "en") else "zh-CN"
    who = Who(name=data.name, phone=data.phone, mail=data.mail, language=language)
    try:
        if wrong := faults(who):
            raise Refused(next(iter(wrong.values())), 422)
        source, key = TELEPHONE if data.source == TELEPHONE else DESK, f"desk:{data.key[:40]}" if data.key else None
        made = await room.act(bookings.book, service=data.service, starts_at=moment(room.plan, data.at), who=who, source=source,
                              key=key, **room.means)
    except Refused as refusal:
        return await _new(room, data, refusal)
    assert not isinstance(made, Held)
    return room.go(f"/desk/bookings/{made.id}?kept=1")


# One of them ----------------------------------------------------------------------------------------------------------


@get("/{booking:uuid}", include_in_schema=False)
async def show_one(room: TheLedger, booking: One) -> Response[Any]:
    return await _one(room, booking)


@post("/{booking:uuid}/arrive", include_in_schema=False, guards=[require(*GUIDES)])
async def arrive(room: TheLedger, booking: One) -> Response[Any]:
    """Somebody with a booking is at the desk and gets the number."""
    try:
        found, picture = await _found(room, booking), await room.picture()
        promised = offer(picture, booking, found.service_id, found.starts_at, "", room.now)
        issued = await room.act(check_in, booking=booking, promised=promised)
    except Refused as refusal:
        return await _one(room, booking, refusal)
    return room.go(f"/desk/tickets/{issued.code}?new=1")


@post("/{booking:uuid}/move", include_in_schema=False, guards=[require(*GUIDES)])
async def move(room: TheLedger, booking: One, data: URLEncodedBody[ChangeForm]) -> Response[Any]:
    try:
        _check_evidence(data)
        await room.act(bookings.move, booking=booking, starts_at=moment(room.plan, data.at), source=DESK, reason=data.evidence,
                       **room.means)
    except Refused as refusal:
        return await _one(room, booking, refusal)
    return room.go(f"/desk/bookings/{booking}?kept=1")


@post("/{booking:uuid}/cancel", include_in_schema=False, guards=[require(*GUIDES)])
async def cancel(room: TheLedger, booking: One, data: URLEncodedBody[ChangeForm]) -> Response[Any]:
    try:
        _check_evidence(data)
        await room.act(bookings.cancel, booking=booking, source=DESK, reason=data.evidence, **room.means)
    except Refused as refusal:
        return await _one(room, booking, refusal)
    return room.go("/desk/bookings")


# Parts ----------------------------------------------------------------------------------------------------------------


def _check_evidence(data: ChangeForm) -> None:
    """Refuses ``recognition-needed``."""
    if data.evidence not in EVIDENCE:
        raise Refused("recognition-needed", 422)


async def _new(room: Ledger, form: NewForm, refusal: Refused | None = None) -> Response[Any]:
    """First the service, then day and time, then who."""
    services = await room.read(bookable_services, plan=room.plan, now=room.now)
    wanted = next((one for one in services if one.code == form.service), None)
    found = await room.read(slots, plan=room.plan, service=wanted, now=room.now, lead=0) if wanted else []
    days = by_day(room.plan, found)
    return room.page(
        "booking/desk_new.html", status=refusal.status if refusal else 200, refusal=refusal, services=services, wanted=wanted,
        days=days, shown=chosen(days, form.day), form=form, written=written,
    )


async def _one(room: Ledger, booking: UUID, refusal: Refused | None = None) -> Response[Any]:
    found = await _found(room, booking)
    service = room.plan.services_by_id[found.service_id]
    days = by_day(room.plan, await room.read(slots, plan=room.plan, service=service, now=room.now, lead=0))
    asked = room.request.query_params.get("day") or room.plan.today(found.starts_at).isoformat()
    code = await room.read(code_of, booking=booking, sealing=room.means["sealing"]) if may_act(room.identity) else ""
    return room.page(
        "booking/desk_one.html", status=refusal.status if refusal else 200, refusal=refusal, one=found, service=service,
        days=days, shown=chosen(days, asked), written=written, evidence=EVIDENCE, acts=may_act(room.identity), code=code,
        is_today=room.plan.today(found.starts_at) == room.plan.today(room.now),
    )


async def _found(room: Ledger, booking: UUID) -> Line:
    """Refuses ``not-found``."""
    found = await room.read(line, plan=room.plan, booking=booking, sealing=room.means["sealing"])
    if found is None:
        raise Refused("not-found", 404)
    return found


handlers = [
    Router("/desk/bookings", route_handlers=[*desk_day.handlers, ask_new, add, show_one, arrive, move, cancel],
           guards=[require(*SEERS)], dependencies=LEDGER)
]
