"""Voice guidance at the kiosk: addresses of spoken texts, and the sound behind them. What is said is written in the pages.

An address carries its text under our signature, so that only what one of our own pages has asked for is ever spoken.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from anyio import to_thread
from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from kiosk.voice.voice import Voice
from shared import codes
from shared.errors import Refused
from shared.given import TheSettings, TheVault
from shared.vault import Vault

VALID = timedelta(hours=1)
LONGEST = 600  # signs; a page that says more has forgotten whom it speaks to


@cache
def voice_of(folder: Path) -> Voice:
    """The voice of this process, with the files of a data folder."""
    return Voice(folder / "voice")


def address(text: str, language: str, vault: Vault, now: datetime) -> str:
    """Where a text can be heard. The same for an hour, so that it is fetched once."""
    expires = now.replace(minute=0, second=0, microsecond=0) + 2 * VALID
    plain = " ".join(text.split())[:LONGEST]
    return f"/kiosk/voice/{codes.sign(f'{language} {plain}', key=_key(vault), expires=expires)}"


def spelled(number: str, language: str) -> str:
    """A ticket number as it must be read out: sign by sign."""
    if language == "en":
        return ", ".join(number)
    return number.translate(str.maketrans("0123456789", "零幺二三四五六七八九"))


@get("/voice/{token:str}", include_in_schema=False)
async def hear(request: Request[Any, Any, Any], token: FromPath[str], settings: TheSettings, vault: TheVault) -> Response[bytes]:
    """The sound of an address that one of our pages has made; nothing is spoken for anybody else."""
    try:
        said = codes.check(token, key=_key(vault), now=datetime.now(UTC))
    except Refused:
        raise NotFoundException from None
    language, _, text = said.partition(" ")
    path = await to_thread.run_sync(voice_of(settings.data).render, text, language)
    if path is None:
        raise NotFoundException
    body = await to_thread.run_sync(path.read_bytes)
    return Response(body, media_type="audio/wav", headers={"cache-control": "private, max-age=3600"})


@cache
def _key(vault: Vault) -> bytes:
    return vault.derive("kiosk speech")
