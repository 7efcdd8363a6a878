"""The bookings of a day for staff, live: who is due, has arrived, has not come; hours in which nobody can be received, and
those who are booked for hours that have been closed since."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, URLEncodedBody

from kiosk.administration.altering import day_of
from kiosk.bookings import closures as booking_closures
from kiosk.bookings import passing
from kiosk.bookings.closures import Cleared
from kiosk.bookings.ledger import Ledger, TheLedger
from kiosk.bookings.queries import closed_from, line_of, of_day
from kiosk.desk.screens import GUIDES, may_act
from kiosk.plan import HallPlan
from kiosk.staffroom import Staffroom
from shared.database import Database
from shared.door import require
from shared.errors import Refused
from shared.pages import Pages
from shared.people import Role
from shared.vault import Vault

Typed = Annotated[str, msgspec.Meta(max_length=254)]


class CloseForm(msgspec.Struct):
    service: Typed = ""
    day: Typed = ""
    begins: Typed = ""
    ends: Typed = ""
    reason: Typed = ""
    moving: Typed = ""


class MoveForm(msgspec.Struct):
    reason: Typed = ""
    moving: Typed = ""


async def draw(pages: Pages, db: Database, plan: HallPlan, day: date, sealing: Vault, language: str, now: datetime) -> str:
    """The list of the day as it stands: sent again at every change."""
    told = {"lines": await db.read(of_day, plan=plan, day=day, sealing=sealing), "plan": plan, "now": now, "day": day}
    return pages.render("booking/_desk_lines.html", language, **told)


@get("/", include_in_schema=False)
async def show(room: TheLedger) -> Response[Any]:
    return await _day(room)


@post("/close", include_in_schema=False, guards=[require(*GUIDES)])
async def close(room: TheLedger, data: URLEncodedBody[CloseForm]) -> Response[Any]:
    """A span in which nobody can be received: the bookings in it are moved, or people are told."""
    try:
        begins, ends = _span(room, data)
        cleared = await room.act(booking_closures.close_span, service=data.service, begins_at=begins, ends_at=ends,
                                 reason=data.reason, moving=data.moving == "move", **room.means)
    except Refused as refusal:
        return await _day(room, refusal, closing=data)
    return _cleared(room, data.day, cleared)


@post("/close/{closure:uuid}/open", include_in_schema=False, guards=[require(*GUIDES)])
async def reopen(room: TheLedger, closure: FromPath[UUID]) -> Response[Any]:
    await room.act(booking_closures.reopen, closure=closure)
    return room.go("/desk/bookings")


@post("/stranded", include_in_schema=False, guards=[require(*GUIDES)])
async def move_stranded(room: TheLedger, data: URLEncodedBody[MoveForm]) -> Response[Any]:
    """Whoever is booked for hours that are closed by now is moved, or told to choose another time."""
    try:
        cleared = await room.act(passing.move_stranded, reason=data.reason, moving=data.moving == "move", **room.means)
    except Refused as refusal:
        return await _day(room, refusal)
    return _cleared(room, "", cleared)


def _cleared(room: Ledger, day: str, cleared: Cleared) -> Response[Any]:
    return room.go(f"/desk/bookings?day={day}&moved={cleared.moved}&cancelled={cleared.cancelled}")


def _span(room: Staffroom, data: CloseForm) -> tuple[datetime, datetime]:
    """Refuses ``booking-time-needed``."""
    day = day_of(data.day)
    try:
        begins, ends = time.fromisoformat(data.begins), time.fromisoformat(data.ends)
    except ValueError:
        raise Refused("booking-time-needed", 422) from None
    if day is None:
        raise Refused("booking-time-needed", 422)
    return datetime.combine(day, begins, room.plan.zone), datetime.combine(day, ends, room.plan.zone)


async def _day(room: Ledger, refusal: Refused | None = None, *, closing: CloseForm | None = None) -> Response[Any]:
    asked, today, sealing = room.request.query_params, room.plan.today(room.now), room.means["sealing"]
    day = day_of((closing.day if closing else "") or asked.get("day", "")) or today
    found = await room.read(passing.stranded, plan=room.plan, now=room.now)
    return room.page(
        "booking/desk_day.html", status=refusal.status if refusal else 200, refusal=refusal, day=day, today=today,
        lines=await room.read(of_day, plan=room.plan, day=day, sealing=sealing),
        stranded=[line_of(row, sealing) for row in found], before=day - timedelta(days=1), after=day + timedelta(days=1),
        acts=may_act(room.identity), sets=Role.SUPERVISOR in room.identity.roles,
        closing=closing or CloseForm(day=day.isoformat(), moving="move"),
        closures=await room.read(closed_from, plan=room.plan, now=room.now), moved=asked.get("moved", ""),
        ended=asked.get("cancelled", ""),
    )


handlers = [show, close, reopen, move_stranded]
