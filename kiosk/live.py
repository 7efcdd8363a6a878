"""The hall's sockets. Each says which board it follows and how it is drawn; who may see it is decided before it opens."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from litestar import asgi
from litestar.datastructures import State
from litestar.types import Receive, Scope, Send

from kiosk import counter, guests, lobby
from kiosk.administration.altering import day_of
from kiosk.bookings import desk_day
from kiosk.bookings.places import bookings_board
from kiosk.desk import screens as desk
from kiosk.discreet import screens as discreet_screens
from kiosk.hall import screens as hall_screens
from kiosk.picture import Picture, Pictures
from kiosk.queries import board_of
from kiosk.staffroom import hall_of
from shared import words
from shared.door import Door
from shared.errors import Refused
from shared.identity import Identity
from shared.live import Boards, bare
from shared.pages import Pages
from shared.seats import NEVER, Draw
from shared.vault import Vault

HALL_SECONDS = 20.0  # so late may the supervisor see that people have waited longer
PHONE_SECONDS = 20.0  # so late may a phone say that extra time is over or that the wait has become shorter


@asgi("/api/v1/board/live", copy_scope=False)
async def board_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """The public board as JSON on connect and on every change. It holds only what hangs on the wall."""
    house = _House(scope)
    hall = house.hall()
    if hall is None:
        return await _turn_away(receive, send)

    async def draw(version: int) -> str:
        return board_of(await house.pictures.fresh(hall, version)).decode()

    await house.boards.attend(scope, receive, send, board=house.board(hall), key="json", draw=draw, pack=bare, beats=False)


@asgi("/live/lobby", copy_scope=False)
async def lobby_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """The lobby's HTML."""
    house = _House(scope)
    hall = house.hall()
    if hall is None:
        return await _turn_away(receive, send)

    async def draw(version: int) -> str:
        return lobby.draw(house.pages, await house.pictures.fresh(hall, version), house.language)

    key = ("lobby", house.language)
    await house.boards.attend(scope, receive, send, board=house.board(hall), key=key, draw=draw, fresh_for=lobby.FRESH_SECONDS)


@asgi("/live/ticket/{code:str}", copy_scope=False)
async def ticket_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """A visitor's own place, by the ticket's code."""
    house = _House(scope)
    code = str(scope["path_params"]["code"])
    hall = await guests.hall_of(house.db, code)
    if hall is None:
        return await _turn_away(receive, send)

    async def draw(picture: Picture) -> str:
        return await guests.draw(house.pages, house.db, picture, code, house.language, _now())

    key, seldom = ("ticket", code, house.language), _when_moved(house.pictures, hall, draw)
    await house.boards.attend(
        scope, receive, send, board=house.board(hall), key=key, draw=seldom, patient=True, fresh_for=PHONE_SECONDS
    )


def _when_moved(pictures: Pictures, hall: UUID, draw: Callable[[Picture], Awaitable[str]]) -> Draw:
    """Draws when somebody has moved or time has passed: that a call was shown or spoken changes nothing on a phone."""
    text, moved, drawn_at = "", NEVER, 0.0

    async def drawn(version: int) -> str:
        nonlocal text, moved, drawn_at
        picture = await pictures.fresh(hall, version)
        if picture.moved != moved or time.monotonic() - drawn_at > PHONE_SECONDS:
            moved, drawn_at = picture.moved, time.monotonic()
            text = await draw(picture)
        return text

    return drawn


@asgi("/live/counter/{window:str}", copy_scope=False)
async def counter_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """A window's console, for staff who may call."""
    house = _House(scope)
    identity = await house.door.who(scope)
    hall = house.hall_of(identity)
    window = str(scope["path_params"]["window"])
    if hall is None or not counter.may_call(identity) or not house.has_window(hall, window):
        return await _turn_away(receive, send)

    async def draw(version: int) -> str:
        picture = await house.pictures.fresh(hall, version)
        return await counter.draw(house.pages, house.db, picture, window, house.language, _now())

    async def allowed() -> bool:
        return counter.may_call(await house.door.who(scope))

    key = ("counter", window, house.language)
    await house.boards.attend(scope, receive, send, board=house.board(hall), key=key, draw=draw, allowed=allowed)


@asgi("/live/desk", copy_scope=False)
async def desk_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """The guide desk: who asks for help, what is out of order, who waits and who missed the call."""
    house = _House(scope)
    identity = await house.door.who(scope)
    hall, acts = house.hall_of(identity), desk.may_act(identity)
    if hall is None or not desk.may_see(identity):
        return await _turn_away(receive, send)

    async def draw(version: int) -> str:
        picture = await house.pictures.fresh(hall, version)
        return await desk.draw(house.pages, house.db, picture, house.language, _now(), acts)

    async def allowed() -> bool:
        return desk.may_see(await house.door.who(scope))

    key = ("desk", house.language, acts)
    await house.boards.attend(scope, receive, send, board=house.board(hall), key=key, draw=draw, allowed=allowed)


@asgi("/live/hall", copy_scope=False)
async def hall_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """The supervisor's page: windows, queues, promises, tasks, devices."""
    house = _House(scope)
    identity = await house.door.who(scope)
    hall, acts = house.hall_of(identity), hall_screens.may_act(identity)
    if hall is None or not hall_screens.may_see(identity):
        return await _turn_away(receive, send)

    async def draw(version: int) -> str:
        picture = await house.pictures.fresh(hall, version)
        return await hall_screens.draw(house.pages, house.db, picture, house.language, _now(), acts)

    async def allowed() -> bool:
        return hall_screens.may_see(await house.door.who(scope))

    await house.boards.attend(scope, receive, send, board=house.board(hall), key=("hall", house.language, acts), draw=draw,
                              allowed=allowed, fresh_for=HALL_SECONDS)


@asgi("/live/bookings", copy_scope=False)
async def bookings_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """The bookings of one day, for the guide desk."""
    house = _House(scope)
    identity = await house.door.who(scope)
    hall, day = house.hall_of(identity), day_of(house.day)
    if hall is None or day is None or not desk.may_see(identity):
        return await _turn_away(receive, send)

    async def draw(_version: int) -> str:
        plan = house.pictures.now_seen(hall).plan
        return await desk_day.draw(house.pages, house.db, plan, day, house.vault, house.language, _now())

    async def allowed() -> bool:
        return desk.may_see(await house.door.who(scope))

    await house.boards.attend(scope, receive, send, board=bookings_board(hall), key=("bookings", day, house.language), draw=draw,
                              allowed=allowed, fresh_for=HALL_SECONDS)


@asgi("/live/discreet", copy_scope=False)
async def discreet_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """The discreet visits, for the roles of the hall's rule alone."""
    house = _House(scope)
    identity = await house.door.who(scope)
    hall = house.hall_of(identity)
    if hall is None or not await discreet_screens.may_see(house.db, identity, house.pictures.now_seen(hall)):
        return await _turn_away(receive, send)

    async def draw(version: int) -> str:
        picture = await house.pictures.fresh(hall, version)
        return await discreet_screens.draw(house.pages, house.db, picture, house.language, _now())

    async def allowed() -> bool:
        return await discreet_screens.may_see(house.db, await house.door.who(scope), house.pictures.now_seen(hall))

    key = ("discreet", house.language)
    await house.boards.attend(scope, receive, send, board=house.board(hall), key=key, draw=draw, allowed=allowed)


class _House:
    """What a socket's handler needs of the application."""

    def __init__(self, scope: Scope) -> None:
        state: State | Any = scope["litestar_app"].state
        self.db = state.db
        self.boards: Boards = state.boards
        self.pictures: Pictures = state.pictures
        self.pages: Pages = state.pages
        self.door: Door = state.door
        self.vault: Vault = state.vault
        query = parse_qs(scope["query_string"].decode("latin-1"))
        self._hall = query.get("hall", [None])[0]
        self.day = query.get("day", [""])[0]
        asked = query.get("lang", [""])[0]
        self.language = asked if asked in words.LANGUAGES else state.settings.locale

    def hall(self) -> UUID | None:
        try:
            return self.pictures.hall_id(self._hall)
        except Refused:
            return None

    def hall_of(self, identity: Identity) -> UUID | None:
        """The hall in which a member of staff may look on."""
        try:
            return hall_of(identity, self.pictures, self._hall)
        except Refused:
            return None

    def has_window(self, hall: UUID, code: str) -> bool:
        return any(window.code == code for window in self.pictures.now_seen(hall).plan.windows)

    def board(self, hall: UUID) -> str:
        return self.pictures.now_seen(hall).plan.board


async def _turn_away(receive: Receive, send: Send) -> None:
    """Closes before opening: the same answer for whoever may not and for what is not there."""
    await receive()
    await send({"type": "websocket.close", "code": 1008, "reason": ""})


def _now() -> datetime:
    return datetime.now(UTC)


sockets = [board_socket, lobby_socket, ticket_socket, counter_socket, hall_socket, desk_socket, bookings_socket,
           discreet_socket]
