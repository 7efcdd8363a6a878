"""A visitor's own phone: the place in the queue, "I need more time", "I am here again", cancel, and what to bring.

Plain forms that may be sent twice; sockets only make the page live. The one address of all codes is in `codes_page`.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from kiosk import actions
from kiosk.discreet import actions as discreet
from kiosk.discreet.phone import visit_apart
from kiosk.discreet.queries import Apart, holders
from kiosk.picture import Picture, Pictures, Standing, ThePictures
from kiosk.queries import hall_of_code, past_ticket
from kiosk.still import say_still_waiting
from kiosk.tables import State
from kiosk.visit import Visit, longest_head_start, visit_of
from kiosk.window.acknowledge import perceived
from shared import codes
from shared.database import Database
from shared.errors import Refused, Unavailable
from shared.frame import in_language, said
from shared.given import TheDatabase, ThePages
from shared.identity import VISITOR
from shared.pages import Pages, language_of

Page = Request[Any, Any, Any]
Code = FromPath[str]
# What a holder may do about a discreet visit, by what may be done about any other.
APART: dict[Any, Any] = {actions.cancel: discreet.cancel, actions.come_back: discreet.come_back,
                         perceived: discreet.perceived}


class MoreTimeForm(msgspec.Struct):
    """``times``: how often more time had been asked for when the page was drawn, so that one press counts once."""

    times: str = ""


class Guest:
    """One request for a ticket: whose it is, in which hall, in which language."""

    def __init__(
        self, request: Page, db: Database, pages: Pages, picture: Picture, ticket: Standing, apart: Apart | None = None
    ) -> None:
        self.request, self.db, self.pages = request, db, pages
        self.picture, self.ticket, self.apart = picture, ticket, apart
        self.language = language_of(request, ticket.language)
        self.now = datetime.now(UTC)

    @property
    def visit(self) -> Visit:
        return visit_apart(self.picture, self.apart, self.now) if self.apart else visit_of(self.picture, self.ticket, self.now)

    async def act(self, action: Any, **more: Any) -> None:
        if self.apart:
            if action not in APART:
                raise Refused("not-found", 404)
            action = APART[action]
        await self.db.write(action, plan=self.picture.plan, code=self.ticket.code, now=self.now, by=VISITOR.by, **more)

    def answer(self, template: str, *, here: str = "", refusal: Refused | None = None) -> Response[str]:
        """The page; after a refusal with what was refused on top, and the refusal's status."""
        return in_language(
            self.request, self.pages, template, self.language, here=here or f"/t/{self.ticket.code}",
            status=refusal.status if refusal else 200, now=self.now, plan=self.picture.plan, visit=self.visit,
            refusal=said(refusal, self.language), head_start=longest_head_start(self.picture.plan), push=self.push_key,
        )

    @property
    def push_key(self) -> str:
        """By which this phone would know that a call is ours; empty where none can be rung."""
        from kiosk.push.message import public_key

        return "" if self.apart else public_key(self.pages.settings, self.request.app.state.vault)

    def back(self) -> Redirect:
        return Redirect(f"/t/{self.ticket.code}", status_code=303)


@get("/t/{code:str}", include_in_schema=False)
async def ticket(request: Page, code: Code, db: TheDatabase, pages: ThePages, pictures: ThePictures) -> Response[Any]:
    plain = codes.normalise(code)
    if plain is not None and plain != code:
        return Redirect(f"/t/{plain}", status_code=303)
    return (await guest_of(request, code, db, pages, pictures)).answer("phone/ticket.html")


@get("/t/{code:str}/cancel", include_in_schema=False)
async def ask_cancel(request: Page, code: Code, db: TheDatabase, pages: ThePages, pictures: ThePictures) -> Response[Any]:
    """Asks once more, on a page of its own: works without script, and nothing is lost by a slip of the thumb."""
    guest = await guest_of(request, code, db, pages, pictures)
    return guest.answer("phone/cancel.html", here=f"/t/{code}/cancel") if guest.visit.can_cancel else guest.back()


@post("/t/{code:str}/cancel", include_in_schema=False)
async def cancel(request: Page, code: Code, db: TheDatabase, pages: ThePages, pictures: ThePictures) -> Response[Any]:
    return await _done(await guest_of(request, code, db, pages, pictures), actions.cancel, pictures)


@post("/t/{code:str}/more-time", include_in_schema=False)
async def more_time(
    request: Page, code: Code, data: URLEncodedBody[MoreTimeForm], db: TheDatabase, pages: ThePages, pictures: ThePictures
) -> Response[Any]:
    guest = await guest_of(request, code, db, pages, pictures)
    if data.times.isdecimal() and int(data.times) < guest.ticket.deferrals and guest.ticket.state == State.WAITING:
        return guest.back()
    return await _done(guest, actions.defer, pictures)


@post("/t/{code:str}/back", include_in_schema=False)
async def come_back(request: Page, code: Code, db: TheDatabase, pages: ThePages, pictures: ThePictures) -> Response[Any]:
    return await _done(await guest_of(request, code, db, pages, pictures), actions.come_back, pictures)


@post("/t/{code:str}/still", include_in_schema=False)
async def still_waiting(request: Page, code: Code, db: TheDatabase, pages: ThePages, pictures: ThePictures) -> Response[Any]:
    """ "I am still waiting": staff have a task at once. A discreet visit has its own people."""
    guest = await guest_of(request, code, db, pages, pictures)
    return guest.back() if guest.apart else await _done(guest, say_still_waiting, pictures)


@post("/t/{code:str}/coming", include_in_schema=False)
async def coming(request: Page, code: Code, db: TheDatabase, pages: ThePages, pictures: ThePictures) -> Response[Any]:
    """ "I am coming": the window knows, and the call is not repeated."""
    guest = await guest_of(request, code, db, pages, pictures)
    await guest.act(perceived, coming=True)
    return guest.back()


@post("/t/{code:str}/delivered", include_in_schema=False, status_code=204)
async def delivered(request: Page, code: Code, db: TheDatabase, pages: ThePages, pictures: ThePictures) -> None:
    """The page says that it shows the call: the window sees that it has arrived."""
    await (await guest_of(request, code, db, pages, pictures)).act(perceived, coming=False)


async def hall_of(db: Database, code: str) -> UUID | None:
    """The hall that gave the ticket, None for an unknown code."""
    return await db.read(hall_of_code, code=code)


async def draw(pages: Pages, db: Database, picture: Picture, code: str, language: str, now: datetime) -> str:
    """What the socket sends: the part of the page that changes. Nothing for a code that is not of this hall."""
    picture.forecast.look(picture, now)
    standing = picture.by_code.get(code) or await db.read(past_ticket, hall=picture.plan.id, code=code)
    if standing is None:
        apart = await db.read(holders, hall=picture.plan.id, code=code)
        return _drawn(pages, visit_apart(picture, apart, now), language) if apart else ""
    return _drawn(pages, visit_of(picture, standing, now), language)


@lru_cache(2048)
def _drawn(pages: Pages, visit: Visit, language: str) -> str:
    """Most changes of the hall change nothing for most visitors: the same visit is drawn once."""
    return pages.render("phone/_place.html", language, visit=visit, refusal=None)


# Parts ----------------------------------------------------------------------------------------------------------------


async def guest_of(request: Page, code: str, db: Database, pages: Pages, pictures: Pictures) -> Guest:
    """Refuses ``unknown-code``, in the words of every code that opens nothing."""
    hall = await hall_of(db, code)
    if hall is None:
        raise Refused("unknown-code", 404)
    picture = await pictures.fresh(hall)
    picture.forecast.look(picture, datetime.now(UTC))
    standing = picture.by_code.get(code) or await db.read(past_ticket, hall=hall, code=code)
    if standing is None:
        apart = await db.read(holders, hall=hall, code=code)
        if apart is None:
            raise Refused("unknown-code", 404)
        return Guest(request, db, pages, picture, apart.standing, apart)
    return Guest(request, db, pages, picture, standing)


async def _done(guest: Guest, action: Any, pictures: Pictures) -> Response[Any]:
    """Does it and goes back to the page; what is refused is said on the page as it stands now."""
    try:
        await guest.act(action)
    except Unavailable:
        raise
    except Refused as refusal:
        guest = await guest_of(guest.request, guest.ticket.code, guest.db, guest.pages, pictures)
        return guest.answer("phone/ticket.html", refusal=refusal)
    return guest.back()


handlers = [ticket, ask_cancel, cancel, more_time, come_back, still_waiting, coming, delivered]
