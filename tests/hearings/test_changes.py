"""What people hear when a hearing changes: whoever had been told is told by itself what happened, the way they heard, once; who
had heard nothing hears nothing; who could not be reached is a task."""

from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session

from hearings.actions import cancel
from hearings.approval.actions import answer
from hearings.changes.acts import show_contact, tell_by_hand
from hearings.changes.board import Words, untold, words_of
from hearings.invitations.tables import Invitation, Notice, NoticeKind, NoticeProof, ProofMethod
from hearings.notices.actions import give_notice
from hearings.notices.proofs import prove
from hearings.notices.queries import missing
from hearings.people.participants import remove_participant
from hearings.place.actions import TimeAndPlace, list_hearing, move
from hearings.tables import Approval, Hearing, HearingState, Listing, Participant, Question, Room
from shared.errors import Refused
from shared.outbox import Letter, Mail, Message, Text
from shared.settings import Settings
from tests.hearings.callers import Callers
from tests.hearings.staging import Stage

K = NoticeKind
S = HearingState


@pytest.fixture
def callers(stage: Stage, settings: Settings) -> Callers:
    """A hearing with an invited panel, and three participants who have been given their notice by text message; it has left."""
    found = Callers(stage, settings)
    found.invite()
    give(found, K.PARTICIPANTS)
    found.send(0.01)
    return found


def give(callers: Callers, kind: K, days: float = 0) -> None:
    callers.stage.act(give_notice, days=days, hearing_id=callers.hearing, kind=kind, sealing=callers.stage.vault,
                      settings=callers.settings)


def moved(callers: Callers, days: int, *, at: float, room: int = 0) -> None:
    """The hearing is moved as staff move it: to another day, or only to another room."""
    stage = callers.stage
    listing = max((one for one in stage.all(Listing) if one.hearing_id == callers.hearing), key=lambda one: one.version)
    rooms = sorted(stage.all(Room), key=lambda one: one.code)
    shift = stage.now(days) - stage.now(0)
    place = TimeAndPlace(listing.begins_at + shift, rooms[room].id)
    stage.act(move, days=at, hearing_id=callers.hearing, at=place, reason="房间另有安排", sealing=stage.vault,
              settings=callers.settings)


def words(callers: Callers, purpose: str, channel: str = "sms") -> list[str]:
    """What participants are told that way, oldest first."""
    people = {f"invitation:{one.id.hex}" for one in callers.stage.all(Invitation) if one.participant_id}
    found = [one for one in callers.stage.all(Message) if (one.purpose, one.channel) == (purpose, channel)]
    contents = [callers.content(one) for one in sorted(found, key=lambda one: one.id) if one.about in people]
    return [one.text if isinstance(one, Text) else one.mime if isinstance(one, Mail) else str(one.data) for one in contents]


def board(callers: Callers, **more: Any) -> Words:
    found: Words = callers.stage.read(words_of, hearing_id=callers.hearing, sealing=callers.stage.vault, **more)
    return found


def test_moved_hearing_is_told_at_once_and_the_notice_is_still_owed(callers: Callers) -> None:
    moved(callers, 7, at=1)
    told = words(callers, "moved")
    assert len(told) == 3 and all("改到" in one and "原定" in one and "请不要前来" in one for one in told)
    callers.time_passes(1.1)
    moved(callers, 0, at=1.2, room=1)
    callers.send(1.3)
    assert len(words(callers, "moved")) == 6, "the first word never left: the second one tells it all"
    later = words(callers, "moved")[3:]
    assert all("第二听证室" in one and "改到" in one for one in later)
    assert {one.state for one in callers.stage.all(Message) if one.purpose == "moved"} == {"stale", "sent"}

    def owed(session: Session) -> set[K]:
        return {one.kind for one in missing(session, session.get_one(Hearing, callers.hearing))}

    assert K.PARTICIPANTS in callers.stage.db.read_now(owed), "a word is no notice and proves nothing"
    assert callers.time_passes(1.4) == [] and board(callers).untold == 0
    give(callers, K.PARTICIPANTS, days=1.5)
    assert len(words(callers, "moved")) == 6


def test_another_room_is_told_as_another_room(callers: Callers) -> None:
    moved(callers, 0, at=1, room=1)
    assert len(told := words(callers, "moved")) == 3
    assert all("时间不变，地点改为第二听证室，不在第一听证室" in one for one in told)
    first = next(one.id for one in callers.stage.all(Invitation) if one.seat_id)
    (update,) = callers.messages(first, "update")
    assert "时间不变" in str(callers.content(update)) or callers.calendar(update)[0] == "REQUEST"


def test_who_had_heard_nothing_hears_of_no_change(stage: Stage, settings: Settings) -> None:
    callers = Callers(stage, settings)
    give(callers, K.PARTICIPANTS)
    moved(callers, 7, at=1)
    stage.db.write_now(lambda s: setattr(s.get_one(Hearing, callers.hearing), "state", S.CANCELLED))
    callers.time_passes(1.1)
    assert [words(callers, one) for one in ("moved", "cancellation")] == [[], []]
    assert callers.send(2) == [], "and what still waited does not leave"


def test_postponed_then_a_new_date_then_cancelled_each_in_its_own_words(callers: Callers) -> None:
    callers.set_state(S.POSTPONED, sequence=1)
    assert set(callers.time_passes(1)) == {"set-aside"} and callers.time_passes(1.1) == []
    assert len(told := words(callers, "postponed")) == 3 and all("延期" in one and "取消" not in one for one in told)
    panel = next(one.id for one in callers.stage.all(Invitation) if one.seat_id)
    (off,) = callers.messages(panel, "postponed")
    assert callers.calendar(off)[0] == "CANCEL" if off.channel == "email" else "延期" in str(callers.content(off))
    callers.send(1.2)

    stage = callers.stage
    room = min(stage.all(Room), key=lambda one: one.code)
    begins = next(one for one in stage.all(Listing)).begins_at + (stage.now(7) - stage.now(0))
    stage.act(list_hearing, days=2, hearing_id=callers.hearing, at=TimeAndPlace(begins, room.id), sealing=stage.vault,
              settings=callers.settings)
    assert len(words(callers, "moved")) == 3
    callers.set_state(S.POSTPONED, sequence=1)
    callers.time_passes(3)
    assert len(words(callers, "postponed")) == 6
    callers.send(3.1)
    callers.set_state(S.CANCELLED, sequence=1)
    assert set(callers.time_passes(4)) == {"call-off"} and callers.time_passes(4.1) == []
    assert len(told := words(callers, "cancellation")) == 3 and all("已取消" in one for one in told)
    assert len(callers.messages(panel, "cancellation")) == 1, "who knew that it was postponed hears that it is off for good"


def test_cancelled_hearing_is_told_with_the_reason_that_was_approved_for_everybody(callers: Callers) -> None:
    stage = callers.stage
    ask: dict[str, Any] = {"hearing_id": callers.hearing, "reason": "欧阳秀英已撤回申诉", "sealing": stage.vault}
    with pytest.raises(Refused) as refusal:
        stage.act(cancel, told="欧阳秀英撤回申诉", **ask)
    assert refusal.value.code == "title-names"
    stage.act(cancel, told="申诉已撤回", **ask)
    (asked,) = [one for one in stage.all(Approval) if one.question == Question.CANCELLATION]
    stage.act(answer, who="jianchazhang", days=1, approval_id=asked.id, granted=True, text="同意")
    assert set(callers.time_passes(1.1)) == {"call-off"}
    assert len(told := words(callers, "cancellation")) == 3
    assert all("原因：申诉已撤回。" in one and "欧阳" not in one for one in told)


def test_removed_participant_is_told_and_the_link_of_the_notice_is_closed(callers: Callers) -> None:
    stage = callers.stage
    gone = stage.all(Participant)[0]
    for days in (1, 1.1):
        stage.act(remove_participant, days=days, hearing_id=callers.hearing, participant_id=gone.id, reason="写错了人")
    assert callers.time_passes(1.2) == ["release"] and callers.time_passes(1.3) == []
    (told,) = words(callers, "removed")
    assert "不用前来" in told and "作废" in told
    row = next(one for one in stage.all(Invitation) if one.participant_id == gone.id)
    assert row.closed_at is not None


def test_whom_no_message_reaches_is_a_task_until_staff_note_how_they_told_them(callers: Callers) -> None:
    stage, one = callers.stage, callers.stage.all(Participant)[0]

    def without_telephone(session: Session) -> None:
        session.get_one(Participant, one.id).phone = None

    stage.db.write_now(without_telephone)
    moved(callers, 7, at=1)
    callers.fail(1.1)
    found = board(callers)
    assert found.untold == sum(word.to_call for word in found.people) > 0
    waiting = stage.db.read_now(untold, centre=stage.centre(1), sealing=stage.vault, now=stage.now(1), by=stage.by("window3"))
    assert len(waiting) == found.untold and all("*" in row.name for row in waiting)
    word = found.people[0]
    keep: dict[str, Any] = {"hearing_id": callers.hearing, "message_id": word.key}
    with pytest.raises(Refused) as refusal:
        stage.act(tell_by_hand, evidence=" ", sealing=stage.vault, **keep)
    assert refusal.value.code == "evidence-needed"
    stage.act(show_contact, days=1.2, **keep)
    assert next(row for row in board(callers, revealed=word.key).people if row.key == word.key).name != word.name
    for _ in range(2):
        stage.act(tell_by_hand, days=1.3, evidence="11月24日电话告知本人，接听人周明", sealing=stage.vault, **keep)
    assert sum(line.act == "change-told" for line in stage.journal()) == 1
    after = board(callers)
    assert after.untold == found.untold - 1 and next(row for row in after.people if row.key == word.key).by_hand
    assert stage.all(NoticeProof) == [], "it does not count as notice"


def test_who_was_told_by_hand_gets_a_letter_to_be_printed(stage: Stage, settings: Settings) -> None:
    callers = Callers(stage, settings)
    person = stage.all(Participant)[0]

    def bare(session: Session) -> None:
        row = session.get_one(Participant, person.id)
        row.phone = row.email = None

    stage.db.write_now(bare)
    give(callers, K.PARTICIPANTS)
    (notice,) = stage.all(Notice)
    stage.act(prove, days=0.1, hearing_id=callers.hearing, notice_id=notice.id, participant_id=person.id,
              method=ProofMethod.IN_PERSON, evidence="本人签收", at=stage.now(0.1))
    moved(callers, 7, at=1)
    (letter,) = [one for one in stage.all(Message) if (one.purpose, one.channel) == ("moved", "letter")]
    assert isinstance(callers.content(letter), Letter)
    (word,) = [one for one in board(callers).people if one.to_call]
    assert word.sent == (("letter", "waiting"),)


def test_nobody_else_may_note_or_look(callers: Callers) -> None:
    moved(callers, 7, at=1)
    acts: tuple[tuple[Any, dict[str, Any]], ...] = (
        (show_contact, {}), (tell_by_hand, {"evidence": "x", "sealing": callers.stage.vault}),
    )
    for act, more in acts:
        for who, word in (("auditor", board(callers).people[0].key), ("window3", UUID(int=7))):
            with pytest.raises(Refused):
                callers.stage.act(act, who=who, hearing_id=callers.hearing, message_id=word, **more)
