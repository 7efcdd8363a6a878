"""Letters on paper: `templates/letters/NAME.typ` and data become a tagged PDF (PDF/UA-1), the same bytes each time, so that its
hash is evidence. A sign that no font has is an error that staff see, never an empty box."""

import re
from datetime import date
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from shared import words
from shared.assets import PACKAGES
from shared.codes import qr_svg
from shared.errors import Refused
from shared.outbox import Letter, Message, content_of
from shared.vault import Vault

if TYPE_CHECKING:
    from typst import Compiler, Fonts  # loaded with the first letter

FOLDER = words.ROOT / "templates" / "letters"
FONTS = PACKAGES / "@expo-google-fonts" / "noto-serif-sc"
WEIGHTS = ("400Regular", "700Bold")
NAME = re.compile(r"[a-z_]+")
LACKING = re.compile(r'the text `"(.+?)"` could not be displayed')
PRESS = Lock()  # a compiler keeps the data of its last letter


def letter(template: str, data: dict[str, Any], language: str) -> bytes:
    """The PDF of a letter. ``data``: what its template names; ``blocks`` as `wording.Wording` has them, as plain data.

    Refuses ``letter-sign`` (422; ``sign``: what the font lacks, such as a rare character in a name).
    """
    from typst import TypstError

    if not NAME.fullmatch(template):
        raise ValueError(f"{template!r} names no letter")
    inputs = {"data": msgspec.json.encode(_with_codes(data)).decode(), "language": language}
    try:
        with PRESS:
            made = _compiler(template).compile(format="pdf", pdf_standards=["ua-1"], sys_inputs=inputs)
    except TypstError as problem:
        lacking = LACKING.search(problem.message)
        if lacking is None:
            raise
        raise Refused("letter-sign", 422, sign=lacking[1]) from None
    assert isinstance(made, bytes)
    return made


def letter_of(message: Message, sealing: Vault, zone: ZoneInfo) -> bytes:
    """The PDF of a letter in the outbox, dated the day on which it was posted. Refuses as `letter` does."""
    content = content_of(message, sealing)
    if not isinstance(content, Letter):
        raise ValueError("this message is not a letter")
    day = dated(message.made_at.astimezone(zone).date(), content.language)
    return letter(content.template, {"day": day, **content.data}, content.language)


def dated(day: date, language: str) -> str:
    """The day of a letter, as it stands under it."""
    if language == words.CHINESE:
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {words.MONTHS[day.month - 1]} {day.year}"


def _with_codes(data: dict[str, Any]) -> dict[str, Any]:
    """Each link with its QR code beside it."""
    if "blocks" not in data:
        return data
    blocks = [{**one, "qr": qr_svg(one["url"], title=one["label"])} if one["type"] == "link" else one for one in data["blocks"]]
    return {**data, "blocks": blocks}


@cache
def _fonts() -> "Fonts":
    from typst import Fonts

    return Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS / weight for weight in WEIGHTS])


@cache
def _compiler(template: str) -> "Compiler":
    from typst import Compiler

    return Compiler(FOLDER / f"{template}.typ", root=FOLDER, font_paths=_fonts(), ignore_system_fonts=True)
