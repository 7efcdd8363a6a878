"""Notices for staff: the tab of a hearing with its gate, giving, proving, waiving, printing."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from anyio import to_thread
from litestar import Response, Router, get, post
from litestar.params import FromPath, URLEncodedBody

from cases.caseroom import go
from hearings.changes import acts as change_acts
from hearings.changes.board import words_of
from hearings.hearing_view import hearing_view
from hearings.hearingroom import HEARINGROOM, Hearingroom, TheHearingroom, quoted
from hearings.invitations.tables import NoticeKind, ProofMethod
from hearings.notices import proofs as notice_proofs
from hearings.notices.actions import give_notice
from hearings.notices.opening import let_people_in
from hearings.notices.printing import print_notice
from hearings.notices.queries import notices_of
from hearings.notices.rules import BY_HAND
from hearings.notices.waiving import ask_waiver
from hearings.rules import PREPARE, READ
from shared.door import require
from shared.errors import Refused
from shared.given import TheSettings
from shared.letters import letter, letter_of

One = FromPath[UUID]
Person = FromPath[UUID]
K = TypeVar("K", bound=StrEnum)
PREPARING = [require(*PREPARE)]
Typed = Annotated[str, msgspec.Meta(max_length=600)]


class GiveForm(msgspec.Struct):
    kind: Typed = ""


class ProofForm(msgspec.Struct):
    """``at`` is a time of the office, as the browser's date field writes it."""

    method: Typed = ""
    evidence: Typed = ""
    at: Typed = ""


class ToldForm(msgspec.Struct):
    """How somebody was told of a change by hand."""

    evidence: Typed = ""


class WaiverForm(msgspec.Struct):
    """``whom``: a participant's id as hex, ``public``, or ``all``."""

    whom: Typed = ""
    reason: Typed = ""


@get("/", include_in_schema=False)
async def show(room: TheHearingroom, hearing: One) -> Response[str]:
    return await _page(room, hearing)


@post("/", include_in_schema=False, guards=PREPARING)
async def give(room: TheHearingroom, settings: TheSettings, hearing: One, data: URLEncodedBody[GiveForm]) -> Response[Any]:
    try:
        kind = _choice(NoticeKind, data.kind)
        await room.act(give_notice, hearing_id=hearing, kind=kind, sealing=room.vault, settings=settings)
    except Refused as refusal:
        return await _page(room, hearing, refusal=refusal)
    return go(f"/desk/hearings/{hearing}/notices")


@post("/waive", include_in_schema=False, guards=PREPARING)
async def waive(room: TheHearingroom, hearing: One, data: URLEncodedBody[WaiverForm]) -> Response[Any]:
    try:
        board = await room.read(notices_of, centre=room.centre, hearing_id=hearing, sealing=room.vault, now=room.now,
                                by=room.identity)
        everybody = [one.participant_id.hex for given in board.given for one in given.people if not one.method]
        whom = list(dict.fromkeys(everybody)) if data.whom == "all" else [data.whom]
        await room.act(ask_waiver, hearing_id=hearing, whom=whom, reason=data.reason)
    except Refused as refusal:
        return await _page(room, hearing, refusal=refusal, waiver=data)
    return go(f"/desk/hearings/{hearing}/notices")


@post("/open", include_in_schema=False, guards=PREPARING)
async def let_in(room: TheHearingroom, hearing: One) -> Response[Any]:
    try:
        await room.act(let_people_in, hearing_id=hearing, sealing=room.vault)
    except Refused as refusal:
        return await _page(room, hearing, refusal=refusal)
    return go(f"/desk/hearings/{hearing}/notices")


@post("/{notice:uuid}/{person:uuid}/proof", include_in_schema=False, guards=PREPARING)
async def prove(
    room: TheHearingroom, hearing: One, notice: FromPath[UUID], person: Person, data: URLEncodedBody[ProofForm]
) -> Response[Any]:
    try:
        at = _time(data.at, room)
        await room.act(notice_proofs.prove, hearing_id=hearing, notice_id=notice, participant_id=person, at=at,
                       method=_choice(ProofMethod, data.method), evidence=data.evidence)
    except Refused as refusal:
        return await _page(room, hearing, refusal=refusal, proof=data, at=(notice, person))
    return go(f"/desk/hearings/{hearing}/notices")


@post("/{notice:uuid}/{person:uuid}/print", include_in_schema=False, guards=PREPARING, status_code=200)
async def on_paper(
    room: TheHearingroom, settings: TheSettings, hearing: One, notice: FromPath[UUID], person: Person
) -> Response[Any]:
    """The notice as a letter with an acknowledgement to sign."""
    try:
        content = await room.act(print_notice, hearing_id=hearing, notice_id=notice, participant_id=person, sealing=room.vault,
                                 settings=settings)
        body = await to_thread.run_sync(letter, content.template, content.data, content.language)
    except Refused as refusal:
        return await _page(room, hearing, refusal=refusal)
    headers = {"content-disposition": 'inline; filename="notice.pdf"', "cache-control": "no-store"}
    return Response(body, media_type="application/pdf", headers=headers)


@post("/changes/{word:uuid}/told", include_in_schema=False, guards=PREPARING)
async def told(room: TheHearingroom, hearing: One, word: FromPath[UUID], data: URLEncodedBody[ToldForm]) -> Response[Any]:
    try:
        await room.act(change_acts.tell_by_hand, hearing_id=hearing, message_id=word, evidence=data.evidence, sealing=room.vault)
    except Refused as refusal:
        return await _page(room, hearing, refusal=refusal, word=word)
    return go(f"/desk/hearings/{hearing}/notices")


@post("/changes/{word:uuid}/reveal", include_in_schema=False, guards=PREPARING, status_code=200)
async def reveal(room: TheHearingroom, hearing: One, word: FromPath[UUID]) -> Response[Any]:
    """Answers with the page itself, this one person shown in full, to be called."""
    try:
        await room.act(change_acts.show_contact, hearing_id=hearing, message_id=word)
    except Refused as refusal:
        return await _page(room, hearing, refusal=refusal)
    return await _page(room, hearing, word=word, revealed=word)


@post("/changes/{word:uuid}/print", include_in_schema=False, guards=PREPARING, status_code=200)
async def word_on_paper(room: TheHearingroom, hearing: One, word: FromPath[UUID]) -> Response[Any]:
    try:
        message = await room.act(change_acts.printed_word, hearing_id=hearing, message_id=word, sealing=room.vault)
        body = await to_thread.run_sync(letter_of, message, room.vault, room.centre.zone)
    except Refused as refusal:
        return await _page(room, hearing, refusal=refusal)
    headers = {"content-disposition": 'inline; filename="change.pdf"', "cache-control": "no-store"}
    return Response(body, media_type="application/pdf", headers=headers)


# Parts ----------------------------------------------------------------------------------------------------------------


async def _page(
    room: Hearingroom, hearing: UUID, *, refusal: Refused | None = None, proof: ProofForm | None = None,
    waiver: WaiverForm | None = None, at: tuple[UUID, UUID] | None = None, word: UUID | None = None,
    revealed: UUID | None = None,
) -> Response[str]:
    view = await room.read(hearing_view, centre=room.centre, hearing_id=hearing, sealing=room.vault, by=room.identity)
    board = await room.read(notices_of, centre=room.centre, hearing_id=hearing, sealing=room.vault, now=room.now,
                            by=room.identity)
    changes = await room.read(words_of, centre=room.centre, hearing_id=hearing, sealing=room.vault, by=room.identity,
                              revealed=revealed)
    return room.page(
        "hearings/notices.html", status=refusal.status if refusal else 200, refusal=refusal, view=view, hearing=view.line,
        tab="notices", board=board, article=quoted(room.articles["notice"], room.language),
        may=not PREPARE.isdisjoint(room.identity.roles), methods=BY_HAND, at=at,
        proof=proof or ProofForm(at=f"{room.now.astimezone(room.centre.zone):%Y-%m-%dT%H:%M}"), waiver=waiver or WaiverForm(),
        changes=changes, word=word,
    )


def _choice(kind: type[K], text: str) -> K:
    if text not in set(kind):
        raise Refused("choice-needed", 422)
    return kind(text)


def _time(text: str, room: Hearingroom) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("time-wrong", 422) from None
    return at.replace(tzinfo=room.centre.zone) if at.tzinfo is None else at


router = Router(
    "/desk/hearings/{hearing:uuid}/notices",
    route_handlers=[show, give, waive, let_in, prove, on_paper, told, reveal, word_on_paper], guards=[require(*READ)],
    dependencies=HEARINGROOM,
)
handlers = [router]
