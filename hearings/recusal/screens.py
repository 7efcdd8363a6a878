"""Recusal for staff: the requests of a hearing, a new one written down, decided, taken up again; what waits for a decision."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, URLEncodedBody

from cases.caseroom import go
from hearings.hearing_view import hearing_view
from hearings.hearingroom import HEARINGROOM, Hearingroom, TheHearingroom, quoted
from hearings.invitations.tables import RecusalGround
from hearings.recusal import actions as recusal
from hearings.recusal.queries import pending_recusals, recusals_about
from hearings.recusal.rules import RECEIVE
from hearings.rules import READ
from shared.door import require
from shared.errors import Refused
from shared.given import TheSettings

One = FromPath[UUID]
Typed = Annotated[str, msgspec.Meta(max_length=2000)]


class ClaimForm(msgspec.Struct):
    target: Typed = ""
    claimed_by: Typed = ""
    ground: Typed = ""
    oral: Typed = ""
    words: Typed = ""


class DecisionForm(msgspec.Struct):
    """``granted``: yes or no."""

    granted: Typed = ""
    reason: Typed = ""


@get("/", include_in_schema=False)
async def show(room: TheHearingroom, hearing: One) -> Response[str]:
    return await _page(room, hearing)


@post("/", include_in_schema=False, guards=[require(*RECEIVE)])
async def claim(room: TheHearingroom, hearing: One, data: URLEncodedBody[ClaimForm]) -> Response[Any]:
    try:
        if data.ground not in set(RecusalGround):
            raise Refused("choice-needed", 422)
        await room.act(recusal.claim, hearing_id=hearing, target=data.target, claimed_by=data.claimed_by, oral=bool(data.oral),
                       ground=RecusalGround(data.ground), words=data.words, sealing=room.vault)
    except Refused as refusal:
        return await _page(room, hearing, refusal=refusal, form=data)
    return go(f"/desk/hearings/{hearing}/recusals")


@post("/{one:uuid}/decide", include_in_schema=False)
async def decide(
    room: TheHearingroom, settings: TheSettings, hearing: One, one: FromPath[UUID], data: URLEncodedBody[DecisionForm]
) -> Response[Any]:
    try:
        if data.granted not in ("yes", "no"):
            raise Refused("choice-needed", 422)
        await room.act(recusal.decide, recusal_id=one, granted=data.granted == "yes", reason=data.reason, sealing=room.vault,
                       settings=settings)
    except Refused as refusal:
        return await _page(room, hearing, refusal=refusal, at=one, decision=data)
    return go(f"/desk/hearings/{hearing}/recusals")


@post("/{one:uuid}/again", include_in_schema=False, guards=[require(*RECEIVE)])
async def again(room: TheHearingroom, hearing: One, one: FromPath[UUID]) -> Response[Any]:
    return await _done(room, hearing, recusal.ask_again, one)


@post("/{one:uuid}/drop", include_in_schema=False, guards=[require(*RECEIVE)])
async def drop(room: TheHearingroom, hearing: One, one: FromPath[UUID]) -> Response[Any]:
    return await _done(room, hearing, recusal.drop, one)


@get("/desk/hearings/recusals", include_in_schema=False, guards=[require(*READ)], dependencies=HEARINGROOM)
async def to_decide(room: TheHearingroom) -> Response[str]:
    """What waits for this person's decision."""
    lines = await room.read(pending_recusals, centre=room.centre, sealing=room.vault, by=room.identity)
    return room.page("hearings/recusals_pending.html", lines=lines, article=quoted(room.articles["recusal"], room.language))


# Parts ----------------------------------------------------------------------------------------------------------------


async def _done(room: Hearingroom, hearing: UUID, action: Any, one: UUID) -> Response[Any]:
    try:
        await room.act(action, recusal_id=one)
    except Refused as refusal:
        return await _page(room, hearing, refusal=refusal)
    return go(f"/desk/hearings/{hearing}/recusals")


async def _page(
    room: Hearingroom, hearing: UUID, *, refusal: Refused | None = None, form: ClaimForm | None = None, at: UUID | None = None,
    decision: DecisionForm | None = None,
) -> Response[str]:
    view = await room.read(hearing_view, centre=room.centre, hearing_id=hearing, sealing=room.vault, by=room.identity)
    asked = await room.read(recusals_about, centre=room.centre, hearing_id=hearing, sealing=room.vault, by=room.identity)
    return room.page(
        "hearings/recusals.html", status=refusal.status if refusal else 200, refusal=refusal, view=view, hearing=view.line,
        tab="invitations", asked=asked, form=form or ClaimForm(), at=at, decision=decision or DecisionForm(),
        grounds=tuple(RecusalGround), article=quoted(room.articles["recusal"], room.language),
    )


router = Router("/desk/hearings/{hearing:uuid}/recusals", route_handlers=[show, claim, decide, again, drop],
                guards=[require(*READ)], dependencies=HEARINGROOM)
handlers = [router, to_decide]
