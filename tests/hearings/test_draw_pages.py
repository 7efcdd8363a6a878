"""The pages of the roster and of the draw: who comes how far, what a browser without script can do, what the public page proves,
what a wall shows while a draw happens; no name in public, nothing for axe to find."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from playwright.sync_api import Page, expect

from hearings.panel.records import record_of
from hearings.roster.actions import renew_link
from hearings.roster.own_link import token_of
from hearings.roster.tables import Leave, OfficerCategory, RosterMember
from hearings.tables import HEARING_NAME, Draw, Seat
from shared.settings import Settings
from shared.vault import Vault
from tests.browser import PHONE, WIDE, Open, axe
from tests.cases.registry import beside, one_centre
from tests.centre import PASSWORD, Centre
from tests.hearings.roster_stage import THROWN, committed, roster, thrown
from tests.hearings.staging import OFFICERS, Stage

QUOTAS = {"delegate": "1", "professional": "1", "community": "1", "no_majority": "1", "source": "dice"}


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, hashes: list[str]
) -> Iterator[tuple[Centre, Settings]]:
    with one_centre(tmp_path_factory.mktemp("draws"), sqlite_template, hashes) as found:
        yield found


@pytest.fixture(scope="module")
def rows(running: tuple[Centre, Settings]) -> Iterator[Stage]:
    """The running centre's own rows, with a roster of thirty."""
    with beside(running[1]) as db:
        stage = Stage(db, Vault.open(running[1].data))
        roster(stage, 30)
        yield stage


@pytest.fixture
def desks(running: tuple[Centre, Settings]) -> Iterator[Any]:
    """`desks("anguan")` is that member of staff's browser without script; `desks("")` anybody's."""
    opened: dict[str, httpx.Client] = {}

    def desk(who: str = "anguan") -> httpx.Client:
        if who not in opened:
            headers = {"accept": "text/html", "accept-language": "zh"}
            opened[who] = httpx.Client(base_url=running[0].url, headers=headers, trust_env=False, timeout=30)
            if who:
                opened[who].post("/sign-in", data={"account": who, "password": PASSWORD})
        return opened[who]

    yield desk
    for client in opened.values():
        client.close()


def words(page: httpx.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<head>.*?</head>", "", page.text)).split())


def newest(rows: Stage, hearing: UUID) -> Draw:

    return max((row for row in rows.all(Draw) if row.hearing_id == hearing), key=lambda row: row.version)


@pytest.mark.parametrize(
    ("who", "address", "status"),
    [("", "/desk/roster", 303), ("window3", "/desk/roster", 403), ("anguan", "/desk/roster", 200),
     ("auditor", "/desk/roster", 200), ("auditor", "/desk/roster/new", 403), ("auditor", "/desk/roster/import", 403),
     ("jianchazhang", "/desk/roster", 200)],
)  # fmt: skip
def test_each_role_comes_as_far_as_it_may(desks: Any, rows: Stage, who: str, address: str, status: int) -> None:
    assert desks(who).get(address).status_code == status


def test_list_and_file_are_masked_and_revealing_needs_a_reason(desks: Any, rows: Stage) -> None:
    member = rows.all(RosterMember)[0]
    name, place = rows.vault.unseal(member.name, purpose=HEARING_NAME), f"/desk/roster/{member.id}"
    assert name not in desks().get("/desk/roster").text and name not in desks().get(place).text
    assert desks().post(f"{place}/reveal", data={"reason": ""}).status_code == 422
    assert name in desks().post(f"{place}/reveal", data={"reason": "核对通讯录"}).text
    assert desks("auditor").post(f"{place}/reveal", data={"reason": "x"}).status_code == 403
    assert [line.reason for line in rows.journal() if line.act == "member-revealed"] == ["核对通讯录"]


def test_form_keeps_what_was_typed_and_tells_every_fault(desks: Any, rows: Stage) -> None:
    typed = {"name": "卢广", "category": "lawyer", "phone": "12", "term_from": "2026-01-01", "entry": "recommended",
             "language": "zh-CN", "specialisms": ["finance", "medicine"]}
    answer = desks().post("/desk/roster/new", data=typed)
    assert answer.status_code == 422 and sorted(re.findall(r'id="(\w+)-fault"', answer.text)) == ["phone", "term_until"]
    assert 'value="卢广"' in answer.text and len(re.findall(r'name="specialisms"[^>]* checked', answer.text)) == 2
    good = {**typed, "phone": "13800138999", "term_until": "2027-12-31", "key": "form-1"}
    places = {desks().post("/desk/roster/new", data=good).headers["location"] for _ in range(2)}
    assert len(places) == 1 and "卢*" in words(desks().get(places.pop()))


def test_office_adds_its_own_categories_and_fields_once(desks: Any, rows: Stage) -> None:
    new = {"kind": "category", "group": "community", "name_zh": "退役军人", "name_en": "Veteran"}
    for _ in range(2):
        assert desks().post("/desk/roster/lists", data=new).status_code == 303
    assert desks().post("/desk/roster/lists", data={**new, "group": "x"}).status_code == 422
    assert [one.group for one in rows.all(OfficerCategory) if one.name_zh == "退役军人"] == ["community"]
    assert "退役军人" in words(desks().get("/desk/roster/new"))


def test_table_is_previewed_confirmed_and_exported_through_the_browser(desks: Any, rows: Stage) -> None:
    table = "姓名,类别,手机,任期起,任期止\r\n余则成,律师,13700137001,2026-01-01,2028-12-31\r\n坏行,木匠,1,2026-01-01,2028-12-31"
    before = len(rows.all(RosterMember))
    seen = desks().post("/desk/roster/import", files={"table": ("r.csv", table.encode("gb18030"), "text/csv")})
    assert seen.status_code == 200 and "导入 1 行" in words(seen) and len(rows.all(RosterMember)) == before
    kept = re.search(r"<textarea name=\"text\"[^>]*>(.*?)</textarea>", seen.text, re.S)
    assert kept is not None
    done = desks().post("/desk/roster/import/confirm", files={"text": (None, kept[1])})
    assert "已完成导入" in words(done) and len(rows.all(RosterMember)) == before + 1
    made = desks().post("/desk/roster/export", data={"reason": "核对"})
    assert made.headers["content-type"].startswith("text/csv") and made.content.startswith(b"\xef\xbb\xbf")
    assert "余则成" in made.text


def test_own_link_opens_without_an_account_and_ends_when_renewed(desks: Any, rows: Stage) -> None:
    member = rows.all(RosterMember)[3]
    token = rows.db.read_now(token_of, centre=rows.centre(), member_id=member.id, sealing=rows.vault)
    place = f"/officers/{token}"
    for _ in range(2):
        assert desks("").get(place).status_code == 200
    assert rows.all(Leave) == []
    bad = desks("").post(f"{place}/leave", data={"begins_on": "2020-01-01"})
    assert bad.status_code == 422 and "日期有误" in words(bad)
    sent = desks("").post(f"{place}/leave", data={"begins_on": "2030-03-01", "ends_on": "2030-03-04"})
    assert sent.status_code == 303 and [leave.member_id for leave in rows.all(Leave)] == [member.id]
    assert desks("").post(f"{place}/weekly", data={"half": ["0-morning", "9-night", "x"]}).status_code == 303
    assert desks("").get(f"{place[:-4]}AAAA").status_code == 404
    rows.act(renew_link, who="anguan", member_id=member.id)
    assert desks("").get(place).status_code == 404


def test_draw_from_pool_to_panel_without_script(desks: Any, rows: Stage) -> None:
    hearing = rows.hearing(panel_size=5)
    place = f"/desk/hearings/{hearing}/draw"
    assert "目前可抽取的人员" in words(desks().get(place))
    assert desks("window3").post(f"{place}/commit", data=QUOTAS).status_code == 403
    short = desks().post(f"{place}/commit", data={**QUOTAS, "community": "4"})
    assert short.status_code == 422 and 'role="alert"' in short.text
    assert desks().post(f"{place}/commit", data=QUOTAS).status_code == 303
    row = newest(rows, hearing)
    number = {"draw": str(row.id), "entropy": "351 624 416 3", "witnesses": "李明"}
    asked = desks().post(f"{place}/roll", data=number)
    assert asked.status_code in (200, 201) and "这是在场各位看到的号码吗" in words(asked) and rows.all(Seat) == []
    assert desks().post(f"{place}/roll", data={**number, "entropy": "7777777777"}).status_code == 422
    assert desks().post(f"{place}/roll", data={**number, "sure": "1"}).status_code == 303
    assert "共 5 席，已就位 5 席" in words(desks().get(place))
    assert record_of(newest(rows, hearing)).after is not None


def test_public_pages_name_nobody(desks: Any, rows: Stage) -> None:
    row = thrown(rows, committed(rows, rows.hearing()))
    members = rows.all(RosterMember)
    for page in ("", "/wall", "/record.json"):
        answer = desks("").get(f"/draws/{row.code}{page}")
        assert answer.status_code == 200
        assert not any(name in answer.text for name in OFFICERS) and not any(one.id.hex in answer.text for one in members)
        assert "李当事人" not in answer.text and "单位" not in re.sub(r"单位推荐", "", words(answer))
    assert json.loads(desks("").get(f"/draws/{row.code}/record.json").text)["before"] == row.record["before"]
    assert desks("").get("/draws/nothing").status_code == 404


def test_public_page_proves_the_draw_and_names_what_was_altered(
    open_page: Open, running: tuple[Centre, Settings], rows: Stage
) -> None:
    row = thrown(rows, committed(rows, rows.hearing()))
    page = open_page(PHONE, is_mobile=True, has_touch=True)
    page.goto(f"{running[0].url}/draws/{row.code}")
    expect(page.locator("#verdict .good:visible")).to_contain_text("全部相符")
    axe(page)
    page.context.set_offline(True)
    copy = json.loads(page.input_value("#record"))
    copy["before"]["pool"][2]["category"] = "other"
    page.fill("#record", json.dumps(copy))
    expect(page.locator("[data-altered] li")).to_have_count(1)
    expect(page.locator("[data-altered]")).to_contain_text("备选名单 · 第 3 行")
    assert page.locator("tr.altered").count() == 1
    axe(page)
    page.click("#again")
    expect(page.locator("#verdict .good:visible")).to_contain_text("全部相符")
    page.fill("#printed", "0" * 64)
    expect(page.locator("[data-altered]")).to_contain_text("纸质公告上的摘要")


def test_member_finds_their_own_row(open_page: Open, running: tuple[Centre, Settings], rows: Stage) -> None:
    row = committed(rows, rows.hearing(days=21))
    member = rows.all(RosterMember)[5]
    token = rows.db.read_now(token_of, centre=rows.centre(), member_id=member.id, sealing=rows.vault)
    page = open_page(PHONE, is_mobile=True, has_touch=True)
    page.goto(f"{running[0].url}/officers/{token}")
    axe(page)
    own = page.locator(".draws li", has=page.locator(f'a[href="/draws/{row.code}#mine"]'))
    own.locator("summary").click()
    mark, salt, ticket = own.locator(".proof dd").all_inner_texts()
    own.locator("a.button").click()
    page.fill("#member", mark)
    page.fill("#salt", salt)
    expect(page.locator("#found")).to_contain_text(ticket)
    assert page.locator("tr.own-row").count() == 1 and ticket in json.dumps(row.record)
    page.fill("#salt", salt[:-1] + ("0" if salt[-1] != "0" else "1"))
    expect(page.locator("#found")).to_contain_text("没有与这两项对应的签")


def test_wall_draws_in_front_of_people(open_page: Open, running: tuple[Centre, Settings], rows: Stage) -> None:
    row = committed(rows, rows.hearing())
    wall = open_page(WIDE)
    wall.goto(f"{running[0].url}/draws/{row.code}/wall")
    expect(wall.locator(".blank b")).to_have_count(10)
    fits(wall)
    axe(wall)
    thrown(rows, row)
    expect(wall.locator(".seats li")).to_have_count(3)
    expect(wall.locator("#proven")).to_contain_text("全部相符")
    assert "".join(wall.locator(".digits b").all_inner_texts()) == THROWN
    expect(wall.locator("body")).not_to_have_class(re.compile("revealing"), timeout=20_000)
    fits(wall)
    axe(wall)


def fits(page: Page) -> None:
    """Nothing of the stage or the pool is cut off."""
    for part in (".stage", ".pool"):
        assert page.locator(part).evaluate("one => one.scrollHeight <= one.clientHeight + 1"), part
