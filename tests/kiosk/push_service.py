"""A push service as a browser's maker runs one, and a phone that opens what it gets with its own keys: both on this machine."""

import base64
import os
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kiosk.push.addresses import Phone


class PushService:
    """What a browser's maker runs: it takes sealed messages, and cannot open them. ``answers``: the status of the next ones."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, dict[str, str], bytes]] = []
        self._bodies: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self.answers: list[int] = []
        service = self

        class Desk(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                service._bodies.put(body)
                service.taken.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(service.answers.pop(0) if service.answers else 201)
                self.send_header("location", "http://127.0.0.1:9/elsewhere")
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def next(self) -> bytes:
        """The next message, waited for."""
        return self._bodies.get(timeout=20)


class Handset:
    """A visitor's phone: its keys, and its address at a push service."""

    def __init__(self, url: str) -> None:
        self.key, self.secret = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.path = f"/send/{uuid4().hex}"
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.phone = Phone(url + self.path, text(point), text(self.secret))

    @property
    def subscription(self) -> dict[str, Any]:
        return {"endpoint": self.phone.endpoint, "keys": {"p256dh": self.phone.p256dh, "auth": self.phone.auth}}

    def opened(self, body: bytes) -> bytes:
        said: bytes = http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        return said


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
