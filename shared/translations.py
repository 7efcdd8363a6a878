"""Whether everything that code and templates say can be said in Chinese. Writes nothing: people edit the `.po` files."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po

from shared.words import CHINESE, ROOT, po_file

ROOMS = ("shared", "cases", "hearings", "aid", "kiosk")
TEMPLATES = [("**.html", "jinja2.ext:babel_extract"), ("**.txt", "jinja2.ext:babel_extract")]
JINJA_OPTIONS = {"newstyle_gettext": "true", "silent": "false"}
PLACEHOLDER = re.compile(r"%\((\w+)\)")


class Text(NamedTuple):
    """A text as code or a template asks for it, and where. ``plural`` is empty when it has only one form."""

    place: str
    singular: str
    plural: str
    context: str | None


def missing(root: Path = ROOT) -> list[str]:
    """Every text that has no sound Chinese: none at all, marked fuzzy, or with other placeholders. Empty when complete."""
    chinese = read_catalogue(CHINESE, root)
    plurals_last = sorted(_asked(root), key=lambda text: bool(text.plural))
    asked = {(text.singular, text.context): text for text in plurals_last}
    faults = [(text, _fault(text, chinese.get(text.singular, text.context))) for text in asked.values()]
    return [f"{text.place}: {fault}: {text.singular!r}" for text, fault in faults if fault]


def read_catalogue(language: str, root: Path = ROOT) -> Catalog:
    """The `.po` file of a language with everything that stands in it."""
    with po_file(language, root).open("rb") as file:
        return read_po(file)


def _fault(text: Text, message: Message | None) -> str:
    if message is None or not message.string:
        return "no Chinese"
    forms = [message.string] if isinstance(message.string, str) else list(message.string)
    if not all(forms) or bool(text.plural) != isinstance(message.string, list | tuple):
        return "not all forms in Chinese"
    if message.fuzzy:
        return "fuzzy"
    wanted = set(PLACEHOLDER.findall(text.plural or text.singular))
    return "" if all(_fits(form, wanted) for form in forms) else "other placeholders in Chinese, or a single %"


def _fits(form: str, wanted: set[str]) -> bool:
    """Whether a translation names just these placeholders and can be filled; a percent sign is written %%."""
    try:
        return set(PLACEHOLDER.findall(form)) == wanted and bool(form % dict.fromkeys(wanted, 1))
    except (TypeError, ValueError):
        return False


def _asked(root: Path) -> Iterator[Text]:
    for room in ROOMS:
        for path, line, ids, _, context in extract_from_dir(root / room, [("**.py", "python")]):
            yield _text(f"{room}/{path}:{line}", ids, context)
    if (root / "app.py").exists():
        for line, ids, _, context in extract_from_file("python", root / "app.py"):
            yield _text(f"app.py:{line}", ids, context)
    options = {pattern: JINJA_OPTIONS for pattern, _ in TEMPLATES}
    for path, line, ids, _, context in extract_from_dir(root / "templates", TEMPLATES, options):
        yield _text(f"templates/{path}:{line}", ids, context)


def _text(place: str, ids: str | tuple[str, ...], context: str | None) -> Text:
    return Text(place, ids, "", context) if isinstance(ids, str) else Text(place, ids[0], ids[1], context)
