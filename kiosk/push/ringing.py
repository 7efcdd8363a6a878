"""Rings phones: follows the calls of every hall and posts each to the push services of those who asked for it. Outside every
transaction and beside the calls: nobody waits for it, and what fails is not tried again before the visitor's next call."""

import asyncio
import http.client
import logging
import ssl
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from anyio import CapacityLimiter, to_thread

from kiosk.picture import Pictures
from kiosk.plan import HallPlan
from kiosk.push import actions, queries
from kiosk.push.addresses import Phone, is_known
from kiosk.window.calling import terms
from shared.database import Database
from shared.settings import Settings
from shared.vault import Vault

if TYPE_CHECKING:
    from kiosk.push.message import Letter

LOOK_SECONDS = 0.5
POST_SECONDS = 5.0
AT_ONCE = 16
GONE = (404, 410)
log = logging.getLogger("nuanyi.push")


class Ringing:
    """One for each process. ``settings.push`` false: it never begins."""

    def __init__(self, db: Database, pictures: Pictures, settings: Settings, vault: Vault) -> None:
        self.db, self.pictures, self.settings, self.vault = db, pictures, settings, vault
        self._seen: dict[UUID, int] = {}
        self._posts: set[asyncio.Task[None]] = set()
        self._lines = CapacityLimiter(AT_ONCE)

    async def run(self) -> None:
        if not self.settings.push:
            return
        try:
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                for hall in self.pictures.halls.values():
                    await self._try(hall)
        finally:
            for post in self._posts:
                post.cancel()

    async def _try(self, hall: UUID) -> None:
        try:
            await self.look(hall)
        except Exception:
            log.exception("phones were not looked after")

    async def look(self, hall: UUID) -> None:
        """Rings for the newest calls and forgets who is done; nothing while the hall stands still."""
        picture = self.pictures.now_seen(hall)
        if self._seen.get(hall) == picture.version:
            return
        version, plan, now = picture.version, picture.plan, datetime.now(UTC)
        for one in await self.db.read(queries.due, hall=hall, now=now, seconds=terms(plan)["seconds"]):
            if await self.db.write(actions.claim, phone=one.id, call=one.call):
                post = asyncio.create_task(self._ring(plan, one))
                self._posts.add(post)
                post.add_done_callback(self._posts.discard)
        if await self.db.read(queries.has_ended, hall=hall):
            await self.db.write(actions.forget_ended, hall=hall)
        self._seen[hall] = version

    async def _ring(self, plan: HallPlan, one: queries.Due) -> None:
        try:
            answer = await to_thread.run_sync(post, self._letter(plan, one), limiter=self._lines, abandon_on_cancel=True)
        except Exception as problem:
            log.warning("a phone was not rung: %s", type(problem).__name__)
            return
        if answer in GONE:
            await self.db.write(actions.forget_phone, phone=one.id)
        elif answer >= 300:
            log.warning("a push service answered %s", answer)

    def _letter(self, plan: HallPlan, one: queries.Due) -> "Letter":
        """Raises ``PermissionError`` for a push service that is not known any more."""
        from kiosk.push.message import letter, signing_key

        phone = msgspec.json.decode(self.vault.unseal(one.sealed, purpose=actions.PURPOSE), type=Phone)
        if not is_known(phone.endpoint, self.settings.push_hosts):
            raise PermissionError
        window = plan.windows_by_id.get(one.window)
        return letter(
            phone, number=one.number, window=window.name(one.language) if window else "", topic=one.id,
            seconds=terms(plan)["seconds"], key=signing_key(self.vault), sender=self.settings.sender, now=datetime.now(UTC),
        )


def post(letter: "Letter") -> int:
    """One try, which follows nobody elsewhere; the status of the answer. Raises ``OSError``, ``HTTPException``."""
    place = urlsplit(letter.address)
    host = place.hostname or ""
    connection = (
        http.client.HTTPSConnection(host, place.port, timeout=POST_SECONDS, context=ssl.create_default_context())
        if place.scheme == "https" else http.client.HTTPConnection(host, place.port, timeout=POST_SECONDS)
    )
    try:
        connection.request("POST", (place.path or "/") + (f"?{place.query}" if place.query else ""), letter.body, letter.headers)
        with connection.getresponse() as answer:
            return answer.status
    finally:
        connection.close()
