"""Booking a time, for anybody with a telephone and no account: service, day and time, name; then one's own page behind a code,
with its changes. Looking never changes anything; forms may be sent twice."""

from functools import lru_cache
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, URLEncodedBody

from kiosk.bookings import actions as bookings
from kiosk.bookings.actions import WEB, Held, Who, faults, lead_of
from kiosk.bookings.porch import PORCH, Porch, ThePorch, chosen, moment, written
from kiosk.bookings.queries import Own, bookable_services, own, slot_at
from kiosk.bookings.rules import nearest
from kiosk.bookings.tables import BookingState
from shared import codes, words
from shared.errors import Refused, Unavailable
from shared.refusals import advice, sentence

Code = FromPath[str]
Typed = Annotated[str, msgspec.Meta(max_length=254)]
NEAR = 6


class BookForm(msgspec.Struct):
    key: Typed = ""
    name: Typed = ""
    phone: Typed = ""
    mail: Typed = ""


class TimeForm(msgspec.Struct):
    at: Typed = ""


# Booking --------------------------------------------------------------------------------------------------------------


@get("/book", include_in_schema=False, dependencies=PORCH)
async def services(porch: ThePorch) -> Response[str]:
    """What for?"""
    found = await porch.read(bookable_services, plan=porch.plan, now=porch.now)
    return porch.page("services", here="/book", services=found)


@get("/book/cancelled", include_in_schema=False, dependencies=PORCH)
async def cancelled(porch: ThePorch) -> Response[str]:
    return porch.page("cancelled", here="/book/cancelled")


@get("/book/{service:str}", include_in_schema=False, dependencies=PORCH)
async def times(porch: ThePorch, service: FromPath[str]) -> Response[str]:
    """When? The days with free times, and the times of one of them."""
    wanted = porch.plan.service(service)
    days = await porch.days(wanted)
    return porch.page("times", here=f"/book/{service}", service=wanted, days=days, written=written,
                      shown=chosen(days, porch.request.query_params.get("day", "")))


@get("/book/{service:str}/{at:str}", include_in_schema=False, dependencies=PORCH)
async def ask(porch: ThePorch, service: FromPath[str], at: FromPath[str]) -> Response[str]:
    return await _form(porch, service, at, BookForm(key=codes.new_code()))


@post("/book/{service:str}/{at:str}", include_in_schema=False, dependencies=PORCH)
async def book(porch: ThePorch, service: FromPath[str], at: FromPath[str], data: URLEncodedBody[BookForm]) -> Response[Any]:
    who = Who(name=data.name, phone=data.phone, mail=data.mail, language=porch.language)
    if wrong := faults(who):
        return await _form(porch, service, at, data, wrong=wrong)
    try:
        made = await porch.act(bookings.book, service=service, starts_at=moment(porch.plan, at), who=who, key=data.key or None)
    except Unavailable:
        raise
    except Refused as refusal:
        return await _form(porch, service, at, data, refusal=refusal)
    if isinstance(made, Held):
        return await _form(porch, service, at, data, refusal=Refused("booking-held", 429, minutes=made.minutes))
    return porch.go(f"/b/{made.code}?new=1")


# One's own booking ----------------------------------------------------------------------------------------------------


@get("/b/{code:str}", include_in_schema=False, dependencies=PORCH)
async def mine(porch: ThePorch, code: Code) -> Response[Any]:
    """Once the holder has come, the number in the queue is what counts."""
    one = await _own(porch, code)
    if one.state == BookingState.CHECKED_IN:
        return porch.go(f"/t/{one.ticket}")
    return _page(porch, one, "own")


@get("/b/{code:str}/change", include_in_schema=False, dependencies=PORCH)
async def ask_change(porch: ThePorch, code: Code) -> Response[Any]:
    one = await _own(porch, code)
    return await _times(porch, one) if _can_change(porch, one) else porch.go(f"/b/{one.code}")


@post("/b/{code:str}/change", include_in_schema=False, dependencies=PORCH)
async def change(porch: ThePorch, code: Code, data: URLEncodedBody[TimeForm]) -> Response[Any]:
    one = await _own(porch, code)
    try:
        await porch.act(bookings.move, booking=one.id, starts_at=moment(porch.plan, data.at))
    except Unavailable:
        raise
    except Refused as refusal:
        return await _times(porch, one, refusal)
    return porch.go(f"/b/{one.code}?moved=1")


@get("/b/{code:str}/cancel", include_in_schema=False, dependencies=PORCH)
async def ask_cancel(porch: ThePorch, code: Code) -> Response[Any]:
    """Asks once more, on a page of its own: works without script, and nothing is lost by a slip of the thumb."""
    one = await _own(porch, code)
    return _page(porch, one, "cancel") if _is_open(porch, one) else porch.go(f"/b/{one.code}")


@post("/b/{code:str}/cancel", include_in_schema=False, dependencies=PORCH)
async def cancel(porch: ThePorch, code: Code) -> Response[Any]:
    one = await _own(porch, code)
    try:
        await porch.act(bookings.cancel, booking=one.id)
    except Unavailable:
        raise
    except Refused as refusal:
        return _page(porch, one, "own", refusal=refusal)
    return porch.go("/book/cancelled")


# Parts ----------------------------------------------------------------------------------------------------------------


async def _own(porch: Porch, code: str) -> Own:
    """Refuses ``unknown-code``, in the words of every code that opens nothing. The page is of the booking's hall from here on."""
    one = await porch.read(own, code=code, sealing=porch.vault)
    if one is None:
        raise Refused("unknown-code", 404)
    porch.plan = porch.pictures.now_seen(one.hall_id).plan
    return one


def _is_open(porch: Porch, one: Own) -> bool:
    return one.state == BookingState.CONFIRMED and one.starts_at > porch.now


def _can_change(porch: Porch, one: Own) -> bool:
    return _is_open(porch, one) and one.changes < porch.plan.provisions["booking.changes"]


def _page(porch: Porch, one: Own, template: str, refusal: Refused | None = None) -> Response[str]:
    title, asked = words.translator(porch.language)("Code for the kiosk"), porch.request.query_params
    tail = {"own": "", "cancel": "/cancel"}[template]
    return porch.page(
        template, here=f"/b/{one.code}{tail}", refusal=refusal, own=one, service=porch.plan.services_by_id[one.service_id],
        qr=_qr(f"{porch.settings.public_url}/c/{one.code}", title), spelled=codes.spell(one.code),
        may_cancel=_is_open(porch, one), may_change=_can_change(porch, one), fresh="new" in asked, moved="moved" in asked,
    )


async def _times(porch: Porch, one: Own, refusal: Refused | None = None) -> Response[str]:
    service = porch.plan.services_by_id[one.service_id]
    days = await porch.days(service)
    asked = porch.request.query_params.get("day") or porch.plan.today(one.starts_at).isoformat()
    return porch.page("change", here=f"/b/{one.code}/change", refusal=refusal, own=one, service=service, days=days,
                      shown=chosen(days, asked), written=written)


async def _form(
    porch: Porch, service: str, at: str, form: BookForm, *, wrong: dict[str, str] | None = None, refusal: Refused | None = None
) -> Response[str]:
    """The form, with everything kept that was typed. Where the time has gone, the free ones next to it."""
    wanted, starts_at = porch.plan.service(service), moment(porch.plan, at)
    slot = await porch.read(slot_at, plan=porch.plan, service=wanted, starts_at=starts_at, now=porch.now,
                            lead=lead_of(porch.plan, WEB))
    gone = slot is None or not slot.left
    if gone and refusal is None and not wrong:
        refusal = Refused("slot-gone", 409)
    between = "" if porch.language == words.CHINESE else " "
    told = {name: between.join((sentence(code, porch.language), advice(code, porch.language)))
            for name, code in (wrong or {}).items()}
    free = [one.starts_at for day in await porch.days(wanted) for one in (*day.morning, *day.afternoon)] if gone else []
    return porch.page("form", here=f"/book/{service}/{at}", refusal=refusal, status=422 if wrong else 200, service=wanted, at=at,
                      starts_at=starts_at, form=form, wrong=told, near=nearest(free, starts_at, NEAR), written=written)


@lru_cache(64)
def _qr(url: str, title: str) -> str:
    return codes.qr_svg(url, title=title)


handlers = [services, cancelled, times, ask, book, mine, ask_change, change, ask_cancel, cancel]
