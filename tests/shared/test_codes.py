"""Codes as people type, scan and photograph them, and links as others may tamper with them."""

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from qrcode.main import QRCode

from shared.codes import ALPHABET, add_check, check, drop_check, new_code, normalise, qr_svg, sign, spell
from shared.errors import Refused

CODE = "0k7f39qmx2c5v8zr1htw4ybp6d"
KEY = bytes(range(32))
NOW = datetime(2026, 11, 23, 9, 42, tzinfo=UTC)
LATER = NOW + timedelta(days=7)
codes = st.text(ALPHABET, min_size=26, max_size=26)
numbers = st.text(ALPHABET, min_size=1, max_size=12)


def test_new_codes_differ_and_use_every_sign() -> None:
    made = [new_code() for _ in range(200)]
    assert len(set(made)) == 200
    assert {len(code) for code in made} == {26}
    assert set("".join(made)) == set(ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        CODE.upper(),
        f"  {spell(CODE)}\n",
        spell(CODE).replace(" ", "-"),
        spell(CODE).replace(" ", "–").upper(),
        "Ok7f39qmx2c5v8zrIhtw4ybp6d",
        "ok7f39qmx2c5v8zrlhtw4ybp6d",
        f"https://nuanyi.example/c/{CODE}",
        f"https://nuanyi.example/t/{CODE}?lang=en#top",
        f"HTTPS://NUANYI.EXAMPLE/C/{CODE.upper()}",
        f"/t/{CODE}",
        f"https://nuanyi.example/t/{CODE}/",
        f"查询地址：http://127.0.0.1:8000/c/{CODE}。",
        "".join(chr(ord(sign) + 0xFEE0) for sign in f"http://h/c/{CODE}"),
    ],
)
def test_a_code_is_found_in_whatever_was_typed_or_scanned(typed: str) -> None:
    assert normalise(typed) == CODE


@pytest.mark.parametrize(
    "typed",
    ["", " ", CODE[:-1], CODE + "0", CODE[:-1] + "u", CODE[:-1] + "!", f"https://h/x/{CODE}", "A017", "/c/", "王"],
)
def test_what_holds_no_code_gives_none(typed: str) -> None:
    assert normalise(typed) is None


@given(st.text())
def test_any_text_gives_a_code_or_none(text: str) -> None:
    code = normalise(text)
    assert code is None or normalise(code) == code


@given(codes)
def test_a_code_spelt_in_groups_reads_back(code: str) -> None:
    assert normalise(spell(code)) == code
    assert [len(group) for group in spell(code).split()] == [4, 4, 4, 4, 4, 4, 2]


@given(numbers)
def test_a_checked_number_reads_back_in_any_writing(number: str) -> None:
    assert drop_check(add_check(number)) == number
    assert drop_check(f" {add_check(number).upper().replace('0', 'O').replace('1', 'L')} ") == number


@given(numbers, st.data())
def test_one_wrong_sign_is_noticed(number: str, data: st.DataObject) -> None:
    signs = list(add_check(number))
    place = data.draw(st.integers(0, len(signs) - 1))
    signs[place] = data.draw(st.sampled_from(sorted(set(ALPHABET) - {signs[place]})))
    assert drop_check("".join(signs)) is None


@given(numbers, st.data())
def test_two_swapped_signs_are_noticed(number: str, data: st.DataObject) -> None:
    signs = list(add_check(number))
    first, second = data.draw(st.tuples(*[st.integers(0, len(signs) - 1)] * 2))
    assume(signs[first] != signs[second])
    signs[first], signs[second] = signs[second], signs[first]
    assert drop_check("".join(signs)) is None


@pytest.mark.parametrize("typed", ["", "7", "七七", "a-b!"])
def test_what_is_no_checked_number_gives_none(typed: str) -> None:
    assert drop_check(typed) is None


def test_a_qr_picture_shows_exactly_the_modules_with_a_quiet_zone() -> None:
    address = f"https://nuanyi.example/c/{CODE}"
    svg = ElementTree.fromstring(qr_svg(address, title="Your ticket"))
    _, paper, ink = svg
    expected = QRCode(error_correction=0, border=4)
    expected.add_data(address)
    size = len(expected.get_matrix())
    dark = set()
    for x, y, width, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", ink.attrib["d"]):
        assert width == back
        dark |= {(int(x) + n, int(y)) for n in range(int(width))}
    assert svg.attrib["viewBox"] == f"0 0 {size} {size}"
    assert dark == {(x, y) for y, row in enumerate(expected.get_matrix()) for x, on in enumerate(row) if on}
    assert all(4 <= place < size - 4 for module in dark for place in module)
    assert (paper.attrib["fill"], ink.attrib["fill"]) == ("#fff", "#000")


def test_a_qr_picture_names_itself_and_brings_no_style() -> None:
    svg = qr_svg("A017", title='<A&B> "号"')
    assert svg.startswith("<svg ")
    assert 'role="img"' in svg
    assert "<title>&lt;A&amp;B&gt; &quot;号&quot;</title>" in svg
    assert not re.search(r"style|width|height|currentColor|<script", svg)


@given(st.text())
def test_a_signed_payload_comes_back_until_it_expires(payload: str) -> None:
    token = sign(payload, key=KEY, expires=LATER)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", token)
    assert check(token, key=KEY, now=LATER - timedelta(seconds=1)) == payload
    with pytest.raises(Refused, match="link-expired"):
        check(token, key=KEY, now=LATER)


@given(st.data())
def test_a_link_changed_anywhere_is_refused(data: st.DataObject) -> None:
    token = sign("invitation 7", key=KEY, expires=LATER)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda sign: sign != token[place]))
    with pytest.raises(Refused, match="unknown-code"):
        check(token[:place] + other + token[place + 1 :], key=KEY, now=NOW)


@pytest.mark.parametrize("token", ["", "A", "====", "不是", sign("x", key=KEY, expires=LATER)[:-2]])
def test_what_is_no_signed_link_is_refused(token: str) -> None:
    with pytest.raises(Refused, match="unknown-code") as refusal:
        check(token, key=KEY, now=NOW)
    assert refusal.value.status == 404


def test_a_link_signed_with_another_key_is_refused() -> None:
    with pytest.raises(Refused, match="unknown-code"):
        check(sign("x", key=bytes(32), expires=LATER), key=KEY, now=NOW)


def test_a_short_key_or_a_time_without_zone_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        sign("x", key=b"short", expires=LATER)
    with pytest.raises(ValueError, match="zone"):
        sign("x", key=KEY, expires=LATER.replace(tzinfo=None))


def test_importing_codes_leaves_the_qr_library_for_later() -> None:
    program = "import sys, shared.codes; print('qrcode' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(__file__).parents[2], capture_output=True, check=True
    )
    assert ran.stdout == b"False\n"
