"""The supervisor's page by the HTML a supervisor reads: the hall at a glance, acts with reasons, what if, decisions, figures."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, select

from kiosk import actions
from kiosk.desk import tasks
from kiosk.forecast.outlook import Change
from kiosk.hall import deciding
from kiosk.hall.tables import Decision
from kiosk.plan import HallPlan, hall_plan
from kiosk.tables import Promise, Task, Ticket
from shared.database import Database
from shared.journal import JournalLine
from shared.settings import Settings
from tests.conftest import MORNING
from tests.kiosk.staff import Office, Page, open_office

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class House(Office):
    """The office with a hall that things happen in."""

    @property
    def plan(self) -> HallPlan:
        pictures = self.app.state.pictures
        plan: HallPlan = pictures.now_seen(pictures.hall_id(None)).plan
        return plan

    async def act(self, action: Any, **more: Any) -> Any:
        if "window" in more:
            more["window"] = self.plan.window(more["window"])
        return await self.db.write(action, plan=self.plan, **{"now": datetime.now(UTC), "by": "visitor", **more})

    async def take(self, service: str = "complaints-appeals", ago: float = 0) -> str:
        code: str = (await self.act(actions.issue, service=service, now=datetime.now(UTC) - timedelta(minutes=ago))).code
        return code


@pytest.fixture
async def office(settings: Settings, hall: UUID) -> AsyncIterator[House]:
    async with open_office(settings) as office:
        yield House(office.app, office.client)


@only_sqlite
@pytest.mark.anyio
async def test_hall_is_seen_by_service_and_age_with_words_and_only_by_those_who_answer_for_it(office: House) -> None:
    late = await office.take(ago=70)
    await office.take(ago=40)
    await office.take("legal-consultation")
    await office.db.write(_promise, late)
    await office.act(tasks.open_task, kind=tasks.HELP, subject="help:1", place="Kiosk 1")
    boss = await office.staff("supervisor")
    page = await boss.get("/desk/hall")
    assert "Waiting 3 Waiting over 60 min 1 Promises at risk 1" in page.text
    assert "Complaints and appeals 2 Longest 70 min 1 long wait 1 too long" in page.text
    assert "Legal consultation 1 Longest 0 min 1 under 30 min" in page.text
    assert page.html.count('<circle class="late"') == 1 and page.html.count('class="age-strip"') == 2
    assert "B001 Complaints and appeals promised by" in page.text and "A visitor asks for help Kiosk 1" in page.text
    looking = await (await office.staff("jianchazhang")).get("/desk/hall")
    assert looking.status == 200 and "/close" not in looking.html and "What if" not in looking.text
    for account in ("window1", "daozhen", "admin"):
        assert (await (await office.staff(account)).get("/desk/hall")).status == 403
    chief = await office.staff("jianchazhang")
    assert (await chief.post("/desk/hall/windows/1", state="closed", reason="x")).status == 403


@only_sqlite
@pytest.mark.anyio
async def test_window_is_paused_reskilled_and_opened_with_reasons_in_the_journal(office: House) -> None:
    boss = await office.staff("supervisor")
    refused = await boss.press("/desk/hall/windows/2", state="paused", reason="")
    assert refused.status == 422 and 'data-code="reason-needed"' in refused.html
    paused = await boss.press("/desk/hall/windows/2", state="paused", reason="Lunch break", other="Fire drill")
    assert "Window 2 Paused" in paused.text and "Fire drill" in paused.text
    skills = ["aid", "complaints", "aid"]
    assert (await boss.press("/desk/hall/windows/2/skills", skills=skills, reason="Change of shift")).status == 200
    assert office.picture().plan.window("2").skills == {"aid", "complaints"}
    for nonsense in ([], ["flying"]):
        refused = await boss.press("/desk/hall/windows/2/skills", skills=nonsense, reason="x")
        assert refused.status == 422 and 'data-code="skill-needed"' in refused.html
    assert (await boss.post("/desk/hall/windows/2", state="open")).to == "/desk/hall"
    assert "Window 2 Open" in (await boss.get("/desk/hall")).text
    lines = await office.db.read(_journal, "window-")
    assert [(line.act, line.reason) for line in lines[-3:]] == [
        ("window-paused", "Fire drill"), ("window-skills", "Change of shift"), ("window-opened", "")]


@only_sqlite
@pytest.mark.anyio
async def test_people_are_sent_on_with_number_and_arrival_and_a_service_takes_no_more(office: House) -> None:
    codes = [await office.take(ago=30), await office.take(ago=20)]
    boss = await office.staff("supervisor")
    address = "/desk/hall/services/complaints-appeals"
    assert "B001 30 min" in (await boss.get(address)).text
    refused = await boss.press(f"{address}/move", to="legal-consultation", reason="x")
    assert refused.status == 422 and 'data-code="nobody-chosen"' in refused.html
    before = office.picture().by_code[codes[0]]
    moved = await boss.press(f"{address}/move", codes=codes, to="legal-consultation", reason="They would wait too long here")
    after = office.picture().by_code[codes[0]]
    assert "Legal consultation 2" in moved.text
    assert (after.number, after.arrived_at, after.queued_at) == (before.number, before.arrived_at, before.queued_at)
    assert [line.reason for line in await office.db.read(_journal, "ticket-transferred")] == ["They would wait too long here"] * 2
    closed = await boss.press(address, state="closed", reason="End of the day")
    assert "Complaints and appeals 0 Nobody is waiting closed" in closed.text and "Undo" in closed.text
    undone = await boss.press(address, state=closed.field(address, "state"), reason=closed.field(address, "reason"))
    assert "Complaints and appeals 0 Nobody is waiting · 3 windows open" in undone.text
    window = "/desk/hall/windows/2"
    paused = await boss.press(window, state="paused", reason="Lunch break")
    assert "Window 2 is paused." in paused.text and paused.field(window, "state") == "open"
    opened = await boss.press(window, state="open")
    assert (opened.field(window, "state"), opened.field(window, "reason")) == ("paused", "Lunch break")
    again = await boss.press(window, state="paused", reason="Lunch break")
    assert "Lunch break" in again.text and "Undo" not in (await boss.press(window, state="paused", reason="x")).text


@only_sqlite
@pytest.mark.anyio
async def test_what_if_is_answered_kept_and_done_now(office: House) -> None:
    boss = await office.staff("supervisor")
    await boss.post("/desk/hall/windows/1", state="closed", reason="x")
    await boss.post("/desk/hall/windows/2", state="closed", reason="x")
    for ago in range(12):
        await office.take("legal-consultation", ago=ago)
    for wrong in ({"act": "fly"}, {"act": "open", "at": "25:00"}, {"act": "pause", "minutes": "none"}):
        assert (await boss.press("/desk/hall/what-if", window="1", **wrong)).status == 422
    answered = await boss.press("/desk/hall/what-if", act="open", window="1")
    decision = await office.db.read(lambda session: session.exec(select(Decision)).one())
    assert f"P80 {decision.p80_before} to {decision.p80_after} minutes" in answered.text and decision.waiting == 12
    assert decision.p80_after < decision.p80_before
    assert "No “what if” has been decided on" in (await boss.get("/desk/hall")).text
    done = await boss.press(f"/desk/hall/what-if/{decision.id}", reason="Too many are waiting")
    assert "Window 1 Open" in done.text and "Open Window 1 at" in done.text and "will be looked at after 60 minutes" in done.text
    assert (await boss.press(f"/desk/hall/what-if/{UUID(int=1)}", reason="x")).status == 422


@only_sqlite
@pytest.mark.anyio
async def test_visitor_presses_still_waiting_on_the_phone_and_at_the_kiosk_and_sees_the_answer(office: House) -> None:
    code = await office.take(ago=30)
    visitor = office.person()
    assert "Feel forgotten?" in (await visitor.get(f"/t/{code}")).text
    assert (await visitor.post(f"/t/{code}/still")).to == f"/t/{code}"
    told = await visitor.get(f"/t/{code}")
    assert "The staff know that you are still waiting" in told.text and f"/t/{code}/still" not in told.html
    assert (await visitor.post(f"/kiosk/tickets/{code}/still")).to == f"/kiosk/tickets/{code}"
    assert "The staff know that you are still waiting" in (await visitor.get(f"/kiosk/tickets/{code}")).text
    guide = await office.staff("daozhen")
    desk = await guide.get("/desk")
    assert desk.text.count("“I am still waiting”") == 1
    (task,) = await office.db.read(_tasks)
    await guide.press(f"/desk/tasks/{task.id}/close")
    for path in (f"/t/{code}", f"/kiosk/tickets/{code}"):
        assert "A member of staff has looked into it. You keep your place." in (await visitor.get(path)).text
    other = await office.take()
    assert "The staff know" not in (await visitor.get(f"/t/{other}")).text


@only_sqlite
@pytest.mark.anyio
async def test_figures_of_a_day_and_a_week_as_pictures_with_tables_and_an_empty_day(office: House) -> None:
    await office.take(ago=0)
    await office.act(actions.call_next, window="3")
    boss = await office.staff("supervisor")
    for query, told in (("", "By hour"), ("?span=week", "By day")):
        page: Page = await boss.get(f"/desk/hall/figures{query}")
        assert "Numbers taken 1 Called 1" in page.text and told in page.text
        assert page.html.count('role="img"') == 3 and "1 number was taken." in page.text
    assert "Nobody came in this time." in (await boss.get("/desk/hall/figures?day=2026-01-05")).text
    assert (await boss.get("/desk/hall/figures?day=nonsense")).status == 200


@pytest.mark.usefixtures("hall")
def test_decision_is_reminded_of_in_its_time_and_its_outcome_is_kept(db: Database, hall: UUID) -> None:
    plan = db.read_now(hall_plan, hall, MORNING)
    told: dict[str, Any] = {"plan": plan, "by": "test"}
    begins = MORNING + timedelta(minutes=30)
    change = Change(48.4, 31.0, 8.0, 2.0)
    kept = db.write_now(deciding.keep_answer, act="open", window="5", begins_at=begins, ends_at=None, change=change, waiting=3,
                        now=MORNING, **told)
    for _ in range(2):
        row = db.write_now(deciding.decide, decision=kept, reason="full", now=MORNING, **told)
    assert (row.p80_before, row.p80_after, row.decided_at) == (48, 31, MORNING)
    for minute in (0, 10):
        db.write_now(actions.issue, service="complaints-appeals", now=MORNING + timedelta(minutes=minute), **told)
    for window, minute in (("3", 40), ("4", 60)):
        db.write_now(actions.call_next, window=plan.window(window), now=MORNING + timedelta(minutes=minute), **told)
    soon, later = begins + timedelta(minutes=59), begins + timedelta(minutes=60)
    assert db.write_now(deciding.keep_outcomes, now=soon, **told) == 0
    assert [db.write_now(deciding.keep_outcomes, now=later, **told) for _ in range(2)] == [1, 0]
    done = db.read_now(deciding.decision_of, plan=plan, decision=kept)
    assert done is not None and (done.actual_calls, done.actual_p80, done.actual_broken) == (2, 48, 0)


def _promise(session: Session, code: str) -> None:
    ticket = session.exec(select(Ticket).where(Ticket.code == code)).one()
    session.merge(Promise(ticket_id=ticket.id, hall_id=ticket.hall_id, at=ticket.arrived_at, low=10, high=30, p80=28.0))


def _journal(session: Session, begins: str) -> list[JournalLine]:
    rows = session.exec(select(JournalLine).order_by(JournalLine.id)).all()  # type: ignore[arg-type]
    return [row for row in rows if row.act.startswith(begins)]


def _tasks(session: Session) -> list[Any]:
    return [row for row in session.exec(select(Task)).all() if row.kind == tasks.STILL]
