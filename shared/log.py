"""The program's own log: one line per request without query, body or cookie, and one per fault. Not the journal."""

import logging
import sys
import time

import structlog
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

QUIET = ("/assets/", "/healthz", "/readyz", "/metrics")
log = structlog.get_logger("nuanyi.access")


def set_up() -> None:
    """Plain lines on standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.LogfmtRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


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
        spent = (time.perf_counter() - began) * 1000
        if (status >= 500 or spent > 1000) and not scope["path"].startswith(QUIET):
            log.warning("request", method=scope.get("method"), route=scope.get("path_template"), status=status, ms=round(spent))
