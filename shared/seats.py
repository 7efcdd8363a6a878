"""Who looks at a board: the seat of one socket, and the room of all seats that see one board in one form. `live` fills them."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from litestar.types import Send

NEVER = -1
Draw = Callable[[int], Awaitable[str]]
Allowed = Callable[[], Awaitable[bool]]
Pack = Callable[[str, int], str]


class Seat:
    """One socket: how to send to it, whose task it is, whether it still may see (None: everybody may), and since when it
    has not been reading (0 = it reads)."""

    __slots__ = ("allowed", "gone", "seen", "send", "stalled", "task")

    def __init__(self, send: Send, task: "asyncio.Task[Any] | None", allowed: Allowed | None) -> None:
        self.send = send
        self.task = task
        self.allowed = allowed
        self.gone = False
        self.seen = NEVER
        self.stalled = 0.0

    def offer(self, text: str) -> bool:
        """Sends at once or not at all: a peer whose buffer is full is passed over and gets the newest board later."""
        sending: Any = self.send({"type": "websocket.send", "text": text, "bytes": None})
        try:
            sending.send(None)
        except StopIteration:
            self.stalled = 0.0
            return True
        except Exception:
            return False
        sending.close()
        self.stalled = self.stalled or time.monotonic()
        return False


class Room:
    """All seats that see one board in one form (language, window, ticket)."""

    def __init__(self, board: str, draw: Draw, pack: Pack, beats: bool, patient: bool, fresh_for: float) -> None:
        self.board = board
        self.draw = draw
        self.pack = pack
        self.beats = beats
        self.patient = patient
        self.fresh_for = fresh_for
        self.seats: set[Seat] = set()
        self.version = NEVER
        self.turn = 0
        self.drawn_at = 0.0
        self.content = ""
        self.text = ""
        self._drawing = asyncio.Lock()

    @property
    def is_old(self) -> bool:
        """Drawn so long ago that time itself may have changed what is seen."""
        return time.monotonic() - self.drawn_at > self.fresh_for

    async def redraw(self, version: int, *, again: bool = False) -> bool:
        """Draws this version unless somebody has (``again``: even so). True when what is seen has changed."""
        async with self._drawing:
            if self.version >= version and not again:
                return False
            self.drawn_at = time.monotonic()
            content = await self.draw(version)
            changed = content != self.content
            self.version, self.content = version, content
            if changed:
                self.turn += 1
                self.text = self.pack(content, version)
            return changed

    def show(self, seat: Seat) -> None:
        if seat.seen < self.turn and seat.offer(self.text):
            seat.seen = self.turn
