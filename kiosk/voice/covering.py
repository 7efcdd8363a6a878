"""Which recordings a sentence is put together from: as few and as long ones as there are, or none when a word is missing.

Pure. A recording is named by what it says; Chinese is taken sign by sign, English word by word.
"""

import re
from collections.abc import Collection, Sequence

import msgspec

from kiosk.plan import HallPlan
from kiosk.voice.sentence import NUMBERS, place, spelled, with_words

Said = tuple[str, ...]
TONGUES = ("zh", "en")
TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
# File names for who cannot type Chinese into one.
PLAIN_NAMES = {
    "please": "请", "number-to": "号到", "number": "号", "to": "到", "yao": "幺", "window": "窗口", "number-window": "号窗口",
}  # fmt: skip


class Part(msgspec.Struct, frozen=True):
    """What a hall needs to be recorded: ``shown`` as it is read, ``said`` as it is spoken."""

    shown: str
    said: str


def said_by(name: str, tongue: str) -> Said:
    """What a recording says, from the name of its file without ending; empty when that cannot be known."""
    plain = " ".join(re.split(r"[\s_-]+", name.strip().lower()))
    if tongue == "en":
        return signs(plain, "en")
    known = PLAIN_NAMES.get(plain.replace(" ", "-"), "")
    if not known and len(re.findall("[a-z]", plain)) > 1:
        return ()
    return signs(known or with_words(plain, "一"), "zh")


def signs(text: str, tongue: str) -> Said:
    """A text as it is matched: without blanks and punctuation, numbers in words."""
    if tongue == "zh":
        return tuple(sign.upper() for sign in text if sign.isalnum())
    words = re.findall(r"[^\W\d_]+|\d+", text.lower())
    return tuple(word for one in words for word in (_counted(one) if one.isdecimal() else (one,)))


def cover(wanted: Said, recorded: Collection[Said]) -> list[Said] | None:
    """The recordings in order, the fewest that say all of it."""
    if ("幺",) not in recorded and ("一",) in recorded:
        wanted = tuple("一" if sign == "幺" else sign for sign in wanted)
    longest = max(map(len, recorded), default=0)
    best: list[list[Said] | None] = [[]]
    for end in range(1, len(wanted) + 1):
        best.append(_shortest(best, wanted, end, longest, recorded))
    return best[-1] or None


def _shortest(
    best: Sequence[list[Said] | None], wanted: Said, end: int, longest: int, recorded: Collection[Said]
) -> list[Said] | None:
    found = [
        [*before, wanted[begin:end]]
        for begin in range(max(0, end - longest), end)
        if (before := best[begin]) is not None and wanted[begin:end] in recorded
    ]
    return min(found, key=len, default=None)


def needed(plan: HallPlan, tongue: str) -> list[Part]:
    """Everything that a call of this hall may say: the frame, digits, the letters of its numbers, its windows."""
    letters = [Part(one, one) for one in sorted({sign for service in plan.services for sign in service.prefix.upper()})]
    names = [window.name(tongue) for window in plan.windows]
    windows = [Part(name, place(name, tongue)) for name in dict.fromkeys(names)]
    if tongue == "zh":
        frame, digits = [Part("请", "请"), Part("号到", "号到")], [Part(one, spelled(one)) for one in "0123456789"]
    else:
        frame = [Part("Number", "Number"), Part("please go to", "please go to")]
        digits = [Part(one, name) for one, name in zip("0123456789", NUMBERS, strict=True)]
    return [*frame, *digits, *letters, *windows]


def missing(plan: HallPlan, tongue: str, recorded: Collection[Said]) -> list[str]:
    """What cannot be said with these recordings, as it is read."""
    return [part.shown for part in needed(plan, tongue) if cover(signs(part.said, tongue), recorded) is None]


def _counted(digits: str) -> Said:
    """Up to 99 in words, longer numbers and room numbers digit by digit."""
    if len(digits) > 2 or digits.startswith("0"):
        return tuple(NUMBERS[int(one)] for one in digits)
    tens, units = divmod(int(digits), 10)
    if tens == 1:
        return (TEENS[units],)
    return ((TENS[tens - 2],) if tens else ()) + ((NUMBERS[units],) if units else ())
