"""Recusal: its clock as tables of days, who decides, what a decision brings about, and that it can be reconsidered once."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from hearings.approval.delegations import delegate
from hearings.hearing_list import facts_in
from hearings.invitations.tables import InvitationState, Recusal, RecusalGround, RecusalState
from hearings.notices.actions import check_may_open
from hearings.notices.queries import notices_of
from hearings.recusal import rules as recusal_rules
from hearings.recusal.actions import ask_again, claim, decide, drop
from hearings.recusal.queries import recusals_about
from hearings.recusal.unsettled import in_the_way
from hearings.tables import Hearing, HearingState, Participant, Question
from shared.calendar import Calendar
from shared.errors import Refused
from shared.outbox import Message
from shared.settings import Settings
from tests.hearings.callers import Callers
from tests.hearings.staging import Stage

S = RecusalState
NUMBERS = {"hearing.recusal_days": 3, "hearing.reconsider_days": 5, "hearing.reconsidered_days": 3}
OCTOBER = Calendar({date(2026, 10, day): day > 7 and day != 11 for day in range(1, 32)})  # National Day week, rest on Sunday 11


@pytest.fixture
def callers(stage: Stage, settings: Settings) -> Callers:
    callers = Callers(stage, settings)
    for one in callers.invite():
        callers.accept(one)
    callers.send()
    return callers


def refusal(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    assert refused.value.code == "moved-on" or refused.value.detail.get("article") == "recusal" or refused.value.status == 403
    return refused.value.code


def asked(callers: Callers, target: str = "", *, days: float = 0, **more: Any) -> UUID:
    party = next(row for row in callers.stage.all(Participant) if row.hearing_id == callers.hearing)
    told: dict[str, Any] = {"ground": RecusalGround.INTEREST, "words": "曾是对方单位的顾问", "oral": True, **more}
    row: UUID = callers.stage.act(
        claim, days=days, hearing_id=callers.hearing, target=target or seat(callers), claimed_by=f"participant:{party.id.hex}",
        sealing=callers.stage.vault, **told,
    )
    return row


def seat(callers: Callers) -> str:
    return f"seat:{callers.get(callers.panel()[0]).seat_id.hex}"


def decided(
    callers: Callers, row: UUID, granted: bool, *, days: float = 0, who: str = "jianchazhang", reason: str = "理由"
) -> None:
    callers.stage.act(decide, who=who, days=days, recusal_id=row, granted=granted, reason=reason, sealing=callers.stage.vault,
                      settings=callers.settings)


def state(callers: Callers, row: UUID) -> str:
    return str(callers.stage.get(Recusal, row).state)


@pytest.mark.parametrize(
    ("reckon", "day", "due"),
    [
        (recusal_rules.decide_by, date(2026, 10, 12), date(2026, 10, 15)),
        (recusal_rules.decide_by, date(2026, 10, 1), date(2026, 10, 8)),  # the third day is a holiday: the first workday after
        (recusal_rules.decide_by, date(2026, 10, 8), date(2026, 10, 12)),  # the third day is a Sunday
        (recusal_rules.reconsider_until, date(2026, 10, 12), date(2026, 10, 17)),
        (recusal_rules.reconsidered_by, date(2026, 10, 17), date(2026, 10, 20)),
    ],
)
def test_days_of_recusal_are_counted_over_the_calendar(reckon: Any, day: date, due: date) -> None:
    assert reckon(day, OCTOBER, NUMBERS) == due


@pytest.mark.parametrize(
    ("before", "granted", "after"),
    [(S.SUBMITTED, True, S.GRANTED), (S.SUBMITTED, False, S.REFUSED), (S.RECONSIDERING, True, S.REVERSED),
     (S.RECONSIDERING, False, S.UPHELD)],
)
def test_second_decision_ends_it(before: S, granted: bool, after: S) -> None:
    assert recusal_rules.decided(before, granted) == after


def test_granted_recusal_gives_the_seat_to_the_reserve_and_tells_who_asked(callers: Callers, stage: Stage) -> None:
    leaving = callers.panel()[0]
    row = asked(callers)
    assert stage.get(Recusal, row).decide_by == date(2026, 11, 26) and state(callers, row) == S.SUBMITTED
    decided(callers, row, True, days=1)
    assert leaving not in callers.panel() and len(callers.panel()) == 3 and callers.get(leaving).state == InvitationState.REVOKED
    assert callers.state() == HearingState.APPROVED and [one.purpose for one in callers.messages(leaving)][-1] == "released"
    told = [one for one in stage.all(Message) if one.purpose == "recusal_decided"]
    assert [one.about for one in told] == [f"recusal:{row.hex}"]
    decided(callers, row, True, days=1)
    assert len(callers.panel()) == 3


def test_refusal_is_reasoned_and_reconsidered_once_in_time(callers: Callers, stage: Stage) -> None:
    row = asked(callers)
    assert refusal(lambda: decided(callers, row, False, reason=" ")) == "reason-needed"
    decided(callers, row, False, days=1)
    assert stage.get(Recusal, row).reconsider_until == date(2026, 11, 30)  # five days on is a Sunday
    assert refusal(lambda: stage.act(ask_again, days=8, recusal_id=row)) == "recusal-final"
    stage.act(ask_again, days=7, recusal_id=row)
    assert (state(callers, row), stage.get(Recusal, row).decide_by) == (S.RECONSIDERING, date(2026, 12, 3))
    decided(callers, row, False, days=8)
    assert state(callers, row) == S.UPHELD
    assert refusal(lambda: stage.act(ask_again, days=8, recusal_id=row)) == "recusal-final"
    assert len([one for one in stage.all(Message) if one.purpose == "recusal_decided"]) == 2


def test_nobody_decides_about_themself_and_a_delegate_may(callers: Callers, stage: Stage) -> None:
    hearing = stage.get(Hearing, callers.hearing)
    row = asked(callers, f"staff:{hearing.moderator.hex}")
    assert refusal(lambda: decided(callers, row, True, who="anguan")) == "not-allowed"
    other = stage.by("supervisor").id
    for staff in (hearing.moderator, other):
        stage.act(delegate, who="jianchazhang", staff_id=staff, questions=[Question.RECUSAL], document="委托书1号",
                  begins_on=date(2026, 11, 23), ends_on=date(2026, 12, 31))
    assert refusal(lambda: decided(callers, row, True, who="window3")) == "own-recusal"
    decided(callers, row, True, who="supervisor")
    assert state(callers, row) == S.GRANTED


def test_moderator_who_had_to_step_aside_stands_in_the_way_until_replaced(callers: Callers, stage: Stage) -> None:
    hearing = stage.get(Hearing, callers.hearing)
    row = asked(callers, f"staff:{hearing.moderator.hex}")
    decided(callers, row, True)
    assert [one.id for one in stage.db.read_now(in_the_way, stage.get(Hearing, callers.hearing))] == [row]
    opening = {"hearing": stage.get(Hearing, callers.hearing), "sealing": stage.vault}
    assert refusal(lambda: stage.db.read_now(check_may_open, **opening)) == "recusal-open"
    shown = stage.read(recusals_about, hearing_id=callers.hearing, sealing=stage.vault).lines
    assert [one.to_replace for one in shown] == [True], "the desk is told to choose somebody else"
    gate = {"centre": stage.centre(), "sealing": stage.vault, "now": stage.now()}
    assert stage.db.read_now(notices_of, hearing_id=callers.hearing, by=stage.by("window3"), **gate).recusals == 1
    assert not stage.db.read_now(facts_in, [hearing])[callers.hearing].peopled
    hearing.moderator = None
    assert stage.db.read_now(in_the_way, hearing) == []


def test_request_needs_people_of_the_hearing_words_and_the_right_moment(callers: Callers, stage: Stage) -> None:
    assert refusal(lambda: asked(callers, words=" ")) == "reason-needed"
    assert refusal(lambda: asked(callers, f"seat:{UUID(int=7).hex}")) == "target-needed"
    row = asked(callers)
    assert refusal(lambda: asked(callers)) == "recusal-pending"
    stage.act(drop, recusal_id=row)
    assert state(callers, row) == S.WITHDRAWN and asked(callers) != row
    callers.set_state(HearingState.ENDED)
    assert refusal(lambda: asked(callers, f"staff:{stage.get(Hearing, callers.hearing).clerk.hex}")) == "recusal-not-now"
