"""An uploaded pack of recordings: a ZIP with ``zh/`` and ``en/``, read with bounds. Names in it are never paths of ours.

A recording that cannot be used is named with its fault and left out; the others stay usable.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath

import msgspec

from kiosk.voice.covering import TONGUES, Said, said_by
from kiosk.voice.recording import Unusable, usable
from shared.errors import Refused

ARCHIVE_MOST = 32 * 1024 * 1024
UNPACKED_MOST = 48 * 1024 * 1024
FILE_MOST = 2 * 1024 * 1024
FILES_MOST = 600
DIRECTORY_MOST = 256 * 1024  # bytes that the table of contents of so many files may take
END, ZIP64 = b"PK\x05\x06", b"PK\x06\x07"
LEFT_BY_SYSTEMS = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
UTF8 = 0x800


class Archive(msgspec.Struct, frozen=True):
    """What is in a pack: samples by language and by what they say; ``faults``: file and why it was left out."""

    clips: dict[str, dict[Said, bytes]]
    faults: list[tuple[str, str]]


def read_archive(body: bytes) -> Archive:
    """Refuses ``pack-unreadable``, ``pack-too-large``, ``pack-empty``."""
    found = Archive({tongue: {} for tongue in TONGUES}, [])
    for name, info, file in _files(body):
        fault = _take(found, name, info, file)
        if fault:
            found.faults.append((name[-120:], fault))
    if not any(found.clips.values()):
        raise Refused("pack-empty", 422)
    return found


def _files(body: bytes) -> Iterator[tuple[str, zipfile.ZipInfo, zipfile.ZipFile]]:
    _check_directory(body)
    try:
        file = zipfile.ZipFile(BytesIO(body))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error):
        raise Refused("pack-unreadable", 422) from None
    with file:
        inside = [info for info in file.infolist() if not info.is_dir()]
        if len(inside) > FILES_MOST or sum(info.file_size for info in inside) > UNPACKED_MOST:
            raise Refused("pack-too-large", 422)
        for info in inside:
            name = _name(info)
            if not any(left in name for left in LEFT_BY_SYSTEMS):
                yield name, info, file


def _check_directory(body: bytes) -> None:
    """Before anything of it is read: the table of contents says how long it is."""
    if len(body) > ARCHIVE_MOST:
        raise Refused("pack-too-large", 422)
    tail = body[-(1 << 16) - 64 :]
    if ZIP64 in tail:
        raise Refused("pack-too-large", 422)
    at = tail.find(END)
    while at >= 0:
        if len(tail) >= at + 16 and struct.unpack_from("<L", tail, at + 12)[0] > DIRECTORY_MOST:
            raise Refused("pack-too-large", 422)
        at = tail.find(END, at + 1)


def _name(info: zipfile.ZipInfo) -> str:
    """Chinese names of archives made on Windows are in its own encoding, without saying so."""
    if info.flag_bits & UTF8:
        return info.filename
    raw = info.filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _take(found: Archive, name: str, info: zipfile.ZipInfo, file: zipfile.ZipFile) -> str:
    """Why a file is left out; empty when it was taken."""
    path = PurePosixPath(name.replace("\\", "/"))
    tongue = path.parent.name.lower()
    if tongue not in TONGUES or ".." in path.parts:
        return "unknown-folder"
    said = said_by(path.stem, tongue)
    if path.suffix.lower() != ".wav":
        return "not-wav"
    if not said:
        return "unknown-name"
    if said in found.clips[tongue]:
        return "twice"
    if info.file_size > FILE_MOST:
        return "too-long"
    try:
        found.clips[tongue][said] = usable(_unpacked(file, info))
    except Unusable as problem:
        return problem.fault
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError):
        return "broken"
    return ""


def _unpacked(file: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Never more than was announced, whatever the file turns out to be."""
    with file.open(info) as opened:
        body = opened.read(FILE_MOST + 1)
    if len(body) > FILE_MOST:
        raise Unusable("too-long")
    return body
