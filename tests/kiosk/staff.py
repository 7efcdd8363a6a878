"""Members of staff at plain browsers, on the real application in this process: they open pages, send forms, read text."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from html import unescape
from typing import Any

import httpx
from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlmodel import Session, select

from app import create_app
from kiosk.picture import Picture, look
from shared.database import Database
from shared.door import SIGN_IN_COOKIE
from shared.errors import Refused
from shared.people import Staff
from shared.settings import Settings
from shared.sign_ins import settle_sign_in
from tests.centre import PASSWORD

HTMX = {"hx-request": "true"}


class Page:
    """One answer as a person sees it."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer, self.status, self.html = answer, answer.status_code, answer.text
        self.to = answer.headers.get("location") or answer.headers.get("hx-redirect") or ""

    @property
    def text(self) -> str:
        """What is read, without tags and with single blanks."""
        return " ".join(unescape(re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", " ", self.html, flags=re.S)).split())

    def tag(self, selector: str) -> str:
        """The opening tag that carries an attribute, e.g. ``id="act-next"``."""
        found = re.search(rf"<[^<>]*{re.escape(selector)}[^<>]*>", self.html)
        assert found, f"{selector} is not in the page"
        return found[0]

    def field(self, form: str, name: str) -> str:
        """The value of a hidden field in the form with this address."""
        body = self.html.split(f'action="{form}"')[1].split("</form>")[0]
        found = re.search(rf'name="{name}" value="([^"]*)"', body)
        assert found, f"{form} has no {name}"
        return unescape(found[1])

    def can(self, act: str) -> bool:
        """Whether an act of the console is possible now."""
        return "disabled" not in self.tag(f'id="act-{act}"')


class Person:
    """Somebody at a browser of their own: its cookies, its language."""

    def __init__(self, client: AsyncTestClient[Litestar], language: str = "en") -> None:
        self.client, self.language = client, language
        self.cookies: dict[str, str] = {}

    async def get(self, path: str, **headers: str) -> Page:
        return await self._ask("GET", path, headers)

    async def post(self, path: str, headers: dict[str, str] | None = None, **form: Any) -> Page:
        return await self._ask("POST", path, headers or {}, data=form)

    async def upload(self, path: str, files: dict[str, tuple[str, bytes]], **form: Any) -> Page:
        return await self._ask("POST", path, {}, data=form, files=files)

    async def send(self, path: str, body: Any) -> Page:
        """What a script of the page posts as JSON."""
        return await self._ask("POST", path, {}, json=body)

    async def press(self, path: str, **form: Any) -> Page:
        """`post` as htmx does it: the answer is a fragment."""
        return await self.post(path, HTMX, **form)

    async def sign_in(self, account: str, password: str = PASSWORD, to: str = "") -> Page:
        return await self.post("/sign-in", account=account, password=password, next=to)

    async def sit(self, window: str) -> Page:
        await self.post("/counter/sit", window=window)
        return await self.get("/counter")

    async def _ask(self, method: str, path: str, headers: dict[str, str], **more: Any) -> Page:
        self.client.cookies.clear()
        carried = {"accept": "text/html", "accept-language": self.language, **headers}
        if self.cookies:
            carried["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = await self.client.request(method, path, headers=carried, follow_redirects=False, **more)
        for name, value in answer.cookies.items():
            self.cookies[name] = value
        for gone in re.findall(r"([\w]+)=(?:\"\")?; (?=[^,]*Max-Age=0)", ", ".join(answer.headers.get_list("set-cookie"))):
            self.cookies.pop(gone, None)
        return Page(answer)


class Office:
    """The running application, and people who come to it."""

    def __init__(self, app: Litestar, client: AsyncTestClient[Litestar]) -> None:
        self.app, self.client = app, client
        self.db: Database = app.state.db

    def picture(self) -> Picture:
        """The hall freshly drawn from the database."""
        change = self.app.state.db.read_now(look, next(iter(self.app.state.pictures.halls.values())), -1, -1, datetime.now(UTC))
        assert change.plan is not None
        drawn = Picture(change.plan)
        drawn.apply(change)
        return drawn

    def person(self, language: str = "en") -> Person:
        return Person(self.client, language)

    async def staff(self, account: str, language: str = "en") -> Person:
        """Somebody who has signed in (without the tenth of a second that proving a password takes)."""
        person = self.person(language)
        person.cookies[SIGN_IN_COOKIE] = await self.db.write(_begin, account, datetime.now(UTC))
        return person

    async def clerk(self, window: str) -> Person:
        """The clerk of a window, sitting there."""
        clerk = await self.staff(f"window{window}")
        await clerk.sit(window)
        return clerk


def _begin(session: Session, account: str, now: datetime) -> str:
    proven = session.exec(select(Staff.password).where(Staff.account == account)).one()
    signed = settle_sign_in(session, account=account, proven=proven, now=now, limit=5, minutes=10)
    assert not isinstance(signed, Refused)
    return signed.secret


@asynccontextmanager
async def open_office(settings: Settings) -> AsyncIterator[Office]:
    app = create_app(settings)
    async with AsyncTestClient(app, base_url="http://hall.local:8000") as client:
        yield Office(app, client)
