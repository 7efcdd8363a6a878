"""Who is called next: the bounded head start. Pure; the database's part is only to hand over the candidates.

Everyone's key is the arrival less a head start, and the smallest key goes first. Therefore nobody who arrived more than
the largest head start after you is called before you at a window that could serve you. Whoever has waited as long as the
cap goes first in order of arrival, at most at every second call of the hall, so that lanes still move. A key is computed
when something happens to its ticket and never by the clock.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import msgspec
from msgspec.structs import replace

from shared.errors import Refused

URGENT = timedelta(days=1)  # a key so far ahead of its arrival goes before everybody: no lane can come near it
TICK = timedelta(microseconds=1)


class Standing(Protocol):
    """What the order looks at. ``queued_at`` = the arrival that counts; ``rank_at`` = it less the head start;
    ``ready_at`` = may be called from then on."""

    @property
    def id(self) -> object: ...
    @property
    def queued_at(self) -> datetime: ...
    @property
    def rank_at(self) -> datetime: ...
    @property
    def ready_at(self) -> datetime: ...


S = TypeVar("S", bound=Standing)


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """The office's numbers, in minutes except ``deferrals`` (times) and ``return_calls`` (calls). Source: its provisions
    ``order.*``, the name behind each."""

    cap: int  # cap_minutes
    booking: int  # booking_head_start: of a booking that is kept
    booking_early: int  # may be called so long before its time
    booking_late: int  # later than this it counts as having come without
    late_booking: int  # late_booking_head_start: what is left of it then
    deferral: int  # deferral_minutes
    deferrals: int
    return_within: int  # return_minutes: after a missed call, the first time
    return_calls: int  # so many go before who returns in time
    return_credit: int  # otherwise
    errand: int  # errand_minutes: sent away for a paper and back

    @classmethod
    def of(cls, provisions: Mapping[str, int]) -> "Terms":
        return cls(**{field: provisions[f"order.{NAMES.get(field, field)}"] for field in cls.__struct_fields__})


NAMES = {
    "cap": "cap_minutes", "booking": "booking_head_start", "late_booking": "late_booking_head_start",
    "deferral": "deferral_minutes", "return_within": "return_minutes", "errand": "errand_minutes",
}


class Place(msgspec.Struct, frozen=True):
    """A place in the order, as a ticket keeps it."""

    queued_at: datetime
    ready_at: datetime
    rank_at: datetime
    head_start: int = 0

    @property
    def urgent(self) -> bool:
        return self.queued_at - self.rank_at >= URGENT


def rank_at(queued_at: datetime, head_start: int) -> datetime:
    """The key of a visitor; ``head_start`` in minutes (a lane's, from the office's table)."""
    return queued_at - timedelta(minutes=head_start)


def largest_head_start(lanes: Iterable[int], terms: Terms) -> int:
    """The minutes of the guarantee: nobody who came later than this after you is called before you."""
    return max((terms.booking, terms.late_booking, *lanes))


# Places: what each event makes of one --------------------------------------------------------------------------------


def walk_in(now: datetime, head_start: int = 0) -> Place:
    """Somebody takes a number; ``head_start``: of the lane, where it counts."""
    return Place(now, now, rank_at(now, head_start), head_start)


def booked(now: datetime, slot: datetime, terms: Terms, lane: int = 0) -> Place:
    """Somebody with a booking has come. Early or on time: counted from the booked time, with the booking's head start, and
    callable shortly before it. Late: as if having come without, with what is left of the head start. A lane's longer head
    start goes before the booking's."""
    if now > slot + timedelta(minutes=terms.booking_late):
        return walk_in(now, max(terms.late_booking, lane))
    counted, credit = max(now, slot), max(terms.booking, lane)
    return Place(counted, max(now, slot - timedelta(minutes=terms.booking_early)), rank_at(counted, credit), credit)


def transferred(place: Place, now: datetime, head_start: int, booking: int = 0) -> Place:
    """Sent on to another service: the arrival stays. ``head_start``: of the lane there (one bound to a skill may not count);
    ``booking``: the head start that a booking had given. Urgent stays urgent."""
    credit = max(head_start, booking)
    rank = place.rank_at if place.urgent else rank_at(place.queued_at, credit)
    return Place(place.queued_at, now, rank, credit)


def deferred(place: Place, now: datetime, times: int, terms: Terms) -> Place:
    """ "I need more time": as if arriving on return, without head start, so nobody who kept waiting is overtaken by someone
    who did not. ``times``: how often before. Somebody who is away already stays so. Refuses ``deferred-enough``."""
    if place.ready_at > now:
        return place
    if times >= terms.deferrals:
        raise Refused("deferred-enough")
    back = now + timedelta(minutes=terms.deferral)
    return Place(back, back, deferred_rank(back))


def came_back(
    place: Place, now: datetime, missed_at: datetime, times: int, following: Sequence[Standing], terms: Terms
) -> Place:
    """Back after a missed call. The first time and soon: right behind the next few (``following``: the ready of the same
    service in order), never before the own place. Else: as if having come ``return_credit`` minutes ago. Urgent stays urgent."""
    if place.urgent:
        return replace(place, ready_at=now)
    if times == 0 and now - missed_at <= timedelta(minutes=terms.return_within):
        next_ones = following[: terms.return_calls]
        rank = max([place.rank_at, *(one.rank_at + TICK for one in next_ones)])
        queued = max([place.queued_at, rank, *(one.queued_at + TICK for one in next_ones)])
        return Place(queued, now, rank)
    rank = missed_rank(now, place.rank_at, terms.return_credit)
    return Place(max(rank, place.queued_at), now, rank)


def back_from_errand(place: Place, now: datetime, left_at: datetime, terms: Terms) -> Place:
    """Sent away from a window for a paper and back: soon enough, the old place; else as after a missed call."""
    if place.urgent or now - left_at <= timedelta(minutes=terms.errand):
        return replace(place, ready_at=now)
    rank = missed_rank(now, place.rank_at, terms.return_credit)
    return Place(max(rank, place.queued_at), now, rank)


def urgent(place: Place, now: datetime, reason: str) -> Place:
    """The supervisor's override: next at any window that can serve, before lanes and long waits. The one act outside the
    guarantee that changes the order; its reason goes into the journal. Refuses ``reason-needed``."""
    if not reason.strip():
        raise Refused("reason-needed", 422)
    return Place(place.queued_at, min(place.ready_at, now), place.queued_at - URGENT, place.head_start)


def deferred_rank(returns_at: datetime) -> datetime:
    """The key after "I need more time"."""
    return returns_at


def missed_rank(now: datetime, own_rank: datetime, credit: int) -> datetime:
    """The key of someone who missed the call and came back: ``credit`` minutes before now, never before the own key."""
    return max(own_rank, now - timedelta(minutes=credit))


# The choice ----------------------------------------------------------------------------------------------------------


def choose(candidates: Iterable[S], *, now: datetime, cap: int, capped_last: bool) -> tuple[S, bool] | None:
    """The next to be called among those a window can serve, and whether the long-wait rule decided. None: nobody.

    ``cap`` in minutes since the arrival that counts; ``capped_last``: the hall's last call was by the long-wait rule.
    It is enough to hand over, per service, the first by key and the first by arrival.
    """
    ready = [one for one in candidates if one.ready_at <= now]
    if not ready:
        return None
    first = min(ready, key=_by_rank)
    longest = min(ready, key=_by_queued)
    long = now - longest.queued_at >= timedelta(minutes=cap)
    if long and not capped_last and first.queued_at - first.rank_at < URGENT:
        return longest, longest.id != first.id
    return first, False


def ranked(waiting: Iterable[S]) -> Sequence[S]:
    """The waiting in the order of their keys; those who asked for more time stand where they will be on return."""
    return sorted(waiting, key=_by_rank)


def _by_rank(one: Standing) -> tuple[datetime, str]:
    return one.rank_at, str(one.id)


def _by_queued(one: Standing) -> tuple[datetime, str]:
    return one.queued_at, str(one.id)
