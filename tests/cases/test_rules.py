"""Which step may follow which, who may take it, which paper proves which relation, who sees a discreet matter."""

from uuid import uuid4

import pytest

from cases import rules
from cases.tables import IdKind, MatterState, Proof, Relation
from shared.errors import Refused
from shared.people import Role

S = MatterState
HANDLER, LEADER = {Role.CASE_HANDLER}, {Role.SUPERVISOR}


def test_every_state_can_be_reached_and_left_or_is_an_end() -> None:
    reached = {to for steps in rules.NEXT.values() for to in steps}
    assert reached | {S.REGISTERED} == set(S)
    assert set(S) - rules.NEXT.keys() <= rules.ENDED


@pytest.mark.parametrize(
    ("state", "to", "code"),
    [
        (S.REGISTERED, S.CONCLUDED, "wrong-step"),
        (S.ACCEPTED, S.ASSIGNED, "handler-needed"),
        (S.REGISTERED, S.NOT_ACCEPTED, "reason-needed"),
        (S.REGISTERED, S.MATERIALS_PENDING, "reason-needed"),
        (S.IN_HANDLING, S.CONCLUDED, "not-allowed"),
        (S.CLOSED_UNSETTLED, S.IN_HANDLING, "not-allowed"),
    ],
)
def test_step_without_its_conditions_is_refused(state: S, to: S, code: str) -> None:
    with pytest.raises(Refused, match=code):
        rules.check_step(state, to, roles=HANDLER, reason=" ", handler=None)


def test_leader_approves_what_the_handler_cannot() -> None:
    rules.check_step(S.IN_HANDLING, S.CONCLUDED, roles=LEADER, reason="", handler=None)
    with pytest.raises(Refused, match="reason-needed"):
        rules.check_step(S.CLOSED_UNSETTLED, S.IN_HANDLING, roles=LEADER, reason="", handler=None)


def test_clerk_takes_no_step() -> None:
    assert rules.next_states(S.REGISTERED, {Role.WINDOW_CLERK}) == []


@pytest.mark.parametrize(
    ("relation", "proof", "good"),
    [
        (Relation.PARTY, Proof.NONE, True),
        (Relation.CLOSE_RELATIVE, Proof.NONE, False),
        (Relation.CLOSE_RELATIVE, Proof.MARRIAGE_CERTIFICATE, True),
        (Relation.DEFENDER, Proof.HOUSEHOLD_BOOK, False),
        (Relation.DEFENDER, Proof.FIRM_LETTER_MANDATE, True),
    ],
)
def test_relation_is_proven_by_its_own_papers_only(relation: Relation, proof: Proof, good: bool) -> None:
    if good:
        return rules.check_proof(relation, IdKind.RESIDENT_ID, proof)
    with pytest.raises(Refused, match="proof-needed"):
        rules.check_proof(relation, IdKind.RESIDENT_ID, proof)


def test_identity_that_nobody_looked_at_proves_nothing() -> None:
    with pytest.raises(Refused, match="identity-unchecked"):
        rules.check_proof(Relation.PARTY, IdKind.NONE, Proof.NONE)


def test_discreet_matter_is_seen_by_those_involved_their_leader_and_the_audit() -> None:
    clerk, other = uuid4(), uuid4()
    seen = [
        rules.may_see(discreet=True, involved=(clerk, None, None), viewer=viewer, roles=roles)
        for viewer, roles in ((clerk, {Role.WINDOW_CLERK}), (other, HANDLER), (other, LEADER), (other, {Role.AUDITOR}))
    ]
    assert seen == [True, False, True, True]
    assert not rules.may_see(discreet=False, involved=(), viewer=other, roles={Role.GUIDE_DESK})
