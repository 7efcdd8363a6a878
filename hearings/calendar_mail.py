"""Mail that a calendar understands (iTIP over iMIP, RFC 5546 and 6047): invitation, change, cancellation, each to one person;
and feeds, which ask nobody. Pure: no clock, no sending; the same input gives the same bytes."""

import hashlib
import hmac
from base64 import b32encode
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec
from icalendar import Calendar, Event, Timezone, TimezoneStandard, vCalAddress, vUri

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


def feed(events: list[Appointment], *, title: str, organizer: Party | None = None) -> bytes:
    """A calendar to subscribe to: METHOD:PUBLISH, no attendee in it. ``organizer``: the office, with an address that is public;
    RFC 5546 wants one, and strict readers do."""
    calendar = _calendar(Method.PUBLISH)
    calendar.add("x-wr-calname", title)
    for event in events:
        entry = _event(event)
        if organizer is not None:
            entry.add("organizer", _host(organizer), encode=False)
        calendar.add_component(entry)
    return bytes(calendar.to_ical())


def reply_address(mailbox: str, uid: str, key: bytes) -> str:
    """``hearing@…`` with a token of the invitation behind a plus sign: answers and bounces name it by themselves."""
    token = b32encode(hmac.digest(key, f"reply {uid}".encode(), "sha256")).decode().lower()[:TOKEN_SIGNS]
    local, _, domain = mailbox.partition("@")
    return f"{local}+{token}@{domain}"


def _mail(method: Method, event: Appointment, wording: Wording, organizer: Party, attendee: Party) -> bytes:
    mail = _words(wording, organizer, attendee)
    calendar = invitation(method, event, organizer, attendee)
    mail.add_alternative(calendar.decode(), subtype="calendar", charset="utf-8", cte="base64", params={"method": method})
    mail.add_attachment(calendar, maintype="application", subtype="ics", filename="hearing.ics")
    return _bytes(mail, f"{event.uid} {event.sequence} {method}")


def invitation(method: Method, event: Appointment, organizer: Party, attendee: Party) -> bytes:
    """The calendar object for one person."""
    calendar, entry = _calendar(method), _event(event, cancelled=method == Method.CANCEL)
    guest = vCalAddress(f"mailto:{''.join(attendee.address.split())}")
    guest.params.update({"CN": _plain(attendee.name), **AWAITED})
    entry.add("organizer", _host(organizer), encode=False)
    entry.add("attendee", guest, encode=False)
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _host(organizer: Party) -> vCalAddress:
    host = vCalAddress(f"mailto:{organizer.address}")
    host.params["CN"] = _plain(organizer.name)
    return host


def _calendar(method: Method) -> Calendar:
    calendar = Calendar()
    for key, value in (("prodid", PRODUCT), ("version", "2.0"), ("calscale", "GREGORIAN"), ("method", method.value)):
        calendar.add(key, value)
    calendar.add_component(_china_time())
    return calendar


def _china_time() -> Timezone:
    """By hand: +0800 and nothing else. What libraries derive also holds the summer time of 1986 to 1991."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", ZONE.key)
    standard.add("dtstart", datetime(1970, 1, 1))
    standard.add("tzoffsetfrom", timedelta(hours=8))
    standard.add("tzoffsetto", timedelta(hours=8))
    standard.add("tzname", "CST")
    zone.add_component(standard)
    return zone


def _event(event: Appointment, *, cancelled: bool = False) -> Event:
    entry = Event()
    entry.add("uid", event.uid)
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", event.stamped_at)
    entry.add("created", event.made_at)
    entry.add("last-modified", event.changed_at)
    entry.add("dtstart", event.begins_at.astimezone(ZONE))
    entry.add("dtend", event.ends_at.astimezone(ZONE))
    entry.add("summary", event.summary)
    entry.add("location", event.place)
    if event.description:
        entry.add("description", event.description)
    if event.url:
        entry.add("url", vUri(event.url))
    entry.add("status", "CANCELLED" if cancelled or event.cancelled else "CONFIRMED")
    entry.add("transp", "OPAQUE")
    return entry


def _words(wording: Wording, organizer: Party, attendee: Party) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(_plain(organizer.name), addr_spec=organizer.address)
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
    return Address(_plain(attendee.name), addr_spec=attendee.address)


def _bytes(mail: EmailMessage, name: str) -> bytes:
    """Boundaries follow from the mail's name, not from chance."""
    for place, part in enumerate(mail.walk()):
        if place:
            del part["MIME-Version"]
        if part.is_multipart():
            part.set_boundary(f"part-{hashlib.sha256(f'{name} {place}'.encode()).hexdigest()[:32]}")
    return mail.as_bytes()


def _plain(name: str) -> str:
    """A name as every calendar shows it: RFC 6868 would turn double quotes into signs that many show raw."""
    return " ".join(name.replace('"', "").replace("^", "").split())
