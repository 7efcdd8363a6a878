"""Reading a mail that came in: a calendar's answer or counter-proposal (iTIP, RFC 5546), what a mail server says of a mail of
ours (RFC 3464), or something else. Pure: decides nothing and believes nothing."""

import hashlib
from datetime import date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import msgspec

SIGNS = 500


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar's answer about one date of one invitation."""

    uid: str
    attendee: str
    sequence: int
    partstat: str
    comment: str = ""


class Counter(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's calendar proposes another time. ``begins_at`` None: it does not say which."""

    uid: str
    attendee: str
    sequence: int
    begins_at: datetime | None
    comment: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A mail server on what became of our mail ``message_id``. ``action`` as in RFC 3464: failed, delayed, delivered …"""

    message_id: str
    recipient: str
    action: str
    words: str


class Other(msgspec.Struct, frozen=True):
    """Anything else: for people to read."""


Arrival = Reply | Counter | Report | Other


def read(raw: bytes) -> Arrival:
    """What a mail says. Whatever cannot be understood is `Other`."""
    try:
        mail = message_from_bytes(raw, policy=default)
        assert isinstance(mail, EmailMessage)
        return _report(mail) or _calendar(mail) or Other()
    except Exception:  # a stranger's mail: no fault in it may stop the reading of the next one
        return Other()


def name_of(raw: bytes) -> str:
    """By which a mail is known again: a digest of its Message-ID, or of the whole where it has none."""
    head = raw.partition(b"\r\n\r\n")[0] if b"\r\n\r\n" in raw else raw.partition(b"\n\n")[0]
    given = message_from_bytes(head + b"\n\n").get("Message-ID", "")
    return hashlib.sha256(str(given).strip().encode() or raw).hexdigest()


def _calendar(mail: EmailMessage) -> Arrival | None:
    for part in mail.walk():
        if part.get_content_type() in ("text/calendar", "application/ics"):
            found = _answer(part)
            if found is not None:
                return found
    return None


def _answer(part: Any) -> Arrival | None:
    from icalendar import Calendar  # loaded when there is one to read

    calendar: Any = Calendar.from_ical(part.get_payload(decode=True))
    method = str(calendar.get("method") or part.get_param("method") or "").upper()
    events = calendar.walk("VEVENT")
    if method not in ("REPLY", "COUNTER") or not events:
        return None
    event = events[0]
    (attendee,) = _several(event.get("attendee"))
    said: dict[str, Any] = {
        "uid": str(event["uid"]), "attendee": address(str(attendee)), "sequence": int(event.get("sequence", 0)),
        "comment": _comment(event, attendee),
    }
    if method == "REPLY":
        return Reply(**said, partstat=str(attendee.params.get("PARTSTAT", "NEEDS-ACTION")).upper())
    return Counter(**said, begins_at=_moment(event.get("dtstart")))


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _comment(event: Any, attendee: Any) -> str:
    written = [str(one) for one in _several(event.get("comment")) if one] or [str(attendee.params.get("X-RESPONSE-COMMENT", ""))]
    return "\n".join(written).strip()[:SIGNS]


def _moment(begins: Any) -> datetime | None:
    when: datetime | date | None = begins.dt if begins is not None else None
    return when if isinstance(when, datetime) and when.tzinfo is not None else None


def address(written: str) -> str:
    """A plain address out of ``mailto:…``, to be compared."""
    return written.strip().removeprefix("mailto:").removeprefix("MAILTO:").strip("<> ").casefold()


def _report(mail: EmailMessage) -> Report | None:
    statuses = [part for part in mail.walk() if part.get_content_type() == "message/delivery-status"]
    returned = [part for part in mail.walk() if part.get_content_type() in ("message/rfc822", "text/rfc822-headers")]
    if not statuses:
        return None
    fields = {key.lower(): str(value) for group in statuses[0].iter_parts() for key, value in group.items()}
    return Report(
        message_id=next((found for part in returned if (found := _returned_id(part))), ""),
        recipient=address(fields.get("final-recipient", "").rpartition(";")[2]),
        action=fields.get("action", "").strip().lower(),
        words=f"{fields.get('status', '')} {fields.get('diagnostic-code', '')}".strip()[:SIGNS],
    )


def _returned_id(part: Any) -> str:
    """The Message-ID of the mail, or of its head, that the server sends back."""
    if part.get_content_type() == "message/rfc822":
        return str(part.get_content().get("Message-ID", "")).strip()
    return str(message_from_bytes(part.get_payload(decode=True)).get("Message-ID", "")).strip()
