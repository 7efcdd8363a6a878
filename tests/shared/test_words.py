"""What a visitor reads: both languages, real catalogues, and nothing personal left uncovered."""

import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import words
from shared.translations import read_catalogue
from shared.words import age, choose, clock, day, mask_id, mask_name, mask_phone, minutes, translator, wait_range

ZH, EN = "zh-CN", "en"


def test_english_texts_are_their_own_ids_and_placeholders_are_filled() -> None:
    _ = translator(EN)
    assert _("Window %(window)s, 100%%", window=3) == "Window 3, 100%"
    assert _.ngettext("%(num)s person", "%(num)s people", 1) == "1 person"
    assert _.ngettext("%(num)s person in %(hall)s", "%(num)s people in %(hall)s", 2, hall="A") == "2 people in A"
    assert _.pgettext("window", "Open") == "Open"


def test_a_placeholder_without_its_value_is_a_mistake_and_not_a_text() -> None:
    with pytest.raises(KeyError, match="window"):
        translator(EN)("Window %(window)s")


def test_jinja_takes_the_catalogue_and_fills_the_same_way() -> None:
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    environment.install_gettext_translations(words.catalogue(EN), newstyle=True)  # type: ignore[attr-defined]
    template = environment.from_string(
        '{{ _("Hello %(name)s", name=n) }}, {{ ngettext("%(num)s day", "%(num)s days", 2) }}'
    )
    assert template.render(n="<b>") == "Hello &lt;b&gt;, 2 days"


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_each_language_has_its_catalogue_and_knows_its_name_and_plurals(language: str) -> None:
    catalogue = read_catalogue(language)
    assert catalogue.locale_identifier == language.replace("-", "_")
    assert catalogue.num_plurals == {ZH: 1, EN: 2}[language]
    assert translator(language) is translator(language)


@pytest.mark.parametrize(
    ("query", "cookie", "header", "chosen"),
    [
        ("en", "zh-CN", "zh-CN", EN),
        ("zh-CN", "en", "en", ZH),
        (None, "en", "zh-CN", EN),
        ("fr", "", "en-GB,en;q=0.9", EN),
        (None, None, "zh-TW,zh;q=0.9,en;q=0.8", ZH),
        (None, None, "en;q=0.3, zh-Hans;q=0.9", ZH),
        (None, None, "fr-FR, en;q=0.5, zh;q=0", EN),
        (None, None, "zh;q=nonsense, en;q=0.1", EN),
        (None, None, "fr, *;q=0.5", ZH),
        (None, None, None, ZH),
        ("zh_CN", None, None, ZH),
    ],
)
def test_language_is_the_first_known_wish(
    query: str | None, cookie: str | None, header: str | None, chosen: str
) -> None:
    assert choose(query, cookie, header, ZH) == chosen


@given(st.text(), st.text(), st.text())
def test_any_wish_gives_a_language_of_ours(query: str, cookie: str, header: str) -> None:
    assert choose(query, cookie, header, EN) in words.LANGUAGES


def test_clock_and_day_are_those_of_the_hall() -> None:
    late = datetime(2026, 11, 22, 17, 42, tzinfo=UTC)
    assert clock(late, ZoneInfo("Asia/Shanghai")) == "01:42"
    assert day(date(2026, 11, 23), ZH) == "2026年11月23日 星期一"
    assert day(date(2026, 11, 23), EN) == "Monday 23 November 2026"
    assert day(date(2027, 2, 7), ZH) == "2027年2月7日 星期日"


@pytest.mark.parametrize(
    ("n", "chinese", "english"),
    [
        (0, "0 分钟", "0 minutes"),
        (1, "1 分钟", "1 minute"),
        (59, "59 分钟", "59 minutes"),
        (60, "1 小时", "1 hour"),
        (135, "2 小时 15 分钟", "2 hours 15 minutes"),
        (-3, "0 分钟", "0 minutes"),
    ],
)
def test_minutes_are_said_in_hours_from_an_hour_on(n: int, chinese: str, english: str) -> None:
    assert (minutes(n, ZH), minutes(n, EN)) == (chinese, english)


@pytest.mark.parametrize(
    ("low", "high", "chinese", "english"),
    [
        (20, 35, "约 20–35 分钟", "about 20–35 minutes"),
        (15, 15, "约 15 分钟", "about 15 minutes"),
        (60, 90, "约 60–90 分钟", "about 60–90 minutes"),
        (60, 130, "约 1 小时至 2 小时 10 分钟", "about 1 hour to 2 hours 10 minutes"),
    ],
)
def test_a_wait_is_a_range(low: int, high: int, chinese: str, english: str) -> None:
    assert (wait_range(low, high, ZH), wait_range(low, high, EN)) == (chinese, english)


@pytest.mark.parametrize(
    ("seconds", "chinese", "english"),
    [
        (-1, "刚刚", "just now"),
        (4.9, "刚刚", "just now"),
        (5, "5 秒前", "5 seconds ago"),
        (59.9, "59 秒前", "59 seconds ago"),
        (60, "1 分钟前", "1 minute ago"),
        (3600, "1 小时前", "1 hour ago"),
        (200_000, "2 天前", "2 days ago"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(seconds: float, chinese: str, english: str) -> None:
    assert (age(seconds, ZH), age(seconds, EN)) == (chinese, english)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王某某", "王**"),
        ("王芳", "王*"),
        ("王", "*"),
        ("欧阳某某", "欧阳**"),
        ("欧阳某", "欧阳*"),
        ("欧阳", "欧*"),
        (" 张三 ", "张*"),
        ("买买提·艾力", "买**"),
        ("John Smith", "J*** S***"),
        ("José", "J***"),
        ("O", "*"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_name_shows_its_surname_and_not_its_length(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("34030319900101123X", "340***********123X"),
        ("340303 19900101 123X", "340***********123X"),
        ("340303900101123", "340*********123"),
        ("E12345678", "E******78"),
        ("1234", "***4"),
        ("12", "**"),
        ("", ""),
    ],
)
def test_an_id_number_shows_three_and_four_signs_at_most(number: str, shown: str) -> None:
    assert mask_id(number) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13800000000", "138****0000"),
        ("+86 138-0000-0000", "138****0000"),
        ("0552-3012309", "055****2309"),
        ("055112345678", "055*****5678"),
        ("3012309", "30***09"),
        ("12309", "*****"),
        ("", ""),
        ("无", ""),
    ],
)
def test_a_phone_number_shows_its_ends(number: str, shown: str) -> None:
    assert mask_phone(number) == shown


@given(st.text())
def test_whatever_is_masked_never_shows_whole(text: str) -> None:
    signs = "".join(text.split())
    assert len(mask_id(text).replace("*", "")) <= len(signs) // 2
    assert not re.search(r"\d{5}", mask_phone(text))
    assert all("*" in word for word in mask_name(text).split())


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1))
def test_a_chinese_name_never_shows_more_than_a_surname(name: str) -> None:
    shown = mask_name(name).rstrip("*")
    assert len(shown) < len(name)
    assert len(shown) <= 1 or shown in words.COMPOUND_SURNAMES.split()


def test_texts_are_read_without_babel() -> None:
    program = "import sys; from shared.words import translator; translator('zh-CN')('Hello'); print('babel' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(__file__).parents[2], capture_output=True, check=True
    )
    assert ran.stdout == b"False\n"
