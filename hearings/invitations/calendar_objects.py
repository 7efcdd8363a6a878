"""Calendar objects (iCalendar, RFC 5545 and 5546): what `calendar_mail` carries and what a feed holds. Loaded only when one is
made: the library costs a start a fifth of a second."""

from datetime import datetime, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vCalAddress, vUri

from hearings.invitations.calendar_mail import AWAITED, PRODUCT, ZONE, Appointment, Method, Party, plain


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


def invitation(method: Method, event: Appointment, organizer: Party, attendee: Party) -> bytes:
    """The calendar object for one person."""
    calendar, entry = _calendar(method), _event(event, cancelled=method == Method.CANCEL)
    guest = vCalAddress(f"mailto:{''.join(attendee.address.split())}")
    guest.params.update({"CN": plain(attendee.name), **AWAITED})
    entry.add("organizer", _host(organizer), encode=False)
    entry.add("attendee", guest, encode=False)
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _host(organizer: Party) -> vCalAddress:
    host = vCalAddress(f"mailto:{organizer.address}")
    host.params["CN"] = plain(organizer.name)
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
