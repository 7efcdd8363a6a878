"""Mail that a calendar understands (iTIP over iMIP, RFC 5546 and 6047): invitation, change, cancellation, each to one person.
Pure: no clock, no sending; the same input gives the same bytes."""

import hashlib
import hmac
from base64 import b32encode
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from shared.outbox import is_mail_address
from shared.wording import Wording

ZONE = ZoneInfo("Asia/Shanghai")
PRODUCT = "-//Nuanyi//Hearings//ZH"
TOKEN_SIGNS = 12
AWAITED = {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}


class Method(StrEnum):
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


class Appointment(msgspec.Struct, frozen=True, kw_only=True):
    """A hearing in one calendar. ``uid`` stays for ever, ``sequence`` grows with each material change. Neutral: it says
    neither who the parties are nor what the case is about."""

    uid: str
    sequence: int
    begins_at: datetime
    ends_at: datetime
    summary: str
    place: str
    description: str = ""
    url: str = ""
    made_at: datetime
    changed_at: datetime
    stamped_at: datetime
    cancelled: bool = False


class Party(msgspec.Struct, frozen=True):
    """Who writes or is written to: a name to show and a plain address."""

    name: str
    address: str


def invitation_mail(event: Appointment, wording: Wording, *, organizer: Party, attendee: Party) -> bytes:
    """METHOD:REQUEST. ``organizer`` is an address that we read (`reply_address`), and the sender too."""
    return _mail(Method.REQUEST, event, wording, organizer, attendee)


def update_mail(event: Appointment, wording: Wording, *, organizer: Party, attendee: Party) -> bytes:
    """The same invitation with a higher sequence: calendars replace what they had and ask again."""
    if event.sequence < 1:
        raise ValueError("a change has a higher sequence than the invitation it changes")
    return _mail(Method.REQUEST, event, wording, organizer, attendee)


def cancel_mail(event: Appointment, wording: Wording, *, organizer: Party, attendee: Party) -> bytes:
    """METHOD:CANCEL with the same uid: calendars take the date out. ``event.sequence`` is higher than the last one sent."""
    if event.sequence < 1:
        raise ValueError("a cancellation has a higher sequence than the invitation it cancels")
    return _mail(Method.CANCEL, event, wording, organizer, attendee)


def plain_mail(wording: Wording, *, organizer: Party, attendee: Party, name: str) -> bytes:
    """Words only. ``name`` tells its parts apart from those of another mail."""
    mail = _words(wording, organizer, attendee)
    return _bytes(mail, name)


def reply_address(mailbox: str, uid: str, key: bytes) -> str:
    """``hearing@…`` with a token of the invitation behind a plus sign: answers and bounces name it by themselves."""
    token = b32encode(hmac.digest(key, f"reply {uid}".encode(), "sha256")).decode().lower()[:TOKEN_SIGNS]
    local, _, domain = mailbox.partition("@")
    return f"{local}+{token}@{domain}"


def _mail(method: Method, event: Appointment, wording: Wording, organizer: Party, attendee: Party) -> bytes:
    from hearings.invitations.calendar_objects import invitation

    mail = _words(wording, organizer, attendee)
    calendar = invitation(method, event, organizer, attendee)
    mail.add_alternative(calendar.decode(), subtype="calendar", charset="utf-8", cte="base64", params={"method": method})
    mail.add_attachment(calendar, maintype="application", subtype="ics", filename="hearing.ics")
    return _bytes(mail, f"{event.uid} {event.sequence} {method}")


def _words(wording: Wording, organizer: Party, attendee: Party) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(plain(organizer.name), addr_spec=organizer.address)
    mail["To"] = _to(attendee)
    mail["Subject"] = " ".join(wording.subject.split())
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = wording.language
    mail.set_content(wording.text, charset="utf-8", cte="base64")
    mail.add_alternative(wording.html, subtype="html", charset="utf-8", cte="base64")
    return mail


def _to(attendee: Party) -> Address | str:
    """An address that is none must not hold up what else happens: the mail is made, refused when its turn comes, and the next
    channel is taken."""
    if not is_mail_address(attendee.address):
        return "undisclosed-recipients:;"
    return Address(plain(attendee.name), addr_spec=attendee.address)


def _bytes(mail: EmailMessage, name: str) -> bytes:
    """Boundaries follow from the mail's name, not from chance."""
    for place, part in enumerate(mail.walk()):
        if place:
            del part["MIME-Version"]
        if part.is_multipart():
            part.set_boundary(f"part-{hashlib.sha256(f'{name} {place}'.encode()).hexdigest()[:32]}")
    return mail.as_bytes()


def plain(name: str) -> str:
    """A name as every calendar shows it: RFC 6868 would turn double quotes into signs that many show raw."""
    return " ".join(name.replace('"', "").replace("^", "").split())
