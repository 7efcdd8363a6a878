"""What time drives in the hall: sealing the journal, ending old tickets, printing slips. Each calls an action."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from litestar import Litestar

from kiosk import actions
from kiosk.picture import Pictures
from shared import journal
from shared.database import Database

SEAL_SECONDS = 1.0
EXPIRE_SECONDS = 60.0
log = logging.getLogger("nuanyi.jobs")


@asynccontextmanager
async def running(app: Litestar) -> AsyncIterator[None]:
    """Runs the jobs of this process while the application is open."""
    db, pictures = app.state.db, app.state.pictures
    tasks = [
        asyncio.create_task(_every(SEAL_SECONDS, lambda: seal(db))),
        asyncio.create_task(_every(EXPIRE_SECONDS, lambda: expire(db, pictures))),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def seal(db: Database) -> None:
    """Seals new journal lines, if there are any."""
    if await db.read(journal.has_unsealed):
        await db.write(journal.seal)


async def expire(db: Database, pictures: Pictures) -> None:
    for hall in pictures.halls.values():
        plan = pictures.now_seen(hall).plan
        await db.write(actions.expire, plan=plan, now=datetime.now(UTC), by="clock")


async def _every(seconds: float, job: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await job()
        except Exception:
            log.exception("a job failed and will be tried again")
