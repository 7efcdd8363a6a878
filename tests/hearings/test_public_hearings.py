"""The public pages of hearings as anybody meets them: what is announced and what never is, feeds, applying, the notice behind its
link; and the desk's pages beside them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import httpx
import pytest
from icalendar import Calendar
from sqlmodel import Session, col, select

from hearings.invitations.tables import Notice, NoticeKind, NoticeProof, Observer
from hearings.notices.actions import give_notice
from hearings.notices.sending import link
from hearings.tables import Hearing, HearingState, Participant, Room
from shared.settings import Settings
from shared.vault import Vault
from tests.cases.registry import beside, one_centre, resident_id
from tests.centre import PASSWORD, Centre
from tests.hearings.staging import Stage
from tests.hearings.test_notices import move

S, K = HearingState, NoticeKind
ATOM = "{http://www.w3.org/2005/Atom}"
FIELDS = {"kind": "citizen", "name": "赵春梅", "id_kind": "resident_id", "phone": "13800138000"}


class Public:
    """A running centre with its hearings, a browser without script, and the stage beside it."""

    def __init__(self, centre: Centre, settings: Settings, stage: Stage) -> None:
        self.url, self.settings, self.stage = centre.url, settings, stage
        self.opened: list[httpx.Client] = []
        self.own = Settings.read({"NUANYI_DATA": str(settings.data), "NUANYI_BASE_URL": centre.url})

    def browser(self, who: str = "", language: str = "zh") -> httpx.Client:
        client = httpx.Client(base_url=self.url, headers={"accept": "text/html", "accept-language": language}, trust_env=False,
                              timeout=30)
        self.opened.append(client)
        if who:
            client.post("/sign-in", data={"account": who, "password": PASSWORD})
        return client

    def hearing(self, *kinds: K, **more: Any) -> UUID:
        made = self.stage.hearing(S.PANEL_READY, **more)
        for kind in kinds:
            self.stage.act(give_notice, hearing_id=made, kind=kind, sealing=self.stage.vault, settings=self.own)
        return made

    def change(self, hearing: UUID, **values: Any) -> None:
        def act(session: Session) -> None:
            row = session.get_one(Hearing, hearing)
            for name, value in values.items():
                setattr(row, name, value)

        self.stage.db.write_now(act)


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, hashes: list[str]
) -> Iterator[tuple[Centre, Settings]]:
    with one_centre(tmp_path_factory.mktemp("public"), sqlite_template, hashes) as found:
        yield found


@pytest.fixture
def public(running: tuple[Centre, Settings]) -> Iterator[Public]:
    centre, settings = running
    with beside(settings) as db:
        made = Public(centre, settings, Stage(db, Vault.open(settings.data), start=datetime.now(UTC).replace(microsecond=0)))
        yield made
        for browser in made.opened:
            browser.close()


def words(page: httpx.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<head>.*?</head>", "", page.text)).split())


def feeds(public: Public) -> str:
    browser = public.browser()
    return "".join(browser.get(address).text for address in ("/hearings", "/hearings/feed.xml", "/hearings/calendar.ics"))


# What is announced, and what never is --------------------------------------------------------------------------------


def test_announced_hearing_is_on_the_list_the_page_and_both_feeds(public: Public) -> None:
    hearing = public.hearing(K.PUBLIC, title="一起征地补偿争议听证会", case_type="administrative-supervision")
    browser = public.browser()
    assert "一起征地补偿争议听证会" in words(browser.get("/hearings"))
    page = words(browser.get(f"/hearings/{hearing}"))
    for said in ("第一听证室", "09:30–11:00", "行政诉讼监督案件", "我要旁听", "未经许可不得录音", "带上本人身份证件", "12309"):
        assert said in page
    assert "I would like to attend" in words(public.browser(language="en").get(f"/hearings/{hearing}"))
    entries = ElementTree.fromstring(browser.get("/hearings/feed.xml").content).findall(f"{ATOM}entry")
    assert f"urn:uuid:{hearing}" in [entry.findtext(f"{ATOM}id") for entry in entries]
    calendar = Calendar.from_ical(browser.get(f"/hearings/{hearing}/calendar.ics").content)
    (event,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["SUMMARY"], event.get("ATTENDEE"), event["ORGANIZER"]) == (
        "PUBLISH", "一起征地补偿争议听证会", None, "mailto:hearing@localhost")


@pytest.mark.parametrize("why", ["closed", "unannounced", "closed later", "minor later", "unknown"])
def test_closed_hearing_is_not_there_like_any_unknown_one(public: Public, why: str) -> None:
    title = f"不该出现的听证会{why.encode().hex()}"
    if why in ("closed", "unannounced"):
        hearing = public.hearing(K.PARTICIPANTS, opens=why != "closed", title=title)
    elif why == "unknown":
        hearing = UUID("01a209d7-10a0-7d22-ae9f-85730eb08543")
    else:
        hearing = public.hearing(K.PUBLIC, title=title)
        assert title in feeds(public)
        public.change(hearing, **({"open": False} if why == "closed later" else {"minor": True}))
    browser = public.browser()
    answers = [browser.get(f"/hearings/{hearing}{rest}") for rest in ("", "/apply", "/calendar.ics", "/applied")]
    answers.append(browser.post(f"/hearings/{hearing}/apply", data={**FIELDS, "id_number": resident_id(1)}))
    nothing = words(browser.get("/hearings/01a209d7-0000-7000-8000-000000000000"))
    assert {(answer.status_code, words(answer)) for answer in answers} == {(404, nothing)}
    assert title not in feeds(public)


def test_moved_and_cancelled_hearings_say_so_until_their_day(public: Public) -> None:
    hearing = public.hearing(K.PUBLIC, title="一起林权纠纷听证会")
    move(public.stage, hearing, days=20)
    browser = public.browser()
    assert "这场听证的时间或地点正在变更。" in words(browser.get(f"/hearings/{hearing}"))
    assert browser.get(f"/hearings/{hearing}/apply").status_code == 303
    assert "（时间变更中）一起林权纠纷听证会" in browser.get("/hearings/feed.xml").text
    public.change(hearing, state=S.CANCELLED)
    assert "这场听证已取消。" in words(browser.get("/hearings"))
    (event,) = Calendar.from_ical(browser.get(f"/hearings/{hearing}/calendar.ics").content).walk("VEVENT")
    assert (event["STATUS"], int(event["SEQUENCE"]) > 0) == ("CANCELLED", True)


def test_nobody_is_named_on_any_public_page(public: Public) -> None:
    hearing = public.hearing(K.PUBLIC, K.NAMES, K.PARTICIPANTS, title="一起工伤认定争议听证会")
    public.browser().post(f"/hearings/{hearing}/apply", data={**FIELDS, "id_number": resident_id(7)})
    seen = feeds(public) + public.browser().get(f"/hearings/{hearing}").text
    for name in ("欧阳秀英", "李明", "王大海", "陈建国", "王芳", "赵春梅", "故意伤害"):
        assert name not in seen


# Applying ------------------------------------------------------------------------------------------------------------


def test_who_applies_sees_their_own_page_and_can_give_the_seat_back(public: Public) -> None:
    hearing, browser = public.hearing(K.PUBLIC, title="一起噪声污染听证会"), public.browser()
    key = re.search(r'name="key" value="(\w+)"', browser.get(f"/hearings/{hearing}/apply").text)
    assert key is not None
    sent = {**FIELDS, "id_number": resident_id(11), "key": key[1], "wheelchair": "yes"}
    made = browser.post(f"/hearings/{hearing}/apply", data=sent)
    own = made.headers["location"]
    assert made.status_code == 303 and re.fullmatch(r"/o/[0-9a-z]{26}", own)
    assert browser.post(f"/hearings/{hearing}/apply", data=sent).headers["location"] == own
    page = browser.get(own)
    assert "您的旁听席已确认" in words(page) and "赵**" in words(page) and resident_id(11) not in page.text
    assert browser.get(own.replace("/o/", "/c/")).headers["location"] == own
    media = {**FIELDS, "kind": "media", "outlet": "淮河晚报", "id_number": resident_id(12), "phone": "13800138012"}
    assert "新闻记者证" in words(browser.get(browser.post(f"/hearings/{hearing}/apply", data=media).headers["location"]))
    to = {"at": f"{public.stage.now(20):%Y-%m-%d}T14:30", "to": str(public.stage.all(Room)[0].id)}
    move = public.browser("window3").get(f"/desk/hearings/{hearing}/time/move", params=to)
    assert "2 人由系统短信告知" in words(move), "a move says whom it concerns, also one that is refused"
    assert "要取消旁听吗？" in words(browser.get(f"{own}/cancel"))
    for _ in range(2):
        assert browser.post(f"{own}/cancel").headers["location"] == own
    assert browser.get(f"{own}/cancel").headers["location"] == own, "there is nothing to cancel any more"
    assert "您已取消旁听" in words(browser.get(own))


def test_form_keeps_what_was_typed_and_says_what_is_wrong(public: Public) -> None:
    hearing, browser = public.hearing(K.PUBLIC), public.browser()
    sent = {**FIELDS, "kind": "media", "name": "周记者<b>", "id_number": "340302198001011233", "phone": "138"}
    page = browser.post(f"/hearings/{hearing}/apply", data=sent)
    assert page.status_code == 422 and "有 3 处需要修改" in words(page)
    assert 'value="周记者&lt;b&gt;"' in page.text and 'value="340302198001011233"' in page.text
    assert 'value="media" checked' in page.text


def test_repeated_person_learns_nothing_on_the_screen(public: Public) -> None:
    hearing, browser = public.hearing(K.PUBLIC), public.browser()
    sent = {**FIELDS, "id_number": resident_id(21), "phone": "13700137021"}
    browser.post(f"/hearings/{hearing}/apply", data=sent)
    for phone in ("13700137021", "13700137099"):
        again = browser.post(f"/hearings/{hearing}/apply", data={**sent, "phone": phone, "name": "别人"})
        assert again.headers["location"] == f"/hearings/{hearing}/applied"
    assert "重新发到该手机" in words(browser.get(f"/hearings/{hearing}/applied"))


def test_unknown_codes_all_get_one_answer(public: Public) -> None:
    browser = public.browser()
    answers = [browser.get(f"/o/{code}{rest}") for code in ("0" * 26, "x", "…") for rest in ("", "/cancel")]
    answers.append(browser.post(f"/o/{'0' * 26}/cancel"))
    assert {(answer.status_code, words(answer)) for answer in answers} == {(404, words(answers[0]))}


# The notice behind its link ------------------------------------------------------------------------------------------


def letter_links(public: Public, hearing: UUID, kind: K) -> list[str]:
    def look(session: Session) -> list[str]:
        notice = session.exec(select(Notice).where(Notice.hearing_id == hearing, Notice.kind == kind)).one()
        people = session.exec(select(Participant).where(Participant.hearing_id == hearing)).all()
        end = public.stage.now(30)
        return [link(notice.id, one.id, end, public.stage.vault, public.own) for one in people]

    return [one.removeprefix(public.url) for one in public.stage.db.read_now(look)]


def test_looking_at_a_notice_confirms_nothing_and_pressing_does_once(public: Public) -> None:
    hearing, browser = public.hearing(K.PARTICIPANTS, K.NAMES), public.browser()
    first, *_ = letter_links(public, hearing, K.PARTICIPANTS)

    def proven() -> int:
        wanted = select(NoticeProof).join(Notice, col(Notice.id) == col(NoticeProof.notice_id))
        wanted = wanted.where(Notice.hearing_id == hearing)
        return len(public.stage.db.read_now(lambda s: s.exec(wanted).all()))

    for _ in range(3):
        page = words(browser.get(first))
    assert "故意伤害" in page and "欧阳**" in page and proven() == 0
    for _ in range(2):
        assert browser.post(first).headers["location"] == first
    assert "您已于" in words(browser.get(first)) and proven() == 1
    names, *_ = letter_links(public, hearing, K.NAMES)
    page = words(browser.get(names))
    assert "陈建国 人大代表" in page and "您有权申请回避" in page and "故意伤害" not in page


def test_withdrawn_notice_says_so_and_forged_links_open_nothing(public: Public) -> None:
    hearing, browser = public.hearing(K.PARTICIPANTS), public.browser()
    first, *_ = letter_links(public, hearing, K.PARTICIPANTS)
    move(public.stage, hearing, days=25)
    assert "这份通知已作废。" in words(browser.get(first)) and "我已收到" not in words(browser.get(first))
    assert browser.get(first[:-2] + "xx").status_code == 404


# The desk ------------------------------------------------------------------------------------------------------------


def test_desk_gives_notices_proves_them_and_shows_the_gate(public: Public) -> None:
    hearing, desk = public.hearing(), public.browser("window3")
    address = f"/desk/hearings/{hearing}/notices"
    assert "最晚告知时间" in words(desk.get(address)) and "未发出" in words(desk.get(address))
    for kind in ("public", "participants", "names"):
        assert desk.post(address, data={"kind": kind}).status_code == 303
    page = desk.get(address)
    assert "3 人尚无证明" in words(page)
    for action in re.findall(r'action="(/desk/hearings/[^"]+/proof)"', page.text):
        soon = f"{datetime.now() + timedelta(hours=8):%Y-%m-%dT00:00}"
        bad = desk.post(action, data={"method": "phone", "at": soon, "evidence": ""})
        assert bad.status_code == 422 and "告知送达" in words(bad)
        assert desk.post(action, data={"method": "phone", "at": soon, "evidence": "通话 3 分钟"}).status_code == 303
    assert "应告知的人员均已告知，且有证明。" in words(desk.get(address))
    printed = desk.post(re.findall(r'action="(/desk/hearings/[^"]+/print)"', page.text)[0])
    assert printed.headers["content-type"] == "application/pdf" and printed.content.startswith(b"%PDF")


def test_too_late_is_refused_with_the_moment_the_article_and_a_way_out(public: Public) -> None:
    hearing, desk = public.hearing(days=2), public.browser("window3")
    address = f"/desk/hearings/{hearing}/notices"
    page = words(answer := desk.post(address, data={"kind": "participants"}))
    assert answer.status_code == 409 and "最晚应在" in page and "第10条" in page and "放弃期限并经批准" in page
    asked = desk.post(f"{address}/waive", data={"whom": "all", "reason": "各方同意"})
    assert asked.status_code == 303 and "已申请放弃" in words(desk.get(address))
    chief = public.browser("jianchazhang")
    assert answer_newest(chief, "no", "只有口头同意") == 303 and "已申请放弃" not in words(desk.get(address))
    assert desk.post(address, data={"kind": "participants"}).status_code == 409
    desk.post(f"{address}/waive", data={"whom": "all", "reason": "各方书面同意"})
    assert re.search(r"免除告知期限\s*·\s*3 人", words(chief.get("/desk/hearings/approvals"))), "how many do without"
    assert answer_newest(chief, "yes", "") == 303 and desk.post(address, data={"kind": "participants"}).status_code == 303


def answer_newest(chief: httpx.Client, granted: str, text: str) -> int:
    """Answers the question that was asked last."""
    waiting = re.findall(r'action="(/desk/hearings/approvals/[0-9a-f-]{36})"', chief.get("/desk/hearings/approvals").text)
    return chief.post(waiting[-1], data={"granted": granted, "text": text}).status_code


def test_each_role_comes_as_far_as_it_may(public: Public) -> None:
    hearing = public.hearing(K.PUBLIC)
    for who, address, status in (
        ("daozhen", "notices", 403), ("auditor", "notices", 200), ("anguan", "observers", 200), ("admin", "observers", 403),
    ):
        assert public.browser(who).get(f"/desk/hearings/{hearing}/{address}").status_code == status
    assert public.browser("auditor").post(f"/desk/hearings/{hearing}/notices", data={"kind": "names"}).status_code == 403
    assert public.browser().get(f"/desk/hearings/{hearing}/notices").headers["location"].startswith("/sign-in")


def test_observers_are_masked_on_the_desk_and_whole_on_the_journalled_list(public: Public) -> None:
    hearing, desk = public.hearing(K.PUBLIC), public.browser("window3")
    public.browser().post(f"/hearings/{hearing}/apply", data={**FIELDS, "id_number": resident_id(31), "phone": "13800138031"})
    page = desk.get(f"/desk/hearings/{hearing}/observers")
    assert "赵**" in words(page) and "赵春梅" not in page.text and "13800138031" not in page.text
    assert "赵春梅" in words(desk.post(f"/desk/hearings/{hearing}/observers/list"))
    assert "observers-printed" in [line.act for line in public.stage.journal()]
    row = next(one for one in public.stage.all(Observer) if one.hearing_id == hearing)
    told = desk.post(f"/desk/hearings/{hearing}/observers/{row.id}", data={"reason": "席位用于当事人亲属"})
    assert told.status_code == 303 and "席位用于当事人亲属" in words(desk.get(f"/desk/hearings/{hearing}/observers"))
