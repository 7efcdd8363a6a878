"""Devices of the hall for the administrator: add and pair a screen, shut one out, describe a kiosk's printer and try it."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from anyio import to_thread
from litestar import Response, Router, get, post
from litestar.params import FromPath, URLEncodedBody

from kiosk.slips.printer import Outcome, Slip
from kiosk.slips.printers import PrinterForm, described, form_of, note_try, set_printer
from kiosk.slips.printing import on_paper
from kiosk.staffroom import STAFFROOM, Staffroom, TheStaffroom
from kiosk.window import overview
from kiosk.window.overview import DeviceView
from shared import words
from shared.door import add_device, require, revoke_device
from shared.errors import Refused
from shared.keys import PAIRING_MINUTES
from shared.people import DeviceKind, Role
from shared.refusals import N_

Short = Annotated[str, msgspec.Meta(max_length=80)]
KINDS = {
    "none": N_("No printer"), "browser": N_("The browser's printer"), "network": N_("Network printer"), "usb": N_("USB printer"),
}  # fmt: skip
TEST = N_("Test slip")


class NewDevice(msgspec.Struct):
    """A kiosk or lobby display to be added."""

    name: Short = ""
    kind: Short = "kiosk"


@get("/", include_in_schema=False)
async def show(room: TheStaffroom) -> Response[Any]:
    return await _list(room)


@post("/", include_in_schema=False)
async def add(room: TheStaffroom, data: URLEncodedBody[NewDevice]) -> Response[Any]:
    """A new screen. Its pairing code stands in this answer and nowhere else."""
    name = data.name.strip()
    if not name or data.kind not in set(DeviceKind):
        return await _list(room, Refused("name-needed" if not name else "invalid", 422), typed=data)
    place, kind = {"office": room.plan.office_id, "hall": room.hall}, DeviceKind(data.kind)
    code = await room.db.write(add_device, **place, kind=kind, name=name, now=room.now, by=room.identity.by)
    return await _list(room, pairing=code, named=name)


@get("/{device:uuid}", include_in_schema=False)
async def show_device(device: FromPath[UUID], room: TheStaffroom) -> Response[Any]:
    found = await _own(room, device)
    return _single(room, found, form_of(found.printer))


@post("/{device:uuid}/revoke", include_in_schema=False)
async def revoke(device: FromPath[UUID], room: TheStaffroom) -> Response[Any]:
    """Shuts the screen out for good."""
    await _own(room, device)
    await room.door.write(revoke_device, device_id=device, now=room.now, by=room.identity.by)
    return room.go("/desk/devices")


@post("/{device:uuid}/printer", include_in_schema=False)
async def describe(device: FromPath[UUID], room: TheStaffroom, data: URLEncodedBody[PrinterForm]) -> Response[Any]:
    found = await _own(room, device)
    try:
        await room.act(set_printer, device=device, printer=described(data))
    except Refused as refusal:
        return _single(room, found, data, refusal=refusal)
    return room.go(f"/desk/devices/{device}?kept=1")


@post("/{device:uuid}/test", include_in_schema=False)
async def try_printer(device: FromPath[UUID], room: TheStaffroom) -> Response[Any]:
    """Prints a test slip with the settings as they are kept, and says what is known of it, no more."""
    found = await _own(room, device)
    outcome = await to_thread.run_sync(on_paper, _test_slip(room, found), found.printer)
    await room.act(note_try, device=device, outcome=outcome)
    return _single(room, found, form_of(found.printer), outcome=outcome)


async def _own(room: Staffroom, device: UUID) -> DeviceView:
    """A device of this hall. Refuses ``unknown-device``."""
    for one in await room.read(overview.devices, hall=room.hall):
        if one.id == device:
            return one
    raise Refused("unknown-device", 404)


def _test_slip(room: Staffroom, device: DeviceView) -> Slip:
    plan, printed_at = room.plan, f"{room.now.astimezone(room.plan.zone):%Y-%m-%d %H:%M}"
    return Slip(
        number="A000", office=plan.office(words.CHINESE), hall=plan.name(words.CHINESE), issued_at=printed_at, scan=device.name,
        service_zh=words.translator(words.CHINESE)(TEST), service_en=TEST, url=f"{room.pages.settings.public_url}/",
        notes=("中文：来访请取号 轮到会叫您", "ABCDEFGHIJ 0123456789"),
    )


async def _list(
    room: Staffroom, refusal: Refused | None = None, *, typed: NewDevice | None = None, pairing: str = "", named: str = ""
) -> Response[Any]:
    status = refusal.status if refusal else 201 if pairing else 200
    return room.page(
        "administration/devices.html", status=status, refusal=refusal, devices=await room.read(overview.devices, hall=room.hall),
        typed=typed or NewDevice(), pairing=pairing, named=named, minutes=PAIRING_MINUTES, kinds=KINDS,
    )


def _single(
    room: Staffroom, device: DeviceView, form: PrinterForm, *, refusal: Refused | None = None, outcome: Outcome | None = None
) -> Response[Any]:
    return room.page(
        "administration/device.html", status=refusal.status if refusal else 200, refusal=refusal, device=device, form=form,
        outcome=outcome, kinds=KINDS, kept="kept" in room.request.query_params and outcome is None,
    )


handlers = [
    Router(
        "/desk/devices",
        route_handlers=[show, add, show_device, revoke, describe, try_printer],
        guards=[require(Role.ADMINISTRATOR)],
        dependencies=STAFFROOM,
    )
]
