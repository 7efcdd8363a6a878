"""What every act on a hearing is made of: its boards, its line in the journal, one step of its state. What an act does
besides is in the module of the act."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from hearings import rules
from hearings.tables import Hearing, HearingState
from shared import journal
from shared.identity import Identity
from shared.live import bump

REASON_LENGTH = 500
PREPARED_AGAIN = "hearing-prepared-again"


def hearing_board(hearing_id: UUID) -> str:
    """The name of the board that every change of one hearing moves."""
    return f"hearing:{hearing_id.hex}"


def hearings_board(office_id: UUID) -> str:
    """The name of the board of the office's lists of hearings."""
    return f"hearings:{office_id.hex}"


def touch(session: Session, office_id: UUID, hearing_id: UUID | None = None) -> None:
    """Marks the office's lists as changed, and a hearing. Called first in an action: always in this order."""
    bump(session, hearings_board(office_id))
    if hearing_id is not None:
        bump(session, hearing_board(hearing_id))


def stir(session: Session, hearing_id: UUID) -> None:
    """Marks a hearing's pages as changed at the end of something that is not about the hearing itself: a message went out."""
    bump(session, hearing_board(hearing_id))


def note(
    session: Session, hearing: Hearing, act: str, by: Identity, now: datetime, detail: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Writes the journal's line about a hearing. ``detail`` names nobody."""
    journal.record(session, office=hearing.office_id, act=act, subject=f"hearing:{hearing.id.hex}", by=by.by, now=now,
                   detail=detail, reason=reason[:REASON_LENGTH])


def take_step(
    session: Session, hearing: Hearing, to: HearingState, *, now: datetime, by: Identity, reason: str = "",
    follows: bool = False, delegated: bool = False,
) -> None:
    """Takes a hearing one step on; being there already is no fault. ``follows``: the step comes about by itself (see
    `rules.FOLLOWING`); ``delegated``: the chief procurator's part is done by a delegate. The journal's act is
    ``hearing-`` and the state; back from later is no approval and has a name of its own. Refuses what
    `rules.check_step` refuses."""
    state = HearingState(hearing.state)
    if state == to:
        return
    roles = by.roles | rules.CHIEF if delegated else by.roles
    rules.check_step(state, to, roles, follows=follows)
    hearing.state_before, hearing.state = state, to
    session.add(hearing)
    again = to == HearingState.APPROVED and state != HearingState.PENDING_APPROVAL
    act = PREPARED_AGAIN if again else "hearing-" + to.replace("_", "-")
    note(session, hearing, act, by, now, {"from": state}, reason.strip())
