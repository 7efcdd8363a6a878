"""How a kiosk gets ready for the time when the centre is out of reach: its numbers, the page that gives them, and the service
worker that keeps this page. What is kept there is the same for everybody."""

import hashlib
from datetime import datetime, time
from typing import Annotated, Any

import msgspec
from anyio import to_thread
from litestar import Response, get, post
from litestar.params import FromPath, JSONBody

from kiosk.booth import needs
from kiosk.booth.booth import Booth, Modes, TheBooth
from kiosk.offline import actions as blocks
from kiosk.offline import handing_in
from kiosk.offline.handing_in import Record, Settled
from kiosk.slips import actions as slips
from shared import codes, words
from shared.assets import address, asset
from shared.errors import Refused

ASSETS = ("kiosk.css", "fonts.css", "kiosk.js", "kiosk-block.js", "kiosk-offline.js", "seal.svg")


class RecordsIn(msgspec.Struct, forbid_unknown_fields=True):
    records: Annotated[list[Record], msgspec.Meta(max_length=handing_in.RECORDS_MOST)] = []


class NumberOut(msgspec.Struct, frozen=True):
    service: str
    number: str
    code: str
    token: str
    qr: str


class LeaseOut(msgspec.Struct, frozen=True):
    """``now`` and ``ends_at`` by the centre's clock; ``spans``: when the hall receives visitors until then; ``full``: so many
    numbers of a service are a full block."""

    now: datetime
    ends_at: datetime
    spans: list[tuple[datetime, datetime]]
    full: int
    numbers: list[NumberOut]


class SettledOut(msgspec.Struct, frozen=True):
    settled: list[Settled]


@post("/block", include_in_schema=False, status_code=200)
async def lease(booth: TheBooth) -> Response[bytes]:
    """The numbers that this kiosk holds today. Refuses ``unpaired`` for whatever is no kiosk of the hall."""
    leased = await booth.act(blocks.lease, holder=_holder(booth), place=booth.identity.name, vault=booth.vault)
    numbers = await to_thread.run_sync(_drawn, leased.numbers, booth.settings.public_url)
    full = booth.plan.provisions.get("kiosk.block_numbers", 0)
    return _told(LeaseOut(booth.now, leased.ends_at, _spans(booth, leased.ends_at), full, numbers))


@post("/block/records", include_in_schema=False, status_code=200)
async def hand_in(booth: TheBooth, data: JSONBody[RecordsIn]) -> Response[bytes]:
    """Takes in what was recorded offline; sending it twice does nothing twice. Refuses ``unpaired``."""
    settled = await booth.act(handing_in.hand_in, holder=_holder(booth), place=booth.identity.name, records=data.records,
                              vault=booth.vault)
    return _told(SettledOut(settled))


@get("/offline/{language:str}", include_in_schema=False)
async def offline(language: FromPath[str], booth: TheBooth) -> Response[str]:
    """The page that gives numbers while the centre is out of reach; without the visit's own settings, as it is kept."""
    return await _offline_page(booth, language)


@get("/worker.js", include_in_schema=False)
async def worker(booth: TheBooth) -> Response[bytes]:
    """The service worker. Its text changes when a page or an asset does, and then the browser fetches all of them anew."""
    pages = [booth.to(f"/kiosk/offline/{one}") for one in words.LANGUAGES]
    drawn = [(await _offline_page(booth, one)).content for one in words.LANGUAGES]
    assets = [address(name) for name in ASSETS]
    version = hashlib.sha256("".join([*drawn, *assets]).encode()).hexdigest()[:12]
    told = msgspec.json.encode({"version": f"kiosk-{version}", "pages": pages, "assets": assets})
    script = asset("kiosk-worker.js")
    body = b"const KEPT = " + told + b";\n" + (script.body if script else b"")
    headers = {"cache-control": "no-cache", "service-worker-allowed": "/kiosk"}
    return Response(body, media_type="text/javascript", headers=headers)


async def _offline_page(booth: Booth, language: str) -> Response[str]:
    """Refuses ``not-found`` for a language that is not ours."""
    if language not in words.LANGUAGES:
        raise Refused("not-found", 404)
    booth.language, booth.modes = language, Modes()
    printer = await booth.read(slips.printer_kind, device=booth.identity.id if booth.is_device else None)
    given = [one for one in booth.plan.services if one.open and not one.by_booking]
    return booth.answer("kiosk/offline.html", here=booth.to(f"/kiosk/offline/{language}"), services=given, needs=needs.NEEDS,
                        prints=printer == "browser")


def _holder(booth: Booth) -> str:
    """Any browser could hoard numbers, and nobody could shut it out."""
    if not booth.is_device:
        raise Refused("unpaired", 403)
    return f"device:{booth.identity.id}"


def _drawn(numbers: list[blocks.Ready], public_url: str) -> list[NumberOut]:
    return [NumberOut(one.service, one.number, one.code, one.token, codes.qr_rows(f"{public_url}/c/{one.code}"))
            for one in numbers]


def _spans(booth: Booth, until: datetime) -> list[tuple[datetime, datetime]]:
    """When the hall receives visitors on the day that ends at ``until``; hours that close at 00:00 close then."""
    plan, day = booth.plan, booth.plan.today(booth.now)
    return [
        (datetime.combine(day, opens, plan.zone), datetime.combine(day, closes, plan.zone) if closes != time(0) else until)
        for opens, closes in plan.hours.on(day, plan.calendar)
    ]


def _told(answer: Any) -> Response[bytes]:
    return Response(msgspec.json.encode(answer), media_type="application/json", headers={"cache-control": "no-store"})


handlers = [lease, hand_in, offline, worker]
