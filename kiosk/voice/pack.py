"""A pack of recordings as it is kept: one WAV file each in the data folder, under the pack's fingerprint. Never changed, so that
what was read of it once holds."""

import hashlib
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

import msgspec

from kiosk.voice.archive import Archive
from kiosk.voice.chime import write
from kiosk.voice.covering import Said, cover, signs
from kiosk.voice.speaker import tongue

INDEX = "index.json"


class Pack(msgspec.Struct, frozen=True):
    """The files of a pack by language and by what they say. Nothing, when they cannot be read."""

    folder: Path
    files: dict[str, dict[Said, str]]

    @property
    def fingerprint(self) -> str:
        return self.folder.name

    def clips(self, text: str, language: str) -> list[Path] | None:
        """The recordings that say a text, None when one is missing."""
        recorded = self.files.get(tongue(language), {})
        found = cover(signs(text, tongue(language)), recorded.keys())
        return [self.folder / recorded[said] for said in found] if found else None


def fingerprint(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def folder_of(data: Path, mark: str) -> Path:
    return data / "clips" / mark


def keep(data: Path, mark: str, archive: Archive) -> None:
    """Writes the files of a pack, whole or not at all. Again: nothing."""
    home = folder_of(data, mark)
    if (home / INDEX).exists():
        return
    home.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(".part", dir=home.parent))
    try:
        index: dict[str, dict[str, str]] = {}
        for language, clips in archive.clips.items():
            index[language] = {" ".join(said): f"{language}-{at:03}.wav" for at, said in enumerate(clips)}
            for (_, samples), name in zip(clips.items(), index[language].values(), strict=True):
                write([samples], draft / name)
        (draft / INDEX).write_bytes(msgspec.json.encode(index))
        shutil.rmtree(home, ignore_errors=True)
        draft.replace(home)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def remove(data: Path, mark: str) -> None:
    _read.cache_clear()
    shutil.rmtree(folder_of(data, mark), ignore_errors=True)


def pack_of(data: Path, mark: str) -> Pack:
    """A pack by its fingerprint. One whose files are not here has none."""
    home = folder_of(data, mark)
    try:
        return _read(home)
    except (OSError, msgspec.DecodeError):
        return Pack(home, {})


@lru_cache(64)
def _read(home: Path) -> Pack:
    index = msgspec.json.decode((home / INDEX).read_bytes(), type=dict[str, dict[str, str]])
    return Pack(home, {language: {tuple(said.split(" ")): name for said, name in names.items()}
                       for language, names in index.items()})
