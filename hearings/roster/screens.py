"""The roster of hearing officers for case management: the list and its search, one member's file, and what is done there.
Taking somebody on is in `member_screens`, the roster as a table in `table_screens`."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, QueryParameter, URLEncodedBody
from msgspec import Struct

from cases.caseroom import go
from hearings import rules
from hearings.hearingroom import HEARINGROOM, Hearingroom, TheHearingroom
from hearings.law import ELIGIBILITY
from hearings.roster.actions import (
    TIES,
    check_eligibility,
    declare_interest,
    renew_link,
    reveal_member,
    set_consent,
    set_standing,
)
from hearings.roster.availability import add_leave, remove_leave, set_weekly
from hearings.roster.due_checks import due_checks
from hearings.roster.forms import day
from hearings.roster.member_file import member_file
from hearings.roster.own_link import token_of
from hearings.roster.queries import Listed, members
from hearings.roster.rules import LOOKED_AT
from hearings.roster.tables import HalfDay, Standing
from shared import codes
from shared.door import require
from shared.errors import Refused
from shared.given import TheSettings
from shared.people import Role

READ = (Role.CASE_MANAGEMENT, Role.CHIEF_PROCURATOR, Role.SUPERVISOR, Role.AUDITOR)
MANAGE = [require(*rules.MANAGEMENT)]
Short = Annotated[str, QueryParameter(max_length=40)]
Member = FromPath[UUID]


class SearchForm(Struct):
    q: str = ""


class StandingForm(Struct):
    to: str = ""
    reason: str = ""


class LeaveForm(Struct):
    begins_on: str = ""
    ends_on: str = ""


class TieForm(Struct):
    kind: str = "other"
    unit: str = ""
    name: str = ""


class ConsentForm(Struct):
    purpose: str = ""
    granted: str = ""
    evidence: str = ""


class ReasonForm(Struct):
    reason: str = ""


@get("/", include_in_schema=False)
async def show_list(room: TheHearingroom, category: Short = "", standing: Short = "") -> Response[str]:
    chosen = standing if standing in set(Standing) else ""
    found = await room.read(members, centre=room.centre, sealing=room.vault, category=category, standing=chosen)
    whole = not category and not chosen and may_manage(room)
    due = await room.read(due_checks, centre=room.centre, sealing=room.vault) if whole else []
    return list_page(room, found, category=category, standing=chosen, due=due)


@post("/", include_in_schema=False, status_code=200)
async def find(room: TheHearingroom, data: URLEncodedBody[SearchForm]) -> Response[Any]:
    """By POST, so that no name or number gets into an address or a log."""
    if not data.q.strip():
        return go("/desk/roster")
    found = await room.read(members, centre=room.centre, sealing=room.vault, q=data.q)
    return list_page(room, found, q=data.q.strip())


@get("/{member:uuid}", include_in_schema=False)
async def show_file(room: TheHearingroom, member: Member) -> Response[str]:
    return await file_page(room, member)


@post("/{member:uuid}/reveal", include_in_schema=False, guards=MANAGE, status_code=200)
async def reveal(room: TheHearingroom, member: Member, data: URLEncodedBody[ReasonForm]) -> Response[Any]:
    """Answers with the unmasked page itself: there is no address under which it could be opened again."""
    try:
        await room.act(reveal_member, member_id=member, reason=data.reason)
    except Refused as refusal:
        return await file_page(room, member, refusal, "reveal")
    return await file_page(room, member, revealed=True)


@post("/{member:uuid}/standing", include_in_schema=False, guards=MANAGE)
async def stand(room: TheHearingroom, member: Member, data: URLEncodedBody[StandingForm]) -> Response[Any]:
    if data.to not in set(Standing):
        return await file_page(room, member, Refused("choice-needed", 422), "standing")
    return await _done(room, member, "standing", set_standing, to=Standing(data.to), reason=data.reason)


@post("/{member:uuid}/checks", include_in_schema=False, guards=MANAGE)
async def check(room: TheHearingroom, member: Member) -> Response[Any]:
    form = await room.request.form()
    told = {item: str(form.get(item, "")) for item in LOOKED_AT}
    checks = {item: answer == "yes" for item, answer in told.items() if answer in ("yes", "no")}
    try:
        on = day(str(form.get("on", ""))) or room.centre.today
    except Refused as refusal:
        return await file_page(room, member, refusal, "checks")
    return await _done(room, member, "checks", check_eligibility, checks=checks, evidence=str(form.get("evidence", "")), on=on)


@post("/{member:uuid}/weekly", include_in_schema=False, guards=MANAGE)
async def weekly(room: TheHearingroom, member: Member) -> Response[Any]:
    form = await room.request.form()
    return await _done(room, member, "weekly", set_weekly, halves=halves_in(form.getall("half", [])))


@post("/{member:uuid}/leave", include_in_schema=False, guards=MANAGE)
async def leave(room: TheHearingroom, member: Member, data: URLEncodedBody[LeaveForm]) -> Response[Any]:
    try:
        days = leave_days(data)
    except Refused as refusal:
        return await file_page(room, member, refusal, "leave")
    return await _done(room, member, "leave", add_leave, **days)


@post("/{member:uuid}/leave/{leave_id:uuid}/remove", include_in_schema=False, guards=MANAGE)
async def no_leave(room: TheHearingroom, member: Member, leave_id: FromPath[UUID]) -> Response[Any]:
    return await _done(room, member, "leave", remove_leave, leave_id=leave_id)


@post("/{member:uuid}/ties", include_in_schema=False, guards=MANAGE)
async def tie(room: TheHearingroom, member: Member, data: URLEncodedBody[TieForm]) -> Response[Any]:
    return await _done(room, member, "ties", declare_interest, kind=data.kind, unit=data.unit, name=data.name,
                       sealing=room.vault)


@post("/{member:uuid}/consents", include_in_schema=False, guards=MANAGE)
async def consent(room: TheHearingroom, member: Member, data: URLEncodedBody[ConsentForm]) -> Response[Any]:
    if data.purpose not in ("roster", "sharing", "messages"):
        return await file_page(room, member, Refused("choice-needed", 422), "consents")
    return await _done(room, member, "consents", set_consent, purpose=data.purpose, granted=data.granted == "1",
                       evidence=data.evidence)


@get("/{member:uuid}/link", include_in_schema=False, guards=MANAGE)
async def show_link(room: TheHearingroom, member: Member, settings: TheSettings) -> Response[str]:
    """The member's own link with its QR, to hand over or to print."""
    file = await room.read(member_file, centre=room.centre, member_id=member, sealing=room.vault)
    token = await room.read(token_of, centre=room.centre, member_id=member, sealing=room.vault)
    address = f"{settings.public_url}/officers/{token}"
    return room.page("hearings/member_link.html", file=file, address=address, qr=codes.qr_svg(address, title=file.line.name))


@post("/{member:uuid}/link", include_in_schema=False, guards=MANAGE)
async def new_link(room: TheHearingroom, member: Member) -> Response[Any]:
    await room.act(renew_link, member_id=member)
    return go(f"/desk/roster/{member}/link")


# Parts --------------------------------------------------------------------------------------------------------------


def list_page(room: Hearingroom, found: Listed, *, status: int = 200, **context: Any) -> Response[str]:
    told = {"category": "", "standing": "", "q": "", "due": (), **context}
    return room.page("hearings/roster.html", status=status, found=found, may_manage=may_manage(room),
                     standings=list(Standing), check_months=room.centre.provisions["hearing.check_months"], **told)


async def file_page(
    room: Hearingroom, member: UUID, refusal: Refused | None = None, at: str = "", *, revealed: bool = False
) -> Response[str]:
    file = await room.read(member_file, centre=room.centre, member_id=member, sealing=room.vault, revealed=revealed)
    return room.page(
        "hearings/member.html", status=refusal.status if refusal else 200, file=file, refusal=refusal, at=at,
        may_manage=may_manage(room), halves=list(HalfDay), ties=TIES, bars_if_yes=dict(ELIGIBILITY),
    )


def may_manage(room: Hearingroom) -> bool:
    return not rules.MANAGEMENT.isdisjoint(room.identity.roles)


def halves_in(texts: list[Any]) -> set[tuple[int, HalfDay]]:
    """The half-days ticked, each as ``weekday-half``."""
    parts = (str(text).partition("-") for text in texts)
    return {(int(weekday), HalfDay(half)) for weekday, _, half in parts if weekday in "0123456" and half in set(HalfDay)}


def leave_days(form: LeaveForm) -> dict[str, Any]:
    """Refuses ``day-form``. One day when no last one is named."""
    begins = day(form.begins_on)
    if begins is None:
        raise Refused("day-form", 422)
    return {"begins_on": begins, "ends_on": day(form.ends_on) or begins}


async def _done(room: Hearingroom, member: UUID, at: str, action: Any, **more: Any) -> Response[Any]:
    try:
        await room.act(action, member_id=member, **more)
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        return await file_page(room, member, refusal, at)
    return go(f"/desk/roster/{member}#{at}")


router = Router(
    "/desk/roster", dependencies=HEARINGROOM, guards=[require(*READ)],
    route_handlers=[show_list, find, show_file, reveal, stand, check, weekly, leave, no_leave, tie, consent, show_link, new_link],
)
handlers = [router]
