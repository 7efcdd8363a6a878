"""The frame of every page: for staff who is signed in and which places they may go to, for everybody the language they have
chosen. What a page shows between is the rooms' own."""

from collections.abc import Collection
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.datastructures import Cookie

from shared import words
from shared.errors import Refused
from shared.identity import Identity
from shared.pages import LANGUAGE_COOKIE, Pages, language_of
from shared.people import Role
from shared.refusals import N_, advice, sentence

LANGUAGE_DAYS = 365


class Place(msgspec.Struct, frozen=True):
    """A page of the staff's side, for whoever holds one of its roles; ``group`` is where it stands among many."""

    address: str
    name: str
    icon: str
    group: str
    roles: frozenset[str]


READERS = frozenset((Role.WINDOW_CLERK, Role.CASE_HANDLER, Role.SUPERVISOR, Role.AUDITOR))
HEARERS = frozenset((Role.CASE_HANDLER, Role.CASE_MANAGEMENT, Role.CHIEF_PROCURATOR, Role.SUPERVISOR, Role.AUDITOR))
HALL, MATTERS, OFFICE = N_("In the hall"), N_("Cases and hearings"), N_("Set-up and records")
PLACES = (
    Place("/desk", N_("Guide desk"), "concierge-bell", HALL, frozenset((Role.GUIDE_DESK, Role.SUPERVISOR, Role.WINDOW_CLERK))),
    Place("/desk/hall", N_("The hall"), "layout-dashboard", HALL, frozenset((Role.SUPERVISOR, Role.CHIEF_PROCURATOR))),
    Place("/desk/bookings", N_("Bookings"), "calendar-clock", HALL, frozenset((Role.GUIDE_DESK, Role.SUPERVISOR))),
    Place("/cases", N_("Cases"), "folder-open", MATTERS, READERS),
    Place("/desk/hearings", N_("Hearings"), "landmark", MATTERS, HEARERS),
    Place("/desk/roster", N_("Roster"), "contact-round", MATTERS,
          frozenset((Role.CASE_MANAGEMENT, Role.CHIEF_PROCURATOR, Role.AUDITOR))),
    Place("/desk/discreet", N_("Discreet visits"), "door-closed", HALL, frozenset((Role.RECEIVER, Role.SUPERVISOR))),
    Place("/counter", N_("Window"), "monitor", HALL, frozenset((Role.WINDOW_CLERK, Role.SUPERVISOR))),
    Place("/desk/administration", N_("Set-up"), "settings", OFFICE, frozenset((Role.ADMINISTRATOR,))),
    Place("/desk/windows", N_("Windows and services"), "layout-grid", OFFICE, frozenset((Role.SUPERVISOR, Role.ADMINISTRATOR))),
    Place("/desk/devices", N_("Devices"), "tablet-smartphone", OFFICE, frozenset((Role.ADMINISTRATOR,))),
    Place("/desk/screens", N_("State of the screens"), "monitor-check", HALL, frozenset((Role.GUIDE_DESK, Role.ADMINISTRATOR))),
    Place("/desk/staff", N_("Staff"), "users", OFFICE, frozenset((Role.ADMINISTRATOR,))),
    Place("/desk/tokens", N_("Tokens"), "key-round", OFFICE, frozenset((Role.ADMINISTRATOR,))),
    Place("/desk/journal", N_("Journal"), "scroll-text", OFFICE, frozenset((Role.AUDITOR,))),
)
HOMES = {
    Role.WINDOW_CLERK: "/counter", Role.GUIDE_DESK: "/desk", Role.SUPERVISOR: "/desk/hall", Role.RECEIVER: "/desk/discreet",
    Role.CASE_HANDLER: "/cases",
    Role.CHIEF_PROCURATOR: "/desk/hearings/approvals", Role.CASE_MANAGEMENT: "/desk/hearings",
    Role.ADMINISTRATOR: "/desk/devices", Role.AUDITOR: "/desk/journal",
}  # fmt: skip


def places(roles: Collection[str]) -> list[Place]:
    """Where somebody with these roles may go, first the page that they start from."""
    first = home(roles)
    return sorted((place for place in PLACES if not place.roles.isdisjoint(roles)), key=lambda place: place.address != first)


def home(roles: Collection[str]) -> str:
    """The page that a member of staff starts from."""
    return next((address for role, address in HOMES.items() if role in roles), "/password")


class Said(msgspec.Struct, frozen=True):
    """A refusal in the reader's words: what is refused, and what to do next."""

    code: str
    title: str
    advice: str


def said(refusal: Refused | None, language: str) -> Said | None:
    if refusal is None:
        return None
    code, values = refusal.code, refusal.detail
    return Said(code, sentence(code, language, **values), advice(code, language, **values))


def staff_page(
    request: Request[Any, Any, Any], pages: Pages, identity: Identity, template: str, *, status: int = 200, **context: Any
) -> Response[str]:
    """A whole page for staff. A language asked for in the address is kept for what is done on the page.

    ``refusal`` in the context, if any, stands in the page as ``said``.
    """
    language = language_of(request, pages.settings.locale)
    told = {"said": said(context.get("refusal"), language), **context}
    answer = pages.answer(
        request, template, status=status, language=language, identity=identity, places=places(identity.roles), **told
    )
    if request.query_params.get("lang") in words.LANGUAGES:
        answer.cookies.append(language_cookie(language))
    return answer


def in_language(
    request: Request[Any, Any, Any], pages: Pages, template: str, language: str, *, here: str, status: int = 200, **context: Any
) -> Response[str]:
    """A page for a visitor; ``here`` is its address. A language asked for in the address is kept for the pages that follow."""
    other = words.ENGLISH if language == words.CHINESE else words.CHINESE
    answer = pages.answer(request, template, status=status, language=language, other_page=f"{here}?lang={other}", **context)
    if request.query_params.get("lang") in words.LANGUAGES:
        answer.cookies.append(language_cookie(language))
    return answer


def language_cookie(language: str) -> Cookie:
    return Cookie(LANGUAGE_COOKIE, value=language, max_age=LANGUAGE_DAYS * 86_400, httponly=True, samesite="lax", path="/")
