"""Requests for recusal as staff see them: who is challenged by whom and why, until when it is to be decided, what was decided."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings import rules
from hearings.approval.delegations import delegated
from hearings.invitations.tables import Recusal, RecusalState
from hearings.names import role_name
from hearings.panel.seats import seats_of
from hearings.queries import hearing_of, reads_words
from hearings.recusal import rules as recusal_rules
from hearings.recusal.unsettled import recusals_of, to_replace
from hearings.roster.tables import OfficerCategory, RosterMember
from hearings.tables import HEARING_CONTACT, HEARING_NAME, Hearing, Participant, Question, Seat
from shared import words
from shared.identity import Identity
from shared.people import Staff
from shared.vault import Vault

S = RecusalState


class Somebody(msgspec.Struct, frozen=True):
    """Who can be challenged, or can challenge: ``key`` as the rows have it, a name, what they are."""

    key: str
    name: str
    role_zh: str
    role_en: str

    def role(self, language: str) -> str:
        return self.role_en if language == "en" else self.role_zh


class RecusalLine(msgspec.Struct, frozen=True, kw_only=True):
    """One request. ``words`` are empty for who may not read the words of the case."""

    id: UUID
    hearing_id: UUID
    number: str
    target: Somebody
    claimed_by: Somebody | None
    oral: bool
    ground: str
    words: str
    state: RecusalState
    submitted_at: datetime
    decide_by: date
    late: bool
    decided_at: datetime | None
    reason: str
    reconsider_until: date | None
    may_decide: bool
    may_ask_again: bool
    may_drop: bool
    to_replace: bool


class Recusals(msgspec.Struct, frozen=True):
    """``targets`` and ``claimants``: who can be chosen for a new request; empty when none can be made."""

    lines: tuple[RecusalLine, ...]
    targets: tuple[Somebody, ...]
    claimants: tuple[Somebody, ...]

    @property
    def pending(self) -> int:
        return sum(one.state in recusal_rules.PENDING for one in self.lines)


def recusals_about(session: Session, *, centre: Centre, hearing_id: UUID, sealing: Vault, by: Identity) -> Recusals:
    """Refuses ``not-found``."""
    hearing = hearing_of(session, centre, hearing_id, by)
    lines = tuple(_line(session, hearing, row, centre, sealing, by) for row in reversed(recusals_of(session, hearing.id)))
    if hearing.state not in recusal_rules.CHALLENGE or not recusal_rules.may_receive(by.roles):
        return Recusals(lines, (), ())
    return Recusals(lines, tuple(_targets(session, hearing, sealing)), tuple(_claimants(session, hearing, sealing)))


def pending_recusals(session: Session, *, centre: Centre, sealing: Vault, by: Identity) -> list[RecusalLine]:
    """What this person can decide now, the nearest deadline first."""
    rows = session.exec(
        select(Recusal, Hearing).join(Hearing, col(Hearing.id) == col(Recusal.hearing_id))
        .where(Hearing.office_id == centre.office_id, col(Recusal.state).in_(recusal_rules.PENDING))
        .order_by(col(Recusal.decide_by))
    ).all()
    lines = [_line(session, hearing, row, centre, sealing, by) for row, hearing in rows]
    return [one for one in lines if one.may_decide]


# Parts ----------------------------------------------------------------------------------------------------------------


def _line(session: Session, hearing: Hearing, row: Recusal, centre: Centre, sealing: Vault, by: Identity) -> RecusalLine:
    state, decider = S(row.state), _decides(session, centre, by)
    receives = recusal_rules.may_receive(by.roles)
    reads = decider or reads_words(session, centre, hearing, by)
    own = row.target == f"staff:{by.id.hex}" if by.id else True
    until = row.reconsider_until
    return RecusalLine(
        id=row.id, hearing_id=hearing.id, number=hearing.number, target=_somebody(session, row.target, hearing, sealing),
        claimed_by=None if row.claimed_by == row.target else _somebody(session, row.claimed_by, hearing, sealing), oral=row.oral,
        ground=row.ground, words=sealing.unseal(row.words, purpose=HEARING_CONTACT) if reads else "", state=state,
        submitted_at=row.submitted_at, decide_by=row.decide_by, late=recusal_rules.is_late(state, row.decide_by, centre.today),
        decided_at=row.reconsidered_at or row.decided_at, reason=row.reason if reads else "", reconsider_until=until,
        may_decide=state in recusal_rules.PENDING and decider and not own, may_drop=state in recusal_rules.PENDING and receives,
        may_ask_again=receives and state == S.REFUSED and until is not None and centre.today <= until,
        to_replace=to_replace(hearing, row),
    )


def _decides(session: Session, centre: Centre, by: Identity) -> bool:
    return not rules.CHIEF.isdisjoint(by.roles) or Question.RECUSAL in delegated(session, centre.office_id, by.id, centre.today)


def _targets(session: Session, hearing: Hearing, sealing: Vault) -> list[Somebody]:
    keys = [f"staff:{staff.hex}" for staff in (hearing.moderator, hearing.clerk) if staff]
    keys += [f"seat:{seat.id.hex}" for seat in seats_of(session, hearing.id)]
    return [_somebody(session, key, hearing, sealing) for key in keys]


def _claimants(session: Session, hearing: Hearing, sealing: Vault) -> list[Somebody]:
    wanted = select(Participant).where(Participant.hearing_id == hearing.id, col(Participant.removed_at).is_(None),
                                       col(Participant.staff_id).is_(None))
    rows = session.exec(wanted.order_by(col(Participant.id))).all()
    return [_somebody(session, f"participant:{row.id.hex}", hearing, sealing) for row in rows]


def _somebody(session: Session, key: str, hearing: Hearing, sealing: Vault) -> Somebody:
    """Private people masked, staff by name."""
    kind, _, hexed = key.partition(":")
    if kind == "staff":
        staff = session.get_one(Staff, UUID(hexed))
        role = "clerk" if staff.id == hearing.clerk else "moderator"
        return Somebody(key, staff.name, role_name(role, words.CHINESE), role_name(role, words.ENGLISH))
    if kind == "participant":
        person = session.get_one(Participant, UUID(hexed))
        name = words.mask_name(sealing.unseal(person.name, purpose=HEARING_NAME))
        return Somebody(key, name, role_name(person.role, words.CHINESE), role_name(person.role, words.ENGLISH))
    member = session.get_one(RosterMember, session.get_one(Seat, UUID(hexed)).member_id)
    category = session.get_one(OfficerCategory, member.category_id)
    name = words.mask_name(sealing.unseal(member.name, purpose=HEARING_NAME))
    return Somebody(key, name, category.name_zh, category.name_en)
