"""The administrator's pages of lanes and of the office's numbers: the lists, and one page each with its history and a form for a
newer version."""

from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, URLEncodedBody

from kiosk.administration import lane_setup, numbers, provisions
from kiosk.administration.catalogue_screens import Why
from kiosk.administration.lane_setup import LaneForm
from kiosk.administration.provisions import ProvisionForm
from kiosk.staffroom import STAFFROOM, Staffroom, TheStaffroom
from shared.door import require
from shared.errors import Refused
from shared.people import Role

LANES, NUMBERS = "/desk/administration/lanes", "/desk/administration/provisions"


# Lanes ----------------------------------------------------------------------------------------------------------------


@get("/lanes", include_in_schema=False)
async def show_lanes(room: TheStaffroom) -> Response[Any]:
    return room.page("administration/lanes.html", lanes=await _known_lanes(room), today=room.plan.today(room.now))


@get("/lanes/new", include_in_schema=False)
async def new_lane(room: TheStaffroom) -> Response[Any]:
    return await _lane(room, "", LaneForm(offered="1", position=str(len(room.plan.lanes))))


@post("/lanes/new", include_in_schema=False)
async def add_lane(room: TheStaffroom, data: URLEncodedBody[LaneForm]) -> Response[Any]:
    return await _lay_down_lane(room, "", data)


@get("/lanes/{code:str}", include_in_schema=False)
async def show_lane(code: FromPath[str], room: TheStaffroom) -> Response[Any]:
    return await _lane(room, code, None)


@post("/lanes/{code:str}", include_in_schema=False)
async def change_lane(code: FromPath[str], room: TheStaffroom, data: URLEncodedBody[LaneForm]) -> Response[Any]:
    return await _lay_down_lane(room, code, data)


@post("/lanes/{code:str}/{lane:uuid}/withdraw", include_in_schema=False)
async def withdraw_lane(
    code: FromPath[str], lane: FromPath[UUID], room: TheStaffroom, data: URLEncodedBody[Why]
) -> Response[Any]:
    try:
        await room.act(lane_setup.withdraw_lane, lane=lane, reason=data.reason)
    except Refused as refusal:
        return await _lane(room, code, None, refusal)
    await room.picture()
    return room.go(f"{LANES}/{code}?kept=1")


async def _lay_down_lane(room: Staffroom, code: str, form: LaneForm) -> Response[Any]:
    try:
        made = await room.act(lane_setup.lay_down_lane, code=code, form=form)
    except Refused as refusal:
        return await _lane(room, code, form, refusal)
    await room.picture()
    return room.go(f"{LANES}/{made}?kept=1")


async def _known_lanes(room: Staffroom) -> list[lane_setup.LaneHistory]:
    plan = (await room.picture()).plan
    return await room.read(lane_setup.lanes_of, plan=plan, today=plan.today(room.now))


async def _lane(room: Staffroom, code: str, form: LaneForm | None, refusal: Refused | None = None) -> Response[Any]:
    known = next((one for one in await _known_lanes(room) if one.code == code), None)
    if code and known is None:
        raise Refused("unknown-lane", 404)
    form = form or (lane_setup.form_of(known.versions[0]) if known else LaneForm())
    return room.page(
        "administration/lane.html", status=refusal.status if refusal else 200, refusal=refusal, lane=known, form=form,
        skills=sorted({one.skill for one in room.plan.services} | ({form.skill} - {""})), icons=lane_setup.ICONS,
        today=room.plan.today(room.now),
    )


# Numbers --------------------------------------------------------------------------------------------------------------


@get("/provisions", include_in_schema=False)
async def show_numbers(room: TheStaffroom) -> Response[Any]:
    found = await _known_numbers(room)
    groups = {group: [one for one in found if numbers.group_of(one.key) == group] for group in numbers.GROUPS}
    return room.page("administration/provisions.html", groups=groups, names=numbers, today=room.plan.today(room.now))


@get("/provisions/{key:str}", include_in_schema=False)
async def show_number(key: FromPath[str], room: TheStaffroom) -> Response[Any]:
    return await _number(room, key, ProvisionForm())


@post("/provisions/{key:str}", include_in_schema=False)
async def lay_down(key: FromPath[str], room: TheStaffroom, data: URLEncodedBody[ProvisionForm]) -> Response[Any]:
    try:
        await room.door.write(provisions.lay_down, plan=room.plan, key=key, form=data, now=room.now, by=room.identity.by)
    except Refused as refusal:
        return await _number(room, key, data, refusal)
    await room.picture()
    return room.go(f"{NUMBERS}/{key}?kept=1")


@post("/provisions/{key:str}/{provision:uuid}/withdraw", include_in_schema=False)
async def withdraw(
    key: FromPath[str], provision: FromPath[UUID], room: TheStaffroom, data: URLEncodedBody[Why]
) -> Response[Any]:
    try:
        await room.door.write(provisions.withdraw, plan=room.plan, provision=provision, reason=data.reason, now=room.now,
                              by=room.identity.by)
    except Refused as refusal:
        return await _number(room, key, ProvisionForm(), refusal)
    await room.picture()
    return room.go(f"{NUMBERS}/{key}?kept=1")


async def _known_numbers(room: Staffroom) -> list[provisions.NumberHistory]:
    return await room.read(provisions.numbers_of, plan=room.plan, today=room.plan.today(room.now))


async def _number(room: Staffroom, key: str, form: ProvisionForm, refusal: Refused | None = None) -> Response[Any]:
    found = next((one for one in await _known_numbers(room) if one.key == key), None)
    if found is None:
        raise Refused("unknown-provision", 404)
    return room.page(
        "administration/provision.html", status=refusal.status if refusal else 200, refusal=refusal, found=found, form=form,
        names=numbers, today=room.plan.today(room.now),
    )


handlers = [
    Router(
        "/desk/administration",
        route_handlers=[show_lanes, new_lane, add_lane, show_lane, change_lane, withdraw_lane, show_numbers, show_number,
                        lay_down, withdraw],
        guards=[require(Role.ADMINISTRATOR)],
        dependencies=STAFFROOM,
    )
]
