"""Live screens: a version per board is the truth; events in this process and PostgreSQL notices are only hints.

A seat (one socket) has no queue, only what it saw last. Each room (one board in one form) is drawn once per version and
the same text goes to every seat; a connect gets the whole board, so reconnecting is resynchronising.
"""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import cache
from urllib.parse import urlsplit

import msgspec
from litestar.types import Receive, Scope, Send
from sqlalchemy import bindparam, func, select
from sqlmodel import Field, Session, SQLModel, col

from shared.database import Database
from shared.prepared import Prepared, insert_into
from shared.seats import NEVER, Allowed, Draw, Pack, Room, Seat

LOOK_SECONDS = 0.5
BEAT_SECONDS = 2.0
STALL_SECONDS = 5.0
PAUSE_SECONDS = 0.05
BREATH = 50
LISTEN_AGAIN_SECONDS = 1.0
BEAT = '{"beat":1}'
FAULTY_BEAT = '{"beat":1,"fault":1}'
CHANNEL = "nuanyi_boards"
DOOR = "door"
log = logging.getLogger("nuanyi.live")



class Board(SQLModel, table=True):
    """One thing that screens show; ``version`` grows by one in every transaction that changes it."""

    name: str = Field(primary_key=True, max_length=80)
    version: int = 0


@cache
def _bump(dialect: str) -> Prepared:
    """One more version, or the first one; PostgreSQL tells the other processes of it."""
    told = () if dialect == "sqlite" else (func.pg_notify(CHANNEL, col(Board.name)).label("told"),)
    row = insert_into(Board, dialect).values(name=bindparam("board"), version=1)
    return Prepared(
        row.on_conflict_do_update(index_elements=["name"], set_={"version": col(Board.version) + 1}).returning(
            col(Board.version), *told
        ),
        harms_nobody=True,
    )


_VERSIONS = Prepared(select(col(Board.name), col(Board.version)))


def bump(session: Session, board: str) -> int:
    """Marks a board as changed and returns its new version.

    Called first in its transaction: the row lock orders versions by commit and makes number-giving one at a time. Acts
    that are committed together share the version: nobody can see one of them without the others. On PostgreSQL the commit
    also gives notice to the other processes.
    """
    moved: dict[str, int] = session.info["boards"]
    if board not in moved:
        moved[board] = int(_bump(session.info["dialect"].name).one(session, board=board).version)
    return moved[board]


def board_versions(session: Session) -> dict[str, int]:
    return {row.name: row.version for row in _VERSIONS.all(session)}


def html_message(content: str, version: int) -> str:
    """What hx-ws swaps: the fragment, with the version beside it."""
    return msgspec.json.encode({"content": content, "version": version}).decode()


def bare(content: str, _version: int) -> str:
    """For boards that are sent as they are drawn (JSON)."""
    return content


class Boards:
    """The rooms of this process and the watcher that keeps them fresh."""

    def __init__(self, database: Database, base_url: str = "") -> None:
        self.database = database
        self.own_host = urlsplit(base_url).netloc
        self.versions: dict[str, int] = {}
        self.looked_at = 0.0
        self.on_change: list[Callable[[str], None]] = []
        self._rooms: dict[str, dict[Hashable, Room]] = {}
        self._news: dict[str, int] = {}
        self._heard = False
        self._hint = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self.database.on_commit.append(lambda _session, boards: self._tell(loop, boards))
        await self.look()
        self._tasks = [asyncio.create_task(self._watch()), asyncio.create_task(self._beat())]
        if not self.database.sqlite:
            self._tasks.append(asyncio.create_task(self._listen()))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def age(self) -> float:
        """Seconds since the versions were last read."""
        return time.monotonic() - self.looked_at

    def seated(self) -> dict[str, int]:
        """Open sockets by board."""
        return {board: sum(len(room.seats) for room in rooms.values()) for board, rooms in self._rooms.items()}

    def _tell(self, loop: asyncio.AbstractEventLoop, boards: dict[str, int]) -> None:
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(self._moved, boards)

    def _moved(self, boards: dict[str, int]) -> None:
        """This process has committed; which versions, it knows without asking the database."""
        self._news |= {name: max(version, self._news.get(name, NEVER)) for name, version in boards.items()}
        self._hint.set()

    async def look(self) -> None:
        """Reads every version once and shows what has changed."""
        versions = await self.database.read(board_versions)
        self.looked_at = time.monotonic()
        await self._follow(versions)

    async def _follow(self, versions: dict[str, int]) -> None:
        changed = [name for name, version in versions.items() if version > self.versions.get(name, NEVER)]
        self.versions |= {name: versions[name] for name in changed}
        for name in changed:
            for listener in self.on_change:
                listener(name)
            await self._show(name)
        if DOOR in changed:
            await self._check_seats()

    async def _check_seats(self) -> None:
        """Rights have changed: whoever may no longer see is asked to leave."""
        rooms = [room for rooms in self._rooms.values() for room in rooms.values()]
        for seat in [seat for room in rooms for seat in room.seats if seat.allowed]:
            if seat.allowed and seat.task and not await seat.allowed():
                seat.gone = True
                seat.task.cancel()

    async def _show(self, name: str) -> None:
        rooms = sorted(self._rooms.get(name, {}).values(), key=lambda room: room.patient)
        for count, room in enumerate(rooms, 1):
            try:
                if await room.redraw(self.versions[name]):
                    await self._offer_all(room)
            except Exception:
                log.exception("board %s was not drawn", name)
            if count % BREATH == 0:
                await asyncio.sleep(0)

    async def _offer_all(self, room: Room) -> None:
        for seat in list(room.seats):
            room.show(seat)

    async def _watch(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, LOOK_SECONDS - self.age)):
                    await self._hint.wait()
            hinted, heard = self._hint.is_set(), self._heard
            news, self._news, self._heard = self._news, {}, False
            self._hint.clear()
            try:
                await self._follow(news)
                if heard or self.age >= LOOK_SECONDS:
                    await self.look()
            except Exception:
                log.exception("boards could not be read")
                await asyncio.sleep(LOOK_SECONDS)
            if hinted:
                await asyncio.sleep(PAUSE_SECONDS)

    async def _listen(self) -> None:
        """Hears of commits in other processes. A lost connection is opened again; meanwhile the half-second look serves."""
        import psycopg

        address = self.database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    async for _ in connection.notifies():
                        self._heard = True
                        self._hint.set()
            except psycopg.Error as problem:
                log.warning("notices of other processes are not heard: %s", problem)
            await asyncio.sleep(LISTEN_AGAIN_SECONDS)

    async def _beat(self) -> None:
        """Tells every screen that it is alive, retries the slow ones and lets go of those that stopped reading."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            rooms = [room for rooms in self._rooms.values() for room in rooms.values()]
            for room in rooms:
                if room.is_old:
                    await self._draw_again(room)
                self._beat_room(room)
                await asyncio.sleep(0)

    async def _draw_again(self, room: Room) -> None:
        try:
            await room.redraw(room.version, again=True)
        except Exception:
            log.exception("board %s was not drawn again", room.board)

    def _beat_room(self, room: Room) -> None:
        now = time.monotonic()
        for seat in list(room.seats):
            if seat.seen < room.turn:
                room.show(seat)
            elif room.beats:
                seat.offer(FAULTY_BEAT if self.database.fault else BEAT)
            if seat.stalled and now - seat.stalled > STALL_SECONDS and seat.task:
                seat.task.cancel()

    def allows(self, scope: Scope) -> bool:
        """A browser's socket must come from our own pages: sockets carry cookies and pass no other check."""
        headers = dict(scope["headers"])
        origin = headers.get(b"origin")
        if origin is None:
            return True
        return urlsplit(origin.decode("latin-1")).netloc in (headers.get(b"host", b"").decode("latin-1"), self.own_host)

    async def attend(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        *,
        board: str,
        key: Hashable,
        draw: Draw,
        pack: Pack = html_message,
        beats: bool = True,
        patient: bool = False,
        allowed: Allowed | None = None,
        fresh_for: float = math.inf,
    ) -> None:
        """The whole life of one socket: accept, the board as it is now, every change, until it leaves or stops reading.

        ``patient`` rooms (phones) are drawn after the others; ``allowed`` is asked again whenever rights change;
        ``fresh_for``: seconds after which a board is drawn again though nothing happened (halls close, waits shrink).
        """
        await receive()
        if not self.allows(scope):
            await send({"type": "websocket.close", "code": 1008, "reason": "origin"})
            return
        await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
        rooms = self._rooms.setdefault(board, {})
        room = rooms.get(key) or rooms.setdefault(key, Room(board, draw, pack, beats, patient, fresh_for))
        seat = Seat(send, asyncio.current_task(), allowed)
        room.seats.add(seat)
        try:
            await room.redraw(self.versions.get(board, 0))
            room.show(seat)
            while (await receive())["type"] != "websocket.disconnect":
                pass
        except asyncio.CancelledError:
            if not (seat.stalled or seat.gone):
                raise
            if seat.gone:
                await send({"type": "websocket.close", "code": 1008, "reason": "signed out"})
        finally:
            room.seats.discard(seat)
            if not room.seats and rooms.get(key) is room:
                del rooms[key]
