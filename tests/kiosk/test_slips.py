"""Slips on both databases and on a printer that really listens: ticket first, print second, confirmed third."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from kiosk import jobs
from kiosk.actions import Issued
from kiosk.desk import tasks
from kiosk.picture import Pictures
from kiosk.plan import HallPlan, hall_plan
from kiosk.slips import actions as slips
from kiosk.slips.printer import Outcome
from kiosk.slips.printing import Printing
from kiosk.tables import Slip, Task, Ticket
from shared.database import Database
from shared.keys import add_device
from shared.live import Boards
from shared.people import Device, DeviceKind
from shared.settings import Settings
from tests.kiosk.paper import PaperPrinter

pytestmark = pytest.mark.anyio


def kiosk_device(db: Database, hall: UUID, **printer: Any) -> UUID:
    """A paired kiosk with this printer."""
    plan = db.read_now(hall_plan, hall, now())
    db.write_now(add_device, office=plan.office_id, hall=hall, kind=DeviceKind.KIOSK, name="1号自助机", now=now(), by="test")

    def give(session: Session) -> UUID:
        device = session.exec(select(Device)).one()
        device.printer, device.digest = printer, "paired"
        return device.id

    return db.write_now(give)


def now() -> datetime:
    return datetime.now(UTC)


class Kiosk:
    """A kiosk of the demo centre with a printer of its own."""

    def __init__(self, db: Database, hall: UUID, **printer: Any) -> None:
        self.db, self.hall = db, hall
        self.device = kiosk_device(db, hall, **printer)

    @property
    def plan(self) -> HallPlan:
        return self.db.read_now(hall_plan, self.hall, now())

    def take(self, service: str = "legal-consultation", at: datetime | None = None, **more: Any) -> Issued:
        return self.db.write_now(slips.take_number, plan=self.plan, service=service, now=at or now(), by="device:1",
                                 device=self.device, **more)

    def slip(self, ticket: Issued) -> tuple[str, str]:
        view = self.db.read_now(slips.slip_view, ticket=ticket.id)
        assert view is not None
        return view.state, view.reason

    def settle(self, ticket: Issued, outcome: Outcome) -> None:
        slip = self.db.read_now(lambda session: session.exec(select(Slip.id).where(Slip.ticket_id == ticket.id)).one())
        self.db.write_now(slips.settle, plan=self.plan, slip=slip, device=self.device, place="1号自助机", outcome=outcome,
                          now=now())

    def open_tasks(self) -> list[tuple[str, str]]:
        return self.open_tasks_of(self.db)

    @staticmethod
    def open_tasks_of(db: Database) -> list[tuple[str, str]]:
        rows = db.read_now(lambda session: session.exec(select(Task).where(col(Task.closed_at).is_(None))).all())
        return [(row.kind, row.detail.get("reason", "")) for row in rows]


def claim(kiosk: Kiosk, ticket: Issued, later: timedelta = timedelta()) -> slips.Job | None:
    slip = kiosk.db.read_now(lambda session: session.exec(select(Slip.id).where(Slip.ticket_id == ticket.id)).one())
    return kiosk.db.write_now(slips.claim, plan=kiosk.plan, slip=slip, now=now() + later)


# Rows ---------------------------------------------------------------------------------------------------------------


def test_a_number_at_a_kiosk_with_a_printer_queues_its_slip(db: Database, hall: UUID) -> None:
    kiosk = Kiosk(db, hall, kind="network", host="127.0.0.1")
    assert kiosk.slip(kiosk.take()) == ("queued", "")


@pytest.mark.parametrize("kind", ["none", "browser"])
def test_a_number_at_a_kiosk_without_a_printer_of_ours_has_no_slip(db: Database, hall: UUID, kind: str) -> None:
    kiosk = Kiosk(db, hall, kind=kind)
    assert db.read_now(slips.slip_view, ticket=kiosk.take().id) is None


def test_a_second_tap_queues_no_second_slip(db: Database, hall: UUID) -> None:
    kiosk = Kiosk(db, hall, kind="network", host="127.0.0.1")
    first, second = kiosk.take(key="tap"), kiosk.take(key="tap")
    assert first.code == second.code and not second.fresh
    assert len(db.read_now(lambda session: session.exec(select(Slip)).all())) == 1


def test_a_slip_is_claimed_by_one_only(db: Database, hall: UUID) -> None:
    kiosk = Kiosk(db, hall, kind="network", host="127.0.0.1")
    ticket = kiosk.take()
    job = claim(kiosk, ticket)
    assert job is not None and (job.number, job.place) == ("A001", "1号自助机")
    assert claim(kiosk, ticket) is None
    assert kiosk.slip(ticket) == ("sent", "")


def test_a_printer_at_work_gets_no_second_slip(db: Database, hall: UUID) -> None:
    kiosk = Kiosk(db, hall, kind="network", host="127.0.0.1")
    first, second = kiosk.take(), kiosk.take()
    assert claim(kiosk, first) and claim(kiosk, second) is None
    kiosk.settle(first, Outcome("confirmed"))
    assert claim(kiosk, second)


def test_a_slip_older_than_a_minute_is_never_printed_and_staff_know(db: Database, hall: UUID) -> None:
    kiosk = Kiosk(db, hall, kind="network", host="127.0.0.1")
    ticket = kiosk.take()
    assert claim(kiosk, ticket, timedelta(seconds=61)) is None
    assert kiosk.slip(ticket) == ("failed", "too-old")
    assert kiosk.open_tasks() == [("printer", "too-old")]


def test_trouble_opens_one_task_and_the_next_good_slip_closes_it(db: Database, hall: UUID) -> None:
    kiosk = Kiosk(db, hall, kind="network", host="127.0.0.1")
    first, second, third = kiosk.take(), kiosk.take(), kiosk.take()
    kiosk.settle(first, Outcome("failed", "paper-out"))
    kiosk.settle(second, Outcome("unknown", "no-answer"))
    assert kiosk.open_tasks() == [("printer", "no-answer")]
    kiosk.settle(third, Outcome("confirmed"))
    assert kiosk.open_tasks() == []
    assert kiosk.slip(first) == ("failed", "paper-out")


def test_paper_near_its_end_is_told_though_the_slip_is_good(db: Database, hall: UUID) -> None:
    kiosk = Kiosk(db, hall, kind="network", host="127.0.0.1")
    ticket = kiosk.take()
    kiosk.settle(ticket, Outcome("confirmed", warnings=("paper-near-end",)))
    assert kiosk.slip(ticket)[0] == "confirmed"
    assert kiosk.open_tasks() == [("printer", "paper-near-end")]


def test_a_slip_left_behind_by_a_dead_process_is_found(db: Database, hall: UUID) -> None:
    kiosk = Kiosk(db, hall, kind="network", host="127.0.0.1")
    ticket = kiosk.take(at=now() - timedelta(seconds=50))
    assert claim(kiosk, ticket)
    assert db.read_now(slips.queued, now=now()) == []
    assert [one.lost for one in db.read_now(slips.queued, now=now() + timedelta(seconds=60))] == [True]


# The worker ---------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def printing(db: Database, settings: Settings) -> AsyncIterator[Printing]:
    boards = Boards(db)
    await boards.start()
    pictures = Pictures(db, boards)
    await pictures.start()
    worker = Printing(db, pictures, settings)
    work = asyncio.create_task(worker.run())
    yield worker
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await boards.stop()


async def until(kiosk: Kiosk, ticket: Issued, state: str, seconds: float = 8) -> float:
    """Seconds until the slip is in this state."""
    began = time.monotonic()
    while kiosk.slip(ticket)[0] != state:
        assert time.monotonic() - began < seconds, f"still {kiosk.slip(ticket)}"
        await asyncio.sleep(0.05)
    return time.monotonic() - began


def at(printer: PaperPrinter, **more: Any) -> dict[str, Any]:
    return {"kind": "network", "host": "127.0.0.1", "port": printer.port, "profile": "TM-T88V", **more}


async def test_worker_prints_what_the_visitor_must_know_and_nothing_private(
    db: Database, hall: UUID, settings: Settings
) -> None:
    with PaperPrinter() as printer:
        kiosk = Kiosk(db, hall, **at(printer))
        kiosk.take()
        first = kiosk.take(lane="elderly", needs=["wheelchair"])
        async with printing(db, settings):
            await until(kiosk, first, "confirmed")
    assert "A002" in printer.lines and "法律咨询" in printer.lines
    assert "蚌埠市人民检察院" in printer.lines
    assert printer.qr[-1] == f"{settings.public_url}/c/{first.code}"
    assert "老年" not in printer.transcript and "轮椅" not in printer.transcript
    assert printer.cuts == 2 and kiosk.open_tasks() == []


async def test_worker_prints_in_the_visitors_language(db: Database, hall: UUID, settings: Settings) -> None:
    with PaperPrinter() as printer:
        kiosk = Kiosk(db, hall, **at(printer))
        async with printing(db, settings):
            await until(kiosk, kiosk.take(language="en"), "confirmed")
    assert "You are next" in printer.lines and "Legal consultation" in printer.lines


async def test_worker_woken_prints_at_once(db: Database, hall: UUID, settings: Settings) -> None:
    with PaperPrinter() as printer:
        kiosk = Kiosk(db, hall, **at(printer))
        async with printing(db, settings) as worker:
            await until(kiosk, kiosk.take(), "confirmed")
            ticket = kiosk.take()
            worker.wake()
            assert await until(kiosk, ticket, "confirmed") < 2


async def test_printer_out_of_paper_opens_a_task_within_five_seconds_and_paper_closes_it(
    db: Database, hall: UUID, settings: Settings
) -> None:
    with PaperPrinter(paper="out") as printer:
        kiosk = Kiosk(db, hall, **at(printer))
        async with printing(db, settings):
            ticket = kiosk.take()
            assert await until(kiosk, ticket, "failed") < 5
            assert kiosk.open_tasks() == [("printer", "paper-out")]
            printer.paper = "ok"
            await until(kiosk, kiosk.take(), "confirmed")
    assert kiosk.open_tasks() == []
    assert "A001" not in printer.lines and "A002" in printer.lines  # what failed is not printed later


async def test_staff_know_within_five_seconds_of_a_printer_that_swallows_the_job(
    db: Database, hall: UUID, settings: Settings
) -> None:
    with PaperPrinter(swallow=True) as printer:
        kiosk = Kiosk(db, hall, **at(printer, patience=7))
        async with printing(db, settings):
            ticket, began = kiosk.take(), time.monotonic()
            while not kiosk.open_tasks():
                assert time.monotonic() - began < 5
                await asyncio.sleep(0.05)
            assert kiosk.open_tasks() == [("printer", "slow")]
            await until(kiosk, ticket, "unknown", 10)
    assert kiosk.open_tasks() == [("printer", "no-answer")]


async def test_settings_that_make_no_sense_fail_the_slip_and_not_the_worker(
    db: Database, hall: UUID, settings: Settings
) -> None:
    kiosk = Kiosk(db, hall, kind="network", host="127.0.0.1", port="drawer")
    async with printing(db, settings):
        ticket = kiosk.take()
        await until(kiosk, ticket, "failed")
    assert kiosk.slip(ticket) == ("failed", "error")


async def test_two_processes_print_each_slip_once(db: Database, hall: UUID, settings: Settings) -> None:
    with PaperPrinter() as printer:
        kiosk = Kiosk(db, hall, **at(printer))
        other = Database(settings)
        other.start()
        async with printing(db, settings), printing(other, settings):
            tickets = [kiosk.take() for _ in range(4)]
            for ticket in tickets:
                await until(kiosk, ticket, "confirmed", 15)
        other.stop()
    assert sorted(line for line in printer.lines if line.startswith("A0")) == ["A001", "A002", "A003", "A004"]


# Tasks --------------------------------------------------------------------------------------------------------------


def test_a_kiosk_that_falls_silent_is_told_once_and_closed_when_it_is_back(db: Database, hall: UUID) -> None:
    kiosk = Kiosk(db, hall, kind="none")
    for age in (10, 200, 230, 0):
        db.write_now(lambda session, age=age: setattr(session.exec(select(Device)).one(), "seen_at",
                                                      now() - timedelta(seconds=age)))
        db.write_now(tasks.watch_kiosks, plan=kiosk.plan, now=now(), by="clock")
        assert kiosk.open_tasks() == ([("kiosk-down", "silent")] if age > 180 else [])


async def test_staff_are_told_once_when_nothing_could_be_saved_and_again_when_it_can(db: Database, hall: UUID) -> None:
    boards = Boards(db)
    await boards.start()
    pictures = Pictures(db, boards)
    await pictures.start()
    db.fault = "storage-full"
    await jobs.watch_storage(db, pictures)
    assert Kiosk.open_tasks_of(db) == [("storage", "storage-full")]
    await jobs.watch_storage(db, pictures)  # that the task could be written is the proof that things are well again
    assert Kiosk.open_tasks_of(db) == []
    await boards.stop()


def test_tickets_are_kept_when_the_printer_is_not(db: Database, hall: UUID) -> None:
    kiosk = Kiosk(db, hall, kind="network", host="127.0.0.1", port=1)
    ticket = kiosk.take()
    assert db.read_now(lambda session: session.exec(select(Ticket.number)).all()) == [ticket.number]
