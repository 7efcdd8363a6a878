"""The law of a hearing as tables of cases: who may take which step, what is open, who answers a question, who sees what."""

from typing import Any
from uuid import UUID

import pytest

from hearings import rules
from hearings.tables import Hearing, HearingState
from shared.errors import Refused
from shared.people import Role
from tests.hearings.staging import Stage

S = HearingState
HANDLER, CHIEF = {Role.CASE_HANDLER}, {Role.CHIEF_PROCURATOR}
NUMBERS = {"hearing.panel_min": 3, "hearing.panel_max": 7}
ANNA, BO = UUID(int=1), UUID(int=2)


def refusal(check: Any, *args: Any, **more: Any) -> str:
    try:
        check(*args, **more)
    except Refused as refused:
        return refused.code
    return ""


@pytest.mark.parametrize(
    ("state", "to", "roles", "code"),
    [
        (S.DRAFT, S.PENDING_APPROVAL, HANDLER, ""),
        (S.DRAFT, S.APPROVED, CHIEF, "wrong-step"),
        (S.PENDING_APPROVAL, S.APPROVED, HANDLER, "not-allowed"),
        (S.PENDING_APPROVAL, S.APPROVED, CHIEF, ""),
        (S.NOTIFIED, S.CANCELLED, HANDLER, "not-allowed"),
        (S.POSTPONED, S.NOTIFIED, {Role.CASE_MANAGEMENT}, ""),
        (S.IN_SESSION, S.CANCELLED, CHIEF, "wrong-step"),
        (S.ARCHIVED, S.DRAFT, HANDLER, "wrong-step"),
    ],
)
def test_step_needs_its_place_and_its_role(state: S, to: S, roles: set[str], code: str) -> None:
    assert refusal(rules.check_step, state, to, roles) == code


def test_panel_gets_ready_by_itself_but_nothing_is_approved_by_itself() -> None:
    assert refusal(rules.check_step, S.APPROVED, S.PANEL_READY, set(), follows=True) == ""
    assert refusal(rules.check_step, S.PENDING_APPROVAL, S.APPROVED, set(), follows=True) == "not-allowed"


def test_every_state_can_be_reached_and_every_end_is_one() -> None:
    reached = {to for steps in rules.NEXT.values() for to in steps} | {S.DRAFT}
    assert reached == set(S) and {state for state in S if state not in rules.NEXT} == rules.OVER


@pytest.mark.parametrize(("type_opens", "minor", "opens"), [(True, False, True), (True, True, False), (False, False, False)])
def test_minor_closes_any_hearing(type_opens: bool, minor: bool, opens: bool) -> None:
    assert rules.opens(type_opens=type_opens, minor=minor) is opens


def test_opening_a_minors_hearing_is_refused_with_the_article() -> None:
    with pytest.raises(Refused) as refused:
        rules.check_openness(wanted=True, minor=True, is_default=False, reason="重大")
    assert (refused.value.code, refused.value.detail["article"]) == ("minor-closed", "openness")
    assert refusal(rules.check_openness, wanted=False, minor=False, is_default=False, reason=" ") == "openness-reason"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, ""), ({"viewer": ANNA}, "own-question"), ({"roles": HANDLER}, "not-allowed"),
        ({"roles": HANDLER, "delegated": True}, ""), ({"answered": True}, "moved-on"),
        ({"granted": False}, "reason-needed"), ({"granted": False, "answer": "事实清楚"}, ""),
    ],
)
def test_answer_comes_from_the_chief_and_never_from_who_asked(more: dict[str, Any], code: str) -> None:
    told = {"asked_by": ANNA, "answered": False, "granted": True, "answer": "", "viewer": BO, "roles": CHIEF, "delegated": False}
    assert refusal(rules.check_answer, **{**told, **more}) == code


@pytest.mark.parametrize(
    ("title", "code"),
    [("一起刑事申诉案件听证会", ""), ("王大海故意伤害案听证会", "title-names"), ("王 大海案", "title-names"),
     (" ", "title-needed")],
)
def test_title_names_no_private_person(title: str, code: str) -> None:
    assert refusal(rules.check_title, title, ["王大海", "李"]) == code


@pytest.mark.parametrize(("size", "reason", "code"), [(3, "", ""), (4, "", ""), (7, "", ""), (2, "", "panel-size-reason"),
                                                      (8, "", "panel-size-reason"), (2, "上门听证", ""), (0, "x", "invalid")])
def test_other_panels_than_usual_need_a_reason(size: int, reason: str, code: str) -> None:
    assert refusal(rules.check_panel_size, size, NUMBERS, reason) == code


@pytest.mark.parametrize(
    ("moderator", "roles", "handler_roles", "code"),
    [
        (ANNA, HANDLER, HANDLER, ""), (BO, HANDLER, HANDLER, ""), (BO, {Role.GUIDE_DESK}, HANDLER, "moderator-prosecutor"),
        (BO, HANDLER, HANDLER | CHIEF, "moderator-leads"), (ANNA, HANDLER, HANDLER | CHIEF, ""),
        (BO, HANDLER, {Role.SUPERVISOR}, "moderator-leads"),
    ],
)
def test_leader_who_handles_a_case_moderates(moderator: UUID, roles: set[str], handler_roles: set[str], code: str) -> None:
    told = {"moderator": moderator, "roles": roles, "handler": ANNA, "handler_roles": handler_roles}
    assert refusal(rules.check_moderator, **told) == code


@pytest.mark.parametrize(
    ("open", "involved", "roles", "sees", "reads"),
    [
        (True, False, HANDLER, True, True), (False, False, HANDLER, False, False), (False, True, HANDLER, True, True),
        (False, False, {Role.SUPERVISOR}, True, False), (False, False, CHIEF, True, True),
        (True, False, {Role.AUDITOR}, True, False), (True, False, {Role.GUIDE_DESK}, False, False),
        (False, False, {Role.CASE_MANAGEMENT}, True, True),
    ],
)
def test_closed_hearing_is_seen_by_few_and_read_by_fewer(
    open: bool, involved: bool, roles: set[str], sees: bool, reads: bool
) -> None:
    assert rules.may_see(open=open, involved=involved, roles=roles) is sees
    assert rules.may_read_words(open=open, involved=involved, roles=roles) is reads


def test_stage_puts_a_hearing_of_every_state(stage: Stage) -> None:
    made = [stage.get(Hearing, stage.hearing(state)).state for state in S]
    assert made == list(S)
