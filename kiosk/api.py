"""The JSON API for devices and integrations (the public contract, docs/api.md). Bearer tokens only."""

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, HeaderParameter, JSONBody

from kiosk import actions
from kiosk.answers import CallOut, DoorIn, ServiceOut, TicketIn, TicketOut, TransferIn, VisitOut, WindowOut
from kiosk.hall import doors
from kiosk.picture import Picture, Pictures, Standing
from kiosk.plan import HallPlan
from kiosk.queries import board_of, past_ticket
from shared.database import Database
from shared.door import ApiDoor, identity_of
from shared.errors import Refused
from shared.identity import Identity

Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key", required=False, max_length=64, min_length=1)]
Code = FromPath[str]


class Asked(msgspec.Struct, frozen=True):
    """One request to the API: who asks, when, and of which hall. The one dependency of every handler here."""

    db: Database
    pictures: Pictures
    identity: Identity
    hall: UUID
    now: datetime
    address: str

    @property
    def plan(self) -> HallPlan:
        return self.pictures.now_seen(self.hall).plan

    async def picture(self, version: int | None = None) -> Picture:
        return await self.pictures.fresh(self.hall, version)

    async def write(self, act: Callable[..., Any], **more: Any) -> Any:
        return await self.db.write(act, plan=self.plan, now=self.now, by=self.identity.by, **more)

    async def at_window(self, act: Callable[..., Any], window: str, **more: Any) -> Any:
        return await self.write(act, window=self.plan.window(window), **more)

    def own(self, key: str | None) -> str | None:
        """A request key as stored: two integrations may use the same one."""
        return f"{self.identity.id!s:.13}:{key}" if key else None

    async def ticket(self, code: str, version: int | None = None) -> TicketOut:
        """A ticket in the hall or of the past. Refuses ``unknown-code``."""
        picture = await self.picture(version)
        found = picture.by_code.get(code) or await self.db.read(past_ticket, hall=self.hall, code=code)
        if found is None:
            raise Refused("unknown-code", 404)
        return TicketOut.of(picture, found, self.now, self.address)


async def provide_asked(request: Request[Any, Any, Any]) -> Asked:
    state, identity = request.app.state, await identity_of(request.scope)
    hall = identity.hall_id or state.pictures.hall_id(None)
    return Asked(state.db, state.pictures, identity, hall, datetime.now(UTC), state.settings.public_url)


TheAsked = NamedDependency[Asked]


@get("/services", operation_id="services")
async def list_services(asked: TheAsked) -> list[ServiceOut]:
    """The services of the hall, with how many wait and about how long."""
    picture = await asked.picture()
    return [ServiceOut.of(picture, one, asked.now) for one in picture.plan.services]


@get("/windows", operation_id="windows")
async def list_windows(asked: TheAsked) -> list[WindowOut]:
    """The windows of the hall, what they can serve, and the number each one has."""
    picture = await asked.picture()
    return [WindowOut.of(picture, one) for one in picture.plan.windows]


@post("/tickets", operation_id="issueTicket")
async def issue_ticket(data: JSONBody[TicketIn], asked: TheAsked, key: Key = None) -> TicketOut:
    """Gives the next number. The same Idempotency-Key gives the same ticket again."""
    promised = asked.pictures.now_seen(asked.hall).promise(data.service, data.lane, asked.now)
    issued = await asked.write(actions.issue, service=data.service, lane=data.lane, needs=data.needs,
                               language=data.language, key=asked.own(key), promised=promised)
    if issued.number.rstrip("0123456789") != asked.plan.service(data.service).prefix:
        raise Refused("key-reused", 422)
    return await asked.ticket(issued.code, issued.version)


@get("/tickets/{code:str}", operation_id="ticket")
async def show_ticket(code: Code, asked: TheAsked) -> TicketOut:
    """Where a ticket stands."""
    return await asked.ticket(code)


@post("/tickets/{code:str}/cancel", operation_id="cancelTicket", status_code=200)
async def cancel_ticket(code: Code, asked: TheAsked) -> VisitOut:
    """The visitor no longer waits. Again: the same answer."""
    return VisitOut.of(asked.plan, await asked.write(actions.cancel, code=code))


@post("/windows/{window:str}/call-next", operation_id="callNext", status_code=200)
async def call_next(window: Code, asked: TheAsked, key: Key = None) -> Response[CallOut | None]:
    """Calls the next visitor; 204 when nobody waits. A visit still being served is finished, an unanswered call missed."""
    try:
        called = await asked.at_window(actions.call_next, window, key=asked.own(key), unfinished="settle")
    except Refused as refusal:
        if refusal.code == "nobody-waiting":
            return Response(None, status_code=204)
        raise
    return Response(CallOut.of(asked.plan, called), status_code=200)


@post("/windows/{window:str}/recall", operation_id="recall", status_code=200)
async def recall(window: Code, asked: TheAsked) -> CallOut:
    """Calls the same visitor again: a new call that sounds again."""
    return CallOut.of(asked.plan, await asked.at_window(actions.recall, window))


@post("/windows/{window:str}/transfer", operation_id="transfer", status_code=200)
async def transfer(window: Code, data: JSONBody[TransferIn], asked: TheAsked) -> VisitOut:
    """Sends the visitor on to another service with the same number and arrival."""
    return VisitOut.of(asked.plan, await asked.at_window(actions.transfer, window, service=data.service))


def _window_act(path: str, act: Callable[..., Standing], summary: str) -> Any:
    async def handler(window: Code, asked: TheAsked) -> VisitOut:
        return VisitOut.of(asked.plan, await asked.at_window(act, window), window)

    handler.__name__, handler.__doc__ = path, summary
    made: Callable[..., Coroutine[Any, Any, VisitOut]] = handler
    return post(f"/windows/{{window:str}}/{path}", operation_id=path, status_code=200)(made)


start = _window_act("start", actions.start, "The called visitor is at the window.")
finish = _window_act("finish", actions.finish, "The visit is over.")
miss = _window_act("miss", actions.miss, "The called visitor did not come.")
hold = _window_act("hold", actions.hold, "Sets the visit aside; the window may call others.")


@post("/door", operation_id="countPeople", status_code=200)
async def count_people(data: JSONBody[DoorIn], asked: TheAsked, key: Key = None) -> DoorIn:
    """So many people have come in, as a counter at the door says. The same Idempotency-Key counts once."""
    return DoorIn(await asked.write(doors.count_people, people=data.people, key=asked.own(key)))


@get("/board", operation_id="board")
async def show_board(asked: TheAsked) -> Response[bytes]:
    """What hangs on the wall: the latest calls and how many wait."""
    return Response(board_of(await asked.picture()), media_type="application/json")


router = Router(
    "/api/v1",
    route_handlers=[list_services, list_windows, issue_ticket, show_ticket, cancel_ticket, call_next, recall, transfer,
                    start, finish, miss, hold, count_people, show_board],
    dependencies={"asked": Provide(provide_asked)},
    middleware=[ApiDoor()],
    request_class=Request,
    security=[{"bearer": []}],
    tags=["hall"],
)
