"""Which answer of an invited person counts, and what it makes of their invitation. Pure: one rule for all five ways to answer.

An answer to an older date is kept and does not count; of those that count the latest holds; the same again changes nothing.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from hearings.invitations.tables import DeclineReason, InvitationState, RecusalGround
from hearings.tables import HearingState

I = InvitationState  # noqa: E741
H = HearingState

OPEN = frozenset({I.SENT, I.DELIVERED, I.BOUNCED})
COMING = frozenset({I.ACCEPTED, I.CHECKED_IN})
GONE = frozenset({I.DECLINED, I.RECUSAL_CLAIMED, I.EXPIRED, I.WITHDRAWN})
CLOSED = frozenset({I.REVOKED, I.NO_SHOW, I.COMPLETED})
# While a hearing is in one of these, people are invited and may answer. A postponed one waits for its new time: its
# invitations are drafts until then.
INVITING = frozenset({H.APPROVED, H.PANEL_READY, H.NOTIFIED, H.POSTPONED})
BRIEFING = INVITING | {H.CHECKING_IN, H.IN_SESSION, H.DELIBERATING, H.RESUMED, H.SUSPENDED}


class Said(StrEnum):
    """What somebody invited can say. ``undo`` takes an answer back; ``perhaps`` is only what calendars send."""

    ACCEPT = "accept"
    DECLINE = "decline"
    RECUSAL = "recusal"
    UNDO = "undo"
    PERHAPS = "perhaps"


class Why(StrEnum):
    """Why an answer does not count."""

    OLD_DATE = "old-date"
    PASSED_ON = "passed-on"
    OVER = "over"
    UNCLEAR = "unclear"
    TOO_LATE = "too-late"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where an invitation stands. ``holds``: the place is still this person's; ``running``: the hearing is being prepared."""

    state: InvitationState
    sequence: int
    reply_by: datetime | None
    holds: bool
    running: bool
    answered_sequence: int | None = None


class Verdict(msgspec.Struct, frozen=True):
    """What becomes of the invitation, and why an answer does not count (None: it does)."""

    state: InvitationState
    why: Why | None = None

    @property
    def counted(self) -> bool:
        return self.why is None


class Heard(msgspec.Struct, frozen=True):
    """An answer that counted."""

    said: str
    via: str
    at: datetime


def weigh(standing: Standing, said: Said, *, sequence: int, now: datetime) -> Verdict:
    """What an answer that speaks of the date ``sequence`` makes of an invitation."""
    return Verdict(standing.state, why) if (why := _not_counted(standing, said, sequence, now)) else _counted(standing, said, now)


def _not_counted(standing: Standing, said: Said, sequence: int, now: datetime) -> Why | None:
    if standing.state in CLOSED or standing.state == I.DRAFT or not standing.running:
        return Why.OVER
    if sequence < standing.sequence:
        return Why.OLD_DATE
    if not standing.holds:
        return Why.PASSED_ON
    if said == Said.PERHAPS:
        return Why.UNCLEAR
    if said == Said.UNDO and not may_undo(standing, now):
        return Why.TOO_LATE
    return None


def _counted(standing: Standing, said: Said, now: datetime) -> Verdict:
    if said == Said.ACCEPT:
        return Verdict(standing.state if standing.state in COMING else I.ACCEPTED)
    if said == Said.RECUSAL:
        return Verdict(I.RECUSAL_CLAIMED)
    if said == Said.UNDO:
        return Verdict(I.DELIVERED)
    late = standing.state in COMING and standing.reply_by is not None and now > standing.reply_by
    return Verdict(I.WITHDRAWN if late or standing.state == I.WITHDRAWN else I.DECLINED)


def may_answer(standing: Standing) -> bool:
    """Whether an answer given now, to the date that holds, would count."""
    return standing.running and standing.holds and standing.state not in CLOSED and standing.state != I.DRAFT


def may_undo(standing: Standing, now: datetime) -> bool:
    """Whether somebody who has answered may take it back: until the deadline, while the place is still theirs."""
    answered = standing.state in COMING | (GONE - {I.EXPIRED})
    return answered and may_answer(standing) and standing.reply_by is not None and now <= standing.reply_by


def contradicts(heard: Iterable[Heard], minutes: int) -> bool:
    """Whether somebody said yes and no within so many minutes (``hearing.contradiction_minutes``) by different ways: staff had
    better ask what holds."""
    within = timedelta(minutes=minutes)
    ordered = sorted(heard, key=lambda one: one.at)
    return any(
        one.via != later.via and later.at - one.at <= within and {one.said, later.said} in OPPOSED
        for place, one in enumerate(ordered) for later in ordered[place + 1 :]
    )


OPPOSED = ({Said.ACCEPT, Said.DECLINE}, {Said.ACCEPT, Said.RECUSAL})


def may_brief(state: InvitationState, *, undertaken: bool, hearing: HearingState) -> bool:
    """Whether the briefing pack is open to somebody: they come, they declared no conflict, and the hearing is not over."""
    return state in COMING and undertaken and hearing in BRIEFING


# What is said in codes and messages ---------------------------------------------------------------------------------

YES = ("y", "yes", "1", "是", "参加", "能来", "同意")
NO = ("n", "no", "2", "否", "不参加", "不能来", "不能")
PARTSTAT = {"ACCEPTED": Said.ACCEPT, "DECLINED": Said.DECLINE, "TENTATIVE": Said.PERHAPS}
GROUNDS = {f"recusal:{ground}": ground for ground in RecusalGround}
SMS_DIGITS = 8


class Texted(msgspec.Struct, frozen=True):
    """An answer in a text message: the code that was in ours, and yes or no."""

    code: str
    said: Said


def read_text(text: str) -> Texted | None:
    """``Y 12345678``, ``12345678 n``, ``参加12345678``; None for anything else."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    code = re.search(rf"(?<!\d)\d{{{SMS_DIGITS}}}(?!\d)", plain)
    if code is None:
        return None
    word = re.sub(r"[\s,.。，、:;!！]+", "", plain[: code.start()] + plain[code.end() :])
    said = Said.ACCEPT if word in YES else Said.DECLINE if word in NO else None
    return Texted(code[0], said) if said else None


def read_partstat(partstat: str) -> Said | None:
    """What a calendar's answer says; None for what is no answer (delegated, needs action)."""
    return PARTSTAT.get(partstat.upper())


def read_reason(reason: str) -> tuple[Said, DeclineReason | None, RecusalGround | None]:
    """The coded reason of a decline: an ordinary one, or ``recusal:`` and its ground, which makes it a claim of recusal."""
    if reason in GROUNDS:
        return Said.RECUSAL, None, GROUNDS[reason]
    return Said.DECLINE, DeclineReason(reason) if reason in set(DeclineReason) else None, None
