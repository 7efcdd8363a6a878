"""The hearing plan, on both databases: versions that stay, drafts, what differs, submitting and approving, who reads it."""

from typing import Any
from uuid import UUID

import pytest

from hearings.approval.actions import answer, granted
from hearings.plan.actions import keep_draft, save_plan, submit_plan
from hearings.plan.paper import Paper, PlanForm, changes, faults
from hearings.plan.queries import PlanView, plan_of
from hearings.tables import Approval, Hearing, HearingPlan, HearingState, Question
from shared.errors import Refused
from tests.hearings.staging import Stage

S, Q = HearingState, Question
WHOLE = {"prosecutor": "陈静", "questions": "伤情鉴定能否采信", "officers_wanted": "法医学专家1名、人大代表1名、社区工作者1名",
         "schedule": "七步进行", "risks": "双方情绪对立", "contingency": "法警两名在场"}


def refusal(act: Any, *args: Any, **more: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        act(*args, **more)
    return refused.value


def typed(stage: Stage, **more: str) -> PlanForm:
    people = {"moderator": str(stage.by("window3").id), "clerk": str(stage.by("window1").id)}
    return PlanForm(**{**WHOLE, **people, **more})


def keep(stage: Stage, hearing: UUID, *, who: str = "window3", **more: str) -> int:
    kept: int = stage.act(save_plan, who=who, hearing_id=hearing, form=typed(stage, **more), sealing=stage.vault)
    return kept


def seen(stage: Stage, hearing: UUID, *, who: str = "window3", version: int = 0) -> PlanView:
    view = stage.read(plan_of, who=who, hearing_id=hearing, sealing=stage.vault, version=version)
    assert isinstance(view, PlanView)
    return view


def test_each_version_stays_and_the_same_again_is_none(stage: Stage) -> None:
    hearing = stage.hearing()
    assert [keep(stage, hearing), keep(stage, hearing), keep(stage, hearing, seen="1", bailiffs="两名")] == [1, 1, 2]
    view = seen(stage, hearing)
    assert ([one.version for one in view.versions], view.version, view.form.seen) == ([2, 1], 2, "2")
    assert view.paper is not None and view.before is not None
    found = changes(view.before, view.paper, "en")
    assert [(change.name, change.parts) for change in found] == [("Bailiffs", [("new", "两名")])]
    first = seen(stage, hearing, version=1).paper
    assert first is not None and first.written["bailiffs"] == ""


def test_version_holds_what_the_rows_told_then(stage: Stage) -> None:
    hearing = stage.hearing()
    keep(stage, hearing)
    keep(stage, hearing, seen="1", clerk=str(stage.by("window2").id))
    view = seen(stage, hearing)
    assert view.paper is not None and view.before is not None
    assert [change.name for change in changes(view.before, view.paper, "zh-CN")] == ["Clerk"]
    assert view.paper.facts["zh-CN"]["place"] == "第一听证室" and view.paper.facts["en"]["place"] == "Hearing room 1"
    assert "欧阳秀英" in view.paper.facts["zh-CN"]["participants"]
    assert stage.get(Hearing, hearing).clerk == stage.by("window2").id


def test_version_kept_by_a_colleague_meanwhile_is_not_overwritten(stage: Stage) -> None:
    hearing = stage.hearing()
    keep(stage, hearing)
    assert refusal(keep, stage, hearing, seen="0", risks="另一种情况").code == "plan-moved-on"
    assert len(stage.all(HearingPlan)) == 1


def test_what_is_being_typed_is_kept_and_gone_with_the_version(stage: Stage) -> None:
    hearing = stage.hearing()
    for text in ("双", "双方情绪激动"):
        stage.act(keep_draft, hearing_id=hearing, form=typed(stage, risks=text), sealing=stage.vault)
    view = seen(stage, hearing)
    assert (view.form.risks, view.versions, view.paper, len(stage.all(HearingPlan))) == ("双方情绪激动", [], None, 1)
    keep(stage, hearing)
    assert seen(stage, hearing).drafted_at is None and [row.version for row in stage.all(HearingPlan)] == [1]


def test_plan_lies_sealed_in_the_database(stage: Stage) -> None:
    hearing = stage.hearing()
    keep(stage, hearing)
    (row,) = stage.all(HearingPlan)
    assert "鉴定".encode() not in row.sealed and "欧阳秀英".encode() not in row.sealed
    assert "鉴定" not in "".join(line.detail + line.reason for line in stage.journal())


def test_newest_version_is_approved_and_a_later_one_needs_it_again(stage: Stage) -> None:
    hearing = stage.hearing()
    keep(stage, hearing)
    for _ in range(2):
        stage.act(submit_plan, hearing_id=hearing, sealing=stage.vault)
    (asked,) = [row for row in stage.all(Approval) if row.question == Q.PLAN]
    stage.act(answer, who="jianchazhang", approval_id=asked.id, granted=True, text="")
    keep(stage, hearing, seen="1", bailiffs="两名")
    assert [one.state for one in seen(stage, hearing).versions] == ["kept", "granted"]
    assert stage.db.read_now(granted, hearing, Q.PLAN, version=1) and not stage.db.read_now(granted, hearing, Q.PLAN, version=2)


def test_question_about_an_older_version_is_taken_back(stage: Stage) -> None:
    hearing = stage.hearing()
    keep(stage, hearing)
    stage.act(submit_plan, hearing_id=hearing, sealing=stage.vault)
    keep(stage, hearing, seen="1", bailiffs="两名")
    stage.act(submit_plan, hearing_id=hearing, sealing=stage.vault)
    asked = [(row.wanted["version"], row.answered_at is None) for row in stage.all(Approval) if row.question == Q.PLAN]
    assert asked == [(1, False), (2, True)]
    assert [one.state for one in seen(stage, hearing).versions] == ["asked", "kept"]


def test_plan_that_says_too_little_is_not_submitted(stage: Stage) -> None:
    hearing = stage.hearing()
    assert refusal(stage.act, submit_plan, hearing_id=hearing, sealing=stage.vault).code == "plan-needed"
    keep(stage, hearing, risks="", contingency=" ")
    refused = refusal(stage.act, submit_plan, hearing_id=hearing, sealing=stage.vault)
    assert refused.code == "plan-incomplete" and set(refused.detail["fields"]) == {"risks", "contingency"}
    keep(stage, hearing, seen="1", clerk="")
    assert refusal(stage.act, submit_plan, hearing_id=hearing, sealing=stage.vault).code == "moderator-needed"


def test_broadcast_is_never_of_a_closed_hearing_and_always_asked_for(stage: Stage) -> None:
    closed, opened = stage.hearing(opens=False), stage.hearing()
    told = {"broadcast": "yes", "broadcast_reason": "社会关注度高"}
    refused = refusal(keep, stage, closed, **told)
    assert (refused.code, refused.detail["article"]) == ("broadcast-closed", "openness")
    keep(stage, opened, **told)
    stage.act(submit_plan, hearing_id=opened, sealing=stage.vault)
    assert {row.question for row in stage.all(Approval) if row.answered_at is None} == {Q.PLAN, Q.BROADCAST}
    assert faults(PlanForm(broadcast="yes")) == {"broadcast_reason": "broadcast-reason"}


def test_plan_is_read_by_those_involved(stage: Stage) -> None:
    hearing = stage.hearing(opens=False)
    keep(stage, hearing)
    for who in ("window2", "supervisor", "auditor"):
        assert refusal(seen, stage, hearing, who=who).code == "not-found"
    assert seen(stage, hearing, who="jianchazhang").paper and seen(stage, hearing, who="anguan").paper
    assert refusal(keep, stage, hearing, who="anguan").code == "not-allowed"


def test_difference_is_shown_sign_by_sign() -> None:
    facts = {"zh-CN": {}, "en": {}}
    (change,) = changes(Paper({"risks": "双方情绪对立"}, facts), Paper({"risks": "双方情绪较为对立"}, facts), "en")
    assert change.parts == [("same", "双方情绪"), ("new", "较为"), ("same", "对立")]
