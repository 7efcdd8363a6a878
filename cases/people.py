"""People on record, as a screen may show them: masked, or whole after a journalled reveal; and who may be the one standing at
the window now."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func
from sqlmodel import Session, col, select

from cases.centre import Centre
from cases.tables import Matter, Person
from shared import vault, words
from shared.vault import Vault


class PersonView(msgspec.Struct, frozen=True):
    """A person as a screen may show them. What is not on record is empty; ``matters``: how many they have brought."""

    id: UUID
    name: str
    id_kind: str
    id_number: str
    phone: str
    address: str
    matters: int


def known_people(
    session: Session, *, centre: Centre, id_index: str, phone_index: str, sealing: Vault
) -> tuple[PersonView | None, list[PersonView]]:
    """Who is on record with this ID number, and who else with this telephone number (unless another ID tells them apart)."""
    same = _with(session, centre, col(Person.id_index) == id_index) if id_index else []
    near = _with(session, centre, col(Person.phone_index) == phone_index) if phone_index else []
    others = [one for one in near if not (id_index and one.id_index)]
    known = person_view(session, same[0], sealing, False) if same else None
    return known, [person_view(session, one, sealing, False) for one in others]


def person_view(session: Session, person: Person, sealing: Vault, revealed: bool) -> PersonView:
    def shown(sealed: bytes | None, purpose: str, mask: Callable[[str], str]) -> str:
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
