"""How far a hearing is: which parts are done, which can be done now and by whom, which must wait. Pure."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from hearings import rules
from hearings.tables import HearingState
from shared.people import Role

S = HearingState
TOLD = frozenset({S.NOTIFIED, S.CHECKING_IN})
UNDER_WAY = frozenset({S.IN_SESSION, S.SUSPENDED, S.DELIBERATING, S.RESUMED})


class Part(StrEnum):
    REQUEST = "request"
    APPROVAL = "approval"
    PEOPLE = "people"
    PLAN = "plan"
    TIME = "time"
    PANEL = "panel"
    ANSWERS = "answers"
    NOTICE = "notice"
    HEARING = "hearing"


class Standing(StrEnum):
    """``done``; ``open``: can be done now; ``later``: something else comes first; ``gone``: the hearing will not be."""

    DONE = "done"
    OPEN = "open"
    LATER = "later"
    GONE = "gone"


P = Part
AFTER: dict[Part, tuple[Part, ...]] = {
    P.REQUEST: (), P.APPROVAL: (P.REQUEST,), P.PEOPLE: (P.APPROVAL,), P.PLAN: (P.APPROVAL,), P.TIME: (P.APPROVAL,),
    P.PANEL: (P.TIME,), P.ANSWERS: (P.TIME, P.PANEL), P.NOTICE: (P.TIME, P.PEOPLE, P.ANSWERS), P.HEARING: (P.NOTICE,),
}
WHO: dict[Part, frozenset[Role]] = {
    P.REQUEST: rules.HANDLER, P.APPROVAL: rules.CHIEF, P.PEOPLE: rules.HANDLER, P.PLAN: rules.HANDLER,
    P.TIME: rules.PREPARE, P.PANEL: rules.MANAGEMENT, P.ANSWERS: rules.MANAGEMENT, P.NOTICE: rules.PREPARE,
    P.HEARING: rules.HANDLER,
}


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the parts hang on. ``plan``: empty, kept, asked, granted or refused, of the newest version."""

    state: HearingState
    peopled: bool = False
    plan: str = ""
    listed: bool = False
    panel_size: int = 0
    seats: int = 0
    accepted: int = 0


class Step(msgspec.Struct, frozen=True):
    """One part, how it stands, and who is to act on it. ``count``: of ``wanted``, where it is a matter of numbers."""

    part: Part
    standing: Standing
    who: frozenset[Role]
    count: int = 0
    wanted: int = 0


def steps(facts: Facts) -> list[Step]:
    """Every part in the order of the way."""
    done = _done(facts)
    return [
        Step(part, _standing(part, done, facts.state), _who(part, facts), *_count(part, facts)) for part in Part
    ]


def next_steps(found: Iterable[Step]) -> list[Step]:
    """What can be done now."""
    return [step for step in found if step.standing == Standing.OPEN]


def _done(facts: Facts) -> set[Part]:
    state = facts.state
    if state in rules.HELD | UNDER_WAY:
        return set(Part) - ({P.HEARING} if state in UNDER_WAY else set())
    holds = {
        P.REQUEST: state != S.DRAFT, P.APPROVAL: state in rules.PREPARING, P.PEOPLE: facts.peopled,
        P.PLAN: facts.plan == "granted", P.TIME: facts.listed and state != S.POSTPONED,
        P.PANEL: 0 < facts.panel_size <= facts.seats, P.ANSWERS: 0 < facts.panel_size <= facts.accepted,
        P.NOTICE: state in TOLD,
    }
    return {part for part, held in holds.items() if held}


def _standing(part: Part, done: set[Part], state: HearingState) -> Standing:
    if part in done:
        return Standing.DONE
    if state in (S.REFUSED, S.CANCELLED):
        return Standing.GONE
    return Standing.OPEN if all(before in done for before in AFTER[part]) else Standing.LATER


def _who(part: Part, facts: Facts) -> frozenset[Role]:
    return rules.CHIEF if part == P.PLAN and facts.plan == "asked" else WHO[part]


def _count(part: Part, facts: Facts) -> tuple[int, int]:
    if part == P.PANEL:
        return facts.seats, facts.panel_size
    return (facts.accepted, facts.panel_size) if part == P.ANSWERS else (0, 0)
