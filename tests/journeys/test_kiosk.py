"""The kiosk in a real Chromium at its real size: two touches, scans, help, modes, the question, and when nothing works."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import CDPSession, Page, expect
from sqlmodel import col, select

from kiosk import actions
from kiosk.desk import tasks
from kiosk.plan import hall_plan, halls, plan_board
from kiosk.tables import Task, Ticket
from shared.database import Database
from shared.door import DEVICE_COOKIE, add_device, pair
from shared.live import bump
from shared.offices import Office, Provision
from shared.people import Device, DeviceKind
from shared.settings import Settings
from tests.browser import KIOSK, WIDE, Faults, Open, axe
from tests.centre import Centre, found

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TABLET = {"width": 1280, "height": 800}
SEE = {"has_touch": True}


class House:
    """The running centre and its database, as staff behind the kiosk change it."""

    def __init__(self, centre: Centre, settings: Settings) -> None:
        self.centre, self.settings, self.db = centre, settings, Database(settings)
        self.db.start()
        self.hall = next(iter(self.db.read_now(halls).values()))

    @property
    def url(self) -> str:
        return self.centre.url

    @property
    def plan(self) -> Any:
        return self.db.read_now(hall_plan, self.hall, datetime.now(UTC))

    def act(self, act: Callable[..., Any], **more: Any) -> Any:
        return self.db.write_now(act, plan=self.plan, now=datetime.now(UTC), by="staff:1", **more)

    def ticket(self, number: str) -> Ticket:
        return self.db.read_now(lambda session: session.exec(select(Ticket).where(Ticket.number == number)).one())

    def tickets(self) -> int:
        return self.db.read_now(lambda session: len(session.exec(select(Ticket)).all()))

    def provide(self, **seconds: int) -> None:
        """Sets the office's time limits anew, and waits until the centre has read them."""

        def change(session: Any) -> None:
            bump(session, plan_board(self.hall))
            office = session.exec(select(Office.id)).one()
            for name, value in seconds.items():
                key, day = f"kiosk.{name}", date(2026, 1, 2)
                old = session.exec(select(Provision).where(Provision.key == key, Provision.effective_from == day)).first()
                row = old or Provision(office_id=office, key=key, unit="seconds", source="test", effective_from=day, value=0)
                row.value = value
                session.add(row)

        self.db.write_now(change)
        shown = f'data-idle="{seconds.get("idle_seconds", 45)}"'
        end = time.monotonic() + 15
        while shown not in httpx.get(f"{self.url}/kiosk/matter", trust_env=False).text:
            assert time.monotonic() < end
            time.sleep(0.05)


@pytest.fixture(scope="module")
def house(sqlite_template: Path, hashes: list[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("kiosk")
    shutil.copyfile(sqlite_template, folder / "nuanyi.db")
    settings = Settings.read({"NUANYI_DATA": str(folder)})
    found(settings, hashes)
    centre = Centre(settings, folder / "log", {})
    centre.start()
    house = House(centre, settings)
    yield house
    house.db.stop()
    centre.stop()


@pytest.fixture
def hurried(house: House) -> Iterator[House]:
    """A house whose time limits a test may set; afterwards they are the usual ones."""
    yield house
    house.provide(idle_seconds=45, question_seconds=20, personal_seconds=30, extensions=10)


def take(page: Page, house: House, service: str = "legal-consultation") -> str:
    """Two touches; the number on the screen."""
    page.goto(f"{house.url}/kiosk")
    page.locator(".tile.main").tap()
    page.locator(f"button[value={service}]").tap()
    return page.locator(".huge").inner_text()


def keyboard(page: Page) -> CDPSession:
    return page.context.new_cdp_session(page)


def scan(page: Page, text: str, gap: float = 0.004, ime: bool = False) -> None:
    """What a scanner in keyboard mode sends: keys `gap` seconds apart, by their times and not by ours."""
    session, at = keyboard(page), time.time()
    for sign in [*text, "\n"]:
        code, shift = key_of(sign)
        key = "Process" if ime and code != "Enter" else sign
        for kind in ("rawKeyDown", "keyUp"):
            at += gap / 2
            more = {"windowsVirtualKeyCode": 229 if ime and code != "Enter" else ord(sign.upper())}
            session.send("Input.dispatchKeyEvent", {"type": kind, "code": code, "key": "Enter" if code == "Enter" else key,
                                                    "modifiers": 8 if shift else 0, "timestamp": at, **more})


def key_of(sign: str) -> tuple[str, bool]:
    named = {"\n": ("Enter", False), ":": ("Semicolon", True), "/": ("Slash", False), ".": ("Period", False),
             "-": ("Minus", False), "?": ("Slash", True), "=": ("Equal", False)}
    if sign in named:
        return named[sign]
    return (f"Digit{sign}", False) if sign.isdigit() else (f"Key{sign.upper()}", sign.isupper())


# Two touches ----------------------------------------------------------------------------------------------------------


def test_two_touches_give_a_number_with_its_square_code(kiosk: Page, house: House) -> None:
    number = take(kiosk, house)
    assert re.fullmatch(r"A\d{3}", number)
    expect(kiosk.locator(".qr svg")).to_be_visible()
    expect(kiosk.locator(".place")).to_contain_text("位")
    assert kiosk.evaluate("history.length") <= 2  # nothing to go back to
    kiosk.locator("[data-over]", has_text="好了").tap()
    expect(kiosk.locator("h1")).to_have_text("您好，请问您要办什么？")


def test_a_double_tap_gives_one_ticket(kiosk: Page, house: House) -> None:
    before = house.tickets()
    kiosk.goto(f"{house.url}/kiosk/matter")
    kiosk.evaluate("for (let i = 0; i < 5; i++) document.querySelector('button[value=complaints-appeals]').click()")
    expect(kiosk.locator(".huge")).to_contain_text("B")
    assert house.tickets() == before + 1


def test_the_whole_way_works_without_script(open_page: Open, house: House) -> None:
    page = open_page(KIOSK, java_script_enabled=False)
    page.goto(f"{house.url}/kiosk")
    page.locator(".tile.main").click()
    page.locator("button[value=lawyers-cases]").click()
    expect(page.locator(".huge")).to_contain_text("D")
    page.get_by_role("link", name="好了").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Hello. What can we do for you?")
    page.get_by_role("button", name="I need help").click()
    expect(page.locator("h1")).to_have_text("Someone is coming to you")


def test_what_was_touched_stays_when_the_language_changes(kiosk: Page, house: House) -> None:
    kiosk.goto(f"{house.url}/kiosk/matter")
    kiosk.get_by_text("60岁以上老年人").tap()
    kiosk.get_by_text("老花镜").tap()
    kiosk.get_by_role("button", name="English").tap()
    expect(kiosk.locator("h1")).to_have_text("What have you come for?")
    expect(kiosk.locator("input:checked")).to_have_count(2)
    kiosk.locator("button[value=legal-consultation]").tap()
    number = kiosk.locator(".huge").inner_text()
    assert (house.ticket(number).lane, house.ticket(number).needs) == ("elderly", "reading-glasses")


def test_waiting_counts_change_while_one_looks(kiosk: Page, house: House) -> None:
    kiosk.goto(f"{house.url}/kiosk/matter")
    row = kiosk.locator("#matter-compensation-aid .wait b")
    expect(row).to_have_text("无人排队")
    kiosk.evaluate("stand().dataset.every = 300")
    house.act(actions.issue, service="compensation-aid")
    expect(row).to_have_text("1 人在等", timeout=8000)


# Scans ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/kiosk", "/kiosk/matter", "/kiosk/case"])
def test_scan_of_a_whole_address_works_on_every_page(kiosk: Page, house: House, path: str) -> None:
    issued = house.act(actions.issue, service="legal-consultation")
    kiosk.goto(house.url + path)
    scan(kiosk, f"{house.settings.public_url}/c/{issued.code}")
    expect(kiosk.locator(".huge")).to_have_text(issued.number)


def test_scan_under_a_chinese_input_method_loses_no_letter(kiosk: Page, house: House) -> None:
    issued = house.act(actions.issue, service="legal-consultation")
    kiosk.goto(f"{house.url}/kiosk/booking")
    kiosk.locator("#text").focus()
    scan(kiosk, issued.code.upper(), ime=True)
    expect(kiosk.locator(".huge")).to_have_text(issued.number)


def test_scan_never_presses_the_button_that_has_the_focus(kiosk: Page, house: House) -> None:
    before = house.tickets()
    kiosk.goto(f"{house.url}/kiosk/matter")
    kiosk.locator("button[value=legal-consultation]").focus()
    scan(kiosk, "0" * 26)
    expect(kiosk.locator("[role=alert]")).to_be_visible()
    assert house.tickets() == before


def test_slow_typing_is_no_scan(kiosk: Page, house: House) -> None:
    kiosk.goto(f"{house.url}/kiosk/booking")
    kiosk.locator("#text").focus()
    kiosk.keyboard.type("abcdefghjk", delay=60)
    expect(kiosk.locator("#text")).to_have_value("abcdefghjk")
    kiosk.locator(".keys").get_by_text("9", exact=True).tap()
    kiosk.locator("[data-key=back]").tap()
    kiosk.locator("[data-key='7']").tap()
    expect(kiosk.locator("#text")).to_have_value("abcd efgh jk7")


def test_missed_visitor_holds_the_slip_to_the_kiosk_and_waits_again(kiosk: Page, house: House) -> None:
    issued = house.act(actions.issue, service="legal-consultation")
    window = house.plan.window("1")
    while house.ticket(issued.number).state != "called":
        house.act(actions.call_next, window=window, unfinished="settle")
    house.act(actions.miss, window=window)
    kiosk.goto(f"{house.url}/kiosk")
    scan(kiosk, f"http://somewhere.example/c/{issued.code}")
    expect(kiosk.locator(".notice.good")).to_contain_text("欢迎回来")
    assert house.ticket(issued.number).state == "waiting"


# Help -----------------------------------------------------------------------------------------------------------------


def test_help_is_one_touch_and_the_answer_is_seen(kiosk: Page, house: House) -> None:
    kiosk.goto(f"{house.url}/kiosk")
    kiosk.get_by_role("button", name="我需要帮助").tap()
    expect(kiosk.locator("h1")).to_have_text("工作人员马上就来")
    kiosk.get_by_role("button", name="轮椅").tap()
    expect(kiosk.get_by_role("button", name="轮椅")).to_have_attribute("aria-pressed", "true")
    task = house.db.read_now(lambda s: s.exec(select(Task).where(Task.kind == "help", col(Task.closed_at).is_(None))).one())
    assert task.detail == {"needs": "wheelchair"}
    house.act(tasks.close_task, task=task.id)
    expect(kiosk.locator("#steps")).to_contain_text("工作人员已经看到，正在过来", timeout=6000)


# Is somebody still there ------------------------------------------------------------------------------------------------


def test_question_is_asked_and_one_touch_goes_on(kiosk: Page, hurried: House) -> None:
    hurried.provide(idle_seconds=4, question_seconds=40)
    heard = []
    kiosk.on("response", lambda answer: heard.append(answer) if "/kiosk/voice/" in answer.url else None)
    kiosk.goto(f"{hurried.url}/kiosk/matter")
    kiosk.get_by_text("60岁以上老年人").tap()
    expect(kiosk.locator("#still")).to_be_visible(timeout=10_000)
    expect(kiosk.locator("#still h2")).to_have_text("还需要时间吗？")
    axe(kiosk)
    kiosk.get_by_role("button", name="还需要，继续").tap()
    expect(kiosk.locator("#still")).to_be_hidden()
    expect(kiosk.locator("input:checked")).to_have_count(1)
    assert heard and heard[0].status == 200 and heard[0].headers["content-type"] == "audio/wav"


def test_without_an_answer_nothing_of_the_visit_stays(kiosk: Page, hurried: House) -> None:
    hurried.provide(idle_seconds=2, question_seconds=2)
    kiosk.goto(f"{hurried.url}/kiosk")
    kiosk.get_by_role("button", name="English").tap()
    kiosk.get_by_role("button", name="Large").tap()
    kiosk.locator(".tile", has_text="Look up my case").tap()
    kiosk.locator("#text").fill("abcd efgh")
    expect(kiosk.locator("h1")).to_have_text("您好，请问您要办什么？", timeout=10_000)
    assert kiosk.context.cookies() == []
    expect(kiosk.locator("body")).not_to_have_class(re.compile("large"))
    kiosk.go_back()
    assert "abcd" not in kiosk.content()
    kiosk.goto(f"{hurried.url}/kiosk/case")
    expect(kiosk.locator("#text")).to_have_value("")


def test_extensions_come_to_an_end(kiosk: Page, hurried: House) -> None:
    hurried.provide(idle_seconds=1, question_seconds=30, extensions=1)
    kiosk.goto(f"{hurried.url}/kiosk/matter")
    kiosk.get_by_role("button", name="还需要，继续").tap(timeout=20_000)
    expect(kiosk.locator("h1")).to_have_text("您好，请问您要办什么？", timeout=20_000)


def test_a_number_leaves_the_screen_by_itself_unless_touched(kiosk: Page, hurried: House) -> None:
    hurried.provide(idle_seconds=30, personal_seconds=3)
    take(kiosk, hurried)
    expect(kiosk.locator("[data-countdown]")).to_have_text(re.compile("[123]"))
    expect(kiosk.locator("h1")).to_have_text("您好，请问您要办什么？", timeout=8000)
    take(kiosk, hurried)
    kiosk.locator(".huge").tap()
    kiosk.wait_for_timeout(4000)
    expect(kiosk.locator(".huge")).to_be_visible()


# When nothing works -----------------------------------------------------------------------------------------------------


@ON_ONE
def test_centre_out_of_reach_is_said_in_both_languages_and_heals(
    open_page: Open, serve: Callable[..., Centre], settings: Settings, faults: Faults
) -> None:
    faults.allow("Failed to load resource: net::ERR_CONNECTION_REFUSED|Failed to fetch")
    centre = serve()
    page, holder = (open_page(KIOSK, service_workers="block", **SEE) for _ in range(2))  # kiosks that hold no numbers
    page.goto(f"{centre.url}/kiosk")
    holder.goto(f"{centre.url}/kiosk/matter")
    holder.locator("button[value=legal-consultation]").tap()
    expect(holder.locator(".huge")).to_have_text("A001")
    centre.stop()
    page.locator(".tile.main").tap()
    expect(page.locator("[role=alert]")).to_contain_text("请您到导访台")
    expect(page.locator("[role=alert]")).to_contain_text("This kiosk cannot be used just now")
    axe(page)
    expect(holder.locator("#waver")).to_be_visible(timeout=15_000)
    expect(holder.locator(".huge")).to_have_text("A001")
    centre.start()
    expect(page.locator("h1")).to_have_text("您好，请问您要办什么？", timeout=10_000)
    expect(holder.locator("#waver")).to_be_hidden(timeout=10_000)


# For everybody ----------------------------------------------------------------------------------------------------------

ALL_MODES = ["", "large", "contrast.low", "voice.large.contrast"]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("modes", ALL_MODES)
def test_every_page_is_free_of_barriers(open_page: Open, house: House, language: str, modes: str) -> None:
    page = open_page(KIOSK, **SEE)
    page.context.add_cookies([{"name": "nuanyi_language", "value": language, "url": house.url},
                              {"name": "nuanyi_kiosk", "value": modes, "url": house.url}])
    issued = house.act(actions.issue, service="legal-consultation")
    task = house.act(tasks.open_task, kind="help", subject="help:unpaired")
    paths = ["", "/matter", "/booking", "/case", f"/tickets/{issued.code}?new=1", f"/help/{task}", "/tickets/none"]
    for path in paths:
        page.goto(f"{house.url}/kiosk{path}")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= KIOSK["width"], path


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_everything_to_touch_is_twenty_millimetres_and_to_read_a_finger_thick(
    open_page: Open, house: House, language: str
) -> None:
    page = open_page(KIOSK, **SEE)
    page.context.add_cookies([{"name": "nuanyi_language", "value": language, "url": house.url}])
    for path in ("", "/matter", "/booking"):
        page.goto(f"{house.url}/kiosk{path}")
        assert page.evaluate(TOO_SMALL, [TOUCHED, 81]) == [], path
        assert page.evaluate(TOO_FINE, 39) == [], path


TOUCHED = "main a, main button, main label.chip, main input:not([type=hidden]):not([type=checkbox]), .bar a, .bar button"
TOO_SMALL = """([which, least]) => [...document.querySelectorAll(which)].filter(one => one.checkVisibility()).map(one => {
  const { width, height } = one.getBoundingClientRect(); return [one.outerHTML.slice(0, 80), width, height] })
  .filter(([, width, height]) => width < least || height < least)"""
TOO_FINE = """least => [...document.querySelectorAll('main *, .bar *')]
  .filter(one => one.checkVisibility() && !one.closest('.aside, svg')
    && [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
  .filter(one => parseFloat(getComputedStyle(one).fontSize) < least)
  .map(one => [one.textContent.trim().slice(0, 30), getComputedStyle(one).fontSize])"""


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_low_reach_keeps_every_control_in_the_lower_two_fifths(open_page: Open, house: House, language: str) -> None:
    page = open_page(KIOSK, **SEE)
    page.context.add_cookies([{"name": "nuanyi_language", "value": language, "url": house.url},
                              {"name": "nuanyi_kiosk", "value": "low", "url": house.url}])
    issued = house.act(actions.issue, service="legal-consultation")
    for path in ("", "/matter", "/booking", f"/tickets/{issued.code}?new=1"):
        page.goto(f"{house.url}/kiosk{path}")
        highest = page.evaluate(f"""Math.min(...[...document.querySelectorAll(`{TOUCHED}`)].filter(one => one.checkVisibility())
          .map(one => one.getBoundingClientRect().top))""")
        assert highest >= 0.6 * KIOSK["height"] - 1, path


@pytest.mark.parametrize("size", [WIDE, TABLET], ids=["wide", "tablet"])
def test_other_screens_show_everything_too(open_page: Open, house: House, size: Any) -> None:
    page = open_page(size, **SEE)
    assert take(page, house).startswith("A")
    for path in ("", "/matter", "/case"):
        page.goto(f"{house.url}/kiosk{path}")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
    page.goto(f"{house.url}/kiosk")
    assert page.evaluate("document.documentElement.scrollHeight") <= size["height"] + 24


def test_keyboard_alone_gets_a_number_and_sees_where_it_is(kiosk: Page, house: House) -> None:
    kiosk.goto(f"{house.url}/kiosk")
    kiosk.keyboard.press("Tab")
    expect(kiosk.locator(".tile.main")).to_be_focused()
    assert kiosk.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("h1")).to_have_text("您来办哪件事？")
    expect(kiosk.locator("h1")).to_be_focused()
    while kiosk.evaluate("document.activeElement.name") != "service":
        kiosk.keyboard.press("Tab")
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator(".huge")).to_contain_text("A")


def test_voice_speaks_the_page_then_each_touch_and_the_second_touch_chooses(kiosk: Page, house: House) -> None:
    heard: list[str] = []
    kiosk.on("request", lambda request: heard.append(request.url) if "/kiosk/voice/" in request.url else None)
    kiosk.goto(f"{house.url}/kiosk")
    with kiosk.expect_request("**/kiosk/voice/**"):
        kiosk.get_by_role("button", name="语音").tap()
    expect(kiosk.locator("[data-voice=again]")).to_be_visible()
    kiosk.wait_for_timeout(300)
    first = len(heard)
    tile = kiosk.locator(".tile.main")
    with kiosk.expect_request("**/kiosk/voice/**"):
        tile.tap()
    expect(kiosk.locator("h1")).to_have_text("您好，请问您要办什么？")
    kiosk.wait_for_timeout(200)
    assert len(heard) == first + 1
    kiosk.locator("[data-voice=louder]").tap()
    expect(kiosk.locator("#volume")).to_have_text("4")
    tile.tap()
    tile.tap()
    expect(kiosk.locator("h1")).to_have_text("您来办哪件事？")
    kiosk.goto(f"{house.url}/kiosk/end")
    kiosk.get_by_role("button", name="语音").tap()
    expect(kiosk.locator("#volume")).to_have_text("3")


def test_kiosk_without_a_sound_works_as_if_it_were_silent(kiosk: Page, house: House, faults: Faults) -> None:
    faults.allow("/kiosk/voice/")
    kiosk.route("**/kiosk/voice/**", lambda route: route.fulfill(status=404))
    kiosk.goto(f"{house.url}/kiosk")
    kiosk.get_by_role("button", name="语音").tap()
    expect(kiosk.locator("#mute")).to_be_visible()
    kiosk.locator(".tile.main").tap()
    expect(kiosk.locator("h1")).to_have_text("您来办哪件事？")


def test_browser_printer_prints_each_number_once(open_page: Open, house: House) -> None:
    plan = house.plan
    pairing = house.db.write_now(add_device, office=plan.office_id, hall=plan.id, kind=DeviceKind.KIOSK, name="2号自助机",
                                 now=datetime.now(UTC), by="test")
    secret = house.db.write_now(pair, pairing=pairing, now=datetime.now(UTC))
    house.db.write_now(lambda session: setattr(session.exec(select(Device)).one(), "printer", {"kind": "browser"}))
    page = open_page(KIOSK, **SEE)
    page.context.add_cookies([{"name": DEVICE_COOKIE, "value": secret, "url": house.url}])
    page.add_init_script("window.prints = 0; window.print = () => window.prints++")
    number = take(page, house)
    page.wait_for_function("prints > 0")
    page.wait_for_timeout(1000)
    assert page.evaluate("prints") == 1
    page.emulate_media(media="print")
    expect(page.locator(".paper-number")).to_have_text(number)
    expect(page.locator(".done")).to_be_hidden()


def test_first_page_weighs_little(open_page: Open, house: House) -> None:
    page = open_page(KIOSK, **SEE)
    loads: list[tuple[str, int]] = []

    def note(request: Any) -> None:
        sizes = request.sizes()
        loads.append((request.url, sizes["responseBodySize"] + sizes["responseHeadersSize"]))

    page.on("requestfinished", note)
    page.goto(f"{house.url}/kiosk", wait_until="networkidle")
    ours = [(url, size) for url, size in loads if "fonts.css" not in url and ".woff2" not in url]
    assert sum(size for _, size in ours) < 45_000, ours
    assert len(ours) <= 8
