"""Invitations for staff: the tab of a hearing. Invite, enter what was said by telephone or on paper, send a new link, print."""

from enum import StrEnum
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from anyio import to_thread
from litestar import Response, Router, get, post
from litestar.params import FromPath, URLEncodedBody

from cases.caseroom import go
from hearings.forms import Several, several
from hearings.hearing_view import hearing_view
from hearings.hearingroom import HEARINGROOM, Hearingroom, TheHearingroom
from hearings.invitations import actions as inviting
from hearings.invitations.acts import print_invitation, reveal_contact
from hearings.invitations.answering import answer
from hearings.invitations.answers import Said
from hearings.invitations.assistance import ASSISTANCE, help_name
from hearings.invitations.board import check_belongs, invitations_of
from hearings.invitations.tables import DeclineReason, RecusalGround, Via
from hearings.recusal.queries import recusals_about
from hearings.rules import PREPARE, READ
from shared import codes
from shared.door import require
from shared.errors import Refused
from shared.given import TheSettings
from shared.letters import letter_of

One = FromPath[UUID]
K = TypeVar("K", bound=StrEnum)
PREPARING = [require(*PREPARE)]
Typed = Annotated[str, msgspec.Meta(max_length=600)]
SAYABLE = (Said.ACCEPT, Said.DECLINE)
BY_HAND = (Via.PHONE, Via.PAPER)


class TakenForm(msgspec.Struct):
    """What somebody said: ``via`` how it reached us, ``evidence`` when, who took it, what proves it."""

    key: Annotated[str, msgspec.Meta(max_length=80)] = ""
    sequence: Annotated[str, msgspec.Meta(max_length=8)] = "0"
    said: Typed = ""
    via: Typed = Via.PHONE
    reason: Typed = ""
    evidence: Typed = ""
    words: Typed = ""
    undertaken: Typed = ""
    needs: Several = []


@get("/", include_in_schema=False)
async def show(room: TheHearingroom, hearing: One) -> Response[str]:
    return await _page(room, hearing)


@post("/", include_in_schema=False, guards=PREPARING)
async def invite(room: TheHearingroom, settings: TheSettings, hearing: One) -> Response[Any]:
    try:
        await room.act(inviting.invite, hearing_id=hearing, sealing=room.vault, settings=settings)
    except Refused as refusal:
        return await _page(room, hearing, refusal=refusal)
    return go(f"/desk/hearings/{hearing}/invitations")


@post("/{invitation:uuid}/answer", include_in_schema=False, guards=PREPARING)
async def enter(
    room: TheHearingroom, settings: TheSettings, hearing: One, invitation: FromPath[UUID], data: URLEncodedBody[TakenForm]
) -> Response[Any]:
    try:
        await room.read(check_belongs, centre=room.centre, hearing_id=hearing, invitation_id=invitation, by=room.identity)
        verdict = await room.db.write(
            answer, invitation_id=invitation, said=_choice(Said, data.said, SAYABLE), via=_choice(Via, data.via, BY_HAND),
            sequence=int(data.sequence) if data.sequence.isdecimal() else 0, sealing=room.vault, settings=settings, now=room.now,
            by=room.identity, reason=data.reason if data.said == Said.DECLINE else "", words=data.words, key=data.key,
            needs=several(data.needs) or None, evidence=data.evidence,
            undertaken=bool(data.undertaken) and data.said == Said.ACCEPT,
        )
        if verdict.why is not None:
            raise Refused(f"answer-{verdict.why}", 409)
    except Refused as refusal:
        refusal.detail["quote"] = room.quote(refusal)
        return await _page(room, hearing, refusal=refusal, at=invitation, form=data)
    return go(f"/desk/hearings/{hearing}/invitations")


@post("/{invitation:uuid}/renew", include_in_schema=False, guards=PREPARING)
async def renew(room: TheHearingroom, settings: TheSettings, hearing: One, invitation: FromPath[UUID]) -> Response[Any]:
    try:
        await room.act(inviting.renew_link, invitation_id=invitation, sealing=room.vault, settings=settings)
    except Refused as refusal:
        return await _page(room, hearing, refusal=refusal)
    return go(f"/desk/hearings/{hearing}/invitations")


@post("/{invitation:uuid}/reveal", include_in_schema=False, guards=PREPARING, status_code=200)
async def reveal(room: TheHearingroom, hearing: One, invitation: FromPath[UUID]) -> Response[Any]:
    """Answers with the page itself, this one person shown in full and the form to enter what they say."""
    try:
        await room.act(reveal_contact, invitation_id=invitation)
    except Refused as refusal:
        return await _page(room, hearing, refusal=refusal)
    return await _page(room, hearing, at=invitation, revealed=invitation)


@post("/{invitation:uuid}/print", include_in_schema=False, guards=PREPARING, status_code=200)
async def on_paper(room: TheHearingroom, settings: TheSettings, hearing: One, invitation: FromPath[UUID]) -> Response[Any]:
    try:
        message = await room.act(print_invitation, invitation_id=invitation, sealing=room.vault, settings=settings)
        body = await to_thread.run_sync(letter_of, message, room.vault, room.centre.zone)
    except Refused as refusal:
        return await _page(room, hearing, refusal=refusal)
    headers = {"content-disposition": 'inline; filename="invitation.pdf"', "cache-control": "no-store"}
    return Response(body, media_type="application/pdf", headers=headers)


# Parts ----------------------------------------------------------------------------------------------------------------


async def _page(
    room: Hearingroom, hearing: UUID, *, refusal: Refused | None = None, at: UUID | None = None, form: TakenForm | None = None,
    revealed: UUID | None = None,
) -> Response[str]:
    view = await room.read(hearing_view, centre=room.centre, hearing_id=hearing, sealing=room.vault, by=room.identity)
    board = await room.read(invitations_of, centre=room.centre, hearing_id=hearing, sealing=room.vault, now=room.now,
                            by=room.identity, revealed=revealed)
    asked = await room.read(recusals_about, centre=room.centre, hearing_id=hearing, sealing=room.vault, by=room.identity)
    return room.page(
        "hearings/invitations.html", status=refusal.status if refusal else 200, refusal=refusal, view=view, hearing=view.line,
        tab="invitations", board=board, at=at, revealed=revealed, form=form or TakenForm(), key=codes.new_code(),
        reasons=tuple(DeclineReason), grounds=tuple(RecusalGround), helps=ASSISTANCE, help_name=help_name, asked=asked,
    )


def _choice(kind: type[K], text: str, among: tuple[K, ...]) -> K:
    if text not in set(among):
        raise Refused("choice-needed", 422)
    return kind(text)


router = Router("/desk/hearings/{hearing:uuid}/invitations", route_handlers=[show, invite, enter, renew, reveal, on_paper],
                guards=[require(*READ)], dependencies=HEARINGROOM)
handlers = [router]
