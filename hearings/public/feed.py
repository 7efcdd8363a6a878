"""The announcements as programs read them: an Atom feed and a calendar to subscribe to. Nobody's name or address is in them."""

from collections.abc import Sequence

from hearings.invitations.calendar_mail import Appointment, Party
from hearings.public.queries import Announcement, News
from shared.words import Words


def calendar(
    found: Sequence[Announcement], *, title: str, public_url: str, organizer: Party, words: Words
) -> bytes:
    """METHOD:PUBLISH. A hearing that is off, or whose old date is, stays in it, marked as cancelled, so that calendars take it
    out; with a new date it comes back under the same name."""
    from hearings.invitations.calendar_objects import feed

    return feed([_appointment(one, public_url, words) for one in found], title=title, organizer=organizer)


def headline(one: Announcement, _: Words) -> str:
    """The title, and before it whatever somebody must know who reads no further."""
    if one.news == News.CANCELLED:
        return _("Cancelled: %(title)s", title=one.paper.title)
    if one.news == News.POSTPONED:
        return _("Postponed, no new date yet: %(title)s", title=one.paper.title)
    if one.news == News.MOVED:
        return _("Date is being changed: %(title)s", title=one.paper.title)
    return one.paper.title


def _appointment(one: Announcement, public_url: str, words: Words) -> Appointment:
    url = f"{public_url}/hearings/{one.id}"
    host = public_url.partition("://")[2].partition("/")[0].partition(":")[0]
    return Appointment(
        uid=f"hearing-{one.id.hex}@{host}", sequence=one.sequence, begins_at=one.paper.begins_at, ends_at=one.paper.ends_at,
        summary=headline(one, words), place=f"{one.paper.office(words.language)} {one.paper.place(words.language)}", url=url,
        made_at=one.published_at, changed_at=one.changed_at, stamped_at=one.changed_at,
        cancelled=one.news in (News.CANCELLED, News.POSTPONED),
    )
