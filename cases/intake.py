"""Intake: a new matter at the window, with its number, its person and, once identity is checked, its receipt, all in one."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlmodel import Session, select

from cases import papers, rules
from cases.actions import IdentityCheck, link_holder, note
from cases.centre import Centre
from cases.forms import RegistrationForm
from cases.numbers import next_of_year
from cases.receipts import give_receipt
from cases.tables import SUMMARY, Channel, IdKind, Matter, MatterTally, Person, Registry
from shared import journal, vault
from shared.errors import Refused
from shared.identity import Identity
from shared.live import bump
from shared.vault import Vault

NEW = "new"


class Registered(msgspec.Struct, frozen=True):
    """A matter just registered. ``receipt_id`` is None while nobody's identity has been checked; ``fresh`` is false when
    the same request had been answered before."""

    matter_id: UUID
    number: str
    receipt_id: UUID | None
    fresh: bool


def register_matter(
    session: Session, *, centre: Centre, form: RegistrationForm, check: IdentityCheck | None, sealing: Vault,
    now: datetime, by: Identity,
) -> Registered:
    """Gives the next number of the year; with ``check`` links the holder and gives the receipt too. The same ``form.key``
    gives the same matter again.

    Refuses ``not-allowed``, ``person-known`` (409: the ID is on record and staff have not said that it is the same
    person; ``person`` its id), and what `papers` and `link_holder` refuse. The form has passed `forms.faults`.
    """
    if rules.REGISTER.isdisjoint(by.roles) or by.id is None:
        raise Refused("not-allowed", 403)
    bump(session, centre.board)
    known = _of_request(session, centre, form.key)
    if known is not None:
        return known
    person = _person(session, centre, form, sealing, now, by)
    matter = _new_matter(session, centre, form, person, sealing, now, by.id)
    note(session, matter, "matter-registered", by, now, {"number": matter.number})
    if check is None:
        return Registered(matter.id, matter.number, None, True)
    holder = link_holder(session, centre=centre, matter_id=matter.id, person_id=person.id, check=check, now=now, by=by)
    receipt = give_receipt(session, centre=centre, holder_id=holder, factor=check.factor, secret=check.secret,
                           sealing=sealing, now=now, by=by)
    return Registered(matter.id, matter.number, receipt, True)


# Parts ------------------------------------------------------------------------------------------------------------------


def _of_request(session: Session, centre: Centre, key: str) -> Registered | None:
    if not key:
        return None
    matter = session.exec(
        select(Matter).where(Matter.office_id == centre.office_id, Matter.request_key == key)
    ).first()
    return Registered(matter.id, matter.number, None, False) if matter else None


def _person(
    session: Session, centre: Centre, form: RegistrationForm, sealing: Vault, now: datetime, by: Identity
) -> Person:
    """The person of the form: the one on record whom staff have confirmed, else a new one."""
    kind = IdKind(form.id_kind)
    number = papers.id_number(form.id_number, kind, today=centre.today) if kind != IdKind.NONE else ""
    index = sealing.index(number, purpose=vault.ID_NUMBER) if number else None
    same = session.exec(
        select(Person).where(Person.office_id == centre.office_id, Person.id_index == index)
    ).first() if index else None
    if same is not None and form.person != str(same.id):
        raise Refused("person-known", 409, person=same.id)
    if same is None and form.person not in ("", NEW):
        same = _confirmed(session, centre, form.person, index)
    person = same or Person(office_id=centre.office_id, name=b"", made_at=now)
    _write_down(person, form, kind, number, sealing)
    session.add(person)
    session.flush()
    act = "person-updated" if same else "person-added"
    journal.record(session, office=centre.office_id, act=act, subject=f"person:{person.id.hex}", by=by.by, now=now)
    return person


def _confirmed(session: Session, centre: Centre, person_id: str, index: str | None) -> Person | None:
    """The person whom staff recognised by the telephone number; nobody whose ID is another one."""
    try:
        person = session.get(Person, UUID(person_id))
    except ValueError:
        return None
    if person is None or person.office_id != centre.office_id:
        return None
    return None if index and person.id_index and person.id_index != index else person


def _write_down(person: Person, form: RegistrationForm, kind: IdKind, number: str, sealing: Vault) -> None:
    """What the form says now; what it leaves empty stays as it was."""
    person.name = sealing.seal(" ".join(form.name.split()), purpose=vault.NAME)
    if number:
        person.id_kind, person.id_number = kind, sealing.seal(number, purpose=vault.ID_NUMBER)
        person.id_index = sealing.index(number, purpose=vault.ID_NUMBER)
    if form.phone.strip():
        phone = papers.phone_number(form.phone)
        person.phone, person.phone_index = sealing.seal(phone, purpose=vault.PHONE), sealing.index(phone, purpose=vault.PHONE)
    if form.address.strip():
        person.address = sealing.seal(" ".join(form.address.split()), purpose=vault.ADDRESS)


def _new_matter(
    session: Session, centre: Centre, form: RegistrationForm, person: Person, sealing: Vault, now: datetime, registrar: UUID
) -> Matter:
    chosen = next((one for one in centre.classes if one.code == form.matter_class and one.open), None)
    if chosen is None:
        raise Refused("class-needed", 422)
    matter = Matter(
        office_id=centre.office_id, number=_next_number(session, centre), class_id=chosen.id, person_id=person.id,
        channel=Channel.VISIT, summary=sealing.seal(form.summary.strip(), purpose=SUMMARY),
        discreet=chosen.discreet or bool(form.discreet), received_at=now, received_on=centre.today, registrar=registrar,
        ticket=form.ticket, request_key=form.key or None,
    )
    session.add(matter)
    session.flush()
    return matter


def _next_number(session: Session, centre: Centre) -> str:
    """蚌检控申〔2026〕12号."""
    registry = session.get_one(Registry, centre.office_id)
    return f"{registry.prefix}〔{centre.today.year}〕{next_of_year(session, MatterTally, centre)}号"
