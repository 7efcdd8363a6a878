"""The cases room as a browser without script meets it: who may come in, what is asked again, what is found."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import func, select

from cases.tables import Matter, Person
from shared.journal import JournalLine
from shared.settings import Settings
from tests.cases.registry import ID, beside, one_centre, resident_id
from tests.centre import PASSWORD, Centre

FIELDS = {"matter_class": "criminal-appeal", "summary": "不服判决", "name": "欧阳秀英", "id_kind": "resident_id",
          "relation": "party", "proof": "none", "document": "resident_id", "factor": "pin", "pin": "4072", "pin_again": "4072"}


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, hashes: list[str]
) -> Iterator[tuple[Centre, Settings]]:
    with one_centre(tmp_path_factory.mktemp("cases"), sqlite_template, hashes) as found:
        yield found


@pytest.fixture
def desks(running: tuple[Centre, Settings]) -> Iterator[Any]:
    """`desks("window3")` is that member of staff's browser, signed in."""
    opened: dict[str, httpx.Client] = {}

    def desk(who: str = "window3") -> httpx.Client:
        if who not in opened:
            headers = {"accept": "text/html", "accept-language": "zh"}
            opened[who] = httpx.Client(base_url=running[0].url, headers=headers, trust_env=False, timeout=30)
            if who:
                opened[who].post("/sign-in", data={"account": who, "password": PASSWORD})
        return opened[who]

    yield desk
    for client in opened.values():
        client.close()


def count(running: tuple[Centre, Settings], kind: type[Any]) -> int:
    with beside(running[1]) as db:
        return db.read_now(lambda session: session.exec(select(func.count()).select_from(kind)).one())


def words(page: httpx.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<head>.*?</head>", "", page.text)).split())


def new_key(desk: httpx.Client) -> str:
    found = re.search(r'name="key" value="(\w+)"', desk.get("/cases/new").text)
    assert found is not None
    return found[1]


def register(desk: httpx.Client, **more: str) -> httpx.Response:
    return desk.post("/cases/new", data={**FIELDS, "key": new_key(desk), **more})


def test_visitor_is_sent_to_the_entrance_and_back(desks: Any) -> None:
    answer = desks("").get("/cases/new?ticket=x")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/cases/new%3Fticket%3Dx")


@pytest.mark.parametrize(
    ("who", "address", "status"),
    [("daozhen", "/cases", 403), ("admin", "/cases", 403), ("auditor", "/cases", 200), ("auditor", "/cases/new", 403),
     ("supervisor", "/cases", 200), ("supervisor", "/cases/new", 403), ("window3", "/cases/new", 200)],
)
def test_each_role_comes_as_far_as_it_may(desks: Any, who: str, address: str, status: int) -> None:
    assert desks(who).get(address).status_code == status


def test_form_sent_twice_gives_one_matter(desks: Any, running: tuple[Centre, Settings]) -> None:
    desk, before = desks(), count(running, Matter)
    form = {**FIELDS, "key": new_key(desk), "id_number": resident_id(1)}
    places = {desk.post("/cases/new", data=form).headers["location"] for _ in range(2)}
    assert len(places) == 1 and count(running, Matter) == before + 1
    paper = desk.get(places.pop())
    assert paper.headers["cache-control"] == "no-store" and "信访事项回执" in words(paper) and resident_id(1) not in paper.text


def test_what_was_typed_stays_and_every_fault_stands_beside_its_field(desks: Any) -> None:
    typed = {"id_number": ID[:-1] + "1", "phone": "123", "summary": "", "pin": "1111", "pin_again": "1111"}
    answer = register(desks(), **typed)
    assert answer.status_code == 422
    faults = re.findall(r'id="(\w+)-fault"', answer.text)
    assert sorted(faults) == ["id_number", "phone", "pin", "summary"]
    assert "证件号码有误：校验位对不上。请对照证件核对。" in words(answer)
    assert 'value="欧阳秀英"' in answer.text and 'value="123"' in answer.text and 'value="1111"' not in answer.text


def test_person_on_record_is_shown_masked_and_taken_when_confirmed(desks: Any, running: tuple[Centre, Settings]) -> None:
    desk, number = desks(), resident_id(2)
    register(desk, id_number=number, phone="13800138002")
    people = count(running, Person)
    asked = register(desk, id_number=number)
    assert asked.status_code == 409 and "138****8002" in asked.text and "13800138002" not in asked.text
    person = re.search(r'name="person" value="([\w-]+)"', asked.text)
    assert person is not None
    assert register(desk, id_number=number, person=person[1]).status_code == 303
    assert register(desk, id_number=resident_id(3), phone="13800138002").status_code == 303  # another ID, so another person
    without = {"id_kind": "none", "document": "none", "phone": "13800138002"}
    family = register(desk, **without)
    assert family.status_code == 409 and "不是同一人" in words(family)
    assert register(desk, **without, person="new").status_code == 303
    assert count(running, Person) == people + 2


def test_search_finds_by_number_telephone_and_id_without_leaving_a_trace(desks: Any, running: tuple[Centre, Settings]) -> None:
    desk, number = desks(), resident_id(4)
    place = register(desk, id_number=number, phone="13900139004").headers["location"].removesuffix("/receipt")
    for text in (number, number.lower(), "139 0013 9004", "+8613900139004"):
        found = desk.post("/cases", data={"q": text})
        assert found.status_code == 200 and re.findall(r'href="(/cases/[\w-]{36})"', found.text) == [place]
    matter = re.search(r"蚌检控申〔\d{4}〕\d+号", desk.get(place).text)
    assert matter is not None and place in desk.post("/cases", data={"q": matter[0]}).text
    assert "没有查到相关登记" in words(desk.post("/cases", data={"q": "13900139999"}))
    assert desk.post("/cases", data={"q": " "}).status_code == 303
    log = running[0].log.read_text()
    with beside(running[1]) as db:
        lines = db.read_now(lambda s: s.exec(select(JournalLine).where(JournalLine.act == "matters-searched")).all())
    assert len(lines) == 5 and {line.detail for line in lines} == {
        '{"hits":1,"kind":"id"}', '{"hits":1,"kind":"phone"}', '{"hits":0,"kind":"phone"}'}
    for personal in (number, "13900139004"):
        assert personal not in log and all(personal not in line.detail for line in lines)


def test_discreet_matter_is_not_there_for_others(desks: Any) -> None:
    place = register(desks(), id_number=resident_id(5), matter_class="report").headers["location"].removesuffix("/receipt")
    assert desks().get(place).status_code == 200
    assert desks("window1").get(place).status_code == 404 and place not in desks("window1").get("/cases?which=all").text
    assert place in desks("supervisor").get("/cases?which=all").text


def test_identity_checked_later_gives_the_receipt_then(desks: Any) -> None:
    desk = desks()
    paper = desk.get(register(desk, id_number=resident_id(6), document="none", pin="", pin_again="").headers["location"])
    assert "核验身份" in words(paper) and "<svg xmlns" not in paper.text
    place = re.search(r'href="(/cases/[\w-]{36}/identity)"', paper.text)
    assert place is not None
    wrong = desk.post(place[1], data={**FIELDS, "relation": "close_relative"})
    assert wrong.status_code == 422 and "这份证明与所选关系不符" in words(wrong)
    given = desk.post(place[1], data={**FIELDS, "relation": "close_relative", "proof": "household_book"})
    assert "随时查进展" in words(desk.get(given.headers["location"]))


def test_only_who_handles_may_answer_and_take_steps(desks: Any) -> None:
    place = register(desks(), id_number=resident_id(7)).headers["location"].removesuffix("/receipt")
    for act in ("reply", "state", "reveal"):
        assert desks("auditor").post(f"{place}/{act}", data={"reason": "x"}).status_code == 403
    moved = desks("supervisor").post(f"{place}/state", data={"seen": "registered", "to": "accepted"})
    assert moved.status_code == 303
    late = desks().post(f"{place}/state", data={"seen": "registered", "to": "not_accepted", "reason": "x"})
    assert late.status_code == 409 and "已受理" in words(late)
    kept = desks().post(f"{place}/reply", data={"kind": "procedural", "mode": "phone", "text": ""})
    assert kept.status_code == 422 and 'role="alert"' in kept.text
