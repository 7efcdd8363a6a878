"""The ticket on paper: what stands on a slip, and the ESC/POS bytes that print it.

Pure apart from looking for a font file; it talks to no printer (`kiosk.printer` does) and translates nothing: every
text comes in finished.
"""

import logging
from pathlib import Path
from typing import Any, Literal

import msgspec

from kiosk.slips.picture import Line, chinese_font, picture, qr_picture, wrapped

RESET = b"\x1b@"  # ESC @: forget what the last job left behind
CHINESE_ON = b"\x1c&"  # FS &: bytes above 7F are Chinese, two by two. Japanese firmware starts without it
CHINESE_OFF = b"\x1c."  # FS .
DOTS = 12  # width of a Latin character in font A; a Chinese one has twice that
UNKNOWN_WIDTH = 384  # dots of 58 mm paper: fits everywhere when the profile does not say


class PrinterSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One ticket printer as staff describe it. `width_px` 0 takes the width of the python-escpos `profile`."""

    kind: Literal["none", "browser", "network", "usb"] = "none"
    host: str = ""
    port: int = 9100
    usb_vendor: int = 0
    usb_product: int = 0
    usb_in: int = 0x82
    usb_out: int = 0x01
    encoding: Literal["gb18030", "gbk", "utf-8"] = "gb18030"
    setup: str = ""  # hex sent after the reset: "1B3901" puts many Chinese printers into UTF-8
    qr: Literal["native", "image"] = "native"
    text: Literal["native", "raster"] = "native"
    font: str = ""  # a font file for raster text; empty: look for one
    width_px: int = 0
    profile: str = "default"
    patience: float = 8.0  # seconds a whole slip may take from the first byte to the cut

    def __post_init__(self) -> None:
        bytes.fromhex(self.setup)


class Slip(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket, all words ready in the visitor's language. An empty text leaves its line out."""

    number: str
    office: str
    hall: str = ""
    service_zh: str
    service_en: str = ""
    people_ahead: str = ""  # "前面还有 3 位"
    wait: str = ""  # "大约等候 12–20 分钟"
    url: str = ""
    scan: str = ""  # the line under the QR
    issued_at: str = ""
    notes: tuple[str, ...] = ()
    language: str = "zh_CN"


def compose(slip: Slip, printer: PrinterSettings) -> bytes:
    """One print job: reset, text, QR, feed and cut. Rare characters turn all text into a picture if a font is found."""
    paper = _paper(printer)
    width = (printer.width_px or _profile_width(paper)) // 8 * 8
    font = _font_wanted(slip, printer)
    paper._raw(RESET + bytes.fromhex(printer.setup))
    _put(paper, _head(slip), width, printer, font)
    _put_qr(paper, slip.url, width, printer)
    _put(paper, _foot(slip), width, printer, font)
    paper.cut(mode="PART")  # ESC d 6, then GS V as the profile allows
    return bytes(paper.output)


def _head(slip: Slip) -> list[Line]:
    names = [slip.service_zh, slip.service_en]
    first, second = names if slip.language.startswith("zh") or not slip.service_en else reversed(names)
    return _printable(
        Line(slip.office, 2),
        Line(slip.hall, 1),
        Line(slip.number, 6, bold=True),
        Line(first, 2, bold=True),
        Line(second, 1),
        Line(slip.people_ahead, 2),
        Line(slip.wait, 2),
    )


def _foot(slip: Slip) -> list[Line]:
    return _printable(Line(slip.scan, 1), Line(slip.issued_at, 1), *(Line(note, 1) for note in slip.notes))


def _printable(*lines: Line) -> list[Line]:
    """Without empty lines and without control characters, which a printer would obey."""
    clean = (msgspec.structs.replace(line, text=_clean(line.text)) for line in lines)
    return [line for line in clean if line.text]


def _clean(text: str) -> str:
    return "".join(filter(str.isprintable, " ".join(text.split())))


def _put(paper: Any, lines: list[Line], width: int, printer: PrinterSettings, font: Path | None) -> None:
    if font:
        paper._raw(picture(lines, width, font))
        return
    columns = width // DOTS
    for line in lines:
        size = max(1, min(line.size, columns // _cells(line.text)))
        tall = min(line.size, size + 1)  # a narrow letter one step taller still reads well
        paper.set(align="center", bold=line.bold, custom_size=True, width=size, height=tall)  # GS !, ESC E, ESC a
        for row in wrapped(line.text, lambda row: _cells(row) <= columns):
            paper._raw(_typed(row, printer.encoding))


def _put_qr(paper: Any, url: str, width: int, printer: PrinterSettings) -> None:
    if not url:
        return
    dots = max(3, min(8, width // 50))  # eight dots a module: 3 cm, readable by an old phone
    if printer.qr == "image":
        paper._raw(qr_picture(url, dots, width))
        return
    paper.set(align="center")
    paper.qr(url, native=True, size=dots, ec=1)  # GS ( k; level M outlives creases
    paper._raw(b"\n")


def _typed(text: str, encoding: str) -> bytes:
    """One line. The mode changes between lines only: some printers end the line when it changes."""
    if text.isascii():
        return text.encode("ascii") + b"\n"
    return CHINESE_ON + text.encode(encoding, errors="replace") + b"\n" + CHINESE_OFF


def _cells(text: str) -> int:
    return sum(1 if char.isascii() else 2 for char in text)


def _font_wanted(slip: Slip, printer: PrinterSettings) -> Path | None:
    wanted = printer.text == "raster" or any(
        _rare(char, printer.encoding) for line in (*_head(slip), *_foot(slip)) for char in line.text
    )
    return chinese_font(printer.font) if wanted else None


def _rare(char: str, encoding: str) -> bool:
    """Whether the printer's own font can hardly have it: four bytes in GB 18030, beyond the first plane in UTF-8."""
    if char.isascii():
        return False
    if encoding == "utf-8":
        return ord(char) > 0xFFFF
    return len(char.encode("gb18030")) > 2 or len(char.encode(encoding, errors="replace")) != 2


def _paper(printer: PrinterSettings) -> Any:
    """python-escpos writing to memory. Its import takes half a second and adds a log handler, which goes off again."""
    root = logging.getLogger()
    handlers = root.handlers[:]
    from escpos.printer import Dummy

    root.handlers[:] = handlers
    try:
        return Dummy(profile=printer.profile)
    except KeyError:
        return Dummy(profile="default")


def _profile_width(paper: Any) -> int:
    width = paper.profile.profile_data["media"]["width"]["pixels"]
    return width if isinstance(width, int) else UNKNOWN_WIDTH
