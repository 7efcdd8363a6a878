"""Proposals of the planner, on both databases: nothing is booked before approval, what was taken meanwhile is named and left out,
and after a loss nobody is moved who has been told."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from hearings.invitations.tables import Invitation
from hearings.place.actions import list_hearing
from hearings.place.closures import close_room, struck
from hearings.proposals import actions as proposals
from hearings.proposals.docket import Docket
from hearings.proposals.problem import Progress
from hearings.proposals.queries import plannable, proposal_view
from hearings.proposals.tables import Proposal, ProposalKind, ProposalState
from hearings.proposals.work import set_to_work, work
from hearings.tables import Claim, Hearing, HearingState, Listing, Seat
from shared.errors import Refused
from shared.outbox import Message
from shared.settings import Settings
from tests.hearings.roster_stage import MANAGER, committed, roster, thrown
from tests.hearings.staging import Stage
from tests.hearings.test_booking import Books, at, rooms

S, K = ProposalState, ProposalKind


class Planners:
    """Case management with the planner."""

    def __init__(self, stage: Stage, settings: Settings) -> None:
        self.stage, self.settings = stage, settings

    def plan(self, kind: K = K.MANY) -> UUID:
        made: UUID = self.stage.act(proposals.start, who=MANAGER, kind=kind)
        work(self.stage.db, made, kind, lambda: self.docket(kind), "种子")
        return made

    def docket(self, kind: K) -> Docket:
        docket: Docket = self.stage.db.read_now(proposals.asked, centre=self.stage.centre(), kind=kind, sealing=self.stage.vault,
                                                now=self.stage.now())
        return docket

    def approve(self, proposal: UUID) -> dict[str, str]:
        """The codes of what could not be booked, by number of hearing."""
        told = {"who": MANAGER, "proposal_id": proposal}
        skipped: dict[str, dict[str, str]] = {}
        seated = 0
        for hearing in self.stage.act(proposals.approve, **told):
            try:
                seated += self.stage.act(proposals.book, hearing_id=hearing, sealing=self.stage.vault, settings=self.settings,
                                         reason="统筹排期", **told)
            except Refused as refusal:
                skipped[hearing.hex] = {"code": refusal.code}
        self.stage.act(proposals.close, skipped=skipped, seated=seated, **told)
        return {self.stage.get(Hearing, UUID(key)).number: one["code"] for key, one in skipped.items()}

    def result(self, proposal: UUID) -> proposals.Proposed:
        return proposals.result_of(self.stage.get(Proposal, proposal))

    def view(self, proposal: UUID) -> Any:
        return self.stage.db.read_now(proposal_view, centre=self.stage.centre(), proposal_id=proposal, now=datetime.now(UTC),
                                      language="en")


@pytest.fixture
def planners(stage: Stage, settings: Settings) -> Planners:
    roster(stage, 30)
    return Planners(stage, settings)


def waiting(stage: Stage, count: int = 4) -> list[UUID]:
    """Approved hearings without a time, of different people."""
    handlers, clerks = ("window3", "window4", "window5", "window6"), ("window1", "window2")
    return [stage.hearing(listed=False, handler=handlers[n % 4], clerk=stage.by(clerks[n % 2]).id) for n in range(count)]


def test_nothing_is_booked_and_nobody_is_told_before_approval(stage: Stage, planners: Planners) -> None:
    hearings = waiting(stage)
    proposal = planners.plan()
    view = planners.view(proposal)
    assert (view.state, len(view.changes), view.left) == (S.READY, 4, [])
    assert {one.line.id for one in view.changes} == set(hearings) and all(one.wait is not None for one in view.changes)
    assert (stage.all(Listing), stage.all(Claim), stage.all(Message)) == ([], [], [])
    assert planners.approve(proposal) == {}
    assert len(stage.all(Listing)) == 4 and planners.view(proposal).state == S.BOOKED
    assert {one.source for one in stage.all(Listing)} == {"planner"}


def test_place_taken_meanwhile_is_named_and_left_out(stage: Stage, planners: Planners, settings: Settings) -> None:
    hearings = waiting(stage, 2)
    proposal = planners.plan()
    first = min(planners.view(proposal).changes, key=lambda one: one.begins_at)
    other = next(one for one in hearings if one != first.line.id)
    stage.act(list_hearing, who=MANAGER, hearing_id=other, at=proposals.TimeAndPlace(first.begins_at, first.room_id),
              sealing=stage.vault, settings=settings)
    skipped = planners.approve(proposal)
    assert skipped == {first.line.number: "time-taken", stage.get(Hearing, other).number: "listed-already"}
    assert len(stage.all(Listing)) == 1 and planners.view(proposal).state == S.BOOKED


def test_proposal_is_dropped_or_approved_but_not_both(stage: Stage, planners: Planners) -> None:
    waiting(stage, 1)
    proposal = planners.plan()
    stage.act(proposals.drop, who=MANAGER, proposal_id=proposal)
    with pytest.raises(Refused, match="proposal-gone"):
        planners.approve(proposal)
    with pytest.raises(Refused, match="not-allowed"):
        stage.act(proposals.start, who="window3", kind=K.MANY)
    assert stage.all(Listing) == []


def test_planner_that_says_nothing_any_more_has_stopped(stage: Stage, planners: Planners) -> None:
    waiting(stage, 1)
    proposal = stage.act(proposals.start, who=MANAGER, kind=K.MANY)
    stage.db.write_now(proposals.tell, proposal_id=proposal, progress=Progress("places", 1, 2), now=stage.now())
    row = stage.get(Proposal, proposal)
    assert (row.stage, row.done, proposals.state_of(row, stage.now())) == ("places", 1, S.RUNNING)
    assert proposals.state_of(row, stage.now() + timedelta(minutes=2)) == S.STOPPED
    thread = set_to_work(stage.db, proposal, K.MANY, lambda: planners.docket(K.MANY), "种子")
    thread.join(60)
    assert stage.get(Proposal, proposal).state == S.READY


def test_lost_room_moves_whom_it_must_and_nobody_who_was_told(stage: Stage, planners: Planners, settings: Settings) -> None:
    book, (first, second) = Books(stage, settings), rooms(stage)
    told, other, safe = waiting(stage, 3)
    book(list_hearing, told, at(7, room=first))
    book(list_hearing, other, at(7, 14, 30, room=first))
    book(list_hearing, safe, at(8, room=second))
    stage.db.write_now(set_state, told, HearingState.NOTIFIED)
    stage.act(close_room, who=MANAGER, room_id=first, begins_at=at(7, 8).begins_at, ends_at=at(11, 18).begins_at, reason="检修")
    (hit,) = stage.db.read_now(struck, stage.office, stage.now()).values()
    assert [one.hearing.id for one in hit] == [told, other]
    seen = stage.db.read_now(plannable, centre=stage.centre(), now=stage.now())
    assert (seen.struck, seen.short, seen.to_come) == (2, 0, 3)

    proposal = planners.plan(K.MEND)
    view = planners.view(proposal)
    assert [one.line.id for one in view.changes] == [other] and [one.line.id for one in view.left] == [told]
    assert [one.code for one in view.changes[0].why] == ["room_closed"] and view.invitations == 0
    assert view.left[0].obstacles[0].code == "room_closed" and view.left[0].relaxations
    assert planners.approve(proposal) == {}
    moved = max((one for one in stage.all(Listing) if one.hearing_id == other), key=lambda one: one.version)
    assert (moved.version, moved.source, moved.reason) == (2, "planner", "统筹排期")
    assert len(stage.all(Listing)) == 4


def test_hearing_that_people_were_told_of_meanwhile_is_left_where_it_is(
    stage: Stage, planners: Planners, settings: Settings
) -> None:
    book, (first, _) = Books(stage, settings), rooms(stage)
    (hearing,) = waiting(stage, 1)
    book(list_hearing, hearing, at(7, room=first))
    stage.act(close_room, who=MANAGER, room_id=first, begins_at=at(7, 8).begins_at, ends_at=at(8).begins_at, reason="停电")
    proposal = planners.plan(K.MEND)
    assert [one.line.id for one in planners.view(proposal).changes] == [hearing]
    stage.db.write_now(set_state, hearing, HearingState.NOTIFIED)
    assert planners.approve(proposal) == {stage.get(Hearing, hearing).number: "changed-meanwhile"}
    assert len(stage.all(Listing)) == 1


def set_state(session: Any, hearing: UUID, state: HearingState) -> None:
    session.get_one(Hearing, hearing).state = state


def test_empty_seat_goes_to_the_reserve_and_is_counted_as_an_invitation(
    stage: Stage, planners: Planners, settings: Settings
) -> None:
    book, (first, _) = Books(stage, settings), rooms(stage)
    (hearing,) = waiting(stage, 1)
    book(list_hearing, hearing, at(14, room=first))
    draw = thrown(stage, committed(stage, hearing))
    order = proposals_order(draw)
    seat = next(one for one in stage.all(Seat) if one.place == 2)
    stage.db.write_now(leave, seat.id)
    proposal = planners.plan(K.MEND)
    assert (planners.view(proposal).invitations, planners.view(proposal).changes) == (1, [])
    assert len([one for one in stage.all(Seat) if one.vacated_at is None]) == 2
    assert planners.approve(proposal) == {} and planners.view(proposal).seated == 1
    heir = next(one for one in stage.all(Seat) if one.place == 2 and one.vacated_at is None)
    assert heir.origin == "reserve" and order and stage.all(Invitation) == []


def proposals_order(draw: Any) -> list[str]:
    return list(draw.record["after"]["reserve"])


def leave(session: Any, seat: UUID) -> None:
    row = session.get_one(Seat, seat)
    row.vacated_at, row.vacated_why = row.taken_at, "declined"
