"""Who may be drawn: each rule alone, at its edges."""

from datetime import date, time
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from hearings.roster.rules import LOOKED_AT, Away, Bar, Occasion, Officer, age_on, bars, half_days, same_unit, tiers
from hearings.roster.tables import HalfDay, Standing

OCCASION = Occasion(
    day=date(2026, 12, 7), begins=time(9, 30), ends=time(11), units=frozenset({"淮河律师事务所", "蚌埠市第一中学"}),
    names=frozenset({"party"}), least_age=23, yearly_cap=12, lunch_begins=time(12), lunch_ends=time(14),
)
OFFICER = Officer(
    id=uuid4(), term_from=date(2026, 1, 1), term_until=date(2027, 12, 31), born_on=date(1970, 5, 6),
    checks=dict.fromkeys(LOOKED_AT, True), units=frozenset({"蚌埠学院"}), names=frozenset({"self"}),
)
WEEK = frozenset({(0, HalfDay.MORNING), (2, HalfDay.AFTERNOON)})


def why(occasion: Occasion = OCCASION, **more: Any) -> list[str]:
    return [bar.code for bar in bars(msgspec.structs.replace(OFFICER, **more), occasion)]


def test_member_without_any_hindrance_may_be_drawn() -> None:
    assert why() == []


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"standing": Standing.PAUSED}, Bar.PAUSED),
        ({"term_until": date(2026, 12, 6)}, Bar.TERM),
        ({"term_from": date(2026, 12, 8)}, Bar.TERM),
        ({"born_on": date(2003, 12, 8)}, Bar.AGE),
        ({"born_on": None}, Bar.AGE_UNKNOWN),
        ({"checks": {**OFFICER.checks, "dismissed": False}}, Bar.INELIGIBLE),
        ({"checks": {}}, Bar.UNCHECKED),
        ({"weekly": frozenset({(0, HalfDay.AFTERNOON)})}, Bar.WEEKLY),
        ({"away": (Away(date(2026, 12, 7), date(2026, 12, 7)),)}, Bar.LEAVE),
        ({"away": (Away(date(2026, 12, 1), date(2026, 12, 9), time(10, 59), time(12)),)}, Bar.LEAVE),
        ({"is_busy": True}, Bar.BUSY),
        ({"sittings": 12}, Bar.CAP),
        ({"sittings": 3, "yearly_cap": 3}, Bar.CAP),
        ({"units": frozenset({"安徽淮河律师事务所"})}, Bar.SAME_UNIT),
        ({"names": frozenset({"self", "party"})}, Bar.INTEREST),
        ({"is_recused": True}, Bar.RECUSED),
        ({"is_supervisor": True}, Bar.SUPERVISOR),
        ({"has_stepped_down": True}, Bar.STEPPED_DOWN),
    ],
)
def test_each_hindrance_has_its_own_reason(facts: dict[str, Any], code: Bar) -> None:
    assert why(**facts) == [code]


@pytest.mark.parametrize(
    "facts",
    [
        {"term_until": date(2026, 12, 7)}, {"term_from": date(2026, 12, 7)}, {"born_on": date(2003, 12, 7)}, {"weekly": WEEK},
        {"away": (Away(date(2026, 12, 8), date(2026, 12, 9)),)}, {"sittings": 11}, {"sittings": 11, "yearly_cap": 300},
        {"away": (Away(date(2026, 12, 1), date(2026, 12, 9), time(11), time(17)),)}, {"units": frozenset({"第一"})},
    ],
)
def test_what_ends_just_before_hinders_nobody(facts: dict[str, Any]) -> None:
    assert why(**facts) == []


def test_all_reasons_are_told_with_the_items_that_failed() -> None:
    checks = {**OFFICER.checks, "criminal-punishment": False, "licence-revoked": False}
    found = bars(msgspec.structs.replace(OFFICER, checks=checks, is_busy=True), OCCASION)
    assert [(bar.code, bar.note) for bar in found] == [
        (Bar.INELIGIBLE, "criminal-punishment licence-revoked"), (Bar.BUSY, "")]


def test_whole_day_needs_both_halves() -> None:
    long = msgspec.structs.replace(OCCASION, ends=time(15))
    assert why(long, weekly=WEEK) == [Bar.WEEKLY]
    assert why(long, weekly=frozenset({(0, HalfDay.MORNING), (0, HalfDay.AFTERNOON)})) == []
    assert half_days(time(12), time(13, 30), time(12), time(14)) == {HalfDay.AFTERNOON}


def test_birthday_of_a_leap_day_comes_on_the_first_of_march() -> None:
    assert [age_on(date(2004, 2, 29), date(2027, month, day)) for month, day in ((2, 28), (3, 1))] == [22, 23]


@pytest.mark.parametrize(("one", "other", "same"), [
    ("淮河律师事务所", "安徽淮河律师事务所（蚌埠）", True), ("淮河 律师事务所", "淮河律师事务所", True),
    ("ABC Law Firm", "abc law firm", True),
    ("一中", "蚌埠市第一中学", False), ("", "蚌埠学院", False), ("蚌埠学院", "", False),
])  # fmt: skip
def test_unit_written_more_fully_is_the_same_unit(one: str, other: str, *, same: bool) -> None:
    assert bool(same_unit({one}, {other})) is same


def test_tiers_of_load_reach_to_the_cap() -> None:
    assert (tiers(3, 12), tiers(0, 12), tiers(5, 3)) == ((3, 6, 9, 12), (), (5,))
