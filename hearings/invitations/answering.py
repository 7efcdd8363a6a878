"""One person's answer, whichever way it came: kept as it was given, counted or not, and what follows from it.

Only here is an invitation's answer ever written. Five ways lead here: the link, a calendar's reply, a text message, staff who
enter what they were told (with evidence), the kiosk.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from hearings import rules
from hearings.invitations.answers import INVITING, Said, Standing, Verdict, Why, may_brief, read_reason, weigh
from hearings.invitations.assistance import known_help
from hearings.invitations.briefing import newest_pack
from hearings.invitations.dispatch import old_date_message, pack_message
from hearings.invitations.invited import holds_place
from hearings.invitations.means import Means, means_of
from hearings.invitations.tables import Answer, DeclineReason, Invitation, InvitationState, NoticeKind, ProofMethod, Via
from hearings.notices.proofs import add_proof
from hearings.notices.queries import current
from hearings.panel.complete import settle_panel
from hearings.recusal.actions import self_declared, take_back
from hearings.steps import note, touch
from hearings.tables import HEARING_CONTACT, Hearing, HearingState
from shared.errors import Refused
from shared.identity import Identity
from shared.settings import Settings
from shared.vault import Vault

BY_STAFF = frozenset({Via.PHONE, Via.PAPER})
CODED = frozenset({Via.LINK, Via.KIOSK, Via.PHONE, Via.PAPER})  # ways in which a reason can be chosen from the list
NOTE_LENGTH, EVIDENCE_LENGTH = 500, 300


def answer(
    session: Session, *, invitation_id: UUID, said: Said, via: Via, sequence: int, sealing: Vault, settings: Settings,
    now: datetime, by: Identity, reason: str = "", words: str = "", needs: Collection[str] | None = None, evidence: str = "",
    undertaken: bool = False, key: str = "",
) -> Verdict:
    """Takes an answer that speaks of the date ``sequence``. One that does not count is kept and its `Verdict` says why; the
    same again changes nothing. ``reason``: a `DeclineReason`, or ``recusal:`` and its ground. ``key`` names the sending.

    Refuses ``not-found``, ``not-allowed``, ``evidence-needed`` (staff enter what they were told), ``choice-needed`` (a
    decline without its reason).
    """
    said, declined, ground = read_reason(reason) if said == Said.DECLINE else (said, None, None)
    _check(said, via, declined, evidence, by)
    hearing, invitation = _open(session, invitation_id)
    means = means_of(session, hearing.office_id, sealing, settings, now, by)
    known = session.exec(select(Answer).where(Answer.invitation_id == invitation_id, Answer.request_key == key)).first()
    if key and known is not None:
        return Verdict(InvitationState(invitation.state), None if known.counted else Why.UNCLEAR)
    verdict = weigh(standing_of(session, hearing, invitation), said, sequence=sequence, now=now)
    code = (ground and f"recusal:{ground}"[:24]) or declined or (DeclineReason.OTHER if said == Said.DECLINE else "")
    if verdict.counted and _is_repeat(session, invitation, said, code, sequence, undertaken, needs):
        return verdict
    session.add(Answer(
        invitation_id=invitation.id, said=said, via=via, sequence=sequence, counted=verdict.counted, reason=code,
        note=sealing.seal(words.strip()[:NOTE_LENGTH], purpose=HEARING_CONTACT) if words.strip() else None,
        evidence=evidence.strip()[:EVIDENCE_LENGTH], by=by.by, at=now, request_key=key or None,
    ))
    note(session, hearing, f"invitation-{said}", by, now, {"invitation": invitation.id.hex, "via": via, "sequence": sequence,
                                                           "counted": verdict.counted, "why": verdict.why or "", "reason": code})
    if not verdict.counted:
        if verdict.why == Why.OLD_DATE:
            old_date_message(session, hearing, invitation, means, sequence=sequence)
        return verdict
    _apply(invitation, verdict, said, via, sequence, code, needs, undertaken, now)
    session.add(invitation)
    session.flush()
    if ground is not None:
        self_declared(session, hearing, invitation, ground, words, means)
    elif said in (Said.ACCEPT, Said.UNDO):
        take_back(session, hearing, invitation, means)
    _follow(session, hearing, invitation, means)
    return verdict


def ask_help(
    session: Session, *, invitation_id: UUID, needs: Collection[str], now: datetime, by: Identity
) -> None:
    """What help somebody would like at the hearing; the last word holds. Refuses ``not-found``."""
    hearing, invitation = _open(session, invitation_id)
    if invitation.needs != known_help(needs):
        invitation.needs = known_help(needs)
        session.add(invitation)
        note(session, hearing, "invitation-help", by, now, {"invitation": invitation.id.hex, "needs": len(invitation.needs)})


def standing_of(session: Session, hearing: Hearing, invitation: Invitation) -> Standing:
    """Where an invitation stands, as the rules want it."""
    return Standing(
        state=InvitationState(invitation.state), sequence=hearing.sequence, reply_by=invitation.reply_by,
        holds=holds_place(session, invitation), running=hearing.state in INVITING,
        answered_sequence=invitation.answered_sequence,
    )


# Parts ----------------------------------------------------------------------------------------------------------------


def _check(said: Said, via: Via, declined: DeclineReason | None, evidence: str, by: Identity) -> None:
    if via in BY_STAFF and rules.PREPARE.isdisjoint(by.roles):
        raise Refused("not-allowed", 403)
    if via in BY_STAFF and not evidence.strip():
        raise Refused("evidence-needed", 422, article="notice-proof")
    if said == Said.DECLINE and via in CODED and declined is None:
        raise Refused("choice-needed", 422)


def _open(session: Session, invitation_id: UUID) -> tuple[Hearing, Invitation]:
    invitation = session.get(Invitation, invitation_id)
    if invitation is None:
        raise Refused("not-found", 404)
    hearing = session.get_one(Hearing, invitation.hearing_id)
    touch(session, hearing.office_id, hearing.id)
    session.refresh(invitation)
    session.refresh(hearing)
    return hearing, invitation


def _is_repeat(
    session: Session, invitation: Invitation, said: Said, code: str, sequence: int, undertaken: bool,
    needs: Collection[str] | None,
) -> bool:
    """Whether somebody says what they last said of the same date, and nothing more."""
    wanted = select(Answer).where(Answer.invitation_id == invitation.id, col(Answer.counted).is_(True))
    last = session.exec(wanted.order_by(col(Answer.id).desc())).first()
    if last is None or (last.said, last.reason, last.sequence) != (said, code, sequence):
        return False
    is_news = (undertaken and invitation.undertaken_at is None) or (needs is not None and known_help(needs) != invitation.needs)
    return invitation.answered_at is not None and not is_news


def _apply(
    invitation: Invitation, verdict: Verdict, said: Said, via: Via, sequence: int, code: str, needs: Collection[str] | None,
    undertaken: bool, now: datetime,
) -> None:
    invitation.state = verdict.state
    taken_back = said == Said.UNDO
    invitation.answered_at = None if taken_back else now
    invitation.answered_via = None if taken_back else via
    invitation.answered_sequence = None if taken_back else sequence
    invitation.decline_code = code or None
    if needs is not None:
        invitation.needs = known_help(needs)
    if undertaken and invitation.undertaken_at is None:
        invitation.undertaken_at = now


def _follow(session: Session, hearing: Hearing, invitation: Invitation, means: Means) -> None:
    if invitation.seat_id is None:
        _prove_notice(session, hearing, invitation, means)
        return
    settle_panel(session, hearing, means)
    brief = may_brief(InvitationState(invitation.state), undertaken=invitation.undertaken_at is not None,
                      hearing=HearingState(hearing.state))
    if brief and newest_pack(session, hearing, means.sealing) is not None:
        pack_message(session, hearing, invitation, means)


def _prove_notice(session: Session, hearing: Hearing, invitation: Invitation, means: Means) -> None:
    """Whoever answers has read the notice that asked them."""
    notice = current(session, hearing, NoticeKind.PARTICIPANTS)
    if notice is not None and invitation.participant_id is not None and invitation.answered_at is not None:
        add_proof(session, notice, invitation.participant_id, ProofMethod.ANSWERED, at=means.now, by=means.by.by)
