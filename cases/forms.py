"""The forms of the cases room as staff fill them in, and what is wrong with them, field by field. Pure."""

from collections.abc import Callable
from datetime import date
from typing import Annotated

import msgspec

from cases import papers
from cases.rules import PROOFS
from cases.tables import Factor, IdKind, Proof, Relation
from shared.errors import Refused

NAME_LENGTH, SUMMARY_LENGTH, ADDRESS_LENGTH, TEXT_LENGTH = 60, 2000, 200, 2000
Key = Annotated[str, msgspec.Meta(max_length=80)]


class RegistrationForm(msgspec.Struct):
    """A new matter at the window. ``person``: the known person it is (an id), or "new" when staff say it is another.

    The PIN is never shown again; everything else is kept when something is wrong.
    """

    key: Key = ""
    ticket: Annotated[str, msgspec.Meta(max_length=26)] = ""
    matter_class: str = ""
    summary: str = ""
    discreet: str = ""
    name: str = ""
    id_kind: str = IdKind.RESIDENT_ID
    id_number: str = ""
    phone: str = ""
    address: str = ""
    relation: str = Relation.PARTY
    document: str = IdKind.NONE
    proof: str = Proof.NONE
    factor: str = Factor.PIN
    pin: str = ""
    pin_again: str = ""
    person: str = ""


class IdentityForm(msgspec.Struct):
    """Identity and relation checked later, or a receipt given anew."""

    key: Key = ""
    relation: str = Relation.PARTY
    document: str = IdKind.NONE
    proof: str = Proof.NONE
    factor: str = Factor.PIN
    pin: str = ""
    pin_again: str = ""


class ReplyForm(msgspec.Struct):
    key: Key = ""
    kind: str = ""
    mode: str = ""
    text: str = ""
    open_to_holder: str = ""


class StepForm(msgspec.Struct):
    """A change of state. ``seen`` is the state that the screen showed."""

    seen: str = ""
    to: str = ""
    handler: str = ""
    reason: str = ""


class ReasonForm(msgspec.Struct):
    reason: str = ""


class SearchForm(msgspec.Struct):
    q: str = ""


def faults(form: RegistrationForm, *, classes: set[str], today: date) -> dict[str, str]:
    """Field -> refusal code, for everything that is wrong with it."""
    found: dict[str, str] = {}
    if form.matter_class not in classes:
        found["matter_class"] = "class-needed"
    _need(found, "summary", form.summary, SUMMARY_LENGTH)
    _need(found, "name", form.name, NAME_LENGTH)
    if len(form.address) > ADDRESS_LENGTH:
        found["address"] = "too-long"
    if form.phone.strip():
        _try(found, "phone", lambda: papers.phone_number(form.phone))
    found |= _id_faults(form, today)
    if form.document not in ("", IdKind.NONE):
        found |= identity_faults(form)
        if form.id_kind == IdKind.NONE:
            found["id_kind"] = "id-needed"
    return found


def identity_faults(form: RegistrationForm | IdentityForm) -> dict[str, str]:
    """What is wrong with the check of identity and relation and with the second factor."""
    found: dict[str, str] = {}
    if form.document not in set(IdKind) - {IdKind.NONE}:
        found["document"] = "identity-unchecked"
    if form.relation not in set(Relation):
        found["relation"] = "invalid"
    elif form.proof not in PROOFS[Relation(form.relation)]:
        found["proof"] = "proof-needed"
    if form.factor not in set(Factor):
        found["factor"] = "invalid"
    elif form.factor == Factor.PIN:
        _try(found, "pin", lambda: papers.pin(form.pin, form.pin_again))
    return found


def _id_faults(form: RegistrationForm, today: date) -> dict[str, str]:
    found: dict[str, str] = {}
    if form.id_kind not in set(IdKind):
        found["id_kind"] = "invalid"
    elif form.id_kind != IdKind.NONE:
        _try(found, "id_number", lambda: papers.id_number(form.id_number, IdKind(form.id_kind), today=today))
    return found


def _need(found: dict[str, str], field: str, text: str, most: int) -> None:
    if not text.strip():
        found[field] = f"{field}-needed"
    elif len(text) > most:
        found[field] = "too-long"


def _try(found: dict[str, str], field: str, check: Callable[[], object]) -> None:
    try:
        check()
    except Refused as refusal:
        found[field] = refusal.code
