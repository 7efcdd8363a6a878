"""Administration of the hall: windows and services opened and closed, tokens of integrations.

Administrators set up and never read the journal; auditors read it and change nothing (`auditing`). Screens are in `devices`,
staff accounts in `personnel`.
"""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, URLEncodedBody

from kiosk.administration import registers
from kiosk.staffroom import STAFFROOM, Staffroom, TheStaffroom
from kiosk.window import actions as windows
from kiosk.window import overview
from shared.door import add_token, require, revoke_token
from shared.errors import Refused
from shared.keys import TOKEN_ROLES
from shared.people import Role

Short = Annotated[str, msgspec.Meta(max_length=80)]

TURNS: dict[str, Callable[..., int]] = {
    "open": windows.open_window, "paused": windows.pause_window, "closed": windows.close_window,
}  # fmt: skip


class Turn(msgspec.Struct):
    """What a window or service is turned to, and why."""

    state: Short = ""
    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""


class NewToken(msgspec.Struct):
    name: Short = ""
    role: Short = TOKEN_ROLES[0]


# Windows and services -------------------------------------------------------------------------------------------------


@get("/windows", include_in_schema=False)
async def show_windows(room: TheStaffroom) -> Response[Any]:
    return await _windows(room)


@post("/windows/{window:str}", include_in_schema=False)
async def turn_window(window: FromPath[str], room: TheStaffroom, data: URLEncodedBody[Turn]) -> Response[Any]:
    """Opens, pauses or closes a window."""
    try:
        if data.state not in TURNS:
            raise Refused("invalid", 422)
        more = {} if data.state == "open" else {"reason": data.reason}
        await room.act(TURNS[data.state], window=room.plan.window(window), **more)
    except Refused as refusal:
        return await _windows(room, refusal, about=f"window-{window}")
    await room.picture()
    return room.go("/desk/windows")


@post("/services/{service:str}", include_in_schema=False)
async def turn_service(service: FromPath[str], room: TheStaffroom, data: URLEncodedBody[Turn]) -> Response[Any]:
    """Offers a service, or stops giving numbers for it."""
    try:
        if data.state == "open":
            await room.act(windows.open_service, service=room.plan.service(service))
        else:
            await room.act(windows.close_service, service=room.plan.service(service), reason=data.reason)
    except Refused as refusal:
        return await _windows(room, refusal, about=f"service-{service}")
    await room.picture()
    return room.go("/desk/windows")


async def _windows(room: Staffroom, refusal: Refused | None = None, about: str = "") -> Response[Any]:
    picture = await room.picture()
    people = await room.read(overview.seated, plan=picture.plan, now=room.now)
    return room.page("administration/windows.html", status=refusal.status if refusal else 200, refusal=refusal, about=about,
                     picture=picture, people=people)


# Tokens ---------------------------------------------------------------------------------------------------------------


@get("/tokens", include_in_schema=False)
async def show_tokens(room: TheStaffroom) -> Response[Any]:
    return await _tokens(room)


@post("/tokens", include_in_schema=False)
async def make_token(room: TheStaffroom, data: URLEncodedBody[NewToken]) -> Response[Any]:
    """A new token. It stands in this answer and nowhere else."""
    if not data.name.strip():
        return await _tokens(room, Refused("name-needed", 422))
    try:
        made = await room.db.write(add_token, office=room.plan.office_id, hall=room.hall, name=data.name.strip(), role=data.role,
                                   now=room.now, by=room.identity.by)
    except Refused as refusal:
        return await _tokens(room, refusal)
    return await _tokens(room, made=made, named=data.name.strip())


@post("/tokens/{token:uuid}/revoke", include_in_schema=False)
async def end_token(token: FromPath[UUID], room: TheStaffroom) -> Response[Any]:
    if all(one.id != token for one in await room.read(registers.tokens, hall=room.hall)):
        raise Refused("unknown-token", 404)
    await room.door.write(revoke_token, token_id=token, now=room.now, by=room.identity.by)
    return room.go("/desk/tokens")


async def _tokens(room: Staffroom, refusal: Refused | None = None, *, made: str = "", named: str = "") -> Response[Any]:
    status = refusal.status if refusal else 201 if made else 200
    known = await room.read(registers.tokens, hall=room.hall)
    return room.page("administration/tokens.html", status=status, refusal=refusal, tokens=known, made=made, named=named,
                     roles=TOKEN_ROLES)


handlers = [
    Router(
        "/desk",
        route_handlers=[show_windows, turn_window, turn_service],
        guards=[require(Role.SUPERVISOR, Role.ADMINISTRATOR)],
        dependencies=STAFFROOM,
    ),
    Router(
        "/desk",
        route_handlers=[show_tokens, make_token, end_token],
        guards=[require(Role.ADMINISTRATOR)],
        dependencies=STAFFROOM,
    ),
]
