"""Whether a panel is complete: every place held by somebody who has said that they come and has declared that no conflict
stands in the way. The hearing's state follows by itself."""

from sqlmodel import Session, col, select

from hearings.invitations.answers import COMING
from hearings.invitations.means import Means
from hearings.invitations.tables import Invitation
from hearings.steps import take_step
from hearings.tables import Hearing, HearingState, Seat

H = HearingState


def coming(session: Session, hearing: Hearing) -> int:
    """How many places are held by somebody who comes and has undertaken confidentiality and declared no conflict."""
    held = (
        select(Invitation)
        .join(Seat, col(Seat.id) == col(Invitation.seat_id))
        .where(Invitation.hearing_id == hearing.id, col(Seat.vacated_at).is_(None), col(Invitation.undertaken_at).is_not(None),
               Invitation.sequence == hearing.sequence, col(Invitation.state).in_(COMING))
    )
    return len(session.exec(held).all())


def settle_panel(session: Session, hearing: Hearing, means: Means) -> None:
    """APPROVED becomes PANEL_READY with the last acceptance; a panel that is no longer complete takes the hearing back."""
    ready = coming(session, hearing) >= hearing.panel_size
    for state in (H.PANEL_READY,) if ready else (H.PANEL_READY, H.APPROVED):
        if (hearing.state, state) in (STEPS_ON if ready else STEPS_BACK):
            take_step(session, hearing, state, now=means.now, by=means.by, follows=True)


STEPS_ON = frozenset({(H.APPROVED, H.PANEL_READY)})
STEPS_BACK = frozenset({(H.NOTIFIED, H.PANEL_READY), (H.PANEL_READY, H.APPROVED)})
