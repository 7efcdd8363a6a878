"""The window console: who waits, call, start, finish, miss, hold, transfer. One key for each act.

Every press says whom the clerk was looking at: what no longer fits is refused, and the screen shows how things stand.
"""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, URLEncodedBody

from kiosk.booth.needs import NEEDS
from kiosk.picture import Picture
from kiosk.plan import WindowPlan
from kiosk.staffroom import STAFFROOM, Staffroom, TheStaffroom
from kiosk.window import actions as windows
from kiosk.window.console import Console, compose
from kiosk.window.overview import overview, seated
from kiosk.window.presses import ACTS, Press, Short, as_seen, is_done
from shared.database import Database
from shared.door import require
from shared.errors import Refused
from shared.identity import Identity
from shared.pages import Pages
from shared.people import Role
from shared.refusals import N_

CALLERS = (Role.WINDOW_CLERK, Role.SUPERVISOR)
PAUSES = (N_("Back in a few minutes"), N_("Handling papers"), N_("Lunch break"), N_("Meeting"), N_("Equipment fault"))
CLOSINGS = (N_("End of the day"), N_("Change of shift"), N_("Equipment fault"))
CHOICES = (
    N_("Urgent matter"), N_("Back with the missing papers"), N_("Cannot wait long"), N_("Lawyer or interpreter is here now"),
    N_("Asked for by the supervisor"),
)
PANELS = {"transfer": (), "choose": CHOICES, "pause": PAUSES, "leave": CLOSINGS, "keys": ()}


class Sitting(msgspec.Struct):
    """Where a clerk sits down. ``opening``: and opens the window; ``over``: takes it over from a colleague."""

    window: Short
    opening: bool = False
    over: bool = False


def may_call(identity: Identity) -> bool:
    return not identity.roles.isdisjoint(CALLERS)


async def draw(pages: Pages, db: Database, picture: Picture, code: str, language: str, now: datetime) -> str:
    """The console of one window as the hall stands."""
    console = await look_at(db, picture, code, now)
    told = {"console": console, "plan": picture.plan, "needs": NEEDS, "now": now, "said": None, "answering": False}
    return pages.render("counter/_console.html", language, **told)


async def look_at(db: Database, picture: Picture, code: str, now: datetime) -> Console:
    window = picture.plan.window(code)
    current = picture.at_window.get(window.id)
    seen = await db.read(overview, plan=picture.plan, window=window, ticket=current.id if current else None, now=now)
    return compose(picture, window, seen, now)


# Where to sit -------------------------------------------------------------------------------------------------------


@get("/", include_in_schema=False)
async def show(room: TheStaffroom) -> Response[Any]:
    """The console of the clerk's window, or the windows to choose from."""
    window = _own_window(room)
    if window is None:
        return await _windows(room)
    return await _answer(room, window, None) if room.is_fragment else await _whole(room, window)


@post("/sit", include_in_schema=False)
async def sit(room: TheStaffroom, data: URLEncodedBody[Sitting]) -> Response[Any]:
    """Sits down at a window. Refused (``window-taken``) it says who sits there, and offers to take over."""
    window = room.plan.window(data.window)
    try:
        await room.act_on_seats(windows.take_window, window=window, sign_in=room.identity.sign_in, opening=data.opening,
                                over=data.over)
    except Refused as refusal:
        return await _windows(room, refusal)
    return room.go("/counter")


# What a clerk does --------------------------------------------------------------------------------------------------


@post("/{window:str}/{deed:str}", include_in_schema=False)
async def press(window: FromPath[str], deed: FromPath[str], room: TheStaffroom, data: URLEncodedBody[Press]) -> Response[Any]:
    """One act at the clerk's own window. Done or refused, the answer is the console as it stands."""
    place = room.plan.window(window)
    if deed not in ACTS and deed != "leave":
        raise Refused("not-found", 404)
    if room.identity.window_id != place.id:
        return room.go("/counter?moved=1")
    if deed == "leave":
        return await _leave(room, place, data)
    try:
        await ACTS[deed](room, place, data)
    except Refused as refusal:
        if await is_done(room, place, deed, data):
            return await _answer(room, place, None)
        return await _answer(room, place, as_seen(refusal, data), deed, data)
    return await _answer(room, place, None)


async def _leave(room: Staffroom, window: WindowPlan, press: Press) -> Response[Any]:
    """Stands up: with a reason the window is closed, without one it stays as it is for a colleague."""
    try:
        if press.why:
            await room.act(windows.close_window, window=window, reason=press.why)
        await room.act_on_seats(windows.leave_window, window=window, sign_in=room.identity.sign_in)
    except Refused as refusal:
        return await _answer(room, window, refusal)
    return room.go("/counter")


# What comes up beside -------------------------------------------------------------------------------------------------


@get("/{window:str}/{panel:str}", include_in_schema=False)
async def show_panel(window: FromPath[str], panel: FromPath[str], room: TheStaffroom) -> Response[Any]:
    """A question before an act: where to, whom and why, how long; or the list of keys."""
    place = room.plan.window(window)
    if panel not in PANELS:
        raise Refused("not-found", 404)
    return await _ask(room, place, panel, Press(ticket=room.request.query_params.get("ticket", "")))


async def _ask(
    room: Staffroom, window: WindowPlan, panel: str, press: Press, refusal: Refused | None = None
) -> Response[Any]:
    console = await look_at(room.db, await room.picture(), window.code, room.now)
    told = {"console": console, "press": press, "reasons": PANELS[panel], "panel": panel, "refusal": refusal}
    status = refusal.status if refusal else 200
    if room.is_fragment:
        headers = {"HX-Retarget": "#panel", "HX-Reswap": "innerHTML"} if refusal else {}
        return room.fragment(room.render(f"counter/_{panel}.html", **told), status=status, headers=headers)
    return room.page("counter/panel.html", status=status, **told)


# Answers --------------------------------------------------------------------------------------------------------------


async def _answer(
    room: Staffroom, window: WindowPlan, refusal: Refused | None, deed: str = "", press: Press | None = None
) -> Response[Any]:
    """The console as it stands: for htmx the fragment, else the page. A question that lacks its answer is asked again."""
    if refusal is not None and refusal.status == 422 and deed in PANELS and press is not None:
        return await _ask(room, window, deed, press, refusal)
    if room.is_fragment:
        console = await look_at(room.db, await room.picture(), window.code, room.now)
        drawn = room.render("counter/_console.html", console=console, refusal=refusal, answering=True)
        return room.fragment(drawn, status=refusal.status if refusal else 200)
    return await _whole(room, window, refusal) if refusal else room.go("/counter")


async def _whole(room: Staffroom, window: WindowPlan, refusal: Refused | None = None) -> Response[Any]:
    console = await look_at(room.db, await room.picture(), window.code, room.now)
    status = refusal.status if refusal else 200
    return room.page("counter/console.html", status=status, refusal=refusal, answering=False, console=console)


async def _windows(room: Staffroom, refusal: Refused | None = None) -> Response[Any]:
    people = await room.read(seated, plan=room.plan, now=room.now)
    return room.page("counter/choose.html", status=refusal.status if refusal else 200, refusal=refusal, people=people,
                     picture=await room.picture(), moved="moved" in room.request.query_params)


def _own_window(room: Staffroom) -> WindowPlan | None:
    return room.plan.windows_by_id.get(room.identity.window_id) if room.identity.window_id else None


handlers = [
    Router("/counter", route_handlers=[show, sit, press, show_panel], guards=[require(*CALLERS)], dependencies=STAFFROOM)
]
