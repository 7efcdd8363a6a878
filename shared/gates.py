"""The gates behind the door: who may pass, whose page a request comes from, and how somebody is turned away."""

from typing import Any
from urllib.parse import quote, urlsplit

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.exceptions import WebSocketException
from litestar.handlers import BaseRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.response import Redirect
from litestar.types import ASGIApp, Guard, Receive, Scope, Send

from shared.errors import Refused
from shared.identity import Identity
from shared.keys import INTEGRATION, METRICS
from shared.origin import SAFE_METHODS, own_path, same_origin
from shared.people import Role

Connection = ASGIConnection[Any, Any, Any, Any]


class SignInFirst(Refused):
    """A page that needs a member of staff was asked for by somebody else. ``next`` is the page to come back to."""

    def __init__(self, page: str) -> None:
        super().__init__("sign-in-needed", 401, next=own_path(page))


def carried(scope: Scope) -> tuple[str | None, bytes]:
    """The bearer token, if any, and the cookies as they came."""
    bearer, cookies = None, b""
    for name, value in scope["headers"]:
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            bearer = value[7:].strip().decode("latin-1")
        elif name == b"cookie":
            cookies = value
    return bearer, cookies


async def identity_of(scope: Scope) -> Identity:
    """Who asks, looked up once per request."""
    state: dict[str, Any] = scope["state"]
    if "identity" not in state:
        state["identity"] = await scope["litestar_app"].state.door.who(scope)
    identity: Identity = state["identity"]
    return identity


async def provide_identity(scope: Scope) -> Identity:
    """The dependency behind ``identity: NamedDependency[Identity]``."""
    return await identity_of(scope)


def require(*roles: str) -> Guard:
    """A guard for whoever holds one of the roles (a device's role is its kind); without roles, for any staff.

    A token of the role integration may do all that is under ``/api/``, and nothing else. Refused: ``sign-in-needed``
    (401; `SignInFirst` on pages), ``not-allowed`` (403); a socket is closed before it opens, with 4401 or 4403.
    """
    wanted = frozenset(roles)

    async def guard(connection: Connection, _handler: BaseRouteHandler) -> None:
        identity = await identity_of(connection.scope)
        admitted = not identity.roles.isdisjoint(wanted) if wanted else identity.kind == "staff"
        if not admitted and not _integrates(connection.scope, identity):
            raise _turned_away(connection.scope, identity)

    return guard


class ApiDoor(ASGIMiddleware):
    """Integrations may do everything, staff and devices may read. Where others may act too, use `require`.

    A middleware, as `OwnPages` is: Litestar copies the handler for every guard, a tenth of what a ticket costs.
    """

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        identity = await identity_of(scope)
        reading = scope.get("method", "GET") in SAFE_METHODS and identity.kind in ("staff", "device")
        if not reading and not _integrates(scope, identity):
            raise _turned_away(scope, identity)
        await next_app(scope, receive, send)


async def metrics_guard(connection: Connection, _handler: BaseRouteHandler) -> None:
    """For the gauges: tokens of the roles metrics and integration, and administrators."""
    identity = await identity_of(connection.scope)
    if identity.roles.isdisjoint((METRICS, INTEGRATION, Role.ADMINISTRATOR)):
        raise _turned_away(connection.scope, identity)


class OwnPages(ASGIMiddleware):
    """Turns away what another site's page makes a browser send here: unsafe methods and sockets.

    Calls with a bearer token pass: no page can make a browser add one. Refused: ``cross-site`` (403).
    """

    scopes = (ScopeType.HTTP, ScopeType.WEBSOCKET)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if not _is_harmless(scope) and not same_origin(scope, scope["litestar_app"].state.door.own_host):
            raise told(scope, Refused("cross-site", 403))
        await next_app(scope, receive, send)


def _is_harmless(scope: Scope) -> bool:
    return scope.get("method") in SAFE_METHODS or carried(scope)[0] is not None


def ask_to_sign_in(request: Request[Any, Any, Any], problem: SignInFirst) -> Response[Any]:
    """Sends a browser to the sign-in page, and from there back: the exception handler of `SignInFirst`."""
    address = f"/sign-in?next={quote(problem.detail['next'])}"
    if "hx-request" in request.headers:
        return Response(None, status_code=401, headers={"HX-Redirect": address})
    return Redirect(address, status_code=303)


def _integrates(scope: Scope, identity: Identity) -> bool:
    return identity.kind == "token" and INTEGRATION in identity.roles and scope["path"].startswith("/api/")


def _turned_away(scope: Scope, identity: Identity) -> Exception:
    if identity.kind != "staff" and _is_page(scope):
        return SignInFirst(_page(scope))
    if identity.kind == "visitor":
        return told(scope, Refused("sign-in-needed", 401))
    return told(scope, Refused("not-allowed", 403))


def is_socket(scope: Scope) -> bool:
    return str(scope["type"]) == "websocket"


def told(scope: Scope, refusal: Refused) -> Exception:
    """A socket hears its refusal as a close code: 4000 + HTTP status."""
    if is_socket(scope):
        return WebSocketException(detail=refusal.code, code=4000 + refusal.status)
    return refusal


def _is_page(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    shown = b"text/html" in headers.get(b"accept", b"") or b"hx-request" in headers
    return shown and not is_socket(scope) and not scope["path"].startswith("/api/")


def _page(scope: Scope) -> str:
    """The page that the person sees: the one asked for, or, for a form or fragment, the one it was on."""
    headers = dict(scope["headers"])
    seen_on = headers.get(b"hx-current-url") or (b"" if scope.get("method") == "GET" else headers.get(b"referer", b"/"))
    if not seen_on:
        query = scope["query_string"].decode("latin-1")
        return f"{scope['path']}?{query}" if query else scope["path"]
    address = urlsplit(seen_on.decode("latin-1"))
    return f"{address.path}?{address.query}" if address.query else address.path
