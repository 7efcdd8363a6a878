"""The guide desk: who asks for help, who missed the call, who waits, numbers for those who cannot use the kiosk.

Window clerks may look on; guides and supervisors act. What hangs here follows the hall by itself.
"""

import unicodedata
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath

from kiosk.booth.needs import NEEDS
from kiosk.desk.tasks import close_task
from kiosk.picture import Picture
from kiosk.plan import ServicePlan
from kiosk.staffroom import STAFFROOM, Staffroom, TheStaffroom
from kiosk.tables import State
from kiosk.window.console import Row, row
from kiosk.window.overview import desk_overview, ticket_by_number
from shared.codes import normalise
from shared.database import Database
from shared.door import require
from shared.errors import Refused
from shared.identity import Identity
from shared.pages import Pages
from shared.people import Role

SEERS = (Role.GUIDE_DESK, Role.SUPERVISOR, Role.WINDOW_CLERK)
GUIDES = (Role.GUIDE_DESK, Role.SUPERVISOR)
ROWS = 8


class Line(msgspec.Struct, frozen=True):
    """Who waits for one service: the first few in order, how many more, and the longest wait's beginning."""

    service: ServicePlan
    rows: list[Row]
    more: int
    oldest: datetime | None
    wait: tuple[int, int]

    @property
    def rows_count(self) -> int:
        return len(self.rows) + self.more


def may_see(identity: Identity) -> bool:
    return not identity.roles.isdisjoint(SEERS)


def may_act(identity: Identity) -> bool:
    return not identity.roles.isdisjoint(GUIDES)


async def draw(pages: Pages, db: Database, picture: Picture, language: str, now: datetime, acts: bool) -> str:
    """The desk as the hall stands; ``acts``: with what guides may do."""
    told = {**await look_at(db, picture, now), "plan": picture.plan, "needs": NEEDS, "now": now, "acts": acts, "said": None}
    return pages.render("desk/_desk.html", language, answering=False, **told)


async def look_at(db: Database, picture: Picture, now: datetime) -> dict[str, Any]:
    hall = await db.read(desk_overview, plan=picture.plan, now=now)
    missed = sorted(picture.in_state(State.MISSED), key=lambda one: one.called_at or one.arrived_at, reverse=True)
    return {"picture": picture, "hall": hall, "missed": missed, "lines": lines(picture, now)}


def lines(picture: Picture, now: datetime) -> list[Line]:
    """The services of the hall and who waits for each."""
    return [_line(picture, service, now) for service in picture.plan.services]


def _line(picture: Picture, service: ServicePlan, now: datetime) -> Line:
    waiting = picture.line(service)
    rows = [row(picture, one, now, is_next=at == 0) for at, one in enumerate(waiting[:ROWS])]
    oldest = min((one.queued_at for one in waiting), default=None)
    return Line(service, rows, max(0, len(waiting) - ROWS), oldest, picture.wait_now(service, now))


@get("/", include_in_schema=False)
async def show(room: TheStaffroom) -> Response[Any]:
    return await answer(room, None) if room.is_fragment else await _whole(room)


@post("/tasks/{task:uuid}/close", include_in_schema=False, guards=[require(*GUIDES)])
async def close(task: FromPath[UUID], room: TheStaffroom) -> Response[Any]:
    """Somebody has seen to it. Again: nothing changes."""
    try:
        await room.act(close_task, task=task)
    except Refused as refusal:
        return await answer(room, refusal)
    return await answer(room, None)


@get("/find", include_in_schema=False)
async def find(room: TheStaffroom) -> Response[Any]:
    """A visitor's ticket by its number of today (A12 is A012), or by what a scanner reads from its code."""
    typed = room.request.query_params.get("number", "").strip()[:120]
    code = normalise(typed)
    if code is None:
        code = await room.read(ticket_by_number, plan=room.plan, number=full_number(typed), now=room.now)
    if code is None:
        return await _whole(room, Refused("unknown-number", 404), typed)
    return room.go(f"/desk/tickets/{code}")


def full_number(typed: str) -> str:
    """ "a 12" as A012: capitals, no gaps, three digits."""
    plain = "".join(unicodedata.normalize("NFKC", typed).split()).upper()
    letters = plain.rstrip("0123456789")
    return f"{letters}{plain[len(letters):].zfill(3)}"


# Answers ----------------------------------------------------------------------------------------------------------------


async def answer(room: Staffroom, refusal: Refused | None) -> Response[Any]:
    """The desk as it stands: for htmx the fragment, else the page."""
    if not room.is_fragment:
        return await _whole(room, refusal) if refusal else room.go("/desk")
    told = {**await look_at(room.db, await room.picture(), room.now), "acts": may_act(room.identity), "answering": True}
    drawn = room.render("desk/_desk.html", refusal=refusal, **told)
    return room.fragment(drawn, status=refusal.status if refusal else 200)


async def _whole(room: Staffroom, refusal: Refused | None = None, typed: str = "") -> Response[Any]:
    told = {**await look_at(room.db, await room.picture(), room.now), "acts": may_act(room.identity), "answering": False}
    return room.page("desk/desk.html", status=refusal.status if refusal else 200, refusal=refusal, typed=typed, **told)


handlers = [
    Router(
        "/desk",
        route_handlers=[show, close, find],
        guards=[require(*SEERS)],
        dependencies=STAFFROOM,
    )
]
