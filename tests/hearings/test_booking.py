"""Time and place of hearings, on both databases: what may be laid down, what a move brings with it, what stands in the way."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from hearings.actions import postpone
from hearings.invitations.tables import InvitationState, Notice, NoticeKind
from hearings.notices.actions import give_notice
from hearings.panel.reserve import take_reserve
from hearings.people.staff import set_people
from hearings.place.actions import TimeAndPlace, list_hearing, move
from hearings.place.claims import attending
from hearings.place.closures import close_room
from hearings.tables import Claim, ClaimKind, Hearing, HearingState, Listing, Room, Seat
from shared.errors import Refused
from shared.settings import Settings
from tests.hearings.callers import Callers
from tests.hearings.roster_stage import MANAGER
from tests.hearings.staging import Stage

S = HearingState


def at(day: int = 14, hour: int = 9, minute: int = 30, *, room: UUID | None = None, month: int = 12) -> TimeAndPlace:
    """Bengbu's clock; the stage begins on Monday 23 November 2026."""
    return TimeAndPlace(datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8), room)


def rooms(stage: Stage) -> list[UUID]:
    return [one.id for one in sorted(stage.all(Room), key=lambda one: one.code)]


@pytest.fixture
def first(stage: Stage) -> UUID:
    return rooms(stage)[0]


class Books:
    def __init__(self, stage: Stage, settings: Settings) -> None:
        self.stage, self.settings = stage, settings

    def __call__(
        self, action: Any, hearing: UUID, where: TimeAndPlace, *, who: str = MANAGER, days: float = 0, **more: Any
    ) -> UUID:
        made: UUID = self.stage.act(action, who=who, days=days, hearing_id=hearing, at=where, sealing=self.stage.vault,
                                    settings=self.settings, **more)
        return made

    def refused(self, action: Any, hearing: UUID, where: TimeAndPlace, **more: Any) -> Refused:
        with pytest.raises(Refused) as refused:
            self(action, hearing, where, **more)
        return refused.value


@pytest.fixture
def book(stage: Stage, settings: Settings) -> Books:
    return Books(stage, settings)


def held(stage: Stage, hearing: UUID) -> dict[str, int]:
    """How many slots of each kind a hearing holds, by kind."""
    found: dict[str, int] = {}
    for claim in stage.all(Claim):
        if claim.hearing_id == hearing:
            found[claim.kind] = found.get(claim.kind, 0) + 1
    return found


def test_room_and_people_are_taken_with_setting_up_and_clearing(stage: Stage, book: Books, first: UUID) -> None:
    hearing = stage.hearing(listed=False)
    made = book(list_hearing, hearing, at(room=first))
    assert held(stage, hearing) == {ClaimKind.ROOM: 8, ClaimKind.STAFF: 2 * 6}
    assert book(list_hearing, hearing, at(room=first)) == made and len(stage.all(Listing)) == 1
    assert book.refused(list_hearing, hearing, at(15, room=first)).code == "listed-already"
    assert (stage.journal()[-1].act, stage.get(Hearing, hearing).sequence) == ("hearing-listed", 0)


def test_taken_room_is_refused_with_the_hearing_in_the_way_and_leaves_nothing(stage: Stage, book: Books, first: UUID) -> None:
    hearing = stage.hearing(listed=False)
    book(list_hearing, hearing, at(room=first))
    other = stage.hearing(listed=False, moderator=stage.by("window4").id, clerk=stage.by("window2").id, handler="window4")
    refusal = book.refused(list_hearing, other, at(hour=10, minute=15, room=first))
    assert (refusal.code, refusal.detail["hearing"], refusal.detail["what"]) == (
        "time-taken", stage.get(Hearing, hearing).number, "第一听证室")
    assert refusal.detail["article"] == "no-room-twice"
    assert held(stage, other) == {} and len(stage.all(Listing)) == 1
    book(list_hearing, other, at(hour=14, minute=15, room=first))


def test_colleague_who_is_busy_is_named_and_so_is_an_officer_without_name(stage: Stage, book: Books, settings: Settings) -> None:
    callers, (first, second) = Callers(stage, settings), rooms(stage)
    book(move, callers.hearing, at(room=first), reason="先定时间")
    other = stage.hearing(listed=False, clerk=stage.by("window2").id)
    assert book.refused(list_hearing, other, at(room=second)).detail["what"] == stage.by("window3").name
    stage.db.write_now(seat_there, callers.hearing, other)
    alone = {"handler": stage.by("window4").id, "moderator": stage.by("window4").id, "clerk": stage.by("window2").id}
    stage.db.write_now(change, other, **alone)
    assert book.refused(list_hearing, other, at(room=second)).detail["what"] == "听证员"


def seat_there(session: Session, from_hearing: UUID, to_hearing: UUID) -> None:
    """The first officer of one panel sits on another one, too."""
    seat = session.exec(select(Seat).where(Seat.hearing_id == from_hearing).order_by(col(Seat.place))).first()
    assert seat is not None
    session.add(Seat(hearing_id=to_hearing, member_id=seat.member_id, place=1, origin="draw", taken_at=seat.taken_at))


def change(session: Session, hearing: UUID, **values: Any) -> None:
    row = session.get_one(Hearing, hearing)
    for name, value in values.items():
        setattr(row, name, value)


@pytest.mark.parametrize(
    ("where", "code"),
    [
        (at(12), "rest-day"),
        (at(hour=11), "outside-hours"),  # an hour and a half and the clearing would reach into lunch
        (at(hour=9, minute=0), "outside-hours"),  # the room is set up before nine
        (at(hour=9, minute=40), "time-form"),
        (at(23, month=11), "time-gone"),
        (at(25, month=11), "notice-too-late"),
    ],
)
def test_unlawful_time_is_refused(stage: Stage, book: Books, first: UUID, where: TimeAndPlace, code: str) -> None:
    hearing = stage.hearing(listed=False)
    days = 0.1 if code == "time-gone" else 0
    found = book.refused(list_hearing, hearing, TimeAndPlace(where.begins_at, first), days=days)
    assert found.code == code and stage.all(Claim) == []


def test_room_must_suit_the_hearing_and_be_open(stage: Stage, book: Books) -> None:
    first, second = rooms(stage)
    hearing = stage.hearing(listed=False)
    assert book.refused(list_hearing, hearing, at()).code == "room-needed"
    stage.db.write_now(shrink, second)
    assert book.refused(list_hearing, hearing, at(room=second)).code == "room-small"
    stage.act(close_room, who=MANAGER, room_id=first, begins_at=at(14, 12).begins_at, ends_at=at(16).begins_at, reason="检修")
    book(list_hearing, hearing, at(room=first))
    assert book.refused(move, hearing, at(15, room=first), reason="改期").code == "room-closed"


def shrink(session: Session, room: UUID) -> None:
    session.get_one(Room, room).places = 5


def test_elsewhere_needs_no_room_once_it_is_approved(stage: Stage, book: Books) -> None:
    hearing = stage.hearing(listed=False, elsewhere="五河县某镇便民服务中心")
    book(list_hearing, hearing, at())
    assert set(held(stage, hearing)) == {ClaimKind.STAFF}


def test_only_case_management_and_the_handler_lay_down_a_time(stage: Stage, book: Books, first: UUID) -> None:
    hearing = stage.hearing(listed=False)
    assert book.refused(list_hearing, hearing, at(room=first), who="jianchazhang").code == "not-allowed"
    assert book.refused(list_hearing, hearing, at(room=first), who="window4").code == "not-allowed"
    draft = stage.hearing(S.DRAFT)
    refusal = book.refused(list_hearing, draft, at(room=first), who="window3")
    assert (refusal.code, refusal.detail["article"]) == ("wrong-step", "approval")
    book(list_hearing, hearing, at(room=first), who="window3")


def test_move_withdraws_notices_asks_everybody_again_and_frees_the_old_time(
    stage: Stage, book: Books, settings: Settings, first: UUID
) -> None:
    callers = Callers(stage, settings)
    hearing = callers.hearing
    book(move, hearing, at(room=first), reason="先定时间")
    for one in callers.invite():
        callers.accept(one)
    for kind in NoticeKind:
        stage.act(give_notice, hearing_id=hearing, kind=kind, sealing=stage.vault, settings=settings)
    before = stage.get(Hearing, hearing)
    assert (before.state, before.sequence, held(stage, hearing)[ClaimKind.MEMBER]) == (S.NOTIFIED, 1, 3 * 6)

    assert book.refused(move, hearing, at(16, room=first), reason=" ").code == "reason-needed"
    book(move, hearing, at(16, room=first), reason="当事人住院")
    after = stage.get(Hearing, hearing)
    assert (after.state, after.sequence) == (S.APPROVED, 2)
    assert all(one.withdrawn_at for one in stage.all(Notice))
    assert {callers.get(one).state for one in callers.panel()} == {InvitationState.SENT}
    assert {callers.get(one).sequence for one in callers.panel()} == {2}
    slots = {claim.slot for claim in stage.all(Claim) if claim.kind == ClaimKind.MEMBER}
    assert len(slots) == 6 and held(stage, hearing)[ClaimKind.MEMBER] == 3 * 6
    same = book(move, hearing, at(16, room=first), reason="再说一次")
    assert stage.get(Hearing, hearing).sequence == 2 and stage.get(Listing, same).version == 3


def test_refused_move_leaves_the_old_time_as_it_was(stage: Stage, book: Books, first: UUID) -> None:
    hearing = stage.hearing(listed=False)
    book(list_hearing, hearing, at(room=first))
    other = stage.hearing(listed=False, moderator=stage.by("window4").id, clerk=stage.by("window2").id, handler="window4")
    book(list_hearing, other, at(15, room=first))
    assert book.refused(move, hearing, at(15, room=first), reason="改期").code == "time-taken"
    assert held(stage, hearing) == {ClaimKind.ROOM: 8, ClaimKind.STAFF: 12} and len(stage.all(Listing)) == 2


def test_postponed_hearing_gets_a_new_time_and_its_officers_are_asked_again(
    stage: Stage, book: Books, settings: Settings, first: UUID
) -> None:
    callers = Callers(stage, settings)
    invited = callers.invite()
    stage.act(postpone, hearing_id=callers.hearing, reason="鉴定人出差")
    callers.time_passes(0.1)
    assert held(stage, callers.hearing) == {}
    book(list_hearing, callers.hearing, at(16, room=first), days=0.2)
    row = stage.get(Hearing, callers.hearing)
    assert (row.state, row.sequence) == (S.APPROVED, 2)
    assert {callers.get(one).sequence for one in invited} == {2}
    assert held(stage, callers.hearing)[ClaimKind.MEMBER] == 3 * 6
    acts = [line.act for line in stage.journal()]
    assert "hearing-prepared-again" in acts and "hearing-approved" not in acts, "a new time is no approval"


def test_reserve_takes_the_time_with_the_seat_and_the_leaver_is_free(stage: Stage, settings: Settings) -> None:
    callers = Callers(stage, settings)
    seat = min((one for one in stage.all(Seat) if one.hearing_id == callers.hearing), key=lambda one: one.place)
    taken = stage.act(take_reserve, who=MANAGER, seat_id=seat.id, why="declined", sealing=stage.vault)
    people = {claim.resource for claim in stage.all(Claim) if claim.kind == ClaimKind.MEMBER}
    assert taken.member_id in people and seat.member_id not in people


def test_people_chosen_after_the_time_was_laid_down_are_taken_as_well(stage: Stage, book: Books, first: UUID) -> None:
    hearing = stage.hearing(listed=False, moderator=None, clerk=None)
    book(list_hearing, hearing, at(room=first))
    assert held(stage, hearing) == {ClaimKind.ROOM: 8, ClaimKind.STAFF: 6}, "the handler, who presents the case"
    people = {"moderator": stage.by("window3").id, "clerk": stage.by("window1").id}
    stage.act(set_people, hearing_id=hearing, **people)
    assert held(stage, hearing)[ClaimKind.STAFF] == 12
    assert stage.db.read_now(lambda s: set(attending(s, s.get_one(Hearing, hearing)))) == set(people.values())
