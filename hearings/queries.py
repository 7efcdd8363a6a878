"""Which hearings somebody may see."""

from uuid import UUID

from sqlmodel import Session, select

from cases.centre import Centre
from hearings import rules
from hearings.approval.delegations import delegated
from hearings.tables import Approval, Hearing
from shared.errors import Refused
from shared.identity import Identity


def hearing_of(session: Session, centre: Centre, hearing_id: UUID, by: Identity) -> Hearing:
    """A hearing of this office that this member of staff may see. Refuses ``not-found``."""
    hearing = session.get(Hearing, hearing_id)
    if hearing is None or hearing.office_id != centre.office_id:
        raise Refused("not-found", 404)
    involved = is_involved(hearing, by) or decides(session, centre, hearing, by)
    if not rules.may_see(open=hearing.open, involved=involved, roles=by.roles):
        raise Refused("not-found", 404)
    return hearing


def is_involved(hearing: Hearing, by: Identity) -> bool:
    """Whether somebody handles, moderates or records the hearing."""
    return by.id is not None and by.id in (hearing.handler, hearing.moderator, hearing.clerk)


def decides(session: Session, centre: Centre, hearing: Hearing, by: Identity) -> bool:
    """Whether somebody holds a delegation under which a question about this hearing was or can be answered."""
    covered = delegated(session, centre.office_id, by.id, centre.today)
    if not covered:
        return False
    asked = session.exec(select(Approval.question).where(Approval.hearing_id == hearing.id))
    return any(question in covered for question in asked)


def reads_words(session: Session, centre: Centre, hearing: Hearing, by: Identity) -> bool:
    """Whether somebody reads the words of the case: cause, reasons, plan, names."""
    involved = is_involved(hearing, by) or decides(session, centre, hearing, by)
    return rules.may_read_words(open=hearing.open, involved=involved, roles=by.roles)
