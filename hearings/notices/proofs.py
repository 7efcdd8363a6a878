"""What proves that somebody was told of a hearing: told by staff, or acknowledged by themselves. Waivers are in `waiving`."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from cases.centre import Centre
from hearings import rules
from hearings.invitations.tables import Notice, NoticeKind, NoticeProof, ProofMethod
from hearings.notices import rules as notice_rules
from hearings.notices.queries import deadline_of, owed_to
from hearings.queries import hearing_of
from hearings.steps import note, touch
from hearings.tables import Hearing
from shared.errors import Refused
from shared.identity import Identity

EVIDENCE_LENGTH = 300


def prove(
    session: Session, *, centre: Centre, hearing_id: UUID, notice_id: UUID, participant_id: UUID, method: ProofMethod,
    evidence: str, at: datetime, now: datetime, by: Identity,
) -> None:
    """Notes that somebody was told by telephone, in person or by post: when, and what proves it. The same again changes nothing.

    Refuses ``not-allowed``, ``not-found``, and what `notice_rules.check_told` refuses.
    """
    hearing = prepared(session, centre, hearing_id, by)
    notice = standing(session, hearing, notice_id)
    last = deadline_of(session, hearing, centre)
    if last is None or participant_id not in {one.id for one in owed_to(session, hearing, NoticeKind(notice.kind))}:
        raise Refused("not-found", 404)
    notice_rules.check_told(method, at, last=last, now=now, evidence=evidence, zone=centre.zone)
    if add_proof(session, notice, participant_id, method, at=at, by=by.by, evidence=evidence.strip()):
        note(session, hearing, "notice-proven", by, now, {"kind": notice.kind, "method": method})


def add_proof(
    session: Session, notice: Notice, participant_id: UUID, method: ProofMethod, *, at: datetime, by: str, evidence: str = "",
    approval_id: UUID | None = None,
) -> bool:
    """Keeps a proof once for each way. False when it was known."""
    wanted = select(NoticeProof).where(NoticeProof.notice_id == notice.id, NoticeProof.participant_id == participant_id,
                                       NoticeProof.method == method)
    if session.exec(wanted).first() is not None:
        return False
    session.add(NoticeProof(notice_id=notice.id, participant_id=participant_id, method=method, at=at, by=by,
                            evidence=evidence[:EVIDENCE_LENGTH], approval_id=approval_id))
    session.flush()
    return True


def prepared(session: Session, centre: Centre, hearing_id: UUID, by: Identity) -> Hearing:
    """A hearing that this member of staff prepares. Refuses ``not-allowed`` and ``not-found``."""
    if rules.PREPARE.isdisjoint(by.roles):
        raise Refused("not-allowed", 403)
    touch(session, centre.office_id, hearing_id)
    return hearing_of(session, centre, hearing_id, by)


def standing(session: Session, hearing: Hearing, notice_id: UUID) -> Notice:
    """A notice of this hearing that has not been withdrawn. Refuses ``not-found``."""
    notice = session.get(Notice, notice_id)
    if notice is None or notice.hearing_id != hearing.id or notice.withdrawn_at is not None:
        raise Refused("not-found", 404)
    return notice
