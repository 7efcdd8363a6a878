"""Approval of hearings, on both databases: who answers, what an answer does, delegations, minors, postponing and cancelling."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from hearings import actions
from hearings.approval.actions import answer, ask, granted
from hearings.approval.delegations import delegate, end_delegation
from hearings.invitations.tables import Notice, NoticeKind
from hearings.people.staff import set_people
from hearings.place.claims import span
from hearings.requesting import request_hearing, submit
from hearings.tables import Approval, Claim, ClaimKind, Hearing, HearingState, Listing, Question
from shared.errors import Refused
from shared.people import Staff
from tests.hearings.staging import Stage
from tests.hearings.test_request import request

S, Q = HearingState, Question
TODAY = date(2026, 11, 23)


def refusal(act: Any, *args: Any, **more: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        act(*args, **more)
    return refused.value


def submitted(stage: Stage, **more: str) -> UUID:
    made: UUID = stage.act(request_hearing, form=request(**more), sealing=stage.vault).hearing_id
    stage.act(submit, hearing_id=made, sealing=stage.vault)
    return made


def open_question(stage: Stage, question: Question = Q.HEARING) -> UUID:
    found: UUID = next(row.id for row in stage.all(Approval) if row.question == question and row.answered_at is None)
    return found


def decide(stage: Stage, question: Question = Q.HEARING, *, yes: bool = True, who: str = "jianchazhang", text: str = "",
           days: float = 0) -> Any:
    return stage.act(answer, who=who, days=days, approval_id=open_question(stage, question), granted=yes, text=text)


def covering(stage: Stage, *, who: str = "jianchazhang", to: str = "supervisor", days: float = 0, **more: Any) -> UUID:
    told = {"questions": [Q.HEARING], "document": "蚌检发〔2026〕5号", "begins_on": TODAY,
            "ends_on": TODAY + timedelta(10), **more}
    made: UUID = stage.act(delegate, who=who, days=days, staff_id=stage.by(to).id, **told)
    return made


# Answering ----------------------------------------------------------------------------------------------------------


def test_chief_approves_and_the_hearing_is_prepared(stage: Stage) -> None:
    hearing = submitted(stage)
    decide(stage)
    assert stage.get(Hearing, hearing).state == S.APPROVED
    line = next(line for line in stage.journal() if line.act == "approval-granted")
    assert '"question":"hearing"' in line.detail


def test_refusal_states_its_reasons_and_takes_the_other_questions_with_it(stage: Stage) -> None:
    hearing = submitted(stage, panel_size="2", panel_reason="上门听证")
    refused = refusal(decide, stage, yes=False)
    assert (refused.code, refused.detail["article"]) == ("reason-needed", "application")
    decide(stage, yes=False, text="事实清楚，争议不大")
    assert stage.get(Hearing, hearing).state == S.REFUSED
    assert {row.question: row.granted for row in stage.all(Approval)} == {"hearing": False, "panel_size": None}
    assert all(row.answered_at for row in stage.all(Approval))


@pytest.mark.parametrize("who", ["window3", "supervisor", "anguan", "auditor"])
def test_nobody_else_answers(stage: Stage, who: str) -> None:
    submitted(stage)
    assert refusal(decide, stage, who=who).code == "not-allowed"


def test_same_answer_again_changes_nothing_and_another_is_too_late(stage: Stage) -> None:
    submitted(stage)
    question = open_question(stage)
    told = {"who": "jianchazhang", "approval_id": question, "text": ""}
    first = stage.act(answer, granted=True, **told)
    assert stage.act(answer, granted=True, **told) == first
    assert refusal(stage.act, answer, granted=False, **{**told, "text": "x"}).code == "moved-on"
    assert [line.act for line in stage.journal()].count("approval-granted") == 1


def test_openness_panel_and_place_change_only_when_granted(stage: Stage) -> None:
    hearing = submitted(stage, openness="closed", openness_reason="涉及隐私", panel_size="2", panel_reason="上门听证",
                        elsewhere="某村村委会", elsewhere_reason="当事人行动不便")
    decide(stage)
    for question in (Q.OPENNESS, Q.PANEL_SIZE, Q.ELSEWHERE):
        decide(stage, question)
    row = stage.get(Hearing, hearing)
    assert (row.open, row.panel_size, row.elsewhere, row.sequence) == (False, 2, "某村村委会", 2)


def test_opening_is_refused_when_a_minor_became_known_meanwhile(stage: Stage) -> None:
    hearing = submitted(stage, case_type="petition", openness="closed", openness_reason="涉及隐私")
    decide(stage)
    decide(stage, Q.OPENNESS)
    stage.act(actions.ask_openness, hearing_id=hearing, wanted=True, reason="双方同意公开")
    stage.act(actions.note_minor, hearing_id=hearing)
    refused = refusal(decide, stage, Q.OPENNESS)
    assert (refused.code, refused.detail["article"]) == ("minor-closed", "openness")
    assert open_question(stage, Q.OPENNESS)


# Delegation ---------------------------------------------------------------------------------------------------------


def test_delegate_answers_what_was_delegated_while_it_lasts(stage: Stage) -> None:
    hearing = submitted(stage, panel_size="2", panel_reason="上门听证")
    delegation = covering(stage)
    assert refusal(decide, stage, Q.PANEL_SIZE, who="supervisor").code == "not-allowed"
    assert refusal(decide, stage, who="supervisor", days=11).code == "not-allowed"
    decide(stage, who="supervisor")
    assert stage.get(Hearing, hearing).state == S.APPROVED
    assert [row.delegation_id for row in stage.all(Approval) if row.granted] == [delegation]


def test_ended_delegation_covers_nothing(stage: Stage) -> None:
    submitted(stage)
    delegation = covering(stage)
    assert covering(stage) == delegation
    for _ in range(2):
        stage.act(end_delegation, who="jianchazhang", delegation_id=delegation)
    assert refusal(decide, stage, who="supervisor").code == "not-allowed"
    assert [line.act for line in stage.journal() if line.act.startswith("deleg")] == ["delegation-given", "delegation-ended"]


def test_delegate_never_answers_their_own_question(stage: Stage) -> None:
    submitted(stage)
    covering(stage, to="window3")
    assert refusal(decide, stage, who="window3").code == "own-question"


@pytest.mark.parametrize(
    ("more", "code"),
    [({"who": "supervisor"}, "not-allowed"), ({"to": "jianchazhang"}, "delegate-needed"), ({"questions": []}, "choice-needed"),
     ({"document": " "}, "document-needed"), ({"ends_on": TODAY - timedelta(1)}, "days-wrong")],
)
def test_delegation_needs_its_paper(stage: Stage, more: dict[str, Any], code: str) -> None:
    assert refusal(covering, stage, **more).code == code


# Changes ------------------------------------------------------------------------------------------------------------


def notified(stage: Stage) -> UUID:
    """A hearing of which notice was given, with its room claimed."""
    hearing = stage.hearing(S.NOTIFIED)

    def put(session: Any) -> None:
        told = {"hearing_id": hearing, "version": 1, "sequence": 0, "last_lawful_on": TODAY, "given_at": stage.start,
                "given_by": stage.by("window3").id}
        session.add(Notice(kind=NoticeKind.PARTICIPANTS, **told))
        session.add(Claim(kind=ClaimKind.STAFF, resource=stage.by("window3").id, slot=100, hearing_id=hearing))

    stage.db.write_now(put)
    return hearing


def test_minor_who_becomes_known_closes_a_noticed_hearing_and_notice_is_owed_again(stage: Stage) -> None:
    hearing = notified(stage)
    stage.act(actions.note_minor, hearing_id=hearing)
    row = stage.get(Hearing, hearing)
    assert (row.open, row.minor, row.state, row.sequence) == (False, True, S.PANEL_READY, 1)
    assert all(notice.withdrawn_at for notice in stage.all(Notice))


def test_postponed_hearing_gives_its_room_and_people_back(stage: Stage) -> None:
    hearing = notified(stage)
    assert refusal(stage.act, actions.postpone, hearing_id=hearing, reason="").code == "reason-needed"
    stage.act(actions.postpone, hearing_id=hearing, reason="主持人患病")
    row = stage.get(Hearing, hearing)
    assert (row.state, row.state_before, row.sequence, stage.all(Claim)) == (S.POSTPONED, S.NOTIFIED, 1, [])
    assert all(notice.withdrawn_at for notice in stage.all(Notice))


def test_approved_hearing_is_cancelled_only_with_approval(stage: Stage) -> None:
    hearing = notified(stage)
    assert stage.act(actions.cancel, hearing_id=hearing, reason="当事人和解") is False
    assert stage.get(Hearing, hearing).state == S.NOTIFIED
    decide(stage, Q.CANCELLATION)
    assert (stage.get(Hearing, hearing).state, stage.all(Claim)) == (S.CANCELLED, [])


def test_another_moderator_is_a_material_change_and_takes_over_the_time(stage: Stage) -> None:
    hearing = notified(stage)
    told = {"hearing_id": hearing, "clerk": stage.by("window1").id}
    stage.act(set_people, moderator=stage.by("window2").id, **told)
    row = stage.get(Hearing, hearing)
    assert (row.moderator, row.sequence, row.state) == (stage.by("window2").id, 1, S.PANEL_READY)
    held = {claim.resource for claim in stage.all(Claim) if claim.kind == ClaimKind.STAFF}
    assert held == {stage.by(one).id for one in ("window1", "window2", "window3")}, "the handler still presents the case"


def test_moderator_who_is_busy_then_is_refused(stage: Stage) -> None:
    hearing, other = notified(stage), stage.hearing()
    begins = span(stage.all(Listing)[0].begins_at, stage.all(Listing)[0].ends_at)[0]
    busy = Claim(kind=ClaimKind.STAFF, resource=stage.by("window2").id, slot=begins, hearing_id=other)
    stage.db.write_now(lambda s: s.add(busy))
    told = {"hearing_id": hearing, "clerk": stage.by("window1").id}
    refused = refusal(stage.act, set_people, moderator=stage.by("window2").id, **told)
    assert (refused.code, refused.detail["article"]) == ("staff-busy", "no-room-twice")
    assert refused.detail["hearing"] == stage.get(Hearing, other).number
    assert stage.get(Hearing, hearing).sequence == 0


def test_leader_who_handles_the_case_moderates(stage: Stage) -> None:
    hearing = stage.hearing()

    def lead(session: Any) -> None:
        staff = session.get_one(Staff, stage.by("window3").id)
        staff.roles = [*staff.roles, "supervisor"]
        session.add(staff)

    stage.db.write_now(lead)
    told = {"hearing_id": hearing, "clerk": stage.by("window1").id}
    refused = refusal(stage.act, set_people, moderator=stage.by("window2").id, **told)
    assert (refused.code, refused.detail["article"]) == ("moderator-leads", "moderator")


# For other rooms of the house ---------------------------------------------------------------------------------------


def test_question_of_another_kind_is_asked_once_and_found_when_granted(stage: Stage) -> None:
    hearing = stage.hearing()
    told = {"hearing_id": hearing, "question": Q.DESIGNATION, "wanted": {"member": "x"}, "who": "anguan"}
    assert refusal(stage.act, ask, reason=" ", **told).code == "reason-needed"
    assert stage.act(ask, reason="专业性强", **told) == stage.act(ask, reason="专业性强", **told)
    found = stage.db.read_now(granted, hearing, Q.DESIGNATION, member="x")
    assert found is None
    decide(stage, Q.DESIGNATION)
    assert stage.db.read_now(granted, hearing, Q.DESIGNATION, member="x") is not None
    assert stage.db.read_now(granted, hearing, Q.DESIGNATION, member="y") is None


def test_applicant_told_of_the_decision_is_written_down(stage: Stage) -> None:
    hearing = submitted(stage, initiative="application", applicant="李小红")
    decide(stage, yes=False, text="事实清楚")
    assert refusal(stage.act, actions.tell_applicant, hearing_id=hearing, how=" ").code == "fill-needed"
    stage.act(actions.tell_applicant, hearing_id=hearing, how="电话告知并说明理由")
    assert stage.journal()[-1].act == "applicant-told"
