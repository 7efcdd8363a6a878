"""Codes that people carry: look-up codes, check characters, QR pictures and signed links. A code names a row and holds
nothing else; what it opens and to whom is for the rooms to decide. PINs are not here.
"""

import binascii
import hmac
import re
import secrets
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from html import escape

from shared.errors import Refused

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
VALUES = {sign: value for value, sign in enumerate(ALPHABET)}
CODE_LENGTH = 26
LOOKALIKES = str.maketrans("oil", "011")
LINK = re.compile(r"/[bct]/([0-9a-z-]+)", re.IGNORECASE)
GAPS = re.compile(r"[\s\-\u2010-\u2015\u2212]+")
MAC_BYTES = 32
TIME_BYTES = 8


def new_code() -> str:
    """26 signs of 5 random bits each: 130 bits, nothing to guess and nothing to read out of it."""
    return "".join(ALPHABET[byte & 31] for byte in secrets.token_bytes(CODE_LENGTH))


def normalise(text: str) -> str | None:
    """The code in what somebody typed or scanned: an address, capitals, full width, groups, O for 0. None if there is none."""
    plain = unicodedata.normalize("NFKC", text)
    link = LINK.search(plain)
    code = _tidy(link[1] if link else plain)
    return code if len(code) == CODE_LENGTH and VALUES.keys() >= set(code) else None


def spell(code: str) -> str:
    """The code in groups of four, to be read out or copied by hand."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def add_check(text: str) -> str:
    """A short visible number of this alphabet and its check character, which sees any one wrong sign and any two swapped.

    A polynomial over GF(32) evaluated at its generator; holds up to 31 signs in all.
    """
    return text + ALPHABET[_times_generator(_remainder(text))]


def drop_check(text: str) -> str | None:
    """The number without its check character, or None when something was mistyped."""
    code = _tidy(unicodedata.normalize("NFKC", text))
    sound = len(code) > 1 and VALUES.keys() >= set(code) and _remainder(code) == 0
    return code[:-1] if sound else None


def qr_svg(text: str, *, title: str) -> str:
    """A QR code as an `<svg>` that CSS sizes: level M, quiet zone 4, black on white, no inline style. 6 ms."""
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.main import QRCode

    picture = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    picture.add_data(text)
    rows = picture.get_matrix()
    size = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" shape-rendering="crispEdges">'
        f'<title>{escape(title)}</title><path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
        f'<path fill="#000" d="{"".join(_bars(y, row) for y, row in enumerate(rows))}"/></svg>'
    )


def qr_rows(text: str) -> str:
    """A QR code for a page that draws it itself: its rows as hexadecimal numbers. Level M, quiet zone 4, always mask 3. 2 ms."""
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.main import QRCode

    picture = QRCode(error_correction=ERROR_CORRECT_M, border=4, mask_pattern=3)
    picture.add_data(text)
    return ".".join(f"{int(''.join('1' if dark else '0' for dark in row), 2):x}" for row in picture.get_matrix())


def sign(payload: str, *, key: bytes, expires: datetime) -> str:
    """The payload as a token for a link: readable by anyone, changeable by nobody, good until ``expires`` (whole seconds)."""
    if expires.tzinfo is None:
        raise ValueError("a time needs its zone")
    body = int(expires.timestamp()).to_bytes(TIME_BYTES, "big") + payload.encode()
    return _encode(_mac(body, key) + body)


def check(token: str, *, key: bytes, now: datetime) -> str:
    """The payload of a token. Refuses ``unknown-code`` (forged, changed, cut off) and ``link-expired``."""
    raw = _decode(token)
    mac, body = raw[:MAC_BYTES], raw[MAC_BYTES:]
    if len(body) < TIME_BYTES or not hmac.compare_digest(mac, _mac(body, key)):
        raise Refused("unknown-code", 404)
    expires = datetime.fromtimestamp(int.from_bytes(body[:TIME_BYTES], "big"), UTC)
    if now >= expires:
        raise Refused("link-expired", 410, expired_at=expires)
    return body[TIME_BYTES:].decode()


def _tidy(text: str) -> str:
    return GAPS.sub("", text).lower().translate(LOOKALIKES)


def _remainder(text: str) -> int:
    total = 0
    for sign_ in text:
        total = _times_generator(total) ^ VALUES[sign_]
    return total


def _times_generator(value: int) -> int:
    """One step in GF(32) modulo x^5 + x^2 + 1."""
    return value << 1 ^ (0b100101 if value & 16 else 0)


def _bars(y: int, row: list[bool]) -> str:
    """The dark runs of one row as closed boxes."""
    line = "".join("1" if dark else "0" for dark in row)
    return "".join(f"M{run.start()} {y}h{len(run[0])}v1h-{len(run[0])}z" for run in re.finditer("1+", line))


def _mac(body: bytes, key: bytes) -> bytes:
    if len(key) < MAC_BYTES:
        raise ValueError(f"a signing key has at least {MAC_BYTES} bytes")
    return hmac.digest(key, b"nuanyi link 1\0" + body, "sha256")


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(token: str) -> bytes:
    """The bytes of a token, or none when it is not spelt exactly as `_encode` spells."""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return b""
    return raw if _encode(raw) == token else b""
