"""What a handler of the hearings room needs of the application: a `Caseroom` that also quotes the article on which a refusal
rests. An office that has no lists for its hearings yet gets the standard ones with the first look."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency, Provide
from sqlmodel import Session, col, select

from cases.caseroom import Caseroom, provide_caseroom
from hearings import names
from hearings.centre import found_hearings, is_founded
from hearings.steps import hearing_board
from hearings.tables import Article
from shared.errors import Refused
from shared.given import TheAsker, TheDatabase, ThePages, TheVault
from shared.refusals import advice, sentence
from shared.words import CHINESE, ENGLISH

P = ParamSpec("P")
R = TypeVar("R")


class Quote(msgspec.Struct, frozen=True):
    """A rule in the reader's language: its name, its wording, where it comes from."""

    name: str
    text: str
    source: str


class Hearingroom(Caseroom):
    """One request of a member of staff about hearings. ``articles``: the rules in force today, by code; ``version``: of the
    hearing's board when the request came (0 where it is about no one hearing)."""

    articles: Mapping[str, Article]
    version: int = 0

    def quote(self, refusal: Refused | None) -> Quote | None:
        """The rule behind a refusal; None when it rests on none."""
        article = self.articles.get(str(refusal.detail.get("article", ""))) if refusal else None
        return quoted(article, self.language) if article else None

    async def read(self, query: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return await super().read(query, *args, **kwargs)
        except Refused as refusal:
            refusal.detail["quote"] = self.quote(refusal)
            raise

    async def act(self, action: Callable[..., R], **more: Any) -> R:
        try:
            return await super().act(action, **more)
        except Refused as refusal:
            refusal.detail["quote"] = self.quote(refusal)
            raise

    def says(self, code: str, **values: Any) -> str:
        """As `Caseroom.says`; ``values`` fill the placeholders."""
        between = "" if self.language == CHINESE else " "
        return between.join((sentence(code, self.language, **values), advice(code, self.language, **values)))

    def page(self, template: str, *, status: int = 200, **context: Any) -> Response[str]:
        quiet = self.request.method != "GET" or context.get("refusal") is not None
        told = {"quote": self.quote(context.get("refusal")), "names": names, "version": self.version, "quiet": quiet, **context}
        return super().page(template, status=status, **told)


def quoted(article: Article, language: str) -> Quote:
    english = language == ENGLISH
    return Quote(article.name_en if english else article.name_zh, article.text_en if english else article.text_zh,
                 article.source)


def articles_on(session: Session, office_id: UUID, day: date) -> dict[str, Article]:
    """The rules in force on a day, by code; of each the newest."""
    rows = session.exec(
        select(Article).where(Article.office_id == office_id, Article.effective_from <= day)
        .order_by(col(Article.effective_from))
    )
    return {row.code: row for row in rows}


async def provide_hearingroom(
    request: Request[Any, Any, Any], db: TheDatabase, pages: ThePages, vault: TheVault, identity: TheAsker
) -> Hearingroom:
    plain = await provide_caseroom(request, db, pages, vault, identity)
    room = Hearingroom(request, db, pages, vault, identity, plain.centre, datetime.now(UTC))
    office, today = plain.centre.office_id, plain.centre.today
    if not await db.read(is_founded, office):
        await db.write(found_hearings, office)
        room.centre = (await provide_caseroom(request, db, pages, vault, identity)).centre
    if "hearing" in request.path_params:
        room.version = request.app.state.boards.versions.get(hearing_board(request.path_params["hearing"]), 0)
    room.articles = await db.read(articles_on, office, today)
    return room


HEARINGROOM = {"room": Provide(provide_hearingroom)}
TheHearingroom = NamedDependency[Hearingroom]
