"""The worker that prints queued slips: one in each process, one slip at a time for each printer.

What stands on a slip is decided here, how it is drawn is `kiosk.slip`, what the printer said is `kiosk.printer`; what is
kept of it is `kiosk.slips`.
"""

import asyncio
import logging
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from kiosk.discreet.queries import holders, neutral
from kiosk.picture import Pictures
from kiosk.place import UNSAID, ahead_words, wait_words
from kiosk.plan import HallPlan
from kiosk.slips import actions as slips
from kiosk.slips.printer import Outcome, PrinterSettings, compose, print_slip
from kiosk.slips.slip import Slip as Paper
from shared import words
from shared.database import Database
from shared.settings import Settings

LATE_SECONDS = 4.0  # staff are told before five seconds have passed
LOOK_SECONDS = 1.0
log = logging.getLogger("nuanyi.printing")


class Printing:
    """Prints the queued slips of every hall."""

    def __init__(self, db: Database, pictures: Pictures, settings: Settings) -> None:
        self.db = db
        self.pictures = pictures
        self.settings = settings
        self._hint = asyncio.Event()
        self._at_work: dict[UUID | None, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """A slip has been queued in this process: no need to wait for the next look."""
        self._hint.set()

    async def run(self) -> None:
        """Looks once a second and whenever woken, until cancelled; what is being printed is then finished."""
        try:
            while True:
                await self._look_safely()
                await self._rest()
        finally:
            if self._at_work:
                await asyncio.wait(self._at_work.values(), timeout=LATE_SECONDS)

    async def look(self) -> None:
        """Starts a job for every printer that has nothing to do."""
        for slip in await self.db.read(slips.queued, now=_now()):
            if slip.device_id not in self._at_work:
                self._at_work[slip.device_id] = asyncio.create_task(self._see_to(slip))

    async def _look_safely(self) -> None:
        try:
            await self.look()
        except Exception:
            log.exception("slips could not be read and will be looked for again")

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._hint.wait()
        except TimeoutError:
            return
        self._hint.clear()

    async def _see_to(self, slip: slips.Queued) -> None:
        plan = self.pictures.now_seen(slip.hall_id).plan
        try:
            if slip.lost:
                await self.db.write(slips.settle, plan=plan, slip=slip.id, device=slip.device_id, now=_now(),
                                    outcome=Outcome("unknown"), reason="interrupted")
            elif job := await self.db.write(slips.claim, plan=plan, slip=slip.id, now=_now()):
                await self._print(plan, job)
            else:  # another process has this printer
                await asyncio.sleep(LOOK_SECONDS)
        except Exception:
            log.exception("a slip was not seen to")
            await asyncio.sleep(LOOK_SECONDS)
        finally:
            del self._at_work[slip.device_id]
            self.wake()

    async def _print(self, plan: HallPlan, job: slips.Job) -> None:
        paper = await self._paper(job, plan)
        printing = asyncio.create_task(asyncio.to_thread(on_paper, paper, job.printer))
        done, _ = await asyncio.wait({printing}, timeout=LATE_SECONDS)
        if not done:
            await self.db.write(slips.tell, plan=plan, device=job.device_id, place=job.place, reason="slow", now=_now())
        await self.db.write(slips.settle, plan=plan, slip=job.id, device=job.device_id, place=job.place, outcome=await printing,
                            now=_now())

    async def _paper(self, job: slips.Job, plan: HallPlan) -> Paper:
        """The slip's words as the hall is now."""
        picture = await self.pictures.fresh(plan.id)
        standing = picture.by_code.get(job.code)
        people = picture.ahead(standing) if standing else 0
        wait = picture.wait_for(standing, _now()) if standing else (0, 0)
        if job.quiet and (apart := await self.db.read(holders, hall=plan.id, code=job.code)):
            people, wait = apart.ahead, UNSAID
        return paper_of(job, plan, f"{self.settings.public_url}/c/{job.code}", people, wait)


def on_paper(paper: Paper, printer: dict[str, Any]) -> Outcome:
    """Prints in the calling thread. Settings that make no sense are a failure like any other."""
    try:
        settings = msgspec.convert(printer, PrinterSettings)
        data = compose(paper, settings)
    except ValueError:
        log.exception("the settings of a printer make no sense")
        return Outcome("failed", "error")
    return print_slip(data, settings)


def paper_of(job: slips.Job, plan: HallPlan, url: str, people: int, wait: tuple[int, int]) -> Paper:
    """The slip in the visitor's language. No lane, no need and no name: others see it."""
    _ = words.translator(job.language)
    service = plan.services_by_id[job.service_id]
    if job.quiet:
        service = neutral(service)
    bring = service.bring(job.language)
    local = job.arrived_at.astimezone(plan.zone)
    return Paper(
        number=job.number,
        office=plan.office(job.language),
        hall=plan.name(job.language),
        service_zh=service.name_zh,
        service_en=service.name_en,
        people_ahead=ahead_words(people, job.language),
        wait=wait_words(*wait, job.language),
        url=url,
        scan=_("Scan to see your place on your phone"),
        issued_at=f"{words.day(local.date(), job.language)} {words.clock(local, plan.zone)}",
        notes=(
            *((_("To bring: %(things)s", things=_(", ").join(bring)),) if bring else ()),
            *(() if job.quiet else (_("Missed your call? Hold this slip to a kiosk, or ask the guide desk."),)),
        ),
        language=job.language,
    )


def _now() -> datetime:
    return datetime.now(UTC)
