"""The clocks of a matter's replies: what is due when, and whether it was kept. Pure; they run beside the state.

Within 7 days the complaint department says whether the matter is accepted or where it went; within 3 months the handling
department gives the result, or says how far it is, and then again every month until there is one: 人民检察院刑事诉讼规则
(2019) Arts. 161 and 163, and the practice built on it (domain guide §3). Days are counted as `shared.calendar` says.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

import msgspec

from cases.rules import CONCLUDED
from cases.tables import MatterState, ReplyKind
from shared.calendar import Calendar, Due

# Which replies keep which promise: a result given at once also says that the matter was accepted.
KEEPS = {
    ReplyKind.PROCEDURAL: (ReplyKind.PROCEDURAL, ReplyKind.SUBSTANTIVE),
    ReplyKind.SUBSTANTIVE: (ReplyKind.SUBSTANTIVE,),
    ReplyKind.MONTHLY: (ReplyKind.SUBSTANTIVE, ReplyKind.MONTHLY),
}


class ClockState(StrEnum):
    OPEN = "open"
    MET = "met"
    LATE = "late"
    EXEMPT = "exempt"


class Given(msgspec.Struct, frozen=True):
    """A reply as the clocks see it."""

    kind: ReplyKind
    on: date


class Duty(msgspec.Struct, frozen=True):
    """One reply that is owed. ``on``: the day it was given (also when that was late); ``provisional``: the due day rests on
    days not decreed yet; ``month`` numbers the monthly ones from 1."""

    kind: ReplyKind
    due: date
    provisional: bool
    state: ClockState
    on: date | None = None
    month: int = 0

    @property
    def owed(self) -> bool:
        """Nobody has given this reply yet, and somebody must."""
        return self.on is None and self.state in (ClockState.OPEN, ClockState.LATE)


class Matter(msgspec.Struct, frozen=True):
    """What the clocks look at: the local day of receipt, the state, the day it was concluded or ended, the replies."""

    received: date
    state: MatterState
    ended: date | None
    replies: Sequence[Given]


def duties(matter: Matter, *, calendar: Calendar, provisions: Mapping[str, int], today: date) -> list[Duty]:
    """Every reply owed so far and the next one, in the order of their days.

    Numbers: ``reply.procedural_days`` (calendar days; ``reply.procedural_workdays`` takes its place where an office has
    promised workdays) and ``reply.substantive_months``.
    """
    months = provisions["reply.substantive_months"]
    first = _duty(matter, ReplyKind.PROCEDURAL, _procedural(matter.received, calendar, provisions), today)
    second = _duty(matter, ReplyKind.SUBSTANTIVE, calendar.add_months(matter.received, months), today)
    return [first, second, *_monthly(matter, second.due, calendar, months, today)]


def next_duty(owed: Sequence[Duty]) -> Duty | None:
    """The first reply that nobody has given yet; None when nothing is owed."""
    return next((duty for duty in owed if duty.owed), None)


def _procedural(received: date, calendar: Calendar, provisions: Mapping[str, int]) -> Due:
    workdays = provisions.get("reply.procedural_workdays")
    if workdays is not None:
        return calendar.add_workdays(received, workdays)
    return calendar.add_days(received, provisions["reply.procedural_days"])


def _duty(matter: Matter, kind: ReplyKind, due: Due, today: date) -> Duty:
    on = min((reply.on for reply in matter.replies if reply.kind in KEEPS[kind]), default=None)
    return _judged(matter, kind, due, on, today)


def _monthly(matter: Matter, after: date, calendar: Calendar, months: int, today: date) -> list[Duty]:
    """One for each month that began, after the three months, before the matter was concluded or ended."""
    made: list[Duty] = []
    begun, end = after, matter.ended or today
    while begun < end:
        month = len(made) + 1
        due = calendar.monthly(matter.received, month, after=months)
        told = (reply.on for reply in matter.replies if reply.kind in KEEPS[ReplyKind.MONTHLY])
        on = min((day for day in told if begun < day <= due.day), default=None)
        made.append(_judged(matter, ReplyKind.MONTHLY, due, on, today, month))
        begun = due.day
    return made


def _judged(matter: Matter, kind: ReplyKind, due: Due, on: date | None, today: date, month: int = 0) -> Duty:
    return Duty(kind, due.day, due.provisional, _state(matter, kind, due.day, on, today), on, month)


def _state(matter: Matter, kind: ReplyKind, due: date, on: date | None, today: date) -> ClockState:
    """A matter that ended before its day (refused, sent on, withdrawn) owes no result; a concluded one does."""
    if on is not None:
        return ClockState.MET if on <= due else ClockState.LATE
    ended_before = matter.ended is not None and matter.ended <= due and matter.state not in CONCLUDED
    if ended_before and (kind != ReplyKind.PROCEDURAL or matter.state == MatterState.WITHDRAWN):
        return ClockState.EXEMPT
    return ClockState.OPEN if today <= due else ClockState.LATE
