"""What browsers may fetch: a fixed table of names, each made of our own files and files of installed npm packages.

Nothing else of `node_modules` is served. Every address carries the hash of its content and never expires.
"""

import gzip
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "static"
PACKAGES = ROOT / "node_modules"
FONT = PACKAGES / "@fontsource-variable" / "noto-sans-sc"
HTMX = PACKAGES / "htmx.org" / "dist"
ICONS = PACKAGES / "lucide-static" / "icons"

TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".woff2": "font/woff2",
         ".svg": "image/svg+xml", ".png": "image/png"}
TABLE: dict[str, tuple[Path, ...]] = {
    "htmx.js": (HTMX / "htmx.min.js", HTMX / "ext" / "hx-ws.min.js"),
    "fonts.css": (FONT / "wght.css",),
    "kiosk.css": tuple(STATIC / f"{name}.css" for name in ("tokens", "base", "kiosk", "case", "order", "slip")),
    "lobby.css": (STATIC / "tokens.css", STATIC / "lobby.css"),
    "order.css": (STATIC / "order.css",),
    "phone.css": (STATIC / "tokens.css", STATIC / "base.css", STATIC / "phone.css", STATIC / "case.css"),
    "public.css": (STATIC / "public.css",),
    "booking.css": (STATIC / "public.css", STATIC / "booking.css"),
    "invitation.css": (STATIC / "invitation.css",),
    "desk.css": (STATIC / "tokens.css", STATIC / "base.css", STATIC / "desk.css"),
    "hall.css": (STATIC / "hall.css",),
    "slip.css": (STATIC / "slip.css",),
    "cases.css": (STATIC / "cases.css",),
    "cases.js": (STATIC / "cases.js",),
    "hearings.css": (STATIC / "hearings.css", STATIC / "hearings-calendar.css"),
    "hearings.js": (STATIC / "hearings.js",),
    "hearings-live.js": (STATIC / "hearings-live.js",),
    "hearings-calendar.js": (STATIC / "hearings-calendar.js",),
    "roster.css": (STATIC / "roster.css",),
    "roster.js": (STATIC / "roster.js",),
    "draw.css": (STATIC / "tokens.css", STATIC / "base.css", STATIC / "draw" / "draw.css"),
    "draw.js": (STATIC / "draw" / "verifier.js", STATIC / "draw" / "page.js"),
    "wall.css": (STATIC / "tokens.css", STATIC / "draw" / "wall.css"),
    "wall.js": (STATIC / "live.js", STATIC / "draw" / "verifier.js", STATIC / "draw" / "page.js"),
    "start.css": (STATIC / "tokens.css", STATIC / "base.css", STATIC / "start.css"),
    "kiosk.js": tuple(STATIC / f"kiosk{part}.js" for part in ("", "-speech", "-scan", "-idle")),
    "device.js": (STATIC / "device.js",),
    "kiosk-block.js": (STATIC / "kiosk-block.js",),
    "kiosk-offline.js": (STATIC / "kiosk-offline.js",),
    "kiosk-worker.js": (STATIC / "kiosk-worker.js",),
    "lobby.js": (STATIC / "live.js", STATIC / "lobby.js"),
    "phone.js": (STATIC / "live.js", STATIC / "phone.js", STATIC / "phone-push.js"),
    "push-worker.js": (STATIC / "push-worker.js",),
    "counter-roll.js": (STATIC / "counter-roll.js",),
    "desk.js": (STATIC / "live.js", STATIC / "desk.js"),
    "seal.svg": (STATIC / "seal.svg",),
}


class Asset(NamedTuple):
    body: bytes
    zipped: bytes | None
    media_type: str
    version: str


@cache
def asset(name: str) -> Asset | None:
    """The content behind a name of the table, or of a font file that the font's style sheet names."""
    files = TABLE.get(name) or _font_file(name)
    if not files:
        return None
    body = b"\n".join(_minify(file) for file in files)
    suffix = Path(name).suffix
    zipped = gzip.compress(body, 9, mtime=0) if suffix in (".css", ".js", ".svg") else None
    return Asset(body, zipped, TYPES[suffix], hashlib.sha256(body).hexdigest()[:10])


def address(name: str) -> str:
    """The address of an asset, with its version. Raises ``KeyError`` for a name that is not in the table."""
    found = asset(name)
    if found is None:
        raise KeyError(name)
    return f"/assets/{name}?v={found.version}"


@cache
def icon(name: str) -> str:
    """An icon of the lucide set as inline SVG, hidden from screen readers (the text beside it speaks)."""
    drawing = (ICONS / f"{Path(name).name}.svg").read_text(encoding="utf-8")
    inner = re.sub(r"\s*\n\s*", "", drawing[drawing.index(">", drawing.index("<svg")) + 1 : drawing.index("</svg>")])
    return (
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
        f'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{inner}</svg>'
    )


def _font_file(name: str) -> tuple[Path, ...]:
    if not re.fullmatch(r"files/noto-sans-sc-[\w-]+\.woff2", name):
        return ()
    file = FONT / name
    return (file,) if file.is_file() else ()


def _minify(file: Path) -> bytes:
    """Style sheets without comments and needless blanks; everything else as it is."""
    body = file.read_bytes()
    if file.suffix != ".css":
        return body
    text = re.sub(r"/\*.*?\*/", "", body.decode(), flags=re.S)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r" ?([{};,]) ?", r"\1", text).strip().encode()
