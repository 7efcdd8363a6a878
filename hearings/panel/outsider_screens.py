"""Asking for an officer from outside the roster, on the tab of the draw: the form, what is wrong with it, and the question it
becomes. The seat is given there as well, once it has been approved."""

from typing import Any
from uuid import UUID

from litestar import Response, Router, post
from litestar.params import FromPath, URLEncodedBody

from cases.caseroom import go
from hearings import rules
from hearings.hearingroom import HEARINGROOM, TheHearingroom
from hearings.panel.outsiders import OutsiderForm, ask_outsider
from hearings.panel.screens import draw_page
from shared.door import require
from shared.errors import Refused


@post("/", include_in_schema=False)
async def ask(room: TheHearingroom, hearing: FromPath[UUID], data: URLEncodedBody[OutsiderForm]) -> Response[Any]:
    try:
        await room.act(ask_outsider, hearing_id=hearing, form=data, sealing=room.vault)
    except Refused as refusal:
        return await draw_page(room, hearing, refusal, "outsider", outsider=data)
    return go(f"/desk/hearings/{hearing}/draw#designation")


router = Router(
    "/desk/hearings/{hearing:uuid}/draw/outsider", route_handlers=[ask], guards=[require(*rules.MANAGEMENT)],
    dependencies=HEARINGROOM,
)
handlers = [router]
