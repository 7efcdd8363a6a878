"""What a message says, written once for mail, text message and letter. The texts are `templates/messages/LANGUAGE/KIND.txt`;
a value that is missing there is an error, and a value never becomes more than one line."""

import re
from functools import cache
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from shared.words import CHINESE, ROOT

FOLDER = ROOT / "templates" / "messages"
LINK = re.compile(r"\[(.+)\]\((\S+)\)")


class Words(msgspec.Struct, frozen=True, tag="words"):
    """A paragraph."""

    text: str


class Facts(msgspec.Struct, frozen=True, tag="facts"):
    """Lines of a label and what it says."""

    rows: tuple[tuple[str, str], ...]


class Link(msgspec.Struct, frozen=True, tag="link"):
    """A page to open: a button in a mail, an address in plain text, a QR code on paper."""

    label: str
    url: str


Block = Words | Facts | Link


class Wording(msgspec.Struct, frozen=True):
    """``title`` heads a letter, ``subject`` a mail, ``short`` is the text message; ``office`` signs."""

    language: str
    office: str
    title: str
    subject: str
    short: str
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        return "\n\n".join(_plain(block, self.language) for block in self.blocks) + "\n"

    @property
    def html(self) -> str:
        return _environment().get_template("mail.jinja").render(wording=self)


def wording(kind: str, language: str, *, office: str, **values: Any) -> Wording:
    """The words of one kind of message. ``values`` are what its template names."""
    template = _environment().get_template(f"{language}/{kind}.txt")
    context = template.new_context({"office": office, **values})
    parts = {name: "".join(block(context)).strip() for name, block in template.blocks.items()}
    return Wording(
        language, office, parts["title"], parts["subject"], parts.get("short", ""),
        tuple(_block(part, language) for part in re.split(r"\n\s*\n", parts["body"]) if part.strip()),
    )


def _block(part: str, language: str) -> Block:
    """``| label | value`` lines are facts, ``[label](address)`` is a link, the rest are words."""
    lines = [line.strip() for line in part.strip().splitlines() if line.strip()]
    if all(line.startswith("|") for line in lines):
        rows = (line.strip("| ").partition("|") for line in lines)
        return Facts(tuple((label.strip(), value.strip()) for label, _, value in rows))
    link = LINK.fullmatch(lines[0]) if len(lines) == 1 else None
    return Link(link[1], link[2]) if link else Words(("" if language == CHINESE else " ").join(lines))


def _plain(block: Block, language: str) -> str:
    colon = "：" if language == CHINESE else ": "
    match block:
        case Words(text):
            return text
        case Facts(rows):
            return "\n".join(f"{label}{colon}{value}" for label, value in rows)
        case Link(label, url):
            return f"{label}{colon.rstrip()}\n{url}"


@cache
def _environment() -> Environment:
    """Plain texts stay as they are; the frame of a mail is markup and escapes what it holds."""
    return Environment(
        loader=FileSystemLoader(FOLDER), autoescape=select_autoescape(("jinja",)), undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
        finalize=_one_line,
    )


def _one_line(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value
