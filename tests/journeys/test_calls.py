"""A call that everyone perceives, and a visit that nobody does, in a real browser (queue-peers §7.2, scenario 9)."""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import expect

from shared.settings import Settings
from tests.browser import KIOSK, PHONE, WIDE, Faults, Open, check
from tests.centre import Centre, token_for
from tests.journeys.test_lobby import HURRIED, spoken, until
from tests.journeys.test_window import sign_in, sit

pytestmark = [
    pytest.mark.journey, pytest.mark.timeout(300), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
]


def test_scenario_9_a_deaf_visitor_answers_on_the_phone(serve: Callable[..., Centre], open_page: Open) -> None:
    """Kiosk: one touch; phone: it has arrived, then "I am coming"; console: both, without a reload."""
    url = serve().url
    kiosk, phone, clerk = open_page(KIOSK, has_touch=True), open_page(PHONE, has_touch=True), sit(open_page(), url, "1")
    kiosk.goto(f"{url}/kiosk/matter?lang=zh-CN")
    kiosk.locator("button[value=legal-consultation][name=service]").tap()
    expect(kiosk.locator(".huge")).to_have_text("A001")
    kiosk.locator(".way-now").tap()
    kiosk.locator("button[name=way][value=phone]").tap()
    expect(kiosk.locator(".way-now")).to_have_attribute("data-way", "phone")
    check(kiosk)
    code = re.search(r"tickets/(\w+)", kiosk.url)
    assert code
    phone.goto(f"{url}/t/{code[1]}?lang=zh-CN")
    expect(clerk.locator("#act-next")).to_be_enabled()
    clerk.keyboard.press("n")
    expect(phone.locator(".visit")).to_have_attribute("data-state", "called")
    expect(clerk.locator('[data-reach="phone"]')).to_be_visible()
    check(phone)
    phone.get_by_role("button", name="我这就过来").tap()
    expect(clerk.locator('[data-reach="coming"]')).to_be_visible()
    expect(phone.locator(".visit")).to_have_attribute("data-coming", "")


def test_a_discreet_visit_is_called_and_the_lobby_never_knows(serve: Callable[..., Centre], open_page: Open) -> None:
    url = serve().url
    lobby, kiosk, chief = open_page(WIDE), open_page(KIOSK, has_touch=True), open_page()
    frames: list[str] = []
    lobby.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))))
    lobby.goto(f"{url}/lobby?sound=off")
    sign_in(chief, url, "supervisor")
    chief.goto(f"{url}/desk/discreet?lang=zh-CN")
    kiosk.goto(f"{url}/kiosk/matter?lang=zh-CN")
    kiosk.locator("button[name=quietly]").tap()
    expect(kiosk.locator(".huge")).to_have_text("N001")
    check(kiosk)
    expect(chief.locator(".discreet-row")).to_contain_text("N001")  # by itself
    check(chief)
    code = re.search(r"tickets/(\w+)", kiosk.url)
    assert code
    phone = open_page(PHONE, has_touch=True)
    phone.goto(f"{url}/t/{code[1]}?lang=zh-CN")
    chief.get_by_role("button", name="请到接待室").click()
    expect(phone.locator("h1")).to_contain_text("接待室")
    expect(chief.locator(".reach")).to_contain_text("手机已收到")
    check(phone)
    lobby.wait_for_timeout(2500)  # long enough for a beat: what would have come has come
    assert "N001" not in lobby.inner_html("body") and frames and not [one for one in frames if "N001" in one]


def test_of_two_screens_one_speaks_and_the_other_takes_over_when_it_is_gone(
    serve: Callable[..., Centre], settings: Settings, open_page: Open, faults: Faults
) -> None:
    faults.allow("AudioContext")
    url = serve().url
    clerks = httpx.Client(base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {token_for(settings)}"}, trust_env=False)
    for _ in range(2):
        clerks.post("/tickets", json={"service": "legal-consultation"}).raise_for_status()
    screens = []
    for _ in range(2):
        page = open_page(WIDE)
        page.add_init_script(HURRIED)
        page.goto(f"{url}/lobby?lang=zh-CN")
        page.mouse.click(900, 500)
        expect(page.locator("#board")).to_have_attribute("data-speaker", re.compile("yes|no"), timeout=15_000)
        screens.append(page)
    speakers = [page.locator("#board").get_attribute("data-speaker") for page in screens]
    assert sorted(map(str, speakers)) == ["no", "yes"]
    one, other = screens if speakers[0] == "yes" else screens[::-1]
    first = clerks.post("/windows/1/call-next").json()["call_id"]
    until(one, lambda: f"{first}:1" in spoken(one), 20)
    assert spoken(other) == []
    one.close()
    second = clerks.post("/windows/2/call-next").json()["call_id"]
    until(other, lambda: f"{second}:1" in spoken(other), 20)
    assert f"{first}:1" not in spoken(other)
    clerks.close()
