"""What a visitor may ask for besides a number: things that are lent and people who help. Declared by touch, never proven."""

import msgspec

from shared import words
from shared.refusals import N_


class Need(msgspec.Struct, frozen=True):
    """One kind of help; ``text`` is its name in English, ``icon`` a lucide name."""

    code: str
    text: str
    icon: str

    def name(self, language: str) -> str:
        return words.translator(language)(self.text)


NEEDS = (
    Need("wheelchair", N_("Wheelchair"), "accessibility"),
    Need("reading-glasses", N_("Reading glasses"), "glasses"),
    Need("hearing-aid", N_("Hearing aid"), "ear"),
    Need("sign-language", N_("Sign language"), "hand"),
    Need("interpreter", N_("Interpreter"), "languages"),
)
CODES = tuple(need.code for need in NEEDS)


def known(codes: list[str]) -> list[str]:
    """Those that are on the list, in its order."""
    return [code for code in CODES if code in codes]
