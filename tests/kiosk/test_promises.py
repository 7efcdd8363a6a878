"""Promised waits on both databases: learnt from visits, held, raised with the reason only, kept in the books and scored."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

import anyio
import pytest
from msgspec.structs import replace
from sqlmodel import Session, select

from kiosk import actions, wait
from kiosk.forecast import booked, promises, records
from kiosk.forecast.closing import breaks, closing
from kiosk.forecast.forecast import PEOPLE_MOST, Offer, Told, expected, hall_of
from kiosk.forecast.forecasting import Forecasting
from kiosk.forecast.records import Records
from kiosk.forecast.simulation import Lengths
from kiosk.hall import twin
from kiosk.picture import Picture, Pictures
from kiosk.tables import Promise, Task, Ticket
from kiosk.window import actions as windows
from shared.live import Boards
from shared.offices import Hours
from tests.conftest import MORNING
from tests.kiosk.test_actions import Hall, at, desk, refusal

__all__ = ["desk"]
TEN = Lengths(visits=(8.0, 9.0, 10.0, 11.0), turns=(9.0, 10.0, 11.0, 12.0))
WEEKDAYS: dict[int, tuple[tuple[time, time], ...]] = {
    day: ((time(8, 30), time(12)), (time(14, 30), time(17, 30))) for day in range(5)
}


def measured(desk: Hall) -> Picture:
    """The hall as it is, with visits of about ten minutes on record."""
    picture = desk.picture()
    picture.forecast.records = Records(lengths={one.code: TEN for one in picture.plan.services})
    return picture


def outcomes(desk: Hall) -> dict[str, str]:
    rows = desk.db.read_now(lambda s: s.exec(select(Ticket.number, Promise.outcome).join(Promise)).all())
    return {number: outcome for number, outcome in rows}


def settle(desk: Hall, minute: float) -> None:
    ripe = desk.db.read_now(promises.ripe, hall=desk.id)
    desk.db.write_now(promises.score, plan=desk.plan(), tickets=ripe, now=at(minute), by="clock")


def test_a_promise_is_kept_in_the_books_and_scored_by_the_first_call(desk: Hall) -> None:
    told = Offer(low=10, high=20, p80=15.0)
    tickets = [desk.issue(minute=0, promised=told) for _ in range(5)]
    desk.issue(minute=0)
    assert desk.db.read_now(promises.ripe, hall=desk.id) == []
    desk.call("1", 12)
    desk.act(actions.recall, 40, "1")
    desk.call("2", 21)
    desk.act(actions.defer, 22, code=tickets[2].code)
    desk.call("1", 45, unfinished="settle")
    desk.call("2", 46, unfinished="settle")
    desk.call("6", 47)
    desk.call("1", 48, unfinished="settle")
    settle(desk, 60)
    assert outcomes(desk) == {"A001": "kept", "A002": "broken", "A003": "void", "A004": "broken", "A005": "broken"}
    assert desk.db.read_now(promises.kept_lately, hall=desk.id, now=at(60)).percent == 25
    (day,) = desk.db.read_now(promises.by_day, plan=desk.plan(), now=at(60), days=7)
    assert (day.kept, day.covered, day.broken, day.void, day.tested) == (1, 1, 3, 1, 4)


def test_somebody_who_leaves_is_scored_only_after_the_promised_time(desk: Hall) -> None:
    soon, late = (desk.issue(minute=0, promised=Offer(10, 20, 15.0)) for _ in range(2))
    desk.act(actions.cancel, 5, code=soon.code)
    desk.act(actions.cancel, 30, code=late.code)
    settle(desk, 31)
    assert outcomes(desk) == {"A001": "void", "A002": "broken"}


def test_promises_that_do_not_hold_are_a_task_until_they_do(desk: Hall) -> None:
    def fill(session: Session, *, waited: float, first: int) -> None:
        plan = desk.plan()
        for n in range(wait.SCORED):
            issued = actions.issue(session, plan=plan, service="legal-consultation", now=at(first + n / 100), by="visitor",
                                   promised=Offer(10, 20, 15.0))
            session.flush()
            row = session.get_one(Promise, issued.id)
            row.outcome, row.waited = "kept", waited
            session.add(row)
        session.flush()
        promises.watch(session, plan=plan, now=at(first + 1), by="clock")

    def open_tasks() -> list[str]:
        return list(desk.db.read_now(lambda s: s.exec(select(Task.kind).where(Task.closed_at == None)).all()))  # noqa: E711

    desk.db.write_now(fill, waited=18.0, first=0)  # within the range, later than P80
    assert open_tasks() == [promises.TASK]
    desk.db.write_now(fill, waited=14.0, first=10)
    assert open_tasks() == []


def test_a_number_whose_promise_could_not_be_kept_is_not_given(desk: Hall) -> None:
    late = Offer(low=80, high=100, p80=95.0, too_late=True)
    assert refusal(lambda: desk.issue(promised=late)) == "too-late-today"
    desk.issue(promised=late, slot=at(10))
    assert desk.states() == {"A001": "waiting"}


def test_what_is_said_rises_only_with_its_reason(desk: Hall) -> None:
    """Window 2 pauses while four wait for 1, 2 and 6 alike: those whose wait grows hear which window it was."""
    for window in ("3", "4", "6"):
        desk.act(windows.pause_window, 0, window, reason="演示")
    codes = [desk.issue(minute=0).code for _ in range(12)]
    before = measured(desk)
    forecast = before.forecast
    forecast.told = dict.fromkeys(before.tickets)
    forecast.look(before, at(1))
    last = before.by_code[codes[-1]]
    first_said = before.said_to(last, at(1))
    assert first_said.reason is None
    assert first_said.high <= 70

    desk.act(windows.pause_window, 2, "2", reason="午休")
    after = desk.picture()
    after.forecast = forecast
    forecast.look(after, at(3))
    said = after.said_to(last, at(3))
    assert said.high > first_said.high
    assert said.reason == wait.Reason(wait.Cause.WINDOW_PAUSED, "2")
    assert after.said_to(after.by_code[codes[0]], at(3)).reason is None
    forecast.look(after, at(10))
    assert after.said_to(last, at(10)).reason == said.reason  # still said some minutes later


def test_a_promise_of_the_issue_binds_what_is_said_later(desk: Hall) -> None:
    codes = [desk.issue(minute=0).code for _ in range(8)]
    picture = measured(desk)
    last = picture.by_code[codes[-1]]
    picture.forecast.told = {last.id: Told((last.service_id, last.queued_at), at(12))}
    picture.forecast.look(picture, at(0))
    assert picture.said_to(last, at(0)).high == 15  # 12 minutes are left of the promise
    assert picture.said_to(picture.by_code[codes[0]], at(0)).reason is None


def test_with_very_many_waiting_the_formula_speaks(desk: Hall) -> None:
    def crowd(session: Session) -> None:
        plan = desk.plan()
        for _ in range(PEOPLE_MOST + 1):
            actions.issue(session, plan=plan, service="compensation-aid", now=at(0), by="visitor")

    desk.db.write_now(crowd)
    picture = measured(desk)
    picture.forecast.told = dict.fromkeys(picture.tickets)
    picture.forecast.look(picture, at(1))
    assert not picture.forecast.said
    first = picture.line(picture.plan.service("compensation-aid"))[4]
    assert picture.wait_for(first, at(1)) == (70, 130)  # 4 x 25 minutes at one window


def test_a_newcomer_is_told_the_played_wait_and_who_comes_after_closing_none(desk: Hall) -> None:
    for _ in range(9):
        desk.issue("compensation-aid", minute=0)
    picture = measured(desk)
    picture.plan = replace(picture.plan, hours=Hours({0: ((time(8), time(9, 20)),)}, rest_days=False))
    picture.forecast.look(picture, at(0))
    offer = picture.promise("compensation-aid", "", at(0))
    assert offer is not None
    assert 85 <= offer.p80 <= 110
    assert offer.too_late  # 20 minutes to closing and 30 of grace
    ahead = picture.promise("legal-consultation", "elderly", at(0))
    assert ahead == Offer(0, 5, ahead.p80 if ahead else 0.0)
    assert picture.promise("nothing", "", at(0)) is None


def test_visits_teach_how_long_they_last(desk: Hall) -> None:
    plan = desk.plan()
    assert desk.db.read_now(records.learn, plan=plan, now=MORNING).lengths == {}

    def day(session: Session) -> None:
        window = plan.window("1")
        for n in range(60):
            now = at(n * 10)
            with_lane = {"lane": "elderly"} if n % 5 == 0 else {}
            actions.issue(session, plan=plan, service="legal-consultation", now=now, by="v", **with_lane)  # type: ignore[arg-type]
            told: dict[str, Any] = {"plan": plan, "window": window, "by": "s"}
            actions.call_next(session, now=now, **told)
            if n % 12 == 11:
                actions.miss(session, now=now + timedelta(minutes=2), **told)
                continue
            actions.start(session, now=now + timedelta(minutes=1), **told)
            actions.finish(session, now=now + timedelta(minutes=8), **told)

    desk.db.write_now(day)
    learnt = desk.db.read_now(records.learn, plan=plan, now=at(60 * 24))
    own = learnt.lengths["legal-consultation"]
    assert set(own.visits) == {7.0}
    assert set(own.turns) == {8.0, 10.0}
    assert {one.head_start for one in learnt.rates} == {0, 20}
    tomorrow = at(60 * 24)
    coming = expected(plan, learnt, tomorrow, 90)
    assert {(one.begins, one.until) for one in coming} == {(0, 60), (60, 90)}
    assert sum(one.per_hour for one in coming if not one.begins) == 6, "as many as on the day on record"
    shut = replace(plan, hours=Hours({1: ((time(8), time(9, 20)),)}, rest_days=False))
    assert {one.until for one in expected(shut, learnt, tomorrow, 90)} == {20}, "nobody after closing"
    assert {one.head_start for one in hall_of(desk.picture(), learnt, tomorrow).streams} == {20.0}, "for waits only these matter"
    idle = replace(hall_of(desk.picture(), learnt, tomorrow), waiting=())
    closed = twin.Question(twin.PAUSE, "2", 0)
    few, many = (twin.ask(idle, closed, {}, tomorrow, 1, busy) for busy in ((), [replace(one, per_hour=30.0) for one in coming]))
    assert few.p80_after == 0 and many.p80_after > many.p80_before > 0, "a pause is felt by those who are still to come"
    assert learnt.keeps == 0.9


@pytest.mark.anyio
async def test_the_job_learns_recalls_promises_and_looks_ahead(desk: Hall) -> None:
    issued = desk.issue(minute=0, promised=Offer(10, 20, 15.0))
    picture = desk.picture()
    job = Forecasting(desk.db, Pictures(desk.db, Boards(desk.db, "")))
    await job.look(picture, at(1))
    told = picture.forecast.told[issued.id]
    assert told is not None
    assert told.until <= at(20)
    assert picture.forecast.at == at(1)


def test_somebody_with_a_booking_is_promised_the_place_that_the_order_gives_and_held_to_it(desk: Hall) -> None:
    for _ in range(9):
        desk.issue("compensation-aid", minute=0)
    picture = measured(desk)
    aid, key = picture.plan.service("compensation-aid").id, uuid4()
    far, early, due = (booked.offer(picture, key, aid, slot, "", at(0)) for slot in (at(60), at(20), at(2)))
    assert far.p80 > 80, "nine have come more than the head start before it"
    assert 15 <= early.p80 <= 30, "not long before the booked time"
    assert (due.high, due.too_late) == (5, False)
    given = desk.issue("compensation-aid", minute=0, slot=at(20), promised=early)
    now_seen = desk.picture()
    assert desk.db.read_now(promises.given_to, tickets=[given.id])[0].until == at(early.high)
    anyio.run(Forecasting(desk.db, Pictures(desk.db, Boards(desk.db, ""))).look, now_seen, at(1))
    told = now_seen.forecast.told[given.id]
    assert told is not None and told.until <= at(early.high), "also before its time has come"
    desk.call("4", 70, unfinished="settle")
    desk.db.write_now(lambda s: setattr(s.get_one(Ticket, given.id), "rank_at", at(-500)))
    desk.call("4", 75, unfinished="settle")
    assert desk.db.read_now(promises.given_to, tickets=[given.id]) == [], "a promise ends with the call"


def at_clock(hour: int, minute: int = 0, day: int = 23) -> datetime:
    return MORNING.replace(day=day) + timedelta(hours=hour - 9, minutes=minute)


def test_closing_and_breaks_follow_the_hours(desk: Hall) -> None:
    plan = replace(desk.plan(), hours=Hours(WEEKDAYS, rest_days=False))
    assert closing(plan, at_clock(9)) == at_clock(17, 30)
    assert breaks(plan, at_clock(9)) == ((180.0, 330.0),)
    assert breaks(plan, at_clock(12, 30)) == ((0.0, 120.0),)
    assert breaks(plan, at_clock(15)) == ()
    assert closing(plan, at_clock(18)) is None
    day_and_night = replace(plan, hours=Hours({day: ((time(0), time(0)),) for day in range(7)}, rest_days=False))
    assert closing(day_and_night, at_clock(9)) is None
    until_midnight = replace(plan, hours=Hours({0: ((time(8), time(0)),)}, rest_days=False))
    assert closing(until_midnight, at_clock(9)) == at_clock(24)
