"""Encryption of personal identifiers at rest and their blind index, behind one interface: SM4 and SM3 may take the place
of AES-GCM and HMAC-SHA256. Stores nothing but its own key and decides nothing about who may read.
"""

import hmac
import os
import secrets
import stat
import unicodedata
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ID_NUMBER = "id-number"
PHONE = "phone"
NAME = "name"
ADDRESS = "address"

VERSION = b"\x01"
KEY_BYTES = 32
NONCE_BYTES = 12


class VaultError(Exception):
    """The key file or a sealed value is not as it must be. For whoever runs the machine; a visitor can do nothing."""


class Vault:
    """Seals and unseals text with keys derived from one key. Purposes are apart: one never opens or matches another."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise VaultError(f"a vault key has {KEY_BYTES} bytes, not {len(key)}")
        self._key = key
        self._index_key = self._subkey("index")

    @classmethod
    def open(cls, folder: Path) -> "Vault":
        """The vault of a data folder; the first opening makes its ``vault.key``. Losing that file loses the data.

        Raises `VaultError` when the key file has the wrong size or when others than its owner may touch it.
        """
        path = folder / "vault.key"
        if not path.exists():
            _make_key(path)
        return cls(_read_key(path))

    @cached_property
    def _cipher(self) -> "AESGCM":
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # 7 MB: a hall that seals nothing goes without

        return AESGCM(self._subkey("seal"))

    def seal(self, text: str, *, purpose: str) -> bytes:
        """Encrypted text, different each time: version, nonce, ciphertext bound to its purpose."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return VERSION + nonce + self._cipher.encrypt(nonce, text.encode(), VERSION + purpose.encode())

    def unseal(self, sealed: bytes, *, purpose: str) -> str:
        """Raises `VaultError` when the value was sealed with another key or purpose, or was changed."""
        if sealed[:1] != VERSION:
            raise VaultError(f"sealed with version {sealed[:1].hex() or 'none'}, this vault reads {VERSION.hex()}")
        from cryptography.exceptions import InvalidTag

        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, body, VERSION + purpose.encode()).decode()
        except (InvalidTag, ValueError):
            raise VaultError(f"cannot be unsealed as {purpose}: another key, another purpose, or damaged") from None

    def index(self, text: str, *, purpose: str) -> str:
        """64 hex digits, the same for every way of writing the same value, to find a sealed row by. One-way.

        Raises ``ValueError`` when nothing is left to look for: a blank must not match another blank.
        """
        plain = NORMAL.get(purpose, _folded)(unicodedata.normalize("NFKC", text))
        if not plain:
            raise ValueError(f"nothing to index as {purpose}")
        return hmac.digest(self._index_key, f"{purpose}\0{plain}".encode(), "sha256").hex()

    def derive(self, use: str) -> bytes:
        """A key of its own for one other use, such as signing links."""
        return self._subkey(f"use {use}")

    def _subkey(self, info: str) -> bytes:
        """HKDF-SHA256 without salt (RFC 5869): extract, then the one block of 32 bytes that is needed."""
        extracted = hmac.digest(bytes(KEY_BYTES), self._key, "sha256")
        return hmac.digest(extracted, f"nuanyi vault 1 {info}".encode() + b"\x01", "sha256")


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _id_number(text: str) -> str:
    return "".join(text.split()).upper()


def _phone(text: str) -> str:
    """Digits only; the country code before a Chinese mobile number goes, since people write it or not."""
    digits = "".join(sign for sign in text if sign in "0123456789").removeprefix("00")
    return digits[2:] if len(digits) == 13 and digits.startswith("861") else digits


NORMAL: dict[str, Callable[[str], str]] = {ID_NUMBER: _id_number, PHONE: _phone}


def _make_key(path: Path) -> None:
    """Writes the whole key beside its place, then links it there: of two processes the first wins, none sees half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(handle)
        _link(draft, path)
    finally:
        draft.unlink()


def _link(draft: Path, path: Path) -> None:
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read_key(path: Path) -> bytes:
    with path.open("rb") as file:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        if mode & 0o077:
            raise VaultError(f"{path} has mode {mode:o}; only its owner may read it: chmod 600 {path}")
        key = file.read(KEY_BYTES + 1)
    if len(key) != KEY_BYTES:
        raise VaultError(f"{path} must hold exactly {KEY_BYTES} bytes; restore it from the backup")
    return key
