"""What a handler of the staff's side needs of the application, in one: who acts, in which hall, how to do and to show.
Decides nothing about rights: the guards have."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from litestar import Request, Response
from litestar.di import NamedDependency, Provide
from litestar.response import Redirect
from sqlmodel import Session

from kiosk.booth.needs import NEEDS
from kiosk.picture import Picture, Pictures, ThePictures
from kiosk.plan import HallPlan
from shared.database import Database
from shared.door import Door
from shared.errors import Refused
from shared.frame import said, staff_page
from shared.given import TheAsker, TheDatabase, TheDoor, ThePages
from shared.identity import Identity
from shared.pages import Pages, language_of

P = ParamSpec("P")
R = TypeVar("R")


def hall_of(identity: Identity, pictures: Pictures, asked: str | None) -> UUID:
    """The hall of somebody's sign-in; for staff of all halls the one asked for, in their own office only.

    Refuses ``unknown-hall``.
    """
    if identity.hall_id is not None:
        return identity.hall_id
    own = {code: hall for code, hall in pictures.halls.items() if pictures.now_seen(hall).plan.office_id == identity.office_id}
    if not own or (asked and asked not in own):
        raise Refused("unknown-hall", 404)
    return own[asked] if asked else next(iter(own.values()))


class Staffroom:
    """One request of a member of staff."""

    def __init__(
        self, request: Request[Any, Any, Any], db: Database, door: Door, pages: Pages, pictures: Pictures, identity: Identity
    ) -> None:
        self.request, self.db, self.door = request, db, door
        self.pages, self.pictures, self.identity = pages, pictures, identity
        self.hall = hall_of(identity, pictures, request.query_params.get("hall"))
        self.now = datetime.now(UTC)

    @property
    def plan(self) -> HallPlan:
        return self.pictures.now_seen(self.hall).plan

    @property
    def language(self) -> str:
        return language_of(self.request, self.pages.settings.locale)

    @property
    def is_fragment(self) -> bool:
        """Whether htmx asks, and wants only what has changed."""
        return "hx-request" in self.request.headers

    async def picture(self) -> Picture:
        """The hall as the database is now."""
        return await self.pictures.fresh(self.hall)

    async def read(self, query: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await self.db.read(query, *args, **kwargs)

    async def act(self, action: Callable[..., R], **more: Any) -> R:
        """Does something in this hall, now, in the name of who asks."""
        return await self.db.write(action, plan=self.plan, now=self.now, by=self.identity.by, **more)

    async def act_on_seats(self, action: Callable[..., R], **more: Any) -> R:
        """`act` for what changes where somebody sits: this process forgets at once whom it knew."""
        return await self.door.write(action, plan=self.plan, now=self.now, by=self.identity.by, **more)

    def page(self, template: str, *, status: int = 200, **context: Any) -> Response[str]:
        told = {**self._known(), **context}
        return staff_page(self.request, self.pages, self.identity, template, status=status, **told)

    def fragment(self, text: str, *, status: int = 200, headers: dict[str, str] | None = None) -> Response[str]:
        told = {"cache-control": "no-store", **(headers or {})}
        return Response(text, status_code=status, media_type="text/html; charset=utf-8", headers=told)

    def render(self, template: str, **context: Any) -> str:
        told = {"said": said(context.get("refusal"), self.language), **self._known(), **context}
        return self.pages.render(template, self.language, identity=self.identity, **told)

    def _known(self) -> dict[str, Any]:
        kept = "kept" in self.request.query_params  # what was sent has been kept, and this is the page after it
        return {"now": self.now, "plan": self.plan, "needs": NEEDS, "kept": kept}

    def go(self, address: str) -> Response[Any]:
        """On to another page, for a browser and for htmx alike."""
        if self.is_fragment:
            return Response(None, status_code=200, headers={"HX-Redirect": address})
        return Redirect(address, status_code=303)


async def provide_staffroom(
    request: Request[Any, Any, Any], db: TheDatabase, door: TheDoor, pages: ThePages, pictures: ThePictures, identity: TheAsker
) -> Staffroom:
    return Staffroom(request, db, door, pages, pictures, identity)


STAFFROOM = {"room": Provide(provide_staffroom)}
TheStaffroom = NamedDependency[Staffroom]
