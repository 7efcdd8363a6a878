"""The hearing rooms: add one, change one, close one for a time. What is listed in a closed room is shown, with the offer to plan
it anew."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, URLEncodedBody

from cases.caseroom import go
from hearings import rules
from hearings.hearingroom import HEARINGROOM, Hearingroom, TheHearingroom
from hearings.place.closures import KEEP, RoomForm, close_room, faults, keep_room, open_again
from hearings.place.room_queries import rooms_with_closures
from hearings.tables import Room
from shared.door import require
from shared.errors import Refused

KEEPERS = [require(*KEEP)]
ADDRESS = "/desk/hearings/rooms"


class CloseForm(msgspec.Struct):
    """From when to when, as browsers send it, and why."""

    begins: str = ""
    ends: str = ""
    reason: str = ""


@get("/", include_in_schema=False)
async def show(room: TheHearingroom) -> Response[str]:
    return await _page(room)


@post("/", include_in_schema=False, guards=KEEPERS)
async def add(room: TheHearingroom, data: URLEncodedBody[RoomForm]) -> Response[Any]:
    return await _keep(room, data, None)


@post("/{chosen:uuid}", include_in_schema=False, guards=KEEPERS)
async def change(room: TheHearingroom, chosen: FromPath[UUID], data: URLEncodedBody[RoomForm]) -> Response[Any]:
    return await _keep(room, data, chosen)


@post("/{chosen:uuid}/close", include_in_schema=False, guards=KEEPERS)
async def close(room: TheHearingroom, chosen: FromPath[UUID], data: URLEncodedBody[CloseForm]) -> Response[Any]:
    try:
        begins, ends = _moment(data.begins, room), _moment(data.ends, room)
        await room.act(close_room, room_id=chosen, begins_at=begins, ends_at=ends, reason=data.reason)
    except Refused as refusal:
        return await _page(room, refusal=refusal, at=f"close-{chosen}", closing=data)
    return go(ADDRESS)


@post("/closures/{closure:uuid}/open", include_in_schema=False, guards=KEEPERS)
async def reopen(room: TheHearingroom, closure: FromPath[UUID]) -> Response[Any]:
    await room.act(open_again, closure_id=closure)
    return go(ADDRESS)


# Parts --------------------------------------------------------------------------------------------------------------


async def _keep(room: Hearingroom, form: RoomForm, chosen: UUID | None) -> Response[Any]:
    at = f"change-{chosen}" if chosen else "new"
    if found := faults(form):
        return await _page(room, at=at, form=form, found=found)
    try:
        await room.act(keep_room, form=form, room_id=chosen)
    except Refused as refusal:
        if refusal.code != "room-code-taken":
            raise
        return await _page(room, at=at, form=form, found={"code": refusal.code})
    return go(ADDRESS)


async def _page(
    room: Hearingroom, *, refusal: Refused | None = None, at: str = "", form: RoomForm | None = None,
    closing: CloseForm | None = None, found: dict[str, str] | None = None,
) -> Response[str]:
    views = await room.read(rooms_with_closures, centre=room.centre, now=room.now, by=room.identity)
    status = refusal.status if refusal else 422 if found else 200
    wrong = {field: room.says(code) for field, code in (found or {}).items()}
    shape: Callable[[Room], RoomForm] = shape_of
    return room.page(
        "hearings/rooms.html", status=status, views=views, refusal=refusal, at=at, form=form or RoomForm(), wrong=wrong,
        closing=closing or CloseForm(), shape_of=shape, keeps=not KEEP.isdisjoint(room.identity.roles),
        plans=not rules.MANAGEMENT.isdisjoint(room.identity.roles),
    )


def shape_of(row: Room) -> RoomForm:
    """A room as its form."""
    return RoomForm(row.code, row.name_zh, row.name_en, str(row.places), str(row.observers), "yes" if row.broadcast else "",
                    "yes" if row.accessible else "", str(row.before), str(row.after), "yes" if row.open else "no")


def _moment(text: str, room: Hearingroom) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=room.centre.zone)
    except ValueError:
        raise Refused("closure-time", 422) from None


router = Router(
    ADDRESS, route_handlers=[show, add, change, close, reopen], guards=[require(*(rules.READ | KEEP))], dependencies=HEARINGROOM
)
handlers = [router]
