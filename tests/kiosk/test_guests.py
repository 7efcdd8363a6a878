"""The phone page, the one code address and the look-up as a browser without script meets them, on the running centre."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import select
from websockets.sync.client import connect

from cases import receipts
from cases.intake import Registered
from cases.tables import Person
from kiosk.guests import visit_of
from kiosk.picture import Picture, look
from kiosk.tables import Promise, Ticket
from shared.settings import Settings
from shared.vault import Vault
from tests.cases.registry import CHECK, Register, beside, one_centre, resident_id
from tests.centre import Centre, token_for

NOBODYS = "0123456789abcdefghjkmnpqrs"
ASK = "请输入查询密码或证件号码后四位。"


class Visitors:
    """The running centre seen from phones; the hall is worked through its API."""

    def __init__(self, centre: Centre, token: str, settings: Settings) -> None:
        self.centre, self.settings = centre, settings
        self.api = httpx.Client(base_url=f"{centre.url}/api/v1", headers={"Authorization": f"Bearer {token}"}, trust_env=False)
        self.phone = httpx.Client(base_url=centre.url, headers={"accept": "text/html", "accept-language": "zh"}, trust_env=False)

    def take(self, service: str = "compensation-aid", **more: Any) -> dict[str, Any]:
        made: dict[str, Any] = self.api.post("/tickets", json={"service": service, **more}).json()
        return made

    def window(self, act: str, window: str = "4") -> dict[str, Any]:
        answer = self.api.post(f"/windows/{window}/{act}")
        assert answer.status_code in (200, 204), answer.text
        return answer.json() if answer.content else {}

    def open(self, ticket: dict[str, Any], **more: Any) -> httpx.Response:
        return self.phone.get(f"/t/{ticket['code']}", **more)

    def press(self, ticket: dict[str, Any], act: str, **form: str) -> httpx.Response:
        return self.phone.post(f"/t/{ticket['code']}/{act}", data=form, follow_redirects=True)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, hashes: list[str]) -> Iterator[Visitors]:
    """One centre for all tests of this file."""
    with one_centre(tmp_path_factory.mktemp("guests"), sqlite_template, hashes) as (centre, settings):
        made = Visitors(centre, token_for(settings), settings)
        yield made
        made.api.close()
        made.phone.close()


@pytest.fixture
def visitors(running: Visitors) -> Visitors:
    """With an empty waiting room and a phone that remembers nothing."""
    while running.window("call-next"):
        pass
    running.phone.cookies.clear()
    return running


@pytest.fixture
def register(visitors: Visitors) -> Iterator[Register]:
    """The register of the running centre, worked at a window today."""
    with beside(visitors.settings) as db:
        yield Register(db, Vault.open(visitors.settings.data), datetime.now(UTC))


def receipt(register: Register) -> tuple[Registered, str]:
    """A newcomer's matter and the code of its receipt, whose PIN is 4072."""
    made = register.register(CHECK, id_number=resident_id(len(register.all(Person))), person="new")
    return made, register.codes()[-1]


def words(page: httpx.Response) -> str:
    """What a person reads on the page."""
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<head>.*?</head>", "", page.text)).split())


def state(page: httpx.Response) -> str:
    found = re.search(r'data-state="(\w+)"', page.text)
    return found[1] if found else ""


def test_phone_follows_a_visit_from_the_number_to_the_farewell(visitors: Visitors) -> None:
    for _ in range(3):
        visitors.take()
    mine = visitors.take(lane="elderly", needs=["wheelchair"])
    others = [visitors.take("legal-consultation") for _ in range(2)]
    page = visitors.open(mine)
    assert (page.status_code, page.headers["cache-control"], state(page)) == (200, "no-store", "waiting")
    assert f"您的号码 · 国家赔偿与司法救助 {mine['number']}" in words(page)
    assert '<noscript><meta http-equiv="refresh"' in page.text
    for hidden in ("elderly", "wheelchair", "60岁", "老年", "轮椅", "优先"):
        assert hidden not in page.text
    assert "下一位就是您" in words(page)  # twenty minutes' head start, said to nobody

    visitors.window("call-next")
    called = visitors.open(mine)
    assert state(called) == "called" and "请到 4号窗口" in words(called)
    visitors.window("recall")
    assert re.findall(r'data-call="(\d+)"', visitors.open(mine).text) != re.findall(r'data-call="(\d+)"', called.text)
    visitors.window("start")
    assert "正在4号窗口为您办理" in words(visitors.open(mine))
    refused = visitors.press(mine, "cancel")
    assert refused.status_code == 409 and "Please tell the staff" not in refused.text
    assert state(refused) == "serving" and 'role="alert"' in refused.text
    visitors.window("hold")
    assert state(visitors.open(mine)) == "on_hold"
    visitors.window("call-next")
    assert state(visitors.open(others[0])) == "waiting"


def test_missed_call_is_taken_up_again_by_one_press_or_by_three(visitors: Visitors) -> None:
    mine = visitors.take()
    visitors.window("call-next")
    visitors.window("miss")
    assert "我回来了" in words(visitors.open(mine))
    assert [state(visitors.press(mine, "back")) for _ in range(3)] == ["waiting"] * 3


def test_more_time_counts_once_for_each_press_and_twice_in_all(visitors: Visitors) -> None:
    mine = visitors.take()
    first = visitors.open(mine)
    assert "15 分钟内先不叫您" in words(first) and "还可以用 2 次" in words(first)
    for _ in range(2):
        paused = visitors.press(mine, "more-time", times="0")
    assert paused.status_code == 200 and "之前不会叫您的号" in words(paused)
    with beside(visitors.settings) as db:
        ticket = db.read_now(lambda s: s.exec(select(Ticket).where(Ticket.code == mine["code"])).one())
        change = db.read_now(look, ticket.hall_id, -1, -1, datetime.now(UTC))
    assert ticket.deferrals == 1 and change.plan is not None
    picture = Picture(change.plan)
    picture.apply(change)
    later = visit_of(picture, picture.by_code[mine["code"]], ticket.ready_at)
    assert (later.deferrals_left, later.can_defer, later.back_at) == (1, True, None)


def test_cancel_asks_first_and_then_ends_the_visit_once(visitors: Visitors) -> None:
    mine = visitors.take()
    asked = visitors.phone.get(f"/t/{mine['code']}/cancel")
    assert f"要取消 {mine['number']} 号吗？" in words(asked) and state(visitors.open(mine)) == "waiting"
    assert [state(visitors.press(mine, "cancel")) for _ in range(2)] == ["cancelled", "cancelled"]
    assert visitors.phone.get(f"/t/{mine['code']}/cancel").status_code == 303
    late = visitors.press(mine, "more-time", times="0")
    assert late.status_code == 409 and state(late) == "cancelled"


def test_socket_sends_the_same_place_as_the_page_and_speaks_its_language(visitors: Visitors) -> None:
    mine = visitors.take()
    address = visitors.centre.url.replace("http", "ws") + f"/live/ticket/{mine['code']}?lang=en"
    with connect(address) as socket:
        assert "You are next" in json.loads(socket.recv())["content"]
        visitors.window("call-next")
        seen = ""
        while "Window 4" not in seen:
            seen = json.loads(socket.recv(timeout=5)).get("content", "")
    assert 'data-state="called"' in seen


def test_language_asked_for_stays(visitors: Visitors) -> None:
    mine = visitors.take()
    assert "Before you" in words(visitors.open(mine, params={"lang": "en"}))
    assert "Before you" in words(visitors.open(mine))
    assert "前面还有" in words(visitors.open(mine, params={"lang": "zh-CN"}))


def test_code_is_understood_however_it_is_typed(visitors: Visitors) -> None:
    mine = visitors.take()
    code = mine["code"]
    typed = f" {code[:4]}-{code[4:10].upper()} {code[10:]} "
    sent = visitors.phone.post("/c", data={"text": typed})
    assert (sent.status_code, sent.headers["location"]) == (303, f"/c/{code}")
    for address in (f"/c/{code}", f"/c/{code.upper()}", f"/t/{code.upper()}"):
        answer = visitors.phone.get(address)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/t/{code}")
    assert visitors.phone.get(f"/c/{code}", params={"at": "kiosk"}).headers["location"] == f"/kiosk/tickets/{code}"


def test_codes_that_open_nothing_all_look_the_same(visitors: Visitors, register: Register) -> None:
    made, code = receipt(register)
    assert ASK in visitors.phone.get(f"/c/{code}").text
    register.act(receipts.revoke_receipt, receipt_id=made.receipt_id)
    gets = [f"/t/{NOBODYS}", "/t/x", f"/t/{NOBODYS}/cancel", f"/c/{NOBODYS}", "/c/x", f"/c/{code}", f"/i/{NOBODYS}", "/i/x"]
    posts = [f"/t/{NOBODYS}/cancel", f"/t/{NOBODYS}/back", f"/t/{NOBODYS}/more-time", f"/c/{NOBODYS}", f"/c/{code}"]
    answers = [visitors.phone.get(address) for address in gets]
    answers += [visitors.phone.post(address, data={"text": "4072"}) for address in posts]
    assert {(answer.status_code, words(answer)) for answer in answers} == {(404, words(answers[0]))}
    assert 'data-code="unknown-code"' in answers[0].text


def test_hearings_says_honestly_that_there_is_none(visitors: Visitors) -> None:
    page = visitors.phone.get("/hearings")
    assert page.status_code == 200 and "目前没有公开听证公告。" in words(page)


def test_look_up_shows_nothing_before_the_second_factor_and_little_after_it(visitors: Visitors, register: Register) -> None:
    (made, code), phone = receipt(register), visitors.phone
    due = register.file(made.matter_id).duties[0].due
    alone = phone.get(f"/c/{code}")
    assert words(alone) == (
        "演示中心 这里的内容都是虚构的，与真实的人和案件无关。 12309检察服务中心 English 查询我的案件 "
        f"{ASK} 1 2 3 4 5 6 7 8 9 0 X 删除 查看进展 "
        "查询密码是您在窗口设置的。忘记了？带证件到窗口重新领取回执即可。 有疑问请拨打 12309"
    )
    assert phone.get(f"/c/{code}/case").headers["location"] == f"/c/{code}"
    wrong = phone.post(f"/c/{code}", data={"text": "9999"})
    assert wrong.status_code == 422 and "还可以再试 4 次" in words(wrong) and made.number not in wrong.text

    opened = phone.post(f"/c/{code}", data={"text": "4072"})
    assert (opened.status_code, opened.headers["location"]) == (303, f"/c/{code}/case")
    cookie = opened.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", f"Path=/c/{code}", "Max-Age=300"))
    case = phone.get(f"/c/{code}/case")
    assert (case.status_code, case.headers["cache-control"]) == (200, "no-store")
    assert made.number in case.text and f"最迟{due.year}年{due.month}月{due.day}日前给您程序性答复" in words(case)
    for hidden in ("欧阳", "13800138000", "不服判决", "002X"):
        assert hidden not in case.text
    assert re.search(r'<noscript><meta http-equiv="refresh" content="(29\d|300);url=/c/', case.text)
    log = visitors.centre.log.read_text()
    assert code not in log and "4072" not in log

    phone.post(f"/c/{code}/close")
    assert phone.get(f"/c/{code}/case").status_code == 303


def test_look_up_closes_after_five_wrong_tries(visitors: Visitors, register: Register) -> None:
    _, code = receipt(register)
    tried = [visitors.phone.post(f"/c/{code}", data={"text": text}) for text in ("", *["9999"] * 5, "4072")]
    assert [answer.status_code for answer in tried] == [422, 422, 422, 422, 422, 429, 429]
    assert "30 分钟后再试" in words(tried[-1]) and "查看进展" not in words(tried[-1])


def test_pass_of_one_code_opens_no_other(visitors: Visitors, register: Register) -> None:
    (_, first), (_, second) = receipt(register), receipt(register)
    opened = visitors.phone.post(f"/c/{first}", data={"text": "4072"})
    stolen = opened.cookies["nuanyi_lookup"]
    answer = httpx.get(f"{visitors.centre.url}/c/{second}/case", headers={"cookie": f"nuanyi_lookup={stolen}"}, trust_env=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/c/{second}")
    forged = stolen[:-4] + "AAAA"
    answer = httpx.get(f"{visitors.centre.url}/c/{first}/case", headers={"cookie": f"nuanyi_lookup={forged}"}, trust_env=False)
    assert answer.status_code == 303


# The order, explained ---------------------------------------------------------------------------------------------------


def test_a_phone_says_who_went_before_and_why_without_naming_anybody(visitors: Visitors) -> None:
    earlier, mine = visitors.take(), visitors.take()
    favoured = visitors.take(lane="elderly")
    called = [visitors.window("call-next")["number"] for _ in range(2)]
    assert sorted(called) == sorted([earlier["number"], favoured["number"]])
    page = visitors.phone.get(f"/t/{mine['code']}/order").text
    assert "到现在为止，在您前面叫了2人。" in page
    assert "1人来得比您早。" in page
    assert re.search(r"1人依规定享有提前量。比您晚到\d+分钟。", page)
    assert not any(number in page for number in called)
    assert "老年人" not in page.split("<details")[0]
    at_kiosk = visitors.phone.get(f"/kiosk/tickets/{mine['code']}/order?lang=en").text
    assert "1 has a head start by our rules." in at_kiosk
    assert f'href="/t/{mine["code"]}/order"' in visitors.open(mine).text


def test_the_rules_are_printed_with_the_offices_own_numbers(visitors: Visitors) -> None:
    page = visitors.phone.get("/order?lang=en").text
    assert "Nobody who comes more than 45 minutes after you is called before you at a window that could serve you." in page
    assert "Aged 60 or over" in page
    assert "Whoever has waited 60 minutes is called next, at every second call at the latest." in page
    assert "比您晚到45分钟以上的人" in visitors.phone.get("/kiosk/order?lang=zh-CN").text
    assert visitors.phone.get("/t/0123456789abcdefghjkmnpqrs/order").status_code == 404


def test_the_wait_that_is_answered_with_a_number_is_the_promise_in_the_books(visitors: Visitors) -> None:
    ticket = visitors.take()
    with beside(visitors.settings) as db:
        made = db.read_now(lambda s: s.exec(select(Promise).join(Ticket).where(Ticket.code == ticket["code"])).one())
    assert {"low": made.low, "high": made.high} == ticket["wait_minutes"]
