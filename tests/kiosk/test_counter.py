"""The window console by the HTML a clerk reads: where to sit, who is next, what is possible, what was refused and why."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, select

from kiosk import actions
from kiosk.desk import tasks
from kiosk.picture import Standing
from kiosk.plan import HallPlan
from kiosk.tables import Call, Ticket
from kiosk.window import actions as windows
from kiosk.window.console import in_order
from shared.settings import Settings
from tests.kiosk.staff import Office, Page, Person, open_office

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


class Counter(Office):
    """The office with a hall that visitors come to."""

    @property
    def plan(self) -> HallPlan:
        pictures = self.app.state.pictures
        plan: HallPlan = pictures.now_seen(pictures.hall_id(None)).plan
        return plan

    async def act(self, action: Any, **more: Any) -> Any:
        if "window" in more:
            more["window"] = self.plan.window(more["window"])
        return await self.db.write(action, plan=self.plan, now=datetime.now(UTC), by="visitor", **more)

    async def visitor(self, service: str = "complaints-appeals", ago: float = 0, **more: Any) -> str:
        """The code of a new ticket of today, whose holder has waited for some minutes."""

        def issue(session: Session, **how: Any) -> str:
            issued = actions.issue(session, service=service, **how, **more)
            ticket = session.exec(select(Ticket).where(Ticket.id == issued.id)).one()
            earlier = timedelta(minutes=ago)
            ticket.arrived_at, ticket.queued_at = ticket.arrived_at - earlier, ticket.queued_at - earlier
            ticket.rank_at, ticket.ready_at = ticket.rank_at - earlier, ticket.ready_at - earlier
            return issued.code

        code: str = await self.act(issue)
        return code

    def calls(self) -> int:
        return len(self.db.read_now(lambda session: session.exec(select(Call.id)).all()))


@pytest.fixture
async def office(settings: Settings, hall: UUID) -> AsyncIterator[Counter]:
    async with open_office(settings) as office:
        yield Counter(office.app, office.client)


async def call_next(clerk: Person, window: str = "3") -> Page:
    page = await clerk.get("/counter")
    key = page.field(f"/counter/{window}/next", "key")
    return await clerk.press(f"/counter/{window}/next", key=key, ticket="")


# Where to sit -------------------------------------------------------------------------------------------------------


async def test_windows_are_shown_with_state_people_and_services(office: Counter) -> None:
    await office.clerk("1")
    await office.act(windows.pause_window, window="2", reason="Lunch break")
    await office.act(windows.close_window, window="4", reason="End of the day")
    page = await (await office.staff("window3")).get("/counter")
    assert "Window 1 Open Legal consultation 0 1号窗口 陈静 is here" in page.text
    assert "Window 2 Paused" in page.text and "Window 4 Closed" in page.text
    assert "Take over from 1号窗口 陈静" in page.text and "Sit here and open" in page.text


async def test_window_of_a_colleague_is_taken_over_only_when_said_so(office: Counter) -> None:
    first, second = await office.clerk("3"), await office.staff("window4")
    refused = await second.post("/counter/sit", window="3")
    assert refused.status == 409 and "A colleague sits at this window." in refused.text
    assert (await second.post("/counter/sit", window="3", over="true")).to == "/counter"
    assert "Waiting for this window" in (await second.get("/counter")).text
    pressed = await first.press("/counter/3/next", ticket="", key="x")
    assert pressed.to == "/counter?moved=1"
    assert "You are no longer at that window." in (await first.get(pressed.to)).text


async def test_nobody_but_clerks_and_supervisors_comes_to_the_counter(office: Counter) -> None:
    for account in ("daozhen", "admin", "auditor"):
        assert (await (await office.staff(account)).get("/counter")).status == 403
    assert (await (await office.staff("supervisor")).get("/counter")).status == 200
    assert (await office.person().get("/counter")).to == "/sign-in?next=/counter"


# Who is next ----------------------------------------------------------------------------------------------------------


async def test_console_is_calm_when_nobody_waits(office: Counter) -> None:
    page = await (await office.clerk("3")).get("/counter")
    assert "Nobody is waiting Whoever takes a number appears here by itself" in page.text
    assert not page.can("next") and not page.can("choose") and not page.can("start")
    assert "Nobody can be called" in page.text and "Nothing needs attention." in page.text


async def test_waiting_stand_in_the_order_of_call_with_age_in_words(office: Counter) -> None:
    await office.visitor(ago=62)
    await office.visitor(ago=35)
    await office.visitor(ago=20, lane="elderly", needs=["reading-glasses"])
    await office.visitor("legal-consultation", ago=3)
    page = await (await office.clerk("3")).get("/counter")
    line = page.text.split("Waiting for this window")[1]
    assert line.startswith(" 3 Call B001 out of turn B001 62 min")
    assert line.index("B001") < line.index("B003") < line.index("B002") < line.index("A001")
    assert "Aged 60 or over" in line and "Reading glasses" in line
    assert 'data-level="late"' in page.tag(f'id="row-{row_of(page, "B001")}')
    assert "B001 has waited 62 min The long-wait rule puts it first" in page.text


def row_of(page: Page, number: str) -> str:
    """The end of a ticket's code, as rows are named."""
    before = page.html.split(f">{number}</b>")[0]
    return before.rsplit('id="row-', 1)[1].split('"')[0]


async def test_deferred_and_transferred_visitors_carry_their_marks(office: Counter) -> None:
    code = await office.visitor(ago=20)
    await office.act(actions.defer, code=code)
    await office.visitor("legal-consultation", ago=10)
    await office.act(actions.call_next, window="1")
    await office.act(actions.transfer, window="1", service="complaints-appeals")
    page = await (await office.clerk("3")).get("/counter")
    back = (datetime.now(UTC) + timedelta(minutes=15)).astimezone(office.plan.zone)
    assert f"from {back:%H:}" in page.text
    assert "A001 10 min long wait too long next from Legal consultation" in page.text


@pytest.mark.parametrize(("capped_last", "first"), [(False, "B001"), (True, "B002")])
async def test_order_shows_whom_the_next_call_would_be(capped_last: bool, first: str, database_url: str) -> None:
    now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    waiting = [standing("B001", now, 70, 0), standing("B002", now, 60, 20), standing("B003", now, 5, 0)]
    assert in_order(waiting, now, 60, capped_last)[0].number == first


def standing(number: str, now: datetime, ago: float, head_start: int) -> Standing:
    came = now - timedelta(minutes=ago)
    return Standing(
        id=UUID(int=int(number[1:])), number=number, code=number, service_id=UUID(int=1), state="waiting", language="zh-CN",
        lane="", head_start=head_start, needs="", arrived_at=came, queued_at=came, ready_at=came,
        rank_at=came - timedelta(minutes=head_start), deferrals=0, window_id=None, called_at=None, started_at=None,
        transferred_from="", version=1,
    )


# One visit ------------------------------------------------------------------------------------------------------------


async def test_visit_goes_from_the_call_to_the_end_and_only_the_possible_is_enabled(office: Counter) -> None:
    code = await office.visitor(ago=24)
    clerk = await office.clerk("3")
    page = await call_next(clerk)
    assert "Calling · once" in page.text and "Waited 24 minutes" in page.text
    assert {act: page.can(act) for act in ("next", "start", "recall", "miss", "hold", "finish", "choose")} == {
        "next": False, "start": True, "recall": True, "miss": True, "hold": True, "finish": False, "choose": False,
    }  # fmt: skip
    page = await clerk.press("/counter/3/start", ticket=code)
    assert "In service" in page.text and page.can("finish") and not page.can("recall") and not page.can("miss")
    assert f'href="/cases/new?ticket={code}"' in page.html
    page = await clerk.press("/counter/3/finish", ticket=code)
    assert "The window is free" in page.text and "Served today 1" in page.text


async def test_console_says_what_became_of_the_call(office: Counter) -> None:
    await office.visitor()
    clerk = await office.clerk("3")
    page = await call_next(clerk)
    assert "not yet on the screen not yet spoken" in page.text

    def acknowledge(session: Any, plan: HallPlan, now: datetime, by: str) -> None:
        call = session.exec(select(Call)).one()
        call.shown_at, call.silent = now, "no-voice"

    await office.act(acknowledge)
    assert "on the screen no voice" in (await clerk.get("/counter")).text


async def test_second_call_next_of_one_screen_is_the_same_call(office: Counter) -> None:
    await office.visitor()
    await office.visitor()
    clerk = await office.clerk("3")
    key = (await clerk.get("/counter")).field("/counter/3/next", "key")
    pages = [await clerk.press("/counter/3/next", key=key, ticket="") for _ in range(2)]
    assert [page.status for page in pages] == [200, 200]
    assert all("B001" in page.text and "Calling · once" in page.text for page in pages)
    assert office.calls() == 1


@pytest.mark.parametrize("act", ["start", "finish", "miss", "hold"])
async def test_double_press_does_nothing_twice_and_is_no_fault(office: Counter, act: str) -> None:
    code = await office.visitor()
    await office.visitor()
    clerk = await office.clerk("3")
    await call_next(clerk)
    if act == "finish":
        await clerk.press("/counter/3/start", ticket=code)
    first = await clerk.press(f"/counter/3/{act}", ticket=code)
    second = await clerk.press(f"/counter/3/{act}", ticket=code)
    assert (first.status, second.status) == (200, 200)
    assert 'role="alert" data-code' not in second.html
    assert office.calls() == 1


async def test_stale_press_is_told_that_things_have_moved_on(office: Counter) -> None:
    first = await office.visitor(ago=2)
    await office.visitor(ago=1)
    clerk = await office.clerk("3")
    await call_next(clerk)
    await office.act(actions.start, window="3")
    await office.act(actions.finish, window="3")
    await office.act(actions.call_next, window="3")
    for act in ("finish", "miss", "hold", "recall"):
        stale = await clerk.press(f"/counter/3/{act}", ticket=first)
        assert stale.status == 409 and "Someone has already done this." in stale.text
        assert "B002" in stale.text and "Calling · once" in stale.text
    assert office.app.state.pictures.now_seen(office.plan.id).at_window[office.plan.window("3").id].number == "B002"


async def test_stale_press_on_an_empty_window_is_told_the_same(office: Counter) -> None:
    code = await office.visitor()
    clerk = await office.clerk("3")
    await call_next(clerk)
    await office.act(actions.miss, window="3")
    stale = await clerk.press("/counter/3/start", ticket=code)
    assert stale.status == 409 and "Someone has already done this." in stale.text
    assert (await clerk.press("/counter/3/start", ticket="")).status == 409


async def test_two_clerks_press_for_one_visitor_and_one_reads_a_kind_sentence(office: Counter) -> None:
    await office.visitor()
    second, third = await office.clerk("2"), await office.clerk("3")
    key = (await third.get("/counter")).field("/counter/3/next", "key")
    won = await call_next(second, "2")
    lost = await third.press("/counter/3/next", key=key, ticket="")
    assert won.status == 200 and "B001" in won.text
    assert lost.status == 409 and "Nobody is waiting for this window. You will see here when someone comes." in lost.text
    assert office.calls() == 1


async def test_press_without_script_leads_back_to_the_console(office: Counter) -> None:
    code = await office.visitor()
    clerk = await office.clerk("3")
    page = await clerk.get("/counter")
    assert (await clerk.post("/counter/3/next", ticket="", key=page.field("/counter/3/next", "key"))).to == "/counter"
    refused = await clerk.post("/counter/3/finish", ticket="0" * 26)
    assert refused.status == 409 and refused.html.startswith("<!doctype html>") and "Someone has already" in refused.text
    assert (await clerk.post("/counter/3/start", ticket=code)).to == "/counter"


async def test_recall_counts_and_a_double_recall_sounds_once(office: Counter) -> None:
    code = await office.visitor()
    clerk = await office.clerk("3")
    call = (await call_next(clerk)).field("/counter/3/recall", "call")
    pages = [await clerk.press("/counter/3/recall", ticket=code, call=call) for _ in range(2)]
    assert all("Calling · 2 times" in page.text for page in pages)
    assert office.calls() == 2


# Setting aside, sending on, out of turn -----------------------------------------------------------------------------------


async def test_transfer_asks_where_and_keeps_the_number(office: Counter) -> None:
    code = await office.visitor(ago=5)
    clerk = await office.clerk("3")
    await call_next(clerk)
    question = await clerk.get(f"/counter/3/transfer?ticket={code}", **{"hx-request": "true"})
    assert "Where to? Number and arrival stay the same" in question.text and "Legal consultation 1, 2, 6 open" in question.text
    assert "Complaints and appeals" not in question.text
    page = await clerk.press("/counter/3/transfer", ticket=code, service="legal-consultation")
    assert page.status == 200 and "The window is free" in page.text
    assert "B001" in (await (await office.clerk("1")).get("/counter")).text
    assert (await clerk.press("/counter/3/transfer", ticket=code, service="legal-consultation")).status == 200


async def test_chosen_call_needs_a_reason_and_keeps_what_was_typed(office: Counter) -> None:
    await office.visitor(ago=9)
    code = await office.visitor(ago=5)
    clerk = await office.clerk("3")
    asked = await clerk.press("/counter/3/choose", ticket=code, reason="", other="  ")
    assert asked.status == 422 and asked.answer.headers["hx-retarget"] == "#panel"
    assert "A reason is needed for this." in asked.text and "selected" in asked.tag(f'value="{code}"')
    page = await clerk.press("/counter/3/choose", ticket=code, other="Papers are complete now")
    assert "Calling · once" in page.text and "B002" in page.text


async def test_held_visit_waits_here_and_is_resumed(office: Counter) -> None:
    first = await office.visitor(ago=9)
    await office.visitor(ago=5)
    clerk = await office.clerk("3")
    await call_next(clerk)
    await clerk.press("/counter/3/start", ticket=first)
    held = await clerk.press("/counter/3/hold", ticket=first)
    assert "On hold here 1 B001" in held.text and held.can("next")
    busy = await call_next(clerk)
    assert "disabled" in busy.html.split('action="/counter/3/resume"')[1].split("</form>")[0]
    refused = await clerk.press("/counter/3/resume", ticket=first)
    assert refused.status == 409 and "Someone is still at this window." in refused.text
    await office.act(actions.miss, window="3")
    assert "In service" in (await clerk.press("/counter/3/resume", ticket=first)).text


async def test_missed_visitor_goes_back_in_line_or_is_called_back_here(office: Counter) -> None:
    code = await office.visitor()
    clerk = await office.clerk("3")
    await call_next(clerk)
    missed = await clerk.press("/counter/3/miss", ticket=code)
    assert "Missed the call 1 B001" in missed.text and "Undo: call here" in missed.text
    back = await clerk.press("/counter/3/back", ticket=code)
    assert "Missed the call 0" in back.text and "Waiting for this window 1" in back.text
    await call_next(clerk)
    await clerk.press("/counter/3/miss", ticket=code)
    undone = await clerk.press("/counter/3/fetch", ticket=code, reason="Marked as missed by mistake")
    assert "Calling · 3 times" in undone.text


# The window -----------------------------------------------------------------------------------------------------------------


async def test_paused_window_says_why_and_calls_nobody(office: Counter) -> None:
    await office.visitor()
    clerk = await office.clerk("3")
    key = (await clerk.get("/counter")).field("/counter/3/next", "key")
    assert (await clerk.press("/counter/3/pause")).status == 422
    page = await clerk.press("/counter/3/pause", reason="Lunch break")
    assert "The window is paused Lunch break since" in page.text and not page.can("next")
    refused = await clerk.press("/counter/3/next", key=key, ticket="")
    assert refused.status == 409 and "This window is not open." in refused.text
    assert (await clerk.press("/counter/3/open")).can("next")


async def test_leaving_leaves_the_window_to_a_colleague_or_closes_it(office: Counter) -> None:
    clerk = await office.clerk("3")
    assert (await clerk.post("/counter/3/leave")).to == "/counter"
    assert office.plan.window("3").state == "open" and "Which window are you at?" in (await clerk.get("/counter")).text
    await clerk.sit("3")
    assert (await clerk.post("/counter/3/leave", reason="End of the day")).to == "/counter"
    await clerk.get("/counter")
    assert office.plan.window("3").state == "closed"


async def test_window_with_a_visitor_is_not_closed_by_leaving(office: Counter) -> None:
    await office.visitor()
    clerk = await office.clerk("3")
    await call_next(clerk)
    refused = await clerk.post("/counter/3/leave", reason="End of the day")
    assert refused.status == 409 and "Someone is still at this window." in refused.text


async def test_reminders_show_open_tasks_of_the_hall(office: Counter) -> None:
    await office.act(tasks.open_task, kind=tasks.HELP, subject="help:1", place="Kiosk 1")
    page = await (await office.clerk("3")).get("/counter")
    assert "A visitor asks for help Kiosk 1" in page.text


async def test_panel_and_act_that_do_not_exist_are_not_found(office: Counter) -> None:
    clerk = await office.clerk("3")
    assert (await clerk.get("/counter/3/dance")).status == 404
    assert (await clerk.post("/counter/3/dance")).status == 404
    assert (await clerk.post("/counter/99/next")).status == 404


@pytest.mark.parametrize("panel", ["transfer", "choose", "pause", "leave", "keys"])
async def test_questions_are_pages_of_their_own_without_script(office: Counter, panel: str) -> None:
    page = await (await office.clerk("3")).get(f"/counter/3/{panel}")
    assert page.status == 200 and page.html.startswith("<!doctype html>") and f'data-panel="{panel}"' in page.html


async def test_console_drawn_by_the_socket_is_the_console_of_the_page(office: Counter) -> None:
    """Board after the change == board freshly drawn; what only the page knows (who sits there) is left alone."""
    from kiosk.counter import draw

    await office.visitor(ago=3, lane="disability")
    clerk = await office.clerk("3")
    await call_next(clerk)
    state = office.app.state
    picture = office.picture()
    now = datetime.now(UTC)
    drawn = await draw(state.pages, state.db, picture, "3", "en", now)
    page = (await clerk.get("/counter")).html
    assert drawn.split("<main")[1].split("</main>")[0] in page
    assert "王芳" not in drawn
