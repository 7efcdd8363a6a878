"""A network cable for journeys: pulled, nothing comes through and nobody is told, as when a switch loses its power."""

import selectors
import socket
import threading
import time
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit


class Cable(threading.Thread):
    """Carries what goes to and fro between a browser and the server at `url`; the browser is given the cable's own `url`."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.server = urlsplit(url).port
        self.plug = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.plug.getsockname()[1]}"
        self.whole, self.over = threading.Event(), False
        self.whole.set()
        self.ends: dict[socket.socket, socket.socket] = {}

    def run(self) -> None:
        with selectors.DefaultSelector() as self.ready:
            self.ready.register(self.plug, selectors.EVENT_READ)
            while not self.over:
                if not self.whole.wait(0.05):
                    continue
                for key, _ in self.ready.select(0.05):
                    if self.whole.is_set():
                        self.carry(key.fileobj)
        for end in [self.plug, *self.ends]:
            end.close()

    def carry(self, end: Any) -> None:
        if end is self.plug:
            return self.join_ends(self.plug.accept()[0], socket.create_connection(("127.0.0.1", self.server or 0)))
        if end not in self.ends:
            return
        with suppress(OSError):
            if data := end.recv(1 << 16):
                return self.ends[end].sendall(data)
        self.part(end)

    def join_ends(self, here: socket.socket, there: socket.socket) -> None:
        self.ends |= {here: there, there: here}
        for end in (here, there):
            self.ready.register(end, selectors.EVENT_READ)

    def part(self, end: socket.socket) -> None:
        for one in (end, self.ends[end]):
            del self.ends[one]
            self.ready.unregister(one)
            one.close()

    def pull(self) -> float:
        self.whole.clear()
        return time.monotonic()

    def put_back(self) -> float:
        self.whole.set()
        return time.monotonic()
