"""The hall survives: the centre is killed at the busiest time, two kiosks go on giving numbers in a real Chromium, and when it is
back nobody is lost, no number is there twice and what was recorded offline says so."""

import re
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from kiosk import actions
from kiosk.offline.tables import BlockNumber, Held
from kiosk.picture import Picture, look
from kiosk.plan import hall_plan, halls
from kiosk.tables import State, Ticket
from shared.database import Database
from shared.door import DEVICE_COOKIE, add_device, pair
from shared.journal import seal, verify
from shared.people import DeviceKind
from shared.settings import Settings
from tests.browser import DESK, KIOSK, Faults, Open, axe
from tests.centre import PASSWORD, Centre

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]
ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
READY = "typeof blocks !== 'undefined' && navigator.serviceWorker.controller ? blocks.left() : {}"


class Hall:
    """The database behind the centre, while the centre is there and while it is not."""

    def __init__(self, settings: Settings) -> None:
        self.db = Database(settings)
        self.db.start()
        self.id = next(iter(self.db.read_now(halls).values()))

    def plan(self) -> Any:
        return self.db.read_now(hall_plan, self.id, datetime.now(UTC))

    def act(self, act: Callable[..., Any], **more: Any) -> Any:
        return self.db.write_now(act, plan=self.plan(), now=datetime.now(UTC), by="staff:1", **more)

    def paired(self, open_page: Open, url: str, name: str) -> Page:
        """A kiosk of the hall that has got ready for an outage."""
        plan, now = self.plan(), datetime.now(UTC)
        told = {"office": plan.office_id, "hall": plan.id, "kind": DeviceKind.KIOSK, "name": name}
        code = self.db.write_now(add_device, now=now, by="test", **told)
        secret = self.db.write_now(pair, pairing=code, now=now)
        page = open_page(KIOSK, has_touch=True)
        page.context.add_cookies([{"name": DEVICE_COOKIE, "value": secret, "url": url}])
        page.goto(f"{url}/kiosk")
        for _ in range(100):
            if page.evaluate(READY):
                return page
            page.wait_for_timeout(100)
        raise AssertionError("the kiosk holds no numbers")

    def tickets(self) -> list[Ticket]:
        return self.db.read_now(lambda session: list(session.exec(select(Ticket)).all()))

    def line(self, service: str) -> list[str]:
        change = self.db.read_now(look, self.id, -1, -1, datetime.now(UTC))
        assert change.plan is not None
        picture = Picture(change.plan)
        picture.apply(change)
        return [one.number for one in picture.line(change.plan.service(service))]


def take(page: Page, service: str = "legal-consultation", *chips: str) -> str:
    """A number at a kiosk that is cut off: one touch, an honest mark, and the page is ready for the next visitor."""
    expect(page.locator("#away-form")).to_be_visible()
    for chip in chips:
        page.locator(".wishes summary").tap()
        page.get_by_text(chip, exact=True).tap()
        page.locator(".wishes summary").tap()
    page.locator(f"button[value={service}]").tap()
    expect(page.locator("#away-number")).to_be_visible()
    expect(page.locator("#away-since")).to_have_text(re.compile(r"^离线取号 · \d\d:\d\d$"))
    expect(page.locator("#away-qr svg")).to_be_visible()
    number = str(page.locator("#away-number").text_content())
    page.locator("#away-done").tap()
    expect(page.locator("#away-number")).to_be_hidden()
    return number


@ON_ONE
def test_scenario_10_the_server_is_killed_at_the_busiest_time(
    open_page: Open, serve: Callable[..., Centre], settings: Settings, faults: Faults
) -> None:
    faults.allow("ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED|Failed to fetch|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET")
    centre = serve()
    hall = Hall(settings)
    first, second = (hall.paired(open_page, centre.url, name) for name in ("1号自助机", "2号自助机"))
    waiting = [hall.act(actions.issue, service="legal-consultation").number for _ in range(15)]
    for window in ("1", "2", "6"):
        hall.act(actions.call_next, window=hall.plan().window(window))
        hall.act(actions.start, window=hall.plan().window(window))
    first.locator(".tile.main").tap()
    expect(first.locator("h1")).to_have_text("您来办哪件事？")
    centre.stop(signal.SIGKILL)

    # The touch that the centre never answered gives a number all the same.
    first.get_by_text("60岁以上老年人", exact=True).tap()
    first.locator("button[value=legal-consultation]").tap()
    expect(first.locator("#away-number")).to_be_visible(timeout=30_000)
    given = [str(first.locator("#away-number").text_content())]
    axe(first)
    first.locator("#away-done").tap()
    expect(second.locator("#away-form")).to_be_visible(timeout=30_000)
    axe(second)
    given += [take(second), take(first), take(second, "legal-consultation", "轮椅")]
    other = take(second, "complaints-appeals")
    first.goto(f"{centre.url}/kiosk")  # a kiosk that is started anew meanwhile
    given += [take(first)]
    assert len({*given, other}) == 6 and all(re.fullmatch(r"AX\d\d", number) for number in given), given

    centre.start()
    for page in (first, second):
        expect(page.locator(".tile.main")).to_be_visible(timeout=30_000)
    tickets = hall.tickets()
    numbers = [one.number for one in tickets]
    assert sorted(numbers) == sorted([*waiting, *given, other]), "nobody lost, no number twice"
    by_number = {one.number: one for one in tickets}
    arrivals = [by_number[number].arrived_at for number in given]
    assert arrivals == sorted(arrivals), "the order is that of the arrivals"
    assert (by_number[given[0]].lane, by_number[given[3]].needs) == ("elderly", "wheelchair")
    assert hall.line("legal-consultation") == [given[0], *waiting[3:], *given[1:]], "the head start counts as always"
    assert [by_number[number].state for number in waiting[:3]] == [State.SERVING] * 3
    held = hall.db.read_now(lambda session: list(session.exec(select(BlockNumber)).all()))
    assert sorted(one.number for one in held if one.state == Held.USED) == sorted([*given, other])
    hall.db.write_now(seal)
    assert hall.db.read_now(verify).broken is None

    desk = open_page(DESK)
    desk.goto(f"{centre.url}/sign-in?lang=zh-CN")
    desk.locator("input[name=account]").fill("daozhen")
    desk.locator("input[name=password]").fill(PASSWORD)
    desk.locator("form[action='/sign-in'] button").click()
    desk.wait_for_url(re.compile("/desk"))
    expect(desk.locator(".chip.offline").first).to_have_text("离线取号")
    hall.db.stop()


@ON_ONE
def test_kiosk_without_numbers_points_to_the_guide_desk(
    open_page: Open, serve: Callable[..., Centre], settings: Settings, faults: Faults
) -> None:
    faults.allow("ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED|Failed to fetch|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET")
    centre = serve()
    hall = Hall(settings)
    page = hall.paired(open_page, centre.url, "1号自助机")
    page.context.set_offline(True)
    expect(page.locator("#away-form")).to_be_visible(timeout=30_000)
    for _ in range(10):
        take(page, "lawyers-cases")
    expect(page.locator("button[value=lawyers-cases]")).to_be_hidden()
    expect(page.locator("button[value=legal-consultation]")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator(".tile.main")).to_be_visible(timeout=30_000)
    assert len(hall.tickets()) == 10
    hall.db.stop()


@ON_ONE
def test_window_that_is_cut_off_calls_from_the_last_board_and_conflicts_are_said(
    open_page: Open, serve: Callable[..., Centre], settings: Settings, faults: Faults
) -> None:
    faults.allow("ERR_INTERNET_DISCONNECTED|Failed to fetch|WebSocket connection")
    centre = serve()
    hall = Hall(settings)
    numbers = [hall.act(actions.issue, service="legal-consultation").number for _ in range(4)]
    desk = open_page(DESK)
    desk.goto(f"{centre.url}/sign-in?lang=zh-CN")
    desk.locator("input[name=account]").fill("window1")
    desk.locator("input[name=password]").fill(PASSWORD)
    desk.locator("form[action='/sign-in'] button").click()
    desk.locator(".window").first.get_by_role("button").first.click()
    desk.locator("#act-next").click()
    expect(desk.locator(".hero.called .hero-number").first).to_have_text(numbers[0])
    desk.context.set_offline(True)
    expect(desk.locator("#roll")).to_be_visible(timeout=40_000)
    axe(desk)
    desk.locator("[data-roll=start]").click()
    desk.locator("[data-roll=finish]").click()
    desk.locator("[data-roll=line] button").first.click()
    expect(desk.locator("[data-roll=number]")).to_have_text(numbers[1])
    hall.act(actions.call_next, window=hall.plan().window("2"))  # another window, which is not cut off, calls the same visitor
    desk.locator("[data-roll=miss]").click()
    desk.locator("[data-roll=line] button").first.click()
    desk.locator("[data-roll=start]").click()
    desk.context.set_offline(False)
    said = desk.locator("[data-roll=said]")
    expect(said).to_contain_text(f"{numbers[0]} · {numbers[2]}", timeout=30_000)
    expect(said).to_contain_text(f"{numbers[1]}: ")
    states = {one.number: one.state for one in hall.tickets()}
    assert [states[number] for number in numbers] == [State.DONE, State.CALLED, State.SERVING, State.WAITING]
    hall.db.stop()
