"""The set-up of a hall in a real browser: by keyboard alone, a lobby display that follows at once, axe on every page."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import DESK, PHONE, Open, axe
from tests.centre import PASSWORD, Centre

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
HOME = "/desk/administration"
PAGES = ("services", "services/new", "services/legal-consultation", "windows", "windows/2", "lanes", "lanes/elderly", "hall",
         "days", "provisions", "provisions/order.cap_minutes")


@pytest.fixture
def centre(serve: Callable[..., Centre]) -> Centre:
    return serve()


def administrator(page: Page, url: str) -> Page:
    page.goto(f"{url}/sign-in")
    page.fill("[name=account]", "admin")
    page.fill("[name=password]", PASSWORD)
    page.click(".door-card .button.main")
    page.wait_for_url(re.compile("/desk"))
    return page


def test_a_service_is_renamed_by_keyboard_and_the_lobby_follows(centre: Centre, open_page: Open) -> None:
    lobby, desk = open_page(DESK), administrator(open_page(DESK), centre.url)
    lobby.goto(f"{centre.url}/lobby")
    expect(lobby.get_by_text("法律咨询").first).to_be_visible()
    desk.goto(f"{centre.url}{HOME}/services/legal-consultation")
    desk.locator("[name=name_zh]").focus()
    desk.keyboard.press("Control+A")
    desk.keyboard.type("法律问询")
    desk.locator("form.card.form [name=reason]").focus()
    desk.keyboard.type("规范名称")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("status")).to_contain_text("已保存")
    expect(lobby.get_by_text("法律问询").first).to_be_visible()


def test_no_page_of_the_set_up_has_a_barrier(centre: Centre, open_page: Open) -> None:
    desk, phone = administrator(open_page(DESK, locale="en"), centre.url), administrator(open_page(PHONE), centre.url)
    for page in PAGES:
        for screen in (desk, phone):
            screen.goto(f"{centre.url}{HOME}/{page}")
            expect(screen.get_by_role("heading", level=1)).to_be_visible()
            wide = screen.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{page} is {wide} px too wide at {screen.viewport_size}"
            axe(screen)
