"""Acceptance scenarios of the queue that go through several parts, on both databases. docs/scenarios.md says which test proves
which scenario."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from sqlmodel import Session, select

from kiosk import actions
from kiosk.bookings.arrival import check_in
from kiosk.plan import hall_plan
from kiosk.slips import actions as slips
from kiosk.slips.printer import Outcome
from kiosk.tables import Slip, State, Ticket
from shared.database import Database
from shared.door import DEVICE_COOKIE
from shared.errors import Unavailable
from shared.journal import seal, verify
from shared.keys import add_device, pair
from shared.people import Device, DeviceKind
from shared.settings import Settings
from tests.conftest import MORNING
from tests.kiosk.paper import PaperPrinter
from tests.kiosk.staff import Page, Person, open_office
from tests.kiosk.test_actions import at
from tests.kiosk.test_bookings import TOMORROW, Desk, local
from tests.kiosk.test_offline import ONE, TWO, Kiosks, taken

SERVICES = ("legal-consultation", "complaints-appeals", "compensation-aid", "lawyers-cases")
LEGAL = SERVICES[0]


@pytest.fixture
def second(settings: Settings, db: Database) -> Iterator[Database]:
    """The same database as another process sees it."""
    other = Database(settings)
    other.start()
    yield other
    other.stop()


class Booth(NamedTuple):
    """A paired kiosk with a printer: its row, and the secret in its cookie."""

    id: UUID
    secret: str


def kiosk_with_printer(db: Database, hall: UUID, name: str, port: int = 1) -> Booth:
    now = datetime.now(UTC)
    plan = db.read_now(hall_plan, hall, now)
    code = db.write_now(add_device, office=plan.office_id, hall=hall, kind=DeviceKind.KIOSK, name=name, now=now, by="test")
    secret = db.write_now(pair, pairing=code, now=now)

    def give(session: Session) -> UUID:
        device = session.exec(select(Device).where(Device.name == name)).one()
        device.printer = {"kind": "network", "host": "127.0.0.1", "port": port, "profile": "TM-T88V"}
        return device.id

    return Booth(db.write_now(give), secret)


def test_scenario_2_two_kiosks_at_half_past_eight_and_impatient_hands(db: Database, second: Database, hall: UUID) -> None:
    """500 numbers are asked for at two kiosks, each twice at the same time and every fifth once more: no number twice, no gap,
    one slip each."""
    opens = local(TOMORROW, 8, 30)
    plan = db.read_now(hall_plan, hall, opens)
    kiosks = [(one, kiosk_with_printer(db, hall, f"{n}号自助机")) for n, one in enumerate((db, second), 1)]

    def tap(visitor: int) -> tuple[int, str, str]:
        database, device = kiosks[visitor % 2]
        told: dict[str, Any] = {"service": SERVICES[visitor % 4], "key": f"visitor-{visitor}", "device": device.id}
        for _ in range(50):
            try:
                issued = database.write_now(slips.take_number, plan=plan, now=opens, by="kiosk", **told)
                return visitor, issued.number, issued.code
            except Unavailable:
                continue
        raise AssertionError("the database stayed busy")

    taps = [visitor for visitor in range(500) for _ in range(3 if visitor % 5 == 0 else 2)]
    with ThreadPoolExecutor(8) as hands:
        given = set(hands.map(tap, taps))
    assert len(given) == len({number for _, number, _ in given}) == len({code for *_, code in given}) == 500
    kept = Counter(number[0] for _, number, _ in given)
    assert {number for _, number, _ in given} == {f"{prefix}{n:03}" for prefix in kept for n in range(1, kept[prefix] + 1)}
    printing = db.read_now(lambda session: session.exec(select(Slip.ticket_id)).all())
    assert len(printing) == len(set(printing)) == 500


@pytest.mark.anyio
async def test_scenario_4_his_page_lists_each_overtaking_with_its_reason(db: Database, hall: UUID, settings: Settings) -> None:
    """Taken at 9:00; a green lane every 4 minutes, bookings at 9:30 and 10:00, a call every 5: nobody of the lane from 9:21
    on and no booking after 9:45 goes before, it is his turn within two calls after 10:00, and his page says why."""
    desk, nine = Desk(db, hall, settings), local(TOMORROW, 9)
    booked = {minute: desk.book(nine + timedelta(minutes=minute), phone=f"139000022{minute}").id for minute in (30, 60)}
    for _ in range(7):
        desk.act(actions.issue, service=LEGAL, now=nine, by="kiosk")
    mine = desk.act(actions.issue, service=LEGAL, now=nine, by="kiosk")
    window, came, before, called = desk.plan.window("1"), dict[str, int](), list[str](), ""
    for minute in range(1, 90):
        now = nine + timedelta(minutes=minute)
        if minute % 4 == 0:
            came[desk.act(actions.issue, service=LEGAL, lane="elderly", now=now, by="kiosk").number] = minute
        if minute + 2 in booked:
            came[desk.act(check_in, booking=booked[minute + 2], now=now).number] = minute
        if minute % 5 == 0:
            called = desk.act(actions.call_next, window=window, now=now, by="window", unfinished="settle").number
            if called == mine.number:
                break
            before.append(called)
    assert called == mine.number and minute <= 65, "within two calls after 10:00"
    assert [came[number] for number in before if number in came] == [4, 8, 12, 16, 28]
    async with open_office(settings) as office:
        pages = [(await office.person(language).get(f"/t/{mine.code}/order")).text for language in ("zh-CN", "en")]
    for said in ("在您前面叫了12人", "7人来得比您早。", "1人预约了时间。预约时间：09:30。",
                 "4人依规定享有提前量。比您晚到4、8、12、16分钟。"):
        assert said in pages[0], said
    assert "12 people were called before you. 5 of them came after you." in pages[1]
    assert not any(number in page for page in pages for number in before)


async def settled(visitor: Person, address: str) -> Page:
    """The page of a number, as soon as it is known what became of its slip."""
    for _ in range(300):
        page = await visitor.get(address)
        if not re.search(r'data-state="(queued|sent)"', page.html):
            return page
        await asyncio.sleep(0.05)
    raise AssertionError("nobody knows what became of the slip")


@pytest.mark.anyio
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("trouble", [{"paper": "out"}, {"dies_after": 200}], ids=["no paper", "stops in mid-job"])
async def test_scenario_7_no_slip_but_a_number(db: Database, hall: UUID, settings: Settings, trouble: dict[str, Any]) -> None:
    """The number and its square code stay on the screen with "please photograph", staff have a task, nothing old is printed after
    a reload, and the number counts once. That staff know within five seconds is proven in test_slips."""
    with PaperPrinter(**trouble) as printer:
        device = kiosk_with_printer(db, hall, "1号自助机", printer.port)
        async with open_office(settings) as office:
            visitor = office.person("zh-CN")
            visitor.cookies[DEVICE_COOKIE] = device.secret
            address = (await visitor.post("/kiosk/tickets", service=LEGAL, key="tap")).to
            page = await settled(visitor, address)
            assert "A001" in page.text and "请拍下这个屏幕" in page.text and '<div class="qr"><svg' in page.html
            guide = await office.staff("daozhen", "zh-CN")
            desk = await guide.get("/desk")
            assert "号票打印机" in desk.text and "1号自助机" in desk.text
            printer.paper, printer.dies_after = "ok", None
            assert (await visitor.post("/kiosk/tickets", service=LEGAL, key="tap")).to == address, "sent again: the same number"
            assert "请拍下这个屏幕" in (await visitor.get(address)).text
            later = await visitor.post("/kiosk/tickets", service=LEGAL, key="another")
            assert "请取走小票" in (await settled(visitor, later.to)).text
    assert printer.lines.count("A002") == 1 and printer.lines.count("A001") <= ("dies_after" in trouble)
    assert sorted(one.number for one in db.read_now(lambda session: session.exec(select(Ticket)).all())) == ["A001", "A002"]


@pytest.mark.parametrize("minute", [60, 14 * 60 + 56], ids=["at ten", "across midnight"])
def test_scenario_10_the_server_is_gone_for_four_minutes(db: Database, hall: UUID, minute: int) -> None:
    """12 wait, 3 are served and one slip is being printed when it goes; two kiosks give six numbers; then it is back."""
    kiosks, gone, back = Kiosks(db, hall), minute, minute + 4
    blocks = {holder: kiosks.lease(holder, minute=gone - 60) for holder in (ONE, TWO)}
    issued = [kiosks.issue(minute=gone - 30 + one) for one in range(14)]
    device = kiosk_with_printer(db, hall, "1号自助机")
    issued.append(kiosks.act(slips.take_number, gone - 0.2, service=LEGAL, device=device.id))
    (job,) = db.read_now(slips.queued, now=at(gone))
    assert db.write_now(slips.claim, plan=kiosks.plan(gone), slip=job.id, now=at(gone)) is not None
    served = [kiosks.call(window, gone - 5).number for window in ("1", "2", "6")]
    for window in ("1", "2", "6"):
        kiosks.act(actions.start, gone - 4, window)

    given = [(holder, number, gone + after) for holder, number, after in (
        (ONE, "AX01", 0.5), (TWO, "AX11", 1), (ONE, "AX02", 1.5), (TWO, "AX12", 2), (ONE, "AX03", 3), (TWO, "AX13", 3.5))]
    for holder in (TWO, ONE):  # whoever hands in first: the arrivals count
        records = [taken(blocks[holder], number, given_at, back) for who, number, given_at in given if who == holder]
        assert {one.outcome for one in kiosks.hand_in(records * 2, holder, back)} == {"taken", "known"}
    fresh = kiosks.issue(minute=back + 1)

    tickets = {one.code: one for one in kiosks.all(Ticket)}
    assert len(tickets) == len({(one.day, one.number) for one in tickets.values()}) == 15 + 6 + 1, "nobody lost, no number twice"
    arrivals = {one.number: one.arrived_at for one in sorted(tickets.values(), key=lambda one: one.arrived_at)}
    line = kiosks.picture().line(kiosks.plan().service(LEGAL))
    assert [one.code for one in line] == [one.code for one in sorted(tickets.values(), key=lambda one: one.arrived_at)
                                          if one.state == State.WAITING], "the order is that of the arrivals"
    assert len(line) == 12 + 6 + 1 and line[-1].code == fresh.code
    assert all(arrivals[number] == at(given_at) for _, number, given_at in given), "the waits are the true ones"
    assert sorted(one.number for one in tickets.values() if one.state == State.SERVING) == sorted(served)
    for window in ("1", "2", "6"):
        kiosks.act(actions.finish, back + 2, window)
    (lost,) = db.read_now(slips.queued, now=at(back))
    assert lost.lost, "the slip of the process that died is found"
    db.write_now(slips.settle, plan=kiosks.plan(back), slip=lost.id, device=device.id, now=at(back), outcome=Outcome("unknown"),
                 reason="interrupted")
    assert db.read_now(lambda session: [(one.state, one.reason) for one in session.exec(select(Slip)).all()]) == [
        ("unknown", "interrupted")], "and not printed a second time"
    db.write_now(seal)
    assert db.read_now(verify).broken is None
    assert {one.day for one in kiosks.all(Ticket) if one.number.startswith("AX")} == {MORNING.date()}
