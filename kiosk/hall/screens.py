"""The supervisor's page: the hall at a glance, live, and what a supervisor does about it. The chief procurator may look on."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath

from kiosk.administration.screens import TURNS
from kiosk.counter import PAUSES
from kiosk.desk.tasks import close_task
from kiosk.hall import moving
from kiosk.hall import queries as hall_queries
from kiosk.hall import view as hall_view
from kiosk.picture import Picture
from kiosk.plan import ServicePlan, WindowPlan
from kiosk.staffroom import STAFFROOM, Staffroom, TheStaffroom
from kiosk.window import actions as windows
from shared import words
from shared.database import Database
from shared.door import require
from shared.errors import Refused
from shared.identity import Identity
from shared.pages import Pages
from shared.people import Role
from shared.refusals import N_

SEERS = (Role.SUPERVISOR, Role.CHIEF_PROCURATOR)
ACTORS = (Role.SUPERVISOR,)
FULL = (N_("Too many are waiting"), N_("Nobody can serve it today"), N_("End of the day"))
ELSEWHERE = (N_("They would wait too long here"), N_("The window for it has closed"), N_("They had chosen the wrong service"))
SKILLS = (N_("Too many are waiting"), N_("A colleague is away"), N_("Change of shift"))
UNDONE = N_("Undone")
REASONS = {"window": PAUSES, "service": FULL, "move": ELSEWHERE, "skills": SKILLS}


class Undo(msgspec.Struct, frozen=True):
    """What has just been done to a window or a service, and how it is taken back: the same form with the state before."""

    subject: WindowPlan | ServicePlan
    address: str
    did: str
    before: str
    reason: str = ""


def may_see(identity: Identity) -> bool:
    return not identity.roles.isdisjoint(SEERS)


def may_act(identity: Identity) -> bool:
    return not identity.roles.isdisjoint(ACTORS)


async def draw(pages: Pages, db: Database, picture: Picture, language: str, now: datetime, acts: bool) -> str:
    """The hall as it stands; ``acts``: with what a supervisor may do."""
    told = {**await look_at(db, picture, now), "plan": picture.plan, "now": now, "acts": acts, "said": None, "answering": False}
    return pages.render("desk/_hall.html", language, **told)


async def look_at(db: Database, picture: Picture, now: datetime) -> dict[str, Any]:
    seen = await db.read(hall_queries.hall_overview, plan=picture.plan, now=now)
    return {"picture": picture, "seen": seen, "hall": hall_view.compose(picture, seen, now)}


@get("/", include_in_schema=False)
async def show(room: TheStaffroom) -> Response[Any]:
    return await answer(room, None) if room.is_fragment else await _whole(room)


@get("/windows/{window:str}", include_in_schema=False, guards=[require(*ACTORS)])
async def ask_window(window: FromPath[str], room: TheStaffroom) -> Response[Any]:
    """What can be done with a window."""
    return await ask(room, "window", window=room.plan.window(window), typed={})


@post("/windows/{window:str}", include_in_schema=False, guards=[require(*ACTORS)])
async def turn_window(window: FromPath[str], room: TheStaffroom) -> Response[Any]:
    """Opens, pauses or closes a window."""
    form, chosen = await typed(room), room.plan.window(window)
    if form["state"] not in TURNS:
        raise Refused("invalid", 422)
    more = {} if form["state"] == "open" else {"reason": form["reason"]}
    stand = (await room.read(hall_queries.stands, plan=room.plan)).get(chosen.id)
    why = stand.reason if stand and stand.reason else words.translator(room.language)(UNDONE)
    undo = Undo(chosen, f"/desk/hall/windows/{window}", form["state"], chosen.state, why)
    act = room.act(TURNS[form["state"]], window=chosen, **more)
    return await done(room, act, "window", undo=undo, window=chosen, typed=form)


@post("/windows/{window:str}/skills", include_in_schema=False, guards=[require(*ACTORS)])
async def skill_window(window: FromPath[str], room: TheStaffroom) -> Response[Any]:
    """Gives a window other skills."""
    form, chosen = await typed(room), room.plan.window(window)
    skills = [str(skill) for skill in (await room.request.form()).getall("skills", [])]
    act = room.act(moving.change_skills, window=chosen, skills=skills, reason=form["reason"])
    return await done(room, act, "window", window=chosen, typed=form)


@get("/services/{service:str}", include_in_schema=False, guards=[require(*ACTORS)])
async def ask_service(service: FromPath[str], room: TheStaffroom) -> Response[Any]:
    """What can be done with a service and those who wait for it."""
    return await ask(room, "service", service=room.plan.service(service), typed={})


@post("/services/{service:str}", include_in_schema=False, guards=[require(*ACTORS)])
async def turn_service(service: FromPath[str], room: TheStaffroom) -> Response[Any]:
    form, chosen = await typed(room), room.plan.service(service)
    if form["state"] == "open":
        act = room.act(windows.open_service, service=chosen)
    else:
        act = room.act(windows.close_service, service=chosen, reason=form["reason"])
    before, did = ("open", "closed") if chosen.open else ("closed", form["state"])
    undo = Undo(chosen, f"/desk/hall/services/{service}", did, before, words.translator(room.language)(UNDONE))
    return await done(room, act, "service", undo=undo, service=chosen, typed=form)


@post("/services/{service:str}/move", include_in_schema=False, guards=[require(*ACTORS)])
async def move(service: FromPath[str], room: TheStaffroom) -> Response[Any]:
    """Sends the people chosen to another service."""
    form, chosen = await typed(room), room.plan.service(service)
    codes = [str(code) for code in (await room.request.form()).getall("codes", [])]
    to = room.plan.service(form["to"]) if form["to"] else chosen
    act = room.act(moving.move_people, codes=codes, service=to, reason=form["reason"])
    return await done(room, act, "service", service=chosen, typed=form)


@post("/tasks/{task:uuid}/close", include_in_schema=False, guards=[require(*ACTORS)])
async def close(task: FromPath[UUID], room: TheStaffroom) -> Response[Any]:
    try:
        await room.act(close_task, task=task)
    except Refused as refusal:
        return await answer(room, refusal)
    return await answer(room, None)


# Answers ----------------------------------------------------------------------------------------------------------------


async def typed(room: Staffroom) -> dict[str, str]:
    """What the form says; a reason in one's own words goes before one from the list."""
    form = await room.request.form()
    names = ("state", "reason", "other", "to", "act", "window", "at", "minutes")
    given = {name: str(form.get(name, ""))[:200].strip() for name in names}
    return {**given, "reason": given["other"] or given["reason"]}


async def done(room: Staffroom, act: Awaitable[Any], panel: str, undo: Undo | None = None, **told: Any) -> Response[Any]:
    """Does it, and offers to take it back; what is refused is asked again with what was typed."""
    try:
        await act
    except Refused as refusal:
        return await ask(room, panel, refusal, **told)
    return await answer(room, None, undo if undo and undo.did != undo.before else None)


async def ask(room: Staffroom, panel: str, refusal: Refused | None = None, **told: Any) -> Response[Any]:
    """The question beside the page for htmx, else a page of its own."""
    told = {**told, "panel": panel, "picture": await room.picture(), "reasons": REASONS}
    status = 422 if refusal else 200
    if not room.is_fragment:
        return room.page("desk/hall_panel.html", status=status, refusal=refusal, **told)
    headers = {"HX-Retarget": "#panel", "HX-Reswap": "innerHTML"} if refusal else {}
    return room.fragment(room.render(f"desk/_hall_{panel}.html", refusal=refusal, **told), status=status, headers=headers)


async def answer(room: Staffroom, refusal: Refused | None, undo: Undo | None = None) -> Response[Any]:
    """The page as it stands: for htmx the fragment, else the page."""
    if not room.is_fragment:
        return await _whole(room, refusal) if refusal else room.go("/desk/hall")
    drawn = room.render("desk/_hall.html", refusal=refusal, undo=undo, **await _told(room), answering=True)
    return room.fragment(drawn, status=refusal.status if refusal else 200)


async def _whole(room: Staffroom, refusal: Refused | None = None) -> Response[Any]:
    status = refusal.status if refusal else 200
    return room.page("desk/hall.html", status=status, refusal=refusal, **await _told(room), answering=False)


async def _told(room: Staffroom) -> dict[str, Any]:
    picture = await room.picture()
    return {**await look_at(room.db, picture, room.now), "plan": picture.plan, "acts": may_act(room.identity)}


handlers = [
    Router(
        "/desk/hall",
        route_handlers=[show, ask_window, turn_window, skill_window, ask_service, turn_service, move, close],
        guards=[require(*SEERS)],
        dependencies=STAFFROOM,
    )
]
