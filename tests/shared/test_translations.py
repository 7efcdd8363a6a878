"""The catalogue against the product itself, and against every way a translation can be wrong."""

from pathlib import Path

import pytest

from shared.translations import missing

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'


@pytest.fixture
def product(tmp_path: Path) -> Path:
    """A small product that asks for texts in every way the real one does."""
    (tmp_path / "kiosk").mkdir()
    (tmp_path / "templates" / "messages").mkdir(parents=True)
    (tmp_path / "kiosk" / "slip.py").write_text(
        '_("Take a number")\nwords.ngettext("%(num)s person ahead", "%(num)s people ahead", n)\n'
        'words.pgettext("window", "Open")\nN_("Later")\n'
    )
    (tmp_path / "app.py").write_text('_("Hello %(name)s", name=name)\n')
    (tmp_path / "templates" / "page.html").write_text(
        '{{ _("Take a number") }}{% trans window=w %}Window {{ window }}{% endtrans %}'
    )
    (tmp_path / "templates" / "messages" / "sms.txt").write_text('{{ ngettext("One day", "%(num)s days", n) }}')
    return tmp_path


def translate(product: Path, entries: str) -> list[str]:
    folder = product / "locale" / "zh_CN" / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "messages.po").write_text(HEADER + entries)
    return missing(product)


COMPLETE = """
msgid "Take a number"
msgstr "取号"

msgid "%(num)s person ahead"
msgid_plural "%(num)s people ahead"
msgstr[0] "前面还有 %(num)s 人"

msgctxt "window"
msgid "Open"
msgstr "开放"

msgid "Later"
msgstr "稍后"

msgid "Hello %(name)s"
msgstr "您好，%(name)s"

msgid "Window %(window)s"
msgstr "%(window)s 号窗口"

msgid "One day"
msgid_plural "%(num)s days"
msgstr[0] "%(num)s 天"
"""


def test_every_text_of_the_product_has_sound_chinese() -> None:
    assert missing() == []


def test_an_empty_catalogue_lacks_every_text_and_says_where_it_is_used(product: Path) -> None:
    assert sorted(translate(product, "")) == [
        "app.py:1: no Chinese: 'Hello %(name)s'",
        "kiosk/slip.py:2: no Chinese: '%(num)s person ahead'",
        "kiosk/slip.py:3: no Chinese: 'Open'",
        "kiosk/slip.py:4: no Chinese: 'Later'",
        "templates/messages/sms.txt:1: no Chinese: 'One day'",
        "templates/page.html:1: no Chinese: 'Take a number'",
        "templates/page.html:1: no Chinese: 'Window %(window)s'",
    ]


def test_a_complete_catalogue_lacks_nothing(product: Path) -> None:
    assert translate(product, COMPLETE) == []


@pytest.mark.parametrize(
    ("sound", "faulty", "fault"),
    [
        ('msgstr "稍后"', 'msgstr ""', "no Chinese: 'Later'"),
        ('msgid "Later"', '#, fuzzy\nmsgid "Later"', "fuzzy: 'Later'"),
        ('msgctxt "window"\n', "", "no Chinese: 'Open'"),
        ("您好，%(name)s", "您好", "other placeholders in Chinese, or a single %: 'Hello %(name)s'"),
        ("您好，%(name)s", "您好，%(nmae)s", "other placeholders in Chinese, or a single %: 'Hello %(name)s'"),
        ("前面还有 %(num)s 人", "前面还有人", "other placeholders in Chinese, or a single %: '%(num)s person ahead'"),
        ("稍后", "100%", "other placeholders in Chinese, or a single %: 'Later'"),
        ('msgid_plural "%(num)s days"\nmsgstr[0] "%(num)s 天"', 'msgstr "一天"', "not all forms in Chinese: 'One day'"),
        ('msgstr[0] "%(num)s 天"', 'msgstr[0] ""', "not all forms in Chinese: 'One day'"),
    ],
)
def test_a_faulty_translation_is_named(product: Path, sound: str, faulty: str, fault: str) -> None:
    assert sound in COMPLETE
    (found,) = translate(product, COMPLETE.replace(sound, faulty))
    assert found.endswith(f": {fault}")


def test_a_text_used_once_alone_and_once_with_a_plural_is_one_entry(product: Path) -> None:
    (product / "kiosk" / "wait.py").write_text('_("One day")\n')
    assert translate(product, COMPLETE) == []
