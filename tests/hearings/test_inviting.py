"""Invitations on the database: who is asked how, what their answers do to the hearing, and what time brings."""

import email
from collections.abc import Callable
from email.policy import default
from typing import Any

import pytest

from hearings.invitations.actions import invite, renew_link
from hearings.invitations.answers import Said, Why
from hearings.invitations.assistance import ASSISTANCE
from hearings.invitations.invited import invited_of
from hearings.invitations.tables import Answer, Invitation, InvitationState, Recusal, RecusalState, Via
from hearings.mailbox.text_answers import take_text
from hearings.tables import HearingState, Seat
from shared.errors import Refused
from shared.outbox import Channel, Mail
from shared.settings import Settings
from tests.hearings.callers import MINUTE, Callers
from tests.hearings.roster_stage import MANAGER
from tests.hearings.staging import Stage

I = InvitationState  # noqa: E741


@pytest.fixture
def callers(stage: Stage, settings: Settings) -> Callers:
    return Callers(stage, settings)


def refusal(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def test_every_seat_is_invited_once_by_the_way_its_holder_likes(callers: Callers) -> None:
    invited = callers.invite()
    assert len(invited) == 3 and callers.invite() == []
    rows = [callers.get(one) for one in invited]
    assert {row.state for row in rows} == {I.SENT} and len({row.uid for row in rows} | {row.sms_code for row in rows}) == 6
    (message,) = callers.messages(invited[0])
    assert (message.channel, message.purpose) == (Channel.EMAIL, "invitation")
    method, event = callers.calendar(message)
    assert (str(method), event["SEQUENCE"], str(event["UID"])) == ("REQUEST", 0, rows[0].uid)


def test_invitation_tells_neither_parties_nor_case(callers: Callers, stage: Stage) -> None:
    (message, *_) = callers.messages(callers.invite()[0])
    content = callers.content(message)
    assert isinstance(content, Mail)
    parts = email.message_from_string(content.mime, policy=default).walk()
    told = "".join(str(part.get_content()) for part in parts if not part.is_multipart())
    assert "诚邀您担任听证员" in told and not any(name in told for name in ("欧阳秀英", "王大海", "李明", "故意伤害"))


def test_inviting_waits_for_approval_a_time_and_the_right_people(stage: Stage, settings: Settings) -> None:
    def attempt(who: str = MANAGER, **more: Any) -> str:
        hearing = stage.hearing(**more)
        return refusal(lambda: stage.act(invite, who=who, hearing_id=hearing, sealing=stage.vault, settings=settings))

    assert attempt(state=HearingState.DRAFT) == "invite-not-now"
    assert attempt(listed=False) == "not-listed"
    assert attempt(days=-1) == "time-past"
    assert attempt(who="daozhen") == "not-allowed"


def test_panel_is_ready_with_the_last_acceptance_and_declaration(callers: Callers) -> None:
    first, second, third = callers.invite()
    callers.accept(first)
    callers.answer(second, Said.ACCEPT, via=Via.CALENDAR)
    callers.accept(third, via=Via.PHONE, who=MANAGER, evidence="11月23日 15:10 本人来电 138****0001")
    assert callers.state() == HearingState.APPROVED and callers.get(second).state == I.ACCEPTED
    callers.accept(second, days=MINUTE)
    assert callers.state() == HearingState.PANEL_READY
    callers.answer(third, Said.UNDO, days=2 * MINUTE)
    assert callers.state() == HearingState.APPROVED


@pytest.mark.parametrize("via", list(Via))
def test_five_ways_lead_to_one_state_and_the_way_stays_visible(callers: Callers, stage: Stage, via: Via) -> None:
    invited = callers.invite()[0]
    staff = {"who": MANAGER, "evidence": "回执原件"} if via in (Via.PHONE, Via.PAPER) else {}
    callers.accept(invited, via=via, **staff)
    row = callers.get(invited)
    assert (row.state, row.answered_via, row.answered_sequence) == (I.ACCEPTED, via, 0)
    (kept,) = stage.all(Answer)
    assert (kept.via, kept.counted, bool(kept.evidence)) == (via, True, bool(staff))
    acts = [line for line in stage.journal() if line.act == "invitation-accept"]
    assert len(acts) == 1 and f'"via":"{via}"' in acts[0].detail


def test_staff_enter_an_answer_only_with_evidence(callers: Callers) -> None:
    invited = callers.invite()[0]
    assert refusal(lambda: callers.accept(invited, via=Via.PHONE, who=MANAGER)) == "evidence-needed"
    assert refusal(lambda: callers.accept(invited, via=Via.PAPER, who="daozhen", evidence="回执")) == "not-allowed"
    assert refusal(lambda: callers.decline(invited, reason="")) == "choice-needed"
    assert callers.get(invited).state == I.SENT


def test_answer_repeated_is_one_answer(callers: Callers, stage: Stage) -> None:
    invited = callers.invite()[0]
    for days in (0, MINUTE, 2 * MINUTE):
        callers.accept(invited, days=days, key="form-1")
    callers.accept(invited, days=3 * MINUTE, key="form-2")
    assert len(stage.all(Answer)) == 1
    callers.accept(invited, days=4 * MINUTE, key="form-3", needs=["wheelchair", "nonsense"])
    assert callers.get(invited).needs == ["wheelchair"] and "wheelchair" in ASSISTANCE


def test_second_thoughts_hold_while_the_place_is_theirs(callers: Callers) -> None:
    invited = callers.invite()[0]
    callers.decline(invited)
    assert callers.time_passes(MINUTE / 4) == []
    callers.accept(invited, days=MINUTE / 4)
    assert callers.time_passes(MINUTE) == [] and callers.panel()[0] == invited


def test_place_passed_on_cannot_be_taken_back(callers: Callers) -> None:
    invited = callers.invite()[0]
    callers.decline(invited)
    callers.time_passes(MINUTE)
    late = callers.accept(invited, days=2 * MINUTE)
    assert late.why == Why.PASSED_ON and callers.get(invited).state == I.DECLINED and invited not in callers.panel()


def test_no_answer_is_reminded_by_the_next_way_and_then_replaced(callers: Callers) -> None:
    first, second, _ = callers.invite()
    callers.accept(first)
    callers.send()
    due = callers.get(second).reply_by
    assert due is not None
    days = (due - callers.stage.start).total_seconds() / 86400
    assert callers.time_passes(days - 1.01) == []
    assert callers.time_passes(days - 0.99) == ["remind", "remind"]
    assert callers.messages(first, "reminder") == []
    assert {(one.purpose, one.channel) for one in callers.messages(second)} == {
        ("invitation", "email"), ("invitation", "sms"), ("reminder", "email")}
    assert callers.time_passes(days - 0.5) == []
    after = callers.time_passes(days + 0.01)
    assert after.count("expire") == 2 and after.count("pass-on") == 2
    assert callers.get(second).state == I.EXPIRED and len(callers.panel()) == 3 and second not in callers.panel()


def test_reminder_waits_in_the_outbox_no_longer_than_it_is_wanted(callers: Callers) -> None:
    invited = callers.invite()[0]
    callers.send()
    callers.time_passes(1.5)
    waiting = callers.messages(invited, "reminder")
    assert waiting
    callers.accept(invited, days=1.5)
    assert not {one.id for one in callers.send(1.6)} & {one.id for one in waiting}


def test_address_that_does_not_work_leads_to_the_next_way_and_then_to_a_person(callers: Callers) -> None:
    invited = callers.invite()[0]
    callers.fail()
    assert callers.get(invited).state == I.BOUNCED
    callers.time_passes(MINUTE)
    assert [one.channel for one in callers.messages(invited)] == ["email", "sms"] and callers.get(invited).state == I.SENT
    callers.fail(2 * MINUTE)
    callers.time_passes(3 * MINUTE)
    assert [one.channel for one in callers.messages(invited)] == ["email", "sms", "letter"]


def test_new_link_makes_the_old_code_worthless(callers: Callers, stage: Stage, settings: Settings) -> None:
    invited = callers.invite()[0]
    before = callers.get(invited)
    stage.act(renew_link, who=MANAGER, invitation_id=invited, sealing=stage.vault, settings=settings)
    after = callers.get(invited)
    assert (after.turn, after.code_index == before.code_index, after.sms_code == before.sms_code) == (1, False, False)
    assert len(callers.messages(invited)) == 2 and after.uid == before.uid


def test_own_declaration_of_a_conflict_is_a_recusal_and_frees_the_seat(callers: Callers, stage: Stage) -> None:
    invited = callers.invite()[0]
    callers.decline(invited, reason="recusal:interest", words="我在当事人公司任过顾问")
    (claim,) = stage.all(Recusal)
    assert (claim.state, claim.claimed_by) == (RecusalState.GRANTED, claim.target)
    assert callers.get(invited).state == I.RECUSAL_CLAIMED
    callers.time_passes(MINUTE)
    assert invited not in callers.panel() and len(callers.panel()) == 3


def test_reserve_used_up_leaves_the_place_to_people(stage: Stage, settings: Settings) -> None:
    callers = Callers(stage, settings, count=6)
    invited = callers.invite()
    for one in invited:
        callers.decline(one)
    callers.time_passes(MINUTE)
    assert len(callers.panel()) <= 3 and callers.state() == HearingState.APPROVED
    assert sum(seat.vacated_at is not None for seat in stage.all(Seat)) == 3


def test_text_message_answers_from_the_telephone_that_was_written_to(callers: Callers, stage: Stage, settings: Settings) -> None:
    invited = callers.invite()[0]
    row = callers.get(invited)
    phone = stage.db.read_now(lambda session: invited_of(session, session.get_one(Invitation, invited), stage.vault)).phone
    told = {"sealing": stage.vault, "settings": settings, "now": stage.now(), "by": stage.by(MANAGER)}
    text = f"参加 {row.sms_code}"
    assert stage.db.write_now(take_text, sender="13912345678", text=text, key="1", **told) is None
    assert stage.db.write_now(take_text, sender=phone, text="谢谢", key="2", **told) is None
    for _ in range(2):
        assert stage.db.write_now(take_text, sender=f"+86 {phone}", text=text, key="3", **told).counted
    assert callers.get(invited).state == I.ACCEPTED and [one.via for one in stage.all(Answer)] == [Via.SMS]
    callers.move(21, at=1)
    callers.time_passes(1.1)
    assert stage.db.write_now(take_text, sender=phone, text=text, key="4", **told) is None
    assert callers.get(invited).state == I.SENT and callers.get(invited).sms_code != row.sms_code
