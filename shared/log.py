"""The program's own log: plain lines on standard error, one for each request that failed or was slow. Not the journal.

Never a query, a body or a cookie: they may hold what is personal.
"""

import logging
import time

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

SLOW_MS = 1000
FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
log = logging.getLogger("nuanyi.access")


def set_up() -> None:
    logging.basicConfig(level=logging.INFO, format=FORMAT)


class AccessLine(ASGIMiddleware):
    """Notes method, route, status and milliseconds of requests that failed or were slow; counts are in /metrics."""

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
