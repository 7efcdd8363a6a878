"""Mends a plan after rooms, members or staff were lost: as few changes as possible, and none to the time or place of a hearing
that people have been told of. What it cannot help it lists, with the reasons. A proposal, like every plan."""

import msgspec

from hearings.planner import Tell, quiet
from hearings.proposals.mending import Mending
from hearings.proposals.problem import Absence, Plan, Problem, Progress, Span
from hearings.proposals.revision import Change, Revision
from shared.calendar import DAY


def replan(problem: Problem, plan: Plan, changes: tuple[Change, ...], seed: str, progress: Tell = quiet) -> Revision:
    """``problem`` as it was, with its ``now`` and its ``noticed`` hearings as they are today; what is past stays as well.
    Hearings that the plan does not know yet are placed; those it knows and the problem does not are dropped."""
    mending = Mending(applied(problem, changes), plan, seed)
    for done, step in enumerate((mending.keep, mending.fill_seats, mending.place, mending.draw), 1):
        step()
        progress(Progress("mending", done, 4))
    return mending.revision()


def applied(problem: Problem, changes: tuple[Change, ...]) -> Problem:
    """The problem without what was lost."""
    replace = msgspec.structs.replace
    return replace(
        problem,
        rooms=tuple(replace(room, closed=room.closed + _days(changes, "room", room.key)) for room in problem.rooms),
        staff=tuple(replace(person, busy=person.busy + _days(changes, "staff", person.key)) for person in problem.staff),
        members=tuple(replace(member, away=member.away + _away(changes, member.key)) for member in problem.members),
    )


def _days(changes: tuple[Change, ...], kind: str, key: str) -> tuple[Span, ...]:
    return tuple(
        Span(change.first + DAY * n) for change in changes if (change.kind, change.key) == (kind, key)
        for n in range((change.last - change.first).days + 1)
    )


def _away(changes: tuple[Change, ...], key: str) -> tuple[Absence, ...]:
    return tuple(Absence(one.first, one.last) for one in changes if (one.kind, one.key) == ("member", key))
