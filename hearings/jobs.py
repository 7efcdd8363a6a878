"""What time drives for those invited: looked at every few seconds, nothing stored ahead. Each calls an action."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from litestar import Litestar

from hearings.invitations.keeping_up import catch_up, due
from shared.clockwork import beside
from shared.database import Database
from shared.settings import Settings
from shared.vault import Vault

LOOK_SECONDS = 5.0
log = logging.getLogger("nuanyi.hearings")


@asynccontextmanager
async def running(app: Litestar) -> AsyncIterator[None]:
    """Runs while the application is open. Several processes may: whoever comes second finds nothing left to do."""
    state = app.state
    async with beside(_every(LOOK_SECONDS, state.db, state.vault, state.settings)):
        yield


async def keep_up(db: Database, sealing: Vault, settings: Settings, now: datetime) -> int:
    """Does everything that is due; returns how much it was. What fails is tried again the next time."""
    found = await db.read(due, now=now)
    for one in found:
        try:
            await db.write(catch_up, one, sealing=sealing, settings=settings, now=now)
        except Exception:
            log.exception("%s could not be done and will be tried again", one.what)
    return len(found)


async def _every(seconds: float, db: Database, sealing: Vault, settings: Settings) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await keep_up(db, sealing, settings, datetime.now(UTC))
        except Exception:
            log.exception("invitations could not be looked at and will be again")
