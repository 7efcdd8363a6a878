"""Giving notice of a hearing: give each of the three notices, withdraw them, and the gate before opening. What proves that people
were told is in `proofs`; messages are posted by `sending`."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlmodel import Session, func, select

from cases.centre import Centre
from hearings import rules
from hearings.invitations.means import CLOCK, Means, means_of
from hearings.invitations.tables import Notice, NoticeKind, ProofMethod
from hearings.notices import rules as notice_rules
from hearings.notices import sending as notice_sending
from hearings.notices.papers import (
    Paper,
    challenged,
    digest,
    listed,
    names_at,
    names_paper,
    participants_paper,
    public_paper,
)
from hearings.notices.proofs import add_proof, prepared
from hearings.notices.queries import current, missing, names_changed, owed_to, proofs, waivers
from hearings.notices.rules import PUBLIC
from hearings.observers.changes import tell_observers
from hearings.recusal.unsettled import in_the_way
from hearings.steps import note, take_step, touch
from hearings.tables import CASE_TEXT, HEARING_NAME, Hearing, HearingState, Participant
from shared import words
from shared.errors import Refused
from shared.identity import Identity
from shared.settings import Settings
from shared.vault import Vault

ALL = tuple(NoticeKind)


def give_notice(
    session: Session, *, centre: Centre, hearing_id: UUID, kind: NoticeKind, sealing: Vault, settings: Settings, now: datetime,
    by: Identity,
) -> UUID:
    """Publishes the public notice, or gives one of the others to everybody who is owed it; returns the notice. The same again
    tells only those who came later. With the last notice given the hearing is NOTIFIED.

    Refuses ``not-allowed``, ``not-listed``, ``title-names`` and what `notice_rules.check_given` refuses.
    """
    return _give(session, prepared(session, centre, hearing_id, by), kind, Means(centre, sealing, settings, now, by))


def tell_names(session: Session, hearing_id: UUID, *, sealing: Vault, settings: Settings, now: datetime) -> None:
    """The parties are told at once who has taken a place since they were told (2020 rule, Art. 10). Again: nothing."""
    hearing = session.get_one(Hearing, hearing_id)
    touch(session, hearing.office_id, hearing_id)
    session.refresh(hearing)
    if names_changed(session, hearing):
        _give(session, hearing, NoticeKind.NAMES, means_of(session, hearing.office_id, sealing, settings, now, CLOCK))


def _give(session: Session, hearing: Hearing, kind: NoticeKind, means: Means) -> UUID:
    centre, sealing, settings, now, by = means
    last = notice_rules.deadline(listed(session, hearing).begins_at, calendar=centre.calendar, provisions=centre.provisions,
                                 zone=centre.zone)
    people, waived = owed_to(session, hearing, kind), waivers(session, hearing)
    owed = [PUBLIC] if kind == NoticeKind.PUBLIC else [one.id.hex for one in people]
    notice_rules.check_given(kind, state=hearing.state, open=hearing.open, last=last, now=now, owed=owed, waived=waived,
                             zone=centre.zone)
    paper = paper_of(session, hearing, kind, centre, sealing)
    notice = _kept(session, hearing, kind, paper, last, sealing, now, by)
    for person in people:
        _tell(session, notice, paper, person, waived.get(person.id.hex), centre, sealing, settings, now, by)
    note(session, hearing, f"notice-{kind}", by, now, {"version": notice.version, "digest": notice.content["digest"]})
    if kind == NoticeKind.PUBLIC:
        tell_observers(session, hearing.id, sealing=sealing, settings=settings, now=now)
    _settle(session, hearing, now, by)
    return notice.id


def withdraw_notices(
    session: Session, hearing: Hearing, *, why: str, now: datetime, by: Identity, kinds: tuple[NoticeKind, ...] = ALL
) -> None:
    """Earlier notices no longer hold (the hearing moved, was cancelled, somebody else sits): all are owed again. Called inside
    the act that changes the hearing."""
    wanted = select(Notice).where(Notice.hearing_id == hearing.id)
    for notice in session.exec(wanted).all():
        if notice.withdrawn_at is None and notice.kind in kinds:
            notice.withdrawn_at = now
            session.add(notice)
            note(session, hearing, "notice-withdrawn", by, now, {"kind": notice.kind, "version": notice.version}, why)
    if hearing.state == HearingState.NOTIFIED:
        take_step(session, hearing, HearingState.PANEL_READY, now=now, by=by, follows=True)


def check_may_open(session: Session, hearing: Hearing, sealing: Vault) -> None:
    """Whether people may be let in and the hearing opened. Refuses ``notice-missing`` (a notice was not given),
    ``notice-unproven`` with ``who``, masked: they have neither been told nor waived it; and ``recusal-open``."""
    if in_the_way(session, hearing):
        raise Refused("recusal-open", 409, article="recusal")
    left = missing(session, hearing)
    if any(not one.participants for one in left):
        raise Refused("notice-missing", 409, article="notice")
    people = dict.fromkeys(person for one in left for person in one.participants)
    if people:
        names = [session.get_one(Participant, person).name for person in people]
        who = [words.mask_name(sealing.unseal(name, purpose=HEARING_NAME)) for name in names]
        raise Refused("notice-unproven", 409, who="、".join(who), article="notice-proof")


def paper_of(session: Session, hearing: Hearing, kind: NoticeKind, centre: Centre, sealing: Vault) -> Paper:
    """What a notice of this kind says now. Refuses ``title-names``: a public one names no private person."""
    if kind == NoticeKind.PARTICIPANTS:
        return participants_paper(session, hearing, centre, sealing)
    if kind == NoticeKind.NAMES:
        return names_paper(session, hearing, centre, sealing)
    paper = public_paper(session, hearing, centre)
    rules.check_title(" ".join((paper.title, paper.place_zh, paper.place_en)), names_at(session, hearing.id, sealing))
    return paper


# Parts --------------------------------------------------------------------------------------------------------------


def _kept(
    session: Session, hearing: Hearing, kind: NoticeKind, paper: Paper, last: notice_rules.Deadline, sealing: Vault,
    now: datetime, by: Identity,
) -> Notice:
    """The notice that holds when it says the same, else a new version of it; the old one then no longer holds."""
    known, mark = current(session, hearing, kind), digest(paper)
    if known is not None and known.content["digest"] == mark:
        return known
    withdraw_notices(session, hearing, why="", now=now, by=by, kinds=(kind,))
    version = session.exec(select(func.count()).select_from(Notice).where(Notice.hearing_id == hearing.id, Notice.kind == kind))
    told = {"digest": mark, "people": challenged(session, hearing) if kind == NoticeKind.NAMES else ""}
    public = {"paper": msgspec.to_builtins(paper)} if kind == NoticeKind.PUBLIC else {}
    sealed = None if public else sealing.seal(msgspec.json.encode(paper).decode(), purpose=CASE_TEXT)
    notice = Notice(
        hearing_id=hearing.id, kind=kind, version=version.one() + 1, sequence=hearing.sequence, content=told | public,
        sealed=sealed, last_lawful_on=last.moment.date(), given_at=now, given_by=by.id,
    )
    session.add(notice)
    session.flush()
    return notice


def _tell(
    session: Session, notice: Notice, paper: Paper, person: Participant, waiver: UUID | None, centre: Centre, sealing: Vault,
    settings: Settings, now: datetime, by: Identity,
) -> None:
    """Posts the notice to one person; a waiver that was approved stands beside it."""
    if waiver is not None:
        add_proof(session, notice, person.id, ProofMethod.WAIVED, at=now, by=by.by, approval_id=waiver)
    if person.id not in proofs(session, notice) or waiver is not None:
        notice_sending.post_notice(session, notice, paper, person, centre=centre, sealing=sealing, settings=settings, now=now)


def _settle(session: Session, hearing: Hearing, now: datetime, by: Identity) -> None:
    """Everything has been given: the hearing is notified."""
    owed = any(not one.participants for one in missing(session, hearing))
    if not owed and hearing.state == HearingState.PANEL_READY:
        take_step(session, hearing, HearingState.NOTIFIED, now=now, by=by)
