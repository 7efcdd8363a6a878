"""What an invited person's calendar program does with our mails (RFC 5546): keeps the date with the highest sequence, takes a
cancelled one out, and answers the organizer by mail. Shares no code with the product."""

import smtplib
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from icalendar import Calendar, Event, vCalAddress


class Kept(NamedTuple):
    sequence: int
    begins_at: Any
    organizer: str


class CalendarClient:
    """One person's calendar, for their address."""

    def __init__(self, address: str, smtp_url: str) -> None:
        self.address, self.smtp_url = address, smtp_url
        self.dates: dict[str, Kept] = {}
        self.asked = 0

    def receive(self, mails: list[EmailMessage]) -> "CalendarClient":
        for mail in mails:
            if mail["to"].addresses[0].addr_spec == self.address:
                self._take(mail)
        return self

    def _take(self, mail: EmailMessage) -> None:
        parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
        for part in parts:
            calendar: Any = Calendar.from_ical(part.get_content())
            assert str(calendar["METHOD"]) == part.get_param("method"), "one method in head and body"
            (event,) = calendar.walk("VEVENT")
            uid, known = str(event["UID"]), self.dates.get(str(event["UID"]))
            if self._is_mine(event) and (known is None or event["SEQUENCE"] > known.sequence):
                self._apply(str(calendar["METHOD"]), uid, event)

    def _is_mine(self, event: Any) -> bool:
        return str(event["ATTENDEE"]) == f"mailto:{self.address}"

    def _apply(self, method: str, uid: str, event: Any) -> None:
        if method == "CANCEL":
            assert uid in self.dates, "a cancellation without its invitation leaves the date standing"
            assert event["STATUS"] == "CANCELLED"
            del self.dates[uid]
            return
        assert event["ATTENDEE"].params["RSVP"] == "TRUE"
        self.asked += 1
        organizer = str(event["ORGANIZER"]).removeprefix("mailto:")
        self.dates[uid] = Kept(int(event["SEQUENCE"]), event["DTSTART"].dt, organizer)

    def answer(self, partstat: str, *, kept: tuple[str, Kept] | None = None, comment: str = "", method: str = "REPLY") -> bytes:
        """Sends the answer to the organizer by mail; returns the mail. ``kept``: a date as it stood earlier."""
        uid, date = kept or next(iter(self.dates.items()))
        mail = self._mail(date.organizer, reply(uid, self.address, date, partstat, comment, method), method)
        place = urlsplit(self.smtp_url)
        with smtplib.SMTP(place.hostname or "", place.port or 25) as server:
            server.send_message(mail)
        return mail.as_bytes()

    def _mail(self, to: str, calendar: bytes, method: str) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.address, to, "Accepted: hearing"
        mail["Message-ID"] = make_msgid(domain="example.com")
        mail.set_content("sent by a calendar")
        mail.add_alternative(calendar.decode(), subtype="calendar", charset="utf-8", params={"method": method})
        return mail


def reply(uid: str, address: str, date: Kept, partstat: str, comment: str = "", method: str = "REPLY") -> bytes:
    calendar, event = Calendar(), Event()
    for key, value in (("prodid", "-//Some calendar//EN"), ("version", "2.0"), ("method", method)):
        calendar.add(key, value)
    attendee = vCalAddress(f"mailto:{address}")
    attendee.params["PARTSTAT"] = partstat
    event.add("uid", uid)
    event.add("sequence", date.sequence)
    event.add("dtstart", date.begins_at)
    event.add("dtstamp", date.begins_at)
    event.add("organizer", vCalAddress(f"mailto:{date.organizer}"), encode=False)
    event.add("attendee", attendee, encode=False)
    if comment:
        event.add("comment", comment)
    calendar.add_component(event)
    return bytes(calendar.to_ical())
