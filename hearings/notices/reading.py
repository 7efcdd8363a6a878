"""A notice as the person it was given to reads it behind a link, and their word that they have it. Looking changes nothing."""

from datetime import datetime

import msgspec
from sqlmodel import Session, select

from cases.centre import Centre, centre_of
from hearings.invitations.tables import Notice, NoticeKind, NoticeProof, ProofMethod
from hearings.notices.papers import NamesPaper, Paper, ParticipantsPaper
from hearings.notices.proofs import add_proof
from hearings.notices.sending import behind
from hearings.steps import note, touch
from hearings.tables import CASE_TEXT, HEARING_NAME, Hearing, HearingState, Participant
from shared import words
from shared.errors import Refused
from shared.identity import VISITOR
from shared.vault import Vault

SHAPES: dict[str, type[Paper]] = {NoticeKind.PARTICIPANTS: ParticipantsPaper, NoticeKind.NAMES: NamesPaper}


class Letter(msgspec.Struct, frozen=True):
    """A notice for its reader. ``holds``: it has not been withdrawn; ``confirmed_at``: when they said that they have it."""

    kind: str
    paper: Paper
    name: str
    role: str
    holds: bool
    confirmed_at: datetime | None
    centre: Centre


def paper_in(notice: Notice, sealing: Vault) -> Paper:
    """What a notice said when it was given to people."""
    assert notice.sealed is not None
    return msgspec.json.decode(sealing.unseal(notice.sealed, purpose=CASE_TEXT), type=SHAPES[notice.kind])


def read_letter(session: Session, *, token: str, sealing: Vault, now: datetime) -> Letter:
    """Refuses ``unknown-code`` (also for who no longer takes part), ``link-expired``."""
    notice, person, hearing = _behind(session, token, sealing, now)
    wanted = select(NoticeProof).where(NoticeProof.notice_id == notice.id, NoticeProof.participant_id == person.id,
                                       NoticeProof.method == ProofMethod.ANSWERED)
    proof = session.exec(wanted).first()
    holds = notice.withdrawn_at is None and notice.sequence == hearing.sequence and hearing.state != HearingState.CANCELLED
    name = words.mask_name(sealing.unseal(person.name, purpose=HEARING_NAME))
    return Letter(notice.kind, paper_in(notice, sealing), name, person.role, holds, proof.at if proof else None,
                  centre_of(session, hearing.office_id, now))


def acknowledge(session: Session, *, token: str, sealing: Vault, now: datetime) -> None:
    """Somebody says that they have a notice. Twice is once; of a withdrawn notice nothing is kept. Refuses ``unknown-code``,
    ``link-expired``."""
    notice, person, hearing = _behind(session, token, sealing, now)
    touch(session, hearing.office_id, hearing.id)
    if notice.withdrawn_at is None and add_proof(session, notice, person.id, ProofMethod.ANSWERED, at=now, by="participant"):
        note(session, hearing, "notice-confirmed", VISITOR, now, {"kind": notice.kind, "participant": person.id.hex})


def _behind(session: Session, token: str, sealing: Vault, now: datetime) -> tuple[Notice, Participant, Hearing]:
    notice_id, person_id = behind(token, sealing, now)
    notice, person = session.get(Notice, notice_id), session.get(Participant, person_id)
    if notice is None or person is None or person.removed_at is not None:
        raise Refused("unknown-code", 404)
    return notice, person, session.get_one(Hearing, notice.hearing_id)
