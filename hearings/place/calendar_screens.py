"""The calendar of rooms and hearings, by month and by week. A hearing that is to be moved shows in every cell whether it could be
there, as links; a script lets people drag it there as well."""

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, Router, get
from litestar.params import QueryParameter

from hearings import rules
from hearings.hearingroom import HEARINGROOM, Hearingroom, TheHearingroom
from hearings.place.calendar_queries import CalendarView, Verdict, calendar_view
from hearings.place.queries import called
from hearings.place.words import hindrance
from shared import words
from shared.calendar import DAY
from shared.door import require
from shared.refusals import N_

WEEK, MONTH = "week", "month"
LACKING = {
    "room-small": N_("Too few places."), "room-broadcast": N_("It cannot broadcast."),
    "room-steps": N_("Wheelchairs cannot get in."),
}
Text = Annotated[str, QueryParameter()]


@get("/", include_in_schema=False)
async def show(room: TheHearingroom, view: Text = WEEK, day: Text = "", moving: Text = "") -> Response[str]:
    today = room.centre.today
    chosen = _day(day) or today
    days = month_days(chosen) if view == MONTH else week_days(chosen)
    found = await room.read(
        calendar_view, centre=room.centre, days=days, moving=_uuid(moving), sealing=room.vault, now=room.now, by=room.identity,
        language=room.language, whole_days=view == MONTH,
    )
    names_of = await room.read(called, room.centre, room.language) if found.moving else {}
    return room.page(
        "hearings/calendar.html", found=found, view=MONTH if view == MONTH else WEEK, chosen=chosen, today=today,
        days=_shown(found, view), before=_step(chosen, view, -1), after=_step(chosen, view, 1),
        said_of=lambda verdict: _said(verdict, room, names_of), weeks=[days[n : n + 7] for n in range(0, len(days), 7)],
        plans=not rules.MANAGEMENT.isdisjoint(room.identity.roles),
    )


def week_days(day: date) -> tuple[date, ...]:
    monday = day - DAY * day.weekday()
    return tuple(monday + DAY * n for n in range(7))


def month_days(day: date) -> tuple[date, ...]:
    """Whole weeks, so that the first and the last day of the month are among them."""
    first, last = day.replace(day=1), _next_month(day) - DAY
    monday = first - DAY * first.weekday()
    return tuple(monday + DAY * n for n in range(((last - monday).days // 7 + 1) * 7))


# Parts --------------------------------------------------------------------------------------------------------------


def _shown(found: CalendarView, view: str) -> tuple[date, ...]:
    """Of a week, rest days only when something is held on them."""
    busy = {cell[1] for cell in found.blocks}
    return found.days if view == MONTH else tuple(day for day in found.days if day in found.workdays or day in busy)


def _said(verdict: Verdict, room: Hearingroom, names_of: Any) -> str:
    """Why a cell cannot be, in a few words."""
    _ = words.translator(room.language)
    told = [_(LACKING[code]) for code in verdict.lacking]
    found = [hindrance(one, room.language, names_of) for one in verdict.reasons]
    told += [f"{one.text} {one.about}".strip() for one in found[:2]]
    return " ".join(told) or _("Outside the time allowed.")


def _step(day: date, view: str, by: int) -> date:
    if view != MONTH:
        return day + timedelta(weeks=by)
    return _next_month(day) if by > 0 else (day.replace(day=1) - DAY).replace(day=1)


def _next_month(day: date) -> date:
    return (day.replace(day=28) + 4 * DAY).replace(day=1)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


router = Router("/desk/hearings/calendar", route_handlers=[show], guards=[require(*rules.READ)], dependencies=HEARINGROOM)
handlers = [router]
