"""Where a request comes from and where it may be sent on: our own pages or elsewhere. Pure; reads headers only.

Browsers say where a request was made (`Sec-Fetch-Site`, `Origin`); programs say nothing and carry nobody's cookies.
"""

import re

from litestar.types import Scope

SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS", "TRACE"))
OWN_PATH = re.compile(r"/(?![/\\])[^\s\\\x00-\x1f\x7f]*|/")


def same_origin(scope: Scope, own_host: str = "") -> bool:
    """Whether a request was made by one of our pages, by its user directly, or by no browser at all.

    ``own_host`` is the public address's host and port, for a proxy that changes `Host`. Pages must not be sent with
    ``Referrer-Policy: no-referrer``, or browsers say ``Origin: null`` for our own forms.
    """
    headers = dict(scope["headers"])
    if headers.get(b"sec-fetch-site", b"none") not in (b"same-origin", b"none"):
        return False
    origin = headers.get(b"origin")
    if origin is None:
        return True
    host = origin.partition(b"://")[2].lower()
    return host != b"" and host in (headers.get(b"host", b"").lower(), own_host.lower().encode())


def own_path(address: str) -> str:
    """The address if it is a path of ours, else ``/``: nobody is led away through a ``next=``."""
    return address if OWN_PATH.fullmatch(address) else "/"
