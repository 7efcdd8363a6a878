"""Recorded voices for the administrator: upload a pack, see what it lacks, listen to a test call, choose, go back."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from anyio import to_thread
from litestar import Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, URLEncodedBody

from kiosk.plan import HallPlan
from kiosk.staffroom import STAFFROOM, Staffroom, TheStaffroom
from kiosk.voice import actions, pack, queries
from kiosk.voice.archive import ARCHIVE_MOST, read_archive
from kiosk.voice.covering import TONGUES, missing
from kiosk.voice.queries import PackView
from kiosk.voice.sentence import sentence
from kiosk.voice.speech import voice_of
from shared import words
from shared.door import require
from shared.errors import Refused
from shared.people import Role
from shared.refusals import N_

PAGE = "/desk/administration/voice"
FORM_MOST = ARCHIVE_MOST + 64 * 1024
SYNTHETIC = "synthetic"
TRIED = ("012", "357")
LANGUAGES = {"zh": words.CHINESE, "en": words.ENGLISH}
FAULTS = {
    "not-wav": N_("is no WAV file"), "not-pcm": N_("is no WAV of 16-bit PCM"), "too-long": N_("is longer than 8 seconds"),
    "too-loud": N_("is too loud: it crackles"), "silent": N_("has nothing to hear in it"),
    "twice": N_("says the same as another"),
    "unknown-name": N_("has a name that does not say what is heard"), "unknown-folder": N_("lies in no folder zh or en"),
    "broken": N_("is damaged or locked"),
}  # fmt: skip


class Choice(msgspec.Struct):
    """``pack`` empty: the synthetic voice."""

    language: Annotated[str, msgspec.Meta(max_length=2)] = ""
    pack: Annotated[str, msgspec.Meta(max_length=36)] = ""


@get("/", include_in_schema=False)
async def show(room: TheStaffroom) -> Response[Any]:
    return await _page(room)


@post("/", include_in_schema=False, request_max_body_size=FORM_MOST)
async def upload(room: TheStaffroom) -> Response[Any]:
    """Takes a pack in. What cannot be used of it is named on the page."""
    form = await room.request.form()
    sent, name = form.get("archive"), str(form.get("name", ""))
    try:
        body = await sent.read() if isinstance(sent, UploadFile) else b""
        await _take_in(room, name, body)
    except Refused as refusal:
        return await _page(room, refusal)
    return room.go(f"{PAGE}?kept=1")


@post("/choose", include_in_schema=False)
async def choose(room: TheStaffroom, data: URLEncodedBody[Choice]) -> Response[Any]:
    """From the next call on."""
    try:
        await room.act(actions.speak_with, language=data.language, pack=_id(data.pack))
    except Refused as refusal:
        return await _page(room, refusal)
    return room.go(f"{PAGE}?kept=1")


@post("/{key:str}/remove", include_in_schema=False)
async def remove(key: FromPath[str], room: TheStaffroom) -> Response[Any]:
    try:
        mark = await room.act(actions.remove_pack, pack=_id(key))
    except Refused as refusal:
        return await _page(room, refusal)
    if mark:
        await to_thread.run_sync(pack.remove, room.pages.settings.data, mark)
    return room.go(f"{PAGE}?kept=1")


@get("/{key:str}/{language:str}/{trial:int}", include_in_schema=False)
async def listen(key: FromPath[str], language: FromPath[str], trial: FromPath[int], room: TheStaffroom) -> Response[bytes]:
    """A test call with a pack, or with the synthetic voice. Refuses ``unknown-pack``, ``not-found``, ``no-voice``."""
    tried = trials(room.plan, language)
    if trial >= len(tried):
        raise Refused("not-found", 404)
    known = {str(one.id): one.fingerprint for one in await room.read(queries.packs_of, office=room.plan.office_id)}
    if key not in known and key != SYNTHETIC:
        raise Refused("unknown-pack", 404)
    data, mark = room.pages.settings.data, known.get(key)
    spoken = [(tried[trial], LANGUAGES[language])]
    path = await to_thread.run_sync(lambda: voice_of(data).call(spoken, pack.pack_of(data, mark) if mark else None))
    if path is None:
        raise Refused("no-voice", 404)
    body = await to_thread.run_sync(path.read_bytes)
    return Response(body, media_type="audio/wav", headers={"cache-control": "private, no-cache"})


def trials(plan: HallPlan, tongue: str) -> list[str]:
    """Two calls as they could be, of the hall's first and last service and window. Refuses ``not-found``."""
    if tongue not in LANGUAGES:
        raise Refused("not-found", 404)
    if not plan.services or not plan.windows:
        return []
    ends = ((plan.services[0], plan.windows[0]), (plan.services[-1], plan.windows[-1]))
    return [sentence(service.prefix + digits, window.name(LANGUAGES[tongue]), LANGUAGES[tongue])
            for digits, (service, window) in zip(TRIED, ends, strict=True)]


async def _take_in(room: Staffroom, name: str, body: bytes) -> None:
    """Files first: a row without its files would be silent."""
    if not name.strip():
        raise Refused("name-needed", 422)
    if len(await room.read(queries.packs_of, office=room.plan.office_id)) >= actions.PACKS_MOST:
        raise Refused("packs-enough")
    data, mark = room.pages.settings.data, pack.fingerprint(body)
    archive = await to_thread.run_sync(read_archive, body)
    await to_thread.run_sync(pack.keep, data, mark, archive)
    clips = {tongue: len(found) for tongue, found in archive.clips.items()}
    await room.act(actions.add_pack, name=name, fingerprint=mark, size=len(body), clips=clips, faults=archive.faults)


def _id(text: str) -> UUID | None:
    """Refuses ``unknown-pack``."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Refused("unknown-pack", 404) from None


async def _page(room: Staffroom, refusal: Refused | None = None) -> Response[Any]:
    plan = room.plan
    found = await room.read(queries.packs_of, office=plan.office_id)
    chosen = await room.read(queries.choices_of, hall=plan.id)
    lacking = await to_thread.run_sync(_lacking, room, found)
    tried = {tongue: trials(plan, tongue) for tongue in TONGUES}
    return room.page(
        "administration/voice.html", status=refusal.status if refusal else 200, refusal=refusal, packs=found, chosen=chosen,
        lacking=lacking, tongues={tongue: LANGUAGES[tongue] for tongue in TONGUES}, faults=FAULTS,
        trials=tried, recorded={one.id: _recorded(room, one, tried) for one in found}, megabytes=ARCHIVE_MOST // 2**20,
    )


def _lacking(room: Staffroom, found: list[PackView]) -> dict[UUID, dict[str, list[str]]]:
    """What each pack lacks for the calls of this hall, by language."""
    data = room.pages.settings.data
    return {
        one.id: {tongue: missing(room.plan, tongue, pack.pack_of(data, one.fingerprint).files.get(tongue, {}).keys())
                 for tongue in TONGUES}
        for one in found
    }


def _recorded(room: Staffroom, one: PackView, tried: dict[str, list[str]]) -> dict[str, list[bool]]:
    """Which test calls are put together from a pack."""
    own = pack.pack_of(room.pages.settings.data, one.fingerprint)
    return {tongue: [own.clips(text, LANGUAGES[tongue]) is not None for text in texts] for tongue, texts in tried.items()}


handlers = [
    Router(PAGE, route_handlers=[show, upload, choose, remove, listen], guards=[require(Role.ADMINISTRATOR)],
           dependencies=STAFFROOM)
]
