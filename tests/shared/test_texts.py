"""The texts as the server reads them, beside Babel's reading of the same file."""

from pathlib import Path

import msgspec
import pytest

from shared.texts import Texts, read_texts
from shared.translations import read_catalogue
from shared.words import CHINESE, LANGUAGES, catalogue

RUSSIAN = r'''
msgid ""
msgstr ""
"Language: ru\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\n"

#: kiosk/screens.py:1
#, python-format
msgid "%(num)s person"
msgid_plural "%(num)s people"
msgstr[0] "%(num)s человек"
msgstr[1] "%(num)s человека"
msgstr[2] "%(num)s людей"

msgctxt "window"
msgid "Open"
msgstr "Открыто"

msgctxt "day"
msgid "%(num)s day"
msgid_plural "%(num)s days"
msgstr[0] "день"
msgstr[1] "дня"
msgstr[2] "дней"

msgid ""
"Two lines,\n"
"\"quoted\"\tand a \\"
msgstr ""
"Две строки,\n"
"«в кавычках»"

#, fuzzy
msgid "Guessed"
msgstr "Угадано"

msgid "Not yet"
msgstr ""

#~ msgid "Gone"
#~ msgstr "Ушло"
'''


@pytest.fixture
def russian(tmp_path: Path) -> Texts:
    file = tmp_path / "messages.po"
    file.write_text(RUSSIAN)
    return read_texts(file)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_says_what_babel_reads(language: str) -> None:
    texts = catalogue(language)
    for message in read_catalogue(language):
        if not message.id:
            continue
        if isinstance(message.id, str) and message.context:
            assert texts.pgettext(message.context, message.id) == message.string
        elif isinstance(message.id, str):
            assert texts.gettext(message.id) == message.string
        else:
            singular, plural = message.id
            assert (texts.ngettext(singular, plural, 2),) == message.string
    assert bool(texts.forms) == (language == CHINESE)


@pytest.mark.parametrize(("n", "said"), [(1, "человек"), (21, "человек"), (3, "человека"), (11, "людей"), (0, "людей")])
def test_a_number_takes_the_form_of_its_language(russian: Texts, n: int, said: str) -> None:
    assert russian.ngettext("%(num)s person", "%(num)s people", n) == f"%(num)s {said}"


def test_the_same_word_may_say_something_else_in_its_context(russian: Texts) -> None:
    assert russian.pgettext("window", "Open") == "Открыто"
    assert russian.gettext("Open") == russian.pgettext("door", "Open") == "Open"
    assert [russian.npgettext("day", "%(num)s day", "%(num)s days", n) for n in (1, 2, 5)] == ["день", "дня", "дней"]
    assert russian.npgettext("night", "%(num)s day", "%(num)s days", 2) == "%(num)s days"


def test_long_and_quoted_texts_are_put_together(russian: Texts) -> None:
    assert russian.gettext('Two lines,\n"quoted"\tand a \\') == "Две строки,\n«в кавычках»"


@pytest.mark.parametrize("text", ["Guessed", "Not yet", "Gone", "Never heard of", ""])
def test_what_is_not_translated_is_said_as_it_is(russian: Texts, text: str) -> None:
    assert russian.gettext(text) == text


def test_a_text_that_is_not_closed_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "messages.po"
    file.write_text('msgid "Open\nmsgstr "开放"\n')
    with pytest.raises(msgspec.DecodeError):
        read_texts(file)
