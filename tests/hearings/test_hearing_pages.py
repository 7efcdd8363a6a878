"""The pages of a hearing as a browser without script meets them: who may come in, what is kept when something is wrong, what
quotes its article, and the way from the request to an approved plan."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import col, func, select

from hearings.tables import Hearing
from shared.outbox import Message
from shared.settings import Settings
from tests.cases.registry import beside, one_centre
from tests.centre import PASSWORD, Centre

FIELDS = {"case_number": "蚌检控申〔2026〕7号", "case_type": "criminal-appeal", "title": "一起刑事申诉案件听证会",
          "cause": "故意伤害", "ground": "facts", "reasons": "两份鉴定意见不一致",
          "minutes": "90", "panel_size": "3", "parties": "欧阳秀英\n王大海"}
PLAN = {"seen": "0", "prosecutor": "王芳", "questions": "鉴定意见能否采信", "officers_wanted": "法医学专家1名",
        "schedule": "七步进行", "risks": "情绪对立", "contingency": "法警在场"}


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, hashes: list[str]
) -> Iterator[tuple[Centre, Settings]]:
    with one_centre(tmp_path_factory.mktemp("hearings"), sqlite_template, hashes) as found:
        yield found


@pytest.fixture
def desks(running: tuple[Centre, Settings]) -> Iterator[Any]:
    """`desks("window3")` is that member of staff's browser, signed in."""
    opened: dict[tuple[str, str], httpx.Client] = {}

    def desk(who: str = "window3", language: str = "zh") -> httpx.Client:
        key = (who, language)
        if key not in opened:
            headers = {"accept": "text/html", "accept-language": language}
            opened[key] = httpx.Client(base_url=running[0].url, headers=headers, trust_env=False, timeout=30)
            opened[key].post("/sign-in", data={"account": who, "password": PASSWORD})
        return opened[key]

    yield desk
    for client in opened.values():
        client.close()


def words(page: httpx.Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<head>.*?</head>|<svg.*?</svg>", "", page.text))).split())


def form(desk: httpx.Client, **more: str) -> dict[str, str]:
    """The form as the page gives it, filled in, with moderator and clerk chosen."""
    page = desk.get("/desk/hearings/new").text
    key = re.search(r'name="key" value="(\w+)"', page)
    assert key is not None
    return {**FIELDS, "key": key[1], "moderator": staff(page, "3号窗口"), "clerk": staff(page, "1号窗口"), **more}


def staff(page: str, name: str) -> str:
    found = re.search(rf'<option value="([0-9a-f-]{{36}})"[^>]*>{name}', page)
    assert found is not None
    return found[1]


def made(desk: httpx.Client, **more: str) -> str:
    """A draft; its address."""
    answer = desk.post("/desk/hearings/new", data=form(desk, **more))
    assert answer.status_code == 303, words(answer)
    return str(answer.headers["location"])


def approved(desks: Any, **more: str) -> str:
    place = made(desks(), **more)
    assert desks().post(f"{place}/submit").status_code == 303
    for address in questions(desks("jianchazhang"), place):
        assert desks("jianchazhang").post(address, data={"granted": "yes"}).status_code == 303
    return place


def questions(desk: httpx.Client, place: str) -> list[str]:
    """Where the reader can answer the questions about a hearing."""
    return re.findall(r'action="(/desk/hearings/approvals/[0-9a-f-]{36})"', desk.get(place).text)


@pytest.mark.parametrize(
    ("who", "address", "status"),
    [("daozhen", "", 403), ("admin", "", 403), ("auditor", "", 200), ("auditor", "/new", 403), ("supervisor", "/new", 403),
     ("window3", "/new", 200), ("jianchazhang", "/approvals", 200), ("anguan", "", 200), ("admin", "/rules", 200)],
)
def test_each_role_comes_as_far_as_it_may(desks: Any, who: str, address: str, status: int) -> None:
    assert desks(who).get(f"/desk/hearings{address}").status_code == status


def test_wrong_entries_stay_and_the_article_stands_beside_them(desks: Any) -> None:
    typed = form(desks(), panel_size="2", title="王大海申诉案听证会", reasons="双方各执一词")
    answer = desks().post("/desk/hearings/new", data=typed)
    said = words(answer)
    assert answer.status_code == 422 and "双方各执一词" in answer.text and "王大海申诉案听证会" in answer.text
    assert "其中出现了个人姓名" in said and "第8条 听证员一般为三至七人。" in said and "高检发办字〔2020〕53号" in said


def test_same_form_sent_twice_makes_one_hearing(running: tuple[Centre, Settings], desks: Any) -> None:
    typed = form(desks())
    places = {desks().post("/desk/hearings/new", data=typed).headers["location"] for _ in range(2)}
    with beside(running[1]) as db:
        wanted = select(func.count()).select_from(Hearing).where(Hearing.request_key == typed["key"])
        assert (len(places), db.read_now(lambda session: session.exec(wanted).one())) == (1, 1)


def test_opening_a_minors_hearing_is_refused_with_its_article(desks: Any) -> None:
    answer = desks().post("/desk/hearings/new", data=form(desks(), minor="yes", openness="open", openness_reason="重大"))
    assert answer.status_code == 422 and "第5条" in words(answer)
    place = approved(desks, minor="yes")
    later = desks().post(f"{place}/openness", data={"wanted": "open", "reason": "家属同意"})
    assert later.status_code == 409 and "当事人是未成年人的案件一般不公开" in words(later)


def test_handler_sees_who_must_act_next(desks: Any) -> None:
    place = made(desks())
    assert "填写并提交申请 承办人" in words(desks().get(place))
    desks().post(f"{place}/submit")
    assert "批准听证 检察长或受托人" in words(desks().get(place)) and questions(desks(), place) == []


def test_chief_approves_and_the_applicant_is_told(running: tuple[Centre, Settings], desks: Any) -> None:
    place = made(desks(), initiative="application", applicant="李小红", applicant_phone="13800138000")
    desks().post(f"{place}/submit")
    (address,) = questions(desks("jianchazhang"), place)
    unreasoned = desks("jianchazhang").post(address, data={"granted": "no", "text": ""})
    assert unreasoned.status_code == 422 and "不同意的，应当说明理由" in words(unreasoned)
    assert desks("jianchazhang").post(address, data={"granted": "no", "text": "事实清楚"}).status_code == 303
    assert "不予听证" in words(desks().get(place))
    with beside(running[1]) as db:
        about = f"application:{place.rsplit('/', 1)[1].replace('-', '')}"
        wanted = select(Message.channel).where(col(Message.about) == about)
        assert list(db.read_now(lambda session: session.exec(wanted).all())) == ["sms"]


def test_closed_hearing_is_not_there_for_colleagues(desks: Any) -> None:
    place = made(desks(), case_type="arrest-review")
    assert desks().get(place).status_code == 200
    for address in (place, f"{place}/people", f"{place}/plan"):
        assert desks("window2").get(address).status_code == 404
    assert place not in desks("window2").get("/desk/hearings?which=all").text
    seen = words(desks("supervisor").get(place))
    assert "案件内容仅限相关人员查看" in seen and "两份鉴定意见不一致" not in seen


def test_delegate_answers_and_the_delegation_can_be_ended(desks: Any) -> None:
    chief, place = desks("jianchazhang"), made(desks())
    page = chief.get("/desk/hearings/approvals").text
    told = {"staff": staff(page, "值班主任"), "questions": "hearing", "document": "蚌检发〔2026〕5号", "begins_on": "2026-01-01",
            "ends_on": "2099-12-31"}
    assert chief.post("/desk/hearings/approvals/delegations", data={**told, "document": ""}).status_code == 422
    assert chief.post("/desk/hearings/approvals/delegations", data=told).status_code == 303
    desks().post(f"{place}/submit")
    (address,) = questions(desks("supervisor"), place)
    assert desks("supervisor").post(address, data={"granted": "yes", "text": "同意"}).status_code == 303
    assert "（受托）" in words(desks().get(place))
    ended = re.search(r"/desk/hearings/approvals/delegations/[\w-]{36}/end", chief.get("/desk/hearings/approvals").text)
    assert ended is not None and chief.post(ended[0]).status_code == 303
    assert "已终止" in words(chief.get("/desk/hearings/approvals"))
    assert "delegations/" not in "".join(re.findall(r'action="([^"]+/end)"', chief.get("/desk/hearings/approvals").text))


def test_participants_are_masked_until_a_reason_is_given(desks: Any) -> None:
    place = made(desks())
    told = {"role": "agent", "name": "程远志", "unit": "淮河律师事务所", "phone": "13955200002", "needs": "wheelchair"}
    assert desks().post(f"{place}/people", data={**told, "phone": "1"}).status_code == 422
    assert desks().post(f"{place}/people", data=told).status_code == 303
    page = desks().get(f"{place}/people")
    assert "程**" in words(page) and "程远志" not in page.text and "轮椅" in words(page)
    assert desks().post(f"{place}/people/reveal", data={"reason": ""}).status_code == 422
    assert "程远志" in desks().post(f"{place}/people/reveal", data={"reason": "电话通知"}).text
    assert "查看参加人完整信息" in words(desks().get(place))


def test_plan_is_kept_in_versions_compared_printed_and_approved(desks: Any) -> None:
    place = approved(desks)
    page = desks().get(f"{place}/plan").text
    typed = {**PLAN, "moderator": staff(page, "3号窗口"), "clerk": staff(page, "1号窗口")}
    assert desks().post(f"{place}/plan/draft", data={**typed, "risks": "正在填写"}).status_code == 204
    assert "正在填写" in desks().get(f"{place}/plan").text
    assert desks().post(f"{place}/plan", data=typed).status_code == 303
    stale = desks().post(f"{place}/plan", data={**typed, "risks": "另一人写的"})
    assert stale.status_code == 409 and "另一人写的" in stale.text and "同事刚刚保存了另一个版本" in words(stale)
    assert desks().post(f"{place}/plan", data={**typed, "seen": "1", "risks": "情绪较为对立"}).status_code == 303
    compared = desks().get(f"{place}/plan/versions/2")
    assert re.search(r"<ins>.*?较为</ins>", compared.text) and "欧阳秀英" in compared.text
    assert "情绪较为对立" in words(desks().get(f"{place}/plan/print"))
    pdf = desks().get(f"{place}/plan/pdf")
    assert pdf.headers["content-type"] == "application/pdf" and pdf.content.startswith(b"%PDF")
    assert desks().post(f"{place}/plan/submit").status_code == 303
    (address,) = questions(desks("jianchazhang"), place)
    desks("jianchazhang").post(address, data={"granted": "yes"})
    assert "第 2 版 已批准" in words(desks().get(f"{place}/plan"))


def test_search_goes_by_number_and_never_into_an_address(desks: Any) -> None:
    place = made(desks(), title="一起特别的听证会")
    found = desks().post("/desk/hearings", data={"q": "特别的"})
    assert found.status_code == 200 and place in found.text
    assert "没有找到相符的听证" in words(desks().post("/desk/hearings", data={"q": "没有这个"}))


def test_newer_rule_takes_its_place_from_its_day_on(desks: Any) -> None:
    told = {"key": "hearing.yearly_cap", "value": "15", "source": "本院听证工作规定2099年修订", "effective_from": "2099-01-01"}
    assert desks().post("/desk/hearings/rules/numbers", data=told).status_code == 403
    desk = desks("supervisor")
    for wrong in ({"value": "x"}, {"source": ""}, {"effective_from": "2020-01-01"}, {"effective_from": ""}):
        answer = desk.post("/desk/hearings/rules/numbers", data={**told, **wrong})
        assert answer.status_code == 422 and answer.text.count('name="key" value="hearing.yearly_cap"') == 1
    assert desk.post("/desk/hearings/rules/numbers", data=told).status_code == 303
    assert "将于 2099-01-01 起 待生效" in words(desk.get("/desk/hearings/rules"))
    article = {"code": "panel-size", "text_zh": "听证员为五人。", "text_en": "A panel has five officers.", "source": "修订",
               "effective_from": "2099-01-01"}
    assert desk.post("/desk/hearings/rules/articles", data=article).status_code == 303
    refused = desks().post("/desk/hearings/new", data=form(desks(), panel_size="9"))
    assert "听证员一般为三至七人。" in words(refused) and "听证员为五人。" not in words(refused)


@pytest.mark.parametrize("address", ["", "/new", "/approvals", "/rules", "?which=mine", "?which=over"])
def test_every_page_speaks_english_as_well(desks: Any, address: str) -> None:
    who = "supervisor" if address == "/rules" else "jianchazhang" if address == "/approvals" else "window3"
    page = desks(who, "en").get(f"/desk/hearings{address}")
    assert page.status_code == 200 and 'lang="en"' in page.text and "Hearings" in words(page)
