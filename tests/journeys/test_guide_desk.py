"""The guide desk in a real browser: a visitor comes back, a call for help sounds, a number is given; and a walk through every
staff page in both languages and at both sizes."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from kiosk import actions
from kiosk.desk import tasks
from kiosk.plan import HallPlan, hall_plan, halls
from shared.database import Database
from shared.settings import Settings
from tests.browser import DESK, Open, axe
from tests.centre import PASSWORD, Centre

pytestmark = [
    pytest.mark.journey, pytest.mark.timeout(300), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
]
SMALL = ViewportSize(width=1280, height=800)


class House:
    """The served hall, for what visitors and machines do to it."""

    def __init__(self, settings: Settings) -> None:
        self.db = Database(settings)
        self.db.start()

    @property
    def plan(self) -> HallPlan:
        hall = next(iter(self.db.read_now(halls).values()))
        return self.db.read_now(hall_plan, hall, datetime.now(UTC))

    def take(self, service: str = "complaints-appeals") -> actions.Issued:
        return self.db.write_now(actions.issue, plan=self.plan, service=service, now=datetime.now(UTC), by="visitor")

    def help(self, place: str) -> None:
        more = {"kind": tasks.HELP, "subject": f"help:{place}", "place": place}
        self.db.write_now(tasks.open_task, plan=self.plan, now=datetime.now(UTC), by="visitor", **more)


@pytest.fixture
def centre(serve: Callable[..., Centre]) -> Centre:
    return serve()


@pytest.fixture
def house(centre: Centre, settings: Settings) -> Iterator[House]:
    house = House(settings)
    yield house
    house.db.stop()


def sign_in(page: Page, url: str, account: str) -> Page:
    page.goto(f"{url}/sign-in")
    page.fill("[name=account]", account)
    page.fill("[name=password]", PASSWORD)
    page.click(".door-card .button.main")
    page.wait_for_url(re.compile(r"/counter|/desk"))
    return page


def test_missed_visitor_comes_back_at_the_desk(centre: Centre, house: House, open_page: Open) -> None:
    house.take()
    clerk, guide = sign_in(open_page(DESK), centre.url, "window3"), sign_in(open_page(DESK), centre.url, "daozhen")
    clerk.locator(".window").nth(2).get_by_role("button").click()
    expect(clerk.locator("#act-next")).to_be_enabled()
    clerk.keyboard.press("n")
    expect(clerk.locator(".hero.called .hero-number")).to_have_text("B001")
    clerk.keyboard.press("m")
    expect(clerk.locator(".hero.free")).to_be_visible()
    expect(guide.locator(".missed-row")).to_contain_text("B001")
    axe(guide)
    guide.get_by_role("button", name="B001 重新排队").click()
    expect(guide.locator(".missed-row")).to_have_count(0)
    expect(clerk.locator(".row-number")).to_have_text("B001")
    clerk.keyboard.press("n")
    expect(clerk.locator(".hero.called .hero-number")).to_have_text("B001")


def test_new_call_for_help_appears_and_sounds_once(centre: Centre, house: House, desk: Page) -> None:
    house.help("1号自助机")
    page = sign_in(desk, centre.url, "daozhen")
    page.get_by_text("点此开启求助提示音").click()
    expect(page.locator("[data-sound]")).to_have_attribute("data-sound", "on")
    assert page.locator("html").get_attribute("data-pinged") is None
    house.help("2号自助机")
    expect(page.locator(".task.help")).to_have_count(2)
    expect(page.locator("html")).to_have_attribute("data-pinged", "2")
    for left in (1, 0):
        page.get_by_role("button", name="我去了").first.click()
        expect(page.locator(".task.help")).to_have_count(left)


def test_guide_gives_a_number_with_the_keyboard_and_cancels_it(centre: Centre, house: House, desk: Page) -> None:
    page = sign_in(desk, centre.url, "daozhen")
    page.keyboard.press("i")
    expect(page.locator("#panel")).to_be_visible()
    axe(page)
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator("h1.hero-number")).to_have_text("B001")
    expect(page.locator(".ticket-qr svg")).to_be_visible()
    axe(page)
    page.locator("summary.button").click()
    page.get_by_role("button", name="确定取消").click()
    expect(page.locator(".facts")).to_contain_text("已取消")


def test_priority_given_afterwards_moves_the_visitor_forward(centre: Centre, house: House, desk: Page) -> None:
    house.take()
    second = house.take()
    page = sign_in(desk, centre.url, "daozhen")
    page.fill("#number", "b2")
    page.keyboard.press("Enter")
    expect(page.locator("h1.hero-number")).to_have_text(second.number)
    page.select_option("[name=lane]", "elderly")
    page.click("text=给予优先")
    expect(page.locator(".notice")).to_contain_text("请说明原因")
    page.select_option("[name=lane]", "elderly")
    page.select_option("[name=reason]", index=1)
    page.click("text=给予优先")
    expect(page.locator(".facts")).to_contain_text("下一位就是您")


WALK = {
    "-": ("/sign-in", "/pair"),
    "daozhen": ("/desk", "/desk/issue", "/desk/tickets/{code}", "/password"),
    "window3": ("/counter", "/desk", "/counter/3/choose", "/counter/3/leave"),
    "admin": ("/desk/devices", "/desk/tokens", "/desk/staff", "/desk/windows"),
    "auditor": ("/desk/journal", "/desk/journal/verdict"),
}


@pytest.mark.parametrize(("language", "size"), [("zh-CN", DESK), ("en", SMALL)])
def test_every_staff_page_is_sound_at_its_size(
    centre: Centre, house: House, open_page: Open, language: str, size: ViewportSize
) -> None:
    code = house.take().code
    house.help("1号自助机（入口）")
    for account, pages in WALK.items():
        page = open_page(size, locale=language)
        if account != "-":
            sign_in(page, centre.url, account)
        for path in pages:
            page.goto(centre.url + path.format(code=code))
            fits(page)
            axe(page)
        if account == "window3":
            page.goto(f"{centre.url}/counter")
            page.locator(".window").nth(2).get_by_role("button").click()
            expect(page.locator("#act-next")).to_be_enabled()
            page.keyboard.press("n")
            expect(page.locator(".hero.called")).to_be_visible()
            fits(page)
            axe(page)


def fits(page: Page) -> None:
    """Nothing has to be scrolled sideways, and no button cuts off its words."""
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), page.url
    cut = page.evaluate(
        "[...document.querySelectorAll('button, .button, .act, .chip')].filter(one => one.getClientRects().length && "
        "!one.closest('.visually-hidden') && one.scrollWidth > one.clientWidth + 1).map(one => one.innerText)"
    )
    assert cut == [], (page.url, cut)
