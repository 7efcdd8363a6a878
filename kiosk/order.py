"""Who is called next: the bounded head start. Pure; the database's part is only to hand over the candidates.

Everyone's key is the arrival less the lane's head start, and the smallest key goes first. Therefore nobody who arrived
more than the largest head start after you is called before you at a window that could serve you. Whoever has waited
as long as the cap goes first in order of arrival, at most at every second call of the hall, so that lanes still move.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar


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


def rank_at(queued_at: datetime, head_start: int) -> datetime:
    """The key of a visitor; ``head_start`` in minutes (a lane's, from the office's table)."""
    return queued_at - timedelta(minutes=head_start)


def deferred_rank(returns_at: datetime) -> datetime:
    """The key after "I need more time": as if arriving on return, without head start, so nobody who kept waiting is
    overtaken by someone who did not."""
    return returns_at


def missed_rank(now: datetime, own_rank: datetime, credit: int) -> datetime:
    """The key of someone who missed the call and came back: ``credit`` minutes before now, never before the own key."""
    return max(own_rank, now - timedelta(minutes=credit))


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
    if not capped_last and now - longest.queued_at >= timedelta(minutes=cap):
        return longest, longest.id != first.id
    return first, False


def ranked(waiting: Iterable[S]) -> Sequence[S]:
    """The waiting in the order of their keys; those who asked for more time stand where they will be on return."""
    return sorted(waiting, key=_by_rank)


def _by_rank(one: Standing) -> tuple[datetime, str]:
    return one.rank_at, str(one.id)


def _by_queued(one: Standing) -> tuple[datetime, str]:
    return one.queued_at, str(one.id)
