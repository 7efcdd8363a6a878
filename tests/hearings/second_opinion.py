"""Libical, which other calendars are built on, looks at what we send: whether it keeps to the rules of its method."""

import ctypes
import os
from functools import cache

import pytest

NAMES = ("libical.so.3", "libical.so.4", "libical.so")
MISSING = "no libical here. Install it (Debian, as root: apt-get install libical3); deploy/setup/mail.sh does so for make test"


@cache
def _library() -> ctypes.CDLL | None:
    for name in NAMES:
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        library.icalparser_parse_string.restype = ctypes.c_void_p
        library.icalparser_parse_string.argtypes = [ctypes.c_char_p]
        library.icalcomponent_as_ical_string.restype = ctypes.c_char_p
        for name in ("icalrestriction_check", "icalcomponent_count_errors", "icalcomponent_free", "icalcomponent_as_ical_string"):
            getattr(library, name).argtypes = [ctypes.c_void_p]
        return library
    return None


def faults(calendar: bytes) -> list[str]:
    """What libical finds wrong, in its words; empty when nothing."""
    library = _library()
    if library is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)
    parsed = library.icalparser_parse_string(calendar)
    if not parsed:
        return ["it cannot be parsed"]
    sound = library.icalrestriction_check(parsed)
    text = library.icalcomponent_as_ical_string(parsed).decode()
    found = [line for line in text.splitlines() if line.startswith("X-LIC-ERROR")]
    found += ["the method's restrictions are not kept"] * (not sound and not found)
    found += ["errors were counted"] * (library.icalcomponent_count_errors(parsed) > 0 and not found)
    library.icalcomponent_free(parsed)
    return found
