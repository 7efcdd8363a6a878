"""Officers from outside the roster: only when nobody fits, only with approval, and then like everybody who sits."""

from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session

from hearings.approval.actions import answer
from hearings.panel.actions import Wish
from hearings.panel.designation import designate
from hearings.panel.outsiders import OutsiderForm, ask_outsider
from hearings.panel.pool import pool_of
from hearings.panel.queries import draw_tab
from hearings.panel.records import record_of
from hearings.panel.seats import seats_of
from hearings.plan.queries import plan_of
from hearings.roster.queries import members
from hearings.roster.rules import LOOKED_AT
from hearings.roster.tables import RosterMember
from hearings.tables import Approval, Claim, Hearing, SeatOrigin
from shared.errors import Refused
from tests.hearings.roster_stage import DICE, MANAGER, QUOTAS, committed, roster, thrown
from tests.hearings.staging import Stage

FORM = {"name": "许念慈", "born_on": "1975-04-03", "category": "expert", "unit": "省毒理研究所", "phone": "13955501234",
        "need": "field:medicine", "reason": "案件涉及毒理鉴定", "checks": list(LOOKED_AT), "evidence": "身份证、执业证原件"}


def ask(stage: Stage, hearing: UUID, **more: Any) -> UUID:
    form = OutsiderForm(**{**FORM, **more})
    made: UUID = stage.act(ask_outsider, who=MANAGER, hearing_id=hearing, form=form, sealing=stage.vault)
    return made


def refused(stage: Stage, hearing: UUID, **more: Any) -> tuple[str, str]:
    with pytest.raises(Refused) as refusal:
        ask(stage, hearing, **more)
    return refusal.value.code, str(refusal.value.detail.get("article", refusal.value.detail.get("bar", "")))


def approve(stage: Stage, question: UUID, granted: bool = True) -> None:
    stage.act(answer, who="jianchazhang", approval_id=question, granted=granted, text="同意。" if granted else "库内已有人选。")


def test_outsider_is_refused_while_the_roster_has_somebody_who_fits(stage: Stage) -> None:
    roster(stage, specialisms=["criminal-law"])
    hearing = stage.hearing()
    assert refused(stage, hearing, need="field:criminal-law") == ("roster-suffices", "roster")
    assert refused(stage, hearing, need="category:lawyer") == ("roster-suffices", "roster")
    assert refused(stage, hearing, need="") == ("need-needed", "roster")
    assert refused(stage, hearing, reason=" ")[0] == "reason-needed"
    assert refused(stage, hearing, checks=["citizen"])[0] == "member-barred"
    assert refused(stage, hearing, born_on="2010-01-01")[0] == "member-barred"
    assert refused(stage, hearing, unit="淮河律师事务所") == ("member-barred", "same-firm")
    with pytest.raises(Refused, match="not-allowed"):
        stage.act(ask_outsider, who="window3", hearing_id=hearing, form=OutsiderForm(**FORM), sealing=stage.vault)
    assert not [one for one in stage.all(RosterMember) if one.hearing_id]


def test_approved_outsider_sits_and_only_the_other_seats_are_drawn(stage: Stage) -> None:
    roster(stage, specialisms=["criminal-law"])
    hearing = stage.hearing()
    question = ask(stage, hearing)
    assert ask(stage, hearing) == question
    use: dict[str, Any] = {"approval_id": question, "sealing": stage.vault}
    with pytest.raises(Refused, match="outsider-unapproved"):
        stage.act(designate, who=MANAGER, **use)
    approve(stage, question)
    taken = stage.act(designate, who=MANAGER, **use)
    assert stage.act(designate, who=MANAGER, **use) == taken
    assert [one for one in stage.all(Claim) if one.resource == taken.member_id], "their time is taken"

    draw = thrown(stage, committed(stage, hearing))
    rule = record_of(draw).before.rule
    assert (rule.seats, rule.least) == (2, 2) and "不经抽取" in rule.source
    seats = stage.db.read_now(seats_of, hearing)
    assert [one.place for one in seats] == [1, 2, 3] and seats[0].origin == SeatOrigin.OUTSIDER
    assert {one.origin for one in seats[1:]} == {SeatOrigin.DRAW}
    again = committed(stage, hearing, wish=_again())
    assert [one.place for one in stage.db.read_now(seats_of, hearing)] == [1], "a new draw keeps what was given"
    assert record_of(again).before.rule.seats == 2

    tab = stage.read(draw_tab, who=MANAGER, hearing_id=hearing, sealing=stage.vault)
    assert tab.seats[0].person.unit == "省毒理研究所"
    plan = stage.read(plan_of, hearing_id=hearing, sealing=stage.vault)
    assert "库外" in plan.facts["zh-CN"]["given"] and "outside the roster" in plan.facts["en"]["given"]
    acts = [one.act for one in stage.journal()]
    assert acts.index("outsider-asked") < acts.index("approval-granted") < acts.index("outsider-seated")


def test_outsider_is_on_no_roster_and_sits_nowhere_else(stage: Stage) -> None:
    roster(stage, 6, specialisms=["criminal-law"])
    first, second = stage.hearing(), stage.hearing(days=16)
    question = ask(stage, first)
    approve(stage, question)
    member = UUID(stage.get(Approval, question).wanted["member"])
    assert member not in {one.id for one in stage.db.read_now(members, centre=stage.centre(), sealing=stage.vault).lines}
    for hearing in (first, second):
        pool = stage.db.read_now(lambda s, one=hearing: pool_of(s, stage.centre(), _row(s, one), stage.vault))
        assert member not in {one.id for one in (*pool.eligible, *pool.barred)}


def test_outsider_who_is_not_approved_leaves_no_way_to_reach_them(stage: Stage) -> None:
    roster(stage, 6, specialisms=["criminal-law"])
    question = ask(stage, stage.hearing())
    approve(stage, question, granted=False)
    row = stage.get(RosterMember, UUID(stage.get(Approval, question).wanted["member"]))
    assert (row.standing, row.phone, row.born_on) == ("removed", None, None)


def _again() -> Wish:
    return Wish(QUOTAS, no_majority=True, source=DICE, reason="名单有误")


def _row(session: Session, hearing: UUID) -> Hearing:
    return session.get_one(Hearing, hearing)
