"""At the kiosk, everything that is not taking a number: scanning or typing a code, and calling for help.

A code that opens nothing here gets one and the same answer, whether it is unknown, used, expired or another hall's.
"""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from cases.receipts import find_receipt
from hearings.invitations.queries import find_invitation
from kiosk import actions
from kiosk.booth import booked, needs
from kiosk.booth.booth import Booth, TheBooth
from kiosk.desk import tasks
from kiosk.discreet import actions as discreet
from kiosk.discreet.queries import holders
from kiosk.tables import ENDED, State
from shared.codes import ALPHABET, normalise
from shared.errors import Refused
from shared.refusals import advice, sentence

TYPED_MOST = 300
PURPOSES = ("booking", "case")
KEYS = (ALPHABET[:10], ALPHABET[10:21], ALPHABET[21:])


class CodeForm(msgspec.Struct):
    """``text`` as typed or scanned; ``purpose`` is the page it came from."""

    text: str = ""
    purpose: str = ""


class HelpForm(msgspec.Struct):
    need: str = ""


# Codes ----------------------------------------------------------------------------------------------------------------


@get("/booking", include_in_schema=False)
async def booking(booth: TheBooth) -> Response[str]:
    """For those who were invited or have a booking."""
    return _code_page(booth, "booking")


@get("/case", include_in_schema=False)
async def case(booth: TheBooth) -> Response[str]:
    """For those who hold a look-up slip."""
    return _code_page(booth, "case")


@post("/code", include_in_schema=False, status_code=303)
async def read_code(data: URLEncodedBody[CodeForm], booth: TheBooth) -> Response[Any]:
    """Sends the holder of a code on: to the own ticket, back into the line after a missed call, to a number for the own booking,
    to the own case or the own invitation to a hearing."""
    code = normalise(data.text[:TYPED_MOST])
    if code is None:
        return _code_page(booth, data.purpose, data.text, "unknown-code")
    if answer := await _own_ticket(booth, code):
        return answer
    if (arrived := await booked.arrive(booth, code)) is not None:
        return arrived
    if await booth.read(find_receipt, code=code, sealing=booth.vault, now=booth.now):
        return booth.go(f"/c/{code}", at="kiosk")
    if await booth.read(find_invitation, code=code, sealing=booth.vault):
        return booth.go(f"/kiosk/invitations/{code}")
    return _code_page(booth, data.purpose, data.text, "unknown-code")


async def _own_ticket(booth: Booth, code: str) -> Redirect | None:
    """The page of a visit that is not over. Who missed the call or is back from an errand waits again."""
    standing = booth.picture.by_code.get(code)
    if standing is None:
        return await _discreet_one(booth, code)
    if standing.state != State.MISSED and not standing.is_away:
        return booth.go(f"/kiosk/tickets/{code}")
    await booth.act(actions.come_back, code=code)
    return booth.go(f"/kiosk/tickets/{code}", back="1")


async def _discreet_one(booth: Booth, code: str) -> Redirect | None:
    one = await booth.read(holders, hall=booth.hall, code=code)
    if one is None or one.state in ENDED:
        return None
    if one.state == State.MISSED:
        await booth.act(discreet.come_back, code=code)
    return booth.go(f"/kiosk/tickets/{code}")


def _code_page(booth: Booth, purpose: str, typed: str = "", problem: str = "") -> Response[str]:
    purpose = purpose if purpose in PURPOSES else "booking"
    return booth.answer(
        "kiosk/code.html", status=422 if problem else 200, here=booth.to(f"/kiosk/{purpose}"), purpose=purpose,
        typed=typed[:TYPED_MOST], keys=KEYS, title=sentence(problem, booth.language) if problem else "",
        advice=advice(problem, booth.language) if problem else "",
    )


# Help -----------------------------------------------------------------------------------------------------------------


@post("/help", include_in_schema=False, status_code=303)
async def call_for_help(booth: TheBooth) -> Redirect:
    """One touch: the guide desk knows at once."""
    device = booth.identity.id if booth.is_device else None
    task = await booth.act(
        tasks.open_task, kind=tasks.HELP, subject=tasks.device_subject(tasks.HELP, device),
        place=booth.identity.name if booth.is_device else "",
    )
    return booth.go(f"/kiosk/help/{task}")


@get("/help/{task:uuid}", include_in_schema=False)
async def show_help(task: FromPath[UUID], booth: TheBooth) -> Response[str]:
    """Someone is coming; and when staff have seen it, that they have."""
    state = await _help_task(booth, task)
    return booth.answer("kiosk/help.html", task=state, needs=needs.NEEDS, told=_told(state))


@post("/help/{task:uuid}", include_in_schema=False, status_code=303)
async def add_need(task: FromPath[UUID], data: URLEncodedBody[HelpForm], booth: TheBooth) -> Redirect:
    """What would help: never asked for, told by one touch and taken back by another."""
    state = await _help_task(booth, task)
    if not state.closed:
        wanted = needs.known([*({*_told(state)} ^ {data.need})])
        await booth.act(tasks.open_task, kind=tasks.HELP, subject=state.subject, detail={"needs": ",".join(wanted)})
    return booth.go(f"/kiosk/help/{task}")


@post("/help/{task:uuid}/over", include_in_schema=False, status_code=303)
async def call_off(task: FromPath[UUID], booth: TheBooth) -> Redirect:
    """The visitor no longer needs anybody."""
    await _help_task(booth, task)
    await booth.act(tasks.close_task, task=task)
    return booth.go("/kiosk")


async def _help_task(booth: Booth, task: UUID) -> tasks.TaskState:
    state = await booth.read(tasks.task_state, hall=booth.hall, task=task)
    if state is None or state.kind != tasks.HELP:
        raise Refused("not-found", 404)
    return state


def _told(state: tasks.TaskState) -> list[str]:
    return needs.known(state.detail.get("needs", "").split(","))


handlers = [booking, case, read_code, call_for_help, show_help, add_need, call_off]
