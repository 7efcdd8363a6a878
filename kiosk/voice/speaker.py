"""The speech synthesiser: one text in, one WAV file out, by whichever espeak-ng this machine has.

It always runs as a process of its own: its library ends the process on a fault, and its licence is the GPL.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Literal

import msgspec

from kiosk.voice.chime import Unplayable, samples
from kiosk.voice.sentence import respelled

VOICES = {"zh": "cmn-latn-pinyin+f3", "en": "en+f3"}  # plain `cmn` of espeak-ng 1.51 reads pinyin aloud in English

Cause = Literal[
    "no-engine",  # not installed
    "too-slow",
    "crashed",
    "unplayable",  # it made a file, but with nothing to hear in it
    "nothing-to-say",
    "folder",  # files cannot be kept
]


class Engine(msgspec.Struct, frozen=True):
    """A command that understands espeak-ng's options -v, -s, -b, -w and --stdin."""

    name: str
    command: tuple[str, ...]


PROGRAM = Engine("program", ("espeak-ng",))
LIBRARY = Engine("library", (sys.executable, "-I", str(Path(__file__).with_name("speaker_child.py"))))


class Unspoken(Exception):
    """The engine could not speak the text."""

    def __init__(self, cause: Cause, detail: str) -> None:
        super().__init__(f"{cause}: {detail}")
        self.cause: Cause = cause
        self.detail = detail


def tongue(language: str) -> str:
    """The language we have a voice for: Chinese for zh, zh_CN, zh-Hans ..., else English."""
    return "zh" if language.startswith("zh") else "en"


def speak(engine: Engine, text: str, language: str, path: Path, *, speed: int, timeout: float) -> None:
    """Writes the spoken text to `path`; `speed` in espeak's words a minute, `timeout` in seconds. Raises Unspoken."""
    words = respelled(text) if tongue(language) == "zh" else text
    options = ("-v", VOICES[tongue(language)], "-s", str(speed), "-b", "1", "-w", str(path), "--stdin")
    _run((*engine.command, *options), words.encode(errors="replace"), timeout)
    try:
        samples(path)
    except Unplayable as fault:
        raise Unspoken("unplayable", f"{engine.name}: {fault}") from None


def _run(command: tuple[str, ...], words: bytes, timeout: float) -> None:
    """Complaints go to a file, not a pipe: a pipe would be waited for as long as any grandchild holds it."""
    with tempfile.TemporaryFile() as complaints:
        try:
            done = subprocess.run(
                command, input=words, stdout=subprocess.DEVNULL, stderr=complaints, timeout=timeout, check=False
            )
        except subprocess.TimeoutExpired:
            raise Unspoken("too-slow", f"{command[0]}: over {timeout:g} s") from None
        except OSError as fault:
            raise Unspoken("no-engine", str(fault)) from None
        if done.returncode:
            complaints.seek(0)
            said = complaints.read()[-300:].decode(errors="replace").strip()
            raise Unspoken("crashed", f"{command[0]} ended with {done.returncode}: {said}")
