"""A morning at the windows in a real browser: with keys alone, two at once, over a broken line, without script."""

import re
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect
from sqlmodel import select

from kiosk import actions
from kiosk.plan import hall_plan, halls
from shared.accounts import set_active
from shared.database import Database
from shared.people import Staff
from shared.settings import Settings
from tests.browser import DESK, Faults, Open, axe
from tests.centre import PASSWORD, Centre

pytestmark = [
    pytest.mark.journey, pytest.mark.timeout(300), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
]


class Visitors:
    """People who come to the served hall and take a number."""

    def __init__(self, settings: Settings) -> None:
        self.db = Database(settings)
        self.db.start()

    def take(self, service: str = "complaints-appeals") -> actions.Issued:
        return self.act(actions.issue, service=service)

    def act(self, action: Callable[..., Any], **more: Any) -> Any:
        now = datetime.now(UTC)
        hall = next(iter(self.db.read_now(halls).values()))
        return self.db.write_now(action, plan=self.db.read_now(hall_plan, hall, now), now=now, by="visitor", **more)

    def shut_out(self, account: str) -> None:
        """As the administrator does it."""
        staff = self.db.read_now(lambda session: session.exec(select(Staff.id).where(Staff.account == account)).one())
        self.db.write_now(set_active, staff_id=staff, active=False, now=datetime.now(UTC), by="test")


@pytest.fixture
def centre(serve: Callable[..., Centre]) -> Centre:
    return serve()


@pytest.fixture
def visitors(centre: Centre, settings: Settings) -> Iterator[Visitors]:
    visitors = Visitors(settings)
    yield visitors
    visitors.db.stop()


def sign_in(page: Page, url: str, account: str) -> None:
    page.goto(f"{url}/sign-in")
    expect(page.locator("[name=account]")).to_be_focused()
    page.keyboard.type(account)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/counter|/desk"))


def sit(page: Page, url: str, window: str) -> Page:
    """The clerk of a window at its console, live."""
    sign_in(page, url, f"window{window}")
    page.locator(".window").nth(int(window) - 1).get_by_role("button").press("Enter")
    expect(page.locator("#console")).to_be_visible()
    page.wait_for_function("() => document.querySelector('#console')._htmx?.ws?.connection?.socket?.readyState === 1")
    return page


def test_clerk_works_through_the_morning_with_keys_alone(centre: Centre, visitors: Visitors, desk: Page) -> None:
    page = sit(desk, centre.url, "3")
    expect(page.locator(".hero-word")).to_have_text("没有人等候")
    axe(page)
    visitors.take()
    expect(page.locator(".row-number").first).to_have_text("B001")
    visitors.take()
    expect(page.locator("#line-title b")).to_have_text("2")

    page.keyboard.press("n")
    expect(page.locator(".hero.called .hero-number")).to_have_text("B001")
    page.keyboard.press("Space")
    expect(page.locator(".hero.serving")).to_be_visible()
    axe(page)
    page.keyboard.press("t")
    expect(page.locator("#panel")).to_be_visible()
    axe(page)
    page.keyboard.press("1")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.locator("#others-legal-consultation summary")).to_have_text("法律咨询 1")

    page.keyboard.press("n")
    expect(page.locator(".hero.called .hero-number")).to_have_text("B002")
    page.keyboard.press("r")
    expect(page.locator("#visit-title")).to_contain_text("第 2 次")
    page.keyboard.press("Space")
    expect(page.locator(".hero.serving .hero-number")).to_have_text("B002")
    page.keyboard.press("h")
    expect(page.locator(".aside-row b").first).to_have_text("B002")
    page.keyboard.press("v")
    expect(page.locator(".hero.serving .hero-number")).to_have_text("B002")
    page.keyboard.press("f")
    expect(page.locator(".today dd").first).to_have_text("1")
    expect(page.locator("#said .notice")).to_have_count(0)


def test_key_of_an_act_that_is_not_possible_says_why(centre: Centre, visitors: Visitors, desk: Page) -> None:
    page = sit(desk, centre.url, "3")
    page.keyboard.press("f")
    expect(page.locator("#hint")).to_have_text("窗口没有来访人")
    visitors.take()
    expect(page.locator(".row-number")).to_have_count(1)
    page.keyboard.press("c")
    page.locator("[name=other]").focus()
    page.keyboard.type("note n m f")
    expect(page.locator("[name=other]")).to_have_value("note n m f")
    page.keyboard.press("Enter")
    expect(page.locator(".hero.called .hero-number")).to_have_text("B001")


def test_space_after_a_click_starts_the_visit_and_repeats_nothing(centre: Centre, visitors: Visitors, desk: Page) -> None:
    visitors.take()
    page = sit(desk, centre.url, "3")
    page.locator("#act-next").click()
    page.locator("#act-recall").click()
    expect(page.locator("#visit-title")).to_contain_text("第 2 次")
    page.keyboard.press("Space")
    expect(page.locator(".hero.serving")).to_be_visible()


def test_keys_can_be_switched_off(centre: Centre, visitors: Visitors, desk: Page) -> None:
    visitors.take()
    page = sit(desk, centre.url, "3")
    page.keyboard.press("?")
    page.locator("#keys-on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.wait_for_timeout(300)
    expect(page.locator(".hero.called")).to_have_count(0)


def test_two_clerks_press_for_one_visitor_and_one_reads_a_kind_sentence(
    centre: Centre, visitors: Visitors, open_page: Open
) -> None:
    visitors.take()
    second, third = sit(open_page(DESK), centre.url, "2"), open_page(DESK)
    third.route_web_socket(re.compile(r"/live/counter/"), _deaf)
    sign_in(third, centre.url, "window3")
    third.locator(".window").nth(2).get_by_role("button").click()
    expect(third.locator(".hero:visible .hero-number")).to_have_text("B001")
    second.keyboard.press("n")
    expect(second.locator(".hero.called .hero-number")).to_have_text("B001")
    third.keyboard.press("n")
    expect(third.locator("#said .notice")).to_contain_text("本窗口没有人等候")
    expect(third.locator(".hero-word")).to_have_text("没有人等候")
    axe(third)


def _deaf(route: WebSocketRoute) -> None:
    """A line that lets nothing through, so that the screen stands still."""
    route.connect_to_server().on_message(lambda message: None)


def test_refusal_stays_while_the_hall_goes_on(centre: Centre, visitors: Visitors, open_page: Open) -> None:
    visitors.take()
    page, other = sit(open_page(DESK), centre.url, "3"), sit(open_page(DESK), centre.url, "2")
    page.evaluate("document.querySelector('#form-start [name=ticket]').value = '0'.repeat(26)")
    page.evaluate("document.querySelector('#act-start').disabled = false")
    page.locator("#act-start").click()
    expect(page.locator("#said .notice")).to_contain_text("已经有人处理过了")
    other.keyboard.press("n")
    expect(page.locator("#line-title b")).to_have_text("0")
    expect(page.locator("#said .notice")).to_be_visible()


def test_question_that_is_open_survives_what_happens_in_the_hall(centre: Centre, visitors: Visitors, desk: Page) -> None:
    visitors.take("legal-consultation")
    page = sit(desk, centre.url, "3")
    page.locator("details.others summary").click()
    page.keyboard.press("p")
    page.locator("[name=other]").fill("Fire drill")
    visitors.take()
    expect(page.locator("#line-title b")).to_have_text("1")
    expect(page.locator("[name=other]")).to_have_value("Fire drill")
    page.keyboard.press("Enter")
    expect(page.locator(".hero-word")).to_have_text("Fire drill")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.locator("details.others")).to_have_attribute("open", "")
    page.keyboard.press("o")
    expect(page.locator("#act-next")).to_be_enabled()


def test_console_says_that_the_line_is_broken_and_heals(centre: Centre, visitors: Visitors, desk: Page, faults: Faults) -> None:
    faults.allow("WebSocket|ERR_CONNECTION|healthz")
    page = sit(desk, centre.url, "3")
    centre.stop(signal.SIGKILL)
    expect(page.locator(".stale")).to_be_visible(timeout=8000)
    expect(page.locator(".when-stale")).to_be_visible()
    centre.start()
    expect(page.locator(".stale")).to_be_hidden(timeout=15000)
    visitors.take()
    expect(page.locator(".row-number").first).to_have_text("B001")


def test_idle_clerk_is_warned_and_can_stay(centre: Centre, desk: Page) -> None:
    desk.clock.install()
    page = sit_still(desk, centre.url)
    page.clock.fast_forward("29:10")
    expect(page.locator("#idle")).to_be_visible()
    with page.expect_response("**/here") as answered:
        page.locator("#idle button").click()
    assert answered.value.status == 204
    expect(page.locator("#idle")).to_be_hidden()


def test_visitor_whose_extra_time_is_over_can_be_called_without_anything_happening(
    centre: Centre, visitors: Visitors, desk: Page
) -> None:
    visitors.act(actions.defer, code=visitors.take().code)
    desk.clock.install()
    page = sit_still(desk, centre.url)
    expect(page.locator(".row.deferred .chip.wait")).to_be_visible()
    expect(page.locator("#act-next")).to_be_disabled()
    with page.expect_request(lambda request: request.url.endswith("/counter") and "hx-request" in request.headers):
        page.clock.fast_forward("15:10")


def test_console_of_somebody_shut_out_goes_to_the_door_by_itself(centre: Centre, visitors: Visitors, desk: Page) -> None:
    page = sit(desk, centre.url, "3")
    visitors.shut_out("window3")
    page.wait_for_url(re.compile("/sign-in"), timeout=20000)
    expect(page.locator(".notice")).to_contain_text("您已被自动退出")


def sit_still(page: Page, url: str) -> Page:
    """At the console of window 3, without waiting for its socket."""
    sign_in(page, url, "window3")
    page.locator(".window").nth(2).get_by_role("button").click()
    expect(page.locator("#console")).to_be_visible()
    return page


def test_window_works_without_script(centre: Centre, visitors: Visitors, open_page: Open) -> None:
    visitors.take()
    page = open_page(DESK, java_script_enabled=False)
    page.goto(f"{centre.url}/counter")
    page.fill("[name=account]", "window3")
    page.fill("[name=password]", PASSWORD)
    page.click(".door-card .button.main")
    page.locator(".window").nth(2).get_by_role("button").click()
    for act in ("next", "start"):
        page.click(f"#act-{act}")
    expect(page.locator(".hero.serving .hero-number")).to_have_text("B001")
    page.click("#act-transfer")
    page.locator(".choice").first.click()
    expect(page.locator(".hero-word")).to_have_text("没有人等候")
    page.click("#act-leave")
    page.locator("[data-key='2']").click()
    expect(page.locator(".window").nth(2)).to_contain_text("关闭")
