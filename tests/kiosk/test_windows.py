"""Windows, services, recalls and lanes on both databases: what each act changes, refuses and writes down."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from kiosk import actions
from kiosk.desk.lanes import grant_lane
from kiosk.plan import HallPlan, hall_plan, plan_board
from kiosk.tables import Call, Ticket
from kiosk.window import actions as windows
from kiosk.window.overview import overview, seated, ticket_by_number
from kiosk.window.recalls import bring_back, call_again
from shared.database import Database
from shared.errors import Refused
from shared.journal import JournalLine
from shared.live import board_versions
from shared.people import SignIn, Staff
from shared.sign_ins import settle_sign_in
from tests.conftest import MORNING


class Hall:
    """The demo hall, its acts at minutes after nine."""

    def __init__(self, db: Database, hall: UUID) -> None:
        self.db, self.id = db, hall

    @property
    def plan(self) -> HallPlan:
        return self.db.read_now(hall_plan, self.id, MORNING)

    def act(self, act: Callable[..., Any], minute: float = 0, window: str = "", **more: Any) -> Any:
        plan = self.plan
        if window:
            more["window"] = plan.window(window)
        return self.db.write_now(act, plan=plan, now=at(minute), by="staff:1", **more)

    def issue(self, service: str = "complaints-appeals", minute: float = 0, **more: Any) -> actions.Issued:
        issued = self.act(actions.issue, minute, service=service, **more)
        assert isinstance(issued, actions.Issued)
        return issued

    def sign_in(self, account: str, minute: float = 0) -> UUID:
        def begin(session: Session) -> UUID:
            proven = session.exec(select(Staff.password).where(Staff.account == account)).one()
            signed = settle_sign_in(session, account=account, proven=proven, now=at(minute), limit=5, minutes=10)
            assert not isinstance(signed, Refused)
            return signed.id

        return self.db.write_now(begin)

    def lines(self, *acts: str) -> list[tuple[str, str]]:
        """Act and reason of the journal's lines."""
        found = select(JournalLine.act, JournalLine.reason).where(col(JournalLine.act).in_(acts)).order_by(col(JournalLine.id))
        return [tuple(row) for row in self.db.read_now(lambda s: s.exec(found).all())]  # type: ignore[misc]

    def ticket(self, code: str) -> Ticket:
        return self.db.read_now(lambda s: s.exec(select(Ticket).where(Ticket.code == code)).one())

    def calls(self) -> int:
        return len(self.db.read_now(lambda s: s.exec(select(Call.id)).all()))


def at(minute: float) -> datetime:
    return MORNING + timedelta(minutes=minute)


@pytest.fixture
def desk(db: Database, hall: UUID) -> Hall:
    return Hall(db, hall)


def refusal(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


# Windows ------------------------------------------------------------------------------------------------------------


def test_window_paused_and_opened_changes_the_plan_of_every_process(desk: Hall) -> None:
    before = desk.db.read_now(board_versions)
    desk.act(windows.pause_window, 1, "3", reason=" Lunch break ")
    after = desk.db.read_now(board_versions)
    assert desk.plan.window("3").state == "paused"
    assert all(after[name] > before[name] for name in (desk.plan.board, plan_board(desk.id)))
    desk.act(windows.open_window, 30, "3")
    assert desk.plan.window("3").state == "open"
    assert desk.lines("window-paused", "window-opened") == [("window-paused", "Lunch break"), ("window-opened", "")]


def test_window_turned_to_what_it_is_writes_nothing(desk: Hall) -> None:
    desk.act(windows.open_window, 1, "3")
    assert desk.lines("window-opened") == []


@pytest.mark.parametrize("act", [windows.pause_window, windows.close_window])
def test_window_needs_a_reason_to_stop(desk: Hall, act: Callable[..., Any]) -> None:
    assert refusal(lambda: desk.act(act, 1, "3", reason="  ")) == "reason-needed"
    assert desk.plan.window("3").state == "open"


def test_window_with_a_visitor_is_paused_but_not_closed(desk: Hall) -> None:
    desk.issue()
    desk.act(actions.call_next, 1, "3")
    assert refusal(lambda: desk.act(windows.close_window, 2, "3", reason="End of the day")) == "window-busy"
    desk.act(windows.pause_window, 2, "3", reason="Meeting")
    desk.act(actions.start, 3, "3")
    assert refusal(lambda: desk.act(actions.call_next, 4, "3")) == "window-not-open"


def test_service_closed_gives_no_numbers_but_serves_those_who_have_one(desk: Hall) -> None:
    desk.issue()
    desk.act(windows.close_service, 1, service=desk.plan.service("complaints-appeals"), reason="Too many today")
    assert refusal(lambda: desk.issue(minute=2)) == "service-closed"
    assert desk.act(actions.call_next, 3, "3").number == "B001"
    desk.act(windows.open_service, 4, service=desk.plan.service("complaints-appeals"))
    assert desk.issue(minute=5).number == "B002"
    assert [act for act, _ in desk.lines("service-closed", "service-opened")] == ["service-closed", "service-opened"]


def test_window_is_taken_over_only_when_said_so(desk: Hall) -> None:
    first, second = desk.sign_in("window3"), desk.sign_in("window4")
    desk.act(windows.take_window, 1, "3", sign_in=first)
    assert refusal(lambda: desk.act(windows.take_window, 2, "3", sign_in=second)) == "window-taken"
    desk.act(windows.take_window, 3, "3", sign_in=second, over=True)
    seats = desk.db.read_now(lambda s: {row.id: row.window_id for row in s.exec(select(SignIn)).all()})
    assert seats == {first: None, second: desk.plan.window("3").id}


def test_window_left_by_somebody_idle_or_by_oneself_is_free(desk: Hall) -> None:
    gone, other, again = desk.sign_in("window3"), desk.sign_in("window4", 40), desk.sign_in("window4", 41)
    desk.act(windows.take_window, 1, "3", sign_in=gone)
    desk.act(windows.take_window, 41, "3", sign_in=other)
    desk.act(windows.take_window, 42, "3", sign_in=again)
    people = desk.db.read_now(seated, plan=desk.plan, now=at(43))
    assert [person.name for person in people.values()] == ["4号窗口 赵磊"]


def test_window_taken_when_closed_can_be_opened_with_it(desk: Hall) -> None:
    desk.act(windows.close_window, 0, "3", reason="End of the day")
    desk.act(windows.take_window, 1, "3", sign_in=desk.sign_in("window3"), opening=True)
    assert desk.plan.window("3").state == "open"


def test_window_day_counts_visits_and_says_since_when_it_rests(desk: Hall) -> None:
    for minute in (0, 20):
        desk.issue(minute=minute)
        desk.act(actions.call_next, minute + 1, "3")
        desk.act(actions.start, minute + 2, "3")
        desk.act(actions.finish, minute + 12, "3")
    desk.act(windows.pause_window, 40, "3", reason="Lunch break")
    seen = desk.db.read_now(overview, plan=desk.plan, window=desk.plan.window("3"), ticket=None, now=at(41))
    assert (seen.day.served, seen.day.minutes, seen.day.since, seen.day.reason) == (2, 10, at(40), "Lunch break")


# Calling again ------------------------------------------------------------------------------------------------------


def test_recall_pressed_twice_on_one_screen_calls_once_more(desk: Hall) -> None:
    desk.issue()
    called = desk.act(actions.call_next, 1, "3")
    again = desk.act(call_again, 2, "3", ticket=called.code, seen=called.call_id)
    assert again.call_id > called.call_id
    assert desk.act(call_again, 2, "3", ticket=called.code, seen=called.call_id) is None
    assert desk.calls() == 2
    assert desk.act(call_again, 3, "3", ticket=called.code, seen=again.call_id).call_id > again.call_id


def test_recall_of_somebody_who_is_no_longer_called_is_refused(desk: Hall) -> None:
    desk.issue()
    called = desk.act(actions.call_next, 1, "3")
    desk.act(actions.miss, 2, "3")
    assert refusal(lambda: desk.act(call_again, 3, "3", ticket=called.code, seen=called.call_id)) == "nobody-called"


def test_visitor_marked_as_missed_by_mistake_is_called_back_at_once(desk: Hall) -> None:
    first = desk.issue()
    desk.issue(minute=1)
    desk.act(actions.call_next, 2, "3")
    desk.act(actions.miss, 3, "3")
    called = desk.act(bring_back, 4, "3", code=first.code, reason="Marked as missed by mistake")
    assert (called.number, desk.ticket(first.code).state) == ("B001", "called")
    assert ("call-chosen", "Marked as missed by mistake") in desk.lines("call-chosen")


def test_visitor_is_not_called_back_to_a_window_that_has_somebody(desk: Hall) -> None:
    first = desk.issue()
    desk.issue(minute=1)
    desk.act(actions.call_next, 2, "3")
    desk.act(actions.miss, 3, "3")
    desk.act(actions.call_next, 4, "3")
    assert refusal(lambda: desk.act(bring_back, 5, "3", code=first.code, reason="mistake")) == "window-busy"
    assert desk.ticket(first.code).state == "missed"


# Lanes ----------------------------------------------------------------------------------------------------------------


def test_lane_granted_counts_from_the_arrival_and_goes_before(desk: Hall) -> None:
    desk.issue(minute=0)
    late = desk.issue(minute=10)
    desk.act(grant_lane, 15, code=late.code, lane="elderly", reason="Seen at the guide desk")
    ticket = desk.ticket(late.code)
    assert (ticket.lane, ticket.head_start, ticket.rank_at) == ("elderly", 20, at(-10))
    assert desk.act(actions.call_next, 16, "3").number == "B002"


def test_lane_is_forgotten_by_the_journal_and_can_be_taken_away(desk: Hall) -> None:
    given = desk.issue()
    desk.act(grant_lane, 1, code=given.code, lane="disability", reason="Seen at the guide desk")
    desk.act(grant_lane, 2, code=given.code, lane="ordinary", reason="Pressed by mistake")
    assert (desk.ticket(given.code).lane, desk.ticket(given.code).rank_at) == ("", at(0))
    said = desk.db.read_now(lambda s: [line.detail for line in s.exec(select(JournalLine)).all() if line.act == "lane-granted"])
    assert said == ['{"minutes":20}', '{"minutes":0}']


def test_lane_of_lawyers_gives_nothing_elsewhere(desk: Hall) -> None:
    given = desk.issue("complaints-appeals")
    desk.act(grant_lane, 1, code=given.code, lane="lawyer", reason="Seen at the guide desk")
    assert desk.ticket(given.code).head_start == 0


@pytest.mark.parametrize(
    ("lane", "reason", "code"),
    [("elderly", "  ", "reason-needed"), ("royal", "Seen", "unknown-lane"), ("elderly", "Seen", "already-called")],
)
def test_lane_is_not_granted_without_reason_lane_or_waiting(desk: Hall, lane: str, reason: str, code: str) -> None:
    given = desk.issue()
    desk.act(actions.call_next, 1, "3")
    assert refusal(lambda: desk.act(grant_lane, 2, code=given.code, lane=lane, reason=reason)) == code


def test_lane_for_a_visit_that_is_over_is_refused(desk: Hall) -> None:
    given = desk.issue()
    desk.act(actions.cancel, 1, code=given.code)
    assert refusal(lambda: desk.act(grant_lane, 2, code=given.code, lane="elderly", reason="Seen")) == "ended"
    assert refusal(lambda: desk.act(grant_lane, 2, code="0" * 26, lane="elderly", reason="Seen")) == "unknown-code"


def test_number_is_found_today_and_beyond_midnight_while_it_lasts(desk: Hall) -> None:
    given, day = desk.issue(), 24 * 60
    found = [desk.db.read_now(ticket_by_number, plan=desk.plan, number="B001", now=at(minute)) for minute in (5, day)]
    assert found == [given.code, given.code]
    desk.act(actions.cancel, day, code=given.code)
    assert desk.db.read_now(ticket_by_number, plan=desk.plan, number="B001", now=at(day)) is None
    assert desk.db.read_now(ticket_by_number, plan=desk.plan, number="B001", now=at(6)) == given.code
