"""The gate of notice (2020 rule, Art. 10): who must be told what, until when, and what stands in the way of opening. Pure.

Three notices that are never one: the public notice of an open hearing names nobody, the participants' notice tells cause, time
and place, the names notice tells parties who moderates and who sits.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from hearings.invitations.tables import NoticeKind, ProofMethod
from hearings.notices.clock import last_lawful_notice
from hearings.tables import HearingState, PartRole
from shared.calendar import Calendar
from shared.errors import Refused

# Parties and who stands up for them: they hear who moderates and who sits, so that they can ask for recusal.
PARTIES = frozenset({PartRole.PARTY, PartRole.LEGAL_REPRESENTATIVE, PartRole.AGENT, PartRole.DEFENDER, PartRole.THIRD_PARTY})
# Ways of telling somebody at that very moment; the others prove a sending, whose moment the gate has judged.
TOLD_THEN = frozenset({ProofMethod.PHONE, ProofMethod.IN_PERSON, ProofMethod.POST})
BY_HAND = (ProofMethod.PHONE, ProofMethod.IN_PERSON, ProofMethod.POST)
PUBLIC = "public"
S = HearingState
GIVEN_IN = {
    NoticeKind.PUBLIC: frozenset({S.APPROVED, S.PANEL_READY, S.NOTIFIED}),
    NoticeKind.PARTICIPANTS: frozenset({S.APPROVED, S.PANEL_READY, S.NOTIFIED}),
    NoticeKind.NAMES: frozenset({S.PANEL_READY, S.NOTIFIED}),
}


class Deadline(msgspec.Struct, frozen=True):
    """The last lawful moment of a notice. ``provisional``: it rests on days not decreed yet. ``days``: how many before."""

    moment: datetime
    days: int
    workdays: bool
    provisional: bool

    def passed(self, now: datetime) -> bool:
        return now > self.moment


class Missing(msgspec.Struct, frozen=True):
    """A duty of notice that is not done: which notice, and to whom (empty: it has not been given at all)."""

    kind: NoticeKind
    participants: tuple[UUID, ...] = ()


def deadline(begins_at: datetime, *, calendar: Calendar, provisions: Mapping[str, int], zone: ZoneInfo) -> Deadline:
    """Close of business (Civil Code Art. 203) of the last day for a notice: ``hearing.notice_days`` before the hearing, or
    ``hearing.notice_workdays`` where an office counts workdays; the day itself does not count, and rest days move it earlier."""
    workdays = "hearing.notice_workdays" in provisions
    days = provisions["hearing.notice_workdays" if workdays else "hearing.notice_days"]
    last = last_lawful_notice(begins_at.astimezone(zone).date(), calendar, days, workdays=workdays)
    closes = timedelta(minutes=provisions["hearing.day_ends"])
    return Deadline(datetime.combine(last.day, time(), zone) + closes, days, workdays, last.provisional)


def required(*, open: bool) -> tuple[NoticeKind, ...]:
    """The notices that a hearing needs."""
    return tuple(NoticeKind) if open else (NoticeKind.PARTICIPANTS, NoticeKind.NAMES)


def is_told(kind: NoticeKind, role: str, *, is_staff: bool) -> bool:
    """Whether somebody of this role is owed this notice. Staff know from the plan; officers have their invitation."""
    if kind == NoticeKind.PUBLIC or is_staff:
        return False
    return kind == NoticeKind.PARTICIPANTS or role in PARTIES


def check_given(
    kind: NoticeKind, *, state: str, open: bool, last: Deadline, now: datetime, owed: Collection[str], waived: Collection[str],
    zone: ZoneInfo,
) -> None:
    """Refuses ``closed-hearing`` (no public notice of it, ever), ``panel-not-ready`` (names nobody can rely on yet),
    ``wrong-step``, and ``notice-too-late`` unless everybody ``owed`` has waived."""
    if kind == NoticeKind.PUBLIC and not open:
        raise Refused("closed-hearing", 409, article="openness")
    if kind == NoticeKind.NAMES and state == S.APPROVED:
        raise Refused("panel-not-ready", 409, article="notice")
    if state not in GIVEN_IN[kind]:
        raise Refused("wrong-step", 409)
    if last.passed(now) and not (owed and set(owed) <= set(waived)):
        raise too_late(last, zone)


def check_told(method: ProofMethod, at: datetime, *, last: Deadline, now: datetime, evidence: str, zone: ZoneInfo) -> None:
    """Refuses ``invalid`` (in the future), ``evidence-needed``, and ``notice-too-late``: who was told by word of mouth or by
    hand was told then, not earlier. A letter counts from when it was posted (CPL Art. 105)."""
    if method not in BY_HAND or at > now:
        raise Refused("invalid", 422)
    if not evidence.strip():
        raise Refused("evidence-needed", 422, article="notice-proof")
    if method in TOLD_THEN and last.passed(at):
        raise too_late(last, zone)


def too_late(last: Deadline, zone: ZoneInfo) -> Refused:
    return Refused("notice-too-late", 409, last=f"{last.moment.astimezone(zone):%Y-%m-%d %H:%M}", article="notice")

