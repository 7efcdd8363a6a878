"""Sent from a window for a paper and back: the old place in time, some minutes' credit after that; the console, the phone, the
desk and the order explained know of it. And what a console's rows say of waits and promises."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from kiosk import actions
from kiosk.explained.queries import explained
from kiosk.forecast.forecast import Offer
from kiosk.hall import watching
from kiosk.order import Terms
from kiosk.picture import Standing
from kiosk.tables import State
from kiosk.window.errands import kept_until, send_away
from shared.database import Database
from shared.settings import Settings
from tests.kiosk.staff import Office, open_office
from tests.kiosk.test_actions import Hall, at, refusal

ONE_KIND = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(db: Database, hall: UUID) -> Hall:
    return Hall(db, hall)


def away(desk: Hall, minute: float = 5) -> Standing:
    """A001 is sent from window 1 for a paper, while A002 and A003 wait."""
    for early in range(3):
        desk.issue(minute=early)
    desk.call("1", 4)
    desk.act(actions.start, 4, "1")
    gone: Standing = desk.act(send_away, minute, "1")
    return gone


def test_back_in_time_keeps_the_old_place_and_the_window_is_free_meanwhile(desk: Hall) -> None:
    gone = away(desk)
    assert (gone.state, gone.is_away, kept_until(desk.plan(), gone)) == (State.ON_HOLD, True, at(45))
    assert desk.call("1", 6).number == "A002"
    assert not desk.db.read_now(watching.findings, plan=desk.plan(), now=at(44)).fresh[1:], "nobody waits for who is away"
    back = desk.act(actions.come_back, 45, code=gone.code)
    assert (back.state, back.rank_at, back.ready_at, back.errand_at) == (State.WAITING, gone.rank_at, at(45), None)
    again = desk.act(actions.come_back, 46, code=gone.code)
    assert again == back, "said twice, done once"
    assert desk.call("2", 46).number == "A001", "before A003, who came later"
    assert [act for act in desk.journal() if "errand" in act or "away" in act] == ["ticket-sent-away", "ticket-errand-over"]
    third = desk.picture().by_code[next(one.code for one in desk.picture().tickets.values() if one.number == "A003")]
    facts = desk.db.read_now(explained, plan=desk.plan(), ticket=third, now=at(47))
    assert {reason.why for reason in facts.explanation.reasons} == {"earlier", "returned"}, "its return is told as one"


def test_back_too_late_has_some_minutes_credit_and_who_is_away_may_give_up(desk: Hall) -> None:
    gone = away(desk)
    late = 5 + Terms.of(desk.plan().provisions).errand + 1
    assert desk.act(actions.come_back, late, code=gone.code).rank_at == at(late - 10)
    desk.call("1", 46.5, unfinished="settle")
    other = desk.act(send_away, 47, "1")
    assert desk.act(actions.cancel, 48, code=other.code).state == State.CANCELLED
    assert refusal(lambda: desk.act(send_away, 49, "1")) == "nobody-at-window"


def test_undone_at_the_window_the_visit_goes_on_as_if_nobody_had_gone(desk: Hall) -> None:
    gone = away(desk)
    here = desk.act(actions.resume, 6, "1", code=gone.code)
    assert (here.state, here.started_at, here.errand_at) == (State.SERVING, at(4), None)
    held = desk.act(actions.hold, 7, "1")
    assert not held.is_away and desk.act(actions.come_back, 8, code=gone.code).state == State.ON_HOLD


@pytest.fixture
async def office(settings: Settings, hall: UUID) -> AsyncIterator[Office]:
    async with open_office(settings) as office:
        yield office


@pytest.mark.anyio
@ONE_KIND
async def test_console_phone_and_desk_know_of_an_errand_and_rows_say_what_was_promised(office: Office) -> None:
    clerk, guide, visitor = await office.clerk("1"), await office.staff("daozhen"), office.person()
    plan, now = office.picture().plan, datetime.now(UTC)
    given = [
        await office.db.write(actions.issue, plan=plan, service="legal-consultation", now=now - timedelta(minutes=one), by="t",
                              promised=Offer(0, 15, 12.0))
        for one in (20, 3, 2)
    ]
    page = await clerk.get("/counter")
    rows = page.html.split('<ol class="rows">')[1]
    assert rows.count("promised by") == 3 and rows.count('class="row-until late"') >= 1 and "still about" in rows
    assert not page.can("errand")
    await clerk.press("/counter/1/next", key="1")
    page = await clerk.press("/counter/1/errand", ticket=given[0].code)
    assert page.status == 200 and "place kept until" in page.text and page.can("next")
    assert (await clerk.press("/counter/1/errand", ticket=given[0].code)).status == 200, "a double press is no fault"
    phone = await visitor.get(f"/t/{given[0].code}")
    assert "We are keeping your place" in phone.text and "I am back with the paper" in phone.text
    assert "Back in line" in (await guide.get(f"/desk/tickets/{given[0].code}")).text
    resumed = await clerk.press("/counter/1/resume", ticket=given[0].code)
    assert "In service" in resumed.text and "gone for a paper" not in resumed.text
    await clerk.press("/counter/1/errand", ticket=given[0].code)
    scanned = await visitor.post("/kiosk/code", text=given[0].code, purpose="booking")
    assert scanned.to == f"/kiosk/tickets/{given[0].code}?back=1"
    assert 'class="chip next"' in (await clerk.get("/counter")).html.split(f'number">{given[0].number}')[1][:400], "first again"
