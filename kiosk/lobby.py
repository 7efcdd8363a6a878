"""The lobby display: the current call huge, the last four, how many wait. Ticket number and window only."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get

from kiosk.picture import Picture, ThePictures
from shared.given import ThePages
from shared.pages import Pages


@get("/lobby", include_in_schema=False)
async def lobby(request: Request[Any, Any, Any], pages: ThePages, pictures: ThePictures) -> Response[str]:
    picture = await pictures.fresh(pictures.hall_id(request.query_params.get("hall")))
    return pages.answer(request, "lobby/lobby.html", picture=picture, plan=picture.plan, now=datetime.now(UTC))


def draw(pages: Pages, picture: Picture, language: str) -> str:
    """The board as everybody sees it."""
    return pages.render("lobby/_board.html", language, picture=picture, plan=picture.plan, now=datetime.now(UTC))


handlers = [lobby]
