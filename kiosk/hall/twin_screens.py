"""The supervisor's "what if" and the charts of the day and the week, beside the hall's page."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response, Router, get, post
from litestar.params import FromPath

from kiosk.forecast.forecast import expected, hall_of
from kiosk.hall import deciding, figures, twin
from kiosk.hall.figure_charts import charts_of
from kiosk.hall.screens import ACTORS, SEERS, ask, done, typed
from kiosk.hall.tables import Decision
from kiosk.staffroom import STAFFROOM, TheStaffroom
from kiosk.tables import State
from kiosk.window.overview import promised
from shared.door import require
from shared.errors import Refused

MINUTES_MOST = 480


@get("/what-if", include_in_schema=False, guards=[require(*ACTORS)])
async def ask_what_if(room: TheStaffroom) -> Response[Any]:
    window = room.request.query_params.get("window", "")
    return await ask(room, "what_if", typed={"window": window, "act": "", "at": "", "minutes": "30"}, answered=None)


@post("/what-if", include_in_schema=False, guards=[require(*ACTORS)])
async def answer_what_if(room: TheStaffroom) -> Response[Any]:
    """Plays the hall on, with and without. The answer is kept, and can be decided on."""
    form = await typed(room)
    try:
        asked, begins_at, ends_at = question(form, room.plan.zone, room.now)
        room.plan.window(asked.window)
    except Refused as refusal:
        return await ask(room, "what_if", refusal, typed=form, answered=None)
    picture = await room.picture()
    limits = await room.read(promised, hall=picture.plan.id)
    records = picture.forecast.records
    coming = expected(picture.plan, records, room.now, twin.AHEAD)
    change = twin.ask(hall_of(picture, records, room.now), asked, limits, room.now, max(picture.version, 0), coming)
    waiting = len(picture.in_state(State.WAITING))
    kept = await room.act(deciding.keep_answer, act=asked.act, window=asked.window, begins_at=begins_at, ends_at=ends_at,
                          change=change, waiting=waiting)
    return await ask(room, "what_if", typed=form, answered=await room.read(deciding.decision_of, plan=room.plan, decision=kept))


@post("/what-if/{decision:uuid}", include_in_schema=False, guards=[require(*ACTORS)])
async def decide(decision: FromPath[UUID], room: TheStaffroom) -> Response[Any]:
    """It is to be done."""
    form = await typed(room)
    answered: Decision | None = await room.read(deciding.decision_of, plan=room.plan, decision=decision)
    act = room.act(deciding.decide, decision=decision, reason=form["reason"])
    return await done(room, act, "what_if", typed={**form, "minutes": "30"}, answered=answered)


def question(form: dict[str, str], zone: ZoneInfo, now: datetime) -> tuple[twin.Question, datetime, datetime | None]:
    """What is asked, from when and until when; without a time: now. Refuses ``invalid``, ``time-wrong``, ``value-needed``."""
    if form["act"] not in (twin.OPEN, twin.PAUSE):
        raise Refused("invalid", 422)
    begins_at = _moment(form["at"], zone, now)
    begins = max(0.0, (begins_at - now).total_seconds() / 60)
    if form["act"] == twin.OPEN:
        return twin.Question(twin.OPEN, form["window"], begins), begins_at, None
    minutes = int(form["minutes"]) if form["minutes"].isdecimal() and len(form["minutes"]) < 5 else 0
    if not 1 <= minutes <= MINUTES_MOST:
        raise Refused("value-needed", 422)
    asked = twin.Question(twin.PAUSE, form["window"], begins, begins + minutes)
    return asked, begins_at, begins_at + timedelta(minutes=minutes)


def _moment(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    if not text:
        return now
    try:
        at = datetime.strptime(text, "%H:%M").time()
    except ValueError:
        raise Refused("time-wrong", 422) from None
    local = now.astimezone(zone)
    chosen = datetime.combine(local.date(), at, zone)
    if chosen < now - timedelta(minutes=1):
        raise Refused("time-wrong", 422)
    return max(now, chosen.astimezone(now.tzinfo))


# Charts -----------------------------------------------------------------------------------------------------------------


@get("/figures", include_in_schema=False)
async def show_figures(room: TheStaffroom) -> Response[Any]:
    """A day, or the week that ends with it: pictures with their tables."""
    asked, today = room.request.query_params, room.plan.today(room.now)
    day, week = _day(asked.get("day", ""), today), asked.get("span") == "week"
    if week:
        found = await room.read(figures.week_figures, plan=room.plan, until=day)
    else:
        found = await room.read(figures.day_figures, plan=room.plan, day=day)
    charts = charts_of(found, room.plan, room.language, week=week)
    return room.page("desk/hall_figures.html", figures=found, charts=charts, day=day, week=week, today=today,
                     step=timedelta(days=7 if week else 1))


def _day(text: str, today: date) -> date:
    try:
        return min(date.fromisoformat(text), today)
    except ValueError:
        return today


handlers = [
    Router(
        "/desk/hall",
        route_handlers=[ask_what_if, answer_what_if, decide, show_figures],
        guards=[require(*SEERS)],
        dependencies=STAFFROOM,
    )
]
