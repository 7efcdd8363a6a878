"""At the kiosk, what its holder sees of a number: where it stands, discreet or not, and the one touch that chooses how to be
called."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from kiosk.booth.booth import Booth, TheBooth
from kiosk.discreet.queries import holders, neutral, rule_of
from kiosk.picture import Picture, Standing
from kiosk.place import UNSAID
from kiosk.plan import ServicePlan, WindowPlan
from kiosk.still import may_say
from kiosk.tables import State
from kiosk.visit import visit_of
from kiosk.window import calling
from shared.errors import Refused


class Held(msgspec.Struct, frozen=True):
    """A visitor's number: people ahead and minutes while waiting, the window (or room) when called. ``quiet``: a discreet one;
    ``later``: why the wait is longer than was said, or may end after closing."""

    ticket: Standing
    service: ServicePlan
    people: int
    low: int
    high: int
    window: WindowPlan | None
    quiet: bool
    later: str = ""

    @property
    def told(self) -> dict[str, Any]:
        """What the templates ask for."""
        return {**msgspec.structs.asdict(self), "ways": calling.WAYS}

    def may_say(self, booth: Booth) -> bool:
        """Whether "I am still waiting" may be said (again)."""
        return not self.quiet and may_say(self.ticket.asked_at, booth.plan, booth.now)


async def held(booth: Booth, code: str) -> Held:
    """Refuses ``unknown-code``."""
    picture = booth.picture
    standing = picture.by_code.get(code)
    return _plain(picture, standing, booth) if standing else await _apart(booth, code)


def _plain(picture: Picture, standing: Standing, booth: Booth) -> Held:
    window = picture.plan.windows_by_id.get(standing.window_id) if standing.window_id else None
    waits = standing.state == State.WAITING
    visit = visit_of(picture, standing, booth.now)
    service = picture.plan.services_by_id[standing.service_id]
    later = visit.longer(booth.language) or visit.before_closing(booth.language)
    return Held(standing, service, picture.ahead(standing) if waits else 0, visit.low, visit.high, window, False, later)


async def _apart(booth: Booth, code: str) -> Held:
    one = await booth.read(holders, hall=booth.hall, code=code)
    if one is None or one.state in (State.DONE, State.CANCELLED, State.EXPIRED):
        raise Refused("unknown-code", 404)
    low, high = UNSAID
    return Held(one.standing, neutral(booth.plan.services_by_id[one.service_id]), one.ahead, low, high, one.room, True)


class WayForm(msgspec.Struct):
    way: str = ""


@get("/tickets/{code:str}/way", include_in_schema=False)
async def ask_way(code: FromPath[str], booth: TheBooth) -> Response[str]:
    """The four ways, each with what it means."""
    one = await held(booth, code)
    if one.quiet:
        raise Refused("unknown-code", 404)
    return booth.answer("kiosk/way.html", is_new="new" in booth.request.query_params, **one.told)


@get("/tickets/{code:str}/bring", include_in_schema=False)
async def show_bring(code: FromPath[str], booth: TheBooth) -> Response[str]:
    """What to have ready, where the number's page has no room for it."""
    return booth.answer("kiosk/bring.html", **(await held(booth, code)).told)


@post("/tickets/{code:str}/way", include_in_schema=False, status_code=303)
async def choose(code: FromPath[str], data: URLEncodedBody[WayForm], booth: TheBooth) -> Redirect:
    """By voice, on the screen, on the phone, or fetched; it may be chosen anew."""
    await booth.act(calling.choose_way, code=code, way=data.way)
    address = f"/kiosk/tickets/{code}"
    return booth.go(address, new="1") if "new" in booth.request.query_params else booth.go(address)


async def offered_quietly(booth: Booth) -> frozenset[str]:
    """The services whose row offers a discreet reception."""
    return (await booth.read(rule_of, hall=booth.hall)).services


handlers = [ask_way, show_bring, choose]
