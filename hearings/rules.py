"""The law and the policy of a hearing: which state may follow which and who may say so, what needs whose approval, who
sees what. Pure: no database, no clock; numbers come in as provisions.

Articles are those of the hearing rules of 2020 (domain guide §1); a refusal names its article by the code in `law.ARTICLES`.
"""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from hearings.tables import HearingState, Question
from shared.errors import Refused
from shared.people import Role

S, Q = HearingState, Question

HANDLER = frozenset({Role.CASE_HANDLER})
MANAGEMENT = frozenset({Role.CASE_MANAGEMENT})
CHIEF = frozenset({Role.CHIEF_PROCURATOR})
PREPARE = HANDLER | MANAGEMENT
RECEIVE = PREPARE | {Role.GUIDE_DESK}
READ = frozenset({Role.CASE_HANDLER, Role.CASE_MANAGEMENT, Role.CHIEF_PROCURATOR, Role.SUPERVISOR, Role.AUDITOR})
# Closed hearings: these see that they exist; the words of the case are for those involved, the chief and case management.
SEE_CLOSED = READ - HANDLER
READ_WORDS = CHIEF | MANAGEMENT
LAY_DOWN = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
# Whoever of these handles a case moderates its hearing (Art. 13).
LEADERS = frozenset({Role.CHIEF_PROCURATOR, Role.SUPERVISOR})
CAN_CLERK = PREPARE | {Role.WINDOW_CLERK}

# The hearing's state machine (domain guide §7): from -> to -> who may say so. The chief's part may be delegated.
NEXT: dict[HearingState, dict[HearingState, frozenset[Role]]] = {
    S.DRAFT: {S.PENDING_APPROVAL: HANDLER, S.CANCELLED: HANDLER},
    S.PENDING_APPROVAL: {S.APPROVED: CHIEF, S.REFUSED: CHIEF, S.DRAFT: HANDLER},
    S.APPROVED: {S.PANEL_READY: PREPARE, S.POSTPONED: HANDLER, S.CANCELLED: CHIEF},
    S.PANEL_READY: {S.NOTIFIED: PREPARE, S.APPROVED: PREPARE, S.POSTPONED: HANDLER, S.CANCELLED: CHIEF},
    S.NOTIFIED: {S.CHECKING_IN: RECEIVE, S.PANEL_READY: PREPARE, S.POSTPONED: HANDLER, S.CANCELLED: CHIEF},
    S.CHECKING_IN: {S.IN_SESSION: HANDLER, S.NOTIFIED: RECEIVE, S.POSTPONED: HANDLER, S.CANCELLED: CHIEF},
    S.POSTPONED: {S.APPROVED: PREPARE, S.PANEL_READY: PREPARE, S.NOTIFIED: PREPARE, S.CANCELLED: CHIEF},
    S.IN_SESSION: {S.DELIBERATING: HANDLER, S.SUSPENDED: HANDLER},
    S.SUSPENDED: {S.IN_SESSION: HANDLER},
    S.DELIBERATING: {S.RESUMED: HANDLER},
    S.RESUMED: {S.ENDED: HANDLER},
    S.ENDED: {S.RECORD_SIGNED: HANDLER},
    S.RECORD_SIGNED: {S.DECISION_PENDING: HANDLER},
    S.DECISION_PENDING: {S.DECIDED: HANDLER | CHIEF},
    S.DECIDED: {S.FEEDBACK_SENT: HANDLER},
    S.FEEDBACK_SENT: {S.ARCHIVED: HANDLER},
}
# Steps that follow by themselves from what invited people or the draw did; anybody's act may bring them about.
FOLLOWING = frozenset({(S.APPROVED, S.PANEL_READY), (S.PANEL_READY, S.APPROVED), (S.NOTIFIED, S.PANEL_READY)})
PREPARING = frozenset({S.APPROVED, S.PANEL_READY, S.NOTIFIED, S.CHECKING_IN, S.POSTPONED})
OVER = frozenset({S.REFUSED, S.CANCELLED, S.ARCHIVED})
HELD = frozenset({S.ENDED, S.RECORD_SIGNED, S.DECISION_PENDING, S.DECIDED, S.FEEDBACK_SENT, S.ARCHIVED})
# The article that a refusal for want of an approval quotes.
RESTS_ON = {Q.HEARING: "approval", Q.OPENNESS: "openness", Q.ELSEWHERE: "place", Q.PANEL_SIZE: "panel-size",
            Q.DESIGNATION: "roster", Q.OUTSIDER: "roster", Q.WAIVER: "notice"}


def next_states(state: HearingState, roles: Collection[str]) -> list[HearingState]:
    """Where somebody with these roles may take a hearing from here."""
    return [to for to, who in NEXT.get(state, {}).items() if not who.isdisjoint(roles)]


def check_step(state: HearingState, to: HearingState, roles: Collection[str], *, follows: bool = False) -> None:
    """Refuses ``wrong-step`` (not from this state) and ``not-allowed``. ``follows``: the step comes about by itself."""
    if to not in NEXT.get(state, {}):
        raise Refused("wrong-step", 409)
    if not (follows and (state, to) in FOLLOWING) and to not in next_states(state, roles):
        raise Refused("not-allowed", 403)


# Approval -----------------------------------------------------------------------------------------------------------


def is_covered(question: Question, questions: Collection[str], begins: date, ends: date, today: date) -> bool:
    """Whether a delegation of these questions for these days, both included, covers a question today."""
    return question in questions and begins <= today <= ends


def check_answer(
    *, asked_by: UUID, answered: bool, granted: bool, answer: str, viewer: UUID | None, roles: Collection[str], delegated: bool
) -> None:
    """Refuses ``not-allowed``, ``own-question`` (nobody answers what they asked), ``moved-on`` (it has been answered),
    ``reason-needed`` (a refusal states its reasons, Art. 9)."""
    if viewer is None or (CHIEF.isdisjoint(roles) and not delegated):
        raise Refused("not-allowed", 403)
    if viewer == asked_by:
        raise Refused("own-question", 403, article="approval")
    if answered:
        raise Refused("moved-on", 409)
    if not granted and not answer.strip():
        raise Refused("reason-needed", 422, article="application")


# The request --------------------------------------------------------------------------------------------------------


def opens(*, type_opens: bool, minor: bool) -> bool:
    """Whether a hearing is open as a rule: by the type of case, and never where a minor is concerned (Art. 5)."""
    return type_opens and not minor


def check_openness(*, wanted: bool, minor: bool, is_default: bool, reason: str) -> None:
    """Refuses ``minor-closed`` and ``openness-reason`` (what is not the rule needs a reason)."""
    if wanted and minor:
        raise Refused("minor-closed", 409, article="openness")
    if not is_default and not reason.strip():
        raise Refused("openness-reason", 422, article="openness")


def check_title(title: str, names: Collection[str]) -> None:
    """Refuses ``title-needed`` and ``title-names`` (409; a private person is named in what may be shown)."""
    if not title.strip():
        raise Refused("title-needed", 422)
    plain = _letters(title)
    if any(len(_letters(name)) > 1 and _letters(name) in plain for name in names):
        raise Refused("title-names", 422)


def is_usual_panel(size: int, provisions: Mapping[str, int]) -> bool:
    """Three to seven officers as a rule (Art. 8): ``hearing.panel_min`` and ``hearing.panel_max``."""
    return provisions["hearing.panel_min"] <= size <= provisions["hearing.panel_max"]


def check_panel_size(size: int, provisions: Mapping[str, int], reason: str) -> None:
    """Refuses ``panel-size-reason`` (422): any other number needs a reason and approval. Refuses ``invalid`` below one."""
    if size < 1:
        raise Refused("invalid", 422)
    if not is_usual_panel(size, provisions) and not reason.strip():
        least, most = provisions["hearing.panel_min"], provisions["hearing.panel_max"]
        raise Refused("panel-size-reason", 422, least=least, most=most, article="panel-size")


def check_moderator(*, moderator: UUID, roles: Collection[str], handler: UUID, handler_roles: Collection[str]) -> None:
    """The handler or a lead prosecutor moderates; a leader who handles the case does so themself (Art. 13). Refuses
    ``moderator-leads`` and ``moderator-prosecutor``."""
    if not LEADERS.isdisjoint(handler_roles) and moderator != handler:
        raise Refused("moderator-leads", 409, article="moderator")
    if moderator != handler and (HANDLER | LEADERS).isdisjoint(roles):
        raise Refused("moderator-prosecutor", 409, article="moderator")


def check_clerk(*, clerk: UUID, roles: Collection[str], moderator: UUID | None) -> None:
    """Refuses ``clerk-needed`` (not one of those who may) and ``clerk-moderates`` (one cannot do both)."""
    if CAN_CLERK.isdisjoint(roles):
        raise Refused("clerk-needed", 422)
    if clerk == moderator:
        raise Refused("clerk-moderates", 409)


# Who sees what ------------------------------------------------------------------------------------------------------


def may_see(*, open: bool, involved: bool, roles: Collection[str]) -> bool:
    """Whether a hearing is there at all for somebody with these roles."""
    if READ.isdisjoint(roles) and not involved:
        return False
    return open or involved or not SEE_CLOSED.isdisjoint(roles)


def may_read_words(*, open: bool, involved: bool, roles: Collection[str]) -> bool:
    """Whether the words of the case (cause, reasons, plan, names) are shown. An auditor reads what was done, not these."""
    if involved or not READ_WORDS.isdisjoint(roles):
        return True
    return open and not (READ - {Role.AUDITOR}).isdisjoint(roles)


def _letters(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())
