"""A visitor's phone in a real Chromium: from the number to the window, with script and without, heard and out of reach."""

import signal
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from shared.settings import Settings
from tests.browser import PHONE, Faults, Open, check
from tests.centre import Centre, token_for

pytestmark = [
    pytest.mark.journey, pytest.mark.timeout(300), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
]
SERVICE, WINDOW = "compensation-aid", "4"
TITLES = {"zh-CN": "请到4号窗口 · 12309检察服务中心", "en": "Please go to Window 4 · 12309 Procuratorial Service Center"}
# What the phone would have done, kept for the test; there is no motor and no loudspeaker here.
LISTEN = """
window.shaken = []; window.tones = 0;
navigator.vibrate = (pattern) => { window.shaken.push(pattern); return true; };
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...at) { window.tones += 1; return start.apply(this, at); };
"""


class Hall:
    """The clerks of the hall, through the API."""

    def __init__(self, centre: Centre, settings: Settings) -> None:
        self.centre = centre
        headers = {"Authorization": f"Bearer {token_for(settings)}"}
        self.api = httpx.Client(base_url=f"{centre.url}/api/v1", headers=headers, trust_env=False)

    def take(self) -> dict[str, Any]:
        answer = self.api.post("/tickets", json={"service": SERVICE})
        return answer.raise_for_status().json()  # type: ignore[no-any-return]

    def window(self, act: str = "call-next") -> None:
        self.api.post(f"/windows/{WINDOW}/{act}").raise_for_status()

    def open(self, page: Page, ticket: dict[str, Any], language: str = "zh-CN") -> None:
        page.goto(f"{self.centre.url}/t/{ticket['code']}?lang={language}")


@pytest.fixture
def hall(serve: Callable[..., Centre], settings: Settings) -> Iterator[Hall]:
    hall = Hall(serve(), settings)
    yield hall
    hall.api.close()


def heard(page: Page, *, shaken: int, tones: int) -> None:
    """Waits until the phone has shaken and sounded so often."""
    page.wait_for_function("([shakes, sounds]) => shaken.length === shakes && tones === sounds", arg=[shaken, tones])


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_phone_shows_the_way_from_the_number_to_the_window(hall: Hall, open_page: Open, language: str) -> None:
    phone = open_page(PHONE, has_touch=True, is_mobile=True)
    phone.add_init_script(LISTEN)
    for _ in range(3):
        hall.take()
    mine = hall.take()
    hall.open(phone, mine, language)
    visit = phone.locator(".visit")
    expect(visit).to_have_attribute("data-state", "waiting")
    expect(phone.locator(".mine b")).to_have_text(mine["number"])
    check(phone)
    phone.locator("[data-tell]").tap()
    expect(phone.locator(".told")).to_be_visible()
    hall.window()
    expect(phone.locator(".hero.near")).to_be_visible()  # two ahead: nobody touched the page
    check(phone)
    hall.window()
    hall.window()
    heard(phone, shaken=1, tones=0)  # the touch that allowed it
    hall.window()
    expect(visit).to_have_attribute("data-state", "called")
    expect(phone).to_have_title(TITLES[language])
    heard(phone, shaken=2, tones=6)
    check(phone)
    hall.window("recall")
    heard(phone, shaken=3, tones=12)
    hall.window("start")
    expect(visit).to_have_attribute("data-state", "serving")
    check(phone)
    hall.window("finish")
    expect(visit).to_have_attribute("data-state", "done")
    check(phone)


def test_phone_takes_a_missed_call_up_again_and_gives_a_number_back(hall: Hall, phone: Page) -> None:
    mine = hall.take()
    hall.open(phone, mine)
    hall.window()
    hall.window("miss")
    expect(phone.locator(".hero.missed")).to_be_visible()
    check(phone)
    phone.get_by_role("button", name="我回来了").tap()
    expect(phone.locator(".visit")).to_have_attribute("data-state", "waiting")
    phone.get_by_role("button", name="我还需要一点时间").tap()
    expect(phone.locator(".hero.paused")).to_be_visible()
    check(phone)
    phone.get_by_role("link", name="不等了，取消排号").tap()
    expect(phone.get_by_role("button", name="确定取消")).to_be_visible()
    check(phone)
    phone.get_by_role("link", name="不取消，继续等").tap()
    expect(phone.locator(".visit")).to_have_attribute("data-state", "waiting")
    phone.get_by_role("link", name="不等了，取消排号").tap()
    phone.get_by_role("button", name="确定取消").tap()
    expect(phone.locator(".hero.cancelled")).to_be_visible()
    check(phone)


def test_phone_says_within_five_seconds_that_it_may_be_out_of_date_and_finds_its_way_back(
    hall: Hall, phone: Page, faults: Faults
) -> None:
    faults.allow("WebSocket|ERR_|Failed to load")
    mine = hall.take()
    hall.open(phone, mine)
    expect(phone.locator(".live")).to_be_visible()
    phone.wait_for_timeout(2500)
    hall.centre.process.send_signal(signal.SIGSTOP)
    try:
        expect(phone.locator(".stale")).to_be_visible(timeout=7000)
    finally:
        hall.centre.process.send_signal(signal.SIGCONT)
    hall.window()
    expect(phone.locator(".visit")).to_have_attribute("data-state", "called", timeout=20_000)
    expect(phone.locator(".stale")).to_be_hidden()


def test_phone_without_script_does_all_by_links_and_forms(hall: Hall, open_page: Open) -> None:
    phone = open_page(PHONE, java_script_enabled=False)
    mine = hall.take()
    hall.open(phone, mine)
    for unseen in (".tell", ".stale"):
        expect(phone.locator(unseen)).to_be_hidden()
    phone.get_by_role("button", name="我还需要一点时间").click()
    expect(phone.locator(".hero.paused")).to_be_visible()
    phone.get_by_role("link", name="不等了，取消排号").click()
    phone.get_by_role("button", name="确定取消").click()
    expect(phone.locator(".hero.cancelled")).to_be_visible()


def test_phone_pages_beside_the_visit_are_fit_for_everybody(hall: Hall, open_page: Open, faults: Faults) -> None:
    for language in ("zh-CN", "en"):
        phone = open_page(PHONE, locale=language)
        for address in ("/c", "/hearings", f"/t/{'0' * 26}"):
            phone.goto(hall.centre.url + address)
            check(phone)
    phone.set_viewport_size({"width": 320, "height": 640})
    hall.open(phone, hall.take(), "en")
    check(phone)
