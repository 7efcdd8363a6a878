"""A ticket printer on a real TCP port: it understands ESC/POS, keeps what it has printed, and can go wrong as printers do.

It speaks the protocol strictly, so that a wrong byte shows up as mojibake or in `unknown` instead of being forgiven.
"""

import socket
import struct
import threading
import time
from types import TracebackType
from typing import Any, Self

from kiosk.slips.printer import PrinterSettings

Matrix = list[list[bool]]


class PaperPrinter:
    """`with PaperPrinter(paper="out") as printer:` listens on 127.0.0.1:`printer.port` and serves one caller at a time.

    paper: ok, near-end or out · silent: answers nothing · slow: seconds until a job is begun · hang: stops reading when
    the job comes · swallow: takes jobs, answers questions, prints nothing · dies_after / paper_for: bytes of the job
    until it drops the line / runs out of paper · talkative: sends status nobody asked for · encoding: of its font.
    """

    def __init__(self, *, paper: str = "ok", cover: str = "closed", offline: bool = False, broken: bool = False,
                 silent: bool = False, slow: float = 0, hang: bool = False, swallow: bool = False,
                 dies_after: int | None = None, paper_for: int | None = None, talkative: bool = False,
                 encoding: str = "gb18030") -> None:  # fmt: skip
        self.paper, self.cover, self.offline, self.broken = paper, cover, offline, broken
        self.silent, self.slow, self.hang, self.swallow = silent, slow, hang, swallow
        self.dies_after, self.paper_for, self.talkative, self.encoding = dies_after, paper_for, talkative, encoding
        self.lines: list[str] = []
        self.sizes: dict[str, int] = {}  # how many times as wide as normal
        self.qr: list[str] = []
        self.pictures: list[Matrix] = []
        self.cuts = 0
        self.forgotten = 0
        self.received = 0
        self.unknown: list[bytes] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._open = True
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._open = False
        self._server.close()
        self._thread.join(5)

    @property
    def transcript(self) -> str:
        return "\n".join(self.lines)

    def _serve(self) -> None:
        self._server.settimeout(0.05)
        while self._open:
            try:
                line, _ = self._server.accept()
            except OSError:
                continue
            with line:
                self._converse(line)

    def _converse(self, line: socket.socket) -> None:
        line.settimeout(0.02)
        if self.hang:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        brain, ready_at = _Brain(self), 0.0
        while self._open:
            if self.hang and brain.asked >= 4:
                time.sleep(0.02)
                continue
            try:
                data = line.recv(4096)
            except TimeoutError:
                data = b""
            except OSError:
                return
            else:
                if not data:
                    return
            if data and brain.asked >= 4:
                ready_at = ready_at or time.monotonic() + self.slow
            if brain.take(data, line) and self.dies_after is not None and self.received >= self.dies_after:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            if time.monotonic() >= ready_at and not self.swallow and not self._stopped():
                brain.work(line)

    def _stopped(self) -> bool:
        return self.paper == "out" or self.cover == "open" or self.offline or self.broken

    def status(self, n: int) -> int:
        """The answer to DLE EOT n."""
        bits = 0x12
        if n == 1:
            bits |= 0x08 if self._stopped() else 0
        if n == 2:
            bits |= (0x04 if self.cover == "open" else 0) | (0x20 if self.paper == "out" else 0)
            bits |= 0x40 if self.broken else 0
        if n == 3:
            bits |= 0x08 if self.broken else 0
        if n == 4:
            bits |= {"ok": 0, "near-end": 0x0C, "out": 0x6C}[self.paper]
        return bits


class _Brain:
    """One connection: answers real-time questions as they come in and carries out the rest in turn."""

    def __init__(self, printer: PaperPrinter) -> None:
        self.printer = printer
        self.asked = 0
        self._tail = b""
        self._waiting = b""
        self._text = b""
        self._done = 0
        self._reset()

    def _reset(self) -> None:
        self._chinese, self._size, self._stored = False, 1, ""

    def take(self, data: bytes, line: socket.socket) -> bool:
        """Answers questions hidden anywhere in the stream, as the real thing does; true when job bytes came."""
        job = self.asked >= 4 or self.printer.silent
        seen = self._tail + data
        for at in range(len(seen) - 2):
            if seen[at : at + 2] == b"\x10\x04" and 1 <= seen[at + 2] <= 4:
                self._answer(line, seen[at + 2])
            if seen[at : at + 3] == b"\x10\x14\x08":
                self._waiting, self._text = b"", b""
                self.printer.forgotten += 1
                data = b""
        self._tail = seen[-2:]
        self._waiting += data
        if job:
            self.printer.received += len(data)
        return job and bool(data)

    def _answer(self, line: socket.socket, n: int) -> None:
        self.asked += 1
        if not self.printer.silent:
            unasked = b"\x10\x00\x00\x0f" if self.printer.talkative else b""
            line.sendall(unasked + bytes([self.printer.status(n)]))

    def work(self, line: socket.socket) -> None:
        """Carries out whole commands; what is incomplete waits for its rest."""
        while self._waiting:
            length = self._command(self._waiting, line)
            if not length:
                return
            self._waiting = self._waiting[length:]
            self._done += length
            if self.printer.paper_for is not None and self._done > self.printer.paper_for:
                self.printer.paper = "out"
                return

    def _command(self, d: bytes, line: socket.socket) -> int:
        """Carries out the command at the front and returns its length; 0 when it is not all there yet."""
        if d[0] not in b"\x10\x1b\x1c\x1d":
            return self._letter(d)
        if len(d) < 2:
            return 0
        lengths = {b"\x10\x04": 3, b"\x1b@": 2, b"\x1ba": 3, b"\x1bE": 3, b"\x1b!": 3, b"\x1bd": 3, b"\x1b9": 3,
                   b"\x1c&": 2, b"\x1c.": 2, b"\x1d!": 3, b"\x1dr": 3, b"\x1dV": 3}  # fmt: skip
        length = lengths.get(d[:2]) or self._long(d)
        if length < 0:
            self.printer.unknown.append(d[:2])
            return 2
        if not length or len(d) < length:
            return 0
        self._obey(d[:length], line)
        return length

    def _long(self, d: bytes) -> int:
        if d[:3] == b"\x1d(k":
            return 5 + int.from_bytes(d[3:5], "little") if len(d) > 4 else 0
        if d[:3] == b"\x1dv0":
            return 8 + _pair(d, 4) * _pair(d, 6) if len(d) > 7 else 0
        return 0 if len(d) < 3 else -1

    def _letter(self, d: bytes) -> int:
        """Text. Outside the Chinese mode every byte is a letter of its own, as on Japanese-region firmware."""
        if d[0] == 0x0A:
            self._end_line()
            return 1
        self._text += d[:1] if self._chinese or d[0] < 0x80 else b"?"
        return 1

    def _end_line(self) -> None:
        text = self._text.decode(self.printer.encoding, errors="replace")
        self._text = b""
        if text:
            self.printer.lines.append(text)
            self.printer.sizes[text] = self._size

    def _obey(self, c: bytes, line: socket.socket) -> None:
        match c[:2]:
            case b"\x1b@":
                self._reset()
            case b"\x1c&" | b"\x1c.":
                self._chinese = c[1:2] == b"&"
            case b"\x1d!":
                self._size = (c[2] >> 4 & 7) + 1
            case b"\x1dV":
                self.printer.cuts += 1
            case b"\x1dr":
                if not self.printer.silent:
                    line.sendall(bytes([0x03 if self.printer.paper == "near-end" else 0]))
            case b"\x1d(":
                self._code(c)
            case b"\x1dv":
                self.printer.pictures.append(_matrix(c[8:], _pair(c, 4)))

    def _code(self, c: bytes) -> None:
        if c[6] == 80:
            self._stored = c[8:].decode()
        if c[6] == 81:
            self.printer.qr.append(self._stored)


def _pair(d: bytes, at: int) -> int:
    return int.from_bytes(d[at : at + 2], "little")


def _matrix(dots: bytes, across: int) -> Matrix:
    rows = [dots[at : at + across] for at in range(0, len(dots), across)]
    return [[bool(byte >> bit & 1) for byte in row for bit in range(7, -1, -1)] for row in rows]


def whole(pictures: list[Matrix]) -> Matrix:
    """Bands of one picture put together again."""
    return [row for picture in pictures for row in picture]


def settings_of(printer: PaperPrinter, **more: Any) -> PrinterSettings:
    return PrinterSettings(kind="network", host="127.0.0.1", port=printer.port, profile="TM-T88V", **more)
