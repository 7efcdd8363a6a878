"""The lobby display in a real Chromium on the real centre: cut off and back, heard and not heard, at every size."""

import json
import re
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Page, WebSocket, expect

from shared.settings import Settings
from tests.browser import KIOSK, WIDE, Faults, Open, axe, rest
from tests.centre import Centre, token_for
from tests.journeys.cable import Cable

pytestmark = [
    pytest.mark.journey, pytest.mark.timeout(300), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
]
CAP = 0.733  # height of a capital of Noto Sans SC, in font sizes
SHANGHAI = ZoneInfo("Asia/Shanghai")
LATE = (timedelta(), timedelta(seconds=3))
FAR = 154  # px: capitals that are read at 8 m on a 55" screen of 1080 lines (EN 301 549, 5.1.4)


# Sounds play four times as fast, so that a test need not listen for a minute.
HURRIED = """{ const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () { this.playbackRate = 4; return play.call(this); }; }"""


class Hall:
    """The clerks of the hall, through the API."""

    def __init__(self, centre: Centre, settings: Settings) -> None:
        self.centre, self.settings = centre, settings
        headers = {"Authorization": f"Bearer {token_for(settings)}"}
        self.api = httpx.Client(base_url=f"{centre.url}/api/v1", headers=headers, trust_env=False)

    def take(self, service: str = "legal-consultation", times: int = 1) -> None:
        for _ in range(times):
            self.api.post("/tickets", json={"service": service}).raise_for_status()

    def at(self, window: str, act: str = "call-next") -> dict[str, Any]:
        answer = self.api.post(f"/windows/{window}/{act}")
        answer.raise_for_status()
        return answer.json()  # type: ignore[no-any-return]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database holds, read beside the running centre."""
        with sqlite3.connect(self.settings.data / "nuanyi.db", timeout=5) as database:
            return database.execute(query).fetchall()

    def set_up(self, *statements: str) -> None:
        """Changes the hall as it stands; every board is drawn anew."""
        with sqlite3.connect(self.settings.data / "nuanyi.db", timeout=5) as database:
            for statement in statements:
                database.execute(statement)
            database.execute("UPDATE board SET version = version + 1")


@pytest.fixture
def hall(serve: Callable[..., Centre], settings: Settings) -> Iterator[Hall]:
    hall = Hall(serve(), settings)
    yield hall
    hall.api.close()


@pytest.fixture
def cable(hall: Hall) -> Iterator[Cable]:
    cable = Cable(hall.centre.url)
    cable.start()
    yield cable
    cable.over = True
    cable.put_back()
    cable.join()


def listen(page: Page) -> list[str]:
    """What the display begins to say, as `call:reading`, in order; filled while the page lives."""
    said: list[str] = []
    page.expose_function("heard", lambda what: said.append(what))
    page.add_init_script(
        "addEventListener('lobby:speaking', (event) => heard(`${event.detail.call}:${event.detail.reading}`))"
    )
    return said


def until(page: Page, what: Callable[[], bool], seconds: float) -> float:
    """Waits for something and says how long it took; fails when it does not come in time."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() < began + seconds, f"not within {seconds} s"
        page.wait_for_timeout(20)
    return time.monotonic() - began


def spoken(page: Page) -> list[str]:
    return (page.locator("#board").get_attribute("data-spoken") or "").split()


def numbers(page: Page) -> list[str]:
    return page.locator(".called").all_inner_texts()


@pytest.fixture
def speaking(open_page: Open) -> Callable[..., Page]:
    """A display that has been touched once, so that its browser lets it speak."""

    def open_(url: str, **options: Any) -> Page:
        page = open_page(WIDE, **options)
        page.goto(url)
        page.mouse.click(900, 500)
        return page

    return open_


def test_scenario_3_display_that_was_cut_off_shows_and_says_what_is_still_open(
    hall: Hall, cable: Cable, speaking: Callable[..., Page], open_page: Open, faults: Faults
) -> None:
    """Three calls and a recall while the cable is out: first a banner, then all of it, and the open ones aloud, in order."""
    faults.allow("ERR_|WebSocket|AudioContext|ws:error")
    for service in ("legal-consultation", "complaints-appeals", "lawyers-cases"):
        hall.take(service, 3)
    page = open_page(WIDE)
    page.add_init_script(HURRIED)
    said = listen(page)
    page.goto(f"{cable.url}/lobby?lang=zh-CN")
    page.mouse.click(900, 500)
    first = hall.at("1")["call_id"]
    until(page, lambda: f"{first}:2" in spoken(page), 20)

    pulled = cable.pull()
    second, third, fourth = (hall.at(window)["call_id"] for window in "235")
    again = hall.at("1", "recall")["call_id"]
    hall.at("3", "start")
    page.wait_for_selector(".stale:not([hidden])", timeout=8000)
    expect(page.locator(".stale")).to_contain_text("画面可能不是最新")
    expect(page.locator(".stale")).to_contain_text("out of date")
    axe(page)
    page.wait_for_timeout(max(0, 7000 - (time.monotonic() - pulled) * 1000))
    assert numbers(page) == ["A001"]

    cable.put_back()
    until(page, lambda: numbers(page)[:1] == ["A001"] and len(numbers(page)) == 4 and page.locator(".stale").is_hidden(), 5)
    assert sorted(numbers(page)) == ["A001", "A002", "B001", "D001"]
    until(page, lambda: f"{again}:1" in spoken(page), 40)
    assert [one for one in said if not one.startswith(f"{first}:")][:3] == [f"{second}:1", f"{fourth}:1", f"{again}:1"]
    assert f"{third}:1" not in said
    until(page, lambda: not hall.rows(f"SELECT 1 FROM call WHERE spoken_at IS NULL AND id != {third}"), 5)


def test_display_finds_a_server_that_was_killed(hall: Hall, speaking: Callable[..., Page], faults: Faults) -> None:
    faults.allow("ERR_|WebSocket|AudioContext|ws:error")
    hall.take(times=2)
    page = speaking(f"{hall.centre.url}/lobby")
    hall.at("1")
    until(page, lambda: numbers(page) == ["A001"], 10)
    hall.centre.stop(signal.SIGKILL)
    page.wait_for_selector(".stale:not([hidden])", timeout=5000)
    page.wait_for_timeout(1000)
    hall.centre.start()
    hall.at("2")
    until(page, lambda: numbers(page) == ["A002", "A001"] and page.locator(".stale").is_hidden(), 10)


def test_socket_opens_on_every_load(hall: Hall, lobby: Page, faults: Faults) -> None:
    faults.allow("AudioContext")
    for load in range(20):
        boards: list[dict[str, Any]] = []

        def opened(channel: WebSocket, boards: list[dict[str, Any]] = boards) -> None:
            channel.on("framereceived", lambda frame: boards.append(json.loads(frame)))

        lobby.once("websocket", opened)
        lobby.goto(f"{hall.centre.url}/lobby?n={load}")
        until(lobby, lambda boards=boards: any("content" in one for one in boards), 10)  # type: ignore[misc]


def test_board_changes_in_place(hall: Hall, lobby: Page, faults: Faults) -> None:
    """What is on the screen stays the same element while its text changes, so that nothing flickers."""
    faults.allow("AudioContext")
    hall.take(times=2)
    hall.at("1")
    lobby.goto(f"{hall.centre.url}/lobby?lang=en")
    lobby.wait_for_timeout(500)
    lobby.evaluate("document.querySelector('.stage .called').mark = document.querySelector('.waiting li b').mark = true")
    hall.at("2")
    until(lobby, lambda: numbers(lobby) == ["A002", "A001"], 10)
    assert lobby.evaluate("document.querySelector('.stage .called').mark && document.querySelector('.waiting li b').mark")
    expect(lobby.locator("#board")).to_have_class(re.compile(r"\bnew\b"))
    expect(lobby.locator("#board")).not_to_have_class(re.compile(r"\bnew\b"), timeout=15_000)


def test_reload_rings_nothing_old_and_a_recall_rings_again(hall: Hall, open_page: Open, faults: Faults) -> None:
    faults.allow("AudioContext")
    hall.take()
    page = open_page(WIDE)
    said = listen(page)
    page.goto(f"{hall.centre.url}/lobby")
    page.mouse.click(900, 500)
    first = hall.at("1")["call_id"]
    until(page, lambda: said == [f"{first}:1"], 15)
    page.reload()
    page.mouse.click(900, 500)
    page.wait_for_timeout(1500)
    assert said == [f"{first}:1"]
    again = hall.at("1", "recall")["call_id"]
    until(page, lambda: said[1:] == [f"{again}:1"], 15)


def test_calls_that_come_together_are_all_said_and_only_the_last_one_twice(
    hall: Hall, open_page: Open, faults: Faults
) -> None:
    faults.allow("AudioContext")
    hall.take(times=3)
    page = open_page(WIDE)
    page.add_init_script(HURRIED)
    said = listen(page)
    page.goto(f"{hall.centre.url}/lobby?lang=en")
    page.mouse.click(900, 500)
    calls = [hall.at(window)["call_id"] for window in "126"]
    until(page, lambda: f"{calls[2]}:2" in spoken(page), 60)
    assert said == spoken(page) == [f"{calls[0]}:1", f"{calls[1]}:1", f"{calls[2]}:1", f"{calls[2]}:2"]


def test_display_that_may_not_speak_says_so_and_speaks_after_a_touch(hall: Hall, lobby: Page, faults: Faults) -> None:
    """Looking at the page through Playwright counts as a touch, so the database is asked first."""
    faults.allow("AudioContext")
    hall.take()
    lobby.goto(f"{hall.centre.url}/lobby?lang=zh-CN")
    call = hall.at("1")["call_id"]
    until(lobby, lambda: hall.rows(f"SELECT silent FROM call WHERE id = {call}") == [("blocked",)], 10)
    assert hall.rows("SELECT kind, closed_at FROM task") == [("silent", None)]
    mark = lobby.locator("#mute")
    assert mark.inner_text().split() == ["无语音", "请轻触一下屏幕"]
    axe(lobby)
    lobby.mouse.click(900, 500)
    until(lobby, lambda: f"{call}:1" in spoken(lobby), 15)
    expect(mark).to_be_hidden()
    until(lobby, lambda: bool(hall.rows("SELECT 1 FROM task WHERE closed_at IS NOT NULL")), 10)
    ((shown, said, silent),) = hall.rows(f"SELECT shown_at, spoken_at, silent FROM call WHERE id = {call}")
    assert shown and said and not silent


def test_second_screen_without_sound_only_says_what_it_showed(hall: Hall, lobby: Page, faults: Faults) -> None:
    hall.take()
    lobby.goto(f"{hall.centre.url}/lobby?sound=off")
    call = hall.at("1")["call_id"]
    until(lobby, lambda: bool(hall.rows(f"SELECT 1 FROM call WHERE id = {call} AND shown_at IS NOT NULL")), 10)
    lobby.wait_for_timeout(1000)
    assert spoken(lobby) == [] and lobby.locator("#mute").is_hidden()
    assert hall.rows("SELECT silent, spoken_at FROM call") == [("", None)]


def test_clock_and_ages_are_the_servers(hall: Hall, open_page: Open, faults: Faults) -> None:
    """A kiosk that thinks it is three hours later, in New York."""
    faults.allow("AudioContext")
    hall.take(times=2)
    hall.at("1"), hall.at("2")
    hall.set_up("UPDATE call SET called_at = datetime(called_at, '-130 seconds')")
    page = open_page(WIDE, timezone_id="America/New_York")
    page.add_init_script(
        "{ const True = Date, late = 3 * 3600e3; globalThis.Date = class extends True {"
        " constructor(...given) { super(...(given.length ? given : [True.now() + late])); }"
        " static now() { return True.now() + late; } } }"
    )
    page.goto(f"{hall.centre.url}/lobby?lang=en")
    clock = page.locator("[data-clock=time]")
    until(page, lambda: any(clock.inner_text() == f"{datetime.now(SHANGHAI) - late:%H:%M}" for late in LATE), 10)
    expect(page.locator(".beside time")).to_have_text(["2 min ago"])


FITS = """() => {
  const seen = [...document.querySelectorAll('h1, h2, h3, p, b, time, small, .place > span, .name, .plain')].filter((one) =>
    one.getClientRects().length && !one.closest('.visually-hidden')
      && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  const boxes = seen.map((one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    const box = range.getBoundingClientRect(), high = box.height / (one.getClientRects().length > 1 ? 2 : 1);
    return { one, text: one.textContent.trim(), left: box.left, right: box.right,
      top: box.top + high * .24, bottom: box.bottom - high * .22 };
  });
  const out = boxes.filter((box) => box.left < 0 || box.right > innerWidth || box.top < 0 || box.bottom > innerHeight);
  const over = boxes.flatMap((one, index) => boxes.slice(index + 1).map((other) => [one, other])).filter(([one, other]) =>
    !one.one.contains(other.one) && Math.min(one.right, other.right) - Math.max(one.left, other.left) > 2
      && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 2);
  return [...out.map((box) => `out: ${box.text}`), ...over.map((both) => `over: ${both.map((box) => box.text).join(' / ')}`)];
}"""


def fits(page: Page) -> list[str]:
    """Texts that reach out of the screen, or whose ink lies over another text."""
    found: list[str] = page.evaluate(FITS)
    return found


def caps(page: Page, selector: str) -> list[float]:
    sizes = page.locator(selector).evaluate_all("all => all.map((one) => parseFloat(getComputedStyle(one).fontSize))")
    return [round(size * CAP, 1) for size in sizes]


def test_every_state_fits_reads_from_afar_and_excludes_nobody(hall: Hall, open_page: Open, faults: Faults) -> None:
    """Both languages, wide and upright: nothing cut or covered, capitals of 154 px, axe content."""
    faults.allow("AudioContext")
    pages = [(open_page(size), language) for size in (WIDE, KIOSK) for language in ("zh-CN", "en")]

    def look(chinese: str, english: str) -> None:
        for page, language in pages:
            page.goto(f"{hall.centre.url}/lobby?lang={language}&sound=off")
            page.wait_for_selector("#board:not(.new)")
            expect(page.locator("#board")).to_contain_text(chinese if language == "zh-CN" else english, use_inner_text=True)
            rest(page)
            assert fits(page) == []
            axe(page)

    look("欢迎您", "Welcome")
    for service in ("legal-consultation", "complaints-appeals", "compensation-aid", "lawyers-cases"):
        hall.take(service, 4)
    hall.at("1")
    look("正在叫号 A001", "Now calling A001")
    for window in "23456":
        hall.at(window)
    look("刚刚叫号", "Just called")
    for page, _ in pages:
        assert min(caps(page, ".called, .digits, .stage .place b")) >= FAR
    for window in "123456":
        hall.at(window, "miss")
    look("过号 请到导访台", "missed guide desk")
    hall.set_up(
        "UPDATE service SET by_booking = 0", "UPDATE service SET open = 0 WHERE code = 'chief-procurator'",
        "UPDATE window SET name_zh = '检察长接待室', name_en = 'Chief Procurator''s Reception Room' WHERE code = '2'",
        "UPDATE window SET name_zh = '12号窗口', name_en = 'Window 12' WHERE code = '3'",
        "UPDATE window SET state = 'closed' WHERE code = '5'",
    )
    pages[0][0].wait_for_timeout(700)
    hall.at("2"), hall.at("3")
    look("12 号窗口", "Window 12")
    hall.at("2", "recall")
    look("检察长接待室", "Chief Procurator's Reception Room")
    hall.set_up("UPDATE ticket SET state = 'done', version = 1000000")
    look("现在无人等候", "Nobody is waiting now")
    hall.set_up("UPDATE opening_hours SET opens = '00:00:00', closes = '00:00:01'")
    look("现在未开放", "We are closed now")


def test_still_pictures_for_those_who_ask_for_them(hall: Hall, open_page: Open, faults: Faults) -> None:
    faults.allow("AudioContext")
    hall.take(times=2)
    moving, still = open_page(WIDE), open_page(WIDE, reduced_motion="reduce")
    for page in (moving, still):
        page.goto(f"{hall.centre.url}/lobby?sound=off")
    hall.at("1")
    for page in (moving, still):
        page.wait_for_selector("#board.new")
    runs = "document.getAnimations().map((one) => [one.effect.getTiming().duration, one.effect.getTiming().iterations])"
    speeds = moving.evaluate(runs)
    assert still.evaluate(runs) == [] and speeds
    assert all(iterations * duration <= 6000 and (iterations == 1 or duration >= 334) for duration, iterations in speeds)
    assert still.locator(".stage").evaluate("one => getComputedStyle(one).boxShadow") != "none"


def test_first_load_and_an_idle_minute_are_light(hall: Hall, lobby: Page, faults: Faults) -> None:
    faults.allow("AudioContext")
    hall.take(times=8)
    for window in "12":
        hall.at(window)
    wire = lobby.context.new_cdp_session(lobby)
    wire.send("Network.enable")
    loaded: list[float] = []
    frames: list[int] = []
    wire.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    wire.on("Network.webSocketFrameReceived", lambda event: frames.append(len(event["response"]["payloadData"]) + 2))
    lobby.goto(f"{hall.centre.url}/lobby?sound=off")
    lobby.wait_for_timeout(1500)
    assert len(loaded) <= 8 and sum(loaded) < 45_000, (len(loaded), sum(loaded))
    loaded.clear(), frames.clear()
    lobby.wait_for_timeout(6_000)
    assert (sum(loaded) + sum(frames)) * 10 < 1000, (loaded, frames)
