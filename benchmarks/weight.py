"""What the first visit of a screen costs on the wire, in Chromium with an empty cache (fonts apart), and what an idle lobby
screen receives in a minute.
"""

import time
from collections import defaultdict
from typing import Any, NamedTuple

from playwright.sync_api import Browser, sync_playwright

from benchmarks.centre import Centre, folder, found, serving
from benchmarks.screens import Screens
from benchmarks.sheet import Figures, benchmark, median, table
from tests.browser import FLAGS, KIOSK, WIDE, chromium

PAGES = {"/kiosk": KIOSK, "/lobby": WIDE}
SETTLE_MS = 1_500
IDLE_SECONDS = 20.0
KINDS = ("Document", "Stylesheet", "Script", "Image", "Font", "other")


class Fetched(NamedTuple):
    """One answer as it came over the wire, headers and all."""

    address: str
    status: int
    kind: str
    size: int


def main() -> None:
    with benchmark("weight", "first load in Chromium with an empty cache, and an idle lobby socket") as figures, folder() as data:
        found(data)
        with serving(data) as centre:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
                seen = {page: _visit(browser, centre, page) for page in PAGES}
                browser.close()
            _report(figures, seen)
            _idle(figures, centre)


def _visit(browser: Browser, centre: Centre, path: str) -> list[Fetched]:
    """Counts what comes until the page has been still for a moment; its socket stays out of it."""
    context = browser.new_context(viewport=PAGES[path], locale="zh-CN")
    page = context.new_page()
    wire = context.new_cdp_session(page)
    answers: dict[str, dict[str, Any]] = {}
    sizes: dict[str, int] = {}
    wire.on("Network.responseReceived", lambda event: answers.update({event["requestId"]: event}))
    wire.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: int(event["encodedDataLength"])}))
    wire.send("Network.enable")
    page.goto(f"http://127.0.0.1:{centre.port}{path}", wait_until="load")
    page.wait_for_timeout(SETTLE_MS)
    context.close()
    return [_fetched(answers[one], size) for one, size in sizes.items() if one in answers]


def _fetched(answer: dict[str, Any], size: int) -> Fetched:
    kind = answer["type"] if answer["type"] in KINDS else "other"
    return Fetched(answer["response"]["url"], int(answer["response"]["status"]), kind, size)


def _report(figures: Figures, seen: dict[str, list[Fetched]]) -> None:
    figures["pages"] = {path: _sums(fetched) for path, fetched in seen.items()}
    table(("first load", *[f"{kind} KB" for kind in KINDS], "KB without fonts", "requests", "fonts", "failed"), [
        (path, *[sums["kb"][kind] for kind in KINDS], sums["kb_without_fonts"], sums["requests"], sums["fonts"], sums["failed"])
        for path, sums in figures["pages"].items()
    ])


def _sums(fetched: list[Fetched]) -> dict[str, Any]:
    sizes: dict[str, int] = defaultdict(int)
    for one in fetched:
        sizes[one.kind] += one.size
    plain = [one for one in fetched if one.kind != "Font"]
    return {
        "kb": {kind: median([sizes[kind] / 1024]) for kind in KINDS},
        "kb_without_fonts": median([sum(one.size for one in plain) / 1024]),
        "requests": len(plain),
        "fonts": len(fetched) - len(plain),
        "failed": sum(one.status >= 400 for one in fetched),
    }


def _idle(figures: Figures, centre: Centre) -> None:
    """A lobby socket without any call: bytes of frames, without TCP's own."""
    screens = Screens(centre.port, "/live/lobby", 1)
    board = len(screens.open().text)
    before = screens.received()
    time.sleep(IDLE_SECONDS)
    after = screens.received()
    screens.close()
    size, messages = [round((now - then) * 60 / IDLE_SECONDS) for now, then in zip(after, before, strict=True)]
    figures["idle_lobby_minute"] = {"bytes": size, "messages": messages, "board_bytes": board}
    print(f"idle lobby socket: {size:,} bytes in {messages} messages a minute; one board is {board:,} bytes")


if __name__ == "__main__":
    main()
