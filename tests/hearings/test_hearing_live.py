"""A hearing's desk pages follow what happens, without taking from anybody what they are typing; the socket is for who may see the
hearing."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from hearings.approval.actions import ask
from hearings.tables import Hearing, HearingState, Question
from shared.settings import Settings
from tests.browser import Open, axe
from tests.centre import PASSWORD, Centre
from tests.hearings.guests import Browsers, invited_centre, link, new_hearing
from tests.hearings.staging import Stage

S = HearingState
Running = tuple[Centre, Settings, Stage]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, hashes: list[str]) -> Iterator[Running]:
    with invited_centre(tmp_path_factory.mktemp("live"), sqlite_template, hashes) as found:
        yield found


def signed_in(running: Running, open_page: Open, path: str, who: str = "anguan", *, follows: bool = True) -> Page:
    page = open_page()
    page.goto(f"{running[0].url}/sign-in")
    page.locator("[name=account]").fill(who)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button, form button").first.click()
    expect(page.locator("header.bar")).to_be_visible()
    page.goto(running[0].url + path)
    if follows:
        expect(page.locator("#follow [data-version]")).to_be_attached()
    return page


def answers(running: Running, invitation: Any, said: str) -> None:
    """Somebody invited answers on their telephone."""
    browsers, path = Browsers(running[0]), link(running[2], invitation)
    try:
        phone = browsers()
        page = phone.get(path)
        sequence = page.text.partition('name="sequence" value="')[2].partition('"')[0] or "0"
        done = phone.post(f"{path}/{said}", data={"key": f"{said}-1", "sequence": sequence, "undertaken": "yes"})
        assert done.status_code in (200, 303), done.text
    finally:
        browsers.close()


def test_answer_shows_at_once_and_typed_text_stays(running: Running, open_page: Open) -> None:
    callers, (first, second, _) = new_hearing(running[2], running[1])
    watching = signed_in(running, open_page, f"/desk/hearings/{callers.hearing}/invitations")
    typing = signed_in(running, open_page, f"/desk/hearings/{callers.hearing}/notices")
    typing.locator("details:has(#waiver-reason) summary").click()
    typing.locator("#waiver-reason").fill("各方均已书面同意")
    answers(running, first, "yes")
    expect(watching.locator(f"#line-{first} .state")).to_have_text("能来")
    expect(watching.locator("#changed-line")).to_be_hidden()
    expect(typing.locator("#changed-line")).to_be_visible()
    expect(typing.locator("#waiver-reason")).to_have_value("各方均已书面同意")
    axe(typing)
    answers(running, second, "yes")
    expect(watching.locator(f"#line-{second} .state")).to_have_text("能来")
    typing.locator("#changed-line a").click()
    expect(typing.locator("#changed-line")).to_be_hidden()


def test_pressed_button_goes_with_its_answer_and_only_once(running: Running, open_page: Open) -> None:
    """A button that is disabled while its form is sent would take its answer with it."""
    stage = running[2]
    hearing = stage.hearing(S.PENDING_APPROVAL)
    stage.act(ask, hearing_id=hearing, question=Question.OPENNESS, wanted={"open": False}, reason="涉及个人隐私")
    page = signed_in(running, open_page, "/desk/hearings/approvals", "jianchazhang", follows=False)
    asked = page.locator("section.decide", has=page.locator(f"#hearing-{hearing}"))
    asked.get_by_role("button", name="批准", exact=True).click()
    expect(asked).to_have_count(0)
    assert stage.get(Hearing, hearing).open is False


def test_socket_is_for_who_may_see_the_hearing(running: Running) -> None:
    centre, _, stage = running
    callers, (first, *_) = new_hearing(stage, running[1])
    closed = stage.hearing(opens=False, case_type="arrest-review")
    address = f"{centre.url.replace('http', 'ws', 1)}/live/hearings/"

    def cookie(who: str) -> dict[str, str]:
        with httpx.Client(base_url=centre.url, trust_env=False) as desk:
            desk.post("/sign-in", data={"account": who, "password": PASSWORD})
            return {"Cookie": "; ".join(f"{name}={value}" for name, value in desk.cookies.items())}

    for headers, what in (({}, callers.hearing), (cookie("window4"), closed), (cookie("anguan"), "x")):
        with pytest.raises(WebSocketException), connect(f"{address}{what}", additional_headers=headers) as socket:
            socket.recv(timeout=5)
    with connect(f"{address}{callers.hearing}", additional_headers=cookie("anguan")) as socket:
        before = json.loads(socket.recv(timeout=5))["version"]
        answers(running, first, "yes")
        while "content" not in (told := json.loads(socket.recv(timeout=5))):
            continue
        assert told["version"] > before and "能来" not in told["content"]
