"""The roster as staff see it: the masked list, the form of a member, and how to reach somebody who is to be invited."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings.centre import Named, categories_of
from hearings.roster.due_checks import earliest_end
from hearings.roster.facts import before_roster, sittings
from hearings.roster.forms import MemberForm
from hearings.roster.rules import LOOKED_AT
from hearings.roster.tables import (
    Availability,
    EligibilityCheck,
    RosterMember,
    Standing,
)
from hearings.tables import HEARING_CONTACT, HEARING_NAME
from shared import vault, words
from shared.errors import Refused
from shared.vault import Vault

HISTORY = 40


class MemberLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list. ``fit``: ``fit``, ``unfit`` (an item is not fulfilled), ``unchecked`` or ``aged`` (a check no longer
    holds). ``guest``: not of the roster, asked for one hearing only."""

    id: UUID
    name: str
    category: Named
    unit: str
    phone: str
    specialisms: tuple[str, ...]
    term_until: date
    standing: Standing
    fit: str
    sittings: int
    yearly_cap: int
    free_halves: int
    guest: bool = False


class Listed(msgspec.Struct, frozen=True):
    """The members found, and how many there are of each category and standing."""

    lines: list[MemberLine]
    categories: list[tuple[Named, int]]
    total: int


class Contact(msgspec.Struct, frozen=True):
    """How to reach a member; empty where nothing is known. ``channels``: as they wish, first one first."""

    member_id: UUID
    name: str
    phone: str
    email: str
    address: str
    language: str
    channels: tuple[str, ...]
    needs: tuple[str, ...]


def members(
    session: Session, *, centre: Centre, sealing: Vault, category: str = "", standing: str = "", q: str = ""
) -> Listed:
    """The roster, by category and name; without those removed unless asked for. ``q``: a part of a name or unit, or a whole
    telephone or ID number."""
    on_roster = select(RosterMember).where(RosterMember.office_id == centre.office_id, col(RosterMember.hearing_id).is_(None))
    rows = session.exec(on_roster).all()
    kept = [one for one in rows if one.standing == standing or (not standing and one.standing != Standing.REMOVED)]
    named = {one.id: one for one in categories_of(session, centre.office_id)}
    counts = [(one, sum(row.category_id == one.id for row in kept)) for one in named.values()]
    chosen = [one for one in kept if not category or named[one.category_id].code == category]
    found = [one for one in chosen if not q or _is_found(one, q, sealing)]
    lines = lines_of(session, centre, sealing, found, named)
    order = {one.id: place for place, one in enumerate(named.values())}
    return Listed(sorted(lines, key=lambda one: (order[one.category.id], one.name, one.id)), counts, len(kept))


def contact_of(session: Session, member_id: UUID, sealing: Vault) -> Contact:
    """In plain words, for the one who writes to them and never for a list on a screen."""
    member = session.get_one(RosterMember, member_id)

    def told(sealed: bytes | None, purpose: str = HEARING_CONTACT) -> str:
        return sealing.unseal(sealed, purpose=purpose) if sealed else ""

    return Contact(member.id, told(member.name, HEARING_NAME), told(member.phone), told(member.email), told(member.address),
                   member.language, tuple(member.channels), tuple(member.needs))


def form_of(session: Session, *, centre: Centre, member_id: UUID, sealing: Vault) -> MemberForm:
    """The form filled with what is on record; numbers and addresses stay sealed and their fields empty."""
    member = member_of(session, centre, member_id)
    named = {one.id: one.code for one in categories_of(session, centre.office_id)}
    return MemberForm(
        name=sealing.unseal(member.name, purpose=HEARING_NAME), category=named[member.category_id], unit=member.unit,
        post=member.post, specialisms=list(member.specialisms), channels=list(member.channels), needs=list(member.needs),
        language=member.language, entry=member.entry, term_from=member.term_from.isoformat(),
        term_until=member.term_until.isoformat(), past_sittings=str(member.past_sittings or ""),
        yearly_cap="" if member.yearly_cap is None else str(member.yearly_cap),
    )


def member_of(session: Session, centre: Centre, member_id: UUID) -> RosterMember:
    """Refuses ``not-found``."""
    member = session.get(RosterMember, member_id)
    if member is None or member.office_id != centre.office_id:
        raise Refused("not-found", 404)
    return member


# Parts --------------------------------------------------------------------------------------------------------------


def lines_of(
    session: Session, centre: Centre, sealing: Vault, rows: Iterable[RosterMember], named: dict[UUID, Named]
) -> list[MemberLine]:
    rows = list(rows)
    ids = [row.id for row in rows]
    sat = sittings(session, centre.office_id, centre.today.year, centre.zone)
    fit = fitness(session, ids, centre)
    free = {one: 0 for one in ids}
    for row in session.exec(select(Availability).where(col(Availability.member_id).in_(ids))):
        free[row.member_id] += 1
    cap = centre.provisions["hearing.yearly_cap"]
    return [
        MemberLine(
            id=one.id, name=words.mask_name(sealing.unseal(one.name, purpose=HEARING_NAME)), category=named[one.category_id],
            unit=one.unit, phone=words.mask_phone(sealing.unseal(one.phone, purpose=HEARING_CONTACT)) if one.phone else "",
            specialisms=tuple(one.specialisms), term_until=one.term_until, standing=Standing(one.standing), fit=fit[one.id],
            sittings=sat[one.id] + before_roster(one, centre.today.year, centre.zone), free_halves=free[one.id] or 14,
            yearly_cap=cap if one.yearly_cap is None else min(cap, one.yearly_cap), guest=one.hearing_id is not None,
        )
        for one in rows
    ]


def fitness(session: Session, ids: list[UUID], centre: Centre) -> dict[UUID, str]:
    ends = earliest_end(session, centre)
    newest: dict[UUID, dict[str, bool]] = {one: {} for one in ids}
    checks = select(EligibilityCheck).where(col(EligibilityCheck.member_id).in_(ids))
    for row in session.exec(checks.order_by(col(EligibilityCheck.checked_on), col(EligibilityCheck.id))):
        newest[row.member_id][row.item] = row.fulfilled
    return {
        one: "unfit" if False in found.values() else "unchecked" if not set(LOOKED_AT) <= set(found)
        else "aged" if one in ends and ends[one] < centre.today else "fit"
        for one, found in newest.items()
    }


def _is_found(member: RosterMember, q: str, sealing: Vault) -> bool:
    text = q.strip().casefold()
    numbers = {member.phone_index, member.id_index} - {None}
    if any(sign.isdigit() for sign in text) and len(text) > 9:
        return bool(numbers & {sealing.index(text, purpose=vault.PHONE), sealing.index(text, purpose=vault.ID_NUMBER)})
    return text in member.unit.casefold() or text in sealing.unseal(member.name, purpose=HEARING_NAME).casefold()
