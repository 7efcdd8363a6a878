"""Doing without notice in time: who agrees is put to the chief procurator, and a granted waiver stands in the place of proof."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from cases.centre import Centre
from hearings.approval.actions import put
from hearings.invitations.tables import NoticeKind
from hearings.notices.proofs import prepared
from hearings.notices.queries import owed_to, waivers
from hearings.notices.rules import PUBLIC
from hearings.tables import Question
from shared.errors import Refused
from shared.identity import Identity


def ask_waiver(
    session: Session, *, centre: Centre, hearing_id: UUID, whom: list[str], reason: str, now: datetime, by: Identity
) -> None:
    """Asks the chief procurator to approve that people do without notice in time; ``whom``: participants' ids as hex, or
    ``public``. Nobody is asked for twice. Refuses ``not-allowed``, ``not-found``, ``reason-needed``."""
    hearing = prepared(session, centre, hearing_id, by)
    known = {PUBLIC} | {one.id.hex for one in owed_to(session, hearing, NoticeKind.PARTICIPANTS)}
    if not whom or not set(whom) <= known or by.id is None:
        raise Refused("not-found", 404)
    if not reason.strip():
        raise Refused("reason-needed", 422, article="notice")
    fresh = sorted(set(whom) - waivers(session, hearing).keys() - waivers(session, hearing, granted=False).keys())
    if fresh:
        put(session, hearing, Question.WAIVER, wanted={"who": fresh, "sequence": hearing.sequence}, reason=reason, now=now, by=by)
