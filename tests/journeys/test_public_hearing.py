"""From the desk to the phone: notices are given, a citizen finds the hearing, takes a seat and gives it back, a party confirms
their notice; every page fit for everybody, in both languages."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from hearings.tables import HearingState
from shared.database import Database
from shared.outbox import Message, Text, content_of
from shared.settings import Settings
from shared.vault import Vault
from tests.browser import DESK, PHONE, Open, check
from tests.cases.registry import resident_id
from tests.centre import PASSWORD, Centre
from tests.hearings.staging import Stage

pytestmark = [
    pytest.mark.journey, pytest.mark.timeout(300), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_hearing_is_announced_and_somebody_comes(
    serve: Callable[..., Centre], db: Database, settings: Settings, open_page: Open, language: str
) -> None:
    centre = serve()
    stage = Stage(db, Vault.open(settings.data), start=datetime.now(UTC).replace(microsecond=0))
    hearing = stage.hearing(HearingState.PANEL_READY, title="一起噪声污染公益诉讼案听证会", case_type="public-interest")
    desk = open_page(DESK, locale=language)
    desk.goto(f"{centre.url}/sign-in?lang={language}&next=/desk/hearings/{hearing}/notices")
    desk.fill("[name=account]", "window3")
    desk.fill("[name=password]", PASSWORD)
    desk.locator("main form[action='/sign-in'] button").click()
    desk.wait_for_url("**/notices")
    for kind in ("public", "participants", "names"):
        check(desk)
        desk.locator(f"section:has(#{kind}-head) button.main").click()
        expect(desk.locator(f"section:has(#{kind}-head) .state.good")).to_be_visible()
    check(desk)

    phone = open_page(PHONE, locale=language, has_touch=True, is_mobile=True)
    phone.goto(f"{centre.url}/hearings")
    check(phone)
    phone.locator(".coming-one a").click()
    expect(phone.locator(".acts .button.main")).to_be_visible()
    check(phone)
    phone.locator(".acts .button.main").click()
    phone.fill("[name=id_number]", "123")
    phone.locator("form .button.main").click()
    expect(phone.locator("#id_number-wrong")).to_be_visible()
    check(phone)
    for field, text in (("name", "赵春梅"), ("id_number", resident_id(3)), ("phone", "13800138003")):
        phone.fill(f"[name={field}]", text)
    phone.locator("form .button.main").click()
    expect(phone.locator(".hero.done")).to_be_visible()
    check(phone)
    phone.locator("a[href$='/cancel']").click()
    expect(phone.locator("button.end")).to_be_visible()
    check(phone)
    phone.locator("button.end").click()
    expect(phone.locator(".hero.cancelled")).to_be_visible()

    texts = [content_of(row, stage.vault) for row in stage.all(Message) if row.purpose == "names_notice"]
    link = next(found[0] for one in texts if isinstance(one, Text) and (found := re.search(r"/n/\S+", one.text)))
    phone.goto(centre.url + link)
    check(phone)
    phone.locator("form .button.main").click()
    expect(phone.locator(".notice.good")).to_be_visible()

    desk.goto(f"{centre.url}/desk/hearings/{hearing}/notices")
    expect(desk.locator("section:has(#names-head) .due-clock.met")).to_have_count(1)
    desk.goto(f"{centre.url}/desk/hearings/{hearing}/observers")
    expect(desk.locator(".observers-table tbody tr")).to_have_count(1)
    check(desk)
