"""Registering a matter at the window, and its receipt. Keeps what was typed, and asks when a person is already on record."""

from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody

from cases import actions, papers, receipts
from cases.actions import IdentityCheck
from cases.caseroom import CASEROOM, Caseroom, TheCaseroom, go
from cases.file import matter_file
from cases.forms import IdentityForm, RegistrationForm, faults, identity_faults
from cases.intake import register_matter
from cases.lookup import paper
from cases.people import PersonView, known_people
from cases.queries import matter_of_request
from cases.rules import PROOFS, REGISTER
from cases.tables import Factor, IdKind, Proof, Relation
from shared import codes, vault
from shared.door import require
from shared.errors import Refused
from shared.given import TheSettings


@get("/new", include_in_schema=False)
async def new(room: TheCaseroom, ticket: FromQuery[str] = "") -> Response[str]:
    form = RegistrationForm(key=codes.new_code(), ticket=codes.normalise(ticket) or "")
    return _form_page(room, form)


@post("/new", include_in_schema=False)
async def register(room: TheCaseroom, data: URLEncodedBody[RegistrationForm]) -> Response[Any]:
    """Registers, and goes on to the receipt. The same form sent twice leads to the same receipt."""
    done = await room.read(matter_of_request, centre=room.centre, key=data.key)
    if done is not None:
        return go(f"/cases/{done}/receipt")
    found = faults(data, classes={one.code for one in room.centre.classes if one.open}, today=room.centre.today)
    if found:
        return _form_page(room, data, found, status=422)
    known, near = await _known(room, data)
    if data.person == "" and (known or near):
        return _form_page(room, data, status=409, known=known, near=near)
    try:
        made = await room.act(register_matter, form=data, check=_check(data), sealing=room.vault)
    except Refused as refusal:
        return _form_page(room, data, status=refusal.status, refusal=refusal, known=known, near=near)
    return go(f"/cases/{made.matter_id}/receipt")


@get("/{matter:uuid}/receipt", include_in_schema=False)
async def receipt(room: TheCaseroom, matter: FromPath[UUID], settings: TheSettings) -> Response[str]:
    """The receipt to print, with the QR of its latest code."""
    found = await room.read(paper, centre=room.centre, matter_id=matter, sealing=room.vault, now=room.now, by=room.identity)
    address = f"{settings.public_url}/c/{found.code}"
    picture = codes.qr_svg(address, title=found.number) if found.code else ""
    return room.page("cases/receipt.html", matter_id=matter, paper=found, qr=picture, spelt=codes.spell(found.code))


@get("/{matter:uuid}/identity", include_in_schema=False)
async def ask_identity(room: TheCaseroom, matter: FromPath[UUID]) -> Response[str]:
    """Checks identity and relation in person, and gives a new receipt."""
    return await _identity_page(room, matter, IdentityForm())


@post("/{matter:uuid}/identity", include_in_schema=False)
async def check_identity(room: TheCaseroom, matter: FromPath[UUID], data: URLEncodedBody[IdentityForm]) -> Response[Any]:
    found = identity_faults(data)
    if found:
        return await _identity_page(room, matter, data, found, status=422)
    file = await room.read(matter_file, centre=room.centre, matter_id=matter, sealing=room.vault, by=room.identity)
    try:
        holder = await room.act(actions.link_holder, matter_id=matter, person_id=file.person.id, check=_check(data))
        await room.act(receipts.give_receipt, holder_id=holder, factor=Factor(data.factor), secret=data.pin, sealing=room.vault)
    except Refused as refusal:
        return await _identity_page(room, matter, data, status=refusal.status, refusal=refusal)
    return go(f"/cases/{matter}/receipt")


@post("/{matter:uuid}/receipt/{receipt_id:uuid}/revoke", include_in_schema=False)
async def revoke(room: TheCaseroom, matter: FromPath[UUID], receipt_id: FromPath[UUID]) -> Response[Any]:
    await room.act(receipts.revoke_receipt, receipt_id=receipt_id)
    return go(f"/cases/{matter}")


# Parts --------------------------------------------------------------------------------------------------------------


def _form_page(
    room: Caseroom, form: RegistrationForm, found: dict[str, str] | None = None, *, status: int = 200,
    refusal: Refused | None = None, known: PersonView | None = None, near: list[PersonView] | None = None,
) -> Response[str]:
    wrong = {field: room.says(code) for field, code in (found or {}).items()}
    return room.page("cases/new.html", status=status, form=form, wrong=wrong, refusal=refusal, known=known, near=near or [],
                     **_choices())


async def _identity_page(
    room: Caseroom, matter: UUID, form: IdentityForm, found: dict[str, str] | None = None, *, status: int = 200,
    refusal: Refused | None = None,
) -> Response[str]:
    file = await room.read(matter_file, centre=room.centre, matter_id=matter, sealing=room.vault, by=room.identity)
    wrong = {field: room.says(code) for field, code in (found or {}).items()}
    return room.page("cases/identity.html", status=status, form=form, wrong=wrong, refusal=refusal, file=file, **_choices())


def _choices() -> dict[str, Any]:
    return {"id_kinds": list(IdKind), "relations": list(Relation), "proofs": list(Proof), "rules": PROOFS}


def _check(form: RegistrationForm | IdentityForm) -> IdentityCheck | None:
    """What staff have checked; None when they said that they have not."""
    if form.document in ("", IdKind.NONE):
        return None
    return IdentityCheck(Relation(form.relation), IdKind(form.document), Proof(form.proof), Factor(form.factor), form.pin)


async def _known(room: Caseroom, form: RegistrationForm) -> tuple[PersonView | None, list[PersonView]]:
    kind = IdKind(form.id_kind)
    number = papers.id_number(form.id_number, kind, today=room.centre.today) if kind != IdKind.NONE else ""
    phone = papers.phone_number(form.phone) if form.phone.strip() else ""
    return await room.read(
        known_people, centre=room.centre, sealing=room.vault,
        id_index=room.vault.index(number, purpose=vault.ID_NUMBER) if number else "",
        phone_index=room.vault.index(phone, purpose=vault.PHONE) if phone else "",
    )


router = Router(
    "/cases", route_handlers=[new, register, receipt, ask_identity, check_identity, revoke], guards=[require(*REGISTER)],
    dependencies=CASEROOM,
)
