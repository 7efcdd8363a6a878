"""Where phones are rung, and which addresses a call may be sent to: those of known push services, nothing else of the network.
Pure."""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

import msgspec

ADDRESS_MOST = 1_000


class Phone(msgspec.Struct, frozen=True):
    """Where a browser wants to be rung: address, public key and secret as it gave them (base64url)."""

    endpoint: str
    p256dh: str
    auth: str


def is_known(address: str, hosts: Collection[str]) -> bool:
    """``hosts``: ``name``, ``*.name`` (both https on its usual port), or the whole beginning ``http://name:port`` of a service of
    the office's own."""
    if len(address) > ADDRESS_MOST or not re.fullmatch(r"[!-~]+", address):
        return False
    try:
        place = urlsplit(address)
        port = place.port
    except ValueError:
        return False
    host = place.hostname or ""
    if place.username is not None or place.password is not None or not host:
        return False
    own = f"{place.scheme}://{host}" + (f":{port}" if port else "")
    if own in hosts:
        return True
    return place.scheme == "https" and port in (None, 443) and any(_is(host, one) for one in hosts)


def _is(host: str, one: str) -> bool:
    return host.endswith(one[1:]) if one.startswith("*.") else host == one
