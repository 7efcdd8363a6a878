"""A planner's problem out of the database, on both databases: what is taken, who can come, and that a plan made from it can be
booked as it stands."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from hearings.place.actions import TimeAndPlace, list_hearing
from hearings.place.calendar_queries import calendar_view
from hearings.place.closures import close_room
from hearings.place.queries import time_view
from hearings.place.starts import lawful_starts
from hearings.planner import plan
from hearings.proposals.checker import check
from hearings.proposals.docket import Docket, docket_of, moment_of, unlisted
from hearings.roster.availability import add_leave, set_weekly
from hearings.roster.tables import HalfDay, RosterMember
from hearings.tables import Hearing, HearingState, Room
from shared.settings import Settings
from tests.hearings.roster_stage import MANAGER, roster
from tests.hearings.staging import Stage
from tests.hearings.test_booking import Books, at, rooms

S = HearingState


@pytest.fixture
def book(stage: Stage, settings: Settings) -> Books:
    return Books(stage, settings)


def docket(stage: Stage, *hearings: UUID) -> Docket:
    found = stage.db.read_now(docket_of, centre=stage.centre(), sealing=stage.vault, now=stage.now(), hearings=list(hearings))
    assert isinstance(found, Docket)
    return found


def test_every_lawful_start_can_be_booked_and_the_hours_taken_are_none(stage: Stage, book: Books) -> None:
    roster(stage)
    first = rooms(stage)[0]
    taken = stage.hearing(listed=False)
    book(list_hearing, taken, at(1, 9, 15, room=first))
    hearing = stage.hearing(listed=False)
    found = docket(stage, hearing)
    starts = lawful_starts(found.problem, found.hearing(hearing)).lawful
    assert starts[0].day == date(2026, 11, 26) and starts[0].notice_by.date() == date(2026, 11, 23)
    that_day = [start.slot for start in starts if start.day == date(2026, 12, 1)]
    assert that_day and not [slot for slot in that_day if 31 < slot < 43], "moderator and clerk sit from 9:15 to 10:45"
    assert (starts[0].pools[0].label, starts[0].pools[0].size) == ("", 24)
    for start in (starts[0], starts[-1]):
        other = stage.hearing(listed=False)
        where = TimeAndPlace(moment_of(start.day, start.slot, stage.centre()), UUID(start.rooms[0]))
        book(list_hearing, other, where)


def test_room_that_is_closed_and_members_who_are_away_do_not_count(stage: Stage) -> None:
    members = roster(stage)
    hearing = stage.hearing(listed=False)
    closed = rooms(stage)[0]
    stage.act(close_room, who=MANAGER, room_id=closed, begins_at=at(1, 8).begins_at, ends_at=at(3, 13).begins_at, reason="检修")
    stage.act(add_leave, who=MANAGER, member_id=members[0], begins_on=date(2026, 12, 1), ends_on=date(2026, 12, 2))
    stage.act(set_weekly, who=MANAGER, member_id=members[1], halves=[(2, HalfDay.MORNING)])
    found = docket(stage, hearing)
    starts = lawful_starts(found.problem, found.hearing(hearing)).lawful
    on = {(start.day.day, start.slot): start for start in starts if start.day.month == 12}
    assert closed.hex not in on[1, 38].rooms and closed.hex in on[3, 57].rooms
    assert (on[1, 38].pools[0].size, on[2, 38].pools[0].size, on[3, 38].pools[0].size) == (22, 23, 23)


def test_who_may_not_sit_on_this_hearing_is_left_out_of_it_alone(stage: Stage) -> None:
    members = roster(stage)
    hearing = stage.hearing(listed=False)

    def employ(session: object) -> None:
        session.get_one(RosterMember, members[0]).unit = "淮河律师事务所"  # type: ignore[attr-defined]

    stage.db.write_now(employ)
    other = stage.hearing(listed=False, people=False)
    found = docket(stage, hearing, other)
    assert found.hearing(hearing).excluded == {members[0].hex} and found.hearing(other).excluded == frozenset()


def test_no_start_is_explained_and_a_way_out_is_named(stage: Stage) -> None:
    roster(stage)
    hearing = stage.hearing(listed=False, due_on=date(2026, 11, 25))
    found = docket(stage, hearing)
    starts = lawful_starts(found.problem, found.hearing(hearing))
    assert starts.lawful == () and starts.obstacles[0].code == "notice"
    assert "later" in {way.code for out in starts.relaxations for way in out.ways}


def test_plan_of_many_hearings_breaks_no_rule_and_is_booked_whole(stage: Stage, book: Books) -> None:
    roster(stage, 40)
    accounts = ("window3", "window4", "window5", "window6")
    hearings = [
        stage.hearing(listed=False, handler=account, clerk=stage.by("window1" if n % 2 else "window2").id, people=False)
        for n, account in enumerate(accounts * 4)
    ]
    found = docket(stage, *[one.id for one in stage.db.read_now(unlisted, stage.centre())])
    assert {one.key for one in found.problem.hearings} == {one.hex for one in hearings}
    made = plan(found.problem, "种子")
    assert check(found.problem, made) == [] and made.unsolved == ()
    for key, placement in made.placements.items():
        where = TimeAndPlace(moment_of(placement.day, placement.slot, stage.centre()), UUID(placement.room))
        book(list_hearing, UUID(key), where)
    assert stage.db.read_now(unlisted, stage.centre()) == []
    kept = docket(stage, *hearings)
    assert {key: (at.day, at.slot, at.room) for key, at in kept.plan.placements.items()} == {
        key: (at.day, at.slot, at.room) for key, at in made.placements.items()}
    assert check(kept.problem, made) == []


def test_hearing_that_people_were_told_of_is_noticed(stage: Stage) -> None:
    told, other = stage.hearing(S.NOTIFIED), stage.hearing(S.APPROVED)
    found = docket(stage, told, other)
    assert (found.hearing(told).noticed, found.hearing(other).noticed) == (True, False)
    placed = found.plan.placements[told.hex]
    listing_day = (stage.now(14) + timedelta(hours=8)).date()
    assert (placed.day, placed.slot, len(placed.panel)) == (listing_day, 38, 3)
    assert stage.get(Room, UUID(placed.room)).code == "1" and stage.get(Hearing, told).panel_size == 3


def test_hearing_that_people_were_told_of_moves_only_where_notice_is_still_possible(stage: Stage) -> None:
    roster(stage)
    told = stage.hearing(S.NOTIFIED)
    asking = {"sealing": stage.vault, "now": stage.now(), "language": "en"}
    shown = stage.read(time_view, hearing_id=told, **asking)
    assert shown.days and all(day.notice_by > stage.now() for day in shown.days), "no start that booking would refuse"
    soon = tuple(stage.now(n).date() for n in (1, 2))
    told_by = {"centre": stage.centre(), "by": stage.by("window3"), **asking}
    week = stage.db.read_now(calendar_view, days=soon, moving=told, whole_days=False, **told_by)
    assert week.verdicts and not any(verdict.begins_at for verdict in week.verdicts.values())
