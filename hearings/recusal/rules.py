"""The law of recusal (domain guide §1): who may be asked to step aside, who decides, and by when. Pure.

The 2020 rule gives parties the names but no procedure; the office applies CPL Art. 29 and the procedure rules (Arts. 24-37) to
hearing officers, moderator and clerk alike. A lay officer who steps aside by themselves needs no decision: nobody must serve.
"""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from hearings.invitations.tables import RecusalState
from hearings.tables import HearingState
from shared.calendar import Calendar
from shared.errors import Refused
from shared.people import Role

S = RecusalState
H = HearingState

PENDING = frozenset({S.SUBMITTED, S.RECONSIDERING})
STEPPED_ASIDE = frozenset({S.GRANTED, S.REVERSED})
# Somebody can be challenged from the approval of the hearing until it has ended.
CHALLENGE = frozenset({
    H.APPROVED, H.PANEL_READY, H.NOTIFIED, H.CHECKING_IN, H.IN_SESSION, H.SUSPENDED, H.DELIBERATING, H.RESUMED, H.POSTPONED,
})  # fmt: skip
RECEIVE = frozenset({Role.CASE_HANDLER, Role.CASE_MANAGEMENT, Role.GUIDE_DESK})


def decide_by(received: date, calendar: Calendar, provisions: Mapping[str, int]) -> date:
    """The last day for the decision: ``hearing.recusal_days``."""
    return calendar.add_days(received, provisions["hearing.recusal_days"]).day


def reconsider_until(delivered: date, calendar: Calendar, provisions: Mapping[str, int]) -> date:
    """The last day on which a refusal may be taken up again: ``hearing.reconsider_days`` after it was delivered."""
    return calendar.add_days(delivered, provisions["hearing.reconsider_days"]).day


def reconsidered_by(asked: date, calendar: Calendar, provisions: Mapping[str, int]) -> date:
    """The last day for the second decision: ``hearing.reconsidered_days``."""
    return calendar.add_days(asked, provisions["hearing.reconsidered_days"]).day


def is_late(state: RecusalState, due: date, today: date) -> bool:
    return state in PENDING and today > due


def check_claim(hearing: HearingState, *, words: str, pending: bool) -> None:
    """Refuses ``recusal-not-now``, ``reason-needed``, ``recusal-pending`` (the same person is being challenged already)."""
    if hearing not in CHALLENGE:
        raise Refused("recusal-not-now", 409, article="recusal")
    if not words.strip():
        raise Refused("reason-needed", 422, article="recusal")
    if pending:
        raise Refused("recusal-pending", 409, article="recusal")


def check_decision(
    state: RecusalState, *, target: UUID | None, viewer: UUID | None, is_chief: bool, delegated: bool, granted: bool, reason: str
) -> None:
    """Refuses ``not-allowed``, ``own-recusal`` (nobody decides about themself: the procuratorial committee does, and a
    delegate enters it), ``moved-on``, ``reason-needed`` (a refusal states its reasons)."""
    if viewer is None or not (is_chief or delegated):
        raise Refused("not-allowed", 403, article="recusal")
    if viewer == target:
        raise Refused("own-recusal", 403, article="recusal")
    if state not in PENDING:
        raise Refused("moved-on", 409)
    if not granted and not reason.strip():
        raise Refused("reason-needed", 422, article="recusal")


def check_reconsideration(state: RecusalState, *, until: date | None, today: date, again: bool) -> None:
    """Refuses ``recusal-final``: not refused, the days are over, or it has been reconsidered once."""
    if state != S.REFUSED or again or until is None or today > until:
        raise Refused("recusal-final", 409, article="recusal")


def decided(state: RecusalState, granted: bool) -> RecusalState:
    """What a decision makes of a request; the second one ends it."""
    if state == S.RECONSIDERING:
        return S.REVERSED if granted else S.UPHELD
    return S.GRANTED if granted else S.REFUSED


def may_receive(roles: Collection[str]) -> bool:
    """Who writes down what somebody asks by word of mouth or hands in on paper."""
    return not RECEIVE.isdisjoint(roles)
