"""A hearing officer's own page, opened with their link and without an account: when they can come, when they are away, ties
that keep them from a case, and the draws they were in. Opening it changes nothing."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from cases.centre import Centre
from hearings.roster.actions import TIES, declare_interest
from hearings.roster.availability import add_leave, remove_leave, set_weekly
from hearings.roster.member_draws import own_tickets
from hearings.roster.member_file import leaves_of, member_file, weekly_of
from hearings.roster.own_link import holder_of
from hearings.roster.screens import LeaveForm, TieForm, halves_in, leave_days
from hearings.roster.tables import HalfDay
from shared.database import Database
from shared.errors import Refused
from shared.frame import in_language, said
from shared.given import TheDatabase, ThePages, TheSettings, TheVault
from shared.identity import Identity
from shared.pages import Pages, language_of
from shared.vault import Vault


class OwnRoom:
    """One request of a member with their link."""

    def __init__(
        self, request: Request[Any, Any, Any], db: Database, pages: Pages, vault: Vault, token: str, holder: Identity,
        centre: Centre, now: datetime,
    ) -> None:
        self.request, self.db, self.pages, self.vault = request, db, pages, vault
        self.token, self.holder, self.centre, self.now = token, holder, centre, now
        assert holder.id is not None
        self.member_id: UUID = holder.id

    async def act(self, action: Any, at: str, **more: Any) -> Response[Any]:
        """Does something to the holder's own entries and shows the page; what is refused stands on it."""
        try:
            await self.db.write(action, centre=self.centre, member_id=self.member_id, now=self.now, by=self.holder, **more)
        except Refused as refusal:
            return await self.page(refusal, at)
        return Redirect(f"/officers/{self.token}?done={at}#{at}", status_code=303)

    async def page(self, refusal: Refused | None = None, at: str = "") -> Response[Any]:
        read, language = self.db.read, language_of(self.request, self.pages.settings.locale)
        told: dict[str, Any] = {"centre": self.centre, "member_id": self.member_id, "sealing": self.vault}
        return in_language(
            self.request, self.pages, "hearings/member_own.html", language, here=f"/officers/{self.token}",
            status=refusal.status if refusal else 200, plan=self.centre, now=self.now, token=self.token,
            file=await read(member_file, **told), weekly=await read(weekly_of, self.member_id), halves=list(HalfDay),
            leaves=await read(leaves_of, self.member_id, self.centre.today), tickets=await read(own_tickets, **told), ties=TIES,
            refusal=said(refusal, language), at=at or self.request.query_params.get("done", ""),
        )


async def provide_own_room(
    request: Request[Any, Any, Any], db: TheDatabase, pages: ThePages, vault: TheVault, settings: TheSettings
) -> OwnRoom:
    now, token = datetime.now(UTC), str(request.path_params["token"])
    holder, centre = await db.read(holder_of, token=token, sealing=vault, now=now)
    return OwnRoom(request, db, pages, vault, token, holder, centre, now)


TheOwnRoom = NamedDependency[OwnRoom]


@get("/", include_in_schema=False)
async def show(own: TheOwnRoom) -> Response[Any]:
    return await own.page()


@post("/weekly", include_in_schema=False)
async def weekly(own: TheOwnRoom) -> Response[Any]:
    form = await own.request.form()
    return await own.act(set_weekly, "weekly", halves=halves_in(form.getall("half", [])))


@post("/leave", include_in_schema=False)
async def leave(own: TheOwnRoom, data: URLEncodedBody[LeaveForm]) -> Response[Any]:
    try:
        days = leave_days(data)
    except Refused as refusal:
        return await own.page(refusal, "leave")
    return await own.act(add_leave, "leave", **days)


@post("/leave/{leave_id:uuid}/remove", include_in_schema=False)
async def no_leave(own: TheOwnRoom, leave_id: FromPath[UUID]) -> Response[Any]:
    return await own.act(remove_leave, "leave", leave_id=leave_id)


@post("/ties", include_in_schema=False)
async def tie(own: TheOwnRoom, data: URLEncodedBody[TieForm]) -> Response[Any]:
    return await own.act(declare_interest, "ties", kind=data.kind, unit=data.unit, name=data.name, sealing=own.vault)


router = Router(
    "/officers/{token:str}", route_handlers=[show, weekly, leave, no_leave, tie],
    dependencies={"own": Provide(provide_own_room)},
)
handlers = [router]
