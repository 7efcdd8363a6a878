"""The set-up of a hall by its pages: what an administrator changes is in force at once, on record, and nothing typed is lost."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from kiosk import actions
from kiosk.administration.working_days import lines_of
from kiosk.plan import HallPlan
from kiosk.tables import Lane
from shared.errors import Refused
from shared.journal import JournalLine
from shared.offices import Provision
from shared.settings import Settings
from tests.kiosk.staff import Office, Page, Person, open_office

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
HOME = "/desk/administration"
PAGES = ("services", "services/new", "services/legal-consultation", "windows", "windows/new", "windows/2", "lanes", "lanes/new",
         "lanes/elderly", "hall", "days", "days?year=2027", "provisions", "provisions/order.cap_minutes")
SERVICE = {"name_zh": "公益诉讼", "name_en": "Public interest", "prefix": "f", "skill": "interest", "minutes": "15",
           "position": "9", "reason": "新设窗口"}


@pytest.fixture
async def office(settings: Settings, hall: UUID) -> AsyncIterator[Office]:
    async with open_office(settings) as office:
        yield office


@pytest.fixture
async def admin(office: Office) -> Person:
    return await office.staff("admin")


def plan_of(office: Office) -> HallPlan:
    return office.picture().plan


def seen(office: Office) -> HallPlan:
    """The plan as the running program sees it, without looking anew."""
    pictures = office.app.state.pictures
    plan: HallPlan = pictures.now_seen(pictures.hall_id(None)).plan
    return plan


def last(office: Office) -> JournalLine:
    newest = select(JournalLine).order_by(col(JournalLine.id).desc()).limit(1)
    return office.db.read_now(lambda session: session.exec(newest).one())


def code(page: Page) -> str:
    found = re.search(r'data-code="([a-z-]+)"', page.html)
    assert found, page.text
    return found[1]


def today(office: Office, days: int = 0) -> str:
    return (plan_of(office).today(datetime.now(UTC)) + timedelta(days=days)).isoformat()


async def test_every_page_opens_in_both_languages_for_the_administrator_alone(office: Office, admin: Person) -> None:
    chinese, supervisor = await office.staff("admin", "zh-CN"), await office.staff("supervisor")
    for page in PAGES:
        assert (await admin.get(f"{HOME}/{page}")).status == 200, page
        assert (await chinese.get(f"{HOME}/{page}")).status == 200, page
        assert (await supervisor.get(f"{HOME}/{page}")).status == 403, page
    for unknown in ("services/moon", "windows/99", "lanes/moon", "provisions/moon"):
        assert (await admin.get(f"{HOME}/{unknown}")).status == 404
    assert (await admin.get(HOME)).to == f"{HOME}/services"


async def test_service_is_added_changed_retired_and_taken_up_again(office: Office, admin: Person) -> None:
    assert (await admin.post(f"{HOME}/services/new", **SERVICE)).to == f"{HOME}/services?kept=1"
    made = seen(office).service("public-interest")
    assert (made.prefix, made.minutes, made.open, made.daily_limit) == ("F", 15, False, None)
    changed = {**SERVICE, "daily_limit": "20", "minutes": "25", "reason": "试行一周"}
    await admin.post(f"{HOME}/services/public-interest", **changed)
    assert seen(office).service("public-interest").daily_limit == 20
    assert (last(office).act, last(office).reason) == ("service-changed", "试行一周")
    assert '"minutes":[15,25]' in last(office).detail
    await admin.post(f"{HOME}/services/public-interest/retire", reason="并入法律咨询")
    assert len(seen(office).services) == 5 and made.id in seen(office).services_by_id
    assert "retired" in (await admin.get(f"{HOME}/services")).text and "Public interest" not in (await admin.get("/kiosk")).text
    await admin.post(f"{HOME}/services/public-interest/restore", reason="恢复")
    assert not seen(office).service("public-interest").open


@pytest.mark.parametrize(
    ("wrong", "refused"),
    [
        ({"name_en": " "}, "both-names-needed"), ({"prefix": "1"}, "prefix-needed"), ({"prefix": "A"}, "prefix-taken"),
        ({"minutes": "0"}, "value-needed"), ({"minutes": "²"}, "value-needed"), ({"skill": ""}, "skill-needed"),
        ({"reason": ""}, "reason-needed"), ({"code": "lawyers-cases"}, "code-taken"), ({"code": "咨询"}, "code-needed"),
    ],
)
async def test_bad_service_says_what_to_do_and_keeps_what_was_typed(
    office: Office, admin: Person, wrong: dict[str, str], refused: str
) -> None:
    page = await admin.post(f"{HOME}/services/new", **{**SERVICE, **wrong})
    assert page.status in (409, 422) and code(page) == refused and 'value="公益诉讼"' in page.html
    assert len(plan_of(office).services) == 5


async def test_service_with_visitors_is_not_retired_and_its_prefix_stays_its_own_today(office: Office, admin: Person) -> None:
    office.db.write_now(actions.issue, plan=plan_of(office), service="legal-consultation", now=datetime.now(UTC), by="test")
    assert code(await admin.post(f"{HOME}/services/legal-consultation/retire", reason="x")) == "service-in-use"
    moved = {**SERVICE, "name_en": "Legal consultation", "prefix": "Z"}
    assert (await admin.post(f"{HOME}/services/legal-consultation", **moved)).status == 303
    assert code(await admin.post(f"{HOME}/services/new", **{**SERVICE, "prefix": "A"})) == "prefix-used-today"


async def test_window_is_added_given_skills_and_retired_with_its_clerk_standing_up(office: Office, admin: Person) -> None:
    window = {"name_zh": "7号窗口", "name_en": "Window 7", "position": "6", "reason": "增设"}
    assert code(await admin.post(f"{HOME}/windows/new", code="7", **window)) == "skill-needed"
    await admin.post(f"{HOME}/windows/new", code="7", skills=["aid", "complaints"], **window)
    assert seen(office).window("7").skills == {"aid", "complaints"}
    await admin.post(f"{HOME}/windows/7", skills=["lawyers"], **window)
    assert seen(office).window("7").skills == {"lawyers"} and '"skills":[["aid","complaints"],["lawyers"]]' in last(office).detail
    clerk = await office.clerk("1")
    await admin.post(f"{HOME}/windows/1/retire", reason="改建")
    assert [one.code for one in seen(office).windows] == ["2", "3", "4", "5", "6", "7"]
    assert (await clerk.get("/counter")).status == 200
    await admin.post(f"{HOME}/windows/1/restore", reason="改建完成")
    assert seen(office).window("1").state == "closed"


async def test_lane_changes_by_a_newer_row_and_ends_by_one_too(office: Office, admin: Person) -> None:
    lane = {"name_zh": "老年人", "name_en": "Elderly", "head_start": "30", "icon": "accessibility", "offered": "1",
            "position": "0", "source": "接待规程2026年修订", "reason": "修订"}
    refused = await admin.post(f"{HOME}/lanes/elderly", effective_from=today(office, -1), **lane)
    assert code(refused) == "effective-needed" and 'value="30"' in refused.html
    nowhere = {**lane, "source": "", "effective_from": today(office)}
    assert code(await admin.post(f"{HOME}/lanes/elderly", **nowhere)) == "source-needed"
    await admin.post(f"{HOME}/lanes/elderly", effective_from=today(office), **lane)
    assert next(one.head_start for one in seen(office).lanes if one.code == "elderly") == 30
    ended = {key: value for key, value in lane.items() if key != "offered"}
    await admin.post(f"{HOME}/lanes/elderly", effective_from=today(office, 1), **ended)
    versions = select(Lane).where(Lane.code == "elderly").order_by(col(Lane.effective_from))
    rows = office.db.read_now(lambda session: session.exec(versions).all())
    assert [(row.head_start, row.offered) for row in rows] == [(20, True), (30, True), (30, False)]
    page = await admin.post(f"{HOME}/lanes/elderly/{rows[2].id}/withdraw", reason="再议")
    assert page.to == f"{HOME}/lanes/elderly?kept=1" and last(office).act == "lane-withdrawn"
    assert code(await admin.post(f"{HOME}/lanes/elderly/{rows[0].id}/withdraw", reason="x")) == "too-late-to-withdraw"
    another = {**lane, "name_en": "Firefighters", "effective_from": today(office)}
    assert (await admin.post(f"{HOME}/lanes/new", **another)).status == 303
    assert len(seen(office).lanes) == 6


async def test_ended_lane_is_offered_no_more_but_kept_by_who_has_it(office: Office, admin: Person) -> None:
    plan = plan_of(office)
    issued = office.db.write_now(actions.issue, plan=plan, service="legal-consultation", lane="elderly", now=datetime.now(UTC),
                                 by="test")
    ended = {"name_zh": "老年人", "name_en": "Elderly", "head_start": "20", "source": "x", "reason": "x",
             "effective_from": today(office)}
    await admin.post(f"{HOME}/lanes/elderly", **ended)
    with pytest.raises(Refused, match="unknown-lane"):
        seen(office).lane("elderly")
    window = seen(office).window("1")
    office.db.write_now(actions.call_next, plan=seen(office), window=window, now=datetime.now(UTC), by="test")
    told = office.db.write_now(actions.transfer, plan=seen(office), window=window, service="complaints-appeals",
                               now=datetime.now(UTC), by="test")
    assert told.code == issued.code and told.head_start == 20


async def test_number_is_never_changed_only_followed_by_another(office: Office, admin: Person) -> None:
    page = f"{HOME}/provisions/order.cap_minutes"
    wanted = {"value": "45", "source": "接待规程2026年修订", "reason": "缩短等候", "effective_from": today(office)}
    for wrong, refused in (({"value": "0"}, "value-needed"), ({"value": "x"}, "value-needed"), ({"source": " "}, "source-needed"),
                           ({"effective_from": "2020-01-01"}, "effective-needed"), ({"reason": ""}, "reason-needed")):
        answer = await admin.post(page, **{**wanted, **wrong})
        assert code(answer) == refused and answer.status == 422
    assert (await admin.post(page, **wanted)).to == f"{page}?kept=1"
    assert seen(office).provisions["order.cap_minutes"] == 45
    assert code(await admin.post(page, **wanted)) == "effective-needed"
    await admin.post(page, **{**wanted, "value": "40", "effective_from": today(office, 30)})
    assert seen(office).provisions["order.cap_minutes"] == 45
    shown = await admin.get(page)
    assert [word in shown.text for word in ("to come", "in force", "superseded")] == [True] * 3
    assert "40 minutes from" in (await admin.get(f"{HOME}/provisions")).text
    rows = office.db.read_now(lambda s: s.exec(select(Provision).where(Provision.key == "order.cap_minutes")).all())
    newest = max(rows, key=lambda row: row.effective_from)
    assert (await admin.post(f"{page}/{newest.id}/withdraw", reason="再议")).status == 303
    assert "to come" not in (await admin.get(page)).text and last(office).reason == "再议"


async def test_hours_are_kept_and_a_wrong_day_is_marked(office: Office, admin: Person) -> None:
    week = {f"{end}-{day}-0": value for day in range(5) for end, value in (("opens", "09:00"), ("closes", "12:00"))}
    bad = await admin.post(f"{HOME}/hours", **{**week, "opens-2-1": "11:00", "closes-2-1": "17:00"}, reason="夏季")
    assert code(bad) == "hours-wrong" and bad.html.count('class="wrong"') == 1 and 'value="17:00"' in bad.html
    assert code(await admin.post(f"{HOME}/hours", **{**week, "closes-1-0": ""}, reason="夏季")) == "hours-wrong"
    await admin.post(f"{HOME}/hours", **week, rest_days="1", reason="夏季作息")
    hours = seen(office).hours
    assert hours.rest_days and set(hours.by_weekday) == set(range(5)) and last(office).act == "hours-set"
    hall = {"office_zh": "蚌埠市检察院", "office_en": "Bengbu", "name_zh": "大厅", "name_en": "Hall", "phone": "0552-12309",
            "reason": "更名"}
    assert code(await admin.post(f"{HOME}/hall", **{**hall, "name_en": ""})) == "both-names-needed"
    await admin.post(f"{HOME}/hall", **hall)
    assert (seen(office).office_zh, seen(office).phone, seen(office).name_en) == ("蚌埠市检察院", "0552-12309", "Hall")


async def test_calendar_takes_a_day_and_a_whole_year(office: Office, admin: Person) -> None:
    day = {"day": "2026-12-04", "kind": "rest", "name": "", "source": "临时放假通知", "reason": "通知"}
    assert code(await admin.post(f"{HOME}/days", **{**day, "day": "4.12."})) == "day-needed"
    await admin.post(f"{HOME}/days", **day)
    assert not seen(office).calendar.is_workday(date(2026, 12, 4))
    year = {"year": "2027", "days": "2027-01-01 至 2027-01-03 休 元旦\n2027-02-14 班 春节", "source": "国办发明电〔2026〕7号",
            "decreed_on": "2026-11-25", "reason": "录入"}
    wrong = await admin.post(f"{HOME}/days/year", **{**year, "days": "2027-01-01 休 元旦\n明天 休"})
    assert code(wrong) == "days-unclear" and "Line 2" in wrong.text and "明天 休" in wrong.html
    await admin.post(f"{HOME}/days/year", **year)
    calendar = seen(office).calendar
    assert calendar.last == date(2027, 12, 31)
    assert calendar.is_workday(date(2027, 2, 14)) and not calendar.is_workday(date(2027, 1, 1))
    shown = await admin.get(f"{HOME}/days?year=2027")
    assert "2027-02-14 Sunday workday" in shown.text and "not on record" not in shown.text


@pytest.mark.parametrize("text", ["2027-01-03 to 2027-01-01 rest", "2026-12-31 休", "2027-02-30 休", "2027-01-01"])
def test_line_that_is_no_day_of_the_year_is_refused(text: str, database_url: str) -> None:
    with pytest.raises(Refused, match="days-unclear"):
        lines_of(text, 2027)


def test_lines_may_be_written_in_either_language(database_url: str) -> None:
    found: list[Any] = lines_of("2027-01-01–2027-01-02 rest New Year\n\n2027-01-09 班", 2027)
    told = [(one.day.day, one.is_workday, one.name) for one in found]
    assert told == [(1, False, "New Year"), (2, False, "New Year"), (9, True, "")]
