"""Acceptance scenarios 8 and 9 of the queue at a kiosk: who walks away leaves nothing behind, and who sees nothing takes a number
alone. The clock of the page is put forward by hand, so that the office's own 45 and 20 seconds count."""

import base64
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import KIOSK, Open
from tests.journeys.test_kiosk import House, house

__all__ = ["house"]
pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]
START = "您好，请问您要办什么？"
LEFT = "() => [document.documentElement.outerHTML, JSON.stringify({ ...sessionStorage, ...localStorage }), scan.text].join()"


@pytest.fixture
def timed(open_page: Open, house: House) -> Page:
    """A kiosk whose clock can be put forward, and whose voice speaks fast."""
    page = open_page(KIOSK, has_touch=True)
    page.add_init_script("{ const play = HTMLMediaElement.prototype.play;"
                         " HTMLMediaElement.prototype.play = function () { this.playbackRate = 16; return play.call(this); }; }")
    page.clock.install()
    page.goto(f"{house.url}/kiosk")
    return page


def let_pass(page: Page, seconds: int) -> None:
    """Time passes while nobody touches the screen, once the voice, for which it stands still, has ended."""
    while page.evaluate("speaking()"):
        page.wait_for_timeout(20)
    page.clock.fast_forward(seconds * 1000)


def test_scenario_8_who_walks_away_leaves_nothing_behind(timed: Page, house: House) -> None:
    timed.locator(".tile", has_text="查询我的案件").tap()
    timed.locator("#text").fill("wang xiaoming 0317")
    timed.keyboard.press("k")  # a scanner's first letters, never finished
    assert "0317" in timed.locator("#text").input_value() and timed.evaluate("scan.text") == "k"
    let_pass(timed, 30)
    assert timed.locator("#still").get_attribute("open") is None
    with timed.expect_request("**/kiosk/voice/**"):
        let_pass(timed, 16)
    expect(timed.locator("#still h2")).to_have_text("还需要时间吗？")
    let_pass(timed, 8)
    assert 1 <= int(timed.locator("#left").text_content() or 0) <= 12
    let_pass(timed, 13)
    expect(timed.locator("h1")).to_have_text(START)
    expect(timed.locator("#still")).to_be_hidden()
    assert timed.context.cookies() == []
    assert not re.search("xiaoming|0317", timed.evaluate(LEFT)) and timed.evaluate("scan.text") == ""
    timed.go_back()
    expect(timed.locator("#text")).to_have_count(0)
    timed.goto(f"{house.url}/kiosk/case")
    expect(timed.locator("#text")).to_have_value("")


def test_scenario_8_a_slow_visitor_goes_on_ten_times(timed: Page, house: House) -> None:
    """And no touch goes through the question to what lies beneath it."""
    tickets = house.tickets()
    timed.locator(".tile.main").tap()
    timed.get_by_text("60岁以上老年人").tap()
    for _ in range(10):
        let_pass(timed, 46)
        expect(timed.locator("#still")).to_be_visible()
        timed.get_by_role("button", name="还需要，继续").tap(force=True)
        expect(timed.locator("#still")).to_be_hidden()
        expect(timed.locator("input:checked")).to_have_count(1)
    let_pass(timed, 46)
    expect(timed.locator("h1")).to_have_text(START)
    assert house.tickets() == tickets


def said(page: Page) -> str:
    """What the page says of itself: the text in the address of its sound."""
    token = (page.locator("#stand").get_attribute("data-speech") or "").rsplit("/", 1)[-1]
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    return raw[raw.index(b"zh-CN ") :].decode()


def press(page: Page, code: str) -> None:
    """A key that Playwright has no name for."""
    wire = page.context.new_cdp_session(page)
    for kind in ("rawKeyDown", "keyUp"):
        wire.send("Input.dispatchKeyEvent", {"type": kind, "code": code, "key": code})


def walk_to(page: Page, selector: str) -> None:
    for _ in range(40):
        if page.evaluate("which => document.activeElement.matches(which)", selector):
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the keypad does not reach {selector}")


def test_scenario_9_a_blind_visitor_takes_a_number_with_headset_and_keypad(kiosk: Page, house: House) -> None:
    heard: list[Any] = []
    kiosk.on("response", lambda answer: heard.append(answer) if "/kiosk/voice/" in answer.url else None)
    kiosk.goto(f"{house.url}/kiosk")
    with kiosk.expect_response("**/kiosk/voice/**"):
        press(kiosk, "F15")
    expect(kiosk.locator("body")).to_have_class(re.compile(r"\bvoice\b"))
    assert "您要办什么" in said(kiosk)
    walk_to(kiosk, ".tile.main")
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("h1")).to_have_text("您来办哪件事？")
    with kiosk.expect_response("**/kiosk/voice/**"):
        walk_to(kiosk, "button[name=service][value=compensation-aid]")
    walk_to(kiosk, "[data-voice=louder]")
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("#volume")).to_have_text("4")
    walk_to(kiosk, "button[name=service][value=compensation-aid]")
    with kiosk.expect_response("**/kiosk/voice/**") as answer:
        kiosk.keyboard.press("Enter")
        expect(kiosk.locator(".huge")).to_have_text(re.compile(r"^C\d{3}$"))
    number = str(kiosk.locator(".huge").text_content())
    spelled = number.translate(str.maketrans("0123456789", "零幺二三四五六七八九"))
    assert all(one in said(kiosk) for one in (spelled, "国家赔偿与司法救助", "下一位就是您"))
    assert answer.value.ok and all(one.ok and one.headers["content-type"] == "audio/wav" for one in heard)
    expect(kiosk.locator("#volume")).to_have_text("4")
    walk_to(kiosk, "[data-over]")
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("h1")).to_have_text(START)
    expect(kiosk.locator("body")).not_to_have_class(re.compile(r"\bvoice\b"))
    press(kiosk, "F15")
    expect(kiosk.locator("#volume")).to_have_text("3")
    press(kiosk, "F16")
    expect(kiosk.locator("body")).not_to_have_class(re.compile(r"\bvoice\b"))
