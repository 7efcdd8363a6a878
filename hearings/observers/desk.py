"""Observers for staff: who applied to a hearing, masked; confirming and declining; the list to check people in by, on paper."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, URLEncodedBody

from cases.caseroom import go
from hearings.hearing_view import hearing_view
from hearings.hearingroom import HEARINGROOM, Hearingroom, TheHearingroom
from hearings.observers import actions as observing
from hearings.observers.queries import observers
from hearings.rules import PREPARE, READ, RECEIVE
from shared.door import require
from shared.errors import Refused
from shared.given import TheSettings

One = FromPath[UUID]
Observer = FromPath[UUID]


class DecisionForm(msgspec.Struct):
    confirmed: Annotated[str, msgspec.Meta(max_length=8)] = ""
    reason: Annotated[str, msgspec.Meta(max_length=300)] = ""


@get("/", include_in_schema=False)
async def show(room: TheHearingroom, hearing: One) -> Response[str]:
    return await _page(room, hearing)


@post("/{observer:uuid}", include_in_schema=False, guards=[require(*PREPARE)])
async def decide(
    room: TheHearingroom, settings: TheSettings, hearing: One, observer: Observer, data: URLEncodedBody[DecisionForm]
) -> Response[Any]:
    try:
        await room.act(observing.decide, hearing_id=hearing, observer_id=observer, confirmed=bool(data.confirmed),
                       reason=data.reason, sealing=room.vault, settings=settings)
    except Refused as refusal:
        return await _page(room, hearing, refusal=refusal, at=observer)
    return go(f"/desk/hearings/{hearing}/observers")


@post("/list", include_in_schema=False, guards=[require(*RECEIVE)], status_code=200)
async def on_paper(room: TheHearingroom, hearing: One) -> Response[str]:
    """The list for the entrance, with whole names; in the journal, and under no address of its own."""
    await room.act(observing.note_list, hearing_id=hearing)
    found = await room.read(observers, centre=room.centre, hearing_id=hearing, sealing=room.vault, by=room.identity, whole=True)
    return room.page("hearings/observers_paper.html", found=found)


async def _page(room: Hearingroom, hearing: UUID, *, refusal: Refused | None = None, at: UUID | None = None) -> Response[str]:
    view = await room.read(hearing_view, centre=room.centre, hearing_id=hearing, sealing=room.vault, by=room.identity)
    found = await room.read(observers, centre=room.centre, hearing_id=hearing, sealing=room.vault, by=room.identity)
    roles = room.identity.roles
    return room.page("hearings/observers.html", status=refusal.status if refusal else 200, refusal=refusal, hearing=view.line,
                     tab="notices", found=found, at=at, may=not PREPARE.isdisjoint(roles), may_list=not RECEIVE.isdisjoint(roles))


router = Router("/desk/hearings/{hearing:uuid}/observers", route_handlers=[show, decide, on_paper], guards=[require(*READ)],
                dependencies=HEARINGROOM)
handlers = [router]
