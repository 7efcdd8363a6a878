"""From the window to the phone and the kiosk: a matter is registered, its receipt printed, and its holder looks it up."""

import re
import sqlite3
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from shared.settings import Settings
from tests.browser import PHONE, Faults, Open, check
from tests.cases.registry import ID
from tests.centre import PASSWORD, Centre

pytestmark = [
    pytest.mark.journey, pytest.mark.timeout(300), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
]
MATTER = re.compile(r"/cases/[0-9a-f-]{32,36}$")
PERSONAL = 4  # seconds, so that the test need not stand before a kiosk for thirty


@pytest.fixture
def centre(serve: Callable[..., Centre], settings: Settings) -> Centre:
    with sqlite3.connect(settings.data / "nuanyi.db") as database:
        (office,) = database.execute("SELECT id FROM office").fetchone()
        mine = ("0" * 32, office, "kiosk.personal_seconds", PERSONAL, "seconds", "test", date(2026, 11, 1).isoformat())
        database.execute(
            "INSERT INTO provision (id, office_id, key, value, unit, source, effective_from) VALUES (?, ?, ?, ?, ?, ?, ?)", mine
        )
    return serve()


def sign_in(page: Page, centre: Centre, account: str, language: str) -> None:
    page.goto(f"{centre.url}/sign-in?lang={language}&next=/cases")
    page.fill("[name=account]", account)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form[action='/sign-in'] button").click()
    page.wait_for_url("**/cases")


def register(desk: Page, centre: Centre) -> str:
    """Registers a matter as a clerk does, with a slip on the way; returns the code of the printed receipt."""
    desk.goto(f"{centre.url}/cases/new?ticket=x")
    check(desk)
    desk.select_option("#matter_class", "criminal-appeal")
    desk.fill("#summary", "不服判决，请求抗诉")
    desk.fill("#name", "欧阳秀英")
    desk.fill("#id_number", ID[:-1] + "1")
    desk.select_option("#document", "resident_id")
    desk.fill("#pin", "4072")
    desk.fill("#pin_again", "4072")
    send = desk.locator("form.registration > .form-acts button")
    send.click()
    expect(desk.locator("#id_number-fault")).to_be_visible()
    expect(desk.locator("#id_number")).to_be_focused()
    assert [desk.input_value(field) for field in ("#summary", "#name", "#pin")] == ["不服判决，请求抗诉", "欧阳秀英", ""]
    check(desk)
    desk.fill("#id_number", ID)
    desk.fill("#pin", "4072")
    desk.fill("#pin_again", "4072")
    send.click()
    desk.wait_for_url("**/receipt")
    return desk.locator(".paper .code").inner_text().replace(" ", "")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_receipt_from_the_window_opens_the_case_on_the_phone(
    centre: Centre, desk: Page, open_page: Open, faults: Faults, language: str
) -> None:
    sign_in(desk, centre, "window3", language)
    check(desk)
    code = register(desk, centre)
    number = desk.locator(".paper .strong").inner_text()
    assert number.endswith("1号") and "欧阳**" in desk.locator(".paper").inner_text()
    assert desk.locator(".paper .qr svg").is_visible() and "欧阳秀英" not in desk.content() and ID not in desk.content()
    check(desk)
    desk.goto(f"{centre.url}/cases")
    desk.locator("tbody a").click()
    desk.wait_for_url(MATTER)
    check(desk)
    desk.locator("[value=accepted]").check()
    desk.locator("form[action$=state] button").click()
    expect(desk.locator("h1 + .lead .state")).to_have_class("state going")

    phone = open_page(PHONE, has_touch=True, is_mobile=True)
    phone.goto(f"{centre.url}/c/{code}?lang={language}")
    assert number not in phone.content()
    check(phone)
    for key in "4073":
        phone.locator(f"[data-key='{key}']").tap()
    phone.locator(".factor > .button").tap()
    expect(phone.get_by_role("alert")).to_be_visible()
    check(phone)
    for key in "4072":
        phone.locator(f"[data-key='{key}']").tap()
    phone.locator(".factor > .button").tap()
    expect(phone.locator(".standing")).to_be_visible()
    assert number in phone.locator(".about").inner_text()
    check(phone)
    phone.locator("form[action$=close] button").tap()
    expect(phone.locator(".factor")).to_be_visible()
    phone.go_back()
    phone.wait_for_load_state()
    expect(phone.locator(".standing")).to_have_count(0)


def test_case_at_the_kiosk_goes_when_its_holder_goes(
    centre: Centre, desk: Page, kiosk: Page, kiosk_wide: Page, faults: Faults
) -> None:
    sign_in(desk, centre, "window3", "zh-CN")
    code = register(desk, centre)
    for page in (kiosk, kiosk_wide):
        page.goto(f"{centre.url}/kiosk/case")
        page.fill("#text", code)
        page.locator(".typing .main").tap()
        expect(page.locator(".factor-keys")).to_be_visible()
        check(page)
        for key in "4072":
            page.locator(f"[data-key='{key}']").tap()
        page.locator(".factor > .button").tap()
        expect(page.locator(".standing")).to_be_visible()
        check(page)
        page.wait_for_url("**/kiosk", timeout=(PERSONAL + 8) * 1000)
        expect(page.locator(".standing")).to_have_count(0)
        page.goto(f"{centre.url}/c/{code}/case?at=kiosk")
        expect(page.locator(".factor-keys")).to_have_count(1)
        expect(page.locator(".standing")).to_have_count(0)


def test_reveal_is_asked_for_a_reason_and_masks_itself_again(centre: Centre, desk: Page, open_page: Open, faults: Faults) -> None:
    sign_in(desk, centre, "window3", "zh-CN")
    register(desk, centre)
    desk.goto(f"{centre.url}/cases")
    desk.locator("tbody a").click()
    desk.wait_for_url(MATTER)
    assert "欧阳**" in desk.content() and "欧阳秀英" not in desk.content()
    desk.locator("summary", has_text="查看完整信息").click()
    desk.locator("form[action$=reveal] button").click()
    expect(desk.get_by_role("alert")).to_be_visible()
    desk.fill("#reveal-reason", "电话通知补正材料")
    desk.locator("form[action$=reveal] button").click()
    expect(desk.locator(".revealed")).to_contain_text("欧阳秀英")
    check(desk)
    assert "电话通知补正材料" in desk.locator(".history").inner_text()
    desk.get_by_role("link", name="恢复遮盖").click()
    desk.wait_for_url(MATTER)
    expect(desk.locator("dl.about").first).to_contain_text("欧阳**")
    expect(desk.locator("main")).not_to_contain_text("欧阳秀英")
    auditor = open_page()
    sign_in(auditor, centre, "auditor", "zh-CN")
    auditor.locator("tbody a").click()
    auditor.wait_for_url(MATTER)
    assert "欧阳**" in auditor.content() and "不服判决" not in auditor.content()
    expect(auditor.locator("main form")).to_have_count(0)
