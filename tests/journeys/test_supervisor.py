"""A supervisor's morning in a real browser: a visitor says "I am still waiting" and is answered, a "what if" is asked by keys
alone and done, people are sent on; every page in both languages."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from kiosk import actions
from kiosk.plan import hall_plan, halls
from kiosk.window import actions as windows
from shared.database import Database
from shared.settings import Settings
from tests.browser import DESK, PHONE, Open, axe
from tests.centre import PASSWORD, Centre

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def crowd(settings: Settings) -> str:
    """Twelve who wait for consultation, at a hall with one window less; returns the code of the first."""
    db = Database(settings)
    db.start()
    now = datetime.now(UTC)
    hall: UUID = next(iter(db.read_now(halls).values()))
    plan = db.read_now(hall_plan, hall, now)
    db.write_now(windows.close_window, plan=plan, window=plan.window("1"), reason="Change of shift", now=now, by="test")
    came = [now - timedelta(minutes=35 - 2 * n) for n in range(12)]
    codes = [db.write_now(actions.issue, plan=plan, service="legal-consultation", now=at, by="test").code for at in came]
    db.stop()
    return codes[0]


def sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/sign-in?next=/desk/hall")
    page.fill("[name=account]", "supervisor")
    page.fill("[name=password]", PASSWORD)
    page.click(".door-card .button.main")
    page.wait_for_url(re.compile("/desk/hall"))


def test_nobody_is_forgotten_and_a_decision_is_weighed(serve: Callable[..., Centre], settings: Settings, open_page: Open) -> None:
    centre = serve()
    code = crowd(settings)
    phone, desk = open_page(PHONE, locale="en-GB"), open_page(DESK, locale="en-GB")
    sign_in(desk, centre.url)
    expect(desk.locator("#queue-legal-consultation")).to_contain_text("12")
    more = desk.locator(".places summary")
    more.press("Enter")
    expect(desk.get_by_role("link", name="Discreet visits")).to_be_visible()
    axe(desk, ".bar")
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("link", name="Discreet visits")).not_to_be_visible()
    expect(more).to_be_focused()
    phone.goto(f"{centre.url}/t/{code}?lang=en")
    phone.get_by_role("button", name="I am still waiting").click()
    expect(phone.get_by_role("status").filter(has_text="know that you are still waiting")).to_be_visible()
    axe(phone)
    task = desk.locator(".task", has_text="“I am still waiting”")
    expect(task).to_contain_text("A001")
    axe(desk)
    task.get_by_role("button").click()
    expect(task).to_have_count(0)
    expect(phone.get_by_text("A member of staff has looked into it.")).to_be_visible()

    desk.keyboard.press("w")
    panel = desk.locator("#panel")
    expect(panel.get_by_role("heading", name="What if …")).to_be_visible()
    panel.locator("select[name=window]").select_option("1")
    panel.get_by_role("button", name="Play it through").press("Enter")
    expect(panel.locator(".answer-big")).to_have_text(re.compile(r"P80 \d+ to \d+ minutes"))
    axe(desk, "#panel")
    panel.get_by_label(re.compile("^Why")).fill("Too many are waiting")
    panel.get_by_role("button", name="Do it now").press("Enter")
    expect(panel).not_to_be_visible()
    expect(desk.locator("#seat-1")).to_contain_text("Open")
    expect(desk.locator(".decision")).to_contain_text("will be looked at after 60 minutes")

    desk.keyboard.press("2")
    expect(panel.get_by_role("heading", name="Window 2")).to_be_visible()
    panel.get_by_label("Lunch break").press("Space")
    desk.keyboard.press("p")
    expect(panel).not_to_be_visible()
    expect(desk.locator("#seat-2")).to_contain_text("Paused")
    expect(desk.locator("#said .undo")).to_contain_text("Window 2 is paused.")
    desk.keyboard.press("u")
    expect(desk.locator("#seat-2")).to_contain_text("Open")

    desk.keyboard.press("a")
    expect(panel.locator(".movers")).to_be_visible()
    panel.locator(".movers .tick").first.click()
    panel.get_by_text("They had chosen the wrong service").click()
    panel.get_by_role("button", name="Send them on").click()
    expect(desk.locator("#queue-complaints-appeals")).to_contain_text("1")
    for language in ("en", "zh-CN"):
        for path in ("/desk/hall", "/desk/hall/figures", "/desk/hall/figures?span=week", "/desk/hall/windows/2"):
            desk.goto(f"{centre.url}{path}{'&' if '?' in path else '?'}lang={language}")
            axe(desk)
