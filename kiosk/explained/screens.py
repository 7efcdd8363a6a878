"""The order, explained: how it works, for everybody; who was called before somebody and why, for who waits and for staff who
answer a complaint. It never tells who somebody was."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.params import FromPath, URLEncodedBody

from kiosk import order
from kiosk.booth.booth import TheBooth
from kiosk.desk.screens import SEERS
from kiosk.explained.queries import Facts, explained
from kiosk.explained.words import overtaken, sentences, summary
from kiosk.guests import guest_of
from kiosk.order import Terms
from kiosk.picture import Picture, Standing, ThePictures
from kiosk.plan import HallPlan
from kiosk.queries import past_ticket
from kiosk.staffroom import STAFFROOM, Staffroom, TheStaffroom
from kiosk.steps import note
from shared.door import require
from shared.errors import Refused
from shared.frame import in_language
from shared.given import TheDatabase, ThePages
from shared.pages import language_of

Code = FromPath[str]
Short = Annotated[str, msgspec.Meta(max_length=200)]
PARTS = ((0, 1), (2,), (9, 3), (4, 5, 6), (7, 8))  # what of the rules stands on one page of the kiosk; where there is less room:
SPARE_PARTS = ((0,), (1,), (2,), (9,), (3,), (4,), (5,), (6,), (7,), (8,))


class Export(msgspec.Struct):
    """What the explanation is for, and in which form: a page to print, or data."""

    reason: Short = ""
    form: Annotated[str, msgspec.Meta(pattern="^(page|json)$")] = "page"


class Told(msgspec.Struct, frozen=True):
    """The order explained in words, in one language."""

    number: str
    since: str
    until: str
    called: bool
    before: int
    summary: str
    overtaken: str
    reasons: list[str]
    facts: Facts


def told_of(plan: HallPlan, ticket: Standing, facts: Facts, language: str) -> Told:
    since, until = (moment.astimezone(plan.zone).isoformat(timespec="seconds") for moment in (facts.since, facts.until))
    return Told(ticket.number, since, until, facts.called, facts.explanation.before, summary(facts, language),
                overtaken(facts, language), sentences(facts, plan.zone, language), facts)


def rules_of(picture: Picture) -> dict[str, Any]:
    """The office's own numbers behind the order, for the page that says how it works."""
    plan, terms, kept = picture.plan, Terms.of(picture.plan.provisions), picture.forecast.kept
    most = order.largest_head_start((lane.head_start for lane in plan.lanes), terms)
    skills = {service.skill: service for service in reversed(plan.services)}
    return {"terms": terms, "most": most, "bound": skills, "kept": kept.said}


# Everybody ------------------------------------------------------------------------------------------------------------


@get("/order", include_in_schema=False)
async def how_it_works(request: Request[Any, Any, Any], pages: ThePages, pictures: ThePictures) -> Response[str]:
    """How the order is made, with this office's numbers."""
    picture = pictures.now_seen(pictures.hall_id(request.query_params.get("hall")))
    return in_language(request, pages, "order/public.html", language_of(request, pages.settings.locale), here="/order",
                       plan=picture.plan, **rules_of(picture))


@get("/t/{code:str}/order", include_in_schema=False)
async def own_order(request: Request[Any, Any, Any], code: Code, db: TheDatabase, pages: ThePages,
                    pictures: ThePictures) -> Response[Any]:
    """Who went before me?"""
    guest = await guest_of(request, code, db, pages, pictures)
    if guest.apart:
        return guest.back()
    plan = guest.picture.plan
    facts = await db.read(explained, plan=plan, ticket=guest.ticket, now=guest.now)
    return in_language(request, pages, "order/phone.html", guest.language, here=f"/t/{code}/order", now=guest.now, plan=plan,
                       visit=guest.visit, told=told_of(plan, guest.ticket, facts, guest.language), facts=facts,
                       **rules_of(guest.picture))


@get("/order", include_in_schema=False)
async def at_the_kiosk(booth: TheBooth) -> Response[str]:
    """The same in steps, so that no page of it has to be scrolled."""
    parts = SPARE_PARTS if booth.modes.spare else PARTS
    asked = booth.request.query_params.get("step", "")
    step = min(int(asked), len(parts) - 1) if asked.isdecimal() and len(asked) < 3 else 0
    return booth.answer("order/kiosk.html", told=None, step=step, steps=len(parts), part=parts[step],
                        **rules_of(booth.picture))


@get("/tickets/{code:str}/order", include_in_schema=False)
async def own_order_at_the_kiosk(code: Code, booth: TheBooth) -> Response[str]:
    """Whoever scans the slip asks here."""
    standing = booth.picture.by_code.get(code)
    if standing is None:
        raise Refused("unknown-code", 404)
    facts = await booth.read(explained, plan=booth.plan, ticket=standing, now=booth.now)
    return booth.answer("order/kiosk.html", told=told_of(booth.plan, standing, facts, booth.language), code=code, facts=facts,
                        **rules_of(booth.picture))


# Staff ----------------------------------------------------------------------------------------------------------------


@get("/tickets/{code:str}/order", include_in_schema=False)
async def for_staff(code: Code, room: TheStaffroom) -> Response[Any]:
    return await _staff_page(room, code)


@post("/tickets/{code:str}/order", include_in_schema=False)
async def export(code: Code, room: TheStaffroom, data: URLEncodedBody[Export]) -> Response[Any]:
    """The answer to a complaint, to print or as data; the journal keeps that it was given and why."""
    if not data.reason.strip():
        return await _staff_page(room, code, Refused("reason-needed", 422))
    ticket = await _ticket(room, code)
    facts = await room.act(explain_officially, ticket=ticket, reason=data.reason.strip(), form=data.form)
    told = told_of(room.plan, ticket, facts, room.language)
    if data.form == "json":
        headers = {"content-disposition": f'attachment; filename="order-{ticket.number}.json"', "cache-control": "no-store"}
        return Response(msgspec.json.encode(told), media_type="application/json", headers=headers)
    return room.page("order/paper.html", ticket=ticket, told=told, facts=facts, reason=data.reason.strip(),
                     **rules_of(await room.picture()))


def explain_officially(session: Any, *, plan: HallPlan, ticket: Standing, reason: str, form: str, now: Any, by: str) -> Facts:
    """`explained`, given out as an answer: with a line of the journal."""
    facts = explained(session, plan=plan, ticket=ticket, now=now)
    note(session, plan, "order-explained", ticket.id, by, now, {"as": form, "before": facts.explanation.before}, reason)
    return facts


async def _staff_page(room: Staffroom, code: str, refusal: Refused | None = None) -> Response[Any]:
    ticket = await _ticket(room, code)
    facts = await room.read(explained, plan=room.plan, ticket=ticket, now=room.now)
    return room.page("order/desk.html", status=refusal.status if refusal else 200, refusal=refusal, ticket=ticket, facts=facts,
                     told=told_of(room.plan, ticket, facts, room.language))


async def _ticket(room: Staffroom, code: str) -> Standing:
    """Refuses ``unknown-code``."""
    picture = await room.picture()
    ticket = picture.by_code.get(code) or await room.read(past_ticket, hall=room.hall, code=code)
    if ticket is None:
        raise Refused("unknown-code", 404)
    return ticket


kiosk_handlers: list[Any] = [at_the_kiosk, own_order_at_the_kiosk]
handlers: list[Any] = [
    how_it_works, own_order,
    Router("/desk", route_handlers=[for_staff, export], guards=[require(*SEERS)], dependencies=STAFFROOM),
]
