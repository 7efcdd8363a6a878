"""The worker that empties the outbox: leases a message, looks whether it is still wanted, sends it, says what became of it.
Several processes may run one each; the lease keeps them apart."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from litestar import Litestar

from shared import delivery
from shared.carriers import NotTaken, carry
from shared.clockwork import Clock, beside, utc_now
from shared.database import Database
from shared.delivery import Parcel
from shared.errors import Unavailable
from shared.settings import Settings
from shared.vault import Vault

LOOK_SECONDS = 1.0
log = logging.getLogger("nuanyi.posting")


class Posting:
    """One worker of one process."""

    def __init__(self, db: Database, sealing: Vault, settings: Settings, clock: Clock = utc_now) -> None:
        self.db, self.sealing, self.settings, self.clock = db, sealing, settings, clock

    async def run(self) -> None:
        while True:
            try:
                await self.send_due()
            except Exception:
                log.exception("the outbox could not be emptied and will be looked at again")
            await asyncio.sleep(LOOK_SECONDS)

    async def send_due(self) -> int:
        """Sends everything that is due; returns how many tries it made."""
        tries = 0
        while await self.db.read(delivery.has_due, self.clock()):
            leased = await self.db.write(delivery.lease, now=self.clock())
            if leased is None:
                break
            await self._try(leased)
            tries += 1
        return tries

    async def _try(self, leased: UUID) -> None:
        try:
            parcel = await self.db.read(delivery.unpack, leased, self.sealing, now=self.clock())
        except Exception as problem:
            log.exception("a message could not be prepared")
            await self._settle(leased, f"not prepared: {type(problem).__name__}")
            return
        if parcel is None:
            await self.db.write(delivery.drop, leased, now=self.clock())
        else:
            await self._send(parcel)

    async def _send(self, parcel: Parcel) -> None:
        error, lasting = "", False
        try:
            await asyncio.to_thread(carry, parcel, self.settings, now=self.clock())
        except NotTaken as problem:
            error, lasting = str(problem), problem.lasting
            log.warning("a message was not taken: %s", error)
        except Exception as problem:
            error = type(problem).__name__
            log.exception("a message could not be sent")
        await self._settle(parcel.id, error, lasting)

    async def _settle(self, leased: UUID, error: str, lasting: bool = False) -> None:
        """A room that stumbles over the news must not make the message go out again."""
        now = self.clock()
        try:
            await self.db.write(delivery.settle, leased, self.sealing, error=error, lasting=lasting, now=now)
        except Unavailable:
            raise
        except Exception:
            log.exception("what became of a message could not be passed on")
            await self.db.write(delivery.settle, leased, self.sealing, error=error, lasting=lasting, tell=False, now=now)


@asynccontextmanager
async def running(app: Litestar) -> AsyncIterator[None]:
    """Empties the outbox while the application is open."""
    state = app.state
    async with beside(Posting(state.db, state.vault, state.settings).run()):
        yield
