"""A real Chromium for the journeys: one for each test process, a fresh context for each page, sizes by their place in the hall.

A console error, a broken resource or a breach of the content policy fails the test in whose pages it happened.
"""

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, ViewportSize, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
KIOSK = ViewportSize(width=1080, height=1920)
WIDE = ViewportSize(width=1920, height=1080)
PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1440, height=900)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HERE: dict[str, Any] = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
RESOURCES = {"script", "stylesheet", "font", "image", "media"}
AT_REST = """async () => {
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const passing = (one) => one.playState === "running" && one.effect.getComputedTiming().endTime - (one.currentTime ?? 0) < 1500;
  await Promise.all(document.getAnimations().filter(passing).map((one) => one.finished.catch(() => {})));
}"""
Open = Callable[..., Page]


def chromium() -> str | None:
    """$CHROMIUM, else the first on PATH that starts, else None: Playwright's own. The order of deploy/setup/browser.sh."""
    named = os.environ.get("CHROMIUM")
    on_path = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return named or next((found for found in on_path if found and _starts(found)), None)


def _starts(program: str) -> bool:
    """Ubuntu's `chromium-browser` is there even when it only says that a snap is missing."""
    return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0


class Faults:
    """What went wrong in the pages of one test. A test that means to provoke something says so with `allow`."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.allowed: list[str] = []

    def allow(self, pattern: str) -> None:
        """Lets pass what matches this regular expression, before or after this call."""
        self.allowed.append(pattern)

    def left(self) -> list[str]:
        return [fault for fault in self.seen if not any(re.search(pattern, fault) for pattern in self.allowed)]

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("response", self._response)
        page.on("pageerror", lambda error: self.seen.append(f"script: {error}"))

    def _console(self, message: ConsoleMessage) -> None:
        refused = message.text.startswith("Failed to load resource: the server responded")  # judged by _response
        if message.type == "error" and not refused:
            self.seen.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _response(self, response: Response) -> None:
        """A refusal (4xx) of a page or a form is an answer; a missing picture or script is a fault, and so is any 5xx."""
        if response.status >= 500 or (response.status >= 400 and response.request.resource_type in RESOURCES):
            self.seen.append(f"response: {response.status} {response.url}")


def axe(page: Page, within: str | None = None) -> None:
    """Fails when axe finds a breach of WCAG 2.2 AA or of good practice on the page at rest (`within` a selector)."""
    rest(page)
    found = Axe().run(page, context=within, options={"runOnly": RULES, "resultTypes": ["violations"]})
    problems = [_told(violation) for violation in found.response["violations"]]
    if problems:
        pytest.fail("\n".join([f"axe at {page.url} {page.viewport_size}:", *problems]), pytrace=False)


def rest(page: Page) -> None:
    """Waits until the page has loaded and what only comes or goes in it has done so."""
    page.wait_for_load_state()
    page.evaluate(AT_REST)


def check(page: Page) -> None:
    """At its real size: nothing sideways, nothing that axe objects to."""
    rest(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(page)


def _told(violation: dict[str, Any]) -> str:
    lines = [f"- {violation['id']} ({violation['impact']}): {violation['help']}"]
    for node in violation["nodes"]:
        reasons = "; ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])
        lines.append(f"    {' '.join(map(str, node['target']))}  {node['html'][:160]}\n      {reasons}")
    return "\n".join(lines)


@pytest.fixture(autouse=True)
def thread_without_loop(request: pytest.FixtureRequest) -> Iterator[None]:
    """Between calls Playwright leaves its own event loop marked as running, which would keep async tests from theirs."""
    loop = asyncio._get_running_loop()
    ours = loop is not None and "browser" not in request.fixturenames
    if ours:
        asyncio._set_running_loop(None)
    yield
    if ours:
        asyncio._set_running_loop(loop)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield chrome
        chrome.close()


@pytest.fixture
def faults() -> Iterator[Faults]:
    """Asked for by every page; asserts at the end of the test that nothing went wrong in any of them."""
    faults = Faults()
    yield faults
    if faults.left():
        pytest.fail("\n".join(["the pages of this test reported faults:", *faults.left()]), pytrace=False)


@pytest.fixture
def open_page(browser: Browser, faults: Faults) -> Iterator[Open]:
    """`open_page(KIOSK, has_touch=True)` gives a page in a context of its own: no cookies, Shanghai time, Chinese."""
    contexts = []

    def open_(viewport: ViewportSize = DESK, **options: Any) -> Page:
        context = browser.new_context(viewport=viewport, **{**HERE, **options})
        contexts.append(context)
        page = context.new_page()
        faults.watch(page)
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def kiosk(open_page: Open) -> Page:
    return open_page(KIOSK, has_touch=True)


@pytest.fixture
def kiosk_wide(open_page: Open) -> Page:
    return open_page(WIDE, has_touch=True)


@pytest.fixture
def lobby(open_page: Open) -> Page:
    return open_page(WIDE)


@pytest.fixture
def phone(open_page: Open) -> Page:
    return open_page(PHONE, has_touch=True, is_mobile=True)


@pytest.fixture
def desk(open_page: Open) -> Page:
    return open_page(DESK)
