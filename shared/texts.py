"""The texts of a language, read from the `.po` file that people edit, as gettext and Jinja ask for them. What checks the file
(`translations`) reads it with Babel, which would cost every start a fifth of a second and 5 MB."""

import re
from collections.abc import Callable, Mapping
from gettext import NullTranslations, c2py
from pathlib import Path

import msgspec

PLURAL = re.compile(r"plural=([^;\n]+)")
IN_CONTEXT = "\4"  # between context and text, as gettext has it


class Texts(NullTranslations):
    """``forms``: what a text is in this language, one form or one for each kind of number; ``kind``: which one a number takes.
    A text that is not there is said as it is."""

    def __init__(self, forms: Mapping[str, tuple[str, ...]], kind: Callable[[int], int]) -> None:
        super().__init__()
        self.forms = forms
        self.kind = kind

    def gettext(self, message: str) -> str:
        return self._form(message, 1) or message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._form(msgid1, n) or super().ngettext(msgid1, msgid2, n)

    def pgettext(self, context: str, message: str) -> str:
        return self._form(f"{context}{IN_CONTEXT}{message}", 1) or message

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return self._form(f"{context}{IN_CONTEXT}{msgid1}", n) or super().ngettext(msgid1, msgid2, n)

    def _form(self, key: str, n: int) -> str:
        forms = self.forms.get(key)
        if forms is None:
            return ""
        return forms[0] if len(forms) == 1 else forms[self.kind(n)]


def read_texts(file: Path) -> Texts:
    """Entries stand apart by an empty line; one that is fuzzy or not wholly translated does not count."""
    forms: dict[str, tuple[str, ...]] = {}
    for block in file.read_text(encoding="utf-8").split("\n\n"):
        entry = _entry(block)
        said = tuple(text for keyword, text in entry.items() if keyword.startswith("msgstr"))
        if said and all(said):
            context = f"{entry['msgctxt']}{IN_CONTEXT}" if "msgctxt" in entry else ""
            forms[context + entry["msgid"]] = said
    rule = PLURAL.search(forms.pop("", ("",))[0])
    return Texts(forms, c2py(rule[1] if rule else "n != 1"))


def _entry(block: str) -> dict[str, str]:
    """The text behind each keyword (msgctxt, msgid, msgid_plural, msgstr, msgstr[0], …)."""
    entry: dict[str, str] = {}
    keyword = ""
    for line in filter(None, block.split("\n")):
        if line.startswith("#,") and "fuzzy" in line:
            return {}
        if line.startswith("#"):
            continue
        if not line.startswith('"'):
            keyword, _, line = line.partition(" ")
            entry[keyword] = ""
        entry[keyword] += msgspec.json.decode(line, type=str)
    return entry
