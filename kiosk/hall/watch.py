"""Nobody forgotten: what in a hall has been left standing too long, and to whom it is raised. Pure; the minutes are the office's
numbers ``watch.…``. `watching` reads the hall and acts on what is found here.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from shared.people import Role

SENT_ON, CALLED, HELD, DARK, UNPRINTED, DOOR, DECIDED = "sent-on", "called", "held", "dark", "unprinted", "door", "decided"
STILL, HELP, FETCH = "still", "help", "fetch"
SIGNS = frozenset((SENT_ON, CALLED, HELD, DARK, UNPRINTED, DOOR, DECIDED))
ASKED = frozenset((HELP, STILL, FETCH))  # a visitor waits for the answer
VISITS = ASKED | {SENT_ON, CALLED, HELD, UNPRINTED}
NO_CALLS = f"{DARK}:calls"


class Limits(msgspec.Struct, frozen=True):
    """The office's numbers, minutes unless named otherwise."""

    transferred: int
    called: int
    held: int
    silent: int
    unprinted: int
    help: int
    escalate: int
    door: int
    door_people: int


class Visit(msgspec.Struct, frozen=True):
    """An open visit. ``put_at``: since when it is on hold or was sent on; ``away``: gone for a paper, so that nobody waits."""

    id: UUID
    number: str
    state: str
    transferred_from: str
    called_at: datetime | None
    put_at: datetime | None
    window: str
    away: bool = False


class Screen(msgspec.Struct, frozen=True):
    """A lobby screen of the hall."""

    id: UUID
    name: str
    seen_at: datetime


class Paper(msgspec.Struct, frozen=True):
    """A slip that has not come out, of somebody who still waits."""

    ticket: UUID
    number: str
    place: str
    made_at: datetime


class Due(msgspec.Struct, frozen=True):
    """Something decided whose time has come and which has not been done."""

    id: UUID
    window: str
    act: str
    begins_at: datetime


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A hall as the watchdog sees it. ``unshown``: since when the latest call has been on no screen; ``came``, ``took``: people
    at the door and numbers taken in the last minutes (``door``), ``counted_at``: when the first of these people came."""

    visits: list[Visit]
    screens: list[Screen]
    unshown: datetime | None
    papers: list[Paper]
    due: list[Due]
    came: int
    took: int
    counted_at: datetime | None
    is_open: bool


class Sign(msgspec.Struct, frozen=True):
    """Something left standing: one task for one ``subject``. ``since``: when it began."""

    kind: str
    subject: str
    since: datetime
    place: str = ""
    detail: dict[str, str] = {}


def limits_of(numbers: Mapping[str, int]) -> Limits:
    """The limits from an office's numbers in force."""
    names = {"transferred": "transferred_minutes", "door_people": "door_people"}
    return Limits(*(numbers[f"watch.{names.get(name, f'{name}_minutes')}"] for name in Limits.__struct_fields__))


def signs(seen: Seen, limits: Limits, now: datetime) -> list[Sign]:
    """Everything that has stood too long."""
    found = [*_of_visits(seen.visits, limits, now), *_of_papers(seen.papers, limits, now)]
    found += [Sign(DECIDED, f"{DECIDED}:{one.id.hex}", one.begins_at, "", {"window": one.window, "act": one.act})
              for one in seen.due]
    if seen.is_open:
        found += [*_of_screens(seen, limits, now), *_of_door(seen, limits)]
    return found


def _of_visits(visits: Iterable[Visit], limits: Limits, now: datetime) -> Iterator[Sign]:
    for one in visits:
        kind, since, minutes = _standing(one, limits)
        if kind and since is not None and now - since >= timedelta(minutes=minutes):
            yield Sign(kind, f"{kind}:{one.id.hex}", since, "", _told(one))


def _told(one: Visit) -> dict[str, str]:
    return {"number": one.number} | ({"window": one.window} if one.window else {})


def _standing(one: Visit, limits: Limits) -> tuple[str, datetime | None, int]:
    if one.state == "waiting" and one.transferred_from:
        return SENT_ON, one.put_at, limits.transferred
    if one.state == "called":
        return CALLED, one.called_at, limits.called
    if one.state == "on_hold" and not one.away:
        return HELD, one.put_at, limits.held
    return "", None, 0


def _of_papers(papers: Iterable[Paper], limits: Limits, now: datetime) -> Iterator[Sign]:
    for one in papers:
        if now - one.made_at >= timedelta(minutes=limits.unprinted):
            yield Sign(UNPRINTED, f"{UNPRINTED}:{one.ticket.hex}", one.made_at, one.place, {"number": one.number})


def _of_screens(seen: Seen, limits: Limits, now: datetime) -> Iterator[Sign]:
    """A screen that is gone; and, while one is there, a call that none has shown."""
    silent = timedelta(minutes=limits.silent)
    for one in seen.screens:
        if now - one.seen_at >= silent:
            yield Sign(DARK, f"{DARK}:{one.id.hex}", one.seen_at, one.name)
    if seen.screens and seen.unshown is not None and now - seen.unshown >= silent:
        yield Sign(DARK, NO_CALLS, seen.unshown, "", {"reason": "no-calls"})


def _of_door(seen: Seen, limits: Limits) -> Iterator[Sign]:
    without = seen.came - seen.took
    if seen.counted_at is not None and without >= limits.door_people:
        yield Sign(DOOR, DOOR, seen.counted_at, "", {"people": str(without)})


def raised_to(kind: str, role: str, opened: datetime, raised: datetime | None, limits: Limits, now: datetime) -> str:
    """The role that an open task is to be raised to now; empty when it is not. What visitors wait for goes from the guide desk to
    the supervisor and on to the chief procurator, machines to the supervisor only."""
    minutes = limits.help if kind in ASKED and not role else limits.escalate
    if now - (raised or opened) < timedelta(minutes=minutes):
        return ""
    if not role:
        return Role.SUPERVISOR
    return Role.CHIEF_PROCURATOR if role == Role.SUPERVISOR and kind in VISITS else ""
