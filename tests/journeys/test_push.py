"""A locked phone is rung: a real page, a real service worker, a real push endpoint; only the wire between the browser and its
maker is ours, since no test may depend on theirs."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from shared.settings import Settings
from tests.browser import PHONE, Open, check
from tests.centre import Centre
from tests.journeys.test_phone import WINDOW, Hall
from tests.journeys.test_window import sit
from tests.kiosk.push_service import Handset, PushService

pytestmark = [
    pytest.mark.journey, pytest.mark.timeout(120), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
]
# A browser whose maker has its push service at this address.
MAKER = """
PushManager.prototype.subscribe = async function (wanted) {
  if (!wanted.userVisibleOnly || wanted.applicationServerKey.length < 80) throw new Error("not asked as it must be");
  globalThis.subscribed = true;
  return { endpoint: %(endpoint)s, toJSON: () => (%(subscription)s) };
};
PushManager.prototype.getSubscription = async () => (globalThis.subscribed ? { endpoint: %(endpoint)s, unsubscribe() {} } : null);
Notification.requestPermission = async () => "granted";
"""
SHOWN = """async () => {
  const worker = await navigator.serviceWorker.getRegistration("/t/");
  for (;;) {
    const shown = await worker.getNotifications();
    if (shown.length) return shown.map((one) => [one.title, one.body]);
    await new Promise((done) => setTimeout(done, 50));
  }
}"""


@pytest.fixture
def service() -> Iterator[PushService]:
    opened = PushService()
    yield opened
    opened.server.shutdown()
    opened.server.server_close()


@pytest.fixture
def hall(serve: Callable[..., Centre], settings: Settings, service: PushService) -> Iterator[Hall]:
    hall = Hall(serve(NUANYI_PUSH_HOSTS=service.url), settings)
    yield hall
    hall.api.close()


def deliver(page: Page, message: bytes) -> None:
    """What the browser does with a message that its maker's service brings."""
    cdp = page.context.new_cdp_session(page)
    found: list[dict[str, Any]] = []
    cdp.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(told["registrations"]))
    cdp.send("ServiceWorker.enable")
    while not found:
        page.wait_for_timeout(20)
    origin = page.evaluate("location.origin")
    cdp.send("ServiceWorker.deliverPushMessage", {
        "origin": origin, "registrationId": found[0]["registrationId"], "data": message.decode(),
    })  # fmt: skip


def test_locked_phone_is_rung_with_one_touch_before(hall: Hall, open_page: Open, service: PushService) -> None:
    handset, phone = Handset(service.url), open_page(PHONE, has_touch=True, is_mobile=True, permissions=["notifications"])
    endpoint = json.dumps(handset.phone.endpoint)
    phone.add_init_script(MAKER % {"endpoint": endpoint, "subscription": json.dumps(handset.subscription)})
    mine = hall.take()
    hall.open(phone, mine)
    ask, stop = phone.locator("button[data-ring]"), phone.locator("[data-unring]")
    expect(ask).to_be_hidden()
    phone.locator("button[data-tell]").tap()
    ask.tap()
    expect(phone.locator(".rung")).to_contain_text("锁屏时也一样")
    expect(ask).to_be_hidden()
    check(phone)
    stop.tap()
    expect(ask).to_be_visible()
    ask.tap()
    expect(stop).to_be_visible()
    phone.goto(f"{hall.centre.url}/order")  # the ticket's page is not open any more
    clerk = sit(open_page(), hall.centre.url, WINDOW)
    expect(clerk.locator("#act-next")).to_be_enabled()
    clerk.keyboard.press("n")
    said = handset.opened(service.next())
    expect(clerk.locator("#act-recall")).to_be_enabled()
    expect(clerk.locator("[data-reach=phone]")).to_have_count(0)  # sent is not arrived
    deliver(phone, said)
    expect(clerk.locator("[data-reach=phone]")).to_be_visible()
    assert phone.evaluate(SHOWN) == [[f"{mine['number']} → 4号窗口", "请到4号窗口"]]
