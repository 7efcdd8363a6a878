"""Who may be drawn for a hearing, and every reason why somebody may not. Pure: facts in, reasons out.

Eligibility is that of the hearing rules of 2020, Art. 7; the term, the weekly hours and the cap are the office's own; what
counts as a conflict follows CPL Art. 29, applied to hearing officers as a rule of the office.
"""

import unicodedata
from calendar import monthrange
from collections.abc import Collection, Mapping
from datetime import date, time
from enum import StrEnum
from uuid import UUID

import msgspec

from hearings.law import ELIGIBILITY
from hearings.roster.tables import HalfDay, Standing

AGE_ITEM = "age"  # reckoned from the birthday, never ticked off
LOOKED_AT = tuple(item for item, _ in ELIGIBILITY if item != AGE_ITEM)
SAME_NAME = 4  # so many signs a unit's name needs before another that contains it counts as the same


class Bar(StrEnum):
    """Why somebody of the roster cannot be drawn."""

    PAUSED = "paused"
    REMOVED = "removed"
    TERM = "term"
    AGE = "age"
    AGE_UNKNOWN = "age-unknown"
    INELIGIBLE = "ineligible"
    UNCHECKED = "unchecked"
    AGED = "aged"
    WEEKLY = "weekly"
    LEAVE = "leave"
    BUSY = "busy"
    CAP = "cap"
    SAME_UNIT = "same-unit"
    INTEREST = "interest"
    RECUSED = "recused"
    SUPERVISOR = "supervisor"
    STEPPED_DOWN = "stepped-down"


# The article that each reason rests on; the others are the office's own arrangements.
RESTS_ON = {
    Bar.AGE: "eligibility", Bar.AGE_UNKNOWN: "eligibility", Bar.INELIGIBLE: "eligibility", Bar.UNCHECKED: "eligibility",
    Bar.AGED: "eligibility",
    Bar.SAME_UNIT: "same-firm", Bar.INTEREST: "eligibility", Bar.RECUSED: "recusal", Bar.BUSY: "no-room-twice",
}  # fmt: skip


class Away(msgspec.Struct, frozen=True):
    """Days, both included, on which somebody cannot come; with times, only between them on each of these days."""

    begins_on: date
    ends_on: date
    from_time: time | None = None
    until_time: time | None = None


class Officer(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one member of the roster. ``checked``: when each item was last looked at; ``names`` are blind indexes:
    their own, and those of declared ties."""

    id: UUID
    standing: str = Standing.ACTIVE
    term_from: date
    term_until: date
    born_on: date | None
    checks: Mapping[str, bool]
    checked: Mapping[str, date] = {}
    weekly: frozenset[tuple[int, str]] = frozenset()
    away: tuple[Away, ...] = ()
    sittings: int = 0
    yearly_cap: int | None = None
    units: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    is_busy: bool = False
    is_recused: bool = False
    is_supervisor: bool = False
    has_stepped_down: bool = False


class Occasion(msgspec.Struct, frozen=True, kw_only=True):
    """What of a hearing decides who may sit: when (local time), whose case it is, and the numbers in force."""

    day: date
    begins: time
    ends: time
    units: frozenset[str]
    names: frozenset[str]
    least_age: int
    yearly_cap: int
    lunch_begins: time
    lunch_ends: time
    check_months: int = 0


class Barred(msgspec.Struct, frozen=True):
    """One reason; ``note`` says what exactly: items of the checklist, or the unit shared."""

    code: Bar
    note: str = ""


def bars(officer: Officer, occasion: Occasion) -> list[Barred]:
    """Every reason why this member cannot be drawn for this hearing; empty for who can."""
    return [*_standing(officer, occasion.day), *_eligibility(officer, occasion), *_time(officer, occasion),
            *_conflicts(officer, occasion)]


def age_on(born: date, day: date) -> int:
    """Full years on a day; who was born on 29 February is a year older on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def holds_until(checked_on: date, months: int) -> date:
    """The last day on which a check holds (``hearing.check_months``); for good when that is 0."""
    if months < 1:
        return date.max
    year, month = divmod(checked_on.year * 12 + checked_on.month - 1 + months, 12)
    return date(year, month + 1, min(checked_on.day, monthrange(year, month + 1)[1]))


def half_days(begins: time, ends: time, lunch_begins: time, lunch_ends: time) -> set[HalfDay]:
    """The halves of the day that a hearing touches."""
    halves = {HalfDay.MORNING} if begins < lunch_begins else set()
    if begins >= lunch_begins or ends > lunch_ends:
        halves.add(HalfDay.AFTERNOON)
    return halves


def same_unit(units: Collection[str], others: Collection[str]) -> str:
    """A unit of the first that is one of the others, also where one is written more fully; empty when there is none."""
    told = [_plain(other) for other in others if _plain(other)]
    return next((unit for unit in units if any(_is_same(_plain(unit), other) for other in told)), "")


def tiers(step: int, cap: int) -> tuple[int, ...]:
    """Every ``step`` sittings of a year make a tier of load, up to the cap; no tiers with a step of 0."""
    return tuple(range(step, max(cap, step) + 1, step)) if step > 0 else ()


# Parts --------------------------------------------------------------------------------------------------------------


def _standing(officer: Officer, day: date) -> list[Barred]:
    found = []
    if officer.standing != Standing.ACTIVE:
        found.append(Barred(Bar.PAUSED if officer.standing == Standing.PAUSED else Bar.REMOVED))
    if not officer.term_from <= day <= officer.term_until:
        found.append(Barred(Bar.TERM))
    return found


def _eligibility(officer: Officer, occasion: Occasion) -> list[Barred]:
    found = []
    if officer.born_on is None:
        found.append(Barred(Bar.AGE_UNKNOWN))
    elif age_on(officer.born_on, occasion.day) < occasion.least_age:
        found.append(Barred(Bar.AGE))
    failed = [item for item in LOOKED_AT if officer.checks.get(item) is False]
    open_items = [item for item in LOOKED_AT if item not in officer.checks]
    found += [Barred(Bar.INELIGIBLE, " ".join(failed))] if failed else []
    found += [Barred(Bar.UNCHECKED, " ".join(open_items))] if open_items else []
    aged = [item for item in LOOKED_AT if officer.checks.get(item) and item in officer.checked
            and holds_until(officer.checked[item], occasion.check_months) < occasion.day]
    found += [Barred(Bar.AGED, " ".join(aged))] if aged else []
    return found


def _time(officer: Officer, occasion: Occasion) -> list[Barred]:
    found = []
    halves = half_days(occasion.begins, occasion.ends, occasion.lunch_begins, occasion.lunch_ends)
    if officer.weekly and not all((occasion.day.weekday(), half) in officer.weekly for half in halves):
        found.append(Barred(Bar.WEEKLY))
    if any(_is_away(away, occasion) for away in officer.away):
        found.append(Barred(Bar.LEAVE))
    if officer.is_busy:
        found.append(Barred(Bar.BUSY))
    cap = occasion.yearly_cap if officer.yearly_cap is None else min(officer.yearly_cap, occasion.yearly_cap)
    if officer.sittings >= cap:
        found.append(Barred(Bar.CAP, str(cap)))
    return found


def _conflicts(officer: Officer, occasion: Occasion) -> list[Barred]:
    found = []
    shared = same_unit(officer.units, occasion.units)
    if shared:
        found.append(Barred(Bar.SAME_UNIT, shared))
    if not officer.names.isdisjoint(occasion.names):
        found.append(Barred(Bar.INTEREST))
    told = ((officer.is_recused, Bar.RECUSED), (officer.is_supervisor, Bar.SUPERVISOR),
            (officer.has_stepped_down, Bar.STEPPED_DOWN))
    return found + [Barred(code) for holds, code in told if holds]


def _is_away(away: Away, occasion: Occasion) -> bool:
    if not away.begins_on <= occasion.day <= away.ends_on:
        return False
    return (away.from_time or time.min) < occasion.ends and occasion.begins < (away.until_time or time.max)


def _is_same(unit: str, other: str) -> bool:
    short, long = sorted((unit, other), key=len)
    return bool(short) and (short == long or (len(short) >= SAME_NAME and short in long))


def _plain(unit: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", unit).casefold() if sign.isalnum())
