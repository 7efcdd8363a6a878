"""What a handler of the cases room needs of the application, in one: who acts, for which office, how to do and to show.
Decides nothing about rights: guards, rules and actions have."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from litestar import Request, Response
from litestar.di import NamedDependency, Provide
from litestar.response import Redirect
from sqlmodel import Session

from cases.centre import Centre, centre_of, found_registry
from shared.database import Database
from shared.errors import Refused
from shared.frame import staff_page
from shared.given import TheAsker, TheDatabase, ThePages, TheVault
from shared.identity import Identity
from shared.pages import Pages, language_of
from shared.refusals import advice, sentence
from shared.vault import Vault
from shared.words import CHINESE

P = ParamSpec("P")
R = TypeVar("R")


class Caseroom:
    """One request of a member of staff about matters."""

    def __init__(
        self, request: Request[Any, Any, Any], db: Database, pages: Pages, vault: Vault, identity: Identity, centre: Centre,
        now: datetime,
    ) -> None:
        self.request, self.db, self.pages, self.vault = request, db, pages, vault
        self.identity, self.centre, self.now = identity, centre, now

    @property
    def language(self) -> str:
        return language_of(self.request, self.pages.settings.locale)

    async def read(self, query: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await self.db.read(query, *args, **kwargs)

    async def act(self, action: Callable[..., R], **more: Any) -> R:
        """Does something in this office, now, in the name of who asks."""
        return await self.db.write(action, centre=self.centre, now=self.now, by=self.identity, **more)

    def page(self, template: str, *, status: int = 200, **context: Any) -> Response[str]:
        told = {"now": self.now, "plan": self.centre, "centre": self.centre, "refusal": None, **context}
        return staff_page(self.request, self.pages, self.identity, template, status=status, **told)

    def says(self, code: str) -> str:
        """What is wrong and what to do, in one line, to stand beside a field."""
        between = "" if self.language == CHINESE else " "
        return between.join((sentence(code, self.language), advice(code, self.language)))


def go(address: str) -> Response[Any]:
    return Redirect(address, status_code=303)


async def provide_caseroom(
    request: Request[Any, Any, Any], db: TheDatabase, pages: ThePages, vault: TheVault, identity: TheAsker
) -> Caseroom:
    """An office that has no register yet gets the standard one with the first look at it."""
    if identity.office_id is None:
        raise Refused("not-allowed", 403)
    now = datetime.now(UTC)
    centre = await db.read(centre_of, identity.office_id, now)
    if not centre.prefix:
        await db.write(found_registry, identity.office_id)
        centre = await db.read(centre_of, identity.office_id, now)
    return Caseroom(request, db, pages, vault, identity, centre, now)


CASEROOM = {"room": Provide(provide_caseroom)}
TheCaseroom = NamedDependency[Caseroom]
