"""The administrator's pages of the hall with its hours, and of the calendar of working days."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.params import URLEncodedBody

from kiosk.administration import opening, working_days
from kiosk.administration.opening import HallForm
from kiosk.administration.working_days import DayForm, YearForm
from kiosk.hours import DAY_NAMES
from kiosk.staffroom import STAFFROOM, Staffroom, TheStaffroom
from shared.door import require
from shared.errors import Refused
from shared.people import Role

HALL, DAYS = "/desk/administration/hall", "/desk/administration/days"


# The hall -------------------------------------------------------------------------------------------------------------


@get("/hall", include_in_schema=False)
async def show_hall(room: TheStaffroom) -> Response[Any]:
    return await _hall(room)


@post("/hall", include_in_schema=False)
async def change_hall(room: TheStaffroom, data: URLEncodedBody[HallForm]) -> Response[Any]:
    try:
        await room.act(opening.set_hall, form=data)
    except Refused as refusal:
        return await _hall(room, refusal, about="hall", hall=data)
    await room.picture()
    return room.go(f"{HALL}?kept=1")


@post("/hours", include_in_schema=False)
async def change_hours(room: TheStaffroom) -> Response[Any]:
    form = {name: str(value) for name, value in (await room.request.form()).items()}
    try:
        week, why = opening.week_of(form), form.get("reason", "")
        await room.act(opening.set_hours, week=week, rest_days="rest_days" in form, reason=why)
    except Refused as refusal:
        return await _hall(room, refusal, about="hours", week=form)
    await room.picture()
    return room.go(f"{HALL}?kept=1")


async def _hall(
    room: Staffroom, refusal: Refused | None = None, *, about: str = "", hall: HallForm | None = None,
    week: dict[str, str] | None = None,
) -> Response[Any]:
    plan = (await room.picture()).plan
    kept_week = {**opening.week_form(plan), **({"rest_days": "1"} if plan.hours.rest_days else {})}
    return room.page(
        "administration/hall.html", status=refusal.status if refusal else 200, refusal=refusal, about=about,
        hall=hall or opening.hall_form(plan), week=kept_week if week is None else week, days=DAY_NAMES, spans=opening.SPANS,
        wrong=refusal.detail.get("weekday") if refusal else None,
    )


# Working days ---------------------------------------------------------------------------------------------------------


@get("/days", include_in_schema=False)
async def show_days(room: TheStaffroom) -> Response[Any]:
    return await _days(room)


@post("/days", include_in_schema=False)
async def change_day(room: TheStaffroom, data: URLEncodedBody[DayForm]) -> Response[Any]:
    try:
        await room.act(working_days.set_day, form=data)
    except Refused as refusal:
        return await _days(room, refusal, day=data)
    await room.picture()
    return room.go(f"{DAYS}?year={data.day.strip()[:4]}&kept=1")


@post("/days/year", include_in_schema=False)
async def enter_year(room: TheStaffroom, data: URLEncodedBody[YearForm]) -> Response[Any]:
    try:
        await room.act(working_days.set_year, form=data)
    except Refused as refusal:
        return await _days(room, refusal, entered=data)
    await room.picture()
    return room.go(f"{DAYS}?year={data.year.strip()}&kept=1")


async def _days(
    room: Staffroom, refusal: Refused | None = None, *, day: DayForm | None = None, entered: YearForm | None = None
) -> Response[Any]:
    plan = (await room.picture()).plan
    today = plan.today(room.now)
    asked = room.request.query_params.get("year", "")
    known = asked.isdecimal() and working_days.YEAR_FIRST <= int(asked[:5]) <= working_days.YEAR_LAST
    year = int(asked) if known else today.year
    count, rows = await room.read(working_days.year_of, year=year)
    return room.page(
        "administration/days.html", status=refusal.status if refusal else 200, refusal=refusal, year=year, rows=rows,
        missing=working_days.days_in(year) - count, months=plan.calendar.months_left(today), last=plan.calendar.last,
        day=day or DayForm(kind="rest"), entered=entered or YearForm(year=str(today.year + 1)), day_typed=day is not None,
        weekdays=DAY_NAMES,
    )


handlers = [
    Router(
        "/desk/administration",
        route_handlers=[show_hall, change_hall, change_hours, show_days, change_day, enter_year],
        guards=[require(Role.ADMINISTRATOR)],
        dependencies=STAFFROOM,
    )
]
