"""One request at a kiosk: which hall, whose device, which language, and how the visitor wants the page: large, with strong
contrast, low, spoken. All of it lives in two cookies that go with the visit.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.response import Redirect
from sqlmodel import Session

from kiosk.devices.actions import out_of_order
from kiosk.picture import Picture, Pictures, ThePictures
from kiosk.place import ahead_words, brief_words, now_words, wait_words, waiting_words
from kiosk.plan import HallPlan
from kiosk.voice import speech
from shared import words
from shared.database import Database
from shared.errors import Refused
from shared.given import TheAsker, TheDatabase, ThePages, TheSettings, TheVault
from shared.identity import Identity
from shared.origin import own_path
from shared.pages import LANGUAGE_COOKIE, Pages, language_of
from shared.people import DeviceKind
from shared.settings import Settings
from shared.vault import Vault

P = ParamSpec("P")
R = TypeVar("R")
Page = Request[Any, Any, Any]

COOKIE = "nuanyi_kiosk"
MODES = ("large", "contrast", "low", "voice")
PERSONAL_SECONDS = 30
log = logging.getLogger("nuanyi.kiosk")


class Modes(msgspec.Struct, frozen=True):
    """How the visitor wants the pages."""

    large: bool = False
    contrast: bool = False
    low: bool = False
    voice: bool = False

    @classmethod
    def read(cls, cookie: str) -> "Modes":
        chosen = cookie.split(".")
        return cls(*(mode in chosen for mode in MODES))

    @property
    def names(self) -> list[str]:
        return [mode for mode in MODES if getattr(self, mode)]

    @property
    def spare(self) -> bool:
        """Whether a page has room for fewer words: what is large, low or spoken keeps the rest for a second step."""
        return self.large or self.low or self.voice

    def toggled(self, mode: str) -> "Modes":
        """With one mode the other way round; the same for a word that is no mode."""
        return msgspec.structs.replace(self, **{mode: not getattr(self, mode)}) if mode in MODES else self


class Booth:
    """A kiosk's page in the making."""

    def __init__(
        self, request: Page, db: Database, pages: Pages, pictures: Pictures, settings: Settings, vault: Vault, identity: Identity
    ) -> None:
        self.request, self.db, self.pages, self.pictures = request, db, pages, pictures
        self.settings, self.vault, self.identity = settings, vault, identity
        self.is_device = identity.kind == "device" and DeviceKind.KIOSK in identity.roles
        self.asked_hall = None if self.is_device else request.query_params.get("hall")
        self.hall = (identity.hall_id if self.is_device else None) or pictures.hall_id(self.asked_hall)
        self.language = self._language()
        self.modes = Modes.read(request.cookies.get(COOKIE, ""))
        self.now = datetime.now(UTC)
        self.fault = db.fault

    async def look(self) -> None:
        """Brings the hall up to date. What cannot be read now is shown as last seen, and ``fault`` says so."""
        try:
            await self.pictures.fresh(self.hall)
        except Exception:
            log.exception("the hall could not be read")
            self.fault = self.fault or "storage-unreadable"

    def _language(self) -> str:
        """A paired kiosk speaks its office's language until somebody chooses; another browser may have its own."""
        if not self.is_device:
            return language_of(self.request, self.settings.locale)
        chosen = self.request.cookies.get(LANGUAGE_COOKIE)
        return words.choose(self.request.query_params.get("lang"), chosen, None, self.settings.locale)

    @property
    def picture(self) -> Picture:
        """The hall as `look` found it."""
        return self.pictures.now_seen(self.hall)

    @property
    def plan(self) -> HallPlan:
        return self.picture.plan

    @property
    def is_touched(self) -> bool:
        """Whether a visit has left anything behind that must be wiped."""
        return bool(self.modes.names) or LANGUAGE_COOKIE in self.request.cookies or "lang" in self.request.query_params

    async def check_in_order(self) -> None:
        """Refuses ``out-of-order`` at a screen that staff have set out of order, also after it was started anew."""
        if self.is_device and self.identity.id and (why := await self.read(out_of_order, device=self.identity.id)):
            raise Refused("out-of-order", 503, reason=why)

    def check_paired(self) -> None:
        """Refuses ``unpaired`` where the hall lets only its own devices give numbers."""
        if self.plan.paired_only and not self.is_device and self.identity.kind != "staff":
            raise Refused("unpaired", 403)

    async def read(self, query: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await self.db.read(query, *args, **kwargs)

    async def act(self, action: Callable[..., R], **more: Any) -> R:
        """Does something in this hall, now, in the name of this kiosk."""
        return await self.db.write(action, plan=self.plan, now=self.now, by=self.identity.by, **more)

    # What templates ask ----------------------------------------------------------------------------------------------

    def to(self, path: str, **query: str) -> str:
        """An address of ours that stays in this hall."""
        asked = {**({"hall": self.asked_hall} if self.asked_hall else {}), **query}
        return f"{path}?{urlencode(asked)}" if asked else path

    def seconds(self, name: str) -> int:
        """A time limit of the office: ``idle``, ``question`` or ``personal``."""
        return self.plan.provisions.get(f"kiosk.{name}_seconds", PERSONAL_SECONDS)

    def hear(self, text: str) -> str:
        """Where a text can be heard in the visitor's language; a range is read as one."""
        text = text.replace("–", " to " if self.language == words.ENGLISH else "到")
        return speech.address(text, self.language, self.vault, self.now)

    def spelled(self, number: str) -> str:
        return speech.spelled(number, self.language)

    def ahead(self, people: int) -> str:
        return ahead_words(people, self.language)

    def wait(self, low: int, high: int, language: str = "") -> str:
        return wait_words(low, high, language or self.language)

    def brief(self, low: int, high: int) -> str:
        return brief_words(low, high, self.language)

    def now_words(self, span: tuple[int, int], language: str = "") -> str:
        return now_words(*span, language or self.language)

    def waiting(self, people: int) -> str:
        return waiting_words(people, self.language)

    def other(self, text: str, **values: str) -> str:
        """A text in the other of the two languages, for the first screen and for when nothing works."""
        return words.translator(words.ENGLISH if self.language == words.CHINESE else words.CHINESE)(text, **values)

    # Answers -----------------------------------------------------------------------------------------------------------

    def answer(self, template: str, *, status: int = 200, here: str = "", **context: Any) -> Response[str]:
        """A whole page. ``here``: the address under which it can be had again."""
        told = {"booth": self, "plan": self.plan, "now": self.now, "here": here or self._own_address(), **context}
        answer = self.pages.answer(self.request, template, status=status, language=self.language, **told)
        if self.request.query_params.get("lang") in words.LANGUAGES:
            answer.cookies.append(self.language_cookie(self.language))
        return answer

    def go(self, path: str, cookies: tuple[Cookie, ...] = (), **query: str) -> Redirect:
        return Redirect(self.to(path, **query), status_code=303, cookies=cookies, headers={"cache-control": "no-store"})

    def back(self, address: str, *cookies: Cookie) -> Redirect:
        """To the page somebody came from, if it is one of ours."""
        return Redirect(own_path(address or self.to("/kiosk")), status_code=303, cookies=cookies)

    def language_cookie(self, language: str) -> Cookie:
        return Cookie(LANGUAGE_COOKIE, value=language, path="/", httponly=True, samesite="lax")

    def modes_cookie(self, modes: Modes) -> Cookie:
        return Cookie(COOKIE, value=".".join(modes.names), path="/", httponly=True, samesite="lax")

    def wiped(self) -> tuple[Cookie, ...]:
        """The cookies of the visit, taken away."""
        return tuple(Cookie(name, value="", path="/", max_age=0, httponly=True, samesite="lax") for name in VISIT_COOKIES)

    def _own_address(self) -> str:
        query = {key: value for key, value in self._queries().items() if key != "lang"}
        return f"{self.request.url.path}?{urlencode(query)}" if query else self.request.url.path

    def _queries(self) -> Mapping[str, str]:
        return {key: str(value) for key, value in self.request.query_params.items()}


VISIT_COOKIES = (COOKIE, LANGUAGE_COOKIE)


async def provide_booth(
    request: Page, db: TheDatabase, pages: ThePages, pictures: ThePictures, settings: TheSettings, vault: TheVault,
    identity: TheAsker,
) -> Booth:
    """Refuses ``unpaired``, ``out-of-order`` and ``unknown-hall``."""
    booth = Booth(request, db, pages, pictures, settings, vault, identity)
    await booth.look()
    booth.check_paired()
    await booth.check_in_order()
    return booth


BOOTH = {"booth": Provide(provide_booth)}
TheBooth = NamedDependency[Booth]
