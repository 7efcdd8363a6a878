"""The order explained from the calls and the journal, on both databases: nobody is named and nothing stays unexplained."""

from random import Random
from typing import Any

import msgspec
import pytest

from kiosk import actions
from kiosk.explained.queries import Facts, explained
from kiosk.explained.reasons import Why
from kiosk.explained.words import overtaken, sentences, summary
from kiosk.picture import Standing
from kiosk.queries import past_ticket
from shared.errors import Refused
from tests.kiosk.test_actions import Hall, at, desk

__all__ = ["desk"]


def ticket(desk: Hall, code: str) -> Standing:
    found = desk.db.read_now(past_ticket, hall=desk.id, code=code)
    assert found is not None
    return found


def facts(desk: Hall, code: str, minute: float) -> Facts:
    return desk.db.read_now(explained, plan=desk.plan(), ticket=ticket(desk, code), now=at(minute))


def reasons(told: Facts) -> dict[Why, int]:
    return {one.why: one.count for one in told.explanation.reasons}


def serve_next(desk: Hall, window: str, minute: float) -> str:
    return desk.call(window, minute, unfinished="settle").number


def test_scenario_4_an_ordinary_visitor_against_a_stream_of_head_starts(desk: Hall) -> None:
    """Taken at 9:00, a lane visitor every 4 minutes, a call every 5: nobody who came after 9:20 goes first, and within two calls
    after 10:00 it is the visitor's turn; the page says who went before and why."""
    earlier = [desk.issue(minute=0).code for _ in range(9)]
    mine = desk.issue(minute=0)
    minute, called = 1.0, ""
    lanes: dict[str, float] = {}
    while called != mine.number and minute < 90:
        if minute % 4 == 0:
            lanes[desk.issue(minute=minute, lane="elderly").number] = minute
        if minute % 5 == 0:
            called = serve_next(desk, "1", minute)
            assert lanes.get(called, 0) <= 20
        minute += 1
    assert called == mine.number
    told = facts(desk, mine.code, minute)
    assert told.called
    assert reasons(told) == {Why.EARLIER: len(earlier), Why.HEAD_START: 4}
    assert told.explanation.overtook == 4
    said = sentences(told, desk.plan().zone, "en")
    assert said[-1] == "4 have a head start by our rules. Came 4, 8, 12, 16 minutes after you."
    assert summary(told, "en") == "13 people were called before you."
    assert overtaken(told, "zh-CN") == "其中4人来得比您晚。"


def test_a_call_at_a_window_that_cannot_serve_does_not_count(desk: Hall) -> None:
    desk.issue("lawyers-cases", minute=0)
    mine = desk.issue("complaints-appeals", minute=1)
    serve_next(desk, "5", 2)
    told = facts(desk, mine.code, 3)
    assert (told.explanation.before, reasons(told)) == (0, {Why.ELSEWHERE: 1})
    assert not told.called


def test_what_a_person_decided_and_where_the_asker_was_is_said(desk: Hall) -> None:
    mine = desk.issue(minute=0)
    chosen, slower = desk.issue(minute=1), desk.issue(minute=2)
    desk.act(actions.call_chosen, 3, "1", code=chosen.code, reason="身体不适")
    desk.act(actions.defer, 4, code=mine.code)
    serve_next(desk, "2", 5)
    told = facts(desk, mine.code, 6)
    assert reasons(told) == {Why.AWAY: 1, Why.CHOSEN: 1}
    assert slower.number not in msgspec.json.encode(told).decode()


def test_a_call_is_explained_by_the_place_it_was_made_from(desk: Hall) -> None:
    """Missed and back with a later place: the first call is still one of somebody who had come before."""
    first, mine = desk.issue(minute=0), desk.issue(minute=1)
    serve_next(desk, "1", 2)
    desk.act(actions.miss, 3, "1")
    desk.act(actions.come_back, 60, code=first.code)
    told = facts(desk, mine.code, 61)
    assert reasons(told) == {Why.EARLIER: 1}


@pytest.mark.parametrize("seed", [1])
def test_random_days_leave_nothing_unexplained(desk: Hall, seed: int) -> None:
    chance, codes = Random(seed), list[str]()
    services = ("legal-consultation", "complaints-appeals", "lawyers-cases")
    for step in range(70):
        minute = step * 2.0
        for act, more in (_press(chance, codes), ("issue", {"lane": chance.choice(("", "elderly", "lawyer"))})):
            try:
                if act == "issue":
                    codes.append(desk.issue(chance.choice(services), minute, **more).code)
                elif act == "call":
                    serve_next(desk, chance.choice("1235"), minute)
                else:
                    desk.act(getattr(actions, act), minute, **more)
            except Refused:
                continue
    for code in codes[::4]:
        assert Why.UNEXPLAINED not in reasons(facts(desk, code, 140)), code


def _press(chance: Random, codes: list[str]) -> tuple[str, dict[str, Any]]:
    act = chance.choices(("call", "miss", "transfer", "come_back", "defer"), (6, 2, 2, 3, 1))[0]
    if act == "miss":
        return act, {"window": chance.choice("1235")}
    if act == "transfer":
        return act, {"window": chance.choice("1235"), "service": chance.choice(("complaints-appeals", "legal-consultation"))}
    if act == "call" or not codes:
        return "call", {}
    return act, {"code": chance.choice(codes)}
