"""What a public page of the hearings room needs of the application, in one: which office, which language, how to read and to
show. Nobody is signed in here."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from litestar import Request, Response
from litestar.di import NamedDependency, Provide
from sqlmodel import Session

from cases.centre import Centre
from hearings.public.queries import public_centre
from shared.database import Database
from shared.errors import Refused
from shared.frame import in_language, said
from shared.given import TheDatabase, ThePages, TheSettings, TheVault
from shared.pages import Pages, language_of
from shared.settings import Settings
from shared.vault import Vault

P = ParamSpec("P")
R = TypeVar("R")


class Foyer:
    """One request of anybody about open hearings."""

    def __init__(
        self, request: Request[Any, Any, Any], db: Database, pages: Pages, vault: Vault, settings: Settings, centre: Centre,
        now: datetime,
    ) -> None:
        self.request, self.db, self.pages, self.vault = request, db, pages, vault
        self.settings, self.centre, self.now = settings, centre, now

    @property
    def language(self) -> str:
        return language_of(self.request, self.settings.locale)

    async def read(self, query: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await self.db.read(query, *args, **kwargs)

    async def act(self, action: Callable[..., R], **more: Any) -> R:
        return await self.db.write(action, sealing=self.vault, settings=self.settings, now=self.now, **more)

    def page(self, template: str, *, here: str, refusal: Refused | None = None, **context: Any) -> Response[str]:
        """``here`` is the page's address without language. What is refused stands on the page, with its status."""
        return in_language(
            self.request, self.pages, f"hearings/{template}.html", self.language, here=here,
            status=refusal.status if refusal else 200, now=self.now, plan=self.centre, refusal=said(refusal, self.language),
            public_url=self.settings.public_url, **context,
        )


async def provide_foyer(
    request: Request[Any, Any, Any], db: TheDatabase, pages: ThePages, vault: TheVault, settings: TheSettings
) -> Foyer:
    now = datetime.now(UTC)
    centre = await db.read(public_centre, _hall(request.query_params.get("hall", "")), now)
    return Foyer(request, db, pages, vault, settings, centre, now)


def _hall(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Refused("unknown-hall", 404) from None


FOYER = {"foyer": Provide(provide_foyer)}
TheFoyer = NamedDependency[Foyer]
