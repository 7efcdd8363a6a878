"""Requesting a hearing, on both databases: what is written down, what is refused and with which article, what a second press
does, who takes part, and that the journal names nobody."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cases.intake import register_matter
from hearings import actions
from hearings.approval.applicants import applicant_of
from hearings.forms import RequestForm, faults
from hearings.people import participants
from hearings.people.participants import PersonForm
from hearings.queries import hearing_of
from hearings.requesting import Requested, change_request, request_hearing, submit, take_back
from hearings.tables import HEARING_CONTACT, HEARING_NAME, Approval, Hearing, HearingState, Participant, Question
from shared.errors import Refused
from tests.cases.registry import CHECK, form
from tests.hearings.staging import Stage

S = HearingState
NUMBERS = {"hearing.panel_min": 3, "hearing.panel_max": 7, "hearing.minutes_most": 480}
TYPES = {"criminal-appeal": True, "arrest-review": False}


def request(**more: str) -> RequestForm:
    told = {"case_number": "蚌检控申〔2026〕7号", "case_type": "criminal-appeal", "title": "一起刑事申诉案件听证会",
            "cause": "故意伤害", "ground": "facts", "reasons": "伤情鉴定意见分歧较大", "minutes": "90", "panel_size": "3",
            "parties": "欧阳秀英\n王大海"}
    return RequestForm(**{**told, **more})


def ask(stage: Stage, *, who: str = "window3", **more: str) -> Requested:
    made = stage.act(request_hearing, who=who, form=request(**more), sealing=stage.vault)
    assert isinstance(made, Requested)
    return made


def refusal(act: Any, *args: Any, **more: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        act(*args, **more)
    return refused.value


def questions(stage: Stage) -> dict[str, Any]:
    return {row.question: row.wanted for row in stage.all(Approval) if row.answered_at is None}


# The form -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({}, {}),
        ({"case_type": "x"}, {"case_type": "type-needed"}),
        ({"case_number": " "}, {"case_number": "case-needed"}),
        ({"title": "王大海故意伤害案"}, {"title": "title-names"}),
        ({"minor": "yes", "openness": "open"}, {"openness": "minor-closed"}),
        ({"openness": "closed"}, {"openness_reason": "openness-reason"}),
        ({"openness": "closed", "openness_reason": "涉及隐私"}, {}),
        ({"case_type": "arrest-review", "openness": "open", "openness_reason": ""}, {"openness_reason": "openness-reason"}),
        ({"panel_size": "2"}, {"panel_reason": "panel-size-reason"}),
        ({"panel_size": "x", "minutes": "0"}, {"panel_size": "invalid", "minutes": "invalid"}),
        ({"elsewhere": "龙子湖区某村村委会"}, {"elsewhere_reason": "elsewhere-reason"}),
        ({"initiative": "application"}, {"applicant": "applicant-needed"}),
        ({"due_on": "31.12."}, {"due_on": "invalid"}),
        ({"cause": "长" * 201}, {"cause": "too-long"}),
    ],
)
def test_form_says_what_is_wrong_field_by_field(more: dict[str, str], found: dict[str, str]) -> None:
    assert faults(request(**more), types=TYPES, provisions=NUMBERS) == found


# Writing it down ----------------------------------------------------------------------------------------------------


def test_hearing_gets_the_offices_next_number_of_the_year(stage: Stage) -> None:
    assert [ask(stage).number for _ in range(2)] == ["蚌检听〔2026〕1号", "蚌检听〔2026〕2号"]
    later = stage.act(request_hearing, days=60, form=request(), sealing=stage.vault)
    assert later.number == "蚌检听〔2027〕1号"


def test_presses_at_the_same_moment_make_one_hearing_and_leave_no_gap(stage: Stage) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: ask(stage, key="one-press"), range(8)))
    assert len({one.hearing_id for one in made}) == 1 and sum(one.fresh for one in made) == 1
    assert ask(stage).number == "蚌检听〔2026〕2号" and len(stage.all(Participant)) == 4


def test_words_of_the_case_lie_sealed_in_the_database(stage: Stage) -> None:
    ask(stage, initiative="application", applicant="李小红", applicant_phone="13800138000")
    stored = repr([row.model_dump() for kind in (Hearing, Participant, Approval) for row in stage.all(kind)])
    for plain in ("故意伤害", "伤情鉴定", "欧阳", "李小红", "13800138000"):
        assert plain not in stored and plain.encode().hex() not in stored
    applicant = applicant_of(stage.all(Hearing)[0], stage.vault)
    assert applicant is not None and applicant.name == "李小红"


def test_party_who_applied_can_be_reached_by_the_telephone_they_gave(stage: Stage) -> None:
    ask(stage, initiative="application", applicant="王大海", applicant_phone="13800138000")
    phones = {stage.vault.unseal(one.name, purpose=HEARING_NAME): one.phone for one in stage.all(Participant)}
    assert phones["欧阳秀英"] is None and phones["王大海"] is not None
    assert stage.vault.unseal(phones["王大海"], purpose=HEARING_CONTACT) == "13800138000"


def test_hearing_hangs_on_its_matter_and_its_title_spares_the_matters_people(stage: Stage) -> None:
    matter = stage.act(register_matter, form=form(), check=CHECK, sealing=stage.vault).matter_id
    made = ask(stage, matter=str(matter), case_number="")
    assert stage.get(Hearing, made.hearing_id).matter_id == matter
    named = {"matter": str(matter), "title": "欧阳秀英申诉案听证会", "parties": ""}
    assert refusal(ask, stage, **named).code == "title-names"
    assert refusal(ask, stage, matter="0190a0a0-0000-7000-8000-000000000000").code == "matter-unknown"


@pytest.mark.parametrize("who", ["anguan", "jianchazhang", "supervisor", "auditor", "daozhen"])
def test_only_handlers_request(stage: Stage, who: str) -> None:
    assert refusal(ask, stage, who=who).code == "not-allowed"


def test_colleague_does_not_change_another_handlers_request(stage: Stage) -> None:
    made = ask(stage)
    told = {"hearing_id": made.hearing_id, "form": request(), "sealing": stage.vault}
    assert refusal(stage.act, change_request, who="window2", **told).code == "not-allowed"
    stage.act(change_request, **{**told, "form": request(title="一起信访案件听证会")})
    assert stage.get(Hearing, made.hearing_id).title == "一起信访案件听证会"


def test_minor_closes_what_the_type_opens(stage: Stage) -> None:
    opened, closed = ask(stage), ask(stage, minor="yes")
    assert stage.get(Hearing, opened.hearing_id).open and not stage.get(Hearing, closed.hearing_id).open
    assert refusal(stage.read, hearing_of, hearing_id=closed.hearing_id, who="window2").code == "not-found"


# Submitting ---------------------------------------------------------------------------------------------------------


def test_submitting_asks_for_each_thing_that_is_not_the_rule(stage: Stage) -> None:
    made = ask(stage, openness="closed", openness_reason="涉及隐私", panel_size="2", panel_reason="上门听证",
               elsewhere="某村村委会", elsewhere_reason="当事人行动不便")
    hearing = stage.get(Hearing, made.hearing_id)
    assert (hearing.open, hearing.panel_size, hearing.elsewhere) == (True, 3, "")
    stage.act(submit, hearing_id=made.hearing_id, sealing=stage.vault)
    stage.act(submit, hearing_id=made.hearing_id, sealing=stage.vault)
    assert questions(stage) == {"hearing": {}, "openness": {"open": False}, "panel_size": {"size": 2},
                                "elsewhere": {"place": "某村村委会"}}


def test_request_taken_back_is_a_draft_without_questions(stage: Stage) -> None:
    made = ask(stage, panel_size="2", panel_reason="上门听证")
    stage.act(submit, hearing_id=made.hearing_id, sealing=stage.vault)
    stage.act(take_back, hearing_id=made.hearing_id)
    assert stage.get(Hearing, made.hearing_id).state == S.DRAFT and questions(stage) == {}
    stage.act(submit, hearing_id=made.hearing_id, sealing=stage.vault)
    assert set(questions(stage)) == {"hearing", "panel_size"}


def test_draft_is_dropped_with_a_reason(stage: Stage) -> None:
    made = ask(stage)
    assert refusal(stage.act, actions.cancel, hearing_id=made.hearing_id, reason=" ").code == "reason-needed"
    assert stage.act(actions.cancel, hearing_id=made.hearing_id, reason="重复登记") is True


# Moderator and clerk ------------------------------------------------------------------------------------------------


def test_moderator_and_clerk_are_two_people_of_the_office(stage: Stage) -> None:
    both = str(stage.by("window1").id)
    assert refusal(ask, stage, moderator=both, clerk=both).code == "clerk-moderates"
    moderator = refusal(ask, stage, moderator=str(stage.by("daozhen").id))
    assert (moderator.code, moderator.detail["article"]) == ("moderator-prosecutor", "moderator")
    assert refusal(ask, stage, clerk=str(stage.by("auditor").id)).code == "clerk-needed"


# Participants -------------------------------------------------------------------------------------------------------


def person(**more: Any) -> PersonForm:
    return PersonForm(**{"role": "party", "name": "赵小兰", "phone": "138 0013 8000", "email": "zhao@example.com", **more})


def test_participant_is_written_down_once_and_shown_masked(stage: Stage) -> None:
    hearing = stage.hearing(people=False)
    told = {"hearing_id": hearing, "form": person(needs=["wheelchair", "x"]), "sealing": stage.vault}
    assert stage.act(participants.add_participant, **told) == stage.act(participants.add_participant, **told)
    seen = stage.read(participants.participants, hearing_id=hearing, sealing=stage.vault)
    assert [(one.name, one.phone, one.email, one.needs) for one in seen] == [
        ("赵**", "138****8000", "z***@example.com", ["wheelchair"])]
    whole = stage.read(participants.participants, hearing_id=hearing, sealing=stage.vault, revealed=True)
    assert (whole[0].name, whole[0].phone) == ("赵小兰", "13800138000")


def test_participant_named_in_the_title_is_refused(stage: Stage) -> None:
    hearing = stage.hearing(people=False, title="赵小兰申诉案听证会")
    told = {"hearing_id": hearing, "form": person(), "sealing": stage.vault}
    assert refusal(stage.act, participants.add_participant, **told).code == "title-names"


def test_participant_taken_off_stays_as_a_row(stage: Stage) -> None:
    hearing = stage.hearing()
    first = stage.all(Participant)[0].id
    told = {"hearing_id": hearing, "participant_id": first}
    assert refusal(stage.act, participants.remove_participant, reason="", **told).code == "reason-needed"
    stage.act(participants.remove_participant, reason="不再参加", **told)
    assert len(stage.all(Participant)) == 3
    assert len(stage.read(participants.participants, hearing_id=hearing, sealing=stage.vault)) == 2


@pytest.mark.parametrize(
    ("more", "found"),
    [({}, {}), ({"name": ""}, {"name": "name-needed"}), ({"phone": "12"}, {"phone": "phone-number"}),
     ({"email": "a@b"}, {"email": "email"}), ({"role": "moderator"}, {"role": "choice-needed"})],
)
def test_participants_form_says_what_is_wrong(more: dict[str, str], found: dict[str, str]) -> None:
    assert participants.faults(person(**more)) == found


def test_auditor_reads_what_was_done_but_no_names(stage: Stage) -> None:
    hearing = stage.hearing()
    assert stage.read(participants.participants, hearing_id=hearing, sealing=stage.vault, who="auditor") == []
    told = {"hearing_id": hearing, "reason": "电话通知"}
    assert refusal(stage.act, participants.reveal, who="auditor", **told).code == "not-allowed"
    stage.act(participants.reveal, who="anguan", **told)
    lines = [line for line in stage.journal() if line.subject == f"hearing:{hearing.hex}"]
    assert [(line.act, line.reason) for line in lines] == [("participants-revealed", "电话通知")]


def test_journal_tells_what_was_done_without_naming_anybody(stage: Stage) -> None:
    made = ask(stage)
    stage.act(participants.add_participant, hearing_id=made.hearing_id, form=person(), sealing=stage.vault)
    stage.act(submit, hearing_id=made.hearing_id, sealing=stage.vault)
    lines = [line for line in stage.journal() if line.subject == f"hearing:{made.hearing_id.hex}"]
    acts = ["hearing-requested", "participant-added", "hearing-pending-approval", "approval-asked"]
    assert [line.act for line in lines] == acts
    assert not any(plain in line.detail + line.reason for line in lines for plain in ("赵", "欧阳", "138", "故意"))
    assert Question.HEARING in questions(stage)
