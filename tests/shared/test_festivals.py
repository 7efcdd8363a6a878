"""The reckoned feasts against what the State Council decreed and against published new years."""

from datetime import date

import pytest
from chinese_calendar import constants

from shared.festivals import lunar_day, statutory_days

NEW_YEARS = """
2004-01-22 2005-02-09 2006-01-29 2007-02-18 2008-02-07 2009-01-26 2010-02-14 2011-02-03 2012-01-23 2013-02-10
2014-01-31 2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 2022-02-01 2023-01-22
2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03 2031-01-23 2032-02-11 2033-01-31
2034-02-19 2035-02-08 2036-01-28 2037-02-15 2038-02-04 2039-01-24 2040-02-12
"""


@pytest.mark.parametrize("day", [date.fromisoformat(text) for text in NEW_YEARS.split()])
def test_lunar_new_year_falls_on_the_published_day(day: date) -> None:
    """2027 turns on four minutes before midnight; 2034 follows the rare leap month 11."""
    assert lunar_day(day.year, 1, 1) == day


@pytest.mark.parametrize("year", range(2008, 2027))
def test_feasts_on_a_weekday_are_the_decreed_statutory_days(year: int) -> None:
    """A decreed weekday that is not in lieu of another is the statutory day itself, so the date must be the same."""
    feasts = {"清明节": "Tomb-sweeping Day", "端午节": "Dragon Boat Festival", "中秋节": "Mid-autumn Festival"}
    for day, name in statutory_days(year).items():
        if name in feasts and day.weekday() < 5:
            assert constants.holidays[day] == feasts[name]
            assert day not in constants.in_lieu_days


@pytest.mark.parametrize("year", [2025, 2026])
def test_since_2025_the_decreed_weekdays_are_the_statutory_ones_and_one_for_each_on_a_weekend(year: int) -> None:
    statutory = set(statutory_days(year))
    decreed = {day for day in constants.holidays if day.year == year and day.weekday() < 5}
    own = decreed - set(constants.in_lieu_days)
    assert {day for day in statutory if day.weekday() < 5} <= own
    assert len(own) == len(statutory)


def test_a_year_without_decree_has_thirteen_named_days() -> None:
    days = statutory_days(2027)
    assert len(days) == 13
    assert [day for day, name in days.items() if name == "春节"] == [date(2027, 2, n) for n in (5, 6, 7, 8)]
    assert {date(2027, 4, 5): "清明节", date(2027, 6, 9): "端午节", date(2027, 9, 15): "中秋节"}.items() <= days.items()


def test_mid_autumn_inside_the_national_days_adds_no_day_of_its_own() -> None:
    assert len(statutory_days(2028)) == 12
