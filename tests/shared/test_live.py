"""Live screens over real sockets of a real server: whole boards, one drawing for all, and nobody waits for the slow."""

import base64
import json
import math
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn
from litestar.types import Receive, Scope, Send
from sqlmodel import Session
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from shared.database import Database
from shared.live import BEAT_SECONDS, LOOK_SECONDS, STALL_SECONDS, Boards, bump
from tests.centre import Centre, token_for

ONE_KIND = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BEAT = {"beat": 1}


class Theatre:
    """One board behind the server that the product runs on. What it shows is `said`; how often it was drawn is `drawn`."""

    def __init__(self, db: Database) -> None:
        self.db, self.boards = db, Boards(db, "https://centre.example")
        self.said, self.drawn, self.fresh_for = "", 0, math.inf
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        config = uvicorn.Config(
            self.play, interface="asgi3", lifespan="on", loop="uvloop", ws="websockets-sansio", ws_per_message_deflate=False,
            log_level="critical",
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.listener]})

    async def play(self, scope: Scope, receive: Receive, send: Send) -> None:
        if str(scope["type"]) != "lifespan":
            return await self.boards.attend(
                scope, receive, send, board="wall", key="html", draw=self.draw, fresh_for=self.fresh_for
            )
        for step in (self.boards.start, self.boards.stop):
            await receive()
            await step()
            kind: Any = "lifespan.startup.complete" if step == self.boards.start else "lifespan.shutdown.complete"
            await send({"type": kind})

    async def draw(self, version: int) -> str:
        self.drawn += 1
        return f"<p>{version} {self.said}</p>" if not self.said.startswith("still") else self.said

    def change(self) -> int:
        def act(session: Session) -> int:
            return bump(session, "wall")

        return self.db.write_now(act)

    def screen(self, **options: Any) -> ClientConnection:
        return connect(f"ws://127.0.0.1:{self.port}/", compression=None, max_size=None, **options)


@pytest.fixture
def theatre(db: Database) -> Iterator[Theatre]:
    theatre = Theatre(db)
    theatre.thread.start()
    while not theatre.server.started and theatre.thread.is_alive():
        time.sleep(0.01)
    yield theatre
    theatre.server.should_exit = True
    theatre.thread.join()
    theatre.listener.close()


def shown(screen: ClientConnection, timeout: float = 3) -> dict[str, Any]:
    """The next board; beats are passed over."""
    end = time.monotonic() + timeout
    while (message := json.loads(screen.recv(max(0.0, end - time.monotonic())))) == BEAT:
        pass
    return message  # type: ignore[no-any-return]


def test_a_screen_gets_the_whole_board_at_once_and_every_change_after_it(theatre: Theatre) -> None:
    first = theatre.change()
    time.sleep(LOOK_SECONDS)
    with theatre.screen() as screen:
        assert shown(screen) == {"content": f"<p>{first} </p>", "version": first}
        for _ in range(3):
            changed = theatre.change()
            assert shown(screen)["version"] == changed


def test_a_screen_that_comes_back_gets_the_board_as_it_is_now(theatre: Theatre) -> None:
    with theatre.screen() as screen:
        shown(screen)
    versions = [theatre.change() for _ in range(3)]
    time.sleep(LOOK_SECONDS)
    with theatre.screen() as screen:
        assert shown(screen)["version"] == versions[-1]


@ONE_KIND
def test_a_hundred_screens_see_one_drawing(theatre: Theatre) -> None:
    with ExitStack() as stack:
        screens = [stack.enter_context(theatre.screen()) for _ in range(100)]
        first = {shown(screen)["content"] for screen in screens}
        changed = theatre.change()
        second = {shown(screen)["content"] for screen in screens}
    assert (first, second, theatre.drawn) == ({"<p>0 </p>"}, {f"<p>{changed} </p>"}, 2)


@ONE_KIND
def test_a_change_that_nobody_sees_is_not_sent(theatre: Theatre) -> None:
    theatre.said = "still the same"
    with theatre.screen() as screen:
        shown(screen)
        theatre.change()
        heard = [json.loads(screen.recv(3 * BEAT_SECONDS)) for _ in range(2)]
    assert (heard, theatre.drawn) == ([BEAT, BEAT], 2)


@ONE_KIND
def test_a_board_that_time_alone_changes_is_drawn_again(theatre: Theatre, caplog: pytest.LogCaptureFixture) -> None:
    """A hall that closes is closed on its displays, though nobody does anything; a drawing that fails does no harm."""
    theatre.said, theatre.fresh_for = "still open", 0.5
    with theatre.screen() as screen:
        assert shown(screen)["content"] == "still open"
        theatre.said = "still closed"
        assert shown(screen, 2 * BEAT_SECONDS)["content"] == "still closed"
        theatre.said = None  # type: ignore[assignment]
        time.sleep(1.5 * BEAT_SECONDS)
        theatre.said = "still there"
        assert shown(screen, 2 * BEAT_SECONDS)["content"] == "still there"
    assert "was not drawn again" in caplog.text


@ONE_KIND
def test_a_board_that_cannot_be_drawn_is_shown_with_the_next_change(theatre: Theatre, caplog: pytest.LogCaptureFixture) -> None:
    with theatre.screen() as screen:
        shown(screen)
        theatre.said = None  # type: ignore[assignment]
        theatre.change()
        time.sleep(2 * LOOK_SECONDS)
        theatre.said = "well again"
        changed = theatre.change()
        assert shown(screen)["version"] == changed
    assert "was not drawn" in caplog.text


@ONE_KIND
def test_only_our_own_pages_may_open_a_socket(theatre: Theatre) -> None:
    for origin in (None, f"http://127.0.0.1:{theatre.port}", "https://centre.example"):
        with theatre.screen(origin=origin) as screen:
            shown(screen)
    for origin in ("https://elsewhere.example", "null", f"http://localhost:{theatre.port}"):
        with pytest.raises(InvalidStatus) as refused, theatre.screen(origin=origin):
            pass
        assert refused.value.response.status_code == 403


class Stalled(AbstractContextManager["Stalled"]):
    """A screen on a bare TCP socket, which reads only when told to."""

    def __init__(self, port: int) -> None:
        self.wire = socket.create_connection(("127.0.0.1", port))
        key = base64.b64encode(os.urandom(16)).decode()
        self.wire.sendall(
            f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def __exit__(self, *_: object) -> None:
        self.wire.close()

    def read(self, seconds: float) -> tuple[bytes, bool]:
        """What had been kept for it, and whether the server has hung up."""
        kept, end = bytearray(), time.monotonic() + seconds
        with suppress(ConnectionResetError):
            while (left := end - time.monotonic()) > 0:
                self.wire.settimeout(left)
                with suppress(TimeoutError):
                    if not (found := self.wire.recv(1 << 20)):
                        break
                    kept += found
            else:
                return bytes(kept), False
        return bytes(kept), True


def flood(theatre: Theatre, fast: ClientConnection, times: int) -> list[float]:
    """Changes the board and says how long the fast screen waited for each."""
    waited = []
    for _ in range(times):
        began = time.monotonic()
        version = theatre.change()
        while shown(fast)["version"] < version:
            pass
        waited.append(time.monotonic() - began)
    return waited


@ONE_KIND
def test_a_slow_screen_skips_versions_and_nobody_waits_for_it(theatre: Theatre) -> None:
    theatre.said = "x" * 500_000
    with theatre.screen() as fast, Stalled(theatre.port) as slow:
        shown(fast)
        waited = flood(theatre, fast, 20)
        kept, gone = slow.read(BEAT_SECONDS + 0.5)
    newest = f"<p>{len(waited)} xxx".encode()
    assert max(waited) < STALL_SECONDS / 2
    assert not gone
    assert kept.count(b"<p>") < len(waited)
    assert newest in kept


@ONE_KIND
def test_a_screen_that_stopped_reading_is_let_go_after_five_seconds(theatre: Theatre) -> None:
    theatre.said = "x" * 500_000
    with theatre.screen() as fast, Stalled(theatre.port) as stalled:
        shown(fast)
        flood(theatre, fast, 20)
        began = time.monotonic()
        while theatre.boards.seated()["wall"] > 1 and time.monotonic() < began + 15:
            shown_or_beat = fast.recv(3 * BEAT_SECONDS)
            assert shown_or_beat
        let_go_after = time.monotonic() - began
        assert stalled.read(1)[1]
        changed = theatre.change()
        assert shown(fast)["version"] == changed
    assert STALL_SECONDS - BEAT_SECONDS <= let_go_after <= STALL_SECONDS + 2 * BEAT_SECONDS


def test_a_change_in_one_process_is_seen_in_the_other(serve: Callable[..., Centre], settings: Any) -> None:
    """The same whole board from both, within the half second in which versions are looked at."""
    here, there = serve(), serve()
    headers = {"Authorization": f"Bearer {token_for(settings)}"}
    with ExitStack() as stack:
        boards = [stack.enter_context(connect(f"ws://{urlsplit(one.url).netloc}/api/v1/board/live")) for one in (here, there)]
        api = stack.enter_context(httpx.Client(headers=headers, trust_env=False))
        before = [json.loads(board.recv(5)) for board in boards]
        api.post(f"{here.url}/api/v1/tickets", json={"service": "legal-consultation"}).raise_for_status()
        began = time.monotonic()
        after = [json.loads(board.recv(5)) for board in boards]
        taken = time.monotonic() - began
        fresh = api.get(f"{there.url}/api/v1/board").json()
    assert before[0] == before[1] != after[0] == after[1] == fresh
    assert taken < LOOK_SECONDS + 0.3
