"""Whose time a hearing takes beside its officers, what a granted place frees, and checks of eligibility that no longer hold."""

from datetime import date
from uuid import UUID

import pytest
from sqlmodel import select

from hearings.actions import ask_elsewhere
from hearings.approval.actions import answer
from hearings.panel.pool import listing_of, pool_of
from hearings.people.staff import set_people
from hearings.place.actions import TimeAndPlace, list_hearing
from hearings.place.claims import bailiffs_of
from hearings.roster.due_checks import due_checks
from hearings.roster.rules import Bar, holds_until
from hearings.tables import Approval, Claim, ClaimKind, Hearing, Listing, Room
from shared.errors import Refused
from shared.settings import Settings
from tests.hearings.roster_stage import put_checks
from tests.hearings.staging import Stage


def booked(stage: Stage, settings: Settings, days: int = 14) -> UUID:
    hearing = stage.hearing(listed=False)
    room = stage.db.read_now(lambda s: s.exec(select(Room.id)).first())
    begins = stage.centre().calendar.add_days(stage.now(days).date(), 0).day
    at = TimeAndPlace(stage.now(days).replace(day=begins.day, month=begins.month, hour=1, minute=30), room)
    stage.act(list_hearing, who="anguan", hearing_id=hearing, at=at, sealing=stage.vault, settings=settings)
    return hearing


def held(stage: Stage, hearing: UUID, kind: ClaimKind) -> set[UUID]:
    return {one.resource for one in stage.all(Claim) if one.hearing_id == hearing and one.kind == kind}


def test_bailiffs_and_handler_are_taken_with_the_hearing(stage: Stage, settings: Settings) -> None:
    hearing = booked(stage, settings)
    staff = {one: stage.by(one).id for one in ("window1", "window2", "window3", "window4", "window5")}
    people = {"hearing_id": hearing, "moderator": staff["window2"], "clerk": staff["window1"], "sealing": stage.vault}
    stage.act(set_people, bailiffs=[staff["window4"], staff["window5"]], **people)
    assert held(stage, hearing, ClaimKind.STAFF) == set(staff.values())
    stage.act(set_people, bailiffs=[staff["window4"]], **people)
    assert staff["window5"] not in held(stage, hearing, ClaimKind.STAFF)
    assert stage.db.read_now(bailiffs_of, hearing) == [staff["window4"]]
    with pytest.raises(Refused, match="bailiff-apart"):
        stage.act(set_people, bailiffs=[staff["window3"]], **people)


def test_granted_place_leaves_the_room_and_keeps_the_hour(stage: Stage, settings: Settings) -> None:
    hearing = booked(stage, settings)
    before = stage.db.read_now(listing_of, hearing)
    stage.act(ask_elsewhere, hearing_id=hearing, place="某村村委会", reason="当事人行动不便")
    question = next(one for one in stage.all(Approval) if one.question == "elsewhere")
    stage.act(answer, who="jianchazhang", approval_id=question.id, granted=True, text="同意。")
    after = stage.db.read_now(listing_of, hearing)
    assert before is not None and after is not None
    assert (after.room_id, after.begins_at, after.version) == (None, before.begins_at, before.version + 1)
    assert not held(stage, hearing, ClaimKind.ROOM) and held(stage, hearing, ClaimKind.STAFF)
    assert stage.get(Hearing, hearing).sequence == 1 and len(stage.all(Listing)) == 2
    with pytest.raises(Refused, match="elsewhere-needed"):
        stage.act(ask_elsewhere, hearing_id=hearing, place="", reason="改回院内")


@pytest.mark.parametrize(
    ("on", "months", "until"),
    [(date(2025, 12, 6), 12, date(2026, 12, 6)), (date(2025, 8, 31), 6, date(2026, 2, 28)), (date(2020, 1, 1), 0, date.max)],
)
def test_check_holds_for_the_months_laid_down(on: date, months: int, until: date) -> None:
    assert holds_until(on, months) == until


def test_aged_check_keeps_a_member_out_of_the_pool_and_is_told_before(stage: Stage) -> None:
    fresh, soon = stage.roster(2)
    stage.db.write_now(put_checks, [fresh], on=date(2026, 9, 1))
    stage.db.write_now(put_checks, [soon], on=date(2025, 12, 3))
    hearing = stage.get(Hearing, stage.hearing())
    pool = stage.db.read_now(pool_of, stage.centre(), hearing, stage.vault)
    assert [one.id for one in pool.eligible] == [fresh]
    assert [(one.id, [bar.code for bar in one.bars]) for one in pool.barred] == [(soon, [Bar.AGED])]
    (due,) = stage.db.read_now(due_checks, centre=stage.centre(), sealing=stage.vault)
    assert (due.id, due.until, due.aged) == (soon, date(2026, 12, 3), False)
    stage.db.write_now(put_checks, [soon], on=date(2026, 11, 20))
    assert stage.db.read_now(due_checks, centre=stage.centre(), sealing=stage.vault) == []
