"""Time and place as a browser meets them: lawful starts with one press, a move with all it brings, the calendar with links and by
dragging, rooms that close, and planning many; both languages, nothing for axe to find."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from playwright.sync_api import Page, expect

from hearings.tables import Hearing, HearingState, Listing, Room
from shared.settings import Settings
from shared.vault import Vault
from tests.browser import Open, axe
from tests.cases.registry import beside, one_centre
from tests.centre import PASSWORD, Centre
from tests.hearings.roster_stage import committed, roster, thrown
from tests.hearings.staging import Stage

PEOPLE = (("window3", "window1"), ("window4", "window2"), ("window5", "window1"), ("window6", "window2"))


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, hashes: list[str]
) -> Iterator[tuple[Centre, Settings]]:
    with one_centre(tmp_path_factory.mktemp("times"), sqlite_template, hashes) as found:
        yield found


@pytest.fixture(scope="module")
def rows(running: tuple[Centre, Settings]) -> Iterator[Stage]:
    """The running centre's own rows, with a roster of thirty."""
    with beside(running[1]) as db:
        stage = Stage(db, Vault.open(running[1].data), datetime.now(UTC))
        roster(stage, 30)
        yield stage


@pytest.fixture
def desks(running: tuple[Centre, Settings]) -> Iterator[Any]:
    """`desks("anguan")` is that member of staff's browser without script."""
    opened: dict[tuple[str, str], httpx.Client] = {}

    def desk(who: str = "anguan", language: str = "zh") -> httpx.Client:
        key = (who, language)
        if key not in opened:
            headers = {"accept": "text/html", "accept-language": language}
            opened[key] = httpx.Client(base_url=running[0].url, headers=headers, trust_env=False, timeout=60)
            opened[key].post("/sign-in", data={"account": who, "password": PASSWORD})
        return opened[key]

    yield desk
    for client in opened.values():
        client.close()


def words(page: httpx.Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<head>.*?</head>|<svg.*?</svg>", "", page.text))).split())


def approved(rows: Stage, n: int = 0, **more: Any) -> UUID:
    handler, clerk = PEOPLE[n]
    return rows.hearing(listed=False, handler=handler, clerk=rows.by(clerk).id, **more)


def starts(page: httpx.Response) -> list[tuple[str, str]]:
    """The starts that a page offers for one press: time and room."""
    return re.findall(r'name="at" value="([\dT:-]+)"><input type="hidden" name="room" value="([0-9a-f-]*)"', page.text)


def newest(rows: Stage, hearing: UUID) -> Listing:
    found: Listing = max((one for one in rows.all(Listing) if one.hearing_id == hearing), key=lambda one: one.version)
    return found


def local(listing: Listing, rows: Stage) -> str:
    return f"{listing.begins_at.astimezone(rows.centre().zone):%Y-%m-%dT%H:%M}"


def listed(rows: Stage, desk: httpx.Client, n: int = 0, at: int = 0, **more: Any) -> UUID:
    hearing = approved(rows, n, **more)
    found = starts(desk.get(f"/desk/hearings/{hearing}/time"))
    answer = desk.post(f"/desk/hearings/{hearing}/time/list", data={"at": found[at][0], "room": found[at][1]})
    assert answer.status_code == 303, words(answer)
    return hearing


def test_a_start_is_picked_with_one_press_and_shown_with_its_last_lawful_moment(rows: Stage, desks: Any) -> None:
    hearing = approved(rows)
    page = desks().get(f"/desk/hearings/{hearing}/time")
    assert page.status_code == 200 and "合法时间" in words(page) and len(starts(page)) > 20
    at, room = starts(page)[0]
    assert desks().post(f"/desk/hearings/{hearing}/time/list", data={"at": at, "room": room}).status_code == 303
    assert local(newest(rows, hearing), rows) == at
    after = words(desks("window3").get(f"/desk/hearings/{hearing}/time"))
    assert "最晚告知时间" in after and at[11:] in after
    english = words(desks("window3", "en").get(f"/desk/hearings/{hearing}/time"))
    assert "Lawful starts to move to" in english and "Last lawful moment to give notice:" in english


def test_typed_time_is_refused_with_its_reason_and_kept_in_the_form(rows: Stage, desks: Any) -> None:
    first = listed(rows, desks(), at=4)
    taken, hearing = newest(rows, first), approved(rows, 1)
    day, clock = local(taken, rows).split("T")
    typed = {"day": day, "clock": clock, "room": str(taken.room_id)}
    page = desks("anguan", "en").post(f"/desk/hearings/{hearing}/time/list", data=typed)
    assert page.status_code == 409 and f"taken by hearing {rows.get(Hearing, first).number}" in words(page)
    assert "serves one hearing at a time" in words(page) and f'value="{day}"' in page.text and f'value="{clock}"' in page.text
    page = desks().post(f"/desk/hearings/{hearing}/time/list", data={**typed, "clock": "12:30"})
    assert page.status_code == 409 and "12:00" in words(page)
    assert desks().post(f"/desk/hearings/{hearing}/time/list", data={"day": "x"}).status_code == 422
    assert desks("window4").post(f"/desk/hearings/{first}/time/list", data=typed).status_code == 403


def test_move_shows_what_it_brings_and_asks_for_a_reason(rows: Stage, desks: Any) -> None:
    hearing = listed(rows, desks(), 1, at=8)
    thrown(rows, committed(rows, hearing))
    there = re.search(rf'href="(/desk/hearings/{hearing}/time/move\?[^"]+)"', desks().get(f"/desk/hearings/{hearing}/time").text)
    assert there is not None
    preview = desks("anguan", "en").get(unescape(there[1]))
    told = words(preview)
    assert "Nobody has been invited yet" in told and "Of the panel, 3 of 3 can come then." in told
    at, room = starts(preview)[0]
    before = newest(rows, hearing).version
    refused = desks().post(f"/desk/hearings/{hearing}/time/move", data={"at": at, "room": room, "reason": " "})
    assert refused.status_code == 422 and newest(rows, hearing).version == before
    moved = {"at": at, "room": room, "reason": "当事人住院"}
    assert desks().post(f"/desk/hearings/{hearing}/time/move", data=moved).status_code == 303
    assert (newest(rows, hearing).version, local(newest(rows, hearing), rows)) == (before + 1, at)
    desks("window4").post(f"/desk/hearings/{hearing}/postpone", data={"reason": "当事人住院"})
    again = desks().get(f"/desk/hearings/{hearing}/time")
    assert re.search(r">\s*3/3\s*<", again.text), "the panel of a postponed hearing still counts"


def test_no_lawful_time_names_the_rules_and_who_must_agree(rows: Stage, desks: Any) -> None:
    hearing = approved(rows, due_on=rows.centre().today + timedelta(days=1))
    page = words(desks("window3", "en").get(f"/desk/hearings/{hearing}/time"))
    assert "No time is lawful" in page and "Ways out, the cheapest first" in page
    assert "Allow up to 10 more days" in page and "Must agree: the head of department" in page
    if rows.centre().calendar.is_workday(rows.centre().today + timedelta(days=1)):
        assert "Notice could no longer be given in time." in page and "Article 10" in page


def test_calendar_shows_where_a_hearing_could_go_and_why_not_elsewhere(rows: Stage, desks: Any) -> None:
    hearing, other = listed(rows, desks(), 2, at=12), approved(rows, 3)
    day = local(newest(rows, hearing), rows)[:10]
    week = desks("anguan", "en").get(f"/desk/hearings/calendar?day={day}")
    assert rows.get(Hearing, hearing).number in words(week) and "Without a time yet" in words(week)
    moving = desks("anguan", "en").get(f"/desk/hearings/calendar?day={day}&moving={other}")
    assert re.search(rf'href="/desk/hearings/{other}/time/move\?at=[^"]+"', moving.text) and "Where is it to go?" in words(moving)
    month = desks("anguan", "en").get(f"/desk/hearings/calendar?view=month&day={day}&moving={hearing}")
    assert "here at" in words(month)


def test_closed_hearing_is_only_taken_time_for_whom_it_does_not_concern(rows: Stage, desks: Any) -> None:
    hearing = listed(rows, desks(), 2, at=16, opens=False, title="一起羁押必要性审查听证会")
    day = local(newest(rows, hearing), rows)[:10]
    page = desks("window6", "en").get(f"/desk/hearings/calendar?day={day}")
    assert rows.get(Hearing, hearing).number not in page.text and "羁押" not in page.text and "Taken" in words(page)
    assert desks("window6").get(f"/desk/hearings/{hearing}/time").status_code == 404


def test_room_is_added_closed_with_what_is_listed_in_it_and_opened_again(rows: Stage, desks: Any) -> None:
    form = {"code": "9", "name_zh": "第九听证室", "name_en": "Room 9", "places": "30", "observers": "10", "before": "20",
            "after": "15"}
    page = desks("anguan", "en").post("/desk/hearings/rooms", data=form)
    assert page.status_code == 422 and "whole quarters" in words(page) and 'value="第九听证室"' in page.text
    assert desks().post("/desk/hearings/rooms", data={**form, "before": "15", "open": "yes"}).status_code == 303
    assert desks().post("/desk/hearings/rooms", data={**form, "before": "15"}).status_code == 422  # the number is taken
    hearing = listed(rows, desks(), 3, at=20)
    listing = newest(rows, hearing)
    begins = local(listing, rows)
    closing = {"begins": f"{begins[:10]}T08:00", "ends": f"{begins[:10]}T18:00", "reason": "空调检修"}
    assert desks("window3").post(f"/desk/hearings/rooms/{listing.room_id}/close", data=closing).status_code == 403
    assert desks().post(f"/desk/hearings/rooms/{listing.room_id}/close", data={**closing, "ends": ""}).status_code == 422
    assert desks().post(f"/desk/hearings/rooms/{listing.room_id}/close", data=closing).status_code == 303
    shown = desks().get("/desk/hearings/rooms")
    assert rows.get(Hearing, hearing).number in words(shown) and "/desk/hearings/planner/mend" in shown.text
    (closure,) = re.findall(r'action="(/desk/hearings/rooms/closures/[0-9a-f-]+/open)"', shown.text)
    assert desks().post(closure).status_code == 303
    assert "closures" not in desks().get("/desk/hearings/rooms").text and len(rows.all(Room)) == 3


def test_many_are_planned_shown_and_booked_only_when_approved(rows: Stage, desks: Any) -> None:
    hearings = [approved(rows, n) for n in range(3)]
    assert desks("window3").get("/desk/hearings/planner").status_code == 403
    answer = desks().post("/desk/hearings/planner/many")
    proposal = answer.headers["location"]
    end = time.monotonic() + 60
    while "hx-redirect" not in (progress := desks().get(f"{proposal}/progress")).headers:
        assert time.monotonic() < end, words(progress)
        time.sleep(0.2)
    page = desks("anguan", "en").get(proposal)
    assert "waits for approval" in words(page) and all(rows.get(Hearing, one).number in words(page) for one in hearings)
    assert not {one.hearing_id for one in rows.all(Listing)} & set(hearings)
    assert desks().post(f"{proposal}/approve").status_code == 303
    assert set(hearings) <= {one.hearing_id for one in rows.all(Listing)}
    assert "booked." in words(desks("anguan", "en").get(proposal))
    assert desks().post(f"{proposal}/drop").status_code == 409


def sign_in(page: Page, url: str, language: str) -> None:
    page.goto(f"{url}/sign-in?lang={language}&next=/desk/hearings")
    page.fill("[name=account]", "anguan")
    page.fill("[name=password]", PASSWORD)
    page.locator("main form[action='/sign-in'] button").click()
    page.wait_for_url("**/desk/hearings")


def check(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(page)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_pages_of_time_rooms_and_plans_have_nothing_for_axe(
    rows: Stage, desks: Any, open_page: Open, running: tuple[Centre, Settings], language: str
) -> None:
    hearing, page, url = approved(rows), open_page(), running[0].url
    told = rows.hearing(HearingState.NOTIFIED, days=20)
    sign_in(page, url, language)
    for address in (f"{hearing}/time", f"{told}/time", f"{told}/time/move?day=2031-01-01&clock=12:00", "calendar",
                    f"calendar?moving={hearing}", f"calendar?view=month&moving={hearing}", "rooms", "planner"):
        page.goto(f"{url}/desk/hearings/{address}")
        check(page)


def test_hearing_is_dragged_to_a_lawful_cell_and_stays_until_the_move_is_sent(
    rows: Stage, desks: Any, open_page: Open, running: tuple[Centre, Settings]
) -> None:
    hearing, page, url = listed(rows, desks(), 1, at=24), open_page(), running[0].url
    day = local(newest(rows, hearing), rows)[:10]
    sign_in(page, url, "en")
    page.goto(f"{url}/desk/hearings/calendar?day={day}")
    block = page.locator(f"[data-moving='{hearing}']")
    with page.expect_response(lambda answer: f"moving={hearing}" in answer.url):
        block.hover()
        page.mouse.down()
        page.mouse.move(10, 400, steps=4)
    target = page.locator("[data-cell]:has(a.verdict)").last
    expect(target).to_be_visible()
    expect(page.locator("[data-cell]:has(.verdict)").first).to_be_visible()
    target.scroll_into_view_if_needed()
    target.hover()
    target.hover()
    expect(page.locator("[data-drag-said]")).to_contain_text("Let go to see")
    before = newest(rows, hearing)
    page.mouse.up()
    page.wait_for_url("**/time/move?**")
    assert newest(rows, hearing).id == before.id
    page.fill("#reason", "另有安排")
    page.get_by_role("button", name="Move the hearing").click()
    page.wait_for_url(f"**/desk/hearings/{hearing}/time")
    assert newest(rows, hearing).version == before.version + 1 and newest(rows, hearing).reason == "另有安排"
