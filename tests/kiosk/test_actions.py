"""What people do in the hall, on both databases: each act's effect, its refusals, and what a second press does."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, select

from kiosk import actions, steps
from kiosk.hall import watching
from kiosk.picture import Picture, look
from kiosk.plan import HallPlan, hall_plan
from kiosk.tables import Call, Service, State, Ticket, Window
from kiosk.window import calling
from shared.database import Database
from shared.errors import Refused
from shared.journal import JournalLine
from tests.conftest import MORNING


class Hall:
    """A hall for tests: acts by window and service code, at minutes after nine."""

    def __init__(self, db: Database, hall: UUID) -> None:
        self.db, self.id = db, hall

    def plan(self, minute: float = 0) -> HallPlan:
        return self.db.read_now(hall_plan, self.id, at(minute))

    def issue(self, service: str = "legal-consultation", minute: float = 0, **more: Any) -> actions.Issued:
        return self.db.write_now(actions.issue, plan=self.plan(), service=service, now=at(minute), by="visitor", **more)

    def act(self, act: Callable[..., Any], minute: float = 0, window: str | None = None, **more: Any) -> Any:
        if window is not None:
            more["window"] = self.plan().window(window)
        return self.db.write_now(act, plan=self.plan(), now=at(minute), by="staff:1", **more)

    def call(self, window: str = "1", minute: float = 1, **more: Any) -> steps.Called:
        called = self.act(actions.call_next, minute, window, **more)
        assert isinstance(called, steps.Called)
        return called

    def picture(self) -> Picture:
        change = self.db.read_now(look, self.id, -1, -1, MORNING)
        assert change.plan is not None
        picture = Picture(change.plan)
        picture.apply(change)
        return picture

    def states(self) -> dict[str, str]:
        return self.db.read_now(lambda s: {t.number: str(t.state.value) for t in s.exec(select(Ticket)).all()})

    def journal(self) -> list[str]:
        return self.db.read_now(lambda s: [line.act for line in s.exec(select(JournalLine)).all()])


def at(minute: float) -> datetime:
    return MORNING + timedelta(minutes=minute)


@pytest.fixture
def desk(db: Database, hall: UUID) -> Hall:
    return Hall(db, hall)


def refusal(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


# Taking a number ----------------------------------------------------------------------------------------------------


def test_issue_gives_numbers_in_order_for_each_prefix(desk: Hall) -> None:
    given = [desk.issue("legal-consultation"), desk.issue("complaints-appeals"), desk.issue("legal-consultation")]
    assert [one.number for one in given] == ["A001", "B001", "A002"]


def test_issue_begins_again_at_midnight_of_the_office(desk: Hall) -> None:
    desk.issue(minute=14 * 60 + 59)
    assert desk.issue(minute=15 * 60).number == "A001"


def test_issue_with_the_same_key_gives_the_same_ticket(desk: Hall) -> None:
    first, second = desk.issue(key="tap"), desk.issue(key="tap", minute=1)
    assert (first.code, second.fresh) == (second.code, False)
    assert desk.issue().number == "A002"


def test_issue_counts_a_head_start_only_where_the_lane_holds(desk: Hall) -> None:
    desk.issue(lane="elderly")
    desk.issue(lane="lawyer")
    desk.issue("lawyers-cases", lane="lawyer")
    credits = {one.number: one.head_start for one in desk.picture().tickets.values()}
    assert credits == {"A001": 20, "A002": 0, "D001": 20}


@pytest.mark.parametrize(
    ("service", "code"), [("none", "unknown-service"), ("chief-procurator", "by-booking"), ("compensation-aid", "service-closed")]
)
def test_issue_refuses_what_cannot_be_served(desk: Hall, service: str, code: str) -> None:
    def close(session: Session) -> None:
        session.exec(select(Service).where(Service.code == "compensation-aid")).one().open = False

    desk.db.write_now(close)
    assert refusal(lambda: desk.issue(service)) == code
    assert desk.issue().number == "A001"


def test_issue_stops_at_the_daily_limit_and_leaves_no_gap(desk: Hall) -> None:
    def limit(session: Session) -> None:
        session.exec(select(Service).where(Service.code == "legal-consultation")).one().daily_limit = 1

    desk.db.write_now(limit)
    desk.issue()
    assert refusal(desk.issue) == "contingent-full"
    assert desk.states() == {"A001": "waiting"}


def test_a_refused_issue_leaves_no_trace(desk: Hall) -> None:
    before = desk.picture().version
    refusal(lambda: desk.issue(lane="princes"))
    assert (desk.picture().version, desk.states(), "ticket-issued" in desk.journal()) == (before, {}, False)


# Calling ------------------------------------------------------------------------------------------------------------


def test_call_next_takes_the_first_in_the_order(desk: Hall) -> None:
    desk.issue(minute=0)
    desk.issue(minute=10, lane="elderly")
    assert [desk.call("1", 11).number, desk.call("2", 11).number] == ["A002", "A001"]


def test_call_next_takes_only_what_the_window_can_serve(desk: Hall) -> None:
    desk.issue("complaints-appeals", minute=0)
    desk.issue("legal-consultation", minute=1)
    assert desk.call("1", 2).number == "A001"
    assert refusal(lambda: desk.call("5", 2)) == "nobody-waiting"


def test_call_next_with_the_same_key_calls_nobody_else(desk: Hall) -> None:
    desk.issue()
    desk.issue()
    first = desk.call(key="press")
    assert desk.call(key="press").call_id == first.call_id
    assert sorted(desk.states().values()) == ["called", "waiting"]


def test_call_next_waits_until_the_window_is_free(desk: Hall) -> None:
    desk.issue()
    desk.issue()
    desk.call()
    assert refusal(desk.call) == "window-busy"


def test_call_next_that_settles_finishes_who_was_served_and_marks_who_never_came(desk: Hall) -> None:
    for _ in range(3):
        desk.issue()
    desk.call()
    desk.act(actions.start, 2, "1")
    desk.call(unfinished="settle")
    desk.call(unfinished="settle")
    assert desk.states() == {"A001": "done", "A002": "missed", "A003": "called"}


def test_call_next_with_nobody_waiting_leaves_the_current_visit_alone(desk: Hall) -> None:
    desk.issue()
    desk.call()
    assert refusal(lambda: desk.call(unfinished="settle")) == "nobody-waiting"
    assert desk.states() == {"A001": "called"}


def test_call_next_gives_the_longest_wait_its_turn_after_an_hour(desk: Hall) -> None:
    desk.issue(minute=0)
    for minute in range(10, 20):
        desk.issue(minute=minute, lane="elderly")
    called = [desk.call(window, 61).number for window in ("1", "2")]
    assert called == ["A001", "A002"]


def test_call_chosen_needs_a_reason_and_keeps_it(desk: Hall) -> None:
    desk.issue()
    second = desk.issue()
    choose = {"window": "1", "code": second.code}
    assert refusal(lambda: desk.act(actions.call_chosen, reason=" ", **choose)) == "reason-needed"
    assert desk.act(actions.call_chosen, reason="携带婴儿，临时不适", **choose).number == "A002"
    kept = desk.db.read_now(lambda s: s.exec(select(JournalLine.reason).where(JournalLine.act == "call-chosen")).one())
    assert kept == "携带婴儿，临时不适"


def test_a_closed_window_calls_nobody(desk: Hall) -> None:
    def close(session: Session) -> None:
        session.exec(select(Window).where(Window.code == "1")).one().state = "paused"

    desk.issue()
    desk.db.write_now(close)
    assert refusal(desk.call) == "window-not-open"


def test_recall_is_a_new_call_of_the_same_number(desk: Hall) -> None:
    desk.issue()
    first, again = desk.call(), desk.act(actions.recall, 2, "1")
    assert (again.number, again.call_id > first.call_id) == (first.number, True)
    assert [call.id for call in desk.picture().recent_calls(5)] == [again.call_id]


# At the window ------------------------------------------------------------------------------------------------------


def test_a_visit_from_call_to_end(desk: Hall) -> None:
    desk.issue(lane="elderly", needs=["wheelchair"])
    desk.call()
    desk.act(actions.start, 2, "1")
    done = desk.act(actions.finish, 12, "1")
    assert (done.state, done.lane, done.needs) == (State.DONE, "", "")
    assert desk.journal()[-4:] == ["ticket-issued", "call-next", "ticket-started", "ticket-finished"]


def test_a_second_start_changes_nothing(desk: Hall) -> None:
    desk.issue()
    desk.call()
    first = desk.act(actions.start, 2, "1")
    assert desk.act(actions.start, 3, "1").started_at == first.started_at


@pytest.mark.parametrize("act", [actions.recall, actions.start, actions.finish, actions.miss, actions.hold])
def test_an_act_on_another_visitor_than_the_clerk_saw_is_refused(desk: Hall, act: Callable[..., Any]) -> None:
    desk.issue()
    desk.call()
    assert refusal(lambda: desk.act(act, 2, "1", ticket="0" * 26)) == "moved-on"
    assert refusal(lambda: desk.act(act, 2, "2")) in ("nobody-called", "nobody-at-window")


def test_scenario_6_a_missed_visitor_returns_after_the_next_two_calls_once(desk: Hall) -> None:
    """Three calls in vain, marked as missed; the slip is scanned 12 minutes later. Nobody is called back by the clock."""
    ticket = desk.issue(minute=0)
    desk.call(minute=20)
    for minute in (21, 22):
        desk.act(actions.recall, minute, "1")
    desk.act(actions.miss, 23, "1")
    for minute in (24, 25, 26):
        desk.issue(minute=minute)
    called = desk.journal()
    desk.act(watching.keep_watch, 34)
    assert calling.unanswered(desk.picture(), at(34)) == [], "the missed list calls nobody by itself"
    assert [act for act in desk.journal()[len(called):] if act.startswith("call")] == []
    back = desk.act(actions.come_back, 35, code=ticket.code)
    assert back.state == State.WAITING
    assert desk.act(actions.come_back, 36, code=ticket.code) == back
    numbers = [desk.call(minute=37 + turn, unfinished="settle").number for turn in range(4)]
    assert numbers == ["A002", "A003", "A001", "A004"]


def test_who_comes_back_late_or_again_has_some_minutes_of_credit(desk: Hall) -> None:
    ticket = desk.issue(minute=0)
    desk.call(minute=20)
    desk.act(actions.miss, 23, "1")
    assert desk.act(actions.come_back, 60, code=ticket.code).rank_at == at(50)
    desk.call(minute=61)
    desk.act(actions.miss, 62, "1")
    assert desk.act(actions.come_back, 63, code=ticket.code).rank_at == at(53)


def test_hold_frees_the_window_and_resume_goes_on(desk: Hall) -> None:
    first = desk.issue()
    desk.issue()
    desk.call()
    started = desk.act(actions.start, 2, "1").started_at
    desk.act(actions.hold, 3, "1")
    assert desk.call(minute=4).number == "A002"
    assert refusal(lambda: desk.act(actions.resume, 5, "1", code=first.code)) == "window-busy"
    desk.act(actions.finish, 6, "1")
    resumed = desk.act(actions.resume, 7, "1", code=first.code)
    assert (resumed.state, resumed.started_at) == (State.SERVING, started)


def test_transfer_keeps_number_and_arrival(desk: Hall) -> None:
    ticket = desk.issue(minute=0)
    desk.issue("complaints-appeals", minute=5)
    desk.call()
    moved = desk.act(actions.transfer, 10, "1", service="complaints-appeals")
    assert (moved.number, moved.arrived_at, moved.transferred_from) == ("A001", ticket.arrived_at, "legal-consultation")
    assert desk.call("3", 11).number == "A001"


# Visitors -----------------------------------------------------------------------------------------------------------


def test_more_time_is_never_ahead_of_someone_who_kept_waiting(desk: Hall) -> None:
    away = desk.issue(minute=0, lane="elderly")
    desk.act(actions.defer, 5, code=away.code)
    desk.issue(minute=10)
    desk.issue(minute=19)
    assert [desk.call(window, 20).number for window in ("1", "2", "6")] == ["A002", "A003", "A001"]


def test_more_time_is_given_twice(desk: Hall) -> None:
    code = desk.issue().code
    for minute in (0, 16):
        desk.act(actions.defer, minute, code=code)
    assert refusal(lambda: desk.act(actions.defer, 32, code=code)) == "deferred-enough"


def test_asking_for_more_time_while_away_counts_once(desk: Hall) -> None:
    code = desk.issue().code
    first = desk.act(actions.defer, 0, code=code)
    assert desk.act(actions.defer, 1, code=code).ready_at == first.ready_at


def test_cancel_twice_is_one_cancellation(desk: Hall) -> None:
    code = desk.issue().code
    assert [desk.act(actions.cancel, code=code).state for _ in range(2)] == [State.CANCELLED] * 2
    assert desk.journal().count("ticket-cancelled") == 1


def test_cancel_is_too_late_at_the_window(desk: Hall) -> None:
    code = desk.issue().code
    desk.call()
    desk.act(actions.start, 2, "1")
    assert refusal(lambda: desk.act(actions.cancel, 3, code=code)) == "being-served"


def test_an_unknown_code_is_one_refusal(desk: Hall) -> None:
    for act in (actions.cancel, actions.defer, actions.come_back):
        assert refusal(lambda act=act: desk.act(act, code="0" * 26)) == "unknown-code"  # type: ignore[misc]


def test_tickets_left_over_end_after_half_a_day(desk: Hall) -> None:
    desk.issue(minute=0)
    desk.issue(minute=120)
    assert desk.act(actions.expire, 12 * 60 + 1) == 1
    assert desk.states() == {"A001": "expired", "A002": "waiting"}


# The picture --------------------------------------------------------------------------------------------------------


def test_the_picture_after_each_change_is_the_picture_freshly_drawn(desk: Hall) -> None:
    followed = desk.picture()

    def follow() -> None:
        followed.apply(desk.db.read_now(look, desk.id, followed.version, followed.plan_version, MORNING))
        fresh = desk.picture()
        assert followed.tickets == fresh.tickets
        assert followed.calls == fresh.calls
        assert followed.at_window == fresh.at_window
        for service in fresh.plan.services:
            assert followed.line(service) == fresh.line(service)

    codes = [desk.issue(minute=minute, lane=lane).code for minute, lane in ((0, ""), (1, "elderly"), (2, ""))]
    follow()
    for step in (
        lambda: desk.call("1", 3),
        lambda: desk.act(actions.start, 4, "1"),
        lambda: desk.act(actions.transfer, 5, "1", service="complaints-appeals"),
        lambda: desk.call("3", 6),
        lambda: desk.act(actions.recall, 7, "3"),
        lambda: desk.act(actions.miss, 8, "3"),
        lambda: desk.act(actions.defer, 9, code=codes[2]),
        lambda: desk.act(actions.cancel, 10, code=codes[0]),
        lambda: desk.act(actions.come_back, 11, code=codes[1]),
    ):
        step()
        follow()


def test_calls_are_append_only(desk: Hall) -> None:
    desk.issue()
    desk.call()
    desk.act(actions.recall, 2, "1")
    kinds = desk.db.read_now(lambda s: [call.kind.value for call in s.exec(select(Call).order_by(Call.id)).all()])  # type: ignore[arg-type]
    assert kinds == ["next", "recall"]


def test_a_recall_does_not_give_the_long_wait_rule_a_second_turn(desk: Hall) -> None:
    for minute in (0, 1):
        desk.issue(minute=minute)
    for minute in range(15, 25):
        desk.issue(minute=minute, lane="elderly")
    assert desk.call("1", 62).number == "A001"
    desk.act(actions.recall, 63, "1")
    assert desk.call("2", 63).number == "A003"


def test_nobody_gains_by_missing_a_call_and_being_sent_on(desk: Hall) -> None:
    """The guarantee holds through a missed call and a transfer: the arrival that counts never lies before the true one."""
    ticket = desk.issue(minute=25, lane="elderly")
    desk.call(minute=26)
    desk.act(actions.miss, 27, "1")
    back = desk.act(actions.come_back, 28, code=ticket.code)
    assert back.queued_at >= ticket.arrived_at
    desk.issue("complaints-appeals", minute=4)
    desk.call("1", 29)
    moved = desk.act(actions.transfer, 30, "1", service="complaints-appeals")
    assert moved.rank_at >= at(5)
    assert desk.call("3", 31).number == "B001"
