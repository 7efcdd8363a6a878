"""Planning many hearings: what waits, a proposal while it is being made and as it was made, approval, and what came of it. The
same for hearings whose room or officers were lost."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import MediaType, Response, Router, get, post
from litestar.params import FromPath

from cases.caseroom import go
from hearings import rules
from hearings.hearingroom import HEARINGROOM, Hearingroom, TheHearingroom
from hearings.place.screens import in_words
from hearings.place.words import hindrance, way_out
from hearings.proposals import actions as proposals
from hearings.proposals import work as planning_work
from hearings.proposals.queries import ProposalView, plannable, proposal_view
from hearings.proposals.tables import ProposalKind, ProposalState
from shared import words
from shared.door import require
from shared.errors import Refused, Unavailable
from shared.refusals import N_, sentence

ADDRESS = "/desk/hearings/planner"
KINDS = {ProposalKind.MANY: N_("Planned together"), ProposalKind.MEND: N_("Planned anew after a loss")}
SHOWN = ("what", "kind", "resource", "hearing", "last", "reason", "until", "day", "places", "needed", "morning", "afternoon",
         "seats")  # what a refusal says that is kept with a hearing that was left out
One = FromPath[UUID]


@get("/", include_in_schema=False)
async def show(room: TheHearingroom) -> Response[str]:
    return await _start_page(room)


@post("/many", include_in_schema=False)
async def plan_many(room: TheHearingroom) -> Response[Any]:
    return await _start(room, ProposalKind.MANY)


@post("/mend", include_in_schema=False)
async def mend(room: TheHearingroom) -> Response[Any]:
    return await _start(room, ProposalKind.MEND)


@get("/{proposal:uuid}", include_in_schema=False)
async def show_proposal(room: TheHearingroom, proposal: One) -> Response[str]:
    return await _page(room, proposal)


@get("/{proposal:uuid}/progress", include_in_schema=False)
async def show_progress(room: TheHearingroom, proposal: One) -> Response[str]:
    """The part of the page that asks for itself while the planner works; at its end the whole page is asked for."""
    view = await _read(room, proposal)
    if view.state != ProposalState.RUNNING:
        return Response("", headers={"hx-redirect": f"{ADDRESS}/{proposal}"}, media_type=MediaType.HTML)
    body = room.pages.render("hearings/_planner_progress.html", room.language, view=view, stages=STAGES)
    return Response(body, media_type=MediaType.HTML, headers={"cache-control": "no-store"})


@post("/{proposal:uuid}/approve", include_in_schema=False)
async def approve(room: TheHearingroom, proposal: One) -> Response[Any]:
    """Books hearing by hearing; what has been taken meanwhile is named and left out."""
    try:
        wanted = await room.act(proposals.approve, proposal_id=proposal)
    except Refused as refusal:
        return await _page(room, proposal, refusal)
    skipped: dict[str, dict[str, str]] = {}
    seated = 0
    reason = words.translator(words.CHINESE)(N_("Planned together with other hearings"))
    for hearing in wanted:
        try:
            seated += await room.act(proposals.book, proposal_id=proposal, hearing_id=hearing, sealing=room.vault,
                                     settings=room.pages.settings, reason=reason)
        except Unavailable:
            raise
        except Refused as refusal:
            said = {key: str(refusal.detail[key]) for key in SHOWN if key in refusal.detail}
            skipped[hearing.hex] = {"code": refusal.code, **said}
    await room.act(proposals.close, proposal_id=proposal, skipped=skipped, seated=seated)
    return go(f"{ADDRESS}/{proposal}")


@post("/{proposal:uuid}/drop", include_in_schema=False)
async def drop(room: TheHearingroom, proposal: One) -> Response[Any]:
    try:
        await room.act(proposals.drop, proposal_id=proposal)
    except Refused as refusal:
        return await _page(room, proposal, refusal)
    return go(ADDRESS)


# Parts --------------------------------------------------------------------------------------------------------------

STAGES = {"": N_("It begins."), "places": N_("Finding days, hours and rooms"), "waits": N_("Shortening the waits"),
          "panels": N_("Making sure of the panels"), "polish": N_("Polishing"), "mending": N_("Keeping what can stay")}


async def _start(room: Hearingroom, kind: ProposalKind) -> Response[Any]:
    try:
        made = await room.act(proposals.start, kind=kind)
    except Refused as refusal:
        return await _start_page(room, refusal)
    view = await _read(room, made)
    asked = partial(room.db.read_now, proposals.asked, centre=room.centre, kind=kind, sealing=room.vault, now=room.now)
    planning_work.set_to_work(room.db, made, kind, asked, view.row.seed)
    return go(f"{ADDRESS}/{made}")


async def _start_page(room: Hearingroom, refusal: Refused | None = None) -> Response[str]:
    found = await room.read(plannable, centre=room.centre, now=room.now)
    status = refusal.status if refusal else 200
    return room.page("hearings/planner.html", status=status, found=found, refusal=refusal, kinds=KINDS, states=STATES)


STATES = {
    ProposalState.RUNNING: N_("being made"), ProposalState.READY: N_("waits for approval"), ProposalState.STOPPED: N_("stopped"),
    ProposalState.APPROVED: N_("being booked"), ProposalState.BOOKED: N_("booked"), ProposalState.DROPPED: N_("dropped"),
}


async def _read(room: Hearingroom, proposal: UUID) -> ProposalView:
    return await room.read(proposal_view, centre=room.centre, proposal_id=proposal, now=room.now, language=room.language)


async def _page(room: Hearingroom, proposal: UUID, refusal: Refused | None = None) -> Response[str]:
    if refusal is not None and refusal.status in (403, 404):
        raise refusal
    view = await _read(room, proposal)
    return room.page(
        "hearings/planner_proposal.html", status=refusal.status if refusal else 200, view=view, refusal=refusal, kinds=KINDS,
        states=STATES, stages=STAGES, hindrance=lambda one: hindrance(one, room.language, view.called),
        way_out=lambda one: way_out(one, room.language), skipped=[(line, _said(said, room, view)) for line, said in view.skipped],
    )


def _said(told: dict[str, str], room: Hearingroom, view: ProposalView) -> str:
    """A refusal as it was kept, in the reader's language."""
    values = {key: value for key, value in told.items() if key != "code"}
    refusal = in_words(Refused(told["code"], 409, **values), room.language, view.rooms)
    assert refusal is not None
    return sentence(refusal.code, room.language, **refusal.detail)


router = Router(
    ADDRESS, route_handlers=[show, plan_many, mend, show_proposal, show_progress, approve, drop],
    guards=[require(*rules.MANAGEMENT)], dependencies=HEARINGROOM,
)
handlers = [router]
