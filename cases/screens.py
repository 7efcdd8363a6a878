"""The register of matters for staff: the list with its search, one matter's file, and what is done there."""

import re
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, QueryParameter, URLEncodedBody

from cases import actions, registration
from cases.caseroom import CASEROOM, Caseroom, TheCaseroom, go
from cases.file import matter_file
from cases.forms import TEXT_LENGTH, ReasonForm, ReplyForm, SearchForm, StepForm
from cases.queries import Listed, matters, search
from cases.rules import HANDLE, READ, REGISTER, needs_reason
from cases.tables import MatterState, ReplyKind, ReplyMode
from shared import codes, vault
from shared.door import require
from shared.errors import Refused

WHICH = ("open", "late", "all")
Page = Annotated[int, QueryParameter(ge=0, le=10_000)]
Matter = FromPath[UUID]


@get("/", include_in_schema=False)
async def show_list(room: TheCaseroom, which: Annotated[str, QueryParameter()] = "open", page: Page = 0) -> Response[str]:
    chosen = which if which in WHICH else "open"
    found = await room.read(matters, centre=room.centre, which=chosen, page=page, sealing=room.vault, by=room.identity)
    return _list_page(room, found, which=chosen, page=page, q="")


@post("/", include_in_schema=False, status_code=200)
async def find(room: TheCaseroom, data: URLEncodedBody[SearchForm]) -> Response[Any]:
    """Searches by number, telephone or ID. By POST, so that no personal number gets into an address or a log."""
    kind, index = _search_key(room, data.q)
    if not kind:
        return go("/cases")
    found = await room.read(search, centre=room.centre, index=index, number=data.q.strip(), sealing=room.vault, by=room.identity)
    if index:
        await room.act(actions.note_search, kind=kind, hits=len(found.lines))
    return _list_page(room, found, which="", page=0, q=data.q.strip())


@get("/{matter:uuid}", include_in_schema=False)
async def show_file(room: TheCaseroom, matter: Matter) -> Response[str]:
    return await _file_page(room, matter)


@post("/{matter:uuid}/reply", include_in_schema=False, guards=[require(*HANDLE)])
async def reply(room: TheCaseroom, matter: Matter, data: URLEncodedBody[ReplyForm]) -> Response[Any]:
    try:
        _check_reply(data)
        await room.act(
            actions.add_reply, matter_id=matter, kind=ReplyKind(data.kind), mode=ReplyMode(data.mode), text=data.text,
            open_to_holder=bool(data.open_to_holder), key=data.key, sealing=room.vault,
        )
    except Refused as refusal:
        return await _file_page(room, matter, refusal=refusal, at="reply", reply=data)
    return go(f"/cases/{matter}#replies")


@post("/{matter:uuid}/state", include_in_schema=False, guards=[require(*HANDLE)])
async def step(room: TheCaseroom, matter: Matter, data: URLEncodedBody[StepForm]) -> Response[Any]:
    try:
        to = _state(data.to)
        await room.act(actions.set_state, matter_id=matter, seen=data.seen, to=to, reason=data.reason,
                       handler=_uuid(data.handler))
    except Refused as refusal:
        return await _file_page(room, matter, refusal=refusal, at="state", step=data)
    return go(f"/cases/{matter}")


@post("/{matter:uuid}/reveal", include_in_schema=False, guards=[require(*HANDLE)], status_code=200)
async def reveal(room: TheCaseroom, matter: Matter, data: URLEncodedBody[ReasonForm]) -> Response[Any]:
    """Answers with the unmasked page itself: there is no address under which it could be opened again."""
    try:
        await room.act(actions.reveal, matter_id=matter, reason=data.reason)
    except Refused as refusal:
        return await _file_page(room, matter, refusal=refusal, at="reveal")
    return await _file_page(room, matter, revealed=True)


# Parts --------------------------------------------------------------------------------------------------------------


def _list_page(room: Caseroom, found: Listed, **context: Any) -> Response[str]:
    return room.page("cases/list.html", found=found, may_register=not REGISTER.isdisjoint(room.identity.roles), **context)


async def _file_page(
    room: Caseroom, matter: UUID, *, revealed: bool = False, refusal: Refused | None = None, at: str = "",
    reply: ReplyForm | None = None, step: StepForm | None = None,
) -> Response[str]:
    file = await room.read(matter_file, centre=room.centre, matter_id=matter, sealing=room.vault, by=room.identity,
                           revealed=revealed)
    roles = room.identity.roles
    return room.page(
        "cases/file.html", status=refusal.status if refusal else 200, file=file, refusal=refusal,
        at=at, reply=reply or ReplyForm(key=codes.new_code()), step=step or StepForm(seen=file.line.state),
        may_handle=not HANDLE.isdisjoint(roles), may_register=not REGISTER.isdisjoint(roles), kinds=list(ReplyKind),
        modes=list(ReplyMode), reasoned=[to for to in file.steps if needs_reason(file.line.state, to)],
    )


def _search_key(room: Caseroom, text: str) -> tuple[str, str]:
    """What kind of number was typed (empty: nothing) and the blind index to search by, if it is a person's."""
    plain = re.sub(r"[\s\-]", "", text)
    if not plain:
        return "", ""
    if re.fullmatch(r"\d{17}[\dXx]|[A-Za-z]\d{7,10}", plain):
        return "id", room.vault.index(plain, purpose=vault.ID_NUMBER)
    if re.fullmatch(r"\+?\d{10,15}", plain):
        return "phone", room.vault.index(plain, purpose=vault.PHONE)
    return "number", ""


def _check_reply(form: ReplyForm) -> None:
    if form.kind not in set(ReplyKind) or form.mode not in set(ReplyMode):
        raise Refused("choice-needed", 422)
    if len(form.text) > TEXT_LENGTH:
        raise Refused("too-long", 422)


def _state(text: str) -> MatterState:
    if text not in set(MatterState):
        raise Refused("choice-needed", 422)
    return MatterState(text)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


router = Router(
    "/cases", route_handlers=[show_list, find, show_file, reply, step, reveal], guards=[require(*READ)], dependencies=CASEROOM,
)
handlers = [router, registration.router]
