"""Parts of a slip as raster pictures, for characters and codes that a printer cannot draw by itself.

Knows nothing of tickets. The drawing package is loaded with the first picture. Widths are in dots and multiples of eight.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from PIL import Image, ImageFont

EM = 24  # dots of a Chinese character at size 1, as in the printers' own font
BAND = 128  # rows a command; whole slips in one command overrun the small buffers of cheap printers
PIECE = re.compile(r"[!-~]{1,24} ?|.[，。、；：！？）》」”’]*")
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "C:/Windows/Fonts")
FONT_NAMES = (
    "NotoSansCJK*-Regular.*",
    "NotoSansSC*",
    "SourceHanSans*",
    "wqy-*",
    "msyh.ttc",
    "PingFang.ttc",
    "simhei.ttf",
)


class Line(msgspec.Struct, frozen=True):
    """A centred line; `size` is the largest multiple of the normal height it may take."""

    text: str
    size: int
    bold: bool = False


def picture(lines: list[Line], width: int, font: Path) -> bytes:
    """The lines drawn one under another, `width` dots wide, wrapped and shrunk to fit, as raster commands."""
    from PIL import Image, ImageDraw

    rows = [row for line in lines for row in _drawn(line, width, font)]
    height = sum(_leading(face) for _, face, _ in rows)
    sheet = Image.new("1", (width, max(1, height)), 1)
    pen, top = ImageDraw.Draw(sheet), 0
    for text, face, stroke in rows:
        left = (width - face.getlength(text)) / 2
        pen.text((left, top), text, fill=0, font=face, stroke_width=stroke)
        top += _leading(face)
    return _raster(sheet)


def qr_picture(content: str, dots: int, width: int) -> bytes:
    """A QR code of `dots` dots a module (fewer if the paper is narrow), centred, quiet zone included."""
    import qrcode
    from PIL import Image

    code = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(content)
    modules = code.get_matrix()
    side = len(modules)
    small = Image.new("1", (side, side), 1)
    small.putdata([0 if dark else 255 for row in modules for dark in row])
    scale = max(1, min(dots, width // side))
    sheet = Image.new("1", (width, side * scale), 1)
    sheet.paste(small.resize((side * scale, side * scale), Image.Resampling.NEAREST), ((width - side * scale) // 2, 0))
    return _raster(sheet)


def chinese_font(path: str = "") -> Path | None:
    """The font file asked for, else a Chinese font of this machine, else None."""
    if path and Path(path).is_file():
        return Path(path)
    return _installed_font()


@cache
def _installed_font() -> Path | None:
    found = (file for name in FONT_NAMES for folder in FONT_FOLDERS for file in sorted(Path(folder).rglob(name)))
    return next(found, None)


@cache
def _face(font: Path, size: int) -> "ImageFont.FreeTypeFont":
    """The face for simplified Chinese: collections hold Japanese forms first."""
    from PIL import ImageFont

    for index in range(8):
        try:
            face = ImageFont.truetype(str(font), size, index=index)
        except OSError:
            break
        if " SC" in str(face.getname()[0]):
            return face
    return ImageFont.truetype(str(font), size)


def wrapped(text: str, fits: Callable[[str], bool]) -> Iterator[str]:
    """The text in rows that fit, broken between words or Chinese characters, never before a closing mark."""
    row = ""
    for piece in PIECE.findall(text):
        if row and not fits((row + piece).rstrip()):
            yield row.rstrip()
            row = ""
        row += piece
    yield row.rstrip()


def _drawn(line: Line, width: int, font: Path) -> Iterator[tuple[str, "ImageFont.FreeTypeFont", int]]:
    sizes = (size for size in range(line.size * EM, EM, -4) if _face(font, size).getlength(line.text) <= width)
    face = _face(font, next(sizes, EM))
    for row in wrapped(line.text, lambda row: face.getlength(row) <= width):
        yield row, face, int(line.bold)


def _leading(face: "ImageFont.FreeTypeFont") -> int:
    return sum(face.getmetrics())


def _raster(sheet: "Image.Image") -> bytes:
    """GS v 0: mode, bytes a row, rows, then a bit a dot with 1 for black."""
    across = sheet.width // 8
    dots = bytes(byte ^ 0xFF for byte in sheet.tobytes())
    bands = [dots[at : at + across * BAND] for at in range(0, len(dots), across * BAND)]
    return b"".join(b"\x1dv0\x00" + _two(across) + _two(len(band) // across) + band for band in bands)


def _two(number: int) -> bytes:
    return number.to_bytes(2, "little")
