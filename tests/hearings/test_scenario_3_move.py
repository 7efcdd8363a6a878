"""Scenario 3. Given an accepted invitation at SEQUENCE 0, when the time changes, then exactly one REQUEST with SEQUENCE 1 goes to
each, the answer returns to "to confirm", reminders for the old time are never sent, and a late REPLY to SEQUENCE 0 is shown as
about the old date."""

from hearings.invitations.answers import Said, Why
from hearings.invitations.tables import Answer, Invitation, InvitationState, NoticeKind, NoticeProof, Via
from hearings.notices.actions import give_notice
from hearings.tables import HearingState
from shared.outbox import Message
from shared.settings import Settings
from tests.hearings.callers import MINUTE, Callers
from tests.hearings.staging import Stage


def test_scenario_3_move(stage: Stage, settings: Settings) -> None:
    callers = Callers(stage, settings)
    invited = callers.invite()
    callers.send()
    first, second, third = invited
    callers.accept(first)
    callers.accept(second)
    callers.time_passes(1.5)
    old = callers.messages(third, "reminder")
    assert old and callers.messages(first, "reminder") == []

    callers.move(21, at=1.6)
    late = callers.answer(second, Said.DECLINE, reason="busy", via=Via.CALENDAR, sequence=0, days=1.6)
    assert late.why == Why.OLD_DATE
    assert set(callers.time_passes(1.6 + MINUTE)) == {"reask"}
    assert callers.time_passes(1.6 + 2 * MINUTE) == []

    sent = callers.send(1.7)
    for one in invited:
        row = callers.get(one)
        assert (row.state, row.sequence, row.answered_sequence) == (InvitationState.SENT, 1, 0 if one != third else None)
        updates = callers.messages(one, "update")
        assert len(updates) == 1 and updates[0].id in {message.id for message in sent}
        method, event = callers.calendar(updates[0])
        assert (str(method), int(event["SEQUENCE"]), str(event["UID"])) == ("REQUEST", 1, row.uid)
    assert not {message.id for message in old} & {message.id for message in sent}
    assert [stage.get(type(old[0]), message.id).state for message in old] == ["stale"]

    late = callers.answer(first, Said.ACCEPT, via=Via.CALENDAR, sequence=0, days=2)
    assert late.why == Why.OLD_DATE and callers.get(first).state == InvitationState.SENT
    assert [kept.counted for kept in stage.all(Answer)] == [True, True, False, False]
    (told,) = callers.messages(first, "old_date")
    assert told.sequence == 1

    for one in invited:
        callers.accept(one, days=2.1)
    assert callers.state() == HearingState.PANEL_READY


def test_move_while_postponed_tells_once_and_asks_when_the_new_time_is_known(stage: Stage, settings: Settings) -> None:
    callers = Callers(stage, settings)
    first, *_ = callers.invite()
    callers.accept(first)
    callers.send()
    callers.set_state(HearingState.POSTPONED, sequence=1)
    assert callers.time_passes(0.1) == ["set-aside"] * 3 and callers.time_passes(0.2) == []
    (off,) = callers.messages(first, "postponed")
    method, event = callers.calendar(off)
    assert (str(method), int(event["SEQUENCE"])) == ("CANCEL", 1)
    assert callers.get(first).state == InvitationState.DRAFT
    assert callers.answer(first, Said.DECLINE, reason="busy", days=0.3).why == Why.OVER
    callers.set_state(HearingState.APPROVED)
    callers.move(28, at=0.4)
    assert set(callers.time_passes(0.5)) == {"reask"}
    (update,) = callers.messages(first, "update")
    assert int(callers.calendar(update)[1]["SEQUENCE"]) == 2 and callers.get(first).state == InvitationState.SENT


def test_move_asks_participants_again_with_their_notice(stage: Stage, settings: Settings) -> None:
    callers = Callers(stage, settings)
    give = {"who": "anguan", "hearing_id": callers.hearing, "kind": NoticeKind.PARTICIPANTS, "sealing": stage.vault,
            "settings": settings}
    stage.act(give_notice, **give)
    rows = [row for row in stage.all(Invitation) if row.participant_id is not None]
    assert len(rows) == 3 and all(row.sequence == 0 for row in rows)
    callers.answer(rows[0].id, Said.ACCEPT, via=Via.CALENDAR)
    assert [proof.method for proof in stage.all(NoticeProof)] == ["answered"]
    callers.move(21, at=1)
    assert set(callers.time_passes(1.1)) == {"reask"}
    stage.act(give_notice, days=1.2, **give)
    renewed = [message for message in stage.all(Message) if message.purpose == "participants_notice" and message.sequence == 1]
    mails = [callers.calendar(message) for message in renewed if message.channel == "email"]
    assert {(str(method), int(event["SEQUENCE"])) for method, event in mails} == {("REQUEST", 1)}
    assert {str(event["UID"]) for _, event in mails} == {row.uid for row in rows}
    late = callers.answer(rows[0].id, Said.ACCEPT, via=Via.CALENDAR, sequence=0, days=1.3)
    assert late.why == Why.OLD_DATE and callers.get(rows[0].id).state == InvitationState.SENT
