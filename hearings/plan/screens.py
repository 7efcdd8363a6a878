"""The hearing plan for staff: one form, drafts kept while typing, versions and what differs, submitting, the sheet to print."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from anyio import to_thread
from litestar import Response, Router, get, post
from litestar.params import FromPath, QueryParameter, URLEncodedBody

from cases.caseroom import go
from hearings.forms import several
from hearings.hearing_view import HearingView, hearing_view
from hearings.hearingroom import HEARINGROOM, Hearingroom, TheHearingroom
from hearings.people.staff import BEFORE_OPENING, candidates, colleagues
from hearings.plan.actions import keep_draft, save_plan, submit_plan
from hearings.plan.paper import FACTS, NEEDED, WRITTEN, PlanForm, changes, faults
from hearings.plan.queries import PlanView, letter_data, plan_of
from hearings.rules import HANDLER, PREPARING, READ
from shared.door import require
from shared.errors import Refused
from shared.letters import letter

One = FromPath[UUID]
Version = Annotated[int, QueryParameter(ge=0, le=10_000)]
HANDLERS = [require(*HANDLER)]


@get("/", include_in_schema=False)
async def show(room: TheHearingroom, hearing: One) -> Response[str]:
    return await _page(room, hearing)


@post("/", include_in_schema=False, guards=HANDLERS)
async def save(room: TheHearingroom, hearing: One, data: URLEncodedBody[PlanForm]) -> Response[Any]:
    if found := faults(data):
        return await _page(room, hearing, form=data, found=found)
    try:
        await room.act(save_plan, hearing_id=hearing, form=data, sealing=room.vault)
    except Refused as refusal:
        return await _page(room, hearing, form=data, refusal=refusal)
    return go(f"/desk/hearings/{hearing}/plan")


@post("/draft", include_in_schema=False, guards=HANDLERS, status_code=204)
async def keep(room: TheHearingroom, hearing: One, data: URLEncodedBody[PlanForm]) -> None:
    """Called by the page while somebody types."""
    await room.act(keep_draft, hearing_id=hearing, form=data, sealing=room.vault)


@post("/submit", include_in_schema=False, guards=HANDLERS)
async def submit(room: TheHearingroom, hearing: One) -> Response[Any]:
    try:
        await room.act(submit_plan, hearing_id=hearing, sealing=room.vault)
    except Refused as refusal:
        return await _page(room, hearing, refusal=refusal, found=refusal.detail.get("fields"))
    return go(f"/desk/hearings/{hearing}/plan")


@get("/versions/{version:int}", include_in_schema=False)
async def show_version(room: TheHearingroom, hearing: One, version: FromPath[int], against: Version = 0) -> Response[str]:
    """One version, and how it differs from the one before it or from ``against``."""
    view, paper = await _read(room, hearing, version)
    other = (await _read(room, hearing, against))[1].paper if against else paper.before
    assert paper.paper is not None
    differs = changes(other, paper.paper, room.language) if other else []
    return room.page("hearings/plan_version.html", view=view, hearing=view.line, tab="plan", paper=paper, differs=differs,
                     other=against or version - 1, written=WRITTEN, fact_names=FACTS)


@get("/print", include_in_schema=False)
async def print_plan(room: TheHearingroom, hearing: One, version: Version = 0) -> Response[str]:
    """The sheet, for the browser to print."""
    view, paper = await _read(room, hearing, version)
    if paper.paper is None:
        raise Refused("plan-needed", 409)
    return room.page("hearings/plan_sheet.html", view=view, hearing=view.line, paper=paper, written=WRITTEN, fact_names=FACTS)


@get("/pdf", include_in_schema=False)
async def letter_plan(room: TheHearingroom, hearing: One, version: Version = 0) -> Response[bytes]:
    """The plan as a PDF to be filed."""
    _, paper = await _read(room, hearing, version)
    made = await to_thread.run_sync(letter, "plan", letter_data(paper, room.centre, room.language), room.language)
    name = quote(f"{room.centre.office_zh}-听证方案-{paper.version}.pdf")
    headers = {"content-disposition": f"inline; filename*=UTF-8''{name}", "cache-control": "no-store"}
    return Response(made, media_type="application/pdf", headers=headers)


# Parts --------------------------------------------------------------------------------------------------------------


def in_the_way(refusal: Refused | None) -> tuple[str, str, str] | None:
    """Who has no time, and the number and the key of the hearing that holds it."""
    if refusal is None or refusal.code != "staff-busy":
        return None
    return str(refusal.detail["what"]), str(refusal.detail["hearing"]), str(UUID(str(refusal.detail["clash"])))


async def _read(room: Hearingroom, hearing: UUID, version: int = 0) -> tuple[HearingView, PlanView]:
    told: dict[str, Any] = {"centre": room.centre, "hearing_id": hearing, "sealing": room.vault, "by": room.identity}
    return await room.read(hearing_view, **told), await room.read(plan_of, version=version, **told)


async def _page(
    room: Hearingroom, hearing: UUID, *, form: PlanForm | None = None, found: dict[str, str] | None = None,
    refusal: Refused | None = None,
) -> Response[str]:
    view, paper = await _read(room, hearing)
    moderators, clerks = await room.read(candidates, centre=room.centre)
    staff = await room.read(colleagues, centre=room.centre)
    status = refusal.status if refusal else 422 if found else 200
    return room.page(
        "hearings/plan.html", status=status, view=view, hearing=view.line, tab="plan", paper=paper, form=form or paper.form,
        wrong={field: room.says(code) for field, code in (found or {}).items()}, refusal=refusal, written=WRITTEN,
        fact_names=FACTS, needed=NEEDED, moderator_choices=[(str(one.id), one.name) for one in moderators],
        clerk_choices=[(str(one.id), one.name) for one in clerks],
        duty_choices=[(str(one.id), one.name) for one in staff], on_duty=several((form or paper.form).on_duty),
        what=in_the_way(refusal), may_write=view.handles and view.line.state in BEFORE_OPENING,
        may_submit=view.handles and view.line.state in PREPARING,
    )


router = Router(
    "/desk/hearings/{hearing:uuid}/plan", route_handlers=[show, save, keep, submit, show_version, print_plan, letter_plan],
    guards=[require(*READ)], dependencies=HEARINGROOM,
)
handlers = [router]
