"""Taking somebody onto the roster and changing what is on record. Keeps what was typed."""

from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, URLEncodedBody
from msgspec import Struct

from cases.caseroom import go
from hearings import rules
from hearings.centre import Named, categories_of, specialisms_of
from hearings.hearingroom import HEARINGROOM, Hearingroom, TheHearingroom
from hearings.roster.actions import add_member, change_member
from hearings.roster.forms import CHANNELS, MemberForm, faults
from hearings.roster.lists import GROUPS, add_category, add_specialism
from hearings.roster.queries import form_of
from hearings.roster.tables import Entry
from shared import codes
from shared.door import require
from shared.errors import Refused

LISTS = ("specialisms", "channels", "needs")
NEEDS = ("sign_language", "wheelchair", "hearing_aid", "large_print", "interpreter")


class ListForm(Struct):
    kind: str = ""
    group: str = ""
    name_zh: str = ""
    name_en: str = ""


@get("/new", include_in_schema=False)
async def new(room: TheHearingroom) -> Response[str]:
    today = room.centre.today
    return await _form_page(room, MemberForm(key=codes.new_code(), term_from=today.isoformat(), channels=["sms"]))


@post("/new", include_in_schema=False)
async def take_on(room: TheHearingroom) -> Response[Any]:
    form = await _read(room)
    found = await _faults(room, form)
    if found:
        return await _form_page(room, form, found, status=422)
    try:
        member = await room.act(add_member, form=form, sealing=room.vault)
    except Refused as refusal:
        return await _form_page(room, form, status=refusal.status, refusal=refusal)
    return go(f"/desk/roster/{member}")


@get("/{member:uuid}/edit", include_in_schema=False)
async def edit(room: TheHearingroom, member: FromPath[UUID]) -> Response[str]:
    form = await room.read(form_of, centre=room.centre, member_id=member, sealing=room.vault)
    return await _form_page(room, form, member=member)


@post("/{member:uuid}/edit", include_in_schema=False)
async def change(room: TheHearingroom, member: FromPath[UUID]) -> Response[Any]:
    form = await _read(room)
    found = await _faults(room, form)
    if found.get("phone") == "contact-needed":
        del found["phone"]  # what is on record stays
    if found:
        return await _form_page(room, form, found, status=422, member=member)
    try:
        await room.act(change_member, member_id=member, form=form, sealing=room.vault)
    except Refused as refusal:
        return await _form_page(room, form, status=refusal.status, refusal=refusal, member=member)
    return go(f"/desk/roster/{member}")


@get("/lists", include_in_schema=False)
async def show_lists(room: TheHearingroom) -> Response[str]:
    return await _lists_page(room)


@post("/lists", include_in_schema=False)
async def add_to_list(room: TheHearingroom, data: URLEncodedBody[ListForm]) -> Response[Any]:
    """Adds a category of a group, or without a group a field that officers know about."""
    names = {"name_zh": data.name_zh, "name_en": data.name_en}
    try:
        if data.kind == "category":
            await room.act(add_category, group=data.group, **names)
        else:
            await room.act(add_specialism, **names)
    except Refused as refusal:
        return await _lists_page(room, refusal, data)
    return go("/desk/roster/lists")


# Parts --------------------------------------------------------------------------------------------------------------


async def _read(room: Hearingroom) -> MemberForm:
    typed, form = await room.request.form(), MemberForm()
    for field in form.__struct_fields__:
        setattr(form, field, [str(one) for one in typed.getall(field, [])] if field in LISTS else str(typed.get(field, "")))
    return form


async def _lists(room: Hearingroom) -> tuple[list[Named], list[Named]]:
    office = room.centre.office_id
    return await room.read(categories_of, office), await room.read(specialisms_of, office)


async def _faults(room: Hearingroom, form: MemberForm) -> dict[str, str]:
    categories, specialisms = await _lists(room)
    return faults(form, categories={one.code for one in categories}, specialisms={one.code for one in specialisms},
                  today=room.centre.today)


async def _form_page(
    room: Hearingroom, form: MemberForm, found: dict[str, str] | None = None, *, status: int = 200,
    refusal: Refused | None = None, member: UUID | None = None,
) -> Response[str]:
    categories, specialisms = await _lists(room)
    wrong = {field: room.says(code) for field, code in (found or {}).items()}
    return room.page("hearings/member_form.html", status=status, form=form, wrong=wrong, refusal=refusal, member=member,
                     categories=categories, specialisms=specialisms, channels=CHANNELS, needs=NEEDS, entries=list(Entry))


async def _lists_page(room: Hearingroom, refusal: Refused | None = None, form: ListForm | None = None) -> Response[str]:
    categories, specialisms = await _lists(room)
    return room.page("hearings/roster_lists.html", status=refusal.status if refusal else 200, categories=categories,
                     specialisms=specialisms, groups=GROUPS, form=form or ListForm(), refusal=refusal)


router = Router(
    "/desk/roster", dependencies=HEARINGROOM, guards=[require(*rules.MANAGEMENT)],
    route_handlers=[new, take_on, edit, change, show_lists, add_to_list],
)
handlers = [router]
