"""What staff see of matters: the list, one matter's file, people already on record. Personal details leave here masked
unless the caller has journalled a reveal."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from cases import clocks, rules
from cases.centre import Centre
from cases.tables import Matter, MatterHolder, MatterState, Person, Receipt, Reply, ReplyKind
from shared import vault, words
from shared.errors import Refused
from shared.identity import Identity
from shared.journal import JournalLine
from shared.people import Role, Staff
from shared.vault import Vault

SUMMARY, REPLY, CODE = "matter-summary", "reply", "receipt-code"  # what the vault seals them as
PAGE = 40
FOUND_MOST = 100


class MatterLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list. ``duty`` is the next reply owed."""

    id: UUID
    number: str
    class_id: UUID
    name: str
    state: MatterState
    received_on: date
    discreet: bool
    handler: str
    duty: clocks.Duty | None


class Listed(msgspec.Struct, frozen=True):
    """A page of the list; ``more``: there is another one after it."""

    lines: list[MatterLine]
    more: bool
    late: int


class PersonView(msgspec.Struct, frozen=True):
    """A person as a screen may show them: masked, or whole after a reveal. What is not on record is empty."""

    id: UUID
    name: str
    id_kind: str
    id_number: str
    phone: str
    address: str
    matters: int


class ReceiptView(msgspec.Struct, frozen=True):
    """``last_day``: the last day on which the code opens something."""

    id: UUID
    factor: str
    last_day: date
    valid: bool


class HolderLine(msgspec.Struct, frozen=True):
    """Somebody whose identity was checked, by whom, and their latest receipt."""

    id: UUID
    person_id: UUID
    name: str
    relation: str
    document: str
    proof: str
    checked_at: datetime
    checked_by: str
    receipt: ReceiptView | None


class ReplyLine(msgspec.Struct, frozen=True):
    kind: str
    mode: str
    text: str
    on: date
    by: str
    open_to_holder: bool


class HistoryLine(msgspec.Struct, frozen=True):
    at: datetime
    act: str
    by: str
    reason: str


class MatterFile(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one matter that this member of staff may see. ``steps``: where they may take it."""

    line: MatterLine
    summary: str
    person: PersonView
    revealed: bool
    channel: str
    accepted_on: date | None
    registrar: str
    first_handler: str
    ticket: str
    holders: list[HolderLine]
    replies: list[ReplyLine]
    duties: list[clocks.Duty]
    steps: list[MatterState]
    handlers: list[tuple[UUID, str]]
    history: list[HistoryLine]


def matter_of(session: Session, centre: Centre, matter_id: UUID, by: Identity) -> Matter:
    """A matter of this office that this member of staff may see. Refuses ``not-found``."""
    matter = session.get(Matter, matter_id)
    if matter is None or matter.office_id != centre.office_id:
        raise Refused("not-found", 404)
    involved = (matter.registrar, matter.first_handler, matter.handler)
    if not rules.may_see(discreet=matter.discreet, involved=involved, viewer=by.id, roles=by.roles):
        raise Refused("not-found", 404)
    return matter


def matters(session: Session, *, centre: Centre, which: str, page: int, sealing: Vault, by: Identity) -> Listed:
    """The matters of the office, newest first: ``open``, ``late`` or ``all``; pages count from 0."""
    wanted = _visible(centre, by)
    if which != "all":
        wanted = wanted.where(col(Matter.state).not_in(rules.ENDED))
    rows = session.exec(wanted.order_by(col(Matter.received_at).desc(), col(Matter.id).desc())).all()
    owed = _duties(session, centre, [matter for matter, _ in rows])
    late = [row for row in rows if _is_late(owed[row[0].id])]
    chosen = late if which == "late" else list(rows)
    shown = chosen[page * PAGE : (page + 1) * PAGE]
    return Listed(_lines(session, shown, owed, sealing), len(chosen) > (page + 1) * PAGE, len(late))


def search(session: Session, *, centre: Centre, index: str, number: str, sealing: Vault, by: Identity) -> Listed:
    """Matters by a person's blind index (ID or telephone number), else by a part of the matter's number."""
    wanted = _visible(centre, by)
    if index:
        owner = or_(col(Person.id_index) == index, col(Person.phone_index) == index)
        people = select(Person.id).where(Person.office_id == centre.office_id, owner)
        held = select(MatterHolder.matter_id).where(col(MatterHolder.person_id).in_(people))
        wanted = wanted.where(or_(col(Matter.person_id).in_(people), col(Matter.id).in_(held)))
    else:
        wanted = wanted.where(col(Matter.number).contains(number, autoescape=True))
    rows = session.exec(wanted.order_by(col(Matter.received_at).desc()).limit(FOUND_MOST)).all()
    owed = _duties(session, centre, [matter for matter, _ in rows])
    return Listed(_lines(session, rows, owed, sealing), False, sum(_is_late(one) for one in owed.values()))


def matter_file(
    session: Session, *, centre: Centre, matter_id: UUID, sealing: Vault, by: Identity, revealed: bool = False
) -> MatterFile:
    """One matter. ``revealed`` only in answer to a journalled reveal. Refuses ``not-found``."""
    matter = matter_of(session, centre, matter_id, by)
    person = session.get_one(Person, matter.person_id)
    names = _names(session, centre)
    owed = _duties(session, centre, [matter])[matter.id]
    reads_words = by.roles != frozenset({Role.AUDITOR})
    line = _lines(session, [(matter, person)], {matter.id: owed}, sealing)[0]
    return MatterFile(
        line=line,
        summary=sealing.unseal(matter.summary, purpose=SUMMARY) if reads_words else "",
        person=_view(session, person, sealing, revealed),
        revealed=revealed,
        channel=matter.channel,
        accepted_on=matter.accepted_on,
        registrar=names.get(matter.registrar, ""),
        first_handler=names.get(matter.first_handler, "") if matter.first_handler else "",
        ticket=matter.ticket,
        holders=_holders(session, centre, matter, names, sealing, revealed),
        replies=_replies(session, matter, names, sealing, reads_words),
        duties=owed,
        steps=rules.next_states(MatterState(matter.state), by.roles),
        handlers=_handlers(session, centre),
        history=_history(session, matter, names),
    )


def matter_of_request(session: Session, *, centre: Centre, key: str) -> UUID | None:
    """The matter that was registered with a form's key."""
    found = select(Matter.id).where(Matter.office_id == centre.office_id, Matter.request_key == key)
    return session.exec(found).first() if key else None


def known_people(
    session: Session, *, centre: Centre, id_index: str, phone_index: str, sealing: Vault
) -> tuple[PersonView | None, list[PersonView]]:
    """Who is on record with this ID number, and who else with this telephone number (unless another ID tells them apart)."""
    same = _with(session, centre, col(Person.id_index) == id_index) if id_index else []
    near = _with(session, centre, col(Person.phone_index) == phone_index) if phone_index else []
    others = [one for one in near if not (id_index and one.id_index)]
    known = _view(session, same[0], sealing, False) if same else None
    return known, [_view(session, one, sealing, False) for one in others]


# Parts --------------------------------------------------------------------------------------------------------------


def duties_of(centre: Centre, matter: Matter, replies: Iterable[tuple[str, date]]) -> list[clocks.Duty]:
    """The replies owed for one matter, from its rows."""
    given = [clocks.Given(ReplyKind(kind), on) for kind, on in replies]
    seen = clocks.Matter(matter.received_on, MatterState(matter.state), matter.ended_on, given)
    return clocks.duties(seen, calendar=centre.calendar, provisions=centre.provisions, today=centre.today)


def _visible(centre: Centre, by: Identity) -> Any:
    """Matters and their people, as `rules.may_see` says."""
    wanted = select(Matter, Person).join(Person, col(Person.id) == col(Matter.person_id))
    wanted = wanted.where(Matter.office_id == centre.office_id)
    if not rules.ALL_DISCREET.isdisjoint(by.roles):
        return wanted
    mine = [col(column) == by.id for column in (Matter.registrar, Matter.first_handler, Matter.handler)]
    return wanted.where(or_(col(Matter.discreet).is_(False), *mine))


def _duties(session: Session, centre: Centre, found: Sequence[Matter]) -> dict[UUID, list[clocks.Duty]]:
    given: dict[UUID, list[tuple[str, date]]] = {matter.id: [] for matter in found}
    wanted = select(Reply).join(Matter, col(Matter.id) == col(Reply.matter_id)).where(Matter.office_id == centre.office_id)
    for reply in session.exec(wanted.where(Reply.matter_id == found[0].id) if len(found) == 1 else wanted):
        if reply.matter_id in given:
            given[reply.matter_id].append((reply.kind, reply.given_on))
    return {matter.id: duties_of(centre, matter, given[matter.id]) for matter in found}


def _is_late(owed: Sequence[clocks.Duty]) -> bool:
    duty = clocks.next_duty(owed)
    return duty is not None and duty.state == clocks.ClockState.LATE


def _lines(
    session: Session, rows: Iterable[tuple[Matter, Person]], owed: dict[UUID, list[clocks.Duty]], sealing: Vault
) -> list[MatterLine]:
    staff = {row.id: row.name for row in session.exec(select(Staff))}
    return [
        MatterLine(
            id=matter.id, number=matter.number, class_id=matter.class_id,
            name=words.mask_name(sealing.unseal(person.name, purpose=vault.NAME)), state=MatterState(matter.state),
            received_on=matter.received_on, discreet=matter.discreet,
            handler=staff.get(matter.handler, "") if matter.handler else "", duty=clocks.next_duty(owed[matter.id]),
        )
        for matter, person in rows
    ]


def _names(session: Session, centre: Centre) -> dict[UUID, str]:
    return {row.id: row.name for row in session.exec(select(Staff).where(Staff.office_id == centre.office_id))}


def _handlers(session: Session, centre: Centre) -> list[tuple[UUID, str]]:
    """Who may handle a matter."""
    rows = session.exec(select(Staff).where(Staff.office_id == centre.office_id, col(Staff.active)).order_by(Staff.account))
    return [(row.id, row.name) for row in rows if Role.CASE_HANDLER in row.roles]


def _view(session: Session, person: Person, sealing: Vault, revealed: bool) -> PersonView:
    def shown(sealed: bytes | None, purpose: str, mask: Any) -> str:
        if sealed is None:
            return ""
        text = sealing.unseal(sealed, purpose=purpose)
        return text if revealed else mask(text)

    count = session.exec(select(func.count()).select_from(Matter).where(Matter.person_id == person.id)).one()
    return PersonView(
        person.id, shown(person.name, vault.NAME, words.mask_name), person.id_kind,
        shown(person.id_number, vault.ID_NUMBER, words.mask_id), shown(person.phone, vault.PHONE, words.mask_phone),
        shown(person.address, vault.ADDRESS, lambda _: "***"), count,
    )


def _with(session: Session, centre: Centre, condition: Any) -> Sequence[Person]:
    return session.exec(select(Person).where(Person.office_id == centre.office_id, condition)).all()


def _holders(
    session: Session, centre: Centre, matter: Matter, names: dict[UUID, str], sealing: Vault, revealed: bool
) -> list[HolderLine]:
    rows = session.exec(
        select(MatterHolder, Person).join(Person, col(Person.id) == col(MatterHolder.person_id))
        .where(MatterHolder.matter_id == matter.id).order_by(col(MatterHolder.id))
    ).all()
    return [
        HolderLine(
            holder.id, person.id, _view(session, person, sealing, revealed).name, holder.relation, holder.document,
            holder.proof, holder.checked_at, names.get(holder.checked_by, ""), _receipt(session, centre, holder.id),
        )
        for holder, person in rows
    ]


def _receipt(session: Session, centre: Centre, holder_id: UUID) -> ReceiptView | None:
    """The latest receipt of a holder."""
    row = session.exec(
        select(Receipt).where(Receipt.holder_id == holder_id).order_by(col(Receipt.id).desc()).limit(1)
    ).first()
    if row is None:
        return None
    last_day = (row.expires_at - timedelta(seconds=1)).astimezone(centre.zone).date()
    return ReceiptView(row.id, row.factor, last_day, row.revoked_at is None and centre.today <= last_day)


def _replies(
    session: Session, matter: Matter, names: dict[UUID, str], sealing: Vault, reads_words: bool
) -> list[ReplyLine]:
    rows = session.exec(select(Reply).where(Reply.matter_id == matter.id).order_by(col(Reply.id)))
    return [
        ReplyLine(row.kind, row.mode, sealing.unseal(row.text, purpose=REPLY) if reads_words else "", row.given_on,
                  names.get(row.given_by, ""), row.open_to_holder)
        for row in rows
    ]


def _history(session: Session, matter: Matter, names: dict[UUID, str]) -> list[HistoryLine]:
    rows = session.exec(
        select(JournalLine).where(JournalLine.subject == f"matter:{matter.id.hex}").order_by(col(JournalLine.id))
    )
    return [HistoryLine(row.at, row.act, _actor(row.by, names), row.reason) for row in rows]


def _actor(by: str, names: dict[UUID, str]) -> str:
    """The name of a member of staff; empty for the holder of a receipt."""
    kind, _, key = by.partition(":")
    return names.get(UUID(key), "") if kind == "staff" else ""
