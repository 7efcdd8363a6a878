"""What staff do with matters, one function each: register, link a holder, answer, take a step, reveal. Each is journalled
without a personal identifier. Receipts and their look-up are in `receipts`."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import update
from sqlmodel import Session, col, select

from cases import papers, rules
from cases.centre import Centre
from cases.forms import RegistrationForm
from cases.queries import REPLY, SUMMARY, matter_of
from cases.receipts import give_receipt
from cases.tables import (
    Channel,
    Factor,
    IdKind,
    Matter,
    MatterHolder,
    MatterState,
    MatterTally,
    Person,
    Proof,
    Registry,
    Relation,
    Reply,
    ReplyKind,
    ReplyMode,
)
from shared import journal, vault
from shared.errors import Refused
from shared.identity import Identity
from shared.live import bump
from shared.people import Role, Staff
from shared.vault import Vault

NEW = "new"


class Registered(msgspec.Struct, frozen=True):
    """A matter just registered. ``receipt_id`` is None while nobody's identity has been checked; ``fresh`` is false when
    the same request had been answered before."""

    matter_id: UUID
    number: str
    receipt_id: UUID | None
    fresh: bool


class IdentityCheck(msgspec.Struct, frozen=True):
    """What staff saw with their own eyes, and the second factor that the visitor chose (``secret``: the PIN)."""

    relation: Relation
    document: IdKind
    proof: Proof
    factor: Factor
    secret: str = ""


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
    _note(session, matter, "matter-registered", by, now, {"number": matter.number})
    if check is None:
        return Registered(matter.id, matter.number, None, True)
    holder = link_holder(session, centre=centre, matter_id=matter.id, person_id=person.id, check=check, now=now, by=by)
    receipt = give_receipt(session, centre=centre, holder_id=holder, factor=check.factor, secret=check.secret,
                           sealing=sealing, now=now, by=by)
    return Registered(matter.id, matter.number, receipt, True)


def link_holder(
    session: Session, *, centre: Centre, matter_id: UUID, person_id: UUID, check: IdentityCheck, now: datetime, by: Identity,
) -> UUID:
    """Notes that somebody's identity and relation were proven in person; returns the holder's id. Again: the last check
    counts. Refuses ``not-allowed``, ``not-found``, ``identity-unchecked``, ``proof-needed``, ``id-needed``."""
    if rules.REGISTER.isdisjoint(by.roles) or by.id is None:
        raise Refused("not-allowed", 403)
    bump(session, centre.board)
    rules.check_proof(check.relation, check.document, check.proof)
    matter, person = matter_of(session, centre, matter_id, by), session.get(Person, person_id)
    if person is None or person.office_id != centre.office_id:
        raise Refused("not-found", 404)
    if person.id_number is None:
        raise Refused("id-needed", 422)
    holder = session.exec(
        select(MatterHolder).where(MatterHolder.matter_id == matter_id, MatterHolder.person_id == person_id)
    ).first() or MatterHolder(matter_id=matter_id, person_id=person_id, relation=check.relation, document=check.document,
                              checked_at=now, checked_by=by.id)
    holder.relation, holder.document, holder.proof = check.relation, check.document, check.proof
    holder.checked_at, holder.checked_by = now, by.id
    session.add(holder)
    session.flush()
    seen = {"relation": check.relation, "document": check.document, "proof": check.proof}
    _note(session, matter, "identity-checked", by, now, seen)
    return holder.id


def add_reply(
    session: Session, *, centre: Centre, matter_id: UUID, kind: ReplyKind, mode: ReplyMode, text: str, open_to_holder: bool,
    key: str, sealing: Vault, now: datetime, by: Identity,
) -> UUID:
    """Writes down an answer that was given. The same ``key`` adds nothing. Refuses ``not-allowed``, ``not-found``,
    ``text-needed``."""
    matter = _handled(session, centre, matter_id, by)
    if not text.strip():
        raise Refused("text-needed", 422)
    known = session.exec(select(Reply).where(Reply.matter_id == matter_id, Reply.request_key == (key or None))).first()
    if known is not None:
        return known.id
    assert by.id is not None
    reply = Reply(
        matter_id=matter_id, kind=kind, mode=mode, text=sealing.seal(text.strip(), purpose=REPLY),
        open_to_holder=open_to_holder, given_at=now, given_on=centre.today, given_by=by.id, request_key=key or None,
    )
    session.add(reply)
    _note(session, matter, "reply-given", by, now, {"kind": kind, "mode": mode})
    return reply.id


def set_state(
    session: Session, *, centre: Centre, matter_id: UUID, seen: str, to: MatterState, reason: str, handler: UUID | None,
    now: datetime, by: Identity,
) -> None:
    """Takes a matter one step on; being there already is no fault. ``handler``: whom it is assigned to.

    Refuses ``moved-on`` (it is not in the state ``seen``) and what `rules.check_step` refuses. The first handler is
    written once and stays (首办责任制).
    """
    matter = _handled(session, centre, matter_id, by)
    state = MatterState(matter.state)
    if state == to:
        return
    if state != seen:
        raise Refused("moved-on")
    rules.check_step(state, to, roles=by.roles, reason=reason, handler=handler)
    if to == MatterState.ASSIGNED:
        _assign(session, centre, matter, handler)
    matter.state = to
    matter.accepted_on = matter.accepted_on or (centre.today if to == MatterState.ACCEPTED else None)
    over = to in rules.ENDED or to in rules.CONCLUDED
    matter.ended_on = (matter.ended_on or centre.today) if over else None
    session.add(matter)
    _note(session, matter, "matter-" + to.replace("_", "-"), by, now, {"from": state}, reason.strip())


def reveal(session: Session, *, centre: Centre, matter_id: UUID, reason: str, now: datetime, by: Identity) -> None:
    """Notes that somebody looks at the unmasked details of a matter's people, and why. Refuses ``not-allowed``,
    ``not-found``, ``reason-needed``."""
    matter = _handled(session, centre, matter_id, by)
    if not reason.strip():
        raise Refused("reason-needed", 422)
    _note(session, matter, "person-revealed", by, now, reason=reason.strip()[:300])


def note_search(session: Session, *, centre: Centre, kind: str, hits: int, now: datetime, by: Identity) -> None:
    """Notes that somebody searched by a personal number: what kind and how many matters, never the number."""
    journal.record(session, office=centre.office_id, act="matters-searched", subject=f"office:{centre.office_id.hex}",
                   by=by.by, now=now, detail={"kind": kind, "hits": hits})


# Parts --------------------------------------------------------------------------------------------------------------


def _handled(session: Session, centre: Centre, matter_id: UUID, by: Identity) -> Matter:
    if rules.HANDLE.isdisjoint(by.roles) or by.id is None:
        raise Refused("not-allowed", 403)
    bump(session, centre.board)
    return matter_of(session, centre, matter_id, by)


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
    """蚌检控申〔2026〕12号: one row counts, changed and read in one statement."""
    year = centre.today.year
    count = (
        update(MatterTally)
        .where(col(MatterTally.office_id) == centre.office_id, col(MatterTally.year) == year)
        .values(last=col(MatterTally.last) + 1)
        .returning(col(MatterTally.last))
    )
    last = session.exec(count).scalar()
    if last is None:
        last = 1
        session.add(MatterTally(office_id=centre.office_id, year=year, last=last))
        session.flush()
    registry = session.get_one(Registry, centre.office_id)
    return f"{registry.prefix}〔{year}〕{last}号"


def _assign(session: Session, centre: Centre, matter: Matter, handler: UUID | None) -> None:
    staff = session.get(Staff, handler)
    if staff is None or staff.office_id != centre.office_id or not staff.active or not can_handle(staff.roles):
        raise Refused("handler-needed", 422)
    matter.handler = staff.id
    matter.first_handler = matter.first_handler or staff.id


def can_handle(roles: Collection[str]) -> bool:
    return Role.CASE_HANDLER in roles


def _note(
    session: Session, matter: Matter, act: str, by: Identity, now: datetime, detail: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    journal.record(session, office=matter.office_id, act=act, subject=f"matter:{matter.id.hex}", by=by.by, now=now,
                   detail=detail, reason=reason)
