"""The page behind an invitation's link: an officer or participant answers on their own phone, without an account. Looking changes
nothing, for mail gateways open every link; only what is pressed does."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hearings.forms import Several, several
from hearings.foyer import FOYER, Foyer, TheFoyer
from hearings.invitations.answering import answer, ask_help
from hearings.invitations.answers import Said, Verdict
from hearings.invitations.assistance import ASSISTANCE, help_name
from hearings.invitations.briefing import open_briefing
from hearings.invitations.queries import Own, behind, own_invitation
from hearings.invitations.tables import DeclineReason, RecusalGround, Via
from shared import codes
from shared.errors import Refused, Unavailable
from shared.identity import Identity

Token = FromPath[str]
Typed = Annotated[str, msgspec.Meta(max_length=600)]
REASONS = tuple(DeclineReason)
GROUNDS = tuple(RecusalGround)


class AnswerForm(msgspec.Struct):
    """``sequence``: the date that the page showed. ``needs``: boxes that were ticked."""

    key: Annotated[str, msgspec.Meta(max_length=80)] = ""
    sequence: Annotated[str, msgspec.Meta(max_length=8)] = ""
    reason: Typed = ""
    words: Typed = ""
    needs: Several = []


@get("/i/{token:str}", include_in_schema=False, dependencies=FOYER)
async def show(foyer: TheFoyer, token: Token) -> Response[str]:
    return _page(foyer, token, await _own(foyer, token))


@get("/i/{token:str}/yes", include_in_schema=False, dependencies=FOYER)
async def ask_yes(foyer: TheFoyer, token: Token) -> Response[Any]:
    """The second of two touches: what an officer declares, and the help they may ask for."""
    return _ask(foyer, token, await _own(foyer, token), "invitation_yes")


@get("/i/{token:str}/no", include_in_schema=False, dependencies=FOYER)
async def ask_no(foyer: TheFoyer, token: Token) -> Response[Any]:
    """The reasons are the buttons."""
    return _ask(foyer, token, await _own(foyer, token), "invitation_no")


@post("/i/{token:str}/yes", include_in_schema=False, dependencies=FOYER)
async def say_yes(foyer: TheFoyer, token: Token, data: URLEncodedBody[AnswerForm]) -> Response[Any]:
    return await _answer(foyer, token, Said.ACCEPT, data, needs=several(data.needs), undertaken=True)


@post("/i/{token:str}/no", include_in_schema=False, dependencies=FOYER)
async def say_no(foyer: TheFoyer, token: Token, data: URLEncodedBody[AnswerForm]) -> Response[Any]:
    return await _answer(foyer, token, Said.DECLINE, data, reason=data.reason, words=data.words)


@post("/i/{token:str}/undo", include_in_schema=False, dependencies=FOYER)
async def undo(foyer: TheFoyer, token: Token, data: URLEncodedBody[AnswerForm]) -> Response[Any]:
    return await _answer(foyer, token, Said.UNDO, data)


@post("/i/{token:str}/help", include_in_schema=False, dependencies=FOYER)
async def want_help(foyer: TheFoyer, token: Token, data: URLEncodedBody[AnswerForm]) -> Redirect:
    invitation = await foyer.read(behind, token=token, sealing=foyer.vault, now=foyer.now)
    await foyer.db.write(ask_help, invitation_id=invitation, needs=several(data.needs), now=foyer.now,
                         by=Identity("invited", invitation))
    return Redirect(f"/i/{token}?helped=1#help", status_code=303)


@post("/i/{token:str}/briefing", include_in_schema=False, dependencies=FOYER, status_code=200)
async def briefing(foyer: TheFoyer, token: Token) -> Response[Any]:
    """Answers with the pack itself: there is no address under which it could be opened again unseen."""
    own = await _own(foyer, token)
    try:
        pack = await foyer.db.write(open_briefing, invitation_id=own.id, sealing=foyer.vault, now=foyer.now,
                                    by=Identity("invited", own.id))
    except Unavailable:
        raise
    except Refused as refusal:
        return _page(foyer, token, own, refusal)
    return foyer.page("briefing", here=f"/i/{token}", own=own, token=token, pack=pack)


# Parts ----------------------------------------------------------------------------------------------------------------


async def _own(foyer: Foyer, token: str) -> Own:
    invitation = await foyer.read(behind, token=token, sealing=foyer.vault, now=foyer.now)
    own = await foyer.read(own_invitation, invitation_id=invitation, sealing=foyer.vault, now=foyer.now)
    foyer.centre = own.centre
    return own


async def _answer(foyer: Foyer, token: str, said: Said, data: AnswerForm, **more: Any) -> Response[Any]:
    """Goes back to the page as it stands now; what did not count, and why, is said there."""
    invitation: UUID = await foyer.read(behind, token=token, sealing=foyer.vault, now=foyer.now)
    sequence = int(data.sequence) if data.sequence.isdecimal() else 0
    try:
        verdict: Verdict = await foyer.act(answer, invitation_id=invitation, said=said, via=Via.LINK, sequence=sequence,
                                           by=Identity("invited", invitation), key=data.key, **more)
    except Unavailable:
        raise
    except Refused as refusal:
        return _page(foyer, token, await _own(foyer, token), refusal)
    if verdict.why is not None:
        return _page(foyer, token, await _own(foyer, token), Refused(f"answer-{verdict.why}", 409))
    return Redirect(f"/i/{token}", status_code=303)


def _page(foyer: Foyer, token: str, own: Own, refusal: Refused | None = None) -> Response[str]:
    return foyer.page("invitation", here=f"/i/{token}", refusal=refusal, own=own, token=token, key=codes.new_code(),
                      helps=ASSISTANCE, help_name=help_name, helped="helped" in foyer.request.query_params)


def _ask(foyer: Foyer, token: str, own: Own, template: str) -> Response[Any]:
    if not own.may_answer:
        return Redirect(f"/i/{token}", status_code=303)
    return foyer.page(template, here=f"/i/{token}/{template.rpartition('_')[2]}", own=own, token=token, key=codes.new_code(),
                      helps=ASSISTANCE, help_name=help_name, reasons=REASONS, grounds=GROUNDS)


handlers = [show, ask_yes, ask_no, say_yes, say_no, undo, want_help, briefing]
