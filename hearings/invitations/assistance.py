"""The help that somebody at a hearing may ask for: the codes that rows keep, and their names."""

from collections.abc import Iterable

from shared import words
from shared.refusals import N_

# Code -> name in English.
ASSISTANCE = {
    "wheelchair": N_("Wheelchair"),
    "hearing-aid": N_("Hearing aid"),
    "sign-language": N_("Sign language"),
    "large-print": N_("Large print"),
    "interpreter": N_("Interpreter"),
    "companion": N_("Somebody to come along"),
}


def known_help(codes: Iterable[str]) -> list[str]:
    """Those that are on the list, in its order."""
    asked = set(codes)
    return [code for code in ASSISTANCE if code in asked]


def help_name(code: str, language: str) -> str:
    return words.translator(language)(ASSISTANCE[code])
