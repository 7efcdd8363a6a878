"""The mailbox by IMAP: the next new mails, and the mark that they were read. Loaded only where there is one."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from imap_tools import AND, BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted, MailMessageFlags, U

from hearings.mailbox.tables import MailboxMark
from shared.carriers import LOOPBACK

SECONDS = 30
AT_ONCE = 50
LARGEST = 1024 * 1024  # bytes; a calendar's answer has a few thousand
FIRST_LOOK = timedelta(days=30)


class Found(NamedTuple):
    """A mail in the mailbox. ``raw`` is empty when it is too large to be an answer."""

    number: int
    raw: bytes


class Batch(NamedTuple):
    numbering: int
    mails: list[Found]


def fetch(url: str, mark: MailboxMark | None) -> Batch:
    """The next new mails, oldest first. Changes nothing in the mailbox."""
    with _opened(url) as box:
        numbering = int(box.folder.status(_folder(url), ["UIDVALIDITY"])["UIDVALIDITY"])
        known = mark if mark is not None and mark.numbering == numbering else None
        since = (datetime.now(UTC) - FIRST_LOOK).date()
        wanted = AND(uid=U(str(known.last + 1), "*")) if known else AND(date_gte=since)
        numbers = sorted(number for number in map(int, box.uids(wanted)) if known is None or number > known.last)
        return Batch(numbering, [_fetched(box, number) for number in numbers[:AT_ONCE]])


def mark_seen(url: str, numbers: list[int]) -> None:
    """Leaves unread what is for people to read."""
    if numbers:
        with _opened(url) as box:
            box.flag([str(number) for number in numbers], MailMessageFlags.SEEN, True)


def _fetched(box: BaseMailBox, number: int) -> Found:
    wanted = AND(uid=str(number))
    heads = list(box.fetch(wanted, headers_only=True, mark_seen=False))
    if not heads or heads[0].size_rfc822 > LARGEST:
        return Found(number, b"")
    mails = list(box.fetch(wanted, mark_seen=False))
    return Found(number, mails[0].obj.as_bytes() if mails else b"")


def _folder(url: str) -> str:
    return unquote(urlsplit(url).path.lstrip("/")) or "INBOX"


@contextmanager
def _opened(url: str) -> Iterator[BaseMailBox]:
    """Logged in, encrypted unless the server is this machine. The line is closed whatever happens."""
    box = _reached(url)
    parts = urlsplit(url)
    try:
        yield box.login(unquote(parts.username or ""), unquote(parts.password or ""), initial_folder=_folder(url))
        box.logout()
    finally:
        with suppress(OSError):
            box.client.shutdown()


def _reached(url: str) -> BaseMailBox:
    parts = urlsplit(url)
    host, context = parts.hostname or "", ssl.create_default_context()
    if parts.scheme == "imaps":
        return MailBox(host, parts.port or 993, timeout=SECONDS, ssl_context=context)
    if host in LOOPBACK:
        return MailBoxUnencrypted(host, parts.port or 143, timeout=SECONDS)
    return MailBoxStartTls(host, parts.port or 143, timeout=SECONDS, ssl_context=context)
