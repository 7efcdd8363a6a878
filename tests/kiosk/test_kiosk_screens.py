"""The kiosk by the HTML that a person reads, on both databases: numbers, codes, help, and when it cannot be done."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlmodel import Session, col, select

from app import create_app
from kiosk import actions
from kiosk.desk import tasks
from kiosk.plan import HallPlan, hall_plan, plan_board
from kiosk.tables import Service, Slip, Task, Ticket, Window
from shared.codes import new_code
from shared.database import Database
from shared.door import DEVICE_COOKIE, add_device, pair
from shared.live import bump
from shared.offices import Hall, OpeningHours
from shared.people import Device, DeviceKind
from shared.settings import Settings

Client = TestClient[Litestar]
PAGE = {"accept": "text/html"}
on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def kiosk(settings: Settings, hall: UUID) -> Iterator[Client]:
    """The centre as an unpaired browser in the hall sees it."""
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        client.headers.update(PAGE)
        yield client


def now() -> datetime:
    return datetime.now(UTC)


def plan_of(db: Database, hall: UUID) -> HallPlan:
    return db.read_now(hall_plan, hall, now())


def change(db: Database, hall: UUID, kind: type[Any], which: Any, **values: Any) -> None:
    """Changes rows of the hall's plan as the administrator would."""

    def act(session: Session) -> None:
        bump(session, plan_board(hall))
        for row in session.exec(select(kind).where(which)).all():
            for name, value in values.items():
                setattr(row, name, value)

    db.write_now(act)


def key_of(page: str) -> str:
    found = re.search(r'name="key" value="([0-9a-z]+)"', page)
    assert found
    return found[1]


def take(client: Client, **form: Any) -> Any:
    return client.post("/kiosk/tickets", data={"service": "legal-consultation", **form}, follow_redirects=True)


def ticket(db: Database, number: str = "A001") -> Ticket:
    return db.read_now(lambda session: session.exec(select(Ticket).where(Ticket.number == number)).one())


def seen(html: str) -> str:
    """What stands on the page, without its marks."""
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


# Numbers --------------------------------------------------------------------------------------------------------------


@on_one_database
def test_first_screen_speaks_both_languages_and_says_how_long_it_takes(kiosk: Client) -> None:
    page = seen(kiosk.get("/kiosk").text)
    for words in ("您好，请问您要办什么？", "Hello. What can we do for you?", "取号", "Take a number", "我需要帮助",
                  "I need help", "查询我的案件", "预约或受邀", "现在几乎不用等", "Hardly any wait now"):
        assert words in page


@on_one_database
def test_matters_show_who_waits_and_why_one_cannot_be_had(kiosk: Client, db: Database, hall: UUID) -> None:
    take(kiosk)
    change(db, hall, Service, Service.code == "complaints-appeals", open=False)
    page = kiosk.get("/kiosk/matter").text
    assert "1 人在等" in seen(page) and "需要先预约，请到导访台约时间。" in seen(page)
    assert "现在不办理，请到导访台问问办理时间。" in seen(page)
    assert 'value="complaints-appeals"' not in page and 'value="chief-procurator"' not in page


def test_a_full_contingent_is_said_before_anybody_touches_it(kiosk: Client, db: Database, hall: UUID) -> None:
    change(db, hall, Service, Service.code == "legal-consultation", daily_limit=1)
    key = key_of(kiosk.get("/kiosk/matter").text)
    take(kiosk)
    page = kiosk.get("/kiosk/matter").text
    assert "今天的号已经取完" in seen(page) and 'value="legal-consultation"' not in page
    late = take(kiosk, key=key, lane="elderly")
    assert late.status_code == 409 and 'role="alert"' in late.text
    assert re.search(r'value="elderly" checked', late.text) and key_of(late.text) == key


def test_second_touch_gives_the_number_with_everything_to_know(kiosk: Client, settings: Settings, db: Database) -> None:
    answer = take(kiosk, key=key_of(kiosk.get("/kiosk/matter").text))
    page = seen(answer.text)
    assert answer.status_code == 200 and answer.history[0].status_code == 303
    for words in ("您的号码 A001", "法律咨询", "下一位就是您", "身份证", "请拍下这个屏幕"):
        assert words in page
    assert answer.headers["cache-control"] == "no-store"
    assert f"{settings.public_url}/c/{ticket(db).code}" not in page  # in the square code only, to be scanned


def test_the_same_form_sent_twice_gives_one_ticket(kiosk: Client, db: Database) -> None:
    key = key_of(kiosk.get("/kiosk/matter").text)
    first, second = take(kiosk, key=key), take(kiosk, key=key)
    assert first.url == second.url
    assert db.read_now(lambda session: len(session.exec(select(Ticket)).all())) == 1


def test_lane_and_needs_are_kept_for_staff_and_shown_to_nobody(kiosk: Client, db: Database) -> None:
    answer = take(kiosk, lane=["lawyer", "elderly"], need=["wheelchair", "magic", "interpreter"])
    kept = ticket(db)
    assert (kept.lane, kept.head_start, kept.needs) == ("elderly", 20, "wheelchair,interpreter")
    assert "老年" not in answer.text and "轮椅" not in answer.text


def test_lawyers_lane_counts_where_it_is_worth_something(kiosk: Client, db: Database) -> None:
    take(kiosk, service="lawyers-cases", lane=["lawyer"])
    assert (ticket(db, "D001").lane, ticket(db, "D001").head_start) == ("lawyer", 20)


@on_one_database
def test_number_is_kept_in_the_language_it_was_taken_in(kiosk: Client, db: Database) -> None:
    kiosk.post("/kiosk/modes", data={"mode": "en", "back": "/kiosk/matter"})
    page = seen(take(kiosk).text)
    assert "Your number A001" in page and "You are next" in page and ticket(db).language == "en"


@on_one_database
def test_called_number_says_which_window(kiosk: Client, db: Database, hall: UUID) -> None:
    take(kiosk)
    plan = plan_of(db, hall)
    db.write_now(actions.call_next, plan=plan, window=plan.window("1"), now=now(), by="staff:1")
    assert "轮到您了，请到1号窗口。" in seen(kiosk.get(f"/kiosk/tickets/{ticket(db).code}").text)


@on_one_database
def test_paper_is_a_page_of_its_own(kiosk: Client, db: Database) -> None:
    take(kiosk)
    page = kiosk.get(f"/kiosk/tickets/{ticket(db).code}/paper").text
    assert "A001" in page and "<svg" in page and "slip.css" in page


# Codes ----------------------------------------------------------------------------------------------------------------


def scan(client: Client, text: str) -> Any:
    return client.post("/kiosk/code", data={"text": text}, follow_redirects=True)


def test_scanned_ticket_shows_its_place_and_prints_nothing_again(kiosk: Client, db: Database) -> None:
    take(kiosk)
    page = seen(scan(kiosk, f"http://127.0.0.1:8000/c/{ticket(db).code}").text)
    assert "A001" in page and "下一位就是您" in page and "小票" not in page and "拍下" not in page


def test_missed_ticket_comes_back_with_clear_words(kiosk: Client, db: Database, hall: UUID) -> None:
    take(kiosk)
    plan = plan_of(db, hall)
    window = plan.window("1")
    db.write_now(actions.call_next, plan=plan, window=window, now=now(), by="staff:1")
    db.write_now(actions.miss, plan=plan, window=window, now=now(), by="staff:1")
    page = seen(scan(kiosk, ticket(db).code.upper()).text)
    assert "欢迎回来" in page and "号码不变" in page and "A001" in page
    assert ticket(db).state == "waiting"


@on_one_database
def test_every_code_that_opens_nothing_gets_the_same_answer(kiosk: Client, db: Database, hall: UUID) -> None:
    take(kiosk)
    code = ticket(db).code
    db.write_now(actions.cancel, plan=plan_of(db, hall), code=code, now=now(), by="visitor")
    answers = [scan(kiosk, text) for text in (code, "0" * 26, "hello", "http://elsewhere.example/c/" + "z" * 26)]
    said = {re.sub(r'value="[^"]*"', "", seen(answer.text)) for answer in answers}
    assert {answer.status_code for answer in answers} == {422} and len(said) == 1
    assert all('role="alert"' in answer.text for answer in answers)


@on_one_database
def test_first_page_sends_a_typed_code_on_and_keeps_a_wrong_one(kiosk: Client, db: Database) -> None:
    take(kiosk)
    code = ticket(db).code
    spaced = " ".join(code[i : i + 4] for i in range(0, 26, 4)).upper()
    assert kiosk.post("/", data={"text": spaced}, follow_redirects=False).headers["location"] == f"/c/{code}"
    wrong = kiosk.post("/", data={"text": "A12"})
    assert wrong.status_code == 422 and 'value="A12"' in wrong.text and 'role="alert"' in wrong.text


# Help -----------------------------------------------------------------------------------------------------------------


def test_one_touch_tells_the_guide_desk_and_the_page_says_when_it_was_seen(kiosk: Client, db: Database, hall: UUID) -> None:
    page = kiosk.post("/kiosk/help", follow_redirects=True)
    assert "工作人员马上就来" in page.text and "正在等工作人员回应" in page.text
    task = db.read_now(lambda session: session.exec(select(Task)).one())
    assert (task.kind, task.closed_at) == ("help", None)
    db.write_now(tasks.close_task, plan=plan_of(db, hall), task=task.id, now=now(), by="staff:7")
    assert "工作人员已经看到，正在过来" in kiosk.get(page.url.path).text


def test_needs_are_told_and_taken_back_by_touch(kiosk: Client, db: Database) -> None:
    address = kiosk.post("/kiosk/help", follow_redirects=True).url.path
    for need in ("wheelchair", "reading-glasses", "wheelchair"):
        kiosk.post(address, data={"need": need})
    assert db.read_now(lambda session: session.exec(select(Task.detail)).one()) == {"needs": "reading-glasses"}


def test_two_calls_from_one_kiosk_are_one_task_and_can_be_taken_back(kiosk: Client, db: Database) -> None:
    first = kiosk.post("/kiosk/help", follow_redirects=True).url
    assert kiosk.post("/kiosk/help", follow_redirects=True).url == first
    kiosk.post(f"{first.path}/over")
    assert db.read_now(lambda session: session.exec(select(Task).where(col(Task.closed_at).is_(None))).all()) == []


# The visit and its end ------------------------------------------------------------------------------------------------


@on_one_database
def test_modes_hold_for_the_visit_and_go_with_it(kiosk: Client) -> None:
    for mode in ("large", "contrast", "low", "voice", "nonsense"):
        kiosk.post("/kiosk/modes", data={"mode": mode, "back": "/kiosk"})
    assert 'class="kiosk large contrast low voice spare"' in kiosk.get("/kiosk/matter").text
    kiosk.post("/kiosk/modes", data={"mode": "low"})
    assert 'class="kiosk large contrast voice spare"' in kiosk.get("/kiosk").text
    kiosk.get("/kiosk/end")
    assert 'class="kiosk"' in kiosk.get("/kiosk").text and not kiosk.cookies


@on_one_database
def test_modes_lead_back_to_our_own_pages_only(kiosk: Client) -> None:
    answer = kiosk.post("/kiosk/modes", data={"mode": "large", "back": "//elsewhere.example"}, follow_redirects=False)
    assert answer.headers["location"] == "/"


@on_one_database
def test_only_what_our_pages_ask_for_is_spoken(kiosk: Client) -> None:
    kiosk.post("/kiosk/modes", data={"mode": "voice", "back": "/kiosk"})
    address = re.search(r'data-speech="([^"]+)"', take(kiosk).text)
    assert address
    sound = kiosk.get(address[1])
    assert sound.headers["content-type"] == "audio/wav" and sound.content[:4] == b"RIFF"
    forged = address[1][:-4] + ("AAAA" if not address[1].endswith("AAAA") else "BBBB")
    assert kiosk.get(forged).status_code == 404


# When it cannot be done -------------------------------------------------------------------------------------------------


def test_closed_hall_says_when_it_opens_in_both_languages(kiosk: Client, db: Database, hall: UUID) -> None:
    def close(session: Session) -> None:
        bump(session, plan_board(hall))
        for row in session.exec(select(OpeningHours)).all():
            session.delete(row)
        session.add(OpeningHours(hall_id=hall, weekday=(now().weekday() + 3) % 7, opens=time(9), closes=time(12)))

    db.write_now(close)
    page = seen(kiosk.get("/kiosk").text)
    assert "现在不在接待时间" in page and "There is no reception just now" in page and "09:00–12:00" in page and "12309" in page
    assert kiosk.get("/kiosk/matter").text.count("现在不在接待时间") >= 1
    assert take(kiosk).status_code == 409


@on_one_database
def test_storage_fault_is_said_in_both_languages_with_the_way_to_the_desk(kiosk: Client) -> None:
    kiosk.app.state.db.fault = "storage-full"
    answer = kiosk.get("/kiosk")
    assert answer.status_code == 503
    page = seen(answer.text)
    assert "这台自助机暂时不能用" in page and "This kiosk cannot be used just now" in page and "导访台" in page
    assert "guide desk" in page and 'data-page="down"' in answer.text


@on_one_database
def test_our_own_fault_is_a_page_of_the_kiosk(kiosk: Client) -> None:
    kiosk.app.state.db.write_now(lambda session: session.connection().exec_driver_sql("ALTER TABLE receipt RENAME TO gone"))
    answer = kiosk.post("/kiosk/code", data={"text": new_code()})
    assert answer.status_code == 503 and 'data-page="down"' in answer.text


def device(db: Database, hall: UUID, role: DeviceKind = DeviceKind.KIOSK, **printer: Any) -> str:
    """The cookie of a paired device."""
    plan = plan_of(db, hall)
    pairing = db.write_now(add_device, office=plan.office_id, hall=hall, kind=role, name="1号自助机", now=now(), by="test")
    secret = db.write_now(pair, pairing=pairing, now=now())
    change(db, hall, Device, col(Device.id).is_not(None), printer=printer)
    return secret


def test_unpaired_screen_gives_no_numbers_where_the_hall_says_so(kiosk: Client, db: Database, hall: UUID) -> None:
    change(db, hall, Hall, Hall.id == hall, paired_only=True)
    answer = kiosk.get("/kiosk")
    assert answer.status_code == 403 and 'data-code="unpaired"' in answer.text
    assert take(kiosk).status_code == 403 and "This kiosk cannot be used just now" in answer.text
    kiosk.cookies.set(DEVICE_COOKIE, device(db, hall))
    assert take(kiosk).status_code == 200


def test_revoked_kiosk_tells_staff_and_a_passer_by_does_not(kiosk: Client, db: Database, hall: UUID) -> None:
    change(db, hall, Hall, Hall.id == hall, paired_only=True)
    kiosk.get("/kiosk")
    assert db.read_now(lambda session: session.exec(select(Task)).all()) == []
    kiosk.cookies.set(DEVICE_COOKIE, "x" * 43)
    kiosk.get("/kiosk")
    task = db.read_now(lambda session: session.exec(select(Task)).one())
    assert (task.kind, task.detail) == ("kiosk-down", {"reason": "unpaired"})


def test_paired_kiosk_has_its_own_printer_name_and_language(kiosk: Client, db: Database, hall: UUID) -> None:
    kiosk.cookies.set(DEVICE_COOKIE, device(db, hall, kind="network", host="127.0.0.1", port=1))
    answer = kiosk.get("/kiosk", headers={"accept-language": "en"})
    assert 'lang="zh-Hans"' in answer.text  # the office's language, not that of the browser's maker
    assert "正在打印小票" in take(kiosk).text or "小票没有打印出来" in take(kiosk).text
    assert db.read_now(lambda session: len(session.exec(select(Slip)).all())) >= 1
    kiosk.post("/kiosk/help")
    assert db.read_now(lambda session: session.exec(select(Task.place).where(Task.kind == "help")).one()) == "1号自助机"


@on_one_database
def test_lobby_device_is_no_kiosk(kiosk: Client, db: Database, hall: UUID) -> None:
    change(db, hall, Hall, Hall.id == hall, paired_only=True)
    kiosk.cookies.set(DEVICE_COOKIE, device(db, hall, DeviceKind.LOBBY))
    assert kiosk.get("/kiosk").status_code == 403


@on_one_database
def test_browser_printer_prints_the_page(kiosk: Client, db: Database, hall: UUID) -> None:
    kiosk.cookies.set(DEVICE_COOKIE, device(db, hall, kind="browser"))
    page = take(kiosk).text
    assert f'data-print="{ticket(db).code}"' in page and "请取走小票" in page


@on_one_database
def test_all_windows_closed_still_gives_a_number(kiosk: Client, db: Database, hall: UUID) -> None:
    change(db, hall, Window, col(Window.id).is_not(None), state="closed")
    assert "您的号码 A001" in seen(take(kiosk).text)


@on_one_database
def test_unknown_hall_and_unknown_pages_stay_calm(kiosk: Client) -> None:
    assert kiosk.get("/kiosk?hall=atlantis").status_code == 404
    assert kiosk.get("/kiosk/tickets/none").status_code == 404
    assert kiosk.get("/kiosk/help/none").status_code == 404


@on_one_database
def test_demo_hall_says_so_on_every_page(kiosk: Client, db: Database) -> None:
    take(kiosk)
    pages = ["/", "/kiosk", "/kiosk/matter", "/kiosk/booking", "/kiosk/case", f"/kiosk/tickets/{ticket(db).code}"]
    assert all("演示中心" in kiosk.get(page).text for page in pages)
