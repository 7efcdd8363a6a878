"""The words of a change, for those who had been told: another time or place, postponed, cancelled, without this one person. Pure
composition as in `messages`."""

from datetime import datetime
from enum import StrEnum

from hearings.invitations.messages import (
    CANCELLATION,
    MOVED,
    OBSERVER_CLOSED,
    POSTPONED,
    RELEASED,
    REMOVED,
    UPDATE,
    Entry,
    Guest,
    Occasion,
    content,
    moment,
)
from shared.outbox import Channel, Content


class Change(StrEnum):
    """What is not as somebody was told."""

    TIME = "time"
    PLACE = "place"
    OTHER = "other"


def update(
    channel: Channel, occasion: Occasion, guest: Guest, *, entry: Entry, link: str, sms_code: str, was: datetime,
    reply_by: datetime | None = None, was_at: str = "", change: Change = Change.TIME,
) -> Content:
    """Time, place, moderator or openness has changed: every officer is asked again. ``occasion`` is the new state, ``was`` and
    ``was_at`` the time and the place that they know."""
    more = {"link": link, "sms_code": sms_code, "was_at": was_at, "change": change, **moment("was", occasion, guest, was),
            **moment("reply_by", occasion, guest, reply_by)}
    return content(UPDATE, channel, occasion, guest, entry, more)


def moved(
    channel: Channel, occasion: Occasion, guest: Guest, *, was: datetime, was_at: str, change: Change = Change.TIME,
    postponed: bool = False, entry: Entry | None = None,
) -> Content:
    """Another time or place, to a participant at once; it is no notice and proves nothing: that is given again by staff."""
    more = {"was_at": was_at, "change": change, "postponed": postponed, **moment("was", occasion, guest, was)}
    return content(MOVED, channel, occasion, guest, entry, more)


def postponed(channel: Channel, occasion: Occasion, guest: Guest, *, entry: Entry | None = None) -> Content:
    """The date of ``occasion`` no longer holds and there is no new one yet; calendars let go of it."""
    return content(POSTPONED, channel, occasion, guest, entry, {})


def cancellation(channel: Channel, occasion: Occasion, guest: Guest, *, entry: Entry | None = None, why: str = "") -> Content:
    """The hearing is off. ``entry.sequence`` is higher than the last one sent; ``why``: as far as anybody may be told."""
    return content(CANCELLATION, channel, occasion, guest, entry, {"why": why})


def observer_closed(channel: Channel, occasion: Occasion, guest: Guest) -> Content:
    """Nobody can watch this hearing any more. The reason is nobody's business outside and is not in the words."""
    return content(OBSERVER_CLOSED, channel, occasion, guest, None, {})


def released(channel: Channel, occasion: Occasion, guest: Guest, *, entry: Entry | None = None) -> Content:
    """Only this officer no longer sits (declined, replaced, recused): their calendar lets go of the date."""
    return content(RELEASED, channel, occasion, guest, entry, {})


def removed(channel: Channel, occasion: Occasion, guest: Guest, *, entry: Entry | None = None) -> Content:
    """Only this participant no longer takes part; what they were sent no longer holds."""
    return content(REMOVED, channel, occasion, guest, entry, {})
