"""Until when notice of a hearing can be given: the days of 2020 rule Art. 10 counted backward over the calendar. Pure.

No text says whether the days are calendar days or workdays; ``hearing.notice_workdays`` takes the place of
``hearing.notice_days`` where an office counts workdays (domain guide §8).
"""

from datetime import date, datetime, time, timedelta

from hearings.proposals.problem import SLOT, Problem
from shared.calendar import DAY, Calendar, Due
from shared.errors import Refused


def last_lawful_notice(day: date, calendar: Calendar, days: int, *, workdays: bool = False) -> Due:
    """The last day for a notice ``days`` before ``day``, which does not count; off a rest day to the workday before it."""
    if not workdays:
        return calendar.days_before(day, days)
    due = Due(day, provisional=False)
    for _ in range(days):
        step = calendar.days_before(due.day - DAY, 0)
        due = Due(step.day, due.provisional or step.provisional)
    return due


def notice_by(problem: Problem, day: date) -> datetime:
    """The last lawful moment: the close of business (Civil Code Art. 203) of the last day for notice."""
    in_workdays = "hearing.notice_workdays" in problem.rules
    due = last_lawful_notice(day, problem.calendar, problem.number(notice_rule(problem)), workdays=in_workdays)
    closes = max((opening.end for opening in problem.openings), default=0)
    return datetime.combine(due.day, time()) + timedelta(minutes=SLOT * closes)


def notice_rule(problem: Problem) -> str:
    return "hearing.notice_workdays" if "hearing.notice_workdays" in problem.rules else "hearing.notice_days"


def check_notice(problem: Problem, day: date) -> None:
    """Refuses ``notice-too-late`` with ``last`` (the last lawful moment) and the code of the article."""
    last = notice_by(problem, day)
    if problem.now > last:
        raise Refused("notice-too-late", 409, last=f"{last:%Y-%m-%d %H:%M}", article="notice")
