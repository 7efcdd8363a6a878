"""Inviting officers to a hearing, asking everybody again after it has moved, calling it off, letting one of them go.
Participants are written to by their notice; its calendar entry, and so their answer, belongs to an invitation too."""

import secrets
from datetime import datetime, time, timedelta
from itertools import repeat
from uuid import UUID

from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings import rules
from hearings.changes.words import call_off_message, moved_message, put_off_message, release_message, update_message
from hearings.invitations.answers import CLOSED, GONE, INVITING, SMS_DIGITS
from hearings.invitations.dispatch import CODE, invitation_message
from hearings.invitations.invited import holds_place, uninvited
from hearings.invitations.means import Means
from hearings.invitations.tables import Invitation, InvitationState
from hearings.panel.pool import listing_of
from hearings.queries import hearing_of
from hearings.steps import note, touch
from hearings.tables import Hearing, HearingState, Listing
from shared import codes
from shared.errors import Refused
from shared.identity import Identity
from shared.settings import Settings
from shared.tables import new_id
from shared.vault import Vault

S = InvitationState


def invite(
    session: Session, *, centre: Centre, hearing_id: UUID, sealing: Vault, settings: Settings, now: datetime, by: Identity
) -> list[UUID]:
    """Invites everybody who has a seat and no invitation yet; returns the new invitations. Again: nothing.

    Refuses ``not-allowed``, ``not-found``, ``invite-not-now`` (not approved, or begun), ``not-listed``, ``time-past``.
    """
    if rules.PREPARE.isdisjoint(by.roles):
        raise Refused("not-allowed", 403)
    touch(session, centre.office_id, hearing_id)
    hearing = hearing_of(session, centre, hearing_id, by)
    return invite_missing(session, hearing, Means(centre, sealing, settings, now, by))


def invite_missing(session: Session, hearing: Hearing, means: Means) -> list[UUID]:
    """`invite`, inside another act. Refuses ``invite-not-now``, ``not-listed``, ``time-past``."""
    listing = _listed(session, hearing, means)
    return [_invite(session, hearing, listing, seat, None, means).id for seat in uninvited(session, hearing.id)]


def invite_seat(session: Session, hearing: Hearing, seat_id: UUID, means: Means) -> UUID | None:
    """Invites whoever has just taken a seat; None when there is no time to invite them to. Again: the invitation there is."""
    known = session.exec(select(Invitation.id).where(Invitation.seat_id == seat_id)).first()
    if known is not None:
        return known
    listing = listing_of(session, hearing.id)
    if listing is None or listing.begins_at <= means.now or hearing.state == HearingState.POSTPONED:
        return None
    return _invite(session, hearing, listing, seat_id, None, means).id


def invitation_to(session: Session, hearing: Hearing, participant_id: UUID, means: Means) -> Invitation:
    """A participant's invitation, made when there is none: the notice that they are given is its message, now and each time
    the hearing moves. Refuses what `invite` refuses."""
    wanted = select(Invitation).where(Invitation.hearing_id == hearing.id, Invitation.participant_id == participant_id)
    listing, known = _listed(session, hearing, means), session.exec(wanted).first()
    if known is not None and known.sequence < hearing.sequence:
        _ask_anew(session, hearing, listing, known, means)
    return known or _invite(session, hearing, listing, None, participant_id, means)


def reask(session: Session, hearing: Hearing, means: Means) -> list[UUID]:
    """After a material change: every officer who still has a place is asked again, once for each change, and every participant
    who had been told hears of it (their notice is given again by staff); answers to the old date no longer hold. Returns who.
    Nothing without a time to come, or while the hearing is not being prepared."""
    listing = listing_of(session, hearing.id)
    if hearing.state not in INVITING - {HearingState.POSTPONED} or listing is None or listing.begins_at <= means.now:
        return []
    asked = [one for one in _standing(session, hearing) if one.sequence < hearing.sequence and holds_place(session, one)]
    for invitation in asked:
        _ask_anew(session, hearing, listing, invitation, means)
        tell = moved_message if invitation.seat_id is None else update_message
        tell(session, hearing, listing, invitation, means)
    if asked:
        note(session, hearing, "invitations-reasked", means.by, means.now, {"people": len(asked), "sequence": hearing.sequence})
    return [one.id for one in asked]


def set_aside(session: Session, hearing: Hearing, means: Means) -> list[UUID]:
    """A postponed hearing: each invited person is told once that the old date is off, and is asked again when there is a new
    one. Returns who."""
    told = [one for one in _standing(session, hearing) if one.state != S.DRAFT and one.sequence < hearing.sequence]
    for invitation in told:
        put_off_message(session, hearing, invitation, means)
        invitation.state, invitation.reply_by = S.DRAFT, None
        session.add(invitation)
    if told:
        note(session, hearing, "invitations-set-aside", means.by, means.now, {"people": len(told)})
    return [one.id for one in told]


def call_off(session: Session, hearing: Hearing, means: Means) -> list[UUID]:
    """A cancelled hearing: each invited person is told once, and nothing reaches them afterwards. Returns who."""
    told = _standing(session, hearing)
    for invitation in told:
        call_off_message(session, hearing, invitation, means)
        close(session, invitation, S.REVOKED, means.now)
    if told:
        note(session, hearing, "invitations-called-off", means.by, means.now, {"people": len(told)})
    return [one.id for one in told]


def release(session: Session, hearing: Hearing, invitation: Invitation, means: Means) -> None:
    """One person no longer has a place: only they are told, and their calendar forgets the date. Who declined, let the time
    pass or asked to step aside keeps that state; anybody else's invitation is revoked."""
    if invitation.closed_at is not None:
        return
    state = S(invitation.state) if invitation.state in GONE else S.REVOKED
    release_message(session, hearing, invitation, means)
    close(session, invitation, state, means.now)
    note(session, hearing, "invitation-released", means.by, means.now, {"invitation": invitation.id.hex, "state": state})


def renew_link(
    session: Session, *, centre: Centre, invitation_id: UUID, sealing: Vault, settings: Settings, now: datetime, by: Identity
) -> None:
    """Makes the links and the code sent so far worthless and sends new ones: a letter was lost, a mail went astray.

    Refuses ``not-allowed``, ``not-found``, ``invitation-over``, and what `invite` refuses.
    """
    hearing, invitation = held(session, centre, invitation_id, by)
    means = Means(centre, sealing, settings, now, by)
    listing = _listed(session, hearing, means)
    _name(session, invitation, sealing)
    invitation.turn += 1
    session.add(invitation)
    invitation_message(session, hearing, listing, invitation, means)
    note(session, hearing, "invitation-renewed", by, now, {"invitation": invitation.id.hex})


def held(session: Session, centre: Centre, invitation_id: UUID, by: Identity) -> tuple[Hearing, Invitation]:
    """An invitation that staff may act on, and its hearing. Refuses ``not-allowed``, ``not-found``, ``invitation-over``."""
    if rules.PREPARE.isdisjoint(by.roles):
        raise Refused("not-allowed", 403)
    invitation = session.get(Invitation, invitation_id)
    if invitation is None:
        raise Refused("not-found", 404)
    touch(session, centre.office_id, invitation.hearing_id)
    hearing = hearing_of(session, centre, invitation.hearing_id, by)
    session.refresh(invitation)
    if invitation.closed_at is not None:
        raise Refused("invitation-over", 409)
    return hearing, invitation


def close(session: Session, invitation: Invitation, state: InvitationState, now: datetime) -> None:
    """Ends an invitation: its links open nothing more than how it ended."""
    invitation.state, invitation.closed_at = state, now
    session.add(invitation)
    session.flush()


def reply_by(means: Means, listing: Listing) -> datetime:
    """Until when an answer is awaited: close of business after ``hearing.reply_workdays``, never after the hearing begins."""
    centre = means.centre
    due = centre.calendar.add_workdays(centre.today, centre.provisions["hearing.reply_workdays"])
    closes = timedelta(minutes=centre.provisions["hearing.day_ends"])
    return min(datetime.combine(due.day, time(), centre.zone) + closes, listing.begins_at)


# Parts ----------------------------------------------------------------------------------------------------------------


def _listed(session: Session, hearing: Hearing, means: Means) -> Listing:
    if hearing.state not in INVITING:
        raise Refused("invite-not-now", 409, article="approval" if hearing.state in BEFORE else None)
    listing = listing_of(session, hearing.id)
    if listing is None:
        raise Refused("not-listed", 409, article="notice")
    if listing.begins_at <= means.now:
        raise Refused("time-past", 409)
    return listing


BEFORE = (HearingState.DRAFT, HearingState.PENDING_APPROVAL, HearingState.REFUSED)


def _invite(
    session: Session, hearing: Hearing, listing: Listing, seat: UUID | None, person: UUID | None, means: Means
) -> Invitation:
    invitation = Invitation(
        id=new_id(), hearing_id=hearing.id, seat_id=seat, participant_id=person, uid="", code=b"", code_index="", sms_code="",
        sequence=hearing.sequence, state=S.SENT, reply_by=reply_by(means, listing), sent_at=means.now,
    )
    invitation.uid = f"{invitation.id.hex}@{means.settings.sender.rpartition('@')[2]}"
    _name(session, invitation, means.sealing)
    session.add(invitation)
    session.flush()
    if seat is not None:
        invitation_message(session, hearing, listing, invitation, means)
        note(session, hearing, "invitation-sent", means.by, means.now, {"invitation": invitation.id.hex})
    return invitation


def _ask_anew(session: Session, hearing: Hearing, listing: Listing, invitation: Invitation, means: Means) -> None:
    """The invitation is of the present date now, and unanswered. A text message names no date, so its code is a new one."""
    invitation.sequence, invitation.state = hearing.sequence, S.SENT
    invitation.sent_at, invitation.reply_by = means.now, reply_by(means, listing)
    invitation.reminded_at, invitation.decline_code, invitation.escalated = None, None, 0
    invitation.sms_code = _free_digits(session)
    session.add(invitation)
    session.flush()


def _name(session: Session, invitation: Invitation, sealing: Vault) -> None:
    """A new code for the QR and a new one to answer by text message; no two open ones are alike."""
    code = codes.new_code()
    invitation.code, invitation.code_index = sealing.seal(code, purpose=CODE), sealing.index(code, purpose=CODE)
    invitation.sms_code = _free_digits(session)


def _free_digits(session: Session) -> str:
    taken = set(session.exec(select(Invitation.sms_code).where(col(Invitation.closed_at).is_(None))))
    drawn = (f"{secrets.randbelow(10**SMS_DIGITS):0{SMS_DIGITS}}" for _ in repeat(None))
    return next(digits for digits in drawn if digits not in taken)


def _standing(session: Session, hearing: Hearing) -> list[Invitation]:
    wanted = select(Invitation).where(Invitation.hearing_id == hearing.id, col(Invitation.closed_at).is_(None))
    return [one for one in session.exec(wanted.order_by(col(Invitation.id))) if one.state not in CLOSED]
