"""The hearings of the office for staff: the list, the request and its form, the page of one hearing and what its handler does
there. Participants, plan, approvals and rules have siblings of their own."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, QueryParameter, URLEncodedBody

from cases.caseroom import go
from cases.queries import matters
from hearings import actions, names, rule_screens
from hearings.approval import screens as approval_screens
from hearings.approval.queries import count_waiting
from hearings.centre import case_types_of
from hearings.changes.board import untold
from hearings.forms import APPLICANTS, FIELD_OF, RequestForm, faults
from hearings.hearing_list import hearings
from hearings.hearing_view import hearing_view
from hearings.hearingroom import HEARINGROOM, Hearingroom, TheHearingroom
from hearings.invitations.board import calls
from hearings.panel import outsider_screens
from hearings.people import screens as participant_screens
from hearings.people.staff import candidates
from hearings.plan import screens as plan_screens
from hearings.recusal.queries import pending_recusals
from hearings.requesting import change_request, request_hearing, submit, take_back, typed_request
from hearings.roster.due_checks import DueCheck, due_checks
from hearings.rules import HANDLER, MANAGEMENT, READ
from hearings.tables import CaseType, Ground, Initiative
from shared import codes, words
from shared.door import require
from shared.errors import Refused

WHICH = ("open", "mine", "over", "all")
Page = Annotated[int, QueryParameter(ge=0, le=10_000)]
One = FromPath[UUID]
HANDLERS = [require(*HANDLER)]


class SearchForm(msgspec.Struct):
    q: str = ""


class ActForm(msgspec.Struct):
    """One act at the foot of a hearing's page: a reason, and what is wanted."""

    reason: str = ""
    wanted: str = ""


@get("/", include_in_schema=False)
async def show_list(room: TheHearingroom, which: Annotated[str, QueryParameter()] = "open", page: Page = 0) -> Response[str]:
    chosen = which if which in WHICH else "open"
    return await _list_page(room, which=chosen, page=page)


@post("/", include_in_schema=False, status_code=200)
async def find(room: TheHearingroom, data: URLEncodedBody[SearchForm]) -> Response[Any]:
    """By POST: people type names, and those do not belong into an address."""
    return await _list_page(room, which="all", page=0, q=data.q.strip()[:60]) if data.q.strip() else go("/desk/hearings")


@get("/new", include_in_schema=False, guards=HANDLERS)
async def new(room: TheHearingroom, matter: Annotated[str, QueryParameter()] = "") -> Response[str]:
    numbers = room.centre.provisions
    form = RequestForm(key=codes.new_code(), matter=matter, minutes=str(numbers["hearing.minutes"]),
                       panel_size=str(numbers["hearing.panel_min"]))
    return await _form_page(room, form)


@post("/new", include_in_schema=False, guards=HANDLERS)
async def request(room: TheHearingroom, data: URLEncodedBody[RequestForm]) -> Response[Any]:
    found = await _faults(room, data)
    if found:
        return await _form_page(room, data, found, status=422)
    try:
        made = await room.act(request_hearing, form=data, sealing=room.vault)
    except Refused as refusal:
        return await _form_page(room, data, refusal=refusal)
    return go(f"/desk/hearings/{made.hearing_id}")


@get("/{hearing:uuid}", include_in_schema=False)
async def show(room: TheHearingroom, hearing: One) -> Response[str]:
    return await _hearing_page(room, hearing)


@get("/{hearing:uuid}/request", include_in_schema=False, guards=HANDLERS)
async def ask_change(room: TheHearingroom, hearing: One) -> Response[str]:
    form = await room.read(typed_request, centre=room.centre, hearing_id=hearing, sealing=room.vault, by=room.identity)
    return await _form_page(room, form, hearing=hearing)


@post("/{hearing:uuid}/request", include_in_schema=False, guards=HANDLERS)
async def change(room: TheHearingroom, hearing: One, data: URLEncodedBody[RequestForm]) -> Response[Any]:
    found = await _faults(room, data)
    if found:
        return await _form_page(room, data, found, status=422, hearing=hearing)
    try:
        await room.act(change_request, hearing_id=hearing, form=data, sealing=room.vault)
    except Refused as refusal:
        return await _form_page(room, data, refusal=refusal, hearing=hearing)
    return go(f"/desk/hearings/{hearing}")


@post("/{hearing:uuid}/{act:str}", include_in_schema=False, guards=HANDLERS)
async def do(room: TheHearingroom, hearing: One, act: FromPath[str], data: URLEncodedBody[ActForm]) -> Response[Any]:
    """What a handler does on the page of a hearing; ``act`` is one of `_act`."""
    try:
        await _act(room, hearing, act, data)
    except Refused as refusal:
        return await _hearing_page(room, hearing, refusal=refusal, at=act, form=data)
    return go(f"/desk/hearings/{hearing}")


# Parts --------------------------------------------------------------------------------------------------------------


async def _act(room: Hearingroom, hearing: UUID, act: str, data: ActForm) -> None:
    """Refuses ``not-found`` for an act that there is not."""
    told, reason = {"hearing_id": hearing}, data.reason
    match act:
        case "submit":
            await room.act(submit, sealing=room.vault, **told)
        case "take-back":
            await room.act(take_back, **told)
        case "cancel":
            await room.act(actions.cancel, reason=reason, told=data.wanted, sealing=room.vault, **told)
        case "postpone":
            await room.act(actions.postpone, reason=reason, **told)
        case "openness":
            await room.act(actions.ask_openness, wanted=data.wanted == "open", reason=reason, **told)
        case "elsewhere":
            await room.act(actions.ask_elsewhere, place=data.wanted, reason=reason, **told)
        case "panel-size":
            size = int(data.wanted) if data.wanted.isdecimal() and len(data.wanted) < 3 else 0
            await room.act(actions.ask_panel_size, size=size, reason=reason, **told)
        case "minor":
            await room.act(actions.note_minor, **told)
        case "applicant":
            await room.act(actions.tell_applicant, how=reason, **told)
        case _:
            raise Refused("not-found", 404)


async def _list_page(room: Hearingroom, *, which: str, page: int, q: str = "") -> Response[str]:
    found = await room.read(hearings, centre=room.centre, which=which, page=page, by=room.identity, text=q)
    waiting = await room.read(count_waiting, centre=room.centre, by=room.identity)
    to_call = await room.read(calls, centre=room.centre, sealing=room.vault, now=room.now, by=room.identity)
    lost = await room.read(untold, centre=room.centre, sealing=room.vault, now=room.now, by=room.identity)
    asked = await room.read(pending_recusals, centre=room.centre, sealing=room.vault, by=room.identity)
    return room.page("hearings/list.html", found=found, which="" if q else which, page=page, q=q, waiting=waiting,
                     calls=to_call, untold=lost, recusals=len(asked), due=await _due_checks(room),
                     may_request=not HANDLER.isdisjoint(room.identity.roles))


async def _due_checks(room: Hearingroom) -> list[DueCheck]:
    """Checks of eligibility that case management is to renew; nobody else is asked to."""
    if MANAGEMENT.isdisjoint(room.identity.roles):
        return []
    return await room.read(due_checks, centre=room.centre, sealing=room.vault)


async def _hearing_page(
    room: Hearingroom, hearing: UUID, *, refusal: Refused | None = None, at: str = "", form: ActForm | None = None
) -> Response[str]:
    view = await room.read(hearing_view, centre=room.centre, hearing_id=hearing, sealing=room.vault, by=room.identity)
    return room.page("hearings/hearing.html", status=refusal.status if refusal else 200, view=view, hearing=view.line,
                     tab="hearing", refusal=refusal, at=at, form=form or ActForm())


async def _faults(room: Hearingroom, form: RequestForm) -> dict[str, str]:
    types = {one.code: one.opens for one in await _types(room)}
    return faults(form, types=types, provisions=room.centre.provisions)


async def _types(room: Hearingroom) -> list[CaseType]:
    return await room.read(case_types_of, room.centre.office_id)


async def _form_page(
    room: Hearingroom, form: RequestForm, found: dict[str, str] | None = None, *, status: int = 200,
    refusal: Refused | None = None, hearing: UUID | None = None,
) -> Response[str]:
    """The form with what is wrong beside the fields; a refusal that belongs to one stands there too."""
    if refusal is not None and refusal.code in FIELD_OF:
        found = {FIELD_OF[refusal.code]: refusal.code}
    values = {"least": room.centre.provisions["hearing.panel_min"], "most": room.centre.provisions["hearing.panel_max"]}
    wrong = {field: room.says(code, **values) for field, code in (found or {}).items()}
    articles = [room.quote(Refused(code, article=article)) for code, article in ARTICLE_OF.items()
                if code in (found or {}).values()]
    open_matters = await room.read(matters, centre=room.centre, which="open", page=0, sealing=room.vault, by=room.identity)
    return room.page(
        "hearings/request.html", status=refusal.status if refusal else status, form=form, wrong=wrong, refusal=refusal,
        hearing_id=hearing, matters=open_matters.lines, initiatives=list(Initiative), articles=articles,
        **await _choices(room),
    )


async def _choices(room: Hearingroom) -> dict[str, list[tuple[str, str]]]:
    """What the form offers, as codes and names."""
    language, _ = room.language, words.translator(room.language)
    moderators, clerks = await room.read(candidates, centre=room.centre)
    return {
        "type_choices": [(one.code, one.name_en if language == words.ENGLISH else one.name_zh) for one in await _types(room)],
        "ground_choices": [(one.value, _(names.GROUNDS[one])) for one in Ground],
        "applicant_choices": [(one.value, _(names.ROLES[one])) for one in APPLICANTS],
        "moderator_choices": [(str(one.id), one.name) for one in moderators],
        "clerk_choices": [(str(one.id), one.name) for one in clerks],
    }


# Faults of the form that rest on a rule.
ARTICLE_OF = {"minor-closed": "openness", "openness-reason": "openness", "panel-size-reason": "panel-size",
              "elsewhere-reason": "place", "moderator-leads": "moderator", "moderator-prosecutor": "moderator"}

router = Router(
    "/desk/hearings", route_handlers=[show_list, find, new, request, show, ask_change, change, do], guards=[require(*READ)],
    dependencies=HEARINGROOM,
)
handlers = [
    router, *approval_screens.handlers, *participant_screens.handlers, *plan_screens.handlers, *rule_screens.handlers,
    *outsider_screens.handlers,
]
