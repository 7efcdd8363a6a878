"""The first page of all, and the kiosk: two touches to a ticket, both languages on the first screen.

Help, codes and bookings are in `kiosk.enquiries`; what a page is given is prepared by `kiosk.booth`.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from kiosk.booth import booked, enquiries, holding, invited, needs, still_screens
from kiosk.booth.another_day import first_free
from kiosk.booth.booth import BOOTH, Booth, Page, TheBooth
from kiosk.booth.matters import best_lane, matters
from kiosk.booth.sorry import failed, sorry
from kiosk.contingent import full_today, has_limits
from kiosk.explained import screens as order_screens
from kiosk.hours import week_words
from kiosk.offline import screens as block_screens
from kiosk.picture import Standing, ThePictures
from kiosk.slips import actions as slips
from kiosk.voice import speech
from shared import codes, words
from shared.errors import Refused, Unavailable
from shared.given import ThePages
from shared.pages import language_of
from shared.refusals import advice, sentence

KEY_MOST = 64


class ModeForm(msgspec.Struct):
    mode: str = ""
    back: str = ""


# The first page of all ------------------------------------------------------------------------------------------------


@get("/", include_in_schema=False)
async def first_page(request: Page, pages: ThePages, pictures: ThePictures) -> Response[str]:
    """Who are you? Visitors to the kiosk or to their own ticket, staff to their place."""
    plan = pictures.now_seen(pictures.hall_id(request.query_params.get("hall"))).plan
    return pages.answer(request, "start.html", plan=plan, typed="", title="")


@post("/", include_in_schema=False, status_code=303)
async def open_code(
    request: Page, data: URLEncodedBody[enquiries.CodeForm], pages: ThePages, pictures: ThePictures
) -> Response[Any]:
    """A code typed on the first page leads where its QR would lead."""
    code = codes.normalise(data.text[: enquiries.TYPED_MOST])
    if code is not None:
        return Redirect(f"/c/{code}", status_code=303)
    plan = pictures.now_seen(pictures.hall_id(request.query_params.get("hall"))).plan
    language = language_of(request, pages.settings.locale)
    return pages.answer(request, "start.html", status=422, plan=plan, typed=data.text[:40],
                        title=sentence("unknown-code", language), advice=advice("unknown-code", language))


# The kiosk ------------------------------------------------------------------------------------------------------------


@get("/", include_in_schema=False)
async def start(booth: TheBooth) -> Response[str]:
    if booth.fault:
        raise Unavailable(booth.fault)
    if not booth.plan.is_open(booth.now):
        return _closed_page(booth)
    offered = [one for one in matters(booth.picture, booth.now, frozenset()) if one.state == "open"]
    span = min(((one.low, one.high) for one in offered), default=(0, 0), key=lambda one: one[1])
    return booth.answer("kiosk/start.html", span=span, people=sum(one.people for one in offered))


@get("/matter", include_in_schema=False)
async def matter(booth: TheBooth) -> Response[str]:
    if not booth.plan.is_open(booth.now):
        return _closed_page(booth)
    return await _matter_page(booth)


@post("/tickets", include_in_schema=False, status_code=303)
async def take(request: Page, booth: TheBooth) -> Response[Any]:
    """The second touch. The same form sent twice gives the same ticket."""
    form = await request.form()
    quietly = str(form.get("quietly", ""))
    service, key = quietly or str(form.get("service", "")), str(form.get("key", ""))[:KEY_MOST]
    lanes = [str(one) for one in form.getall("lane", [])]
    wanted = needs.known([str(one) for one in form.getall("need", [])])
    lane = best_lane(booth.plan, service, lanes)
    promise = {} if quietly else {"promised": booth.picture.promise(service, lane, booth.now)}
    act: Callable[..., Any] = slips.take_discreet if quietly else slips.take_number
    try:
        issued = await booth.act(
            act, service=service, lane=lane, needs=wanted,
            language=booth.language, device=booth.identity.id if booth.is_device else None,
            key=f"kiosk:{key}" if key else None, **promise,
        )
    except Unavailable:
        raise
    except Refused as no:
        return await _matter_page(booth, no, key=key, lanes=lanes, wanted=wanted)
    request.app.state["printing"].wake()
    return booth.go(f"/kiosk/tickets/{issued.code}", new="1")


@get("/tickets/{code:str}", include_in_schema=False)
async def ticket(request: Page, code: FromPath[str], booth: TheBooth) -> Response[str]:
    """A visitor's number: just taken (``?new=1``), looked at again, or brought back after a missed call (``?back=1``)."""
    held = await holding.held(booth, code)
    paper = await _paper_state(booth, held.ticket) if "new" in request.query_params else ""
    return booth.answer(
        "kiosk/ticket.html", may_say=held.may_say(booth), paper=paper, is_back="back" in request.query_params,
        url=_url(booth, code), qr=_qr(_url(booth, code), _title(booth)), **held.told,
    )


@get("/tickets/{code:str}/paper", include_in_schema=False)
async def paper(code: FromPath[str], booth: TheBooth) -> Response[str]:
    """The slip as a page for 80 mm paper."""
    held = await holding.held(booth, code)
    return booth.answer("kiosk/paper.html", url=_url(booth, code), qr=_qr(_url(booth, code), _title(booth)), **held.told)


@post("/modes", include_in_schema=False, status_code=303)
async def change_mode(data: URLEncodedBody[ModeForm], booth: TheBooth) -> Redirect:
    """Large type, strong contrast, low reach, voice, or the language: at once, and only for this visit."""
    if data.mode in words.LANGUAGES:
        return booth.back(data.back, booth.language_cookie(data.mode))
    return booth.back(data.back, booth.modes_cookie(booth.modes.toggled(data.mode)))


@get("/end", include_in_schema=False)
async def end(booth: TheBooth) -> Redirect:
    """Nothing of the visit is left."""
    return booth.go("/kiosk", cookies=booth.wiped())


# Parts ----------------------------------------------------------------------------------------------------------------


async def _matter_page(
    booth: Booth, problem: Refused | None = None, key: str = "", lanes: list[str] | None = None,
    wanted: list[str] | None = None,
) -> Response[str]:
    full = await booth.read(full_today, plan=booth.plan, now=booth.now) if has_limits(booth.plan) else frozenset()
    offered = matters(booth.picture, booth.now, full)
    late = [one.service for one in offered if one.state == "late"]
    return booth.answer(
        "kiosk/matter.html", status=problem.status if problem else 200, here=booth.to("/kiosk/matter"),
        matters=offered, free=await booth.read(first_free, plan=booth.plan, services=late, now=booth.now) if late else {},
        quietly=await holding.offered_quietly(booth), needs=needs.NEEDS, key=key or codes.new_code(), lanes=lanes or [],
        wanted=wanted or [], title=sentence(problem.code, booth.language, **problem.detail) if problem else "",
        advice=advice(problem.code, booth.language, **problem.detail) if problem else "",
    )


def _closed_page(booth: Booth) -> Response[str]:
    return booth.answer("kiosk/closed.html", week=week_words(booth.plan, booth.language))


async def _paper_state(booth: Booth, standing: Standing) -> str:
    """What the page says of the slip: a state of `Slip`, ``browser``, or ``none``; ``late`` when it takes too long."""
    view = await booth.read(slips.slip_view, ticket=standing.id)
    if view is None:
        device = booth.identity.id if booth.is_device else None
        return "browser" if await booth.read(slips.printer_kind, device=device) == "browser" else "none"
    is_late = view.state in ("queued", "sent") and (booth.now - view.made_at).total_seconds() > slips.PATIENCE_SECONDS
    return "late" if is_late else view.state


def _url(booth: Booth, code: str) -> str:
    return f"{booth.settings.public_url}/c/{code}"


def _title(booth: Booth) -> str:
    return words.translator(booth.language)("Scan to see your place on your phone")


@lru_cache(64)
def _qr(url: str, title: str) -> str:
    return codes.qr_svg(url, title=title)


kiosk = Router(
    "/kiosk", dependencies=BOOTH, exception_handlers={Refused: sorry, Exception: failed},
    route_handlers=[
        start, matter, take, ticket, paper, change_mode, end, speech.hear, *enquiries.handlers, *holding.handlers,
        *still_screens.handlers, *booked.handlers, *invited.handlers, *order_screens.kiosk_handlers,
        *block_screens.handlers,
    ],
)
handlers: list[Any] = [first_page, open_code, kiosk]
