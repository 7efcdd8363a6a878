"""Numbers as people type them: ID cards, telephones, PINs."""

from datetime import date

import pytest

from cases import papers
from cases.tables import IdKind
from shared.errors import Refused

TODAY = date(2026, 11, 23)
GOOD = "11010519491231002X"


@pytest.mark.parametrize("typed", [GOOD, "11010519491231002x", "110105 19491231 002x", "１１０１０５１９４９１２３１００２Ｘ"])
def test_id_number_is_understood_however_it_is_typed(typed: str) -> None:
    assert papers.id_number(typed, IdKind.RESIDENT_ID, today=TODAY) == GOOD


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "id-length"), ("1101051949123100", "id-length"), ("11010519491231002XX", "id-length"),
        ("110105194912310021", "id-check"), ("110105194921310020", "id-birthday"), ("110105202712310020", "id-birthday"),
        ("110105194902300020", "id-birthday"),
    ],
)
def test_wrong_id_number_says_what_is_wrong(typed: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        papers.id_number(typed, IdKind.RESIDENT_ID, today=TODAY)
    assert refusal.value.code == code


def test_every_single_wrong_digit_is_seen() -> None:
    for place in range(17):
        for digit in set("0123456789") - {GOOD[place]}:
            with pytest.raises(Refused):
                papers.id_number(GOOD[:place] + digit + GOOD[place + 1 :], IdKind.RESIDENT_ID, today=TODAY)


def test_passport_has_no_check_digit() -> None:
    assert papers.id_number("e12345678", IdKind.PASSPORT, today=TODAY) == "E12345678"
    with pytest.raises(Refused):
        papers.id_number("E1", IdKind.PASSPORT, today=TODAY)


@pytest.mark.parametrize(
    "typed", ["13800138000", "138 0013 8000", "+86 138-0013-8000", "0552-3012309", "4001234567", "+852 2123 4567"]
)
def test_telephone_numbers_of_all_kinds_are_taken(typed: str) -> None:
    assert papers.phone_number(typed)


@pytest.mark.parametrize("typed", ["1380013800", "12800138000", "hello", "123", "138001380001"])
def test_telephone_number_that_nobody_can_call_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="phone-number"):
        papers.phone_number(typed)


@pytest.mark.parametrize(
    ("typed", "again", "code"),
    [("123", "123", "pin-digits"), ("1234567", "1234567", "pin-digits"), ("12a4", "12a4", "pin-digits"),
     ("1111", "1111", "pin-simple"), ("3456", "3456", "pin-simple"), ("6543", "6543", "pin-simple"),
     ("4072", "4027", "pin-differs")],
)
def test_poor_pin_is_refused(typed: str, again: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        papers.pin(typed, again)


def test_pin_in_full_width_digits_is_the_same_pin() -> None:
    assert papers.pin("４０７２", "4072") == "4072"
