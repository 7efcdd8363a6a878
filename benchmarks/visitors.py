"""A crowd of keep-alive HTTP clients on raw sockets, cheap enough not to be the limit, and one that asks by hand.

Each visitor has an iterator of requests and sends the next one as soon as it has been answered (or after a pause).
"""

import asyncio
import re
import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import count
from typing import NamedTuple

import uvloop

from benchmarks.sheet import quantile

SERVICES = ("legal-consultation", "complaints-appeals", "compensation-aid", "lawyers-cases")
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
GRACE_SECONDS = 10.0


class Load(NamedTuple):
    """What became of one load: status and milliseconds of each answer (0: the line was lost). ``client_share`` is how much
    of one CPU the clients themselves took."""

    seconds: float
    answers: list[tuple[int, float]]
    client_share: float

    def count(self, *statuses: int) -> int:
        """Answers with one of the statuses; without any, all."""
        return sum(not statuses or status in statuses for status, _ in self.answers)

    def rate(self, *statuses: int) -> float:
        return self.count(*statuses) / self.seconds

    def took(self, share: float, *statuses: int) -> float:
        """Milliseconds within which so many were answered (0.5, 0.99)."""
        return quantile((spent for status, spent in self.answers if not statuses or status in statuses), share)


def request(method: str, path: str, token: str, body: bytes = b"", key: str = "") -> bytes:
    """One HTTP/1.1 request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {token}"]
    if key:
        lines.append(f"Idempotency-Key: {key}")
    if method == "POST":
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def takers(token: str, people: int, name: str, each: int | None = None) -> list[Iterator[bytes]]:
    """Visitors who take numbers of all services in turn, each request with a key of its own; ``each``: how many."""
    return [_taking(token, f"{name}-{one}", one, each) for one in range(people)]


def _taking(token: str, name: str, start: int, each: int | None) -> Iterator[bytes]:
    for turn in count() if each is None else range(each):
        body = b'{"service":"%s"}' % SERVICES[(start + turn) % len(SERVICES)].encode()
        yield request("POST", "/api/v1/tickets", token, body, f"{name}-{turn}")


def load(ports: int | Sequence[int], asking: Sequence[Iterator[bytes]], seconds: float, pause: float = 0.0) -> Load:
    """All visitors at once for so many seconds, or until none has anything left to ask. Several ports take turns."""
    crowd = _Crowd([ports] if isinstance(ports, int) else list(ports), seconds, pause)
    used = time.process_time()
    uvloop.run(crowd.come(asking))
    used = time.process_time() - used
    spent = crowd.ended - crowd.began
    return Load(spent, crowd.answers, round(used / spent, 2))


def whole(data: bytes) -> tuple[int, bytes] | None:
    """Status and body, once all of the answer is there."""
    head, mark, body = data.partition(b"\r\n\r\n")
    if not mark:
        return None
    length = LENGTH.search(head)
    return (int(head[9:12]), body) if len(body) >= (int(length[1]) if length else 0) else None


class _Crowd:
    def __init__(self, ports: list[int], seconds: float, pause: float) -> None:
        self.ports, self.seconds, self.pause = ports, seconds, pause
        self.answers: list[tuple[int, float]] = []
        self.began = self.ended = 0.0

    async def come(self, asking: Iterable[Iterator[bytes]]) -> None:
        loop = asyncio.get_running_loop()
        visitors = [_Visitor(self, requests) for requests in asking]
        for place, visitor in enumerate(visitors):
            await loop.create_connection(lambda one=visitor: one, "127.0.0.1", self.ports[place % len(self.ports)])  # type: ignore[misc]
        self.began = time.perf_counter()
        for visitor in visitors:
            visitor.ask()
        await asyncio.wait([visitor.gone for visitor in visitors], timeout=self.seconds + GRACE_SECONDS)


class _Visitor(asyncio.Protocol):
    transport: asyncio.Transport

    def __init__(self, crowd: _Crowd, requests: Iterator[bytes]) -> None:
        self.crowd, self.requests = crowd, requests
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.read = b""
        self.asked = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # uvloop's are none of asyncio's classes

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.gone.done():
            self.crowd.answers.append((0, 0.0))
            self.gone.set_result(None)

    def ask(self) -> None:
        self.asked = time.perf_counter()
        following = next(self.requests, None) if self.asked - self.crowd.began < self.crowd.seconds else None
        if following is not None:
            return self.transport.write(following)
        self.gone.set_result(None)
        self.transport.close()

    def data_received(self, data: bytes) -> None:
        self.read += data
        answer = whole(self.read)
        if answer is None:
            return
        now, self.read = time.perf_counter(), b""
        crowd = self.crowd
        crowd.ended = now
        crowd.answers.append((answer[0], (now - self.asked) * 1000))
        if crowd.pause:
            asyncio.get_running_loop().call_later(crowd.pause, self.ask)
        else:
            self.ask()


class Line:
    """One kept connection, asked by hand."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), 60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> tuple[int, bytes]:
        self.socket.sendall(request)
        read = b""
        while (answer := whole(read)) is None:
            got = self.socket.recv(65536)
            if not got:
                raise ConnectionResetError("the centre closed the line")
            read += got
        return answer

    def close(self) -> None:
        with suppress(OSError):
            self.socket.close()
