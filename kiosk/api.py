"""The JSON API for devices and integrations (the public contract of docs/api.md). Bearer tokens only."""

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, HeaderParameter, JSONBody

from kiosk import actions
from kiosk.picture import Picture, Pictures, Standing, ThePictures
from kiosk.plan import WindowPlan
from kiosk.queries import board_of, past_ticket
from shared.database import Database
from shared.door import api_guard
from shared.errors import Refused
from shared.given import TheAsker, TheDatabase, TheSettings
from shared.identity import Identity
from shared.settings import Settings

Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key", required=False, max_length=64, min_length=1)]
Code = FromPath[str]


class Range(msgspec.Struct, frozen=True):
    """Minutes, rounded to five."""

    low: int
    high: int


class ServiceOut(msgspec.Struct, frozen=True):
    code: str
    name: str
    name_zh: str
    name_en: str
    open: bool
    waiting: int
    wait_minutes: Range


class WindowOut(msgspec.Struct, frozen=True):
    code: str
    name_zh: str
    name_en: str
    state: str
    skills: list[str]
    serving: str | None


class TicketIn(msgspec.Struct, forbid_unknown_fields=True):
    """What a device sends to take a number."""

    service: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    language: Annotated[str, msgspec.Meta(pattern="^(zh-CN|en)$")] = "zh-CN"
    lane: Annotated[str, msgspec.Meta(max_length=24)] = ""
    needs: Annotated[list[Annotated[str, msgspec.Meta(max_length=30, pattern="^[a-z-]*$")]], msgspec.Meta(max_length=6)] = []


class TicketOut(msgspec.Struct, frozen=True, kw_only=True):
    number: str
    code: str
    service: str
    state: str
    people_ahead: int
    wait_minutes: Range
    issued_at: datetime
    url: str
    window: str | None = None


class CallOut(msgspec.Struct, frozen=True, kw_only=True):
    call_id: int
    number: str
    code: str
    window: str
    service: str
    called_at: datetime


class VisitOut(msgspec.Struct, frozen=True, kw_only=True):
    number: str
    code: str
    state: str
    service: str
    window: str | None


class TransferIn(msgspec.Struct, forbid_unknown_fields=True):
    service: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


@get("/services", operation_id="services")
async def list_services(pictures: ThePictures, identity: TheAsker) -> list[ServiceOut]:
    """The services of the hall, with how many wait and about how long."""
    picture, now = await _picture(pictures, identity), _now()
    return [
        ServiceOut(one.code, one.name_zh, one.name_zh, one.name_en, picture.plan.is_serving(one, now), picture.waiting(one),
                   Range(*picture.wait_now(one, now)))
        for one in picture.plan.services
    ]


@get("/windows", operation_id="windows")
async def list_windows(pictures: ThePictures, identity: TheAsker) -> list[WindowOut]:
    """The windows of the hall, what they can serve, and the number each one has."""
    picture = await _picture(pictures, identity)
    return [_window(picture, one) for one in picture.plan.windows]


@post("/tickets", operation_id="issueTicket")
async def issue_ticket(
    data: JSONBody[TicketIn], db: TheDatabase, pictures: ThePictures, identity: TheAsker, settings: TheSettings, key: Key = None
) -> TicketOut:
    """Gives the next number. The same Idempotency-Key gives the same ticket again."""
    plan = pictures.now_seen(_hall(pictures, identity)).plan
    now, own = _now(), f"{identity.by[-12:]}:{key}" if key else None
    issued = await db.write(actions.issue, plan=plan, service=data.service, lane=data.lane, needs=data.needs,
                            language=data.language, now=now, by=identity.by, key=own)
    picture = await pictures.fresh(plan.id, issued.version)
    if plan.services_by_id[issued.service_id].code != data.service:
        raise Refused("key-reused", 422)
    standing = picture.by_code.get(issued.code)
    if standing is None:
        return await _past(db, pictures, identity, issued.code, settings)
    return _ticket(picture, standing, now, settings)


@get("/tickets/{code:str}", operation_id="ticket")
async def show_ticket(code: Code, db: TheDatabase, pictures: ThePictures, identity: TheAsker, settings: TheSettings) -> TicketOut:
    """Where a ticket stands."""
    picture = await _picture(pictures, identity)
    standing = picture.by_code.get(code)
    if standing is None:
        return await _past(db, pictures, identity, code, settings)
    return _ticket(picture, standing, _now(), settings)


@post("/tickets/{code:str}/cancel", operation_id="cancelTicket", status_code=200)
async def cancel_ticket(code: Code, db: TheDatabase, pictures: ThePictures, identity: TheAsker) -> VisitOut:
    """The visitor no longer waits. Again: the same answer."""
    plan = pictures.now_seen(_hall(pictures, identity)).plan
    ticket = await db.write(actions.cancel, plan=plan, code=code, now=_now(), by=identity.by)
    return VisitOut(number=ticket.number, code=ticket.code, state=ticket.state, service=_code(plan, ticket), window=None)


@post("/windows/{window:str}/call-next", operation_id="callNext", status_code=200)
async def call_next(window: Code, db: TheDatabase, pictures: ThePictures, identity: TheAsker, key: Key = None) -> Response[CallOut | None]:
    """Calls the next visitor; 204 when nobody waits. A visit still being served is finished, an unanswered call missed."""
    plan = pictures.now_seen(_hall(pictures, identity)).plan
    own = f"{identity.by[-12:]}:{key}" if key else None
    try:
        called = await db.write(actions.call_next, plan=plan, window=plan.window(window), now=_now(), by=identity.by,
                                key=own, unfinished="settle")
    except Refused as refusal:
        if refusal.code == "nobody-waiting":
            return Response(None, status_code=204)
        raise
    return Response(_call(plan.services_by_id[called.service_id].code, called), status_code=200)


@post("/windows/{window:str}/recall", operation_id="recall", status_code=200)
async def recall(window: Code, db: TheDatabase, pictures: ThePictures, identity: TheAsker) -> CallOut:
    """Calls the same visitor again: a new call that sounds again."""
    plan = pictures.now_seen(_hall(pictures, identity)).plan
    called = await db.write(actions.recall, plan=plan, window=plan.window(window), now=_now(), by=identity.by)
    return _call(plan.services_by_id[called.service_id].code, called)


@post("/windows/{window:str}/transfer", operation_id="transfer", status_code=200)
async def transfer(window: Code, data: JSONBody[TransferIn], db: TheDatabase, pictures: ThePictures, identity: TheAsker) -> VisitOut:
    """Sends the visitor on to another service with the same number and arrival."""
    plan = pictures.now_seen(_hall(pictures, identity)).plan
    ticket = await db.write(actions.transfer, plan=plan, window=plan.window(window), service=data.service, now=_now(),
                            by=identity.by)
    return VisitOut(number=ticket.number, code=ticket.code, state=ticket.state, service=_code(plan, ticket), window=None)


WindowAct = Callable[..., Standing]


def _window_act(path: str, act: WindowAct, summary: str) -> Any:
    async def handler(window: Code, db: TheDatabase, pictures: ThePictures, identity: TheAsker) -> VisitOut:
        plan = pictures.now_seen(_hall(pictures, identity)).plan
        ticket = await db.write(act, plan=plan, window=plan.window(window), now=_now(), by=identity.by)
        return VisitOut(number=ticket.number, code=ticket.code, state=ticket.state, service=_code(plan, ticket), window=window)

    handler.__name__, handler.__doc__ = path, summary
    made: Callable[..., Coroutine[Any, Any, VisitOut]] = handler
    return post(f"/windows/{{window:str}}/{path}", operation_id=path, status_code=200)(made)


start = _window_act("start", actions.start, "The called visitor is at the window.")
finish = _window_act("finish", actions.finish, "The visit is over.")
miss = _window_act("miss", actions.miss, "The called visitor did not come.")
hold = _window_act("hold", actions.hold, "Sets the visit aside; the window may call others.")


@get("/board", operation_id="board")
async def show_board(pictures: ThePictures, identity: TheAsker) -> Response[bytes]:
    """What hangs on the wall: the latest calls and how many wait."""
    return Response(board_of(await _picture(pictures, identity)), media_type="application/json")


def _hall(pictures: Pictures, identity: Identity) -> Any:
    return identity.hall_id or pictures.hall_id(None)


async def _picture(pictures: Pictures, identity: Identity) -> Picture:
    return await pictures.fresh(_hall(pictures, identity))


def _now() -> datetime:
    return datetime.now(UTC)


def _code(plan: Any, ticket: Standing) -> str:
    return str(plan.services_by_id[ticket.service_id].code)


def _window(picture: Picture, window: WindowPlan) -> WindowOut:
    current = picture.at_window.get(window.id)
    return WindowOut(window.code, window.name_zh, window.name_en, window.state, sorted(window.skills),
                     current.number if current else None)


def _call(service: str, called: actions.Called) -> CallOut:
    return CallOut(call_id=called.call_id, number=called.number, code=called.code, window=called.window, service=service,
                   called_at=called.called_at)


def _ticket(picture: Picture, ticket: Standing, now: datetime, settings: Settings) -> TicketOut:
    plan = picture.plan
    waits = ticket.state == "waiting"
    return TicketOut(
        number=ticket.number, code=ticket.code, service=_code(plan, ticket), state=ticket.state,
        people_ahead=picture.ahead(ticket) if waits else 0,
        wait_minutes=Range(*picture.wait_for(ticket, now)) if waits else Range(0, 0),
        issued_at=ticket.arrived_at, url=f"{settings.public_url}/t/{ticket.code}",
        window=plan.windows_by_id[ticket.window_id].code if ticket.window_id else None,
    )


async def _past(db: Database, pictures: Pictures, identity: Identity, code: str, settings: Settings) -> TicketOut:
    """A ticket whose visit is over."""
    hall = _hall(pictures, identity)
    found = await db.read(past_ticket, hall=hall, code=code)
    if found is None:
        raise Refused("unknown-code", 404)
    plan = pictures.now_seen(hall).plan
    return TicketOut(
        number=found.number, code=found.code, service=_code(plan, found), state=found.state, people_ahead=0,
        wait_minutes=Range(0, 0), issued_at=found.arrived_at, url=f"{settings.public_url}/t/{found.code}",
    )


router = Router(
    "/api/v1",
    route_handlers=[list_services, list_windows, issue_ticket, show_ticket, cancel_ticket, call_next, recall, transfer,
                    start, finish, miss, hold, show_board],
    guards=[api_guard],
    security=[{"bearer": []}],
    tags=["hall"],
)
