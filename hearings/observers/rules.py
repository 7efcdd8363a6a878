"""Who may observe an open hearing (旁听): until when one may apply, who has a seat, who waits, who moves up. Pure.

Citizens may apply, media may be invited (2020 rule, Art. 19); seats, cut-off and length of the waiting list are the office's
own numbers. First come, first served; media have seats of their own.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from hearings.invitations.tables import ObserverClass, ObserverState
from shared.errors import Refused

SEATED = frozenset({ObserverState.CONFIRMED, ObserverState.CHECKED_IN})
COUNTS = SEATED | {ObserverState.WAITLISTED}
HOPEFUL = (ObserverState.CONFIRMED, ObserverState.WAITLISTED)


class Standing(NamedTuple):
    """One application as the order of seats needs it."""

    id: UUID
    kind: str
    state: str
    applied_at: datetime


class Seats(NamedTuple):
    """How many seats each class has; media do not take those of citizens."""

    citizens: int
    media: int

    def of(self, kind: str) -> int:
        return self.media if kind == ObserverClass.MEDIA else self.citizens


def check_time(now: datetime, apply_until: datetime) -> None:
    """Refuses ``applications-closed``."""
    if now > apply_until:
        raise Refused("applications-closed", 409)


def place_for(kind: str, others: Iterable[Standing], seats: Seats, provisions: Mapping[str, int]) -> ObserverState:
    """A seat while there is one and nobody waits for it, else a place on the waiting list. Refuses ``list-full``."""
    same = [one for one in others if one.kind == kind]
    taken = sum(one.state in SEATED for one in same)
    waiting = sum(one.state == ObserverState.WAITLISTED for one in same)
    if taken < seats.of(kind) and not waiting:
        return ObserverState.CONFIRMED
    if waiting >= provisions["hearing.observer_waiting"]:
        raise Refused("list-full", 409)
    return ObserverState.WAITLISTED


def next_up(kind: str, everybody: Iterable[Standing], seats: Seats) -> list[UUID]:
    """Who moves up from the waiting list into the seats that are free, in the order in which they applied."""
    same = [one for one in everybody if one.kind == kind]
    free = seats.of(kind) - sum(one.state in SEATED for one in same)
    waiting = sorted((one for one in same if one.state == ObserverState.WAITLISTED), key=lambda one: (one.applied_at, one.id))
    return [one.id for one in waiting[: max(0, free)]]


def position(mine: Standing, everybody: Iterable[Standing]) -> int:
    """One's place on the waiting list, from 1; 0 for who does not wait."""
    if mine.state != ObserverState.WAITLISTED:
        return 0
    before = (one for one in everybody if one.kind == mine.kind and one.state == ObserverState.WAITLISTED)
    return 1 + sum((one.applied_at, one.id) < (mine.applied_at, mine.id) for one in before)
