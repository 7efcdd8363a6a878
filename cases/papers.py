"""Numbers people carry: ID numbers, phone numbers and the PIN of a receipt, as typed and as kept. Pure."""

import re
import unicodedata
from datetime import date

from cases.tables import IdKind
from shared.errors import Refused

# GB 11643-1999: 17 digits and a check character by ISO 7064 MOD 11-2.
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
OLDEST = date(1900, 1, 1)
CHECKED = (IdKind.RESIDENT_ID, IdKind.RESIDENCE_PERMIT)
PIN = re.compile(r"\d{4,6}")
LAST_FOUR = re.compile(r"\d{3}[\dX]")
RUNS = ("0123456789", "9876543210")


def id_number(text: str, kind: IdKind, *, today: date) -> str:
    """The number as it is kept. Refuses ``id-length``, ``id-birthday``, ``id-check`` (18-digit cards), ``id-number`` (others)."""
    number = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()
    if kind not in CHECKED:
        if not re.fullmatch(r"[0-9A-Z()]{5,20}", number):
            raise Refused("id-number", 422)
        return number
    if not re.fullmatch(r"\d{17}[\dX]", number):
        raise Refused("id-length", 422)
    if not _is_birthday(number[6:14], today):
        raise Refused("id-birthday", 422)
    if number[17] != CHECKS[sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False)) % 11]:
        raise Refused("id-check", 422)
    return number


def phone_number(text: str) -> str:
    """The number as it is kept. Refuses ``phone-number``: neither a mobile nor one with an area code nor a foreign one."""
    number = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"(\+86)?1[3-9]\d{9}|0\d{9,11}|[48]00\d{7}|\+(?!86)\d{6,15}", number):
        raise Refused("phone-number", 422)
    return number


def pin(text: str, again: str) -> str:
    """A PIN of 4 to 6 digits, typed twice. Refuses ``pin-digits``, ``pin-simple`` (one digit only, or a plain run),
    ``pin-differs``."""
    digits = factor_text(text)
    if not PIN.fullmatch(digits):
        raise Refused("pin-digits", 422)
    if len(set(digits)) == 1 or any(digits in run for run in RUNS):
        raise Refused("pin-simple", 422)
    if digits != factor_text(again):
        raise Refused("pin-differs", 422)
    return digits


def factor_text(text: str) -> str:
    """What somebody typed as PIN or last four of the ID: narrow letters, no gaps, a capital X."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


def is_factor(text: str) -> bool:
    """Whether it can be a PIN or the last four of an ID at all."""
    return bool(PIN.fullmatch(text) or LAST_FOUR.fullmatch(text))


def _is_birthday(digits: str, today: date) -> bool:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return OLDEST <= day <= today
