"""What goes around every answer: the headers that keep a page to itself, and a line in the log when it failed or was slow.

The line holds never a query, a body or a cookie: they may hold what is personal.
"""

import logging
import time

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

SLOW_MS = 1000
SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self'; "
        "connect-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
}
ENCODED = [(name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
log = logging.getLogger("nuanyi.access")


async def keep_to_itself(message: Message, _scope: Scope) -> None:
    """Litestar's hook before anything is sent: the headers go with every answer, also where no page was found."""
    if message["type"] == "http.response.start":
        message["headers"] = [*message["headers"], *ENCODED]


class AccessLine(ASGIMiddleware):
    """Notes method, route, status and milliseconds of requests that failed or were slow."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        began = time.perf_counter()
        status = 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        await next_app(scope, receive, watch)
        spent = round((time.perf_counter() - began) * 1000)
        if status >= 500 or spent > SLOW_MS:
            log.warning("%s %s %s %s ms", scope.get("method"), scope.get("path_template"), status, spent)
