"""One recording as it was uploaded: WAV bytes in, samples of ours out, or why it cannot be used. Knows nothing of packs."""

import array
import io
import sys
import wave
from itertools import pairwise
from typing import Literal

from kiosk.voice.chime import RATE, loudness

SECONDS_MOST = 8.0
FULL, FULL_SHARE = 32_700, 0.005  # so much of a recording at the very end of the scale is heard as a crackle
QUIET = 100
RATES = range(8_000, 96_001)

Fault = Literal["not-wav", "not-pcm", "too-long", "too-loud", "silent"]


class Unusable(Exception):
    """A recording that would spoil a call."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault


def usable(body: bytes) -> bytes:
    """The samples of a WAV file of 16-bit PCM, as one channel at our rate. Raises `Unusable`."""
    numbers, channels, rate = _read(body)
    if len(numbers) > SECONDS_MOST * rate * channels:
        raise Unusable("too-long")
    full = sum(1 for number in numbers if not -FULL < number < FULL)
    if full > len(numbers) * FULL_SHARE:
        raise Unusable("too-loud")
    found = at_our_rate(_one_channel(numbers, channels), rate)
    if sys.byteorder == "big":
        found.byteswap()
    if loudness(found.tobytes()) < QUIET:
        raise Unusable("silent")
    return found.tobytes()


def _read(body: bytes) -> tuple["array.array[int]", int, int]:
    try:
        with wave.open(io.BytesIO(body), "rb") as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            raw = file.readframes(file.getnframes())
    except wave.Error as problem:
        raise Unusable("not-pcm" if "format" in str(problem) else "not-wav") from None
    except (EOFError, OSError, ValueError, OverflowError, MemoryError):
        raise Unusable("not-wav") from None
    if width != 2 or channels not in (1, 2) or rate not in RATES:
        raise Unusable("not-pcm")
    numbers = array.array("h", raw[: len(raw) // (2 * channels) * 2 * channels])
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers, channels, rate


def _one_channel(numbers: "array.array[int]", channels: int) -> "array.array[int]":
    if channels == 1:
        return numbers
    return array.array("h", ((left + right) // 2 for left, right in zip(numbers[::2], numbers[1::2], strict=True)))


def at_our_rate(numbers: "array.array[int]", rate: int) -> "array.array[int]":
    """The same sound at `RATE`: each new sample is the mean of the old ones that it stands for, or lies between two of them."""
    if rate == RATE or not numbers:
        return numbers
    step, count = rate / RATE, int(len(numbers) * RATE / rate)
    if step > 1:
        edges = [int(at * step) for at in range(count + 1)]
        return array.array("h", (sum(numbers[begin:end]) // (end - begin) for begin, end in pairwise(edges)))
    last = len(numbers) - 1
    return array.array("h", (_between(numbers, at * step, last) for at in range(count)))


def _between(numbers: "array.array[int]", at: float, last: int) -> int:
    low = min(int(at), last)
    return round(numbers[low] + (numbers[min(low + 1, last)] - numbers[low]) * (at - low))
