"""The job behind the forecasts: what visits have taught, what was promised to whom, a look ahead when something has moved."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from kiosk.forecast import promises, records
from kiosk.forecast.forecast import Told
from kiosk.picture import Picture, Pictures
from kiosk.tables import State
from shared.database import Database

EVERY_SECONDS = 2.0
LEARN_AGAIN, ASK_AGAIN = timedelta(hours=1), timedelta(minutes=1)
log = logging.getLogger("nuanyi.forecasting")


class Forecasting:
    """Of one process, for all its halls."""

    def __init__(self, db: Database, pictures: Pictures) -> None:
        self.db, self.pictures = db, pictures
        self._learnt: dict[UUID, datetime] = {}
        self._asked: dict[UUID, datetime] = {}

    async def run(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            for hall in self.pictures.halls.values():
                try:
                    await self.look(self.pictures.now_seen(hall), datetime.now(UTC))
                except Exception:
                    log.exception("a hall could not be looked ahead at")

    async def look(self, picture: Picture, now: datetime) -> None:
        """One round for one hall."""
        await self._learn(picture, now)
        await self._recall_promises(picture)
        picture.forecast.look(picture, now)

    async def _learn(self, picture: Picture, now: datetime) -> None:
        plan, forecast = picture.plan, picture.forecast
        learnt, asked = self._learnt.get(plan.id), self._asked.get(plan.id)
        if learnt is None or now - learnt >= LEARN_AGAIN:
            forecast.records = await self.db.read(records.learn, plan=plan, now=now)
            self._learnt[plan.id] = now
        if asked is None or now - asked >= ASK_AGAIN:
            due = await self.db.read(records.due, plan=plan, now=now)
            forecast.records = replace(forecast.records, due=due)
            forecast.kept = await self.db.read(promises.kept_lately, hall=plan.id, now=now)
            self._asked[plan.id] = now

    async def _recall_promises(self, picture: Picture) -> None:
        """Whoever is new in this process's eyes has been promised something, if the place is still the one of the beginning."""
        told = picture.forecast.told
        new = {key: one for key, one in picture.tickets.items() if one.state == State.WAITING and key not in told}
        if not new or len(new) > promises.BATCH:
            return
        given = {one.ticket: one.until for one in await self.db.read(promises.given_to, tickets=list(new))}
        for key, one in new.items():
            as_issued = not one.deferrals and not one.transferred_from  # who was called once has nothing left of a promise
            told[key] = Told((one.service_id, one.queued_at), given[key]) if as_issued and key in given else None


async def score(db: Database, pictures: Pictures) -> None:
    """Scores the promises whose call has come."""
    for hall in pictures.halls.values():
        while tickets := await db.read(promises.ripe, hall=hall):
            plan = pictures.now_seen(hall).plan
            await db.write(promises.score, plan=plan, tickets=tickets, now=datetime.now(UTC), by="clock")
            if len(tickets) < promises.BATCH:
                break
