"""A hall full of screens: thousands of raw WebSockets in one process of its own, lean enough not to be the limit.

The child only reads, notes when each socket got its next board, and answers pings. Beats (`{"beat":1}`) are no boards.
"""

import multiprocessing
import resource
import select
import socket
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

BEAT = b'{"beat":1}'
TEXT, PING = 0x81, 0x89
NO_MASK = b"\x00\x00\x00\x00"
AT_ONCE = 200
UPGRADE = (
    "GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Shown(NamedTuple):
    """When (monotonic seconds) the first, the middle and the last screen had the board, the board, and how many got it."""

    first: float
    middle: float
    last: float
    text: bytes
    screens: int
    client_cpu: float


class Screens:
    """The parent's end. `open` waits for the first board on all; `expect`, then `shown`, waits for the next one."""

    def __init__(self, port: int, path: str, count: int) -> None:
        self.place = (port, path, count)
        context = multiprocessing.get_context("fork")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_watch, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()
        self.pipe.recv()

    def open(self) -> Shown:
        self.pipe.send(("open", *self.place))
        return self.shown(90)

    def expect(self) -> None:
        self.pipe.send(("expect",))
        self.pipe.recv()

    def shown(self, seconds: float = 30) -> Shown:
        if not self.pipe.poll(seconds):
            raise TimeoutError(f"not every screen got its board within {seconds} s")
        answer: Shown = self.pipe.recv()
        return answer

    def received(self) -> tuple[int, int]:
        """Bytes and messages of all screens since `open`."""
        self.pipe.send(("received",))
        answer: tuple[int, int] = self.pipe.recv()
        return answer

    def close(self) -> None:
        self.pipe.send(("close",))
        self.process.join(20)
        self.pipe.close()


class _Screen:
    __slots__ = ("opened", "read", "socket")

    def __init__(self, port: int, upgrade: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), 30)
        self.socket.setblocking(False)
        self.socket.sendall(upgrade)
        self.opened = False
        self.read = b""


def _watch(pipe: Connection) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    hall = _Hall(pipe)
    pipe.send("ready")
    while hall.turn():
        pass


class _Hall:
    """The child's end."""

    def __init__(self, pipe: Connection) -> None:
        self.pipe = pipe
        self.poll = select.epoll()
        self.poll.register(pipe.fileno(), select.EPOLLIN)
        self.screens: dict[int, _Screen] = {}
        self.place: tuple[int, bytes] = (0, b"")
        self.missing = self.count = self.bytes = self.messages = 0
        self.began = 0.0
        self.expecting = False
        self.times: dict[int, float] = {}

    def turn(self) -> bool:
        self._come_in()
        for number, _ in self.poll.poll(0 if self.missing else 5, 512):
            if number == self.pipe.fileno():
                if not self._obey(*self.pipe.recv()):
                    return False
            elif number in self.screens:
                self._hear(number, self.screens[number])
        return True

    def _obey(self, what: str, *rest: Any) -> bool:
        if what == "open":
            port, path, self.count = rest
            self.place = (port, UPGRADE.format(path=path, port=port).encode())
            self.missing, self.bytes, self.messages = self.count, 0, 0
            self._expect()
        elif what == "expect":
            self._expect()
            self.pipe.send(None)
        elif what == "received":
            self.pipe.send((self.bytes, self.messages))
        return what != "close"

    def _expect(self) -> None:
        self.times, self.expecting, self.began = {}, True, time.process_time()

    def _come_in(self) -> None:
        """A few more, while not too many are still at the door."""
        while self.missing and len(self.screens) - len(self.times) < AT_ONCE:
            screen = _Screen(*self.place)
            self.screens[screen.socket.fileno()] = screen
            self.poll.register(screen.socket.fileno(), select.EPOLLIN)
            self.missing -= 1

    def _hear(self, number: int, screen: _Screen) -> None:
        try:
            data = screen.socket.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            return self._leave(number)
        self.bytes += len(data)
        screen.read = screen.read + data if screen.read else data
        if not screen.opened and not _opened(screen):
            return
        while (frame := _frame(screen.read)) is not None:
            opcode, payload, screen.read = frame
            self._take(number, screen, opcode, payload)

    def _take(self, number: int, screen: _Screen, opcode: int, payload: bytes) -> None:
        self.messages += 1
        if opcode == PING:
            with suppress(OSError):
                screen.socket.send(bytes((0x8A, 0x80 | len(payload))) + NO_MASK + payload)
        if opcode != TEXT or payload == BEAT or not self.expecting:
            return
        self.times[number] = time.monotonic()
        if len(self.times) == self.count:
            self._tell(payload)

    def _tell(self, payload: bytes) -> None:
        times = sorted(self.times.values())
        spent = time.process_time() - self.began
        self.pipe.send(Shown(times[0], times[len(times) // 2], times[-1], payload, len(times), spent))
        self.expecting = False

    def _leave(self, number: int) -> None:
        self.poll.unregister(number)
        self.screens.pop(number).socket.close()


def _opened(screen: _Screen) -> bool:
    head, mark, rest = screen.read.partition(b"\r\n\r\n")
    if not mark:
        return False
    if not head.startswith(b"HTTP/1.1 101"):
        raise ConnectionError(head.decode(errors="replace"))
    screen.opened, screen.read = True, rest
    return True


def _frame(data: bytes) -> tuple[int, bytes, bytes] | None:
    """First byte, payload and what follows, of a server's (unmasked) frame; None when it is not all there."""
    if len(data) < 2:
        return None
    start = {126: 4, 127: 10}.get(data[1], 2)
    if len(data) < start:
        return None
    end = start + (int.from_bytes(data[2:start]) if start > 2 else data[1])
    return (data[0], data[start:end], data[end:]) if len(data) >= end else None
