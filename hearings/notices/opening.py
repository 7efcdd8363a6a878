"""Opening the doors of a hearing on its day: only when everybody who is owed notice has been told, or has waived it."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from cases.centre import Centre
from hearings.notices.actions import check_may_open
from hearings.notices.papers import listed
from hearings.notices.proofs import prepared
from hearings.steps import take_step
from hearings.tables import HearingState
from shared.errors import Refused
from shared.identity import Identity
from shared.vault import Vault


def let_people_in(
    session: Session, *, centre: Centre, hearing_id: UUID, sealing: Vault, now: datetime, by: Identity
) -> None:
    """From now on people are checked in. Twice is no fault. Refuses ``not-allowed``, ``not-found``, ``not-today``,
    ``notice-missing``, ``notice-unproven`` and ``wrong-step``."""
    hearing = prepared(session, centre, hearing_id, by)
    if listed(session, hearing).begins_at.astimezone(centre.zone).date() != centre.today:
        raise Refused("not-today", 409)
    check_may_open(session, hearing, sealing)
    take_step(session, hearing, HearingState.CHECKING_IN, now=now, by=by)
