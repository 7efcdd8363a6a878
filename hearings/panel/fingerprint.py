"""Fingerprints that any language can recompute: SHA-256 over canonical JSON, so that `printf … | sha256sum` gives the same.
The exact bytes are in docs/draw.md; a change of anything here is a new format.
"""

import hashlib
import hmac
from typing import Any

import msgspec

FORMAT = "nuanyi-draw/1"


def canonical(value: Any) -> bytes:
    """JSON as RFC 8785 writes it, for values without fractions: UTF-8, keys sorted, no blanks, nothing escaped needlessly."""
    return msgspec.json.encode(value, order="sorted")


def fingerprint(what: str, *values: Any) -> str:
    """64 hex digits of the list [format, what, values…]; ``what`` keeps the kinds of fingerprint apart."""
    return hashlib.sha256(canonical([FORMAT, what, *values])).hexdigest()


def keyed(key: str, what: str, *values: Any) -> str:
    """The same under a secret key (HMAC-SHA-256; the key is taken as text): nobody without the key can guess the values."""
    return hmac.new(key.encode(), canonical([FORMAT, what, *values]), hashlib.sha256).hexdigest()
