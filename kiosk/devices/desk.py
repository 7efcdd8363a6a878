"""The hall's screens as staff see them: is it there, what is wrong, load it anew, set it out of order; and what kiosks recorded
offline. Adding and pairing is the administrator's (`devices`)."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, URLEncodedBody

from kiosk.devices import actions as pulse
from kiosk.devices.queries import recorded, screens
from kiosk.devices.screens import KINDS
from kiosk.staffroom import STAFFROOM, Staffroom, TheStaffroom
from shared.assets import asset
from shared.door import require
from shared.errors import Refused
from shared.people import Role

Short = Annotated[str, msgspec.Meta(max_length=200)]
SCRIPTS = {"kiosk": "kiosk.js", "lobby": "lobby.js"}


class CommandForm(msgspec.Struct):
    command: Short = ""


class OutForm(msgspec.Struct):
    """``back``: to work again."""

    reason: Short = ""
    back: Short = ""


@get("/", include_in_schema=False)
async def show(room: TheStaffroom) -> Response[Any]:
    return await _page(room)


@post("/{device:uuid}/ask", include_in_schema=False)
async def ask(device: FromPath[UUID], room: TheStaffroom, data: URLEncodedBody[CommandForm]) -> Response[Any]:
    """Load the page anew, or start it afresh. Refuses ``unknown-device``, ``invalid``."""
    await room.act(pulse.ask, device=device, command=data.command)
    return room.go("/desk/screens")


@post("/{device:uuid}/out", include_in_schema=False)
async def set_out(device: FromPath[UUID], room: TheStaffroom, data: URLEncodedBody[OutForm]) -> Response[Any]:
    """Out of order, with a reason that visitors and staff read; or back to work."""
    if not data.back and not data.reason.strip():
        return await _page(room, Refused("reason-needed", 422))
    await room.act(pulse.set_out, device=device, reason="" if data.back else data.reason)
    return room.go("/desk/screens")


async def _page(room: Staffroom, refusal: Refused | None = None) -> Response[Any]:
    found = {kind: asset(name) for kind, name in SCRIPTS.items()}
    return room.page(
        "desk/screens.html", status=refusal.status if refusal else 200, refusal=refusal, kinds=KINDS,
        screens=await room.read(screens, hall=room.hall), recorded=await room.read(recorded, hall=room.hall),
        versions={kind: one.version if one else "" for kind, one in found.items()},
        administers=Role.ADMINISTRATOR in room.identity.roles,
    )


handlers = [
    Router(
        "/desk/screens", route_handlers=[show, ask, set_out],
        guards=[require(Role.GUIDE_DESK, Role.SUPERVISOR, Role.ADMINISTRATOR)], dependencies=STAFFROOM,
    )
]
