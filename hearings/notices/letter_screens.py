"""The page behind the link in a notice: whoever was told reads it and says that they have it. No account; looking confirms
nothing, for mail gateways open every link."""

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from hearings.foyer import FOYER, TheFoyer
from hearings.notices.papers import NamesPaper
from hearings.notices.reading import acknowledge, read_letter
from hearings.notices.sending import people

Token = FromPath[str]


@get("/n/{token:str}", include_in_schema=False, dependencies=FOYER)
async def read(foyer: TheFoyer, token: Token) -> Response[str]:
    found = await foyer.read(read_letter, token=token, sealing=foyer.vault, now=foyer.now)
    named = people(found.paper, foyer.language) if isinstance(found.paper, NamesPaper) else []
    foyer.centre = found.centre
    return foyer.page("notice_letter", here=f"/n/{token}", letter=found, named=named, token=token)


@post("/n/{token:str}", include_in_schema=False, dependencies=FOYER)
async def confirm(foyer: TheFoyer, token: Token) -> Redirect:
    await foyer.db.write(acknowledge, token=token, sealing=foyer.vault, now=foyer.now)
    return Redirect(f"/n/{token}", status_code=303)


handlers = [read, confirm]
