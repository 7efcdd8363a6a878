"""Who is told what about a hearing, by which channel, in their language: pure composition. Each function gives one content for
`shared.outbox.post`; the words are in `templates/messages/`. Nothing before acceptance names a party or tells of the case."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from hearings.invitations.calendar_mail import Appointment, Party, cancel_mail, invitation_mail, plain_mail, update_mail
from shared import words
from shared.outbox import Channel, Content, Letter, Mail, Text
from shared.wording import Wording, wording
from shared.words import CHINESE

INVITATION, UPDATE, CANCELLATION, REMINDER = "invitation", "update", "cancellation", "reminder"
OLD_DATE, RELEASED, PACK_AVAILABLE = "old_date", "released", "pack_available"
MOVED, POSTPONED, REMOVED = "moved", "postponed", "removed"
PARTICIPANTS_NOTICE, NAMES_NOTICE = "participants_notice", "names_notice"
OBSERVER_CONFIRMED, OBSERVER_WAITLISTED, OBSERVER_DECLINED = "observer_confirmed", "observer_waitlisted", "observer_declined"
OBSERVER_MOVED_UP, OBSERVER_MOVED, OBSERVER_CLOSED = "observer_moved_up", "observer_moved", "observer_closed"
APPLICATION_DECIDED, RECUSAL_DECIDED = "application_decided", "recusal_decided"


class Occasion(msgspec.Struct, frozen=True, kw_only=True):
    """A hearing as messages tell of it. ``subject`` is the neutral title. Names and places in both languages (zh, en).
    ``mailbox`` is the address that messages come from."""

    number: str
    subject: str
    open: bool
    begins_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    place_zh: str
    place_en: str
    office_zh: str
    office_en: str
    phone: str
    mailbox: str

    def office(self, language: str) -> str:
        return self.office_zh if language == CHINESE else self.office_en

    def place(self, language: str) -> str:
        return self.place_zh if language == CHINESE else self.place_en


class Guest(msgspec.Struct, frozen=True, kw_only=True):
    """Who is written to. ``to``: the address of the channel (mail, telephone, or postal address; for a letter handed over,
    the name)."""

    name: str
    to: str
    language: str = CHINESE


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """The hearing in this person's calendar. ``reply_to``: see `calendar_mail.reply_address`; ``made_at`` when they were
    first invited, ``changed_at`` when what it says last changed, ``now`` for the stamp."""

    uid: str
    sequence: int
    reply_to: str
    made_at: datetime
    changed_at: datetime
    now: datetime
    url: str = ""


class Person(msgspec.Struct, frozen=True):
    """Somebody named to the parties: what they are at the hearing, name, identity (such as NPC deputy)."""

    role: str
    name: str
    identity: str = ""


def invitation(
    channel: Channel, occasion: Occasion, guest: Guest, *, entry: Entry, link: str, reply_by: datetime, sms_code: str
) -> Content:
    """A hearing officer is invited."""
    more = {"link": link, "sms_code": sms_code, **moment("reply_by", occasion, guest, reply_by)}
    return content(INVITATION, channel, occasion, guest, entry, more)


def reminder(channel: Channel, occasion: Occasion, guest: Guest, *, link: str, reply_by: datetime, sms_code: str) -> Content:
    """To those who have not answered, and to nobody else."""
    more = {"link": link, "sms_code": sms_code, **moment("reply_by", occasion, guest, reply_by)}
    return content(REMINDER, channel, occasion, guest, None, more)


def old_date(channel: Channel, occasion: Occasion, guest: Guest, *, link: str, sms_code: str, was: datetime) -> Content:
    """An answer came that was about the old date."""
    return content(OLD_DATE, channel, occasion, guest, None,
                   {"link": link, "sms_code": sms_code, **moment("was", occasion, guest, was)})


def pack_available(channel: Channel, occasion: Occasion, guest: Guest, *, link: str) -> Content:
    """After acceptance and the conflict check: the papers can be read. The message itself says nothing of the case."""
    return content(PACK_AVAILABLE, channel, occasion, guest, None, {"link": link})


def participants_notice(
    channel: Channel, occasion: Occasion, guest: Guest, *, cause: str, role: str, link: str = "", entry: Entry | None = None
) -> Content:
    """Cause, time and place to a participant (2020 rule, Art. 10)."""
    more = {"cause": cause, "role": role, "link": link}
    return content(PARTICIPANTS_NOTICE, channel, occasion, guest, entry, more)


def names_notice(
    channel: Channel, occasion: Occasion, guest: Guest, *, people: list[Person], link: str = "", until: date | None = None
) -> Content:
    """Names and identities of moderator and officers, to parties only (2020 rule, Art. 10). ``until``: by when to ask that
    somebody step aside, if the hearing is not to be delayed."""
    more = {"people": people, "link": link, "until": words.day(until, guest.language) if until else ""}
    return content(NAMES_NOTICE, channel, occasion, guest, None, more)


def observer_confirmed(channel: Channel, occasion: Occasion, guest: Guest, *, link: str) -> Content:
    return content(OBSERVER_CONFIRMED, channel, occasion, guest, None, {"link": link})


def observer_waitlisted(channel: Channel, occasion: Occasion, guest: Guest, *, link: str) -> Content:
    return content(OBSERVER_WAITLISTED, channel, occasion, guest, None, {"link": link})


def observer_moved_up(channel: Channel, occasion: Occasion, guest: Guest, *, link: str) -> Content:
    """A seat became free: who waited has it now."""
    return content(OBSERVER_MOVED_UP, channel, occasion, guest, None, {"link": link})


def observer_moved(channel: Channel, occasion: Occasion, guest: Guest, *, link: str, was: datetime, was_at: str) -> Content:
    """The hearing has another time or place now; a seat or a place on the waiting list is kept."""
    more = {"link": link, "was_at": was_at, **moment("was", occasion, guest, was)}
    return content(OBSERVER_MOVED, channel, occasion, guest, None, more)


def observer_declined(channel: Channel, occasion: Occasion, guest: Guest, *, reason: str) -> Content:
    return content(OBSERVER_DECLINED, channel, occasion, guest, None, {"reason": reason})


def application_decided(channel: Channel, occasion: Occasion, guest: Guest, *, granted: bool, reason: str = "") -> Content:
    """To a party who asked for a hearing (Art. 9). Its words use neither time nor place."""
    return content(APPLICATION_DECIDED, channel, occasion, guest, None, {"granted": granted, "reason": reason})


def recusal_decided(
    channel: Channel, occasion: Occasion, guest: Guest, *, granted: bool, reason: str = "", until: date | None = None
) -> Content:
    """To whoever asked that somebody step aside. ``until``: the last day for asking that it be reconsidered."""
    more = {"granted": granted, "reason": reason, "until": words.day(until, guest.language) if until else ""}
    return content(RECUSAL_DECIDED, channel, occasion, guest, None, more)


def content(
    kind: str, channel: Channel, occasion: Occasion, guest: Guest, entry: Entry | None, more: dict[str, Any]
) -> Content:
    """One kind of message as this channel takes it; ``more``: what its template names beside the facts of the hearing."""
    said = wording(
        kind, guest.language, office=occasion.office(guest.language), name=guest.name, number=occasion.number,
        subject_matter=occasion.subject, open=occasion.open, place=occasion.place(guest.language), phone=occasion.phone,
        length=words.minutes(_minutes(occasion), guest.language), **moment("when", occasion, guest, occasion.begins_at), **more,
    )
    if channel == Channel.SMS:
        return Text(guest.to, said.short)
    if channel == Channel.LETTER:
        return Letter(guest.to, kind if kind in PAPERS else "message", paper(said, occasion, guest), guest.language)
    return _mail(kind, said, occasion, guest, entry)


# Kinds whose letter has a form of its own; the others share one.
PAPERS = {INVITATION, PARTICIPANTS_NOTICE, NAMES_NOTICE}


def paper(said: Wording, occasion: Occasion, guest: Guest) -> dict[str, Any]:
    """What a letter is printed from, as plain data."""
    return {
        "office": said.office, "title": said.title, "number": occasion.number, "name": guest.name, "phone": occasion.phone,
        "blocks": msgspec.to_builtins(said.blocks),
    }


def _mail(kind: str, said: Wording, occasion: Occasion, guest: Guest, entry: Entry | None) -> Mail:
    sender = entry.reply_to if entry else occasion.mailbox
    organizer, attendee = Party(said.office, sender), Party(guest.name, guest.to)
    if entry is None:
        mime = plain_mail(said, organizer=organizer, attendee=attendee, name=f"{kind} {occasion.number} {guest.to}")
    elif kind in (CANCELLATION, RELEASED, POSTPONED, REMOVED):
        mime = cancel_mail(_appointment(occasion, guest, entry), said, organizer=organizer, attendee=attendee)
    else:
        compose = update_mail if entry.sequence else invitation_mail
        mime = compose(_appointment(occasion, guest, entry), said, organizer=organizer, attendee=attendee)
    return Mail(guest.to, mime.decode("ascii"), sender)


def _appointment(occasion: Occasion, guest: Guest, entry: Entry) -> Appointment:
    chinese = guest.language == CHINESE
    phone = f"电话 {occasion.phone}" if chinese else f"Telephone {occasion.phone}"
    return Appointment(
        uid=entry.uid, sequence=entry.sequence, begins_at=occasion.begins_at, ends_at=occasion.ends_at,
        summary=f"检察听证（{occasion.number}）" if chinese else f"Hearing {occasion.number}",
        place=occasion.place(guest.language), url=entry.url, made_at=entry.made_at, changed_at=entry.changed_at,
        stamped_at=entry.now,
        description=f"{occasion.office(guest.language)}\n{phone}",
    )


def _minutes(occasion: Occasion) -> int:
    return int((occasion.ends_at - occasion.begins_at).total_seconds() // 60)


def moment(name: str, occasion: Occasion, guest: Guest, when: datetime | None) -> dict[str, str]:
    """A time in full and, as ``…_short``, for a text message; empty when there is none."""
    full, short = (_in_full(occasion, guest, when), _briefly(occasion, guest, when)) if when else ("", "")
    return {name: full, f"{name}_short": short}


def _in_full(occasion: Occasion, guest: Guest, when: datetime) -> str:
    """Day and time in full, at the office."""
    local = when.astimezone(occasion.zone)
    return f"{words.day(local.date(), guest.language)} {words.clock(when, occasion.zone)}"


def _briefly(occasion: Occasion, guest: Guest, when: datetime) -> str:
    """Day and time for a text message."""
    local = when.astimezone(occasion.zone)
    if guest.language == CHINESE:
        return f"{local.month}月{local.day}日（周{'一二三四五六日'[local.weekday()]}）{local:%H:%M}"
    return f"{words.WEEKDAYS[local.weekday()][:3]} {local.day} {words.MONTHS[local.month - 1][:3]} {local:%H:%M}"
