"""Single tickets at the guide desk: numbers for those who cannot use the kiosk, and one visitor's ticket with what a guide may
do about it: cancel it, put it back in the line, give it a lane."""

from collections.abc import Awaitable
from typing import Annotated, Any
from uuid import uuid4

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, URLEncodedBody
from msgspec.structs import replace

from kiosk import actions
from kiosk.booth.needs import known
from kiosk.desk import lanes
from kiosk.desk.screens import GUIDES, SEERS, answer, lines, may_act
from kiosk.picture import Picture, Standing
from kiosk.place import ahead_words, wait_words
from kiosk.queries import past_ticket
from kiosk.staffroom import STAFFROOM, Staffroom, TheStaffroom
from kiosk.tables import State
from kiosk.window.overview import calls_of
from shared.codes import qr_svg
from shared.door import require
from shared.errors import Refused
from shared.people import Role
from shared.refusals import N_

GRANTS = (N_("Seen at the guide desk"), N_("Asked for by the visitor"), N_("Asked for by the supervisor"))
Short = Annotated[str, msgspec.Meta(max_length=200)]


class Grant(msgspec.Struct):
    """A lane given afterwards, and why."""

    lane: Short = ""
    reason: Short = ""
    other: Short = ""


@get("/issue", include_in_schema=False, guards=[require(*GUIDES)])
async def ask_issue(room: TheStaffroom) -> Response[Any]:
    return await _ask_issue(room, {})


@post("/tickets", include_in_schema=False, guards=[require(*GUIDES)])
async def issue(room: TheStaffroom) -> Response[Any]:
    """Gives a number to somebody who cannot use the kiosk; the same form twice gives the same number."""
    form = await room.request.form()
    given = {name: str(form.get(name, ""))[:80] for name in ("service", "lane", "language", "key")}
    asked = known([str(need) for need in form.getall("needs", [])])
    language = given["language"] if given["language"] in ("zh-CN", "en") else "zh-CN"
    promised = room.pictures.now_seen(room.hall).promise(given["service"], given["lane"], room.now)
    if promised is not None:
        promised = replace(promised, too_late=False)  # at the desk a person decides
    try:
        issued = await room.act(actions.issue, service=given["service"], lane=given["lane"], needs=asked, language=language,
                                promised=promised, key=f"desk:{given['key'][:40]}" if given["key"] else None)
    except Refused as refusal:
        return await _ask_issue(room, {**given, "needs": asked}, refusal)
    return room.go(f"/desk/tickets/{issued.code}?new=1")


async def _ask_issue(room: Staffroom, typed: dict[str, Any], refusal: Refused | None = None) -> Response[Any]:
    told = {"lines": lines(await room.picture(), room.now), "typed": typed, "key": typed.get("key") or uuid4().hex}
    return _ask(room, refusal, told)


@get("/tickets/{code:str}", include_in_schema=False)
async def show_ticket(code: FromPath[str], room: TheStaffroom) -> Response[Any]:
    return await _ticket_page(room, code)


@post("/tickets/{code:str}/cancel", include_in_schema=False, guards=[require(*GUIDES)])
async def cancel(code: FromPath[str], room: TheStaffroom) -> Response[Any]:
    return await on_ticket(room, code, room.act(actions.cancel, code=code))


@post("/tickets/{code:str}/back", include_in_schema=False, guards=[require(*GUIDES)])
async def come_back(code: FromPath[str], room: TheStaffroom) -> Response[Any]:
    return await on_ticket(room, code, room.act(actions.come_back, code=code))


@post("/tickets/{code:str}/lane", include_in_schema=False, guards=[require(*GUIDES)])
async def grant(code: FromPath[str], room: TheStaffroom, data: URLEncodedBody[Grant]) -> Response[Any]:
    reason = data.other.strip() or data.reason
    return await on_ticket(room, code, room.act(lanes.grant_lane, code=code, lane=data.lane, reason=reason))


async def on_ticket(room: Staffroom, code: str, act: Awaitable[Any]) -> Response[Any]:
    """Does it; answers with the desk where it was pressed there, else with the ticket."""
    try:
        await act
    except Refused as refusal:
        return await answer(room, refusal) if room.is_fragment else await _ticket_page(room, code, refusal)
    return await answer(room, None) if room.is_fragment else room.go(f"/desk/tickets/{code}")


async def _ticket_page(room: Staffroom, code: str, refusal: Refused | None = None) -> Response[Any]:
    """Refuses ``unknown-code``."""
    picture = await room.picture()
    ticket = picture.by_code.get(code) or await room.read(past_ticket, hall=room.hall, code=code)
    if ticket is None:
        raise Refused("unknown-code", 404)
    address = f"{room.pages.settings.public_url}/c/{code}"
    services = picture.plan.services
    told = {
        "ticket": ticket,
        "address": address,
        "service": picture.plan.services_by_id[ticket.service_id],
        "origin": next((one for one in services if one.code == ticket.transferred_from), None),
        "qr": qr_svg(address, title=ticket.number),
        "place": _place(room, picture, ticket),
        "calls": await room.read(calls_of, ticket=ticket.id),
        "fresh": "new" in room.request.query_params,
        "acts": may_act(room.identity),
        "may_hurry": Role.SUPERVISOR in room.identity.roles,
        "grants": GRANTS,
    }
    return room.page("desk/ticket.html", status=refusal.status if refusal else 200, refusal=refusal, **told)


def _place(room: Staffroom, picture: Picture, ticket: Standing) -> str:
    if ticket.state != State.WAITING:
        return ""
    ahead = ahead_words(picture.ahead(ticket), room.language)
    return f"{ahead} · {wait_words(*picture.wait_for(ticket, room.now), room.language)}"


def _ask(room: Staffroom, refusal: Refused | None, told: dict[str, Any]) -> Response[Any]:
    """The form beside the desk for htmx, else a page of its own. Asked again after a refusal, with what was typed."""
    status = 422 if refusal else 200
    if not room.is_fragment:
        return room.page("desk/panel.html", status=status, refusal=refusal, **told)
    headers = {"HX-Retarget": "#panel", "HX-Reswap": "innerHTML"} if refusal else {}
    return room.fragment(room.render("desk/_issue.html", refusal=refusal, **told), status=status, headers=headers)


handlers = [
    Router(
        "/desk",
        route_handlers=[ask_issue, issue, show_ticket, cancel, come_back, grant],
        guards=[require(*SEERS)],
        dependencies=STAFFROOM,
    )
]
