"""What a public page of bookings needs of the application, in one: which hall, which language, how to read, act and show; and the
slots laid out by day. Nobody is signed in here."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any, Concatenate, ParamSpec, TypeVar

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency, Provide
from litestar.response import Redirect
from sqlmodel import Session

from kiosk.bookings.places import lead_of
from kiosk.bookings.queries import Slot, slots
from kiosk.picture import Pictures, ThePictures
from kiosk.plan import HallPlan, ServicePlan
from shared.database import Database
from shared.errors import Refused
from shared.frame import in_language, said
from shared.given import TheDatabase, ThePages, TheSettings, TheVault
from shared.identity import VISITOR
from shared.pages import Pages, language_of
from shared.settings import Settings
from shared.vault import Vault

P = ParamSpec("P")
R = TypeVar("R")
NOON = 12


class Day(msgspec.Struct, frozen=True):
    """A day with free slots, before and after noon."""

    day: date
    morning: list[Slot]
    afternoon: list[Slot]
    left: int


class Porch:
    """One request of anybody who books. ``plan``: of the hall asked for, or of the hall of one's booking."""

    def __init__(
        self, request: Request[Any, Any, Any], db: Database, pages: Pages, pictures: Pictures, vault: Vault, settings: Settings
    ) -> None:
        self.request, self.db, self.pages, self.pictures = request, db, pages, pictures
        self.vault, self.settings, self.now = vault, settings, datetime.now(UTC)
        self.hall = request.query_params.get("hall", "")
        self.plan: HallPlan = pictures.now_seen(pictures.hall_id(self.hall or None)).plan

    @property
    def language(self) -> str:
        return language_of(self.request, self.settings.locale)

    async def read(self, query: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await self.db.read(query, *args, **kwargs)

    async def act(self, action: Callable[..., R], **more: Any) -> R:
        means = {"sealing": self.vault, "settings": self.settings, "now": self.now, "by": VISITOR.by}
        return await self.db.write(action, plan=self.plan, **means, **more)

    async def days(self, service: ServicePlan, source: str = "web") -> list[Day]:
        found = await self.read(slots, plan=self.plan, service=service, now=self.now, lead=lead_of(self.plan, source))
        return by_day(self.plan, found)

    def to(self, path: str) -> str:
        """An address of ours that stays in this hall."""
        return f"{path}?hall={self.hall}" if self.hall else path

    def go(self, path: str) -> Redirect:
        return Redirect(path, status_code=303, headers={"cache-control": "no-store"})

    def page(
        self, template: str, *, here: str, refusal: Refused | None = None, status: int = 200, **context: Any
    ) -> Response[str]:
        """What is refused stands on the page, with its status."""
        return in_language(
            self.request, self.pages, f"booking/{template}.html", self.language, here=here, to=self.to,
            status=refusal.status if refusal else status, now=self.now, plan=self.plan, refusal=said(refusal, self.language),
            **context,
        )


def by_day(plan: HallPlan, found: Sequence[Slot]) -> list[Day]:
    """The free slots, by day."""
    free = [one for one in found if one.left]
    days = []
    for day, ones in groupby(free, key=lambda one: plan.today(one.starts_at)):
        of_day = list(ones)
        early = [one for one in of_day if one.starts_at.astimezone(plan.zone).hour < NOON]
        days.append(Day(day, early, of_day[len(early):], sum(one.left for one in of_day)))
    return days


def chosen(days: Sequence[Day], asked: str) -> Day | None:
    """The day asked for, else the first one."""
    return next((one for one in days if one.day.isoformat() == asked), days[0] if days else None)


def written(plan: HallPlan, at: datetime) -> str:
    """A beginning as addresses and forms carry it, in the hall's time: 20261124T0930."""
    return f"{at.astimezone(plan.zone):%Y%m%dT%H%M}"


def moment(plan: HallPlan, text: str) -> datetime:
    """What `written` wrote. Refuses ``slot-gone`` for anything else."""
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M").replace(tzinfo=plan.zone).astimezone(UTC)
    except ValueError:
        raise Refused("slot-gone", 409) from None


async def provide_porch(
    request: Request[Any, Any, Any], db: TheDatabase, pages: ThePages, pictures: ThePictures, vault: TheVault,
    settings: TheSettings,
) -> Porch:
    return Porch(request, db, pages, pictures, vault, settings)


PORCH = {"porch": Provide(provide_porch)}
ThePorch = NamedDependency[Porch]
