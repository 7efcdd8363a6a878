"""The line to a ticket printer: a TCP socket or a USB pipe behind one small protocol. Knows no printer commands."""

import errno
import socket
import struct
from contextlib import suppress
from typing import Any, Literal, Protocol

from kiosk.slips.slip import PrinterSettings

CHUNK = 4096  # bytes a USB write: the time-out is per write, and a picture prints for longer than that


Reason = Literal[
    "",
    "paper-out",
    "cover-open",
    "offline",  # switched off, unplugged, out of reach, or says so itself
    "no-answer",  # connected, but silent
    "refused",  # the address answers, but nothing takes print jobs there
    "cut-off",  # the line broke
    "error",  # cutter, print head, temperature
    "no-printer",  # none is configured
    "no-driver",  # USB without pyusb or libusb
]


class Unreachable(Exception):
    """No line to the printer: `refused`, `offline`, `no-driver` or `no-printer`."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class Wire(Protocol):
    """Trouble of any kind, also a line that closed, is an OSError."""

    def send(self, data: bytes) -> None:
        """Hands over all bytes; TimeoutError when the printer takes none for a whole time-out."""

    def receive(self, seconds: float) -> bytes:
        """What has come in, after waiting `seconds` at most; nothing is silence."""

    def close(self, *, drop: bool = False) -> None:
        """`drop` throws away what the printer has not taken yet, so that it is not printed to a later visitor."""


def connect(settings: PrinterSettings, timeout: float) -> Wire:
    if settings.kind == "network":
        return NetworkWire(settings.host, settings.port, timeout)
    if settings.kind == "usb":
        return UsbWire(settings, timeout)
    raise Unreachable("no-printer")


class NetworkWire:
    def __init__(self, host: str, port: int, timeout: float) -> None:
        try:
            self._socket = socket.create_connection((host, port), timeout)
        except ConnectionRefusedError:
            raise Unreachable("refused") from None
        except (OSError, UnicodeError, OverflowError):
            raise Unreachable("offline") from None
        self._timeout = timeout

    def send(self, data: bytes) -> None:
        rest = memoryview(data)
        self._socket.settimeout(self._timeout)
        while rest:
            rest = rest[self._socket.send(rest) :]

    def receive(self, seconds: float) -> bytes:
        self._socket.settimeout(max(seconds, 0.001))
        try:
            data = self._socket.recv(256)
        except TimeoutError:
            return b""
        if not data:
            raise ConnectionResetError(errno.ECONNRESET, "the printer closed the line")
        return data

    def close(self, *, drop: bool = False) -> None:
        if drop:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()


class UsbWire:
    """A USB printer through python-escpos; needs the package pyusb (extra `usb`) and the system's libusb."""

    def __init__(self, settings: PrinterSettings, timeout: float) -> None:
        from escpos.exceptions import DeviceNotFoundError
        from escpos.printer import Usb

        if not Usb.is_usable():
            raise Unreachable("no-driver")
        ends = {"in_ep": settings.usb_in, "out_ep": settings.usb_out}
        self._printer: Any = Usb(settings.usb_vendor, settings.usb_product, timeout=int(timeout * 1000), **ends)
        try:
            self._printer.open()
        except DeviceNotFoundError:
            raise Unreachable("offline") from None
        except (ValueError, RuntimeError):  # pyusb found no libusb
            raise Unreachable("no-driver") from None
        except OSError:
            raise Unreachable("refused") from None

    def send(self, data: bytes) -> None:
        for at in range(0, len(data), CHUNK):
            try:
                self._printer._raw(data[at : at + CHUNK])
            except OSError as trouble:
                raise (TimeoutError(str(trouble)) if _is_silence(trouble) else trouble) from None

    def receive(self, seconds: float) -> bytes:
        milliseconds = max(1, int(seconds * 1000))
        try:
            return bytes(self._printer.device.read(self._printer.in_ep, 64, milliseconds))
        except OSError as trouble:
            if _is_silence(trouble):
                return b""
            raise

    def close(self, *, drop: bool = False) -> None:
        with suppress(OSError):
            self._printer.close()


def _is_silence(trouble: OSError) -> bool:
    return trouble.errno in (errno.ETIMEDOUT, errno.ETIME, errno.EAGAIN)
