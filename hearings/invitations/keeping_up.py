"""Looks at all open invitations, finds what is due for each, and does it. One act is one transaction; doing it twice, or in two
processes at once, does it once."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from hearings.changes.words import update_message
from hearings.invitations import chasing
from hearings.invitations.actions import call_off, invite_seat, reask, release, set_aside
from hearings.invitations.answers import OPEN
from hearings.invitations.chasing import EXHAUSTED, NOW_INVITING, Chase, Chased
from hearings.invitations.dispatch import address_of, invitation_message, reminder_message, used_channels
from hearings.invitations.invited import invited_of
from hearings.invitations.means import CLOCK, Means, means_of
from hearings.invitations.tables import Invitation, InvitationState
from hearings.notices.actions import tell_names
from hearings.notices.queries import to_tell_names
from hearings.observers.changes import tell_observers, to_tell_observers
from hearings.observers.closing import to_withdraw, withdraw_seats
from hearings.panel.complete import settle_panel
from hearings.panel.pool import listing_of
from hearings.panel.replacing import expire, pass_on
from hearings.steps import note, touch
from hearings.tables import Hearing, HearingState, Participant, Seat, SeatOrigin
from shared.offices import provisions_on
from shared.outbox import Channel
from shared.settings import Settings
from shared.vault import Vault

OF_HEARING = {Chase.REASK: reask, Chase.SET_ASIDE: set_aside, Chase.CALL_OFF: call_off}


class Due(msgspec.Struct, frozen=True, order=True):
    """What is to be done about an invitation, (`HEIR`) a seat that a reserve has taken, (`NAMES`) a hearing whose parties do not
    know who sits now, (`OBSERVERS`) a hearing whose observers do not know what became of its date, or (`CLOSED`) one
    that has become closed and still has observers."""

    what: str
    id: UUID


HEIR = "invite-heir"
OBSERVERS = "tell-observers"
NAMES = "tell-names"
CLOSED = "withdraw-seats"


def due(session: Session, *, now: datetime) -> list[Due]:
    """Everything that is due in all offices."""
    numbers: dict[UUID, dict[str, int]] = {}
    found = []
    for invitation, hearing in _open(session):
        if hearing.office_id not in numbers:
            numbers[hearing.office_id] = provisions_on(session, hearing.office_id, now.date())
        what = chasing.due(chased(session, invitation, hearing, now), now, numbers[hearing.office_id])
        if what is not None:
            found.append(Due(what, invitation.id))
    found += [Due(HEIR, seat) for seat in _heirs(session, now)]
    found += [Due(NAMES, hearing) for hearing in to_tell_names(session, now)]
    found += [Due(CLOSED, hearing) for hearing in to_withdraw(session, now=now)]
    return found + [Due(OBSERVERS, hearing) for hearing in to_tell_observers(session, now=now)]


def catch_up(session: Session, one: Due, *, sealing: Vault, settings: Settings, now: datetime) -> None:
    """Does what is due, if it still is."""
    if one.what == HEIR:
        _invite_heir(session, one.id, sealing, settings, now)
    elif one.what == NAMES:
        tell_names(session, one.id, sealing=sealing, settings=settings, now=now)
    elif one.what == OBSERVERS:
        tell_observers(session, one.id, sealing=sealing, settings=settings, now=now)
    elif one.what == CLOSED:
        withdraw_seats(session, one.id, sealing=sealing, settings=settings, now=now)
    elif one.what == Chase.EXPIRE:
        expire(session, invitation_id=one.id, sealing=sealing, settings=settings, now=now)
    elif one.what == Chase.PASS_ON:
        pass_on(session, invitation_id=one.id, sealing=sealing, settings=settings, now=now)
    else:
        _act(session, one, sealing, settings, now)


def chased(session: Session, invitation: Invitation, hearing: Hearing, now: datetime) -> Chased:
    """An invitation as `chasing` wants it."""
    listing = listing_of(session, hearing.id)
    if invitation.seat_id is not None:
        holds = session.get_one(Seat, invitation.seat_id).vacated_at is None
    else:
        holds = session.get_one(Participant, invitation.participant_id).removed_at is None
    return Chased(
        state=InvitationState(invitation.state), sequence=invitation.sequence, is_officer=invitation.seat_id is not None,
        holds=holds, sent_at=invitation.sent_at, reply_by=invitation.reply_by, reminded_at=invitation.reminded_at,
        answered_at=invitation.answered_at, escalated=invitation.escalated, hearing=HearingState(hearing.state),
        hearing_sequence=hearing.sequence, listed=listing is not None and listing.begins_at > now,
    )


# Parts ----------------------------------------------------------------------------------------------------------------


def _open(session: Session) -> list[tuple[Invitation, Hearing]]:
    wanted = (
        select(Invitation, Hearing)
        .join(Hearing, col(Hearing.id) == col(Invitation.hearing_id))
        .where(col(Invitation.closed_at).is_(None), col(Hearing.state).in_(CHASED))
        .order_by(col(Invitation.id))
    )
    return list(session.exec(wanted).all())


CHASED = NOW_INVITING | {HearingState.POSTPONED, HearingState.CANCELLED}


def _heirs(session: Session, now: datetime) -> list[UUID]:
    """Seats that a reserve has taken while nobody was invited, such as when staff filled an empty place."""
    invited = select(Invitation.seat_id).where(col(Invitation.seat_id).is_not(None))
    begun = select(Invitation.hearing_id).where(col(Invitation.seat_id).is_not(None))
    wanted = (
        select(Seat).join(Hearing, col(Hearing.id) == col(Seat.hearing_id))
        .where(Seat.origin == SeatOrigin.RESERVE, col(Seat.vacated_at).is_(None), col(Seat.id).not_in(invited),
               col(Hearing.id).in_(begun), col(Hearing.state).in_(NOW_INVITING))
    )
    times = [(seat.id, listing_of(session, seat.hearing_id)) for seat in session.exec(wanted).all()]
    return [seat for seat, listing in times if listing is not None and listing.begins_at > now]


def _invite_heir(session: Session, seat_id: UUID, sealing: Vault, settings: Settings, now: datetime) -> None:
    seat = session.get_one(Seat, seat_id)
    hearing = session.get_one(Hearing, seat.hearing_id)
    touch(session, hearing.office_id, hearing.id)
    session.refresh(seat)
    if seat.vacated_at is None:
        invite_seat(session, hearing, seat_id, means_of(session, hearing.office_id, sealing, settings, now, CLOCK))


def _act(session: Session, one: Due, sealing: Vault, settings: Settings, now: datetime) -> None:
    invitation = session.get_one(Invitation, one.id)
    hearing = session.get_one(Hearing, invitation.hearing_id)
    touch(session, hearing.office_id, hearing.id)
    session.refresh(invitation)
    session.refresh(hearing)
    means = means_of(session, hearing.office_id, sealing, settings, now, CLOCK)
    if invitation.closed_at or chasing.due(chased(session, invitation, hearing, now), now, means.centre.provisions) != one.what:
        return
    if one.what in OF_HEARING:
        OF_HEARING[Chase(one.what)](session, hearing, means)
        settle_panel(session, hearing, means)
    elif one.what == Chase.RELEASE:
        release(session, hearing, invitation, means)
    else:
        _press(session, hearing, invitation, means, remind=one.what == Chase.REMIND)


def _press(session: Session, hearing: Hearing, invitation: Invitation, means: Means, *, remind: bool) -> None:
    """The next channel that has not been tried; a reminder also goes by those by which the invitation has gone."""
    listing = listing_of(session, hearing.id)
    if listing is None or invitation.state not in OPEN:
        return
    person, used = invited_of(session, invitation, means.sealing), used_channels(session, invitation)
    tried = person.channels[: invitation.escalated + 1]
    fresh = next((one for one in person.channels if one not in tried and one not in used and address_of(person, one)), None)
    for channel in used if remind else ():
        if channel != Channel.LETTER:
            reminder_message(session, hearing, listing, invitation, means, channel)
    if fresh is not None:
        ask = update_message if invitation.answered_sequence is not None else invitation_message
        ask(session, hearing, listing, invitation, means, fresh)
        invitation.escalated = person.channels.index(fresh)
        invitation.state = InvitationState.SENT if invitation.state == InvitationState.BOUNCED else invitation.state
    else:
        invitation.escalated = EXHAUSTED
    invitation.reminded_at = means.now if remind else invitation.reminded_at
    session.add(invitation)
    note(session, hearing, "invitation-reminded" if remind else "invitation-escalated", means.by, means.now,
         {"invitation": invitation.id.hex, "channel": fresh or ""})
