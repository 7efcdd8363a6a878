"""Why others were called before somebody: counted reasons, without identities. Pure: facts of turns in, data out."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

MINUTE = timedelta(minutes=1)


class Why(StrEnum):
    """Why a turn came before one's own, in the order in which they are told."""

    EARLIER = "earlier"  # had come before
    BOOKING = "booking"  # had booked this time
    HEAD_START = "head-start"  # a lane's
    SENT_ON = "sent-on"  # from another service, and had come before
    RETURNED = "returned"  # back after a missed call or an errand
    AWAY = "away"  # the asker was not there to be called
    MOVED = "moved"  # the asker's own place is later than the arrival: more time, a missed call
    URGENT = "urgent"  # put first by the supervisor, with a reason
    CHOSEN = "chosen"  # called by name by a clerk, with a reason
    ELSEWHERE = "elsewhere"  # at a window that does not serve the asker's matter
    UNEXPLAINED = "unexplained"  # must never be: a fault, to be looked at


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One visitor's being called, recalls left out. ``serves``: the window that called could have served the asker.
    ``queued_at`` and ``head_start`` as at the call; ``returned``: came back after a missed call or from an errand."""

    arrived_at: datetime
    queued_at: datetime
    called_at: datetime
    head_start: int = 0
    booked_at: datetime | None = None
    serves: bool = True
    urgent: bool = False
    chosen: bool = False
    sent_on: bool = False
    returned: bool = False


class Asker(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks. ``queued_at``: the arrival that counts now; ``until``: when called, or now; ``away``: from - to, when not to
    be called (more time, missed, on an errand)."""

    arrived_at: datetime
    queued_at: datetime
    until: datetime
    away: tuple[tuple[datetime, datetime], ...] = ()


class Reason(msgspec.Struct, frozen=True):
    """``minutes``: how long after the asker each one came, where that was so; ``slots``: the booked times."""

    why: Why
    count: int
    minutes: tuple[int, ...] = ()
    slots: tuple[datetime, ...] = ()


class Explanation(msgspec.Struct, frozen=True):
    """``before``: how many were called since the arrival at windows that could have served the asker; ``overtook``: how many
    of them had come later."""

    before: int
    overtook: int
    reasons: tuple[Reason, ...]


def explain(asker: Asker, turns: Iterable[Turn]) -> Explanation:
    """Everybody called between the asker's arrival and call, counted by reason. ``turns`` may hold more; never the asker."""
    found: dict[Why, list[Turn]] = {}
    for turn in turns:
        if asker.arrived_at <= turn.called_at < asker.until:
            found.setdefault(why(asker, turn), []).append(turn)
    here = [turn for kind, group in found.items() if kind != Why.ELSEWHERE for turn in group]
    reasons = tuple(_counted(asker, kind, found[kind]) for kind in Why if kind in found)
    return Explanation(len(here), sum(turn.arrived_at > asker.arrived_at for turn in here), reasons)


def why(asker: Asker, turn: Turn) -> Why:
    """The reason of one turn: first what a person decided, then where the asker was, then the rule."""
    if not turn.serves:
        return Why.ELSEWHERE
    if turn.urgent or turn.chosen:
        return Why.URGENT if turn.urgent else Why.CHOSEN
    if any(left <= turn.called_at <= back for left, back in asker.away):
        return Why.AWAY
    return _by_rule(asker, turn)


def _by_rule(asker: Asker, turn: Turn) -> Why:
    if turn.returned:
        return Why.RETURNED
    if turn.arrived_at <= asker.arrived_at and turn.queued_at <= asker.queued_at:
        return Why.SENT_ON if turn.sent_on else Why.EARLIER
    if turn.queued_at - asker.arrived_at <= turn.head_start * MINUTE:
        return Why.BOOKING if turn.booked_at is not None else Why.HEAD_START
    if turn.queued_at - asker.queued_at <= turn.head_start * MINUTE:
        return Why.MOVED
    return Why.UNEXPLAINED


def _counted(asker: Asker, kind: Why, turns: list[Turn]) -> Reason:
    later = sorted(turn.arrived_at - asker.arrived_at for turn in turns if turn.arrived_at > asker.arrived_at)
    slots = sorted(turn.booked_at for turn in turns if turn.booked_at is not None) if kind == Why.BOOKING else []
    return Reason(kind, len(turns), tuple(max(1, gap // MINUTE) for gap in later), tuple(slots))
