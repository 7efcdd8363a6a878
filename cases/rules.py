"""The law and the policy of matters: which state may follow which and who may say so, which paper proves which relation,
who sees a discreet matter. Pure: no database, no clock.
"""

from collections.abc import Collection
from uuid import UUID

from cases.tables import IdKind, MatterState, Proof, Relation
from shared.errors import Refused
from shared.people import Role

S = MatterState

# The petition's state machine (domain guide §7). Transfers, redirections and mergers are decisions on acceptance.
NEXT: dict[MatterState, tuple[MatterState, ...]] = {
    S.REGISTERED: (S.ACCEPTED, S.MATERIALS_PENDING, S.NOT_ACCEPTED, S.TRANSFERRED, S.REDIRECTED, S.MERGED, S.WITHDRAWN),
    S.MATERIALS_PENDING: (S.REGISTERED, S.WITHDRAWN),
    S.ACCEPTED: (S.ASSIGNED, S.WITHDRAWN),
    S.ASSIGNED: (S.IN_HANDLING, S.WITHDRAWN),
    S.IN_HANDLING: (S.IN_HEARING, S.CONCLUDED, S.WITHDRAWN),
    S.IN_HEARING: (S.IN_HANDLING, S.WITHDRAWN),
    S.CONCLUDED: (S.SERVED,),
    S.SERVED: (S.SETTLED, S.CLOSED_UNSETTLED),
    S.CLOSED_UNSETTLED: (S.IN_HANDLING, S.TERMINATED),
}
# Ends that leave nothing more to be decided here; a matter concluded or served still owes its result.
ENDED = frozenset({S.NOT_ACCEPTED, S.TRANSFERRED, S.REDIRECTED, S.MERGED, S.SETTLED, S.CLOSED_UNSETTLED, S.TERMINATED,
                   S.WITHDRAWN})
CONCLUDED = frozenset({S.CONCLUDED, S.SERVED, S.SETTLED, S.CLOSED_UNSETTLED, S.TERMINATED})
REASONED = frozenset({S.MATERIALS_PENDING, S.NOT_ACCEPTED, S.TRANSFERRED, S.REDIRECTED, S.MERGED, S.WITHDRAWN,
                      S.TERMINATED})
# A second pair of eyes: conclusions are approved, what was closed is taken up again or ended for good by a leader.
APPROVED = frozenset({(S.IN_HANDLING, S.CONCLUDED), (S.CLOSED_UNSETTLED, S.IN_HANDLING),
                      (S.CLOSED_UNSETTLED, S.TERMINATED)})

# Which paper proves a relation, beside one's own ID: the look-up guide of Yunnan, 2023 (domain guide §5).
PROOFS: dict[Relation, frozenset[Proof]] = {
    Relation.PARTY: frozenset({Proof.NONE}),
    Relation.LEGAL_REPRESENTATIVE: frozenset({Proof.HOUSEHOLD_BOOK, Proof.GUARDIANSHIP}),
    Relation.CLOSE_RELATIVE: frozenset({Proof.HOUSEHOLD_BOOK, Proof.MARRIAGE_CERTIFICATE}),
    Relation.DEFENDER: frozenset({Proof.MANDATE, Proof.FIRM_LETTER_MANDATE, Proof.LEGAL_AID_LETTER}),
    Relation.AGENT: frozenset({Proof.MANDATE, Proof.FIRM_LETTER_MANDATE, Proof.LEGAL_AID_LETTER}),
}

REGISTER = frozenset({Role.WINDOW_CLERK, Role.CASE_HANDLER})
HANDLE = frozenset({Role.CASE_HANDLER, Role.SUPERVISOR})
READ = frozenset({Role.WINDOW_CLERK, Role.CASE_HANDLER, Role.SUPERVISOR, Role.AUDITOR})
ALL_DISCREET = frozenset({Role.SUPERVISOR, Role.AUDITOR})


def next_states(state: MatterState, roles: Collection[str]) -> list[MatterState]:
    """Where somebody with these roles may take a matter from here."""
    if HANDLE.isdisjoint(roles):
        return []
    leads = Role.SUPERVISOR in roles
    return [to for to in NEXT.get(state, ()) if leads or (state, to) not in APPROVED]


def check_step(state: MatterState, to: MatterState, *, roles: Collection[str], reason: str, handler: UUID | None) -> None:
    """Refuses ``wrong-step`` (not from this state), ``not-allowed`` (needs approval), ``reason-needed``,
    ``handler-needed`` (assigning without saying to whom)."""
    if to not in NEXT.get(state, ()):
        raise Refused("wrong-step", 409)
    if to not in next_states(state, roles):
        raise Refused("not-allowed", 403)
    if needs_reason(state, to) and not reason.strip():
        raise Refused("reason-needed", 422)
    if to == S.ASSIGNED and handler is None:
        raise Refused("handler-needed", 422)


def needs_reason(state: MatterState, to: MatterState) -> bool:
    return to in REASONED or state == S.CLOSED_UNSETTLED


def check_proof(relation: Relation, document: IdKind, proof: Proof) -> None:
    """Refuses ``identity-unchecked`` (no document was seen) and ``proof-needed`` (the paper does not prove the relation)."""
    if document == IdKind.NONE:
        raise Refused("identity-unchecked", 422)
    if proof not in PROOFS[relation]:
        raise Refused("proof-needed", 422)


def is_accepted(state: MatterState, *, ever: bool) -> bool | None:
    """True, False, or None while nothing has been decided. ``ever``: the matter was accepted at some time."""
    if ever:
        return True
    return False if state in (S.NOT_ACCEPTED, S.TRANSFERRED, S.REDIRECTED) else None


def may_see(*, discreet: bool, involved: Collection[UUID | None], viewer: UUID | None, roles: Collection[str]) -> bool:
    """Discreet matters (reports, minors) are seen by those who registered or handle them, their leaders and the audit."""
    if READ.isdisjoint(roles):
        return False
    return not discreet or not ALL_DISCREET.isdisjoint(roles) or (viewer is not None and viewer in involved)
