"""The speaking voice of the hall: turns sentences into WAV files that browsers play, and keeps them.

It does not decide what is said, nor when, nor how often; the synthesiser itself is `speaker`, recordings are in `pack`.
"""

import hashlib
import os
import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from pathlib import Path

import msgspec

from kiosk.voice.chime import Unplayable, chime, samples, silence, write
from kiosk.voice.pack import Pack
from kiosk.voice.sentence import sentence
from kiosk.voice.speaker import LIBRARY, PROGRAM, VOICES, Cause, Engine, Unspoken, speak, tongue

__all__ = ["LIBRARY", "PROGRAM", "Engine", "Fault", "Voice", "sentence"]

PAUSE = 0.6  # seconds between two sentences of a call
BREATH = 0.06  # seconds between two recordings of a sentence


class Fault(msgspec.Struct, frozen=True):
    """Why there was nothing to hear, for staff; `detail` is for the log."""

    cause: Cause
    detail: str = ""


class Voice:
    """WAV files of spoken text in `folder`, one per text and voice; beyond `limit` bytes the least used go.

    For several threads, and several processes on one folder. Nothing raises: None means silence, and `fault` says why;
    the next text that is spoken clears it. `timeout`: seconds for one text by one engine.
    """

    def __init__(
        self,
        folder: Path,
        *,
        engines: Sequence[Engine] = (PROGRAM, LIBRARY),
        speed: int = 150,
        timeout: float = 5.0,
        limit: int = 64 * 1024 * 1024,
    ) -> None:
        self.folder = folder
        self.fault: Fault | None = None
        self._engines = list(engines)
        self._speed, self._timeout, self._limit = speed, timeout, limit
        self._door = threading.Lock()
        self._flights: dict[str, Future[Path | None]] = {}

    def render(self, text: str, language: str, pack: Pack | None = None) -> Path | None:
        """One text as a WAV file: put together from recordings of a pack that has all its words, else synthetic. The engine
        that spoke last is asked first."""
        text = " ".join(text.replace("[[", " ").split())  # [[ would begin phonemes
        if not text:
            self.fault = Fault("nothing-to-say")
            return None
        if pack and (recorded := self._recorded(text, language, pack)):
            return recorded
        for engine in self._engines:
            if _touched(kept := self._spoken_path(engine, text, language)):
                return kept
        return self._once(f"{tongue(language)} {text}", lambda: self._rendered(text, language))

    def call(self, sentences: Sequence[tuple[str, str]], pack: Pack | None = None) -> Path | None:
        """The chime and the sentences (text, language) with pauses between, as one WAV file, so that a call is never cut.

        A sentence that cannot be spoken is left out; None when none can.
        """
        parts = [part for part in (self.render(text, language, pack) for text, language in sentences) if part]
        return self._joined(parts) if parts else None

    def chime(self) -> Path | None:
        """The two tones alone."""
        return self._joined([])

    def _recorded(self, text: str, language: str, pack: Pack) -> Path | None:
        """None when a word is missing, or a file of the pack has gone."""
        clips = pack.clips(text, language)
        if not clips:
            return None
        path = self._path("recorded", pack.fingerprint, tongue(language), text)
        if _touched(path):
            return path
        return self._once(path.name, lambda: path if self._keep(path, partial(_string, clips)) else None)

    def _rendered(self, text: str, language: str) -> Path | None:
        for engine in tuple(self._engines):
            path = self._spoken_path(engine, text, language)
            if self._keep(path, partial(self._speak, engine, text, language)):
                self._engines = [engine, *(other for other in self._engines if other != engine)]
                self.fault = None
                return path
        return None

    def _speak(self, engine: Engine, text: str, language: str, part: Path) -> None:
        speak(engine, text, language, part, speed=self._speed, timeout=self._timeout)

    def _joined(self, parts: Sequence[Path]) -> Path | None:
        path = self._path("joined", *(part.name for part in parts))
        if _touched(path):
            return path
        return self._once(path.name, lambda: path if self._keep(path, partial(_join, parts)) else None)

    def _once(self, key: str, make: Callable[[], Path | None]) -> Path | None:
        """Whoever asks for a file while it is being made waits for it instead of making it again."""
        with self._door:
            flight = self._flights.get(key)
            if not flight:
                mine = self._flights[key] = Future()
        if flight:
            return flight.result()
        made: Path | None = None
        try:
            made = make()
        finally:
            with self._door:
                del self._flights[key]
            mine.set_result(made)
        return made

    def _keep(self, path: Path, fill: Callable[[Path], None]) -> bool:
        """Has a file filled aside and puts it at `path` whole; false, with a fault, when that fails."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(".part", dir=self.folder)
            os.close(handle)
            part = Path(name)
            try:
                fill(part)
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
        except Unspoken as trouble:
            self.fault = Fault(trouble.cause, trouble.detail)
        except Unplayable as trouble:
            self.fault = Fault("unplayable", str(trouble))
        except OSError as trouble:
            self.fault = Fault("folder", str(trouble))
        else:
            self._discard(path)
            return True
        return False

    def _discard(self, newest: Path) -> None:
        """Removes the least recently used files until the folder is within its limit; never the one just made."""
        with suppress(OSError):
            files = [file for file in self.folder.iterdir() if file.suffix in (".wav", ".part") and file != newest]
            used = sorted((file.stat().st_mtime_ns, file.stat().st_size, file) for file in files)
            excess = newest.stat().st_size + sum(size for _, size, _ in used) - self._limit
            for _, size, file in used:
                if excess <= 0:
                    return
                file.unlink(missing_ok=True)
                excess -= size

    def _spoken_path(self, engine: Engine, text: str, language: str) -> Path:
        return self._path(engine.name, VOICES[tongue(language)], str(self._speed), text)

    def _path(self, *what: str) -> Path:
        return self.folder / f"{hashlib.sha256(chr(0).join(what).encode(errors='replace')).hexdigest()}.wav"


def _join(parts: Sequence[Path], path: Path) -> None:
    pieces = [chime()]
    for part in parts:
        pieces += [silence(PAUSE) if len(pieces) > 1 else b"", samples(part)]
    write(pieces, path)


def _string(clips: Sequence[Path], path: Path) -> None:
    """Recordings one after another, each with a breath before the next."""
    write([piece for clip in clips for piece in (samples(clip), silence(BREATH))][:-1], path)


def _touched(path: Path) -> bool:
    """Whether the file is there; marks it as used now."""
    try:
        os.utime(path)
    except OSError:
        return False
    return True
