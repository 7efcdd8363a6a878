"""A visitor's own phone: the place in the queue, "I need more time", cancel, and what to bring."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath

from kiosk.picture import Picture, ThePictures
from kiosk.queries import hall_of_code, past_ticket
from shared.database import Database
from shared.errors import Refused
from shared.given import TheDatabase, ThePages
from shared.pages import Pages


async def hall_of(db: Database, code: str) -> UUID | None:
    """The hall that gave the ticket, None for an unknown code."""
    return await db.read(hall_of_code, code=code)


@get("/t/{code:str}", include_in_schema=False)
async def ticket(request: Request[Any, Any, Any], code: FromPath[str], db: TheDatabase, pages: ThePages, pictures: ThePictures) -> Response[str]:
    hall = await hall_of(db, code)
    if hall is None:
        raise Refused("unknown-code", 404)
    picture = await pictures.fresh(hall)
    now = datetime.now(UTC)
    standing = picture.by_code.get(code) or await db.read(past_ticket, hall=hall, code=code)
    return pages.answer(request, "phone/ticket.html", picture=picture, plan=picture.plan, ticket=standing, now=now)


async def draw(pages: Pages, db: Database, picture: Picture, code: str, language: str, now: datetime) -> str:
    standing = picture.by_code.get(code) or await db.read(past_ticket, hall=picture.plan.id, code=code)
    return pages.render("phone/_place.html", language, picture=picture, plan=picture.plan, ticket=standing, now=now)


handlers = [ticket]
