"""The reply clocks: the worked examples of the law, what keeps a promise and what breaks it."""

from datetime import date

import pytest

from cases.clocks import ClockState, Duty, Given, Matter, duties, next_duty
from cases.tables import MatterState, ReplyKind
from shared.calendar import Calendar, seed_days

CALENDAR = Calendar({row["day"]: row["is_workday"] for row in seed_days(2025)})
LAW = {"reply.procedural_days": 7, "reply.substantive_months": 3}
PROCEDURAL, SUBSTANTIVE, MONTHLY = ReplyKind.PROCEDURAL, ReplyKind.SUBSTANTIVE, ReplyKind.MONTHLY
S = MatterState


def owed(received: date, today: date, *replies: tuple[ReplyKind, date], state: S = S.REGISTERED, ended: date | None = None,
         **numbers: int) -> list[Duty]:
    matter = Matter(received, state, ended, [Given(*reply) for reply in replies])
    return duties(matter, calendar=CALENDAR, provisions={**LAW, **numbers}, today=today)


@pytest.mark.parametrize(
    ("received", "procedural", "substantive"),
    [
        (date(2026, 9, 24), date(2026, 10, 8), date(2026, 12, 24)),  # 10-01 begins the National Day week
        (date(2026, 7, 1), date(2026, 7, 8), date(2026, 10, 8)),
        (date(2025, 11, 30), date(2025, 12, 8), date(2026, 2, 28)),  # no 30 February; a Saturday made a workday
        (date(2026, 1, 31), date(2026, 2, 9), date(2026, 4, 30)),
    ],
)
def test_first_replies_are_due_as_the_worked_examples_say(received: date, procedural: date, substantive: date) -> None:
    first, second = owed(received, received)
    assert (first.due, second.due) == (procedural, substantive)
    assert not first.provisional and not second.provisional


def test_procedural_reply_counts_workdays_where_an_office_promised_them() -> None:
    first, _ = owed(date(2026, 9, 24), date(2026, 9, 24), **{"reply.procedural_workdays": 7})
    assert first.due == date(2026, 10, 12)


def test_due_day_beyond_the_decreed_calendar_is_marked() -> None:
    first, second = owed(date(2026, 11, 23), date(2026, 11, 23))
    assert (first.due, first.provisional) == (date(2026, 11, 30), False)
    assert (second.due, second.provisional) == (date(2027, 2, 23), True)


@pytest.mark.parametrize(
    ("today", "reply", "state"),
    [
        (date(2026, 3, 9), None, ClockState.OPEN),
        (date(2026, 3, 10), None, ClockState.LATE),
        (date(2026, 3, 20), date(2026, 3, 9), ClockState.MET),
        (date(2026, 3, 20), date(2026, 3, 10), ClockState.LATE),
    ],
)
def test_last_day_counts_and_the_day_after_is_late(today: date, reply: date | None, state: ClockState) -> None:
    replies = [(PROCEDURAL, reply)] if reply else []
    first, _ = owed(date(2026, 3, 2), today, *replies)
    assert (first.due, first.state, first.on) == (date(2026, 3, 9), state, reply)


def test_result_given_at_once_also_keeps_the_first_promise() -> None:
    first, second = owed(date(2026, 3, 2), date(2026, 3, 5), (SUBSTANTIVE, date(2026, 3, 5)))
    assert first.state == second.state == ClockState.MET


def test_procedural_reply_is_not_the_result() -> None:
    replies = owed(date(2026, 3, 2), date(2026, 3, 5), (PROCEDURAL, date(2026, 3, 4)))
    assert next_duty(replies) == replies[1]
    assert replies[1].state == ClockState.OPEN


def test_monthly_replies_begin_after_three_months_and_count_from_receipt() -> None:
    replies = owed(date(2026, 1, 31), date(2026, 6, 1), (PROCEDURAL, date(2026, 2, 2)), (SUBSTANTIVE, date(2026, 4, 30)),
                   (MONTHLY, date(2026, 5, 29)))
    months = [(one.month, one.due, one.state) for one in replies if one.kind == MONTHLY]
    # 05-31 is a Sunday, so the first runs to 06-01; the second ends on 06-30, not a month after the moved day
    assert months == [(1, date(2026, 6, 1), ClockState.MET)]
    later = owed(date(2026, 1, 31), date(2026, 6, 2), (MONTHLY, date(2026, 5, 29)))
    assert [(one.month, one.due) for one in later if one.kind == MONTHLY] == [(1, date(2026, 6, 1)), (2, date(2026, 6, 30))]


def test_a_month_without_a_word_is_late_and_the_next_one_is_open() -> None:
    replies = owed(date(2026, 1, 5), date(2026, 5, 20), (PROCEDURAL, date(2026, 1, 6)), (SUBSTANTIVE, date(2026, 4, 1)))
    assert [(one.month, one.state) for one in replies if one.kind == MONTHLY] == [(1, ClockState.LATE), (2, ClockState.OPEN)]


def test_no_month_begins_after_the_conclusion() -> None:
    replies = owed(date(2026, 1, 5), date(2026, 9, 1), (PROCEDURAL, date(2026, 1, 6)), (SUBSTANTIVE, date(2026, 4, 1)),
                   (SUBSTANTIVE, date(2026, 5, 4)), state=S.SERVED, ended=date(2026, 5, 4))
    assert [one.month for one in replies if one.kind == MONTHLY] == [1]
    assert next_duty(replies) is None


def test_concluded_matter_still_owes_its_result() -> None:
    replies = owed(date(2026, 3, 2), date(2026, 3, 20), (PROCEDURAL, date(2026, 3, 3)), state=S.CONCLUDED,
                   ended=date(2026, 3, 18))
    duty = next_duty(replies)
    assert duty is not None and (duty.kind, duty.state) == (SUBSTANTIVE, ClockState.OPEN)


@pytest.mark.parametrize("state", [S.NOT_ACCEPTED, S.TRANSFERRED, S.REDIRECTED, S.MERGED])
def test_matter_that_is_not_ours_owes_the_first_reply_only(state: MatterState) -> None:
    first, second = owed(date(2026, 3, 2), date(2026, 3, 5), state=state, ended=date(2026, 3, 4))
    assert (first.state, second.state) == (ClockState.OPEN, ClockState.EXEMPT)


def test_withdrawn_matter_owes_nothing() -> None:
    assert next_duty(owed(date(2026, 3, 2), date(2026, 6, 30), state=S.WITHDRAWN, ended=date(2026, 3, 4))) is None
