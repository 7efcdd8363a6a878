"""What people read, in their language: texts by gettext, times, durations, and names and numbers masked for a screen.

English texts are the message ids. Masking happens here, on the server; nothing here decides who may see the whole.
"""

import unicodedata
from datetime import date, datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Any

from shared.texts import Texts, read_texts

ROOT = Path(__file__).parent.parent
CHINESE = "zh-CN"
ENGLISH = "en"
LANGUAGES = {CHINESE: "中文", ENGLISH: "English"}

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
COMPOUND_SURNAMES = (
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 "
    "仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 轩辕 令狐 段干 "
    "百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 东门 西门 第五 淳于 单于"
)
LATIN_END = "\u0250"


class Words:
    """The texts of one language, for Python code: ``_("Window %(window)s", window=3)``; a percent sign is written %%.

    Jinja takes the `catalogue` itself and fills placeholders the same way.
    """

    __slots__ = ("language", "texts")

    def __init__(self, language: str, texts: Texts) -> None:
        self.language = language
        self.texts = texts

    def __call__(self, text: str, **values: Any) -> str:
        return self.texts.gettext(text) % values

    def ngettext(self, singular: str, plural: str, num: int, **values: Any) -> str:
        """Knows ``%(num)s`` by itself, as Jinja does."""
        return self.texts.ngettext(singular, plural, num) % ({"num": num} | values)

    def pgettext(self, context: str, text: str, **values: Any) -> str:
        return self.texts.pgettext(context, text) % values


@cache
def translator(language: str) -> Words:
    """The words of one of `LANGUAGES`."""
    return Words(language, catalogue(language))


@cache
def catalogue(language: str) -> Texts:
    """The translations of a language as gettext and Jinja take them."""
    return read_texts(po_file(language))


def po_file(language: str, root: Path = ROOT) -> Path:
    """The texts of a language, as people edit them."""
    return root / "locale" / language.replace("-", "_") / "LC_MESSAGES" / "messages.po"


def choose(query: str | None, cookie: str | None, accept_language: str | None, default: str) -> str:
    """What was asked for in the address, else chosen before, else set in the browser, else the default of the place."""
    tags = [query or "", cookie or "", *_accepted(accept_language or "")]
    return next((language for tag in tags if (language := _known(tag))), default)


def clock(now: datetime, tz: tzinfo) -> str:
    return f"{now.astimezone(tz):%H:%M}"


def day(when: date, language: str) -> str:
    if language == CHINESE:
        return f"{when.year}年{when.month}月{when.day}日 {weekday(when, language)}"
    return f"{WEEKDAYS[when.weekday()]} {when.day} {MONTHS[when.month - 1]} {when.year}"


def month(when: date, language: str) -> str:
    return f"{when.year}年{when.month}月" if language == CHINESE else f"{MONTHS[when.month - 1]} {when.year}"


def weekday(when: date, language: str) -> str:
    return f"星期{'一二三四五六日'[when.weekday()]}" if language == CHINESE else WEEKDAYS[when.weekday()][:3]


def minutes(n: int, language: str) -> str:
    """A length of time given in minutes; from an hour on, in hours and minutes."""
    hours, rest = divmod(max(0, n), 60)
    parts = [(hours, "小时", "hour")] if hours else []
    parts += [(rest, "分钟", "minute")] if rest or not hours else []
    return " ".join(_amount(*part, language) for part in parts)


def wait_range(low: int, high: int, language: str) -> str:
    """An honest wait in minutes. The caller says "any moment now" where that is the better word."""
    about = "约" if language == CHINESE else "about"
    if low == high:
        return f"{about} {minutes(high, language)}"
    if high <= 90:
        return f"{about} {low}–{high} {'分钟' if language == CHINESE else 'minutes'}"
    to = "至 " if language == CHINESE else " to "
    return f"{about} {minutes(low, language)}{to}{minutes(high, language)}"


def age(seconds: float, language: str) -> str:
    """How long ago something was, in its largest unit."""
    units = ((86400, "天", "day"), (3600, "小时", "hour"), (60, "分钟", "minute"), (5, "秒", "second"))
    for size, chinese, english in units:
        if seconds >= size:
            count = int(seconds if size == 5 else seconds // size)
            return _amount(count, chinese, english, language) + ("前" if language == CHINESE else " ago")
    return "刚刚" if language == CHINESE else "just now"


def mask_name(name: str) -> str:
    """王某某 becomes 王**: the surname, and stars that do not tell the length; of a Latin name each word's first letter."""
    name = unicodedata.normalize("NFKC", name).strip()
    if max(name, default="") < LATIN_END:
        return " ".join(word[0] + "***" if len(word) > 1 else "*" for word in name.split())
    surname = name[:2] if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else name[: len(name) > 1]
    return surname + "*" * min(2, len(name) - len(surname))


def mask_id(number: str) -> str:
    """The first 3 and last 4 signs of an 18-digit number; less of a shorter one, never more than half."""
    number = "".join(number.split())
    return _masked(number, min(3, len(number) // 5), min(4, len(number) // 4))


def mask_phone(number: str) -> str:
    """138****0000. Of a number below 7 digits nothing is shown."""
    digits = "".join(sign for sign in unicodedata.normalize("NFKC", number) if sign in "0123456789")
    digits = digits[-11:] if digits.startswith("86") else digits
    if len(digits) < 7:
        return "*" * len(digits)
    return _masked(digits, min(3, len(digits) // 3), min(4, (len(digits) + 1) // 3))


def _masked(text: str, head: int, tail: int) -> str:
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]


def _amount(count: int, chinese: str, english: str, language: str) -> str:
    if language == CHINESE:
        return f"{count} {chinese}"
    return f"{count} {english}" if count == 1 else f"{count} {english}s"


def _known(tag: str) -> str | None:
    return {"zh": CHINESE, "en": ENGLISH}.get(tag.strip().lower().replace("_", "-").split("-")[0])


def _accepted(header: str) -> list[str]:
    """The tags of an Accept-Language header, best first, without the unwanted ones."""
    ranked = [(_quality(options), tag) for tag, _, options in (part.partition(";") for part in header.split(","))]
    return [tag for quality, tag in sorted(ranked, key=lambda pair: -pair[0]) if quality > 0]


def _quality(options: str) -> float:
    try:
        return float(options.strip().removeprefix("q=")) if options.strip() else 1.0
    except ValueError:
        return 0.0
