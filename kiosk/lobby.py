"""The lobby display: the current call huge, four beside it, how many wait; and the calls as sound.

Ticket number and window only. What hangs there is decided in `wall`, what a display reports in `acknowledge`.
"""

from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from anyio import CapacityLimiter, to_thread
from litestar import Request, Response, get, post
from litestar.params import FromPath, JSONBody

from kiosk.picture import CallView, Picture, Pictures, ThePictures
from kiosk.plan import HallPlan
from kiosk.voice.lease import Lease, take_lease
from kiosk.voice.pack import Pack, pack_of
from kiosk.voice.queries import spoken_with
from kiosk.voice.speaker import tongue
from kiosk.voice.speech import voice_of
from kiosk.voice.voice import Voice, sentence
from kiosk.wall import WallLine, on_wall, wall
from kiosk.window.acknowledge import acknowledge
from shared import words
from shared.assets import address
from shared.errors import Refused
from shared.given import TheAsker, TheDatabase, ThePages, TheSettings
from shared.identity import Identity
from shared.pages import Pages, language_of
from shared.people import DeviceKind
from shared.words import Words

SPEAKERS = 2  # synthesisers at a time
FRESH_SECONDS = 10.0  # so late may a display say that the hall has opened or closed
KEEP = {"cache-control": "private, max-age=3600"}
Asked = Request[Any, Any, Any]


class HeardIn(msgspec.Struct, forbid_unknown_fields=True):
    """What a display says became of a call: shown, spoken, or silent and why. Without a call: why it will be silent."""

    call_id: Annotated[int, msgspec.Meta(gt=0)] | None = None
    shown: bool = False
    spoken: bool = False
    silent: Literal["", "blocked", "no-voice", "stuck", "over"] = ""


class LeaseIn(msgspec.Struct, forbid_unknown_fields=True):
    """``screen``: the name that a display has given itself; ``zone``: what is heard together; ``able``: whether it can speak."""

    screen: Annotated[str, msgspec.Meta(min_length=8, max_length=40, pattern="^[a-z0-9-]+$")]
    zone: Annotated[str, msgspec.Meta(max_length=24, pattern="^[a-z0-9-]*$")] = ""
    able: bool = True


@get("/lobby", include_in_schema=False)
async def lobby(request: Asked, pages: ThePages, pictures: ThePictures, identity: TheAsker) -> Response[str]:
    """The page. A hall whose screens must be paired shows it only to its own lobby displays."""
    hall = _hall(request, pictures, identity)
    _check_display(pictures.now_seen(hall).plan, identity)
    picture, now = await pictures.fresh(hall), datetime.now(UTC)
    language = language_of(request, pages.settings.locale)
    parts = _parts(picture, now, language)
    return pages.answer(request, "lobby/lobby.html", language=language, now=now, paired=_is_display(identity), **parts)


def draw(pages: Pages, picture: Picture, language: str) -> str:
    """The board as everybody sees it."""
    return pages.render("lobby/_board.html", language, **_parts(picture, datetime.now(UTC), language))


@get("/lobby/calls/{name:str}", include_in_schema=False)
async def spoken_call(
    request: Asked, name: FromPath[str], pages: ThePages, pictures: ThePictures, settings: TheSettings, identity: TheAsker,
    db: TheDatabase,
) -> Response[bytes]:
    """A call on the board as a WAV file: the chime and the sentence, or with ``?reading=2`` the sentence alone.

    Refuses ``unknown-call`` for any other call (nobody makes the hall's voice say anything else), ``no-voice``.
    """
    hall = _hall(request, pictures, identity)
    _check_display(pictures.now_seen(hall).plan, identity)
    picture = await pictures.fresh(hall)
    call = on_wall(picture, _call_id(name), datetime.now(UTC))
    if call is None:
        raise Refused("unknown-call", 404)
    language = language_of(request, pages.settings.locale)
    again = request.query_params.get("reading") == "2"
    mark = await db.read(spoken_with, hall=hall, language=tongue(language))
    pack = pack_of(settings.data, mark) if mark else None
    sound = await _spoken(voice_of(settings.data), _text(picture.plan, call, language), language, pack, again=again)
    return Response(sound, media_type="audio/wav", headers=KEEP)


@post("/lobby/lease", include_in_schema=False, status_code=200)
async def lease(
    request: Asked, data: JSONBody[LeaseIn], db: TheDatabase, pictures: ThePictures, identity: TheAsker
) -> Lease:
    """A display that can be heard asks whether it is the one that speaks. Refuses ``unpaired`` (403)."""
    plan = pictures.now_seen(_hall(request, pictures, identity)).plan
    _check_display(plan, identity)
    told: Lease = await db.write(take_lease, plan=plan, zone=data.zone, screen=data.screen, now=datetime.now(UTC), able=data.able)
    return told


@post("/lobby/heard", include_in_schema=False, status_code=204)
async def heard(
    request: Asked, data: JSONBody[HeardIn], db: TheDatabase, pictures: ThePictures, identity: TheAsker
) -> None:
    """A display reports. Refuses ``unpaired`` (403), ``unknown-call`` (404) for a call of another hall."""
    plan = pictures.now_seen(_hall(request, pictures, identity)).plan
    _check_display(plan, identity)
    await db.write(
        acknowledge, plan=plan, call_id=data.call_id, shown=data.shown, spoken=data.spoken, silent=data.silent,
        device=identity.id if identity.kind == "device" else None, place=identity.name, now=datetime.now(UTC), by=identity.by,
    )


def _parts(picture: Picture, now: datetime, language: str) -> dict[str, Any]:
    """What the board's template shows. ``version`` tells a display of long ago to fetch its page anew."""
    return {
        "wall": wall(picture, now), "plan": picture.plan, "said": sentence, "version": address("lobby.js"),
        "range_of": lambda line: _range(line, words.translator(language)),
    }


def _range(line: WallLine, _: Words) -> str:
    """The wait of someone who came now, short enough for the wall; from 100 minutes on in half hours, rounded outwards."""
    if line.high >= 100:
        low, high = line.low // 30 / 2, -(-line.high // 30) / 2
        return _("%(low)s–%(high)s hours", low=f"{low:g}", high=f"{high:g}")
    if line.low == 0:
        return _("within %(high)s min", high=line.high)
    return _("%(low)s–%(high)s min", low=line.low, high=line.high)


def _hall(request: Asked, pictures: Pictures, identity: Identity) -> UUID:
    """A paired display's own hall, else the one asked for."""
    if _is_display(identity) and identity.hall_id is not None:
        return identity.hall_id
    return pictures.hall_id(request.query_params.get("hall"))


def _check_display(plan: HallPlan, identity: Identity) -> None:
    if plan.paired_only and not (_is_display(identity) and identity.hall_id == plan.id):
        raise Refused("unpaired", 403)


def _is_display(identity: Identity) -> bool:
    return identity.kind == "device" and DeviceKind.LOBBY in identity.roles


def _call_id(name: str) -> int:
    number, dot, kind = name.partition(".")
    if not (number.isascii() and number.isdigit() and len(number) < 16 and dot + kind == ".wav"):
        raise Refused("unknown-call", 404)
    return int(number)


def _text(plan: HallPlan, call: CallView, language: str) -> str:
    window = plan.windows_by_id.get(call.window_id)
    return sentence(call.number, window.name(language) if window else call.window, language)


async def _spoken(voice: Voice, text: str, language: str, pack: Pack | None, *, again: bool) -> bytes:
    """Refuses ``no-voice`` when no synthesiser of this machine could say it."""
    def make() -> bytes | None:
        path = voice.render(text, language, pack) if again else voice.call([(text, language)], pack)
        return path.read_bytes() if path else None

    sound = await to_thread.run_sync(make, limiter=_speakers())
    if sound is None:
        raise Refused("no-voice", 404)
    return sound


@cache
def _speakers() -> CapacityLimiter:
    return CapacityLimiter(SPEAKERS)


handlers = [lobby, spoken_call, lease, heard]
