"""Requests that an officer, the moderator or the clerk step aside (回避): written down, decided by the chief procurator or a
delegate, taken up again once. Granted, the next lawful reserve follows an officer; staff are chosen anew by people."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings import rules
from hearings.approval.delegations import delegated
from hearings.invitations import messages
from hearings.invitations.dispatch import guest_of, listing_at, occasion_of
from hearings.invitations.invited import participant_of
from hearings.invitations.means import Means
from hearings.invitations.tables import Invitation, Recusal, RecusalGround, RecusalState
from hearings.panel.replacing import follow
from hearings.queries import hearing_of
from hearings.recusal import rules as recusal_rules
from hearings.recusal.rules import STEPPED_ASIDE
from hearings.recusal.unsettled import recusals_of
from hearings.steps import note, touch
from hearings.tables import HEARING_CONTACT, Hearing, HearingState, Participant, Question, Seat
from shared.errors import Refused
from shared.identity import Identity
from shared.outbox import post
from shared.settings import Settings
from shared.vault import Vault

WORDS_LENGTH = 2000
S = RecusalState


def claim(
    session: Session, *, centre: Centre, hearing_id: UUID, target: str, claimed_by: str, oral: bool, ground: RecusalGround,
    words: str, sealing: Vault, now: datetime, by: Identity,
) -> UUID:
    """Writes down what somebody asked, by word of mouth (``oral``) or in writing; returns the request. ``target``: ``seat:`` or
    ``staff:`` and the id as hex; ``claimed_by``: ``participant:`` and the id, or ``staff:`` for oneself.

    Refuses ``not-allowed``, ``not-found``, ``target-needed``, ``claimant-needed``, and what `recusal_rules.check_claim` refuses.
    """
    if not recusal_rules.may_receive(by.roles):
        raise Refused("not-allowed", 403)
    touch(session, centre.office_id, hearing_id)
    hearing = hearing_of(session, centre, hearing_id, by)
    _check_people(session, hearing, target, claimed_by)
    open_one = [row for row in recusals_of(session, hearing.id) if row.target == target and row.state in recusal_rules.PENDING]
    recusal_rules.check_claim(HearingState(hearing.state), words=words, pending=bool(open_one))
    row = _row(hearing, target, claimed_by, ground, words, centre, sealing, now, oral=oral)
    session.add(row)
    session.flush()
    note(session, hearing, "recusal-asked", by, now, {"recusal": row.id.hex, "target": target.partition(":")[0], "ground": ground,
                                                      "oral": oral, "until": row.decide_by.isoformat()})
    return row.id


def decide(
    session: Session, *, centre: Centre, recusal_id: UUID, granted: bool, reason: str, sealing: Vault, settings: Settings,
    now: datetime, by: Identity,
) -> None:
    """Grants or refuses a request, the first time or when it is reconsidered; whoever asked is told. Granted, an officer's seat
    goes to the next lawful reserve, and moderator or clerk have to be chosen anew. The same again changes nothing.

    Refuses ``not-found`` and what `recusal_rules.check_decision` refuses.
    """
    row, hearing = _asked(session, centre, recusal_id)
    target = UUID(row.target.partition(":")[2]) if row.target.startswith("staff:") else None
    state = S(row.state)
    mine = by.id is not None and by.id in (row.decided_by, row.reconsidered_by)
    if mine and state not in recusal_rules.PENDING and granted == (state in STEPPED_ASIDE):
        return
    recusal_rules.check_decision(
        state, target=target, viewer=by.id, is_chief=not rules.CHIEF.isdisjoint(by.roles), granted=granted, reason=reason,
        delegated=Question.RECUSAL in delegated(session, centre.office_id, by.id, centre.today),
    )
    means = Means(centre, sealing, settings, now, by)
    _write_decision(row, granted, reason, means)
    session.add(row)
    session.flush()
    note(session, hearing, f"recusal-{row.state}", by, now, {"recusal": row.id.hex}, reason.strip())
    _tell(session, hearing, row, granted, means)
    if granted:
        _step_aside(session, hearing, row, means)


def ask_again(session: Session, *, centre: Centre, recusal_id: UUID, now: datetime, by: Identity) -> None:
    """Whoever asked wants the refusal reconsidered: once, in time. Refuses ``not-allowed``, ``not-found``, ``recusal-final``."""
    if not recusal_rules.may_receive(by.roles):
        raise Refused("not-allowed", 403)
    row, hearing = _asked(session, centre, recusal_id)
    if row.state == S.RECONSIDERING:
        return
    recusal_rules.check_reconsideration(S(row.state), until=row.reconsider_until, today=centre.today,
                                        again=row.reconsidered_at is not None)
    row.state = S.RECONSIDERING
    row.decide_by = recusal_rules.reconsidered_by(centre.today, centre.calendar, centre.provisions)
    session.add(row)
    note(session, hearing, "recusal-reconsidering", by, now, {"recusal": row.id.hex, "until": row.decide_by.isoformat()})


def drop(session: Session, *, centre: Centre, recusal_id: UUID, now: datetime, by: Identity) -> None:
    """Whoever asked takes the request back before it is decided. Refuses ``not-allowed``, ``not-found``, ``moved-on``."""
    if not recusal_rules.may_receive(by.roles):
        raise Refused("not-allowed", 403)
    row, hearing = _asked(session, centre, recusal_id)
    if row.state == S.WITHDRAWN:
        return
    if row.state not in recusal_rules.PENDING:
        raise Refused("moved-on", 409)
    row.state = S.WITHDRAWN
    session.add(row)
    note(session, hearing, "recusal-withdrawn", by, now, {"recusal": row.id.hex})


# An officer's own declaration -----------------------------------------------------------------------------------------


def self_declared(
    session: Session, hearing: Hearing, invitation: Invitation, ground: RecusalGround, words: str, means: Means
) -> None:
    """An officer who says that they may not sit steps aside at once: nobody is obliged to serve, so nothing is to be decided."""
    if invitation.seat_id is None:
        return
    who = f"seat:{invitation.seat_id.hex}"
    row = _row(hearing, who, who, ground, words, means.centre, means.sealing, means.now, oral=False)
    row.state, row.decided_at = S.GRANTED, means.now
    session.add(row)
    note(session, hearing, "recusal-declared", means.by, means.now, {"ground": ground, "invitation": invitation.id.hex})


def take_back(session: Session, hearing: Hearing, invitation: Invitation, means: Means) -> None:
    """An officer who has thought better of it while the place is still theirs."""
    who = f"seat:{invitation.seat_id.hex}" if invitation.seat_id else ""
    for row in recusals_of(session, hearing.id):
        if row.target == row.claimed_by == who and row.state == S.GRANTED:
            row.state = S.WITHDRAWN
            session.add(row)
            note(session, hearing, "recusal-withdrawn", means.by, means.now, {"recusal": row.id.hex})


# Parts ----------------------------------------------------------------------------------------------------------------


def _row(
    hearing: Hearing, target: str, claimed_by: str, ground: RecusalGround, words: str, centre: Centre, sealing: Vault,
    now: datetime, *, oral: bool,
) -> Recusal:
    return Recusal(
        hearing_id=hearing.id, target=target, claimed_by=claimed_by, oral=oral, ground=ground, submitted_at=now,
        words=sealing.seal(words.strip()[:WORDS_LENGTH], purpose=HEARING_CONTACT),
        decide_by=recusal_rules.decide_by(centre.today, centre.calendar, centre.provisions),
    )


def _asked(session: Session, centre: Centre, recusal_id: UUID) -> tuple[Recusal, Hearing]:
    row = session.get(Recusal, recusal_id)
    hearing = session.get(Hearing, row.hearing_id) if row else None
    if row is None or hearing is None or hearing.office_id != centre.office_id:
        raise Refused("not-found", 404)
    touch(session, centre.office_id, hearing.id)
    session.refresh(row)
    session.refresh(hearing)
    return row, hearing


def _check_people(session: Session, hearing: Hearing, target: str, claimed_by: str) -> None:
    """The challenged one serves at this hearing, and whoever asks takes part in it."""
    seats = select(Seat.id).where(Seat.hearing_id == hearing.id, col(Seat.vacated_at).is_(None))
    serving = {f"seat:{seat.hex}" for seat in session.exec(seats)}
    serving |= {f"staff:{staff.hex}" for staff in (hearing.moderator, hearing.clerk) if staff}
    if target not in serving:
        raise Refused("target-needed", 422, article="recusal")
    people = select(Participant.id).where(Participant.hearing_id == hearing.id, col(Participant.removed_at).is_(None))
    asking = {f"participant:{person.hex}" for person in session.exec(people)} | {target}
    if claimed_by not in asking:
        raise Refused("claimant-needed", 422, article="recusal")


def _write_decision(row: Recusal, granted: bool, reason: str, means: Means) -> None:
    centre, second = means.centre, row.state == S.RECONSIDERING
    row.state = recusal_rules.decided(S(row.state), granted)
    row.reason = reason.strip()[:500]
    if second:
        row.reconsidered_at, row.reconsidered_by = means.now, means.by.id
        return
    row.decided_at, row.decided_by, row.delivered_on = means.now, means.by.id, centre.today
    if not granted:
        row.reconsider_until = recusal_rules.reconsider_until(centre.today, centre.calendar, centre.provisions)


def _step_aside(session: Session, hearing: Hearing, row: Recusal, means: Means) -> None:
    """An officer is followed by the reserve. Staff stay named until somebody else is chosen, and stand in the way till then."""
    kind, _, key = row.target.partition(":")
    seat = session.get_one(Seat, UUID(key)) if kind == "seat" else None
    if seat is not None and seat.vacated_at is None:
        follow(session, hearing, seat, "recusal", means)


def _tell(session: Session, hearing: Hearing, row: Recusal, granted: bool, means: Means) -> None:
    """The participant who asked gets the decision in words; the others learn of a new name by their notice."""
    kind, _, key = row.claimed_by.partition(":")
    listing = listing_at(session, hearing)
    if kind != "participant" or listing is None:
        return
    person = participant_of(session, UUID(key), means.sealing)
    channel = person.channels[0]
    content = messages.recusal_decided(
        channel, occasion_of(session, hearing, listing, means), guest_of(person, channel), granted=granted, reason=row.reason,
        until=row.reconsider_until if row.state == S.REFUSED else None,
    )
    post(session, means.sealing, content, office=hearing.office_id, purpose=messages.RECUSAL_DECIDED,
         about=f"recusal:{row.id.hex}", sequence=1 if row.reconsidered_at else 0, now=means.now)
