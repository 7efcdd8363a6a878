"""How long a visitor will wait, and how it may be said: a rounded range and never a single minute. Pure and seeded.

The hall is simulated (`outlook`) once enough visits are on record; before that the range comes from configured lengths.
A range that has been shown is a promise: it may fall silently, and rises only with the reason.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from math import ceil, floor, inf

import msgspec
from msgspec.structs import replace

from kiosk.forecast.outlook import outlooks
from kiosk.forecast.simulation import Hall, Person

LOW, HIGH, STEP = 0.7, 1.3, 5
LEAST = 0.2
MIDDLE, PROMISED = 0.5, 0.8
LONG_VISIT = 0.9  # longer than nine of ten of its kind
SURE, HOPELESS = 0.9, 0.1
SCORED, KEPT_LEAST = 50, 0.7  # alarm when of the last fifty promises fewer than so many were kept


class Wait(msgspec.Struct, frozen=True):
    """Minutes from now to the call. ``p50``, ``p80``: as estimated; ``low`` - ``high``: as shown, and ``high`` is the promise;
    ``in_time``: the chance to be called before closing, None where it cannot be known."""

    p50: float
    p80: float
    low: int
    high: int
    in_time: float | None = None


class Cause(StrEnum):
    """Why a wait has become longer than was said."""

    WINDOW_PAUSED = "window-paused"
    LONG_VISIT = "long-visit"
    BEFORE_YOU = "before-you"  # a booking or a lane has come, within the head start
    SLOWER = "slower"  # visits take longer than they usually do


class Reason(msgspec.Struct, frozen=True):
    """``window``: the code of the window it is about, where it is about one."""

    cause: Cause
    window: str = ""


class Shown(msgspec.Struct, frozen=True):
    """What a screen says. ``soon``: "any moment now" instead of minutes; ``reason``: only with a range that has risen."""

    low: int
    high: int
    soon: bool
    reason: Reason | None = None


class Closing(StrEnum):
    """Whether somebody will still be served today."""

    WILL = "will"
    MAY = "may"
    WILL_NOT = "will-not"


def waits(hall: Hall, seed: int, *, closes: float | None = None, only: str | None = None) -> dict[str, Wait]:
    """The wait of everybody in ``hall.waiting`` (or ``only`` of one). ``closes``: minutes until the hall closes.

    Where no window will open that could serve, the formula speaks: somebody will open one.
    """
    if not hall.lengths:
        return {one.key: _configured(hall, one) for one in hall.waiting if only in (None, one.key)}
    found, people = {}, {one.key: one for one in hall.waiting}
    for key, outlook in outlooks(hall, seed, only=only).items():
        p50, p80 = outlook.within(MIDDLE), outlook.within(PROMISED)
        in_time = None if closes is None else outlook.chance_by(closes)
        if p80 < inf:
            found[key] = Wait(p50, p80, *rounded(p50, p80), in_time)
        else:
            found[key] = replace(_configured(hall, people[key]), in_time=in_time)
    return found


def rounded(p50: float, p80: float) -> tuple[int, int]:
    """The range to show: outwards to five, at least five wide."""
    low = STEP * floor(p50 / STEP)
    return low, max(STEP * ceil(p80 / STEP), low + STEP)


def shown(wait: Wait, left: float | None, reason: Reason | None = None) -> Shown:
    """What may be said to somebody who has been told a range: it stays within the promise, unless there is a reason.

    ``left``: minutes left of the earlier promise, negative when it is broken, None when nothing has been said yet. Without a
    reason the promise is held while five minutes of it are left; after that visits are slower than usual, and it says so.
    """
    if left is None or wait.high <= left:
        return Shown(wait.low, wait.high, wait.high <= STEP)
    if reason is None and left >= STEP:
        high = min(wait.high, STEP * ceil(left / STEP))
        return Shown(min(wait.low, high - STEP), high, high <= STEP)
    if wait.high <= STEP:
        return Shown(0, STEP, True)
    return Shown(wait.low, wait.high, False, reason or Reason(Cause.SLOWER))


def why_longer(before: Hall, now: Hall, key: str) -> Reason | None:
    """The reason why this person's wait may have grown since ``before``, where there is one."""
    person = next(one for one in now.waiting if one.key == key)
    open_before = {desk.code for desk in before.desks if desk.open}
    ours = [desk for desk in now.desks if person.service in desk.services]
    for desk in ours:
        if desk.code in open_before and not desk.open:
            return Reason(Cause.WINDOW_PAUSED, desk.code)
    known = {one.key for one in before.waiting}
    if any(one.rank < person.rank and one.key not in known for one in now.waiting if one.service == person.service):
        return Reason(Cause.BEFORE_YOU)
    for desk in ours:
        usual = now.lengths.get(desk.serving)
        if usual and not desk.called and desk.elapsed > usual.visits[int(LONG_VISIT * len(usual.visits))]:
            return Reason(Cause.LONG_VISIT, desk.code)
    return None


def before_closing(in_time: float) -> Closing:
    """"Before closing you will / may / will not be served", from the chance."""
    if in_time >= SURE:
        return Closing.WILL
    return Closing.WILL_NOT if in_time <= HOPELESS else Closing.MAY


def stop_issuing(newcomer: Wait, closes: float, grace: int) -> bool:
    """Whether a number given now could no longer be honoured: four of five would be called later than ``grace`` minutes (the
    office's number) after closing."""
    return newcomer.p80 > closes + grace


def untrustworthy(kept: Sequence[bool]) -> bool:
    """Whether the promises need looking at: too few of the last fifty were kept. Fewer than fifty say nothing."""
    return len(kept) >= SCORED and sum(kept[-SCORED:]) < KEPT_LEAST * SCORED


# While records are few -----------------------------------------------------------------------------------------------


def wait_range(work: float, windows: int) -> tuple[int, int]:
    """Minutes from - to, in steps of five.

    ``work``: expected minutes of service before this visitor's turn at the windows that could serve (those ahead and
    what remains of those being served); ``windows``: how many such windows are open (none counts as one: somebody will
    open one). Source of the bounds: the office's own estimate, until measured lengths replace them.
    """
    mean = work / max(windows, 1)
    low = STEP * floor(mean * LOW / STEP)
    return low, max(STEP * ceil(mean * HIGH / STEP), low + STEP)


def remaining(minutes: float, elapsed: float) -> float:
    """Minutes still to be expected of a service of mean ``minutes`` that has lasted ``elapsed``: never quite nothing."""
    return max(minutes - elapsed, minutes * LEAST)


def shared_work(ahead: Iterable[tuple[int, float, int, int]]) -> float:
    """Expected minutes that those ahead will take at our windows.

    Each item: people ahead of one service, its mean minutes, how many of its windows are also ours, how many windows it
    has. A service with more windows than ours puts only its share on ours.
    """
    return sum(people * minutes * ours / max(windows, 1) for people, minutes, ours, windows in ahead)


def _configured(hall: Hall, person: Person) -> Wait:
    """The range from configured lengths alone."""
    open_ = [desk for desk in hall.desks if desk.open]
    ours = [desk for desk in open_ if person.service in desk.services]
    lines = []
    for service, minutes in hall.minutes.items():
        theirs = [desk for desk in open_ if service in desk.services]
        shared = sum(desk in ours for desk in theirs)
        ahead = sum(one.service == service and one.rank < person.rank and not one.passes for one in hall.waiting)
        if shared or service == person.service:
            lines.append((ahead, minutes, shared or 1, len(theirs)))
    busy = sum(remaining(hall.minutes[desk.serving], desk.elapsed) for desk in ours if desk.serving)
    work = shared_work(lines) + busy
    low, high = wait_range(work, len(ours))
    pause = max(0, int(person.ready))
    return Wait(max(work / max(len(ours), 1), pause), max(high, pause), max(low, pause), max(high, pause + STEP if pause else 0))
