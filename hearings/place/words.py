"""What stands in the way of a time, and the ways out, in words: English source texts by the planner's codes, to be said through
gettext."""

from collections.abc import Mapping

import msgspec

from hearings.proposals.problem import Obstacle, Relaxation, Way
from shared import words
from shared.refusals import N_

# Code -> text, and the article that it rests on.
OBSTACLES = {
    "no_workday": (N_("No workday is left in the time allowed."), ""),
    "notice": (N_("Notice could no longer be given in time."), "notice"),
    "pool": (N_("Too few officers could be drawn."), "roster"),
    "panel": (N_("No lawful panel can be made of the officers who can come."), "panel-size"),
    "room_needs": (N_("No room has what this hearing needs."), "place"),
    "hours": (N_("With setting up and clearing it is longer than a half-day."), ""),
    "rooms_taken": (N_("The rooms that suit it are taken or closed."), "no-room-twice"),
    "room_taken": (N_("The room is taken or closed."), "no-room-twice"),
    "room_closed": (N_("The room is closed."), "place"),
    "staff_busy": (N_("A colleague has no time."), "no-room-twice"),
    "no_common_time": (N_("Room and people are never free at the same time."), "no-room-twice"),
}
WAYS = {
    "other_room": N_("Take a room with fewer places or without broadcasting"),
    "other_moderator": N_("Let another prosecutor moderate"),
    "later": N_("Allow up to %(n)s more days"),
    "smaller_panel": N_("A panel of %(n)s officers"),
    "narrow_draw": N_("Draw from a narrower pool"),
    "notice_waived": N_("Everybody concerned does without the days of notice"),
    "new_notice": N_("Tell everybody of a new date"),
    "on_site": N_("Hold it elsewhere"),
    "outsider": N_("Invite an officer from outside the roster"),
}
AGREED_BY = {
    "handler": N_("the handler"), "department_head": N_("the head of department"), "chief_procurator": N_("the chief procurator"),
    "parties": N_("the parties"),
}
# Where a way out is taken, as a tab of the hearing.
DONE_AT = {
    "other_moderator": "/plan", "later": "/request", "smaller_panel": "", "notice_waived": "/notices", "on_site": "",
    "outsider": "/draw", "narrow_draw": "/draw", "other_room": "/plan",
}


class Hindrance(msgspec.Struct, frozen=True):
    """One obstacle in the reader's words. ``article``: the code of the rule it rests on, or empty."""

    code: str
    text: str
    about: str
    article: str
    half_days: int


class WayOut(msgspec.Struct, frozen=True):
    """One way out in the reader's words: what, who must agree, which rule, where to do it, how many starts it opens."""

    what: tuple[str, ...]
    agreed_by: tuple[str, ...]
    sources: tuple[str, ...]
    address: str
    price: int
    starts: int


def hindrance(one: Obstacle, language: str, called: Mapping[str, str]) -> Hindrance:
    """``called``: names of staff by key, of categories and fields by code."""
    text, article = OBSTACLES[one.code]
    key = one.detail.split()[-1] if one.detail else ""
    joined = " / ".join(called.get(part, part) for part in key.split("+")) if key and one.code != "no_workday" else ""
    return Hindrance(one.code, words.translator(language)(text), joined, article, one.half_days)


def way_out(one: Relaxation, language: str) -> WayOut:
    _ = words.translator(language)
    agree = tuple(dict.fromkeys(_(AGREED_BY[way.agreed_by]) for way in one.ways))
    address = next((DONE_AT[way.code] for way in one.ways if way.code in DONE_AT), "")
    return WayOut(tuple(_way(way, language) for way in one.ways), agree, tuple(dict.fromkeys(way.source for way in one.ways)),
                  address, one.price, one.starts)


def _way(way: Way, language: str) -> str:
    text = WAYS[way.code]
    return words.translator(language)(text, n=way.value) if "%(" in text else words.translator(language)(text)
