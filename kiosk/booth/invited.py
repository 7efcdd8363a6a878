"""At the kiosk, for somebody who was invited to a hearing: their code shows the invitation, and they answer it with two touches.
What the answer does is for the hearings room."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, URLEncodedBody

from hearings.invitations.answering import answer
from hearings.invitations.answers import Said
from hearings.invitations.queries import Own, find_invitation, own_invitation
from hearings.invitations.tables import DeclineReason, Via
from kiosk.booth.booth import Booth, TheBooth
from shared import codes
from shared.errors import Refused, Unavailable
from shared.refusals import advice, sentence

Code = FromPath[str]
Typed = Annotated[str, msgspec.Meta(max_length=80)]


class KioskAnswerForm(msgspec.Struct):
    """``sequence``: the date that the page showed."""

    key: Typed = ""
    sequence: Typed = ""
    reason: Typed = ""


@get("/invitations/{code:str}", include_in_schema=False)
async def show(booth: TheBooth, code: Code) -> Response[str]:
    return _page(booth, code, await _own(booth, code))


@get("/invitations/{code:str}/{said:str}", include_in_schema=False)
async def ask(booth: TheBooth, code: Code, said: FromPath[str]) -> Response[Any]:
    """``said``: yes or no. The second of two touches."""
    own = await _own(booth, code)
    return _page(booth, code, own, step=said if said in ("yes", "no") and own.may_answer else "")


@post("/invitations/{code:str}/{said:str}", include_in_schema=False, status_code=303)
async def take(booth: TheBooth, code: Code, said: FromPath[str], data: URLEncodedBody[KioskAnswerForm]) -> Response[Any]:
    own = await _own(booth, code)
    spoken = Said.ACCEPT if said == "yes" else Said.DECLINE
    try:
        verdict = await booth.db.write(
            answer, invitation_id=own.id, said=spoken, via=Via.KIOSK, now=booth.now, by=booth.identity, reason=data.reason,
            sequence=int(data.sequence) if data.sequence.isdecimal() else 0, sealing=booth.vault, settings=booth.settings,
            undertaken=spoken == Said.ACCEPT and own.is_officer, key=data.key,
        )
    except Unavailable:
        raise
    except Refused as refusal:
        return _page(booth, code, own, refusal=refusal)
    if verdict.why is not None:
        return _page(booth, code, await _own(booth, code), refusal=Refused(f"answer-{verdict.why}", 409))
    return booth.go(f"/kiosk/invitations/{code}")


async def _own(booth: Booth, code: str) -> Own:
    """Refuses ``unknown-code``, in the words of every code that opens nothing."""
    plain = codes.normalise(code)
    found = await booth.read(find_invitation, code=plain, sealing=booth.vault) if plain else None
    if found is None:
        raise Refused("unknown-code", 404)
    return await booth.read(own_invitation, invitation_id=found, sealing=booth.vault, now=booth.now)


def _page(booth: Booth, code: str, own: Own, *, step: str = "", refusal: Refused | None = None) -> Response[str]:
    return booth.answer(
        "kiosk/invitation.html", status=refusal.status if refusal else 200, here=booth.to(f"/kiosk/invitations/{code}"),
        own=own, code=code, step=step, key=codes.new_code(), reasons=tuple(DeclineReason),
        title=sentence(refusal.code, booth.language) if refusal else "",
        advice=advice(refusal.code, booth.language) if refusal else "",
    )


handlers = [show, ask, take]
