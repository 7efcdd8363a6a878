"""Deadlines as the centre counts them: every worked example of the domain guide, then what must hold for any day."""

from datetime import date, timedelta
from importlib.metadata import version

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from shared.calendar import Calendar, CalendarDay, Due, fill, load, refill, seed_days
from shared.database import Database

DECREED = Calendar({row["day"]: row["is_workday"] for row in seed_days()})
DAY = timedelta(days=1)
days = st.dates(date(2004, 1, 1), date(2040, 12, 31))


def certain(year: int, month: int, day: int) -> Due:
    return Due(date(year, month, day), provisional=False)


def provisional(year: int, month: int, day: int) -> Due:
    return Due(date(year, month, day), provisional=True)


def test_seven_days_ending_on_national_day_roll_to_its_end() -> None:
    assert DECREED.add_days(date(2026, 9, 24), 7) == certain(2026, 10, 8)


def test_seven_workdays_skip_the_holiday_and_count_the_working_saturday() -> None:
    assert DECREED.add_workdays(date(2026, 9, 24), 7) == certain(2026, 10, 12)


def test_three_months_ending_on_national_day_roll_to_its_end() -> None:
    assert DECREED.add_months(date(2026, 7, 1), 3) == certain(2026, 10, 8)


def test_three_months_to_a_shorter_month_end_on_its_last_day_even_on_a_working_saturday() -> None:
    assert DECREED.add_months(date(2025, 11, 30), 3) == certain(2026, 2, 28)
    assert date(2026, 2, 28).strftime("%A") == "Saturday"
    assert DECREED.add_months(date(2026, 1, 31), 3) == certain(2026, 4, 30)


def test_ten_workdays_over_spring_festival_count_both_working_saturdays() -> None:
    assert DECREED.add_workdays(date(2026, 2, 12), 10) == certain(2026, 3, 4)


def test_three_days_before_a_hearing_move_earlier_when_they_fall_on_a_holiday() -> None:
    assert DECREED.days_before(date(2026, 10, 9), 3) == certain(2026, 9, 30)


def test_monthly_replies_are_counted_from_receipt_and_not_from_the_rolled_date() -> None:
    received = date(2026, 1, 31)
    replies = [DECREED.monthly(received, k) for k in (1, 2, 3)]
    assert replies == [certain(2026, 6, 1), certain(2026, 6, 30), certain(2026, 7, 31)]


def test_a_count_of_nothing_is_today_or_the_next_workday() -> None:
    assert DECREED.add_workdays(date(2026, 10, 1), 0) == DECREED.add_days(date(2026, 10, 1), 0) == certain(2026, 10, 8)


@pytest.mark.parametrize("count", [DECREED.add_days, DECREED.add_workdays, DECREED.add_months, DECREED.days_before])
def test_a_negative_period_is_refused(count: object) -> None:
    assert callable(count)
    with pytest.raises(ValueError, match="negative"):
        count(date(2026, 7, 1), -1)


def test_beyond_the_record_statutory_days_still_count_and_the_date_is_provisional() -> None:
    assert DECREED.add_months(date(2026, 11, 5), 3) == provisional(2027, 2, 9)
    assert not DECREED.is_workday(date(2027, 2, 5))
    assert DECREED.add_months(date(2026, 11, 23), 3) == provisional(2027, 2, 23)


def test_the_last_december_days_stay_provisional_until_the_next_decree() -> None:
    """2018-12-31 became a holiday, and Saturday 12-29 a workday, with the decree for 2019."""
    days = {day: is_workday for day, is_workday in DECREED.days.items() if day.year == 2018}
    before = Calendar({**days, date(2018, 12, 29): False, date(2018, 12, 31): True})
    assert before.add_days(date(2018, 12, 22), 7) == provisional(2018, 12, 31)
    assert DECREED.add_days(date(2018, 12, 22), 7) == certain(2018, 12, 29)
    assert DECREED.add_days(date(2026, 12, 21), 7) == certain(2026, 12, 28)
    assert DECREED.add_days(date(2026, 12, 22), 7) == provisional(2026, 12, 29)


def test_a_date_that_moved_back_out_of_the_unknown_is_still_provisional() -> None:
    assert DECREED.days_before(date(2027, 1, 4), 3) == provisional(2026, 12, 31)


def test_an_empty_record_still_answers_and_promises_nothing() -> None:
    assert Calendar().add_days(date(2026, 9, 24), 7) == provisional(2026, 10, 5)
    assert Calendar().months_left(date(2026, 9, 24)) == 0


@pytest.mark.parametrize(
    ("today", "months"),
    [
        (date(2026, 9, 1), 4),
        (date(2026, 9, 2), 3),
        (date(2026, 11, 23), 1),
        (date(2026, 12, 1), 1),
        (date(2026, 12, 31), 0),
        (date(2027, 6, 1), 0),
    ],
)
def test_months_left_count_whole_months_to_the_end_of_the_record(today: date, months: int) -> None:
    assert DECREED.months_left(today) == months


def test_a_single_day_entered_far_ahead_does_not_lengthen_the_record() -> None:
    calendar = Calendar({**DECREED.days, date(2027, 2, 9): False})
    assert calendar.last == date(2026, 12, 31)
    assert calendar.add_days(date(2027, 2, 2), 7) == provisional(2027, 2, 10)


def test_seed_days_leave_no_gap_and_name_their_source() -> None:
    rows = list(seed_days(2026))
    assert [row["day"] for row in rows] == [date(2026, 1, 1) + n * DAY for n in range(365)]
    assert {row["source"] for row in rows} == {f"chinesecalendar {version('chinesecalendar')}"}
    named = {row["day"]: (row["is_workday"], row["name"]) for row in rows}
    assert named[date(2026, 2, 17)] == (False, "春节")
    assert named[date(2026, 2, 28)] == (True, "春节")
    assert named[date(2026, 9, 25)] == (False, "中秋节")
    assert named[date(2026, 11, 23)] == (True, "")


def test_what_was_recorded_comes_back_as_the_same_calendar(db: Database) -> None:
    assert db.write_now(fill, [*seed_days(2025)]) == 730
    assert db.read_now(load).days == {day: work for day, work in DECREED.days.items() if day.year >= 2025}
    assert min(db.read_now(load, since=date(2026, 3, 1)).days) == date(2026, 3, 1)


def test_filling_again_keeps_what_staff_have_entered(db: Database) -> None:
    closed = CalendarDay(day=date(2026, 3, 2), is_workday=False, name="临时停办", source="市政府通告")
    db.write_now(Session.add, closed)
    assert db.write_now(fill, [*seed_days(2026)]) == 364
    assert db.write_now(fill, [*seed_days(2026)]) == 0
    assert db.read_now(load).add_days(date(2026, 2, 23), 7) == certain(2026, 3, 3)


@given(days, st.integers(0, 400))
def test_a_due_day_is_a_workday_and_no_workday_lies_before_it_in_the_roll(start: date, n: int) -> None:
    due = DECREED.add_days(start, n).day
    assert DECREED.is_workday(due)
    assert due >= start + n * DAY
    rolled = (due - start).days - n
    assert not any(DECREED.is_workday(start + (n + i) * DAY) for i in range(rolled))


@given(days, st.integers(1, 60))
def test_workdays_between_start_and_due_are_exactly_as_many_as_asked(start: date, n: int) -> None:
    due = DECREED.add_workdays(start, n).day
    assert sum(DECREED.is_workday(start + i * DAY) for i in range(1, (due - start).days + 1)) == n


@given(days, st.integers(0, 24), st.integers(0, 24))
def test_more_months_are_never_due_earlier(start: date, n: int, m: int) -> None:
    assert DECREED.add_months(start, n).day <= DECREED.add_months(start, n + m).day


@given(days, st.integers(0, 60))
def test_days_before_leaves_at_least_that_many_days_on_a_workday(day: date, n: int) -> None:
    latest = DECREED.days_before(day, n).day
    assert DECREED.is_workday(latest)
    assert (day - latest).days >= n


@given(days, st.integers(0, 100))
def test_a_certain_date_does_not_change_when_more_days_are_decreed(start: date, n: int) -> None:
    short = Calendar({day: work for day, work in DECREED.days.items() if day.year <= 2018})
    for count in ("add_days", "add_workdays", "days_before"):
        early, late = getattr(short, count)(start, n), getattr(DECREED, count)(start, n)
        assert early.provisional or early == late


def test_an_upgraded_package_brings_its_new_days_once(db: Database) -> None:
    older = [row | {"source": "chinesecalendar 1.0"} for row in seed_days(2026)][:300]
    db.write_now(fill, older)  # type: ignore[arg-type]
    assert db.write_now(refill, 2026) == 65
    assert db.write_now(refill, 2026) == 0
