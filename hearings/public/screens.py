"""The public announcements: the list, one hearing, and both as feeds. Nobody signs in, nothing is changed here."""

from typing import Any
from uuid import UUID

from litestar import Response, Router, get
from litestar.params import FromPath

from hearings.foyer import FOYER, Foyer, TheFoyer
from hearings.invitations.calendar_mail import Party
from hearings.public import feed as public_feed
from hearings.public.queries import Announcement, announcement, announcements
from shared import codes, words

SECONDS_KEPT = 300
Hearing = FromPath[UUID]


@get("/", include_in_schema=False)
async def show_list(foyer: TheFoyer) -> Response[str]:
    return foyer.page("public_list", here="/hearings", found=await _announced(foyer))


@get("/feed.xml", include_in_schema=False)
async def atom(foyer: TheFoyer) -> Response[bytes]:
    """RFC 4287. Each hearing keeps its id; what happens to it changes its headline and its date."""
    found, _ = await _announced(foyer), words.translator(foyer.language)
    text = foyer.pages.render(
        "hearings/public_feed.xml", foyer.language, found=found, public_url=foyer.settings.public_url, centre=foyer.centre,
        now=foyer.now, headlines={one.id: public_feed.headline(one, _) for one in found},
    )
    return _file(text.encode(), "application/atom+xml; charset=utf-8")


@get("/calendar.ics", include_in_schema=False)
async def calendar(foyer: TheFoyer) -> Response[bytes]:
    """To subscribe to: METHOD:PUBLISH, no attendee."""
    return _calendar(foyer, await _announced(foyer))


@get("/{hearing:uuid}", include_in_schema=False)
async def show(foyer: TheFoyer, hearing: Hearing) -> Response[str]:
    """One announced hearing; on paper it is the public notice as it hangs in the hall."""
    one = await foyer.read(announcement, hearing_id=hearing)
    _ = words.translator(foyer.language)
    qr = codes.qr_svg(f"{foyer.settings.public_url}/hearings/{one.id}", title=_("This announcement on your phone"))
    return foyer.page("public_hearing", here=f"/hearings/{one.id}", one=one, takes=one.takes_applications(foyer.now), qr=qr)


@get("/{hearing:uuid}/calendar.ics", include_in_schema=False)
async def one_calendar(foyer: TheFoyer, hearing: Hearing) -> Response[bytes]:
    return _calendar(foyer, [await foyer.read(announcement, hearing_id=hearing)])


async def _announced(foyer: Foyer) -> list[Announcement]:
    return await foyer.read(announcements, office_id=foyer.centre.office_id, zone=foyer.centre.zone, now=foyer.now)


def _calendar(foyer: Foyer, found: list[Announcement]) -> Response[bytes]:
    _ = words.translator(foyer.language)
    title = _("Public hearings of %(office)s", office=foyer.centre.office(foyer.language))
    office = Party(foyer.centre.office(foyer.language), foyer.settings.sender)
    body = public_feed.calendar(found, title=title, public_url=foyer.settings.public_url, organizer=office, words=_)
    return _file(body, "text/calendar; charset=utf-8; method=PUBLISH")


def _file(body: bytes, kind: str) -> Response[Any]:
    return Response(body, media_type=kind, headers={"cache-control": f"public, max-age={SECONDS_KEPT}"})


router = Router("/hearings", route_handlers=[show_list, atom, calendar, show, one_calendar], dependencies=FOYER)
handlers = [router]
