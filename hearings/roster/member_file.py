"""One member's file: who they are, masked unless revealed, what was checked, when they can come, where they sat."""

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings.centre import categories_of
from hearings.roster.facts import born_on
from hearings.roster.queries import MemberLine, lines_of, member_of
from hearings.roster.rules import AGE_ITEM, LOOKED_AT, age_on, holds_until
from hearings.roster.tables import (
    Availability,
    Consent,
    EligibilityCheck,
    Entry,
    HalfDay,
    Interest,
    Leave,
    RosterMember,
)
from hearings.tables import HEARING_CONTACT, HEARING_NAME, Hearing, Seat
from shared import vault, words
from shared.journal import JournalLine
from shared.people import Staff
from shared.vault import Vault

HISTORY = 40


class CheckView(msgspec.Struct, frozen=True):
    """An item of the checklist as last looked at; ``fulfilled`` None: never. ``until``: the last day on which it holds, None for
    good; ``aged``: that day is past."""

    item: str
    fulfilled: bool | None
    evidence: str = ""
    on: date | None = None
    by: str = ""
    until: date | None = None
    aged: bool = False


class SatView(msgspec.Struct, frozen=True):
    """A seat that the member holds or has held."""

    hearing_id: UUID
    number: str
    origin: str
    taken_at: datetime
    left: str


class MemberFile(msgspec.Struct, frozen=True, kw_only=True):
    line: MemberLine
    post: str
    born_on: str
    age: int | None
    id_number: str
    phone: str
    email: str
    address: str
    channels: tuple[str, ...]
    needs: tuple[str, ...]
    language: str
    entry: Entry
    term_from: date
    standing_reason: str
    link_turn: int
    revealed: bool
    checks: list[CheckView]
    weekly: frozenset[tuple[int, str]]
    leaves: list[Leave]
    ties: list[Interest]
    consents: list[Consent]
    sat: list[SatView]
    history: list[tuple[JournalLine, str]]


def member_file(session: Session, *, centre: Centre, member_id: UUID, sealing: Vault, revealed: bool = False) -> MemberFile:
    """Refuses ``not-found``."""
    member = member_of(session, centre, member_id)
    named = {one.id: one for one in categories_of(session, centre.office_id)}
    (line,) = lines_of(session, centre, sealing, [member], named)
    born = born_on(member, sealing)

    def shown(sealed: bytes | None, purpose: str, mask: Callable[[str], str]) -> str:
        text = sealing.unseal(sealed, purpose=purpose) if sealed else ""
        return text if revealed or not text else mask(text)

    if revealed:
        line = msgspec.structs.replace(line, name=sealing.unseal(member.name, purpose=HEARING_NAME))
    return MemberFile(
        line=line, post=member.post, born_on=(born.isoformat() if revealed else f"{born.year}-**-**") if born else "",
        age=age_on(born, centre.today) if born else None, id_number=shown(member.id_number, vault.ID_NUMBER, words.mask_id),
        phone=shown(member.phone, HEARING_CONTACT, words.mask_phone), email=shown(member.email, HEARING_CONTACT, mask_mail),
        address=shown(member.address, HEARING_CONTACT, lambda _: "***"), channels=tuple(member.channels),
        needs=tuple(member.needs), language=member.language, entry=Entry(member.entry), term_from=member.term_from,
        standing_reason=member.standing_reason, link_turn=member.link_turn, revealed=revealed,
        checks=_checks(session, member, age_on(born, centre.today) if born else None, centre),
        weekly=weekly_of(session, member.id), leaves=leaves_of(session, member.id, centre.today),
        ties=list(session.exec(select(Interest).where(Interest.member_id == member.id).order_by(col(Interest.id)))),
        consents=list(session.exec(select(Consent).where(Consent.member_id == member.id).order_by(col(Consent.id)))),
        sat=_sat(session, member), history=_history(session, member),
    )


def weekly_of(session: Session, member_id: UUID) -> frozenset[tuple[int, str]]:
    """The half-days on which a member can come; all of them where none is laid down."""
    rows = session.exec(select(Availability).where(Availability.member_id == member_id)).all()
    return frozenset((row.weekday, row.half) for row in rows) or frozenset((day, half) for day in range(7) for half in HalfDay)


def leaves_of(session: Session, member_id: UUID, today: date) -> list[Leave]:
    """The days away that are not over."""
    wanted = select(Leave).where(Leave.member_id == member_id, Leave.ends_on >= today)
    return list(session.exec(wanted.order_by(col(Leave.begins_on))))


def mask_mail(address: str) -> str:
    """w***@example.com"""
    local, _, place = address.partition("@")
    return f"{local[:1]}***@{place}"


# Parts --------------------------------------------------------------------------------------------------------------


def _checks(session: Session, member: RosterMember, age: int | None, centre: Centre) -> list[CheckView]:
    rows = session.exec(select(EligibilityCheck, Staff.name).join(Staff, col(Staff.id) == col(EligibilityCheck.checked_by))
                        .where(EligibilityCheck.member_id == member.id)
                        .order_by(col(EligibilityCheck.checked_on), col(EligibilityCheck.id))).all()
    months = centre.provisions["hearing.check_months"]
    found = {}
    for row, name in rows:
        end = holds_until(row.checked_on, months)
        found[row.item] = CheckView(row.item, row.fulfilled, row.evidence, row.checked_on, name,
                                    end if row.fulfilled and end < date.max else None, row.fulfilled and end < centre.today)
    old_enough = None if age is None else age >= centre.provisions["hearing.officer_age"]
    return [CheckView(AGE_ITEM, old_enough), *(found.get(item, CheckView(item, None)) for item in LOOKED_AT)]


def _sat(session: Session, member: RosterMember) -> list[SatView]:
    rows = session.exec(select(Seat, Hearing).join(Hearing, col(Hearing.id) == col(Seat.hearing_id))
                        .where(Seat.member_id == member.id).order_by(col(Seat.taken_at).desc())).all()
    return [SatView(one.id, one.number, seat.origin, seat.taken_at, seat.vacated_why if seat.vacated_at else "")
            for seat, one in rows]


def _history(session: Session, member: RosterMember) -> list[tuple[JournalLine, str]]:
    lines = session.exec(select(JournalLine).where(JournalLine.subject == f"member:{member.id.hex}")
                         .order_by(col(JournalLine.id).desc()).limit(HISTORY)).all()
    names = {f"staff:{staff}": name for staff, name in session.exec(
        select(Staff.id, Staff.name).where(Staff.office_id == member.office_id)).all()}
    return [(line, names.get(line.by, "")) for line in lines]
