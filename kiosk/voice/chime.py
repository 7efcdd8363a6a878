"""The two soft tones before a call, and the joining of recordings into one, so that a call is never cut between two files."""

import array
import math
import sys
import wave
from collections.abc import Iterable
from functools import cache
from pathlib import Path

RATE = 22_050  # samples a second, one channel of 16 bits: what espeak gives
TONES = ((659.26, 0.0), (523.25, 0.45))  # E5, then C5: (hertz, second it begins)
LENGTH = 1.5  # seconds
LOUD = 9_000  # of 32,767: softer than the voice


class Unplayable(Exception):
    """A recording that is not a WAV of ours: broken, empty, silent, or of another format."""


@cache
def chime() -> bytes:
    """The tones as samples: each swells in 15 ms, so that it does not click, and dies away."""
    moments = (at / RATE for at in range(int(RATE * LENGTH)))
    samples = array.array("h", (int(LOUD * sum(_tone(hertz, at - begin) for hertz, begin in TONES)) for at in moments))
    return _little_endian(samples)


def _tone(hertz: float, at: float) -> float:
    if at < 0:
        return 0.0
    swell, fade = min(1.0, at / 0.015), math.exp(-at / 0.28)
    overtone = 0.25 * math.sin(4 * math.pi * hertz * at) * fade
    return swell * fade * (math.sin(2 * math.pi * hertz * at) + overtone)


def silence(seconds: float) -> bytes:
    return bytes(2 * int(RATE * seconds))


def samples(recording: Path) -> bytes:
    """The samples of a WAV file; Unplayable when there is nothing to hear in it."""
    try:
        with wave.open(str(recording), "rb") as file:
            form, found = (
                (file.getnchannels(), file.getsampwidth(), file.getframerate()),
                file.readframes(file.getnframes()),
            )
    except (wave.Error, EOFError, OSError) as fault:
        raise Unplayable(str(fault)) from fault
    if form != (1, 2, RATE):
        raise Unplayable(f"channels, bytes and rate are {form}")
    if loudness(found) < 100:
        raise Unplayable("nothing to hear")
    return found


def loudness(found: bytes) -> float:
    """Root mean square of the samples, 0 to 32,767."""
    numbers = array.array("h", found[: len(found) // 2 * 2])
    if sys.byteorder == "big":
        numbers.byteswap()
    return math.sqrt(sum(number * number for number in numbers) / len(numbers)) if numbers else 0.0


def write(parts: Iterable[bytes], path: Path) -> None:
    """One WAV file of all parts, one after another."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(parts))


def _little_endian(numbers: "array.array[int]") -> bytes:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()
