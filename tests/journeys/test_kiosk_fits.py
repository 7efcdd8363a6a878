"""Nothing at the kiosk has to be scrolled and nothing is cut: every page in every mode, both languages, both ways of standing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize

from kiosk import actions
from kiosk.desk import tasks
from kiosk.slips.actions import take_discreet
from tests.browser import KIOSK, WIDE, Open
from tests.journeys.test_kiosk import TOUCHED, House, house

__all__ = ["house"]
pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
MODES = ["", "large", "voice", "low", "large.voice", "large.low", "large.contrast.low.voice"]
FIT = (Path(__file__).parent / "fit.js").read_text()


@pytest.fixture(scope="module")
def pages(house: House) -> Iterator[dict[str, str]]:
    """Addresses of the kiosk's pages, with the longest names among them."""
    mine = house.act(actions.issue, service="compensation-aid")
    quiet = house.act(take_discreet, service="complaints-appeals", lane="", needs=[], language="zh-CN", device=None, key=None)
    task = house.act(tasks.open_task, kind="help", subject="help:unpaired")
    own = f"tickets/{mine.code}"
    yield {
        "start": "", "matter": "matter", "booking": "booking", "case": "case", "number": f"{own}?new=1", "shown": own,
        "back": f"{own}?back=1", "way": f"{own}/way?new=1", "bring": f"{own}/bring", "before": f"{own}/order",
        "quiet": f"tickets/{quiet.code}?new=1", "help": f"help/{task}", "sorry": "tickets/none",
        "rules": "order", "head starts": "order?step=1", "rule 2": "order?step=2",
        "rule 3": "order?step=3", "last rule": "order?step=9",
    }  # fmt: skip


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("size", [KIOSK, WIDE], ids=["upright", "wide"])
def test_every_page_fits_in_every_mode(
    open_page: Open, house: House, pages: dict[str, str], size: ViewportSize, language: str
) -> None:
    page = open_page(size, has_touch=True)
    page.goto(f"{house.url}/kiosk")
    faults = {}
    for modes in MODES:
        cookies = {"nuanyi_language": language, "nuanyi_kiosk": modes}
        page.context.add_cookies([{"name": name, "value": value, "url": house.url} for name, value in cookies.items()])
        for name, path in pages.items():
            if fault := misfit(page, f"{house.url}/kiosk/{path}".removesuffix("/")):
                faults[f"{name}, {modes or 'as usual'}"] = fault
    assert faults == {}


def misfit(page: Page, address: str) -> list[str]:
    """What of a page does not fit. The page is put in the place of the one before it, as the kiosk itself does."""
    found: list[str] = page.evaluate(FIT, [address, TOUCHED])
    return found
