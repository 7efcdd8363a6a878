"""The tab of time and place: lawful starts to be picked with one press, a time typed by hand, and a move with all that it
brings. Where nothing is lawful, the rules in the way and the ways out."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, QueryParameter, URLEncodedBody

from cases.caseroom import go
from hearings import rules
from hearings.hearingroom import HEARINGROOM, Hearingroom, TheHearingroom
from hearings.place import actions as booking
from hearings.place.actions import TimeAndPlace
from hearings.place.queries import MoveView, move_view, time_view
from hearings.place.words import hindrance, way_out
from hearings.tables import ClaimKind, HearingState
from shared import words
from shared.door import require
from shared.errors import Refused

PREPARE = [require(*rules.PREPARE)]
SHOWN = 8  # days with lawful starts on one page
One = FromPath[UUID]


class TimeForm(msgspec.Struct):
    """A time as it is picked or typed: ``at`` as a whole, or day and clock apart; ``room`` is empty for elsewhere."""

    at: str = ""
    day: str = ""
    clock: str = ""
    room: str = ""
    reason: str = ""


@get("/", include_in_schema=False)
async def show(room: TheHearingroom, hearing: One, page: Annotated[int, QueryParameter(ge=0, le=1000)] = 0) -> Response[str]:
    return await time_page(room, hearing, page=page)


@post("/list", include_in_schema=False, guards=PREPARE)
async def lay_down(room: TheHearingroom, hearing: One, data: URLEncodedBody[TimeForm]) -> Response[Any]:
    try:
        at = typed(data, room)
        await room.act(booking.list_hearing, hearing_id=hearing, at=at, sealing=room.vault, settings=room.pages.settings)
    except Refused as refusal:
        return await time_page(room, hearing, refusal=refusal, form=data)
    return go(f"/desk/hearings/{hearing}/time")


@get("/move", include_in_schema=False, guards=PREPARE)
async def ask_move(
    room: TheHearingroom, hearing: One, at: FromQuery[str] = "", day: FromQuery[str] = "", clock: FromQuery[str] = "",
    to: FromQuery[str] = "",
) -> Response[Any]:
    """What a move to that time would bring; nothing is changed by looking."""
    form = TimeForm(at, day, clock, to)
    try:
        wanted = typed(form, room)
    except Refused as refusal:
        return await time_page(room, hearing, refusal=refusal, form=form)
    return await _move_page(room, hearing, wanted, form)


@post("/move", include_in_schema=False, guards=PREPARE)
async def move(room: TheHearingroom, hearing: One, data: URLEncodedBody[TimeForm]) -> Response[Any]:
    try:
        at = typed(data, room)
    except Refused as refusal:
        return await time_page(room, hearing, refusal=refusal, form=data)
    view = await _read_move(room, hearing, at)
    action, more = (booking.move, {"reason": data.reason}) if view.before else (booking.list_hearing, {})
    try:
        await room.act(action, hearing_id=hearing, at=at, sealing=room.vault, settings=room.pages.settings, **more)
    except Refused as refusal:
        return await _move_page(room, hearing, at, data, refusal)
    return go(f"/desk/hearings/{hearing}/time")


# Parts --------------------------------------------------------------------------------------------------------------


def typed(form: TimeForm, room: Hearingroom) -> TimeAndPlace:
    """Refuses ``time-form`` and ``choice-needed``."""
    try:
        begins = datetime.fromisoformat(form.at or f"{form.day}T{form.clock}")
        chosen = UUID(form.room) if form.room else None
    except ValueError:
        raise Refused("time-form", 422) from None
    return TimeAndPlace(begins.replace(tzinfo=begins.tzinfo or room.centre.zone), chosen)


async def time_page(
    room: Hearingroom, hearing: UUID, *, page: int = 0, refusal: Refused | None = None, form: TimeForm | None = None
) -> Response[str]:
    view = await room.read(time_view, centre=room.centre, hearing_id=hearing, sealing=room.vault, now=room.now,
                           by=room.identity, language=room.language)
    if refusal is not None and refusal.status in (403, 404):
        raise refusal
    obstacles = [hindrance(one, room.language, view.called) for one in view.starts.obstacles] if not view.days else []
    quotes = {one.article: room.quote(Refused("", article=one.article)) for one in obstacles if one.article}
    return room.page(
        "hearings/time.html", status=refusal.status if refusal else 200, view=view, hearing=view.line, tab="time",
        refusal=in_words(refusal, room.language, view.rooms), form=form or TimeForm(), obstacles=obstacles, quotes=quotes,
        ways=[way_out(one, room.language) for one in view.starts.relaxations], shown=view.days[page * SHOWN : (page + 1) * SHOWN],
        page=page, more=len(view.days) > (page + 1) * SHOWN, states=HearingState,
    )


async def _read_move(room: Hearingroom, hearing: UUID, at: TimeAndPlace) -> MoveView:
    return await room.read(move_view, centre=room.centre, hearing_id=hearing, at=at, sealing=room.vault, now=room.now,
                           by=room.identity)


async def _move_page(
    room: Hearingroom, hearing: UUID, at: TimeAndPlace, form: TimeForm, refusal: Refused | None = None
) -> Response[str]:
    if refusal is not None and refusal.status in (403, 404):
        raise refusal
    view = await _read_move(room, hearing, at)
    stop = in_words(refusal or view.refusal, room.language, view.rooms)
    form.at = f"{at.begins_at.astimezone(room.centre.zone):%Y-%m-%dT%H:%M}"
    return room.page("hearings/time_move.html", status=refusal.status if refusal else 200, view=view, hearing=view.line,
                     tab="time", refusal=stop, form=form, blocked=view.refusal is not None)


def in_words(refusal: Refused | None, language: str, rooms: Any) -> Refused | None:
    """A refusal with what stands in the way called in the reader's language."""
    if refusal is None or refusal.code != "time-taken":
        return refusal
    _ = words.translator(language)
    if refusal.detail["kind"] == ClaimKind.MEMBER:
        refusal.detail["what"] = _("An officer of the panel")
    elif refusal.detail["kind"] == ClaimKind.ROOM and language == words.ENGLISH:
        refusal.detail["what"] = rooms[UUID(refusal.detail["resource"])].name_en
    return refusal


router = Router(
    "/desk/hearings/{hearing:uuid}/time", route_handlers=[show, lay_down, ask_move, move], guards=[require(*rules.READ)],
    dependencies=HEARINGROOM,
)
handlers = [router]
