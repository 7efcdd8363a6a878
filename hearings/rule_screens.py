"""The page of the rules: every article and number that hearings go by, its source and since when; newer versions are added
here."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.params import URLEncodedBody

from cases.caseroom import go
from hearings.forms import as_day
from hearings.hearingroom import HEARINGROOM, Hearingroom, TheHearingroom
from hearings.rulebook import ArticleForm, NumberForm, add_article, add_number, rulebook
from hearings.rules import LAY_DOWN, READ
from shared.door import require
from shared.errors import Refused

PAGE = "/desk/hearings/rules"
AUTHORS = [require(*LAY_DOWN)]


@get("/", include_in_schema=False)
async def show(room: TheHearingroom) -> Response[str]:
    return await _page(room)


@post("/articles", include_in_schema=False, guards=AUTHORS)
async def change_article(room: TheHearingroom, data: URLEncodedBody[ArticleForm]) -> Response[Any]:
    try:
        await room.act(add_article, code=data.code, text_zh=data.text_zh, text_en=data.text_en, source=data.source,
                       effective_from=as_day(data.effective_from))
    except Refused as refusal:
        return await _page(room, refusal=refusal, article=data)
    return go(f"{PAGE}#article-{data.code}")


@post("/numbers", include_in_schema=False, guards=AUTHORS)
async def change_number(room: TheHearingroom, data: URLEncodedBody[NumberForm]) -> Response[Any]:
    value = int(data.value) if data.value.isdecimal() and len(data.value) < 7 else None
    try:
        await room.act(add_number, key=data.key, value=value, source=data.source, effective_from=as_day(data.effective_from))
    except Refused as refusal:
        return await _page(room, refusal=refusal, number=data)
    return go(PAGE + "#numbers")


async def _page(
    room: Hearingroom, *, refusal: Refused | None = None, article: ArticleForm | None = None, number: NumberForm | None = None
) -> Response[str]:
    found = await room.read(rulebook, centre=room.centre)
    return room.page(
        "hearings/rules.html", status=refusal.status if refusal else 200, found=found, refusal=refusal,
        article=article or ArticleForm(), number=number or NumberForm(), may_add=not LAY_DOWN.isdisjoint(room.identity.roles),
    )


router = Router(PAGE, route_handlers=[show, change_article, change_number], guards=[require(*READ, *LAY_DOWN)],
                dependencies=HEARINGROOM)
handlers = [router]
