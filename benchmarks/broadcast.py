"""The measure for fan-out: a bare server on the `websockets` package that sends given bytes to all it holds, framed for
each (`broadcast`) or framed once for all (`framed`). It stands where a C server would: no queue, no database, no page.
"""

import asyncio
import multiprocessing
import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import NamedTuple

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.frames import Frame, Opcode

HELLO = '{"version":0}'
WAYS = ("broadcast", "framed")
TURN = 0xFFFF


class Bare(NamedTuple):
    port: int
    pid: int

    def send(self, way: str, text: bytes) -> None:
        """Asks it to send the text to everybody; does not wait."""
        with socket.create_connection(("127.0.0.1", self.port + 1), 10) as line:
            line.sendall(f"{way} ".encode() + text)


@contextmanager
def bare() -> Iterator[Bare]:
    """The server in a process of its own."""
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Bare(pipe.recv(), process.pid or 0)
    finally:
        process.terminate()
        process.join(20)


def _serve(pipe: Connection) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    uvloop.run(_run(pipe))


async def _run(pipe: Connection) -> None:
    held: set[ServerConnection] = set()

    async def attend(screen: ServerConnection) -> None:
        held.add(screen)
        await screen.send(HELLO)
        await screen.wait_closed()
        held.discard(screen)

    async def obey(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        way, _, text = (await reader.read()).partition(b" ")
        _send_all(way.decode(), text, held)
        writer.close()

    listener, orders = _neighbours()
    orders_server = await asyncio.start_server(obey, sock=orders)
    async with orders_server, serve(attend, sock=listener, compression=None, backlog=4096) as server:
        pipe.send(listener.getsockname()[1])
        await server.wait_closed()


def _send_all(way: str, text: bytes, held: set[ServerConnection]) -> None:
    if way == "broadcast":
        return broadcast(held, text.decode())
    frame = Frame(Opcode.TEXT, text).serialize(mask=False)
    for screen in held:
        screen.transport.write(frame)


def _neighbours() -> tuple[socket.socket, socket.socket]:
    """Two free ports side by side: screens at the first, orders at the second."""
    while True:
        first, second = socket.socket(), socket.socket()
        first.bind(("127.0.0.1", 0))
        try:
            second.bind(("127.0.0.1", min(first.getsockname()[1] + 1, TURN)))
        except OSError:
            first.close()
            second.close()
        else:
            return first, second
