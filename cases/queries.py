"""The list of matters and the search in it, as staff see them; which matters somebody may see at all."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import or_
from sqlmodel import Session, col, select

from cases import clocks, rules
from cases.centre import Centre
from cases.tables import Matter, MatterHolder, MatterState, Person, Reply, ReplyKind
from shared import vault, words
from shared.errors import Refused
from shared.identity import Identity
from shared.people import Staff
from shared.vault import Vault

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
    owed = duties_in(session, centre, [matter for matter, _ in rows])
    late = [row for row in rows if _is_late(owed[row[0].id])]
    chosen = late if which == "late" else list(rows)
    shown = chosen[page * PAGE : (page + 1) * PAGE]
    return Listed(lines_of(session, shown, owed, sealing), len(chosen) > (page + 1) * PAGE, len(late))


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
    owed = duties_in(session, centre, [matter for matter, _ in rows])
    return Listed(lines_of(session, rows, owed, sealing), False, sum(_is_late(one) for one in owed.values()))


def matter_of_request(session: Session, *, centre: Centre, key: str) -> UUID | None:
    """The matter that was registered with a form's key."""
    found = select(Matter.id).where(Matter.office_id == centre.office_id, Matter.request_key == key)
    return session.exec(found).first() if key else None


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


def duties_in(session: Session, centre: Centre, found: Sequence[Matter]) -> dict[UUID, list[clocks.Duty]]:
    given: dict[UUID, list[tuple[str, date]]] = {matter.id: [] for matter in found}
    wanted = select(Reply).join(Matter, col(Matter.id) == col(Reply.matter_id)).where(Matter.office_id == centre.office_id)
    for reply in session.exec(wanted.where(Reply.matter_id == found[0].id) if len(found) == 1 else wanted):
        if reply.matter_id in given:
            given[reply.matter_id].append((reply.kind, reply.given_on))
    return {matter.id: duties_of(centre, matter, given[matter.id]) for matter in found}


def _is_late(owed: Sequence[clocks.Duty]) -> bool:
    duty = clocks.next_duty(owed)
    return duty is not None and duty.state == clocks.ClockState.LATE


def lines_of(
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
