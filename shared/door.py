"""The door: who is it, may they come in, do they come from our own pages. The module that screens import for it.

What people and devices hold is made in `accounts`, `sign_ins` and `keys`; guesses are counted in `attempts`; who may pass is
decided in `gates`. The app keeps its `Door` as ``app.state.door`` and names `OwnPages` among its middleware.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec
from anyio import CapacityLimiter, to_thread
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.types import Scope
from sqlmodel import Session

from shared.accounts import add_staff, hashed, matches, set_active, set_password, set_roles
from shared.attempts import Attempt, allowed, attempt_key, failed, forget_attempts, minutes_locked, succeeded
from shared.database import Database, P, R, Work
from shared.errors import Refused, Unavailable
from shared.gates import (
    ApiDoor,
    Connection,
    OwnPages,
    SignInFirst,
    ask_to_sign_in,
    carried,
    identity_of,
    is_socket,
    metrics_guard,
    provide_identity,
    require,
    told,
)
from shared.identity import VISITOR, Found, Identity, find_device, find_sign_in, find_token
from shared.keys import (
    BOARD,
    INTEGRATION,
    METRICS,
    TOUCH_EVERY,
    add_device,
    add_token,
    digest,
    new_secret,
    pair,
    revoke_device,
    revoke_token,
    touch,
)
from shared.live import Boards
from shared.origin import own_path, same_origin
from shared.people import Device, SignIn
from shared.sign_ins import SignedIn, choose_window, find_claim, settle_sign_in, sign_out

__all__ = [
    "DEVICE_COOKIE", "INTEGRATION", "METRICS", "SIGN_IN_COOKIE", "VISITOR", "ApiDoor", "Attempt", "Door", "Identity",
    "OwnPages", "SignInFirst", "SignedIn", "add_device", "add_staff", "add_token", "allowed", "ask_to_sign_in",
    "attempt_key", "choose_window", "failed", "forget_attempts", "hashed", "identity_of",
    "metrics_guard", "minutes_locked", "own_path", "pair", "provide_identity", "require", "revoke_device",
    "revoke_token", "same_origin", "set_active", "set_password", "set_roles", "settle_sign_in", "sign_out",
    "succeeded", "touch",
]  # fmt: skip

Finder = Callable[[Session, str, datetime], Found | None]

SIGN_IN_COOKIE = "nuanyi_sign_in"
DEVICE_COOKIE = "nuanyi_device"
COOKIES = {SIGN_IN_COOKIE.encode(): "staff", DEVICE_COOKIE.encode(): "device"}
FINDERS: dict[str, Finder] = {"token": find_token, "staff": find_sign_in, "device": find_device}
DEVICE_DAYS = 400  # the longest that browsers keep a cookie
REMEMBERED = 4_096
BLIND_SECONDS = 5.0
HASHING, HASHING_QUEUE = 2, 40
SECRET_LENGTH = len(new_secret())


def _now() -> datetime:
    return datetime.now(UTC)


class Known(msgspec.Struct, frozen=True):
    """An identity as remembered; ``until`` is when to look again (None: when the board says so)."""

    identity: Identity
    until: datetime | None


class Door:
    """Knows people, programs and devices by what they carry; remembers them until the board ``door`` changes.

    Nothing is remembered while the boards have not been read for 5 s: then each request asks the database. Within one
    process a write through `Door.write` counts at once; elsewhere within the boards' half second.
    """

    def __init__(
        self, database: Database, boards: Boards, base_url: str = "", clock: Callable[[], datetime] = _now
    ) -> None:
        self.database = database
        self.boards = boards
        self.own_host = urlsplit(base_url).netloc or boards.own_host
        self.secure = base_url.startswith("https:")
        self.clock = clock
        self._known: dict[tuple[str, str], Known] = {}
        self._turn = 0
        self._hashing = CapacityLimiter(HASHING)
        boards.on_change.append(self._changed)

    async def who(self, connection: Connection | Scope) -> Identity:
        """Who asks, from a bearer token, else the cookie of a sign-in, else that of a device; otherwise a visitor.

        Refused: ``token-unknown`` (401) for a bearer token that is wrong or revoked.
        """
        scope = connection.scope if isinstance(connection, ASGIConnection) else connection
        bearer, cookies = carried(scope)
        if bearer is not None:
            identity = await self._find("token", bearer, acting=True)
            if identity is None:
                raise told(scope, Refused("token-unknown", 401))
            return identity
        for kind, secret in _secrets(cookies):
            if identity := await self._find(kind, secret, acting=not is_socket(scope)):
                return identity
        return VISITOR

    async def write(self, action: Work[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """`Database.write` for an act that changes rights: this process forgets before it answers."""
        result = await self.database.write(action, *args, **kwargs)
        self.forget()
        return result

    async def sign_in(self, *, account: str, password: str) -> SignedIn:
        """Refused: ``wrong-password`` (401, ``left`` tries), ``locked`` (429, ``minutes``), ``try-again`` (503)."""
        claim = await self.database.read(find_claim, account=account, now=self.clock())
        if claim.minutes_locked:
            raise Refused("locked", 429, minutes=claim.minutes_locked)
        proven = claim.password if await self._hash(matches, claim.password, password) else None
        numbers = {"limit": claim.limit, "minutes": claim.minutes}
        outcome = await self.database.write(settle_sign_in, account=account, proven=proven, now=self.clock(), **numbers)
        if isinstance(outcome, Refused):
            raise outcome
        return outcome

    async def hashed(self, password: str) -> str:
        """`accounts.hashed` beside the event loop, no more than two at a time. Refused: ``weak-password``."""
        made: str = await self._hash(hashed, password)
        return made

    def cookie(self, name: str, secret: str) -> Cookie:
        """The cookie that carries a secret. A sign-in's ends with the browser; a device's stays."""
        age = DEVICE_DAYS * 86_400 if name == DEVICE_COOKIE else None
        return Cookie(name, value=secret, max_age=age, httponly=True, samesite="lax", secure=self.secure, path="/")

    def no_cookie(self, name: str) -> Cookie:
        """Takes a cookie away."""
        return Cookie(name, value="", max_age=0, httponly=True, samesite="lax", secure=self.secure, path="/")

    def forget(self) -> None:
        self._turn += 1
        self._known.clear()

    def _changed(self, board: str) -> None:
        if board == BOARD:
            self.forget()

    async def _hash(self, work: Callable[..., Any], *words: str) -> Any:
        if self._hashing.statistics().tasks_waiting >= HASHING_QUEUE:
            raise Unavailable
        return await to_thread.run_sync(work, *words, limiter=self._hashing)

    async def _find(self, kind: str, secret: str, *, acting: bool) -> Identity | None:
        if len(secret) != SECRET_LENGTH:
            return None
        key = (kind, digest(secret))
        known = self._known.get(key)
        if known and self.boards.age < BLIND_SECONDS and (known.until is None or self.clock() < known.until):
            return known.identity
        return await self._look_up(key, acting or kind == "device")

    async def _look_up(self, key: tuple[str, str], acting: bool) -> Identity | None:
        """Asks the database. What changed while it was asked is not remembered (``_turn``)."""
        kind, turn, now = key[0], self._turn, self.clock()
        found = await self.database.read(FINDERS[kind], key[1], now)
        if found is None:
            return None
        due = acting and found.seen_at is not None and now - found.seen_at >= TOUCH_EVERY
        seen = now if due else found.seen_at
        if turn == self._turn:
            self._remember(key, Known(found.identity, seen + TOUCH_EVERY if seen else None))
        if due:
            await self._touch(found.identity, now)
        return found.identity

    def _remember(self, key: tuple[str, str], known: Known) -> None:
        if len(self._known) >= REMEMBERED:
            del self._known[next(iter(self._known))]
        self._known[key] = known

    async def _touch(self, identity: Identity, now: datetime) -> None:
        """A full disk keeps nobody out: what cannot be noted now is noted a minute later."""
        with suppress(Unavailable):
            if identity.sign_in:
                await self.database.write(touch, SignIn, identity.sign_in, now=now)
            elif identity.id:
                await self.database.write(touch, Device, identity.id, now=now)


def _secrets(cookies: bytes) -> list[tuple[str, str]]:
    """Kind and secret of the cookies that are ours, those of staff first."""
    pairs = (part.strip().partition(b"=") for part in cookies.split(b";"))
    ours = [(COOKIES[name], value.decode("latin-1")) for name, _, value in pairs if name in COOKIES]
    return sorted(ours, key=lambda found: found[0] != "staff")
