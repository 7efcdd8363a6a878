"""The people of a hearing for staff: moderator and clerk, and the participants, masked; unmasked only in answer to a reveal."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, URLEncodedBody

from cases.caseroom import go
from hearings.forms import several
from hearings.hearing_view import HearingView, hearing_view
from hearings.hearingroom import HEARINGROOM, Hearingroom, TheHearingroom
from hearings.invitations.assistance import ASSISTANCE, help_name
from hearings.names import role_name
from hearings.people import participants
from hearings.people.participants import CHOSEN, PersonForm, faults
from hearings.people.staff import BEFORE_OPENING, candidates, set_people
from hearings.rules import HANDLER, HELD, OVER, PREPARE, READ
from shared import words
from shared.door import require
from shared.errors import Refused
from shared.refusals import N_

One = FromPath[UUID]
EMPTY_STAYS = N_("Left empty, it stays as it is.")
HANDLERS = [require(*HANDLER)]


class StaffForm(msgspec.Struct):
    moderator: str = ""
    clerk: str = ""


class ReasonForm(msgspec.Struct):
    reason: str = ""


@get("/", include_in_schema=False)
async def show(room: TheHearingroom, hearing: One) -> Response[str]:
    return await _page(room, hearing)


@post("/", include_in_schema=False, guards=HANDLERS)
async def add(room: TheHearingroom, hearing: One, data: URLEncodedBody[PersonForm]) -> Response[Any]:
    if found := faults(data):
        return await _page(room, hearing, found=found, at="new", form=data)
    try:
        await room.act(participants.add_participant, hearing_id=hearing, form=data, sealing=room.vault)
    except Refused as refusal:
        return await _page(room, hearing, refusal=refusal, at="new", form=data)
    return go(f"/desk/hearings/{hearing}/people")


@post("/staff", include_in_schema=False, guards=HANDLERS)
async def choose(room: TheHearingroom, hearing: One, data: URLEncodedBody[StaffForm]) -> Response[Any]:
    try:
        await room.act(set_people, hearing_id=hearing, moderator=_id(data.moderator), clerk=_id(data.clerk))
    except Refused as refusal:
        return await _page(room, hearing, refusal=refusal, at="staff", staff=data)
    return go(f"/desk/hearings/{hearing}/people")


@post("/reveal", include_in_schema=False, guards=[require(*PREPARE)], status_code=200)
async def reveal(room: TheHearingroom, hearing: One, data: URLEncodedBody[ReasonForm]) -> Response[Any]:
    """Answers with the unmasked page itself: there is no address under which it could be opened again."""
    try:
        await room.act(participants.reveal, hearing_id=hearing, reason=data.reason)
    except Refused as refusal:
        return await _page(room, hearing, refusal=refusal, at="reveal")
    return await _page(room, hearing, revealed=True)


@get("/{person:uuid}", include_in_schema=False, guards=HANDLERS)
async def ask_change(room: TheHearingroom, hearing: One, person: One) -> Response[str]:
    """Somebody's form; name and unit are shown, telephone and mail are only written anew."""
    found = await room.read(participants.participant_form, centre=room.centre, hearing_id=hearing, participant_id=person,
                            sealing=room.vault, by=room.identity)
    return await _page(room, hearing, at=str(person), form=found)


@post("/{person:uuid}", include_in_schema=False, guards=HANDLERS)
async def change(room: TheHearingroom, hearing: One, person: One, data: URLEncodedBody[PersonForm]) -> Response[Any]:
    if found := faults(data):
        return await _page(room, hearing, found=found, at=str(person), form=data)
    try:
        await room.act(participants.change_participant, hearing_id=hearing, participant_id=person, form=data, sealing=room.vault)
    except Refused as refusal:
        return await _page(room, hearing, refusal=refusal, at=str(person), form=data)
    return go(f"/desk/hearings/{hearing}/people")


@post("/{person:uuid}/remove", include_in_schema=False, guards=HANDLERS)
async def remove(room: TheHearingroom, hearing: One, person: One, data: URLEncodedBody[ReasonForm]) -> Response[Any]:
    try:
        await room.act(participants.remove_participant, hearing_id=hearing, participant_id=person, reason=data.reason)
    except Refused as refusal:
        return await _page(room, hearing, refusal=refusal, at=f"remove-{person}")
    return go(f"/desk/hearings/{hearing}/people")


# Parts --------------------------------------------------------------------------------------------------------------


async def _page(
    room: Hearingroom, hearing: UUID, *, found: dict[str, str] | None = None, refusal: Refused | None = None, at: str = "",
    form: PersonForm | None = None, staff: StaffForm | None = None, revealed: bool = False,
) -> Response[str]:
    told: dict[str, Any] = {"centre": room.centre, "hearing_id": hearing, "sealing": room.vault, "by": room.identity}
    view: HearingView = await room.read(hearing_view, **told)
    people = await room.read(participants.participants, revealed=revealed, **told)
    moderators, clerks = await room.read(candidates, centre=room.centre)
    status = refusal.status if refusal else 422 if found else 200
    return room.page(
        "hearings/people.html", status=status, view=view, hearing=view.line, tab="people", people=people, refusal=refusal,
        wrong={field: room.says(code) for field, code in (found or {}).items()}, at=at, form=form or PersonForm(),
        staff=staff or StaffForm(str(view.moderator_id or ""), str(view.clerk_id or "")), revealed=revealed,
        role_choices=[(one.value, role_name(one, room.language)) for one in CHOSEN],
        moderator_choices=[(str(one.id), one.name) for one in moderators],
        clerk_choices=[(str(one.id), one.name) for one in clerks],
        needs=several(form.needs) if form else [], helps=[(code, help_name(code, room.language)) for code in ASSISTANCE],
        phone_hint=words.translator(room.language)(EMPTY_STAYS) if _id(at) else "",
        may_change=view.handles and view.line.state not in HELD | OVER,
        may_choose=view.handles and view.line.state in BEFORE_OPENING,
        may_reveal=view.reads and not PREPARE.isdisjoint(room.identity.roles),
    )


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


router = Router(
    "/desk/hearings/{hearing:uuid}/people", route_handlers=[show, add, choose, reveal, ask_change, change, remove],
    guards=[require(*READ)], dependencies=HEARINGROOM,
)
handlers = [router]
