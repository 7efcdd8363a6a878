"""Discreet visits for staff: setting one apart at the guide desk or a window, and the list for the roles of the hall's rule, who
call into a room. Nobody else's screen says anything of them."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, URLEncodedBody

from kiosk.booth.needs import NEEDS
from kiosk.discreet import actions as discreet
from kiosk.discreet import watching
from kiosk.discreet.queries import Apart, Rule, holders, open_visits, rule_of
from kiosk.picture import Picture
from kiosk.queries import tasks_apart
from kiosk.staffroom import STAFFROOM, Staffroom, TheStaffroom
from kiosk.tables import State
from shared.codes import qr_svg
from shared.database import Database
from shared.door import require
from shared.errors import Refused
from shared.identity import Identity
from shared.pages import Pages
from shared.people import Role

GIVERS = (Role.GUIDE_DESK, Role.WINDOW_CLERK, Role.SUPERVISOR, Role.CASE_HANDLER, Role.RECEIVER)
Short = Annotated[str, msgspec.Meta(max_length=200)]


class NewForm(msgspec.Struct):
    """``ticket``: the code of a visit to be set apart; without one a new number for ``service``."""

    ticket: Short = ""
    service: Short = ""
    language: Short = "zh-CN"
    hint: Short = ""
    key: Short = ""


class DeedForm(msgspec.Struct):
    room: int = 0


DEEDS: dict[str, Callable[..., Any]] = {
    "start": discreet.start, "finish": discreet.finish, "miss": discreet.miss, "cancel": discreet.cancel,
}  # fmt: skip


# Setting apart ------------------------------------------------------------------------------------------------------


@get("/new", include_in_schema=False, guards=[require(*GIVERS)])
async def ask(room: TheStaffroom) -> Response[Any]:
    return await _ask(room, NewForm(ticket=room.request.query_params.get("ticket", "")[:26]))


@post("/new", include_in_schema=False, guards=[require(*GIVERS)])
async def give(room: TheStaffroom, data: URLEncodedBody[NewForm]) -> Response[Any]:
    """The number is shown once, to be handed over; the same form gives the same again."""
    try:
        given = await _give(room, data)
    except Refused as refusal:
        return await _ask(room, data, refusal)
    one = await room.read(holders, hall=room.hall, code=given.code)
    address = f"{room.pages.settings.public_url}/c/{given.code}"
    return room.page("desk/discreet_given.html", one=one, qr=qr_svg(address, title=address),
                     may_see=(await _rule(room)).may_see(room.identity.roles))


async def _give(room: Staffroom, form: NewForm) -> discreet.Given:
    if form.ticket:
        return await room.act(discreet.set_apart, code=form.ticket, hint=form.hint)
    return await room.act(discreet.take, service=form.service, hint=form.hint, key=f"desk:{form.key[:40]}" if form.key else None,
                          language=form.language if form.language in ("zh-CN", "en") else "zh-CN")


async def _ask(room: Staffroom, form: NewForm, refusal: Refused | None = None) -> Response[Any]:
    picture = await room.picture()
    return room.page("desk/discreet_new.html", status=refusal.status if refusal else 200, refusal=refusal, form=form,
                     ticket=picture.by_code.get(form.ticket), key=form.key or uuid4().hex)


# The list -----------------------------------------------------------------------------------------------------------


@get("/", include_in_schema=False)
async def show(room: TheStaffroom) -> Response[Any]:
    """Refuses ``not-allowed`` for all roles but those of the rule."""
    return await _answer(room, None)


@post("/tasks/{task:uuid}/close", include_in_schema=False)
async def see_to(task: FromPath[UUID], room: TheStaffroom) -> Response[Any]:
    """One of the tasks that only these roles see."""
    await _check(room)
    try:
        await room.act(watching.see_to, task=task)
    except Refused as refusal:
        return await _answer(room, refusal)
    return await _answer(room, None) if room.is_fragment else room.go("/desk/discreet")


@post("/{code:str}/call", include_in_schema=False)
async def call(code: FromPath[str], room: TheStaffroom, data: URLEncodedBody[DeedForm]) -> Response[Any]:
    return await _do(room, discreet.call, code, room=data.room)


@post("/{code:str}/{deed:str}", include_in_schema=False)
async def do(code: FromPath[str], deed: FromPath[str], room: TheStaffroom) -> Response[Any]:
    if deed not in DEEDS:
        raise Refused("not-found", 404)
    return await _do(room, DEEDS[deed], code)


async def _do(staff: Staffroom, act: Callable[..., Any], code: str, **more: Any) -> Response[Any]:
    await _check(staff)
    try:
        await staff.act(act, code=code, **more)
    except Refused as refusal:
        return await _answer(staff, refusal)
    return await _answer(staff, None) if staff.is_fragment else staff.go("/desk/discreet")


async def _answer(room: Staffroom, refusal: Refused | None) -> Response[Any]:
    rule = await _check(room)
    told = {**await look_at(room.db, await room.picture(), rule), "refusal": refusal}
    status = refusal.status if refusal else 200
    if room.is_fragment:
        return room.fragment(room.render("desk/_discreet.html", **told), status=status)
    return room.page("desk/discreet.html", status=status, **told)


async def draw(pages: Pages, db: Database, picture: Picture, language: str, now: datetime) -> str:
    """What the socket sends to those who may see it."""
    told = await look_at(db, picture, await db.read(rule_of, hall=picture.plan.id))
    return pages.render("desk/_discreet.html", language, plan=picture.plan, needs=NEEDS, now=now, said=None, **told)


async def look_at(db: Database, picture: Picture, rule: Rule) -> dict[str, Any]:
    visits = await db.read(open_visits, hall=picture.plan.id)
    standing = await db.read(tasks_apart, hall=picture.plan.id)
    return {"visits": visits, "standing": standing, "rooms": rule.rooms, "taken": _taken(visits)}


async def may_see(db: Database, identity: Identity, picture: Picture) -> bool:
    return identity.kind == "staff" and (await db.read(rule_of, hall=picture.plan.id)).may_see(identity.roles)


def _taken(visits: list[Apart]) -> frozenset[str]:
    return frozenset(one.room_zh for one in visits if one.state in (State.CALLED, State.SERVING))


async def _rule(room: Staffroom) -> Rule:
    return await room.read(rule_of, hall=room.hall)


async def _check(room: Staffroom) -> Rule:
    rule = await _rule(room)
    if not rule.may_see(room.identity.roles):
        raise Refused("not-allowed", 403)
    return rule


handlers = [
    Router("/desk/discreet", route_handlers=[ask, give, show, see_to, call, do], guards=[require()], dependencies=STAFFROOM)
]
