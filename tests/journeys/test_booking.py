"""A booking from the sofa to the window, in a real Chromium: booked on a telephone, checked in at the kiosk, called in order."""

import re
from collections.abc import Callable
from datetime import time
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlmodel import Session, select

from kiosk.bookings.tables import Contingent
from shared.database import Database
from shared.offices import Provision
from shared.settings import Settings
from tests.browser import KIOSK, PHONE, WIDE, Open, axe
from tests.centre import Centre, found, token_for

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def any_moment(session: Session) -> None:
    """A time every five minutes, day and night, that may be booked up to the last moment: the test need not wait for one."""
    for row in session.exec(select(Contingent)).all():
        row.weekdays, row.weeks, row.minutes, row.opens, row.closes = "0,1,2,3,4,5,6", "", 5, time(0), time(0)
        session.add(row)
    lead = session.exec(select(Provision).where(Provision.key == "booking.lead_minutes")).one()
    lead.value = 0
    session.add(lead)


def test_booked_on_the_phone_checked_in_at_the_kiosk_and_called_before_who_came_without(
    settings: Settings, hashes: list[str], serve: Callable[..., Centre], open_page: Open
) -> None:
    found(settings, hashes)
    database = Database(settings)
    database.start()
    database.write_now(any_moment)
    database.stop()
    centre = serve()
    headers = {"Authorization": f"Bearer {token_for(settings)}"}
    with httpx.Client(base_url=f"{centre.url}/api/v1", headers=headers, trust_env=False) as api:
        _book_and_come(centre, api, open_page(PHONE), open_page(KIOSK, has_touch=True), open_page(WIDE))


def _book_and_come(centre: Centre, api: httpx.Client, phone: Page, kiosk: Page, lobby: Page) -> None:
    phone.goto(f"{centre.url}/book")
    axe(phone)
    phone.get_by_role("link", name="法律咨询").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("您想什么时候来？")
    axe(phone)
    phone.locator("a.slot").first.click()
    phone.get_by_label("姓名").fill("王小明")
    phone.get_by_label("手机号码").fill("13900001111")
    axe(phone)
    phone.get_by_role("button", name="就约这个时间").dblclick()
    expect(phone.get_by_role("heading", level=1)).to_have_text("约好了")
    axe(phone)
    code = re.findall(r"/b/([0-9a-z]{26})", phone.url)[0]
    expect(phone.locator("main")).not_to_contain_text("王小明")

    without = api.post("/tickets", json={"service": "legal-consultation"}).json()["number"]
    kiosk.goto(f"{centre.url}/kiosk")
    kiosk.get_by_role("link", name="预约或受邀").click()
    kiosk.locator("#text").fill(code)
    kiosk.get_by_role("button", name="打开").click()
    expect(kiosk.locator(".huge")).to_be_visible()
    number = str(kiosk.locator(".huge").text_content())
    axe(kiosk)
    assert number != without

    lobby.goto(f"{centre.url}/lobby")
    called: dict[str, Any] = api.post("/windows/1/call-next").json()
    assert called["number"] == number, "the booking's head start"
    expect(lobby.locator("body")).to_contain_text(number)
    expect(lobby.locator("body")).not_to_contain_text("王")
    phone.goto(f"{centre.url}/b/{code}")
    phone.wait_for_url("**/t/*")
    expect(phone.locator("#visit")).to_contain_text(number)
    api.post("/windows/1/start")
    api.post("/windows/1/finish")
    assert api.post("/windows/1/call-next").json()["number"] == without
