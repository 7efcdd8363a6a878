"""Which notices of a hearing hold now, who is owed what, what proves it, and what still stands in the way of opening."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre, centre_of
from hearings.invitations.tables import Notice, NoticeKind, NoticeProof, ProofMethod
from hearings.names import WHYS
from hearings.notices import rules as notice_rules
from hearings.notices.papers import challenged
from hearings.notices.rules import PUBLIC, Deadline, Missing
from hearings.panel.pool import listing_of
from hearings.queries import hearing_of
from hearings.recusal.unsettled import in_the_way
from hearings.tables import HEARING_NAME, Approval, Hearing, HearingState, Participant, Question
from shared import words
from shared.identity import Identity
from shared.journal import JournalLine
from shared.outbox import messages_about
from shared.vault import Vault

NAMES_STAND = (HearingState.PANEL_READY, HearingState.NOTIFIED)

BEST = list(reversed([ProofMethod.WAIVED, ProofMethod.POST, ProofMethod.PHONE, ProofMethod.DELIVERED, ProofMethod.ANSWERED,
                      ProofMethod.IN_PERSON]))


class Told(msgspec.Struct, frozen=True):
    """One person who is owed a notice, and how it stands: ``method`` empty while nothing proves it. ``sent``: the states of the
    messages, by channel. ``waiving``: a waiver has been asked for and is not decided."""

    participant_id: UUID
    role: str
    name: str
    method: str = ""
    at: datetime | None = None
    evidence: str = ""
    sent: tuple[tuple[str, str], ...] = ()
    waiving: bool = False


class Given(msgspec.Struct, frozen=True):
    """One kind of notice of a hearing: the one that holds (None: not given), and everybody who is owed it. ``why`` it is owed
    again: one of `names.WHYS`, or empty."""

    kind: NoticeKind
    notice_id: UUID | None
    version: int
    given_at: datetime | None
    digest: str
    people: tuple[Told, ...]
    earlier: int
    why: str = ""

    @property
    def open(self) -> int:
        """How many are not proven."""
        return sum(not one.method for one in self.people)


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about the notices of a hearing at one moment. ``recusals``: how many stand in the way of opening."""

    last: Deadline | None
    passed: bool
    given: tuple[Given, ...]
    missing: tuple[Missing, ...]
    public_waived: bool
    recusals: int


def current(session: Session, hearing: Hearing, kind: NoticeKind) -> Notice | None:
    """The notice that holds: not withdrawn, of the present date, and naming those who sit now."""
    wanted = select(Notice).where(
        Notice.hearing_id == hearing.id, Notice.kind == kind, col(Notice.withdrawn_at).is_(None),
        Notice.sequence == hearing.sequence,
    )
    notice = session.exec(wanted.order_by(col(Notice.version).desc())).first()
    if notice is not None and kind == NoticeKind.NAMES and notice.content["people"] != challenged(session, hearing):
        return None
    return notice


def names_changed(session: Session, hearing: Hearing) -> bool:
    """Whether the parties were told the names for the present date and somebody else has been won since."""
    if hearing.state not in NAMES_STAND:
        return False
    told = select(Notice.id).where(Notice.hearing_id == hearing.id, Notice.kind == NoticeKind.NAMES,
                                   Notice.sequence == hearing.sequence)
    return session.exec(told.limit(1)).first() is not None and current(session, hearing, NoticeKind.NAMES) is None


def to_tell_names(session: Session, now: datetime) -> list[UUID]:
    """Hearings whose parties are to be told of a new name while there is still time; what is late is left to people."""
    wanted = select(Hearing).where(
        col(Hearing.state).in_(NAMES_STAND),
        col(Hearing.id).in_(select(Notice.hearing_id).where(Notice.kind == NoticeKind.NAMES)),
    )
    changed = [one for one in session.exec(wanted).all() if names_changed(session, one)]
    last = [(one.id, deadline_of(session, one, centre_of(session, one.office_id, now))) for one in changed]
    return [hearing for hearing, deadline in last if deadline is not None and not deadline.passed(now)]


def owed_to(session: Session, hearing: Hearing, kind: NoticeKind) -> list[Participant]:
    """Who is to be given this notice."""
    wanted = select(Participant).where(Participant.hearing_id == hearing.id, col(Participant.removed_at).is_(None))
    everybody = session.exec(wanted.order_by(col(Participant.id))).all()
    return [one for one in everybody if notice_rules.is_told(kind, one.role, is_staff=one.staff_id is not None)]


def waivers(session: Session, hearing: Hearing, *, granted: bool = True) -> dict[str, UUID]:
    """Who waived notice of the present date with the chief procurator's approval (or, not ``granted``, for whom that is
    still to be decided), by participant; ``public`` for the public notice."""
    wanted = select(Approval).where(Approval.hearing_id == hearing.id, Approval.question == Question.WAIVER)
    state = col(Approval.granted).is_(True) if granted else col(Approval.answered_at).is_(None)
    rows = session.exec(wanted.where(state)).all()
    return {who: row.id for row in rows if row.wanted.get("sequence") == hearing.sequence for who in row.wanted.get("who", ())}


def proofs(session: Session, notice: Notice) -> dict[UUID, NoticeProof]:
    """The best proof that each person has been told."""
    rows = session.exec(select(NoticeProof).where(NoticeProof.notice_id == notice.id)).all()
    ranked = sorted(rows, key=lambda row: BEST.index(ProofMethod(row.method)), reverse=True)
    return {row.participant_id: row for row in ranked}


def missing(session: Session, hearing: Hearing) -> tuple[Missing, ...]:
    """What stands in the way of opening: notices not given, people not proven to have been told."""
    found, waived = [], waivers(session, hearing)
    for kind in notice_rules.required(open=hearing.open):
        notice = current(session, hearing, kind)
        if notice is None:
            if not (kind == NoticeKind.PUBLIC and PUBLIC in waived):
                found.append(Missing(kind))
            continue
        known = proofs(session, notice)
        unproven = tuple(
            one.id for one in owed_to(session, hearing, kind) if one.id not in known and one.id.hex not in waived
        )
        if unproven:
            found.append(Missing(kind, unproven))
    return tuple(found)


def gate(session: Session, *, hearing: Hearing, centre: Centre, sealing: Vault, now: datetime) -> Gate:
    """How the notices of a hearing stand. Names are masked."""
    last = deadline_of(session, hearing, centre)
    return Gate(
        last=last, passed=bool(last and last.passed(now)),
        given=tuple(_given(session, hearing, kind, sealing) for kind in notice_rules.required(open=hearing.open)),
        missing=missing(session, hearing), public_waived=PUBLIC in waivers(session, hearing),
        recusals=len(in_the_way(session, hearing)),
    )


def notices_of(
    session: Session, *, centre: Centre, hearing_id: UUID, sealing: Vault, now: datetime, by: Identity
) -> Gate:
    """`gate` for somebody who may see the hearing. Refuses ``not-found``."""
    return gate(session, hearing=hearing_of(session, centre, hearing_id, by), centre=centre, sealing=sealing, now=now)


def deadline_of(session: Session, hearing: Hearing, centre: Centre) -> Deadline | None:
    """Until when notice of a hearing can be given; None while it has no date."""
    listing = listing_of(session, hearing.id)
    if listing is None or hearing.state == HearingState.POSTPONED:
        return None
    return notice_rules.deadline(listing.begins_at, calendar=centre.calendar, provisions=centre.provisions, zone=centre.zone)


def about(notice_id: UUID, participant_id: UUID) -> str:
    """How the outbox names a notice to one person."""
    return f"notice:{notice_id.hex}:{participant_id.hex}"


def _given(session: Session, hearing: Hearing, kind: NoticeKind, sealing: Vault) -> Given:
    notice = current(session, hearing, kind)
    known = proofs(session, notice) if notice else {}
    asked = waivers(session, hearing, granted=False)
    people = tuple(_told(session, one, notice, known, asked, sealing) for one in owed_to(session, hearing, kind))
    every = session.exec(
        select(Notice).where(Notice.hearing_id == hearing.id, Notice.kind == kind).order_by(col(Notice.version))
    ).all()
    return Given(
        kind, notice.id if notice else None, notice.version if notice else 0, notice.given_at if notice else None,
        notice.content.get("digest", "") if notice else "", people, len(every) - bool(notice),
        _why(session, hearing, every[-1]) if every and notice is None else "",
    )


def _why(session: Session, hearing: Hearing, last: Notice) -> str:
    if last.withdrawn_at is None:
        return "panel" if last.sequence == hearing.sequence else ""
    told = select(JournalLine.reason).where(JournalLine.subject == f"hearing:{hearing.id.hex}",
                                            JournalLine.act == "notice-withdrawn", JournalLine.at == last.withdrawn_at)
    return next((why for why in session.exec(told) if why in WHYS), "")


def _told(
    session: Session, one: Participant, notice: Notice | None, known: Mapping[UUID, NoticeProof], asked: Mapping[str, Any],
    sealing: Vault,
) -> Told:
    proof = known.get(one.id)
    sent = messages_about(session, about(notice.id, one.id)) if notice else []
    name = words.mask_name(sealing.unseal(one.name, purpose=HEARING_NAME))
    method, at, evidence = (proof.method, proof.at, proof.evidence) if proof else ("", None, "")
    states = tuple((message.channel, message.state) for message in sent)
    return Told(one.id, one.role, name, method, at, evidence, states, one.id.hex in asked)
