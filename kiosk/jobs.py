"""What time drives in the hall: sealing the journal, ending old tickets, printing slips, ringing phones, forgetting.
Each calls an action."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from litestar import Litestar

from kiosk import actions, forgetting
from kiosk.bookings import passing as booking_passing
from kiosk.bookings import places as booking_places
from kiosk.bookings import queries as booking_queries
from kiosk.bookings import rules as booking_rules
from kiosk.desk import tasks
from kiosk.discreet import actions as discreet
from kiosk.discreet import watching as apart
from kiosk.forecast import forecasting
from kiosk.hall import deciding, watching
from kiosk.offline import actions as blocks
from kiosk.picture import Pictures
from kiosk.push.ringing import Ringing
from kiosk.slips.printing import Printing
from kiosk.window import calling
from shared import journal
from shared.clockwork import beside
from shared.database import Database
from shared.vault import Vault

SEAL_SECONDS = 1.0
EXPIRE_SECONDS = 60.0
CALLS_SECONDS = 2.0
BOOKINGS_SECONDS = 30.0
KIOSKS_SECONDS = 30.0
STORAGE_SECONDS = 2.0
WATCH_SECONDS = 10.0
SCORE_SECONDS = 30.0
TIDY_SECONDS = 3_600.0
log = logging.getLogger("nuanyi.jobs")


@asynccontextmanager
async def running(app: Litestar) -> AsyncIterator[None]:
    """Runs the jobs of this process while the application is open."""
    db, pictures = app.state.db, app.state.pictures
    printing = app.state["printing"] = Printing(db, pictures, app.state.settings)
    async with beside(
        _every(SEAL_SECONDS, lambda: seal(db)),
        _every(EXPIRE_SECONDS, lambda: expire(db, pictures)),
        _every(BOOKINGS_SECONDS, lambda: watch_bookings(db, pictures, datetime.now(UTC))),
        _every(CALLS_SECONDS, lambda: watch_calls(db, pictures)),
        _every(KIOSKS_SECONDS, lambda: watch_kiosks(db, pictures)),
        _every(WATCH_SECONDS, lambda: keep_watch(db, pictures, datetime.now(UTC))),
        _every(STORAGE_SECONDS, lambda: watch_storage(db, pictures)),
        _every(TIDY_SECONDS, lambda: tidy(db, app.state.vault, datetime.now(UTC))),
        _every(SCORE_SECONDS, lambda: forecasting.score(db, pictures)),
        forecasting.Forecasting(db, pictures).run(),
        printing.run(),
        Ringing(db, pictures, app.state.settings, app.state.vault).run(),
    ):
        yield


async def seal(db: Database) -> None:
    """Seals new journal lines, if there are any: a few at a time, so that nobody's act waits long behind it."""
    if await db.read(journal.has_unsealed):
        while await db.write(journal.seal) == journal.SEAL_BATCH:
            pass


async def expire(db: Database, pictures: Pictures) -> None:
    """Ends old tickets; on a new day the lanes and numbers that hold from it are read."""
    for hall in pictures.halls.values():
        plan = pictures.now_seen(hall).plan
        if plan.day != plan.today(datetime.now(UTC)):
            await pictures.fresh(hall)
        await db.write(actions.expire, plan=plan, now=datetime.now(UTC), by="clock")
        await db.write(blocks.close_blocks, plan=plan, now=datetime.now(UTC), by="clock")
        await db.write(discreet.expire, plan=plan, now=datetime.now(UTC), by="clock")


async def watch_bookings(db: Database, pictures: Pictures, now: datetime) -> None:
    """Places given back return, bookings that nobody came for are closed, those for closed hours become a task; writes only when
    there is something to do."""
    for hall in pictures.halls.values():
        plan = pictures.now_seen(hall).plan
        if await db.read(booking_queries.has_due, now=now, missed=booking_rules.missed_by(plan, now)):
            await db.write(booking_places.return_places, now=now)
            await db.write(booking_passing.close_missed, plan=plan, now=now, by="clock")
        if (count := await db.read(booking_passing.strands, plan=plan, now=now)) is not None:
            await db.write(booking_passing.tell_stranded, plan=plan, count=count, now=now, by="clock")


async def watch_calls(db: Database, pictures: Pictures) -> None:
    """Repeats calls that nobody answers, sends staff, and closes their tasks when the visitor has come."""
    for hall in pictures.halls.values():
        picture, now = pictures.now_seen(hall), datetime.now(UTC)
        for window, ticket, calls in calling.unanswered(picture, now):
            await db.write(calling.follow_up, plan=picture.plan, window=window, code=ticket.code, calls=calls, now=now,
                           by="clock")
        if await db.read(calling.open_fetches, hall=hall):
            await db.write(calling.close_fetched, plan=picture.plan, now=now, by="clock")


async def watch_kiosks(db: Database, pictures: Pictures) -> None:
    """Tells staff about kiosks that have fallen silent."""
    for hall in pictures.halls.values():
        plan = pictures.now_seen(hall).plan
        await db.write(tasks.watch_kiosks, plan=plan, now=datetime.now(UTC), by="clock")


async def keep_watch(db: Database, pictures: Pictures, now: datetime) -> None:
    """Nobody is forgotten; writes only when there is something to open, to raise or to close."""
    for hall in pictures.halls.values():
        plan = pictures.now_seen(hall).plan
        if await db.read(watching.findings, plan=plan, now=now):
            await db.write(watching.keep_watch, plan=plan, now=now, by="clock")
        if await db.read(apart.findings, plan=plan, now=now):
            await db.write(apart.keep_watch, plan=plan, now=now, by="clock")
        if await db.read(deciding.outcomes_due, plan=plan, now=now):
            await db.write(deciding.keep_outcomes, plan=plan, now=now, by="clock")


async def watch_storage(db: Database, pictures: Pictures) -> None:
    """Tells staff when nothing could be saved; writes only when there is something to open or to close."""
    fault = db.fault
    for hall in pictures.halls.values():
        if bool(fault) != await db.read(tasks.is_open, hall=hall, subject=tasks.STORAGE):
            plan = pictures.now_seen(hall).plan
            await db.write(tasks.watch_storage, plan=plan, fault=fault, now=datetime.now(UTC), by="clock")


async def tidy(db: Database, sealing: Vault, now: datetime) -> int:
    """Forgets what the office's periods say is to be forgotten, some rows at a time; returns how many acts it took."""
    acts, taken = forgetting.acts(sealing), 0
    for one in await db.read(forgetting.due, keys=list(acts), now=now):
        while await db.write(acts[one.key], office=one.office, days=one.days, now=now, by="clock"):
            taken += 1
    return taken


async def _every(seconds: float, job: Callable[[], Awaitable[object]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await job()
        except Exception:
            log.exception("a job failed and will be tried again")
