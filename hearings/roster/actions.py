"""What is done with the roster (听证员库): take somebody on, change, pause, remove, look at their eligibility, note ties and
consents. Each act is journalled without a personal detail. Hours are in `availability`; who may be drawn in `rules`."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from cases import papers
from cases.centre import Centre
from cases.tables import IdKind
from hearings import rules
from hearings.law import ELIGIBILITY
from hearings.roster.forms import MemberForm, birthday, count, day
from hearings.roster.tables import (
    Consent,
    EligibilityCheck,
    Interest,
    OfficerCategory,
    RosterMember,
    Standing,
)
from hearings.tables import HEARING_CONTACT, HEARING_NAME
from shared import journal, vault
from shared.errors import Refused
from shared.identity import Identity
from shared.live import bump
from shared.vault import Vault

ITEMS = tuple(item for item, _ in ELIGIBILITY)
TIES = ("relative", "employer", "business", "dispute", "other")


def roster_board(office_id: UUID) -> str:
    return f"roster:{office_id.hex}"


def add_member(session: Session, *, centre: Centre, form: MemberForm, sealing: Vault, now: datetime, by: Identity) -> UUID:
    """Takes somebody onto the roster; the same ``form.key`` gives the same member again. The form has no `faults`.

    Refuses ``not-allowed`` and ``member-known`` (409: the ID number is on the roster; ``member`` its id).
    """
    check_manager(session, centre, by)
    known = _of_request(session, centre, form.key)
    if known is not None:
        return known
    member = RosterMember(office_id=centre.office_id, category_id=_category(session, centre, form), name=b"", made_at=now,
                          term_from=centre.today, term_until=centre.today, request_key=form.key or None)
    _write_down(session, centre, member, form, sealing)
    note(session, member, "member-added", by, now)
    if form.consent:
        set_consent(session, centre=centre, member_id=member.id, purpose="roster", granted=True, evidence="", now=now, by=by)
    return member.id


def change_member(
    session: Session, *, centre: Centre, member_id: UUID, form: MemberForm, sealing: Vault, now: datetime, by: Identity
) -> None:
    """Writes down what the form says; an empty ID number, telephone, mail or address stays as it was. Refuses
    ``not-allowed``, ``not-found``, ``member-known``."""
    member = managed_member(session, centre, member_id, by)
    member.category_id = _category(session, centre, form)
    _write_down(session, centre, member, form, sealing)
    note(session, member, "member-changed", by, now)


def set_standing(
    session: Session, *, centre: Centre, member_id: UUID, to: Standing, reason: str, now: datetime, by: Identity
) -> None:
    """Pauses, takes back or removes a member. Refuses ``not-allowed``, ``not-found``, ``reason-needed``."""
    member = managed_member(session, centre, member_id, by)
    if member.hearing_id is not None:
        raise Refused("not-found", 404)
    if member.standing == to:
        return
    if not reason.strip():
        raise Refused("reason-needed", 422)
    member.standing, member.standing_reason = to, reason.strip()[:300]
    member.link_turn += to == Standing.REMOVED
    session.add(member)
    note(session, member, f"member-{to}", by, now, reason=reason.strip())


def check_eligibility(
    session: Session, *, centre: Centre, member_id: UUID, checks: Mapping[str, bool], evidence: str, on: date, now: datetime,
    by: Identity,
) -> None:
    """Notes which items of the checklist (Art. 7) are fulfilled, by what evidence, seen on which day. Earlier notes stay.
    Refuses ``not-allowed``, ``not-found``, ``evidence-needed``, ``day-form`` (a day to come)."""
    member = managed_member(session, centre, member_id, by)
    if not evidence.strip():
        raise Refused("evidence-needed", 422)
    if on > centre.today:
        raise Refused("day-form", 422)
    assert by.id is not None
    known = {item: fulfilled for item, fulfilled in checks.items() if item in ITEMS}
    session.add_all(EligibilityCheck(member_id=member.id, item=item, fulfilled=fulfilled, evidence=evidence.strip()[:300],
                                     checked_on=on, checked_by=by.id) for item, fulfilled in known.items())
    session.flush()
    note(session, member, "member-checked", by, now, {"failed": sorted(item for item, good in known.items() if not good)})


def declare_interest(
    session: Session, *, centre: Centre, member_id: UUID, kind: str, unit: str, name: str, sealing: Vault, now: datetime,
    by: Identity,
) -> None:
    """Notes a tie to a unit or a person whose hearings the member keeps away from; of a person only a blind index is kept.
    Refuses ``not-found``, ``choice-needed``, ``tie-needed``."""
    member = own_or_managed(session, centre, member_id, by)
    if kind not in TIES:
        raise Refused("choice-needed", 422)
    if not (unit.strip() or name.strip()):
        raise Refused("tie-needed", 422)
    index = sealing.index(name, purpose=vault.NAME) if name.strip() else None
    session.add(Interest(member_id=member.id, kind=kind, unit=unit.strip()[:120], name_index=index, declared_by=by.by,
                         declared_at=now))
    note(session, member, "interest-declared", by, now, {"kind": kind})


def set_consent(
    session: Session, *, centre: Centre, member_id: UUID, purpose: str, granted: bool, evidence: str, now: datetime, by: Identity
) -> None:
    """Notes what a member agrees to, or no longer does. Refuses ``not-found``."""
    member = own_or_managed(session, centre, member_id, by)
    session.add(Consent(member_id=member.id, purpose=purpose[:40], granted=granted, given_on=centre.today,
                        evidence=evidence.strip()[:300]))
    note(session, member, "consent-noted", by, now, {"purpose": purpose[:40], "granted": granted})


def renew_link(session: Session, *, centre: Centre, member_id: UUID, now: datetime, by: Identity) -> None:
    """Every link given to this member so far opens nothing from now on. Refuses ``not-allowed``, ``not-found``."""
    member = managed_member(session, centre, member_id, by)
    member.link_turn += 1
    session.add(member)
    note(session, member, "link-renewed", by, now)


def reveal_member(session: Session, *, centre: Centre, member_id: UUID, reason: str, now: datetime, by: Identity) -> None:
    """Notes that somebody looks at a member's details, and why. Refuses ``not-allowed``, ``not-found``, ``reason-needed``."""
    member = managed_member(session, centre, member_id, by)
    if not reason.strip():
        raise Refused("reason-needed", 422)
    note(session, member, "member-revealed", by, now, reason=reason.strip())


# Parts, also for the other acts on the roster -------------------------------------------------------------------------


def managed_member(session: Session, centre: Centre, member_id: UUID, by: Identity) -> RosterMember:
    """A member whom case management may act upon, the roster's board marked first. Refuses ``not-allowed``, ``not-found``."""
    check_manager(session, centre, by)
    member = session.get(RosterMember, member_id)
    if member is None or member.office_id != centre.office_id:
        raise Refused("not-found", 404)
    return member


def own_or_managed(session: Session, centre: Centre, member_id: UUID, by: Identity) -> RosterMember:
    """The same for what members may do themselves, with their own link. Refuses ``not-found``, ``not-allowed``."""
    if by.kind != "officer":
        return managed_member(session, centre, member_id, by)
    bump(session, roster_board(centre.office_id))
    member = session.get(RosterMember, member_id)
    if member is None or by.id != member_id or member.standing == Standing.REMOVED:
        raise Refused("not-found", 404)
    return member


def note(
    session: Session, member: RosterMember, act: str, by: Identity, now: datetime, detail: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Writes the journal's line about a member. ``detail`` names nobody."""
    journal.record(session, office=member.office_id, act=act, subject=f"member:{member.id.hex}", by=by.by, now=now,
                   detail=detail, reason=reason[:500])


def check_manager(session: Session, centre: Centre, by: Identity) -> None:
    """Marks the roster's board; refuses ``not-allowed`` for whoever is not of case management."""
    if rules.MANAGEMENT.isdisjoint(by.roles) or by.id is None:
        raise Refused("not-allowed", 403)
    bump(session, roster_board(centre.office_id))


def _of_request(session: Session, centre: Centre, key: str) -> UUID | None:
    wanted = select(RosterMember.id).where(RosterMember.office_id == centre.office_id, RosterMember.request_key == key)
    return session.exec(wanted).first() if key else None


def _category(session: Session, centre: Centre, form: MemberForm) -> UUID:
    wanted = select(OfficerCategory.id).where(OfficerCategory.office_id == centre.office_id,
                                              OfficerCategory.code == form.category)
    return session.exec(wanted).one()


def _write_down(session: Session, centre: Centre, member: RosterMember, form: MemberForm, sealing: Vault) -> None:
    """What the form says now. Refuses ``member-known``."""
    member.name = sealing.seal(" ".join(form.name.split()), purpose=HEARING_NAME)
    member.unit, member.post = form.unit.strip(), form.post.strip()
    member.specialisms, member.channels, member.needs = list(form.specialisms), list(form.channels), list(form.needs)
    member.language, member.entry = form.language, form.entry
    member.term_from, member.term_until = day(form.term_from) or member.term_from, day(form.term_until) or member.term_until
    member.yearly_cap, member.past_sittings = count(form.yearly_cap), count(form.past_sittings) or 0
    _write_contacts(session, centre, member, form, sealing)
    session.add(member)
    session.flush()


def _write_contacts(session: Session, centre: Centre, member: RosterMember, form: MemberForm, sealing: Vault) -> None:
    if form.id_number.strip():
        number = papers.id_number(form.id_number, IdKind.RESIDENT_ID, today=centre.today)
        index = sealing.index(number, purpose=vault.ID_NUMBER)
        known = select(RosterMember).where(RosterMember.office_id == centre.office_id, RosterMember.id_index == index,
                                           RosterMember.id != member.id)
        with session.no_autoflush:
            same = session.exec(known).first()
        if same is not None:
            raise Refused("member-known", 409, member=same.id)
        member.id_number, member.id_index = sealing.seal(number, purpose=vault.ID_NUMBER), index
    born = birthday(form)
    member.born_on = sealing.seal(born.isoformat(), purpose=HEARING_NAME) if born else member.born_on
    if form.phone.strip():
        phone = papers.phone_number(form.phone)
        member.phone = sealing.seal(phone, purpose=HEARING_CONTACT)
        member.phone_index = sealing.index(phone, purpose=vault.PHONE)
    if form.email.strip():
        member.email = sealing.seal(form.email.strip(), purpose=HEARING_CONTACT)
    if form.address.strip():
        member.address = sealing.seal(" ".join(form.address.split()), purpose=HEARING_CONTACT)
