"""What time brings to an invitation: the next channel when one does not work, a reminder to who has not answered, the end of
the time to answer, the place passed on. Pure: everything is reckoned from how things stand, nothing is planned ahead, so that a
hearing that moves leaves nothing behind to be cleaned up."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from hearings.invitations.answers import CLOSED, GONE, INVITING, OPEN
from hearings.invitations.tables import InvitationState
from hearings.tables import HearingState

I = InvitationState  # noqa: E741
H = HearingState

EXHAUSTED = 9  # no channel is left: a person must call
NOW_INVITING = INVITING - {H.POSTPONED}


class Chase(StrEnum):
    """What is due for one invitation."""

    REASK = "reask"
    SET_ASIDE = "set-aside"
    CALL_OFF = "call-off"
    RELEASE = "release"
    NEXT_CHANNEL = "next-channel"
    REMIND = "remind"
    EXPIRE = "expire"
    PASS_ON = "pass-on"  # noqa: S105


class Chased(msgspec.Struct, frozen=True, kw_only=True):
    """One invitation that is not closed, with what of its hearing matters. ``listed``: the hearing has a time to come."""

    state: InvitationState
    sequence: int
    is_officer: bool
    holds: bool
    sent_at: datetime | None
    reply_by: datetime | None
    reminded_at: datetime | None
    answered_at: datetime | None
    escalated: int
    hearing: HearingState
    hearing_sequence: int
    listed: bool


def due(one: Chased, now: datetime, provisions: Mapping[str, int]) -> Chase | None:
    """The one thing to be done about an invitation now."""
    if one.state in CLOSED:
        return None
    if one.hearing == H.CANCELLED:
        return Chase.CALL_OFF
    if not one.holds:
        return Chase.RELEASE
    if one.sequence < one.hearing_sequence:
        return _moved(one)
    return _unanswered(one, now, provisions) if one.hearing in NOW_INVITING and one.is_officer else None


def remind_at(sent_at: datetime, reply_by: datetime, provisions: Mapping[str, int]) -> datetime:
    """When to remind: ``hearing.reminder_days`` before the deadline, at half time where that would be too soon."""
    half = sent_at + (reply_by - sent_at) / 2
    return max(half, reply_by - timedelta(days=provisions["hearing.reminder_days"]))


def _moved(one: Chased) -> Chase | None:
    """Another date: the old one is off; the new one is asked about when it is known."""
    if one.hearing == H.POSTPONED:
        return Chase.SET_ASIDE if one.state != I.DRAFT else None
    return Chase.REASK if one.hearing in NOW_INVITING and one.listed else None


def _unanswered(one: Chased, now: datetime, provisions: Mapping[str, int]) -> Chase | None:
    if one.state in GONE:
        regret = timedelta(seconds=provisions["hearing.regret_seconds"])  # a slip of the thumb can be taken back
        calm = one.state == I.EXPIRED or one.answered_at is None or now >= one.answered_at + regret
        return Chase.PASS_ON if calm else None
    if one.state not in OPEN or one.reply_by is None or one.sent_at is None:
        return None
    if now > one.reply_by:
        return Chase.EXPIRE
    if one.state == I.BOUNCED and one.escalated < EXHAUSTED:
        return Chase.NEXT_CHANNEL
    return Chase.REMIND if one.reminded_at is None and now >= remind_at(one.sent_at, one.reply_by, provisions) else None


def needs_call(one: Chased, now: datetime, provisions: Mapping[str, int]) -> bool:
    """Whether somebody should take the telephone: no channel works, or no answer although reminded; of participants, no
    answer by the deadline."""
    if one.state not in OPEN or not one.holds or one.hearing not in NOW_INVITING or one.reply_by is None or one.sent_at is None:
        return False
    if one.sequence < one.hearing_sequence:
        return False
    if not one.is_officer:
        return now > one.reply_by
    return one.escalated >= EXHAUSTED or now >= remind_at(one.sent_at, one.reply_by, provisions)
