"""The administrator's pages of services and windows: the lists, a page for each, a page for a new one."""

from typing import Any

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, URLEncodedBody

from kiosk.administration import catalogue, window_setup
from kiosk.administration.catalogue import ServiceForm
from kiosk.administration.window_setup import WindowForm
from kiosk.staffroom import STAFFROOM, Staffroom, TheStaffroom
from shared.door import require
from shared.errors import Refused
from shared.people import Role

SERVICES, WINDOWS = "/desk/administration/services", "/desk/administration/windows"
TURNS = {
    "services": {"retire": catalogue.retire_service, "restore": catalogue.restore_service},
    "windows": {"retire": window_setup.retire_window, "restore": window_setup.restore_window},
}


class Why(msgspec.Struct):
    reason: str = ""


@get("/", include_in_schema=False)
async def show_first(room: TheStaffroom) -> Response[Any]:
    return room.go(SERVICES)


# Services -------------------------------------------------------------------------------------------------------------


@get("/services", include_in_schema=False)
async def show_services(room: TheStaffroom) -> Response[Any]:
    picture = await room.picture()
    services = await room.read(catalogue.services_of, hall=room.hall)
    return room.page("administration/services.html", services=services, picture=picture)


@get("/services/new", include_in_schema=False)
async def new_service(room: TheStaffroom) -> Response[Any]:
    return await _service(room, "", ServiceForm(minutes="15", position=str(len(room.plan.services))))


@post("/services/new", include_in_schema=False)
async def add_service(room: TheStaffroom, data: URLEncodedBody[ServiceForm]) -> Response[Any]:
    try:
        await room.act(catalogue.add_service, form=data)
    except Refused as refusal:
        return await _service(room, "", data, refusal)
    return await _done(room, SERVICES)


@get("/services/{code:str}", include_in_schema=False)
async def show_service(code: FromPath[str], room: TheStaffroom) -> Response[Any]:
    return await _service(room, code, None)


@post("/services/{code:str}", include_in_schema=False)
async def change_service(code: FromPath[str], room: TheStaffroom, data: URLEncodedBody[ServiceForm]) -> Response[Any]:
    try:
        await room.act(catalogue.change_service, code=code, form=data)
    except Refused as refusal:
        return await _service(room, code, data, refusal)
    return await _done(room, SERVICES)


@post("/services/{code:str}/{turn:str}", include_in_schema=False)
async def turn_service(
    code: FromPath[str], turn: FromPath[str], room: TheStaffroom, data: URLEncodedBody[Why]
) -> Response[Any]:
    """Retires a service, or takes it up again."""
    try:
        await room.act(_turn("services", turn), code=code, reason=data.reason)
    except Refused as refusal:
        return await _service(room, code, None, refusal)
    return await _done(room, SERVICES)


async def _service(room: Staffroom, code: str, form: ServiceForm | None, refusal: Refused | None = None) -> Response[Any]:
    known = await room.read(catalogue.services_of, hall=room.hall)
    row = next((one for one in known if one.code == code), None)
    if code and row is None:
        raise Refused("unknown-service", 404)
    form = form or (catalogue.form_of(row) if row else ServiceForm())
    return room.page("administration/service.html", status=refusal.status if refusal else 200, refusal=refusal, row=row,
                     form=form, skills=sorted({one.skill for one in known}))


# Windows --------------------------------------------------------------------------------------------------------------


@get("/windows", include_in_schema=False)
async def show_windows(room: TheStaffroom) -> Response[Any]:
    rows = await room.read(window_setup.windows_of, hall=room.hall)
    return room.page("administration/window_list.html", rows=rows, picture=await room.picture())


@get("/windows/new", include_in_schema=False)
async def new_window(room: TheStaffroom) -> Response[Any]:
    return await _window(room, "", WindowForm(position=str(len(room.plan.windows))))


@post("/windows/new", include_in_schema=False)
async def add_window(room: TheStaffroom) -> Response[Any]:
    form = await _typed(room)
    try:
        await room.act(window_setup.add_window, form=form)
    except Refused as refusal:
        return await _window(room, "", form, refusal)
    return await _done(room, WINDOWS)


@get("/windows/{code:str}", include_in_schema=False)
async def show_window(code: FromPath[str], room: TheStaffroom) -> Response[Any]:
    return await _window(room, code, None)


@post("/windows/{code:str}", include_in_schema=False)
async def change_window(code: FromPath[str], room: TheStaffroom) -> Response[Any]:
    form = await _typed(room)
    try:
        await room.act(window_setup.change_window, code=code, form=form)
    except Refused as refusal:
        return await _window(room, code, form, refusal)
    return await _done(room, WINDOWS)


@post("/windows/{code:str}/{turn:str}", include_in_schema=False)
async def turn_window(
    code: FromPath[str], turn: FromPath[str], room: TheStaffroom, data: URLEncodedBody[Why]
) -> Response[Any]:
    """Retires a window, or takes it up again."""
    try:
        await room.act_on_seats(_turn("windows", turn), code=code, reason=data.reason)
    except Refused as refusal:
        return await _window(room, code, None, refusal)
    return await _done(room, WINDOWS)


async def _typed(room: Staffroom) -> WindowForm:
    form = await room.request.form()
    told = {name: str(form.get(name, "")) for name in ("code", "name_zh", "name_en", "position", "reason")}
    return WindowForm(**told, skills=[str(skill) for skill in form.getall("skills", [])])


async def _window(room: Staffroom, code: str, form: WindowForm | None, refusal: Refused | None = None) -> Response[Any]:
    known = await room.read(window_setup.windows_of, hall=room.hall)
    row = next((one for one in known if one.code == code), None)
    if code and row is None:
        raise Refused("unknown-window", 404)
    services = await room.read(catalogue.services_of, hall=room.hall)
    form = form or (window_setup.form_of(row) if row else WindowForm())
    skills = sorted({one.skill for one in services if not one.retired} | set(form.skills))
    return room.page("administration/window.html", status=refusal.status if refusal else 200, refusal=refusal, row=row,
                     form=form, services=services, skills=skills)


# Both -----------------------------------------------------------------------------------------------------------------


def _turn(kind: str, turn: str) -> Any:
    if turn not in TURNS[kind]:
        raise Refused("not-found", 404)
    return TURNS[kind][turn]


async def _done(room: Staffroom, address: str) -> Response[Any]:
    await room.picture()
    return room.go(f"{address}?kept=1")


handlers = [
    Router(
        "/desk/administration",
        route_handlers=[
            show_first, show_services, new_service, add_service, show_service, change_service, turn_service,
            show_windows, new_window, add_window, show_window, change_window, turn_window,
        ],
        guards=[require(Role.ADMINISTRATOR)],
        dependencies=STAFFROOM,
    )
]
