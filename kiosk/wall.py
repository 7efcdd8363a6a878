"""What hangs on the wall of the hall: the call that is huge, those beside it, those still to be answered, how many wait.

Pure. Ticket number and window only: it has fields for nothing else of a visitor.
"""

import re
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from kiosk.picture import CallView, Picture, Standing
from kiosk.plan import HallPlan, Named, ServicePlan
from kiosk.tables import State
from kiosk.window.calling import is_aloud

ROWS = 4
LINES = 6
HORIZON = 15  # days: longer than any run of rest days of the calendar
CUT = re.compile(r"(.*?)(\d{1,2})(\D*)", re.DOTALL)

Mood = Literal["calling", "quiet", "ready", "closed"]
LineState = Literal["open", "paused", "no-window"]


class WallCall(Named, frozen=True, kw_only=True):
    """One call. ``awaited``: nobody has answered it yet; ``missed``: its visitor did not come and may come back;
    ``aloud``: the voice says it, as its visitor has chosen."""

    id: int
    number: str
    window: str
    called_at: datetime
    awaited: bool
    missed: bool
    aloud: bool = True

    def parts(self, language: str) -> tuple[str, str, str]:
        """The window's name before, in and after its number; the number is what must be read from afar."""
        name = self.name(language)
        found = CUT.fullmatch(name)
        return (found[1].strip(), found[2], found[3].strip()) if found else ("", "", name)


class WallLine(Named, frozen=True, kw_only=True):
    """How many wait for a service, and for how long someone would wait who came now (minutes)."""

    waiting: int
    low: int
    high: int
    state: LineState


class Wall(msgspec.Struct, frozen=True):
    """``mood`` is what the large half shows: a call, that nobody waits, that nobody was called yet, that it is closed."""

    mood: Mood
    current: WallCall | None
    beside: list[WallCall]
    awaited: list[WallCall]  # oldest first, as they are spoken
    lines: list[WallLine]
    open: bool
    opens_at: datetime | None
    opens_today: bool
    kept: int | None = None  # percent of the waits promised in the last week that were kept


def wall(picture: Picture, now: datetime) -> Wall:
    """The wall as it is at ``now``; calls of earlier days are not on it."""
    plan = picture.plan
    calls = [_call(picture, one) for one in _of_today(picture, now)]
    awaited = [one for one in calls if one.awaited]
    is_open = plan.is_open(now)
    mood = _mood(picture, calls, awaited, is_open)
    current = next(iter(awaited or calls), None) if mood == "calling" else None
    others = [one for one in calls if one is not current]
    opens_at = None if is_open else next_opening(plan, now)
    opens_today = opens_at is not None and plan.today(opens_at) == plan.today(now)
    return Wall(mood, current, _beside(others), awaited[::-1], _lines(picture, now), is_open, opens_at, opens_today,
                picture.forecast.kept.said)


def on_wall(picture: Picture, call_id: int, now: datetime) -> CallView | None:
    """A call by its id, if it is one of today's latest; only these are ever spoken."""
    return next((one for one in _of_today(picture, now) if one.id == call_id), None)


def next_opening(plan: HallPlan, now: datetime) -> datetime | None:
    """When the hall opens next, None when its hours say never."""
    local = now.astimezone(plan.zone)
    for day in (local.date() + timedelta(days=ahead) for ahead in range(HORIZON)):
        for opens, _ in plan.hours.on(day, plan.calendar):
            if (moment := datetime.combine(day, opens, plan.zone)) > now:
                return moment
    return None


def _of_today(picture: Picture, now: datetime) -> list[CallView]:
    today = picture.plan.today(now)
    return [one for one in picture.recent_calls(len(picture.calls)) if picture.plan.today(one.called_at) == today]


def _call(picture: Picture, call: CallView) -> WallCall:
    """A window that has been taken out of the plan is called by its code."""
    window = picture.plan.windows_by_id.get(call.window_id)
    ticket = picture.tickets.get(call.ticket_id)
    state = ticket.state if ticket else ""
    return WallCall(
        id=call.id, number=call.number, window=call.window, called_at=call.called_at,
        name_zh=window.name_zh if window else call.window, name_en=window.name_en if window else call.window,
        awaited=state == State.CALLED, missed=state == State.MISSED, aloud=_is_aloud(picture, ticket),
    )


def _is_aloud(picture: Picture, ticket: Standing | None) -> bool:
    if ticket is None or not ticket.way:
        return True
    since = ticket.called_at
    return is_aloud(ticket.way, sum(one.ticket_id == ticket.id and (since is None or one.called_at >= since)
                                    for one in picture.calls))


def _mood(picture: Picture, calls: list[WallCall], awaited: list[WallCall], is_open: bool) -> Mood:
    waiting = any(picture.waiting(service) for service in picture.plan.services)
    if awaited or (calls and waiting):
        return "calling"
    if not is_open and not waiting:
        return "closed"
    return "quiet" if calls and not waiting else "ready"


def _beside(calls: list[WallCall]) -> list[WallCall]:
    """The latest four; one that is still awaited is never pushed out by one that was answered."""
    kept = sorted(calls, key=lambda one: not one.awaited)[:ROWS]
    return sorted(kept, key=lambda one: -one.id)


def _lines(picture: Picture, now: datetime) -> list[WallLine]:
    shown = [one for one in picture.plan.services if not one.by_booking or picture.waiting(one)]
    return [_line(picture, service, now) for service in shown[:LINES]]


def _line(picture: Picture, service: ServicePlan, now: datetime) -> WallLine:
    low, high = picture.wait_now(service, now)
    staffed: LineState = "open" if picture.plan.windows_for(service) else "no-window"
    return WallLine(
        name_zh=service.name_zh, name_en=service.name_en, waiting=picture.waiting(service), low=low, high=high,
        state=staffed if service.open else "paused",
    )
