"""Which hearings somebody may see, and the list of them."""

from uuid import UUID

from sqlmodel import Session

from cases.centre import Centre
from hearings import rules
from hearings.tables import Hearing
from shared.errors import Refused
from shared.identity import Identity


def hearing_of(session: Session, centre: Centre, hearing_id: UUID, by: Identity) -> Hearing:
    """A hearing of this office that this member of staff may see. Refuses ``not-found``."""
    hearing = session.get(Hearing, hearing_id)
    if hearing is None or hearing.office_id != centre.office_id:
        raise Refused("not-found", 404)
    if not rules.may_see(open=hearing.open, involved=is_involved(hearing, by), roles=by.roles):
        raise Refused("not-found", 404)
    return hearing


def is_involved(hearing: Hearing, by: Identity) -> bool:
    """Whether somebody handles, moderates or records the hearing."""
    return by.id is not None and by.id in (hearing.handler, hearing.moderator, hearing.clerk)
