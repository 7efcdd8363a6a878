"""Somebody who does not come is followed by the next lawful reserve, who is invited at once. Who follows is settled by the draw;
this only carries it out."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from hearings.invitations.actions import invite_seat, release
from hearings.invitations.answers import GONE, INVITING, OPEN
from hearings.invitations.means import CLOCK, Means, means_of
from hearings.invitations.tables import Invitation, InvitationState
from hearings.panel.complete import settle_panel
from hearings.panel.reserve import take_reserve
from hearings.steps import note, touch
from hearings.tables import Hearing, Seat
from shared.settings import Settings
from shared.vault import Vault

WHY = {
    InvitationState.DECLINED: "declined", InvitationState.WITHDRAWN: "withdrawn", InvitationState.EXPIRED: "no-answer",
    InvitationState.RECUSAL_CLAIMED: "recusal",
}  # fmt: skip


def expire(session: Session, *, invitation_id: UUID, sealing: Vault, settings: Settings, now: datetime) -> bool:
    """No answer came in time. True when the invitation has expired by this."""
    hearing, invitation, means = _open(session, invitation_id, sealing, settings, now)
    late = invitation.reply_by is not None and now > invitation.reply_by
    if invitation.seat_id is None or invitation.state not in OPEN or not late:
        return False
    invitation.state = InvitationState.EXPIRED
    session.add(invitation)
    note(session, hearing, "invitation-expired", means.by, now, {"invitation": invitation.id.hex})
    return True


def pass_on(session: Session, *, invitation_id: UUID, sealing: Vault, settings: Settings, now: datetime) -> UUID | None:
    """The place of somebody who said no, or nothing, goes to the next lawful reserve; returns the heir's invitation. Nothing
    when they have thought better of it meanwhile, or it has been passed on."""
    hearing, invitation, means = _open(session, invitation_id, sealing, settings, now)
    if invitation.closed_at is not None or invitation.state not in GONE or hearing.state not in INVITING:
        return None
    return follow(session, hearing, session.get_one(Seat, invitation.seat_id), WHY[InvitationState(invitation.state)], means)


def follow(session: Session, hearing: Hearing, seat: Seat, why: str, means: Means) -> UUID | None:
    """Vacates a seat, lets its holder go and invites whoever follows; returns the new invitation."""
    taken = take_reserve(session, centre=means.centre, seat_id=seat.id, why=why, sealing=means.sealing, now=means.now,
                         by=means.by)
    left = session.exec(select(Invitation).where(Invitation.seat_id == seat.id)).first()
    if left is not None:
        release(session, hearing, left, means)
    settle_panel(session, hearing, means)
    if left is None or taken.seat_id is None or hearing.state not in INVITING:
        return None
    return invite_seat(session, hearing, taken.seat_id, means)


def _open(
    session: Session, invitation_id: UUID, sealing: Vault, settings: Settings, now: datetime
) -> tuple[Hearing, Invitation, Means]:
    invitation = session.get_one(Invitation, invitation_id)
    hearing = session.get_one(Hearing, invitation.hearing_id)
    touch(session, hearing.office_id, hearing.id)
    session.refresh(invitation)
    session.refresh(hearing)
    return hearing, invitation, means_of(session, hearing.office_id, sealing, settings, now, CLOCK)
