"""The order explained to one who waits: counted reasons, and nobody's identity."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from kiosk.explained.reasons import Asker, Explanation, Reason, Turn, Why, explain

NINE = datetime(2026, 11, 23, 1, tzinfo=UTC)


def at(minute: float) -> datetime:
    return NINE + timedelta(minutes=minute)


def turn(arrived: float, called: float, **more: Any) -> Turn:
    queued = more.pop("queued", arrived)
    return Turn(arrived_at=at(arrived), queued_at=at(queued), called_at=at(called), **more)


def asker(queued: float = 0, away: tuple[tuple[float, float], ...] = ()) -> Asker:
    """Came at 9:00 and is called at 10:00."""
    return Asker(arrived_at=at(0), queued_at=at(queued), until=at(60), away=tuple((at(left), at(back)) for left, back in away))


def test_three_people_went_before_you() -> None:
    """The sentence of the specification, as data: 1 booking 9:30, 2 head start, arrived 6 and 11 minutes after you."""
    told = explain(asker(), [
        turn(11, 20, head_start=20), turn(22, 26, queued=30, head_start=45, booked_at=at(30)), turn(6.7, 15, head_start=20),
        turn(70, 75), turn(-20, -5),
    ])
    assert told == Explanation(3, 3, (
        Reason(Why.BOOKING, 1, (22,), (at(30),)), Reason(Why.HEAD_START, 2, (6, 11)),
    ))


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (turn(-5, 3), Why.EARLIER),
        (turn(-5, 3, sent_on=True), Why.SENT_ON),
        (turn(-5, 3, returned=True), Why.RETURNED),
        (turn(5, 9, returned=True), Why.RETURNED),
        (turn(5, 9, head_start=20), Why.HEAD_START),
        (turn(5, 9, head_start=20, serves=False), Why.ELSEWHERE),
        (turn(5, 9, urgent=True), Why.URGENT),
        (turn(5, 9, chosen=True), Why.CHOSEN),
        (turn(13, 17), Why.AWAY),
        (turn(20, 31), Why.MOVED),
        (turn(20, 31, booked_at=at(24), queued=24, head_start=45), Why.BOOKING),
        (turn(43, 50, head_start=10), Why.UNEXPLAINED),
    ],
)
def test_each_turn_before_has_one_reason(one: Turn, why: Why) -> None:
    """The asker came at 9:00, asked for more time at 9:12 and counts from 9:27."""
    told = explain(asker(queued=27, away=((12, 27),)), [one])
    assert [reason.why for reason in told.reasons] == [why]
    assert told.before == (why != Why.ELSEWHERE)


def test_reasons_come_in_one_order_and_carry_nothing_that_names_anybody() -> None:
    told = explain(asker(), [turn(1, 2, chosen=True), turn(-3, 1), turn(2, 3, head_start=20), turn(-2, 4)])
    assert [(reason.why, reason.count) for reason in told.reasons] == [
        (Why.EARLIER, 2), (Why.HEAD_START, 1), (Why.CHOSEN, 1),
    ]
    assert set(msgspec.to_builtins(told.reasons[0])) == {"why", "count", "minutes", "slots"}
