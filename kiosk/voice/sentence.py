"""What the voice says, as text: the call sentence, and the spelling under which espeak reads Chinese right.

Pure. `sentence` gives words fit to be shown as a caption too; `respelled` is for the espeak engines only, a recorded voice
needs none of it.
"""

import re

DIGITS = "零一二三四五六七八九"
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
PLACES = (  # English for places that have no English name in the settings
    (re.compile(r"第?(\d+)号?窗口"), r"window \1"),
    (re.compile(r"第?(\d+)号?接待室"), r"reception room \1"),
    (re.compile(r"第?(\d+)号?听证室"), r"hearing room \1"),
    (re.compile(r"听证室"), "the hearing room"),
    (re.compile(r"接待室"), "the reception room"),
    (re.compile(r"咨询台|导访台|服务台"), "the information desk"),
)
SHOWN = "the place shown on the screen"
READINGS = (  # characters espeak 1.51 and 1.52 read with the wrong one of their sounds, by one that has only the right one
    (re.compile(r"(?<=[察处科局院庭所厅部队组司会市县区州省校])长(?![期久远短途度丰江春沙])"), "掌"),
    (re.compile(r"长(?=[者辈])"), "掌"),
    (re.compile(r"一(?=[号楼层室区栋])"), "伊"),
    (re.compile(r"调(?=解)"), "条"),
    (re.compile(r"重(?=[新复])"), "虫"),
    (re.compile(r"(?<=阅)卷|卷(?=宗)"), "倦"),
    (re.compile(r"银行"), "银航"),
)


def sentence(number: str, window_name: str, language: str, *, one_as: str = "幺") -> str:
    """The call of one ticket: ("A012", "3号窗口", "zh_CN") gives 请A零幺二号到三号窗口.

    `window_name` is the name in that language; Chinese place names of the usual kinds are put into English here.
    """
    if language.startswith("zh"):
        return f"请{spelled(number, one_as)}号到{place(window_name, language, one_as=one_as)}"
    signs = (NUMBERS["0123456789".index(sign)] if sign in "0123456789" else sign for sign in _signs(number))
    return f"Number {', '.join(signs)}, please go to {place(window_name, language)}"


def place(name: str, language: str, *, one_as: str = "幺") -> str:
    """Where to go, as it is said: 3号窗口 gives 三号窗口, or in English window 3."""
    return with_words(name, one_as) if language.startswith("zh") else _in_english(name)


def spelled(number: str, one_as: str = "幺") -> str:
    """Letters and digits one by one, as numbers are called out: 12309 gives 幺二三零九."""
    names = str.maketrans(dict(zip("0123456789", DIGITS, strict=True)) | {"1": one_as})
    return "".join(_signs(number)).translate(names)


def respelled(text: str) -> str:
    """Chinese text as espeak has to see it: 检察长 as 检察掌, numbers of three digits and more spelled."""
    text = re.sub(r"\d{3,}", lambda digits: spelled(digits[0]), text)
    for wrong, right in READINGS:
        text = wrong.sub(right, text)
    return text


def _signs(number: str) -> list[str]:
    return [sign.upper() for sign in number if sign.isalnum()]


def with_words(name: str, one_as: str) -> str:
    """Counting numbers in words (12 gives 十二), room numbers of three digits and more spelled."""
    return re.sub(r"\d+", lambda digits: _counted(digits[0], one_as), name)


def _counted(digits: str, one_as: str) -> str:
    if len(digits) > 2 or digits.startswith("0"):
        return spelled(digits, one_as)
    tens, units = divmod(int(digits), 10)
    front = "" if not tens else ("十" if tens == 1 else DIGITS[tens] + "十")
    return front + (DIGITS[units] if units or not tens else "")


def _in_english(name: str) -> str:
    for chinese, english in PLACES:
        name = chinese.sub(english, name)
    return SHOWN if re.search(r"[\u3400-\u9fff]", name) else name
