"""A call as it goes to a phone's push service: encrypted for that phone alone (RFC 8291), signed with the office's key (RFC
8292), and always of one length. Sends nothing. Whoever needs it imports it then: what it stands on takes long to load."""

import base64
from datetime import datetime, timedelta
from functools import cache
from urllib.parse import urlsplit
from uuid import UUID

import http_ece
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from kiosk.push.addresses import Phone
from shared.errors import Refused
from shared.settings import Settings
from shared.vault import Vault

CURVE = ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of that curve (FIPS 186-5)
LENGTH = 256  # bytes of every message, whatever it says
SIGNED_FOR = timedelta(hours=2)


class Letter(msgspec.Struct, frozen=True):
    """What is posted to a push service."""

    address: str
    headers: dict[str, str]
    body: bytes


@cache
def signing_key(vault: Vault) -> ec.EllipticCurvePrivateKey:
    """The key by which push services know the office. It comes from the vault's, so that there is one key to keep and to back up;
    64 secret bytes for 32, so that no key is likelier than another (FIPS 186-5, A.2.1)."""
    secret = int.from_bytes(vault.derive("web push, first half") + vault.derive("web push, second half"), "big")
    return ec.derive_private_key(secret % (ORDER - 1) + 1, CURVE)


def public_key(settings: Settings, vault: Vault) -> str:
    """What a browser is told to expect calls from; empty where Web Push is off."""
    if not settings.push:
        return ""
    point = signing_key(vault).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def checked(phone: Phone) -> Phone:
    """Refuses ``invalid`` for keys that nothing could be encrypted for."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, _bytes(phone.p256dh))
        if len(_bytes(phone.auth)) != 16:
            raise ValueError
    except ValueError:
        raise Refused("invalid", 422) from None
    return phone


def letter(
    phone: Phone, *, number: str, window: str, topic: UUID, seconds: int, key: ec.EllipticCurvePrivateKey, sender: str,
    now: datetime,
) -> Letter:
    """Number and window, nothing else. Of two with one ``topic`` only the newer is delivered; after ``seconds`` none."""
    said = msgspec.json.encode({"number": number, "window": window}).ljust(LENGTH)
    body: bytes = http_ece.encrypt(said, private_key=ec.generate_private_key(CURVE), dh=_bytes(phone.p256dh),
                                   auth_secret=_bytes(phone.auth), version="aes128gcm")
    place = urlsplit(phone.endpoint)
    claims = {"aud": f"{place.scheme}://{place.netloc}", "exp": int((now + SIGNED_FOR).timestamp()), "sub": f"mailto:{sender}"}
    signed: dict[str, str] = Vapid02(key).sign(claims)
    return Letter(phone.endpoint, {
        **signed, "TTL": str(seconds), "Urgency": "high", "Topic": topic.hex, "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
    }, body)  # fmt: skip


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
