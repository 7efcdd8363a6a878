"""The one address in every QR: sends its holder to the ticket, or asks for the second factor of a case look-up and shows it for
a few minutes. Unknown, used, expired and foreign codes get one and the same answer.

On a kiosk (``?at=kiosk``) the same pages are drawn in the kiosk's frame and live for seconds only.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from cases.lookup import HolderView, shown_to_holder
from cases.receipts import Closed, find_receipt, look_up
from hearings.invitations.queries import token_behind
from hearings.observers.queries import is_observer
from kiosk.bookings.queries import is_booking
from kiosk.booth.booth import COOKIE as VISIT_COOKIE
from kiosk.booth.booth import Booth, Page
from kiosk.booth.sorry import sorry
from kiosk.guests import hall_of
from kiosk.offline.actions import is_held
from kiosk.picture import Pictures, ThePictures
from shared import codes
from shared.database import Database
from shared.errors import Refused
from shared.frame import in_language, said
from shared.given import TheAsker, TheDatabase, TheDoor, ThePages, TheSettings, TheVault
from shared.identity import Identity
from shared.pages import Pages, language_of
from shared.settings import Settings
from shared.vault import Vault

COOKIE = "nuanyi_lookup"
AT_KIOSK = "kiosk"
KIOSK_SECONDS = 30
STATUSES = {"lookup-locked": 429}
KEYS = "1234567890X"
Words = Annotated[str, msgspec.Meta(max_length=300)]
Code = FromPath[str]


class CodeForm(msgspec.Struct):
    text: Words = ""


class FactorForm(msgspec.Struct):
    text: Words = ""


class Enquiry:
    """One request with a code: who holds it is not known, only where they stand (own phone or kiosk) and their language."""

    def __init__(
        self, request: Page, db: Database, pages: Pages, pictures: Pictures, settings: Settings, vault: Vault, identity: Identity,
        secure: bool,
    ) -> None:
        self.request, self.db, self.pages, self.pictures = request, db, pages, pictures
        self.vault, self.settings, self.secure = vault, settings, secure
        self.at_kiosk = request.query_params.get("at") == AT_KIOSK
        self.booth = Booth(request, db, pages, pictures, settings, vault, identity) if self.at_kiosk else None
        self.language = self.booth.language if self.booth else language_of(request, settings.locale)
        self.now = datetime.now(UTC)

    def to(self, path: str) -> str:
        return self.booth.to(path, at=AT_KIOSK) if self.booth else path

    def go(self, path: str, *cookies: Cookie) -> Redirect:
        return Redirect(self.to(path), status_code=303, cookies=cookies, headers={"cache-control": "no-store"})

    def answer(self, name: str, *, here: str, status: int = 200, plan: Any = None, **context: Any) -> Response[str]:
        """``name`` is drawn by `phone/NAME.html`, at the kiosk by `phone/kiosk_NAME.html`."""
        if self.booth:
            return self.booth.answer(f"phone/kiosk_{name}.html", here=self.to(here), status=status, to=self.to, **context)
        plan = plan or self.pictures.now_seen(self.pictures.hall_id(None)).plan
        return in_language(self.request, self.pages, f"phone/{name}.html", self.language, here=here, status=status,
                           plan=plan, now=self.now, to=self.to, **context)

    def unknown(self, code: str = "unknown-code", status: int = 404) -> Response[Any]:
        refusal = Refused(code, status)
        if self.booth:
            return sorry(self.request, refusal)
        raise refusal

    # The look-up's own cookie: which receipt, until when. It opens one page only and dies within minutes.

    def pass_for(self, code: str, receipt: UUID, until: datetime) -> Cookie:
        token = codes.sign(f"{receipt.hex} {int(until.timestamp())}", key=self.vault.derive("look-up page"), expires=until)
        age = max(1, int((until - self.now).total_seconds()))
        return Cookie(COOKIE, value=token, max_age=age, path=f"/c/{code}", httponly=True, samesite="strict", secure=self.secure)

    def no_pass(self, code: str) -> Cookie:
        return Cookie(COOKIE, value="", max_age=0, path=f"/c/{code}", httponly=True, samesite="strict", secure=self.secure)

    def passed(self) -> tuple[UUID, datetime] | None:
        """The receipt that may be seen now, and until when. At a kiosk only while the visit lasts in which it was opened."""
        if self.booth and VISIT_COOKIE not in self.request.cookies:
            return None
        try:
            payload = codes.check(self.request.cookies.get(COOKIE, ""), key=self.vault.derive("look-up page"), now=self.now)
        except Refused:
            return None
        receipt, until = payload.split()
        return UUID(receipt), datetime.fromtimestamp(int(until), UTC)


async def provide_enquiry(
    request: Page, db: TheDatabase, pages: ThePages, pictures: ThePictures, settings: TheSettings, vault: TheVault,
    identity: TheAsker, door: TheDoor,
) -> Enquiry:
    return Enquiry(request, db, pages, pictures, settings, vault, identity, door.secure)


ENQUIRY = {"enquiry": Provide(provide_enquiry)}
TheEnquiry = NamedDependency[Enquiry]


@get("/c", include_in_schema=False, dependencies=ENQUIRY)
async def type_code(enquiry: TheEnquiry) -> Response[Any]:
    """For a code on paper and no camera at hand."""
    if enquiry.booth:
        return Redirect(enquiry.booth.to("/kiosk/case"), status_code=303)
    return enquiry.answer("code", here="/c", typed="", refusal=None)


@post("/c", include_in_schema=False, dependencies=ENQUIRY)
async def read_code(enquiry: TheEnquiry, data: URLEncodedBody[CodeForm]) -> Response[Any]:
    code = codes.normalise(data.text)
    if code is not None:
        return enquiry.go(f"/c/{code}")
    refusal = said(Refused("unknown-code"), enquiry.language)
    return enquiry.answer("code", here="/c", status=422, typed=data.text, refusal=refusal)


@get("/c/{code:str}", include_in_schema=False, dependencies=ENQUIRY)
async def open_code(enquiry: TheEnquiry, code: Code) -> Response[Any]:
    """A ticket's holder goes to the ticket; a receipt's is asked for the second factor and shown nothing before it."""
    plain = codes.normalise(code)
    if plain is not None and await hall_of(enquiry.db, plain) is not None:
        own = f"/kiosk/tickets/{plain}" if enquiry.booth else f"/t/{plain}"
        return Redirect(enquiry.booth.to(own) if enquiry.booth else own, status_code=303)
    if plain is not None and await enquiry.db.read(is_booking, code=plain, sealing=enquiry.vault):
        return enquiry.go(f"/kiosk/bookings/{plain}" if enquiry.booth else f"/b/{plain}")
    if plain is not None and not enquiry.booth and await enquiry.db.read(is_observer, code=plain, sealing=enquiry.vault):
        return Redirect(f"/o/{plain}", status_code=303)
    if plain is not None and (token := await enquiry.db.read(token_behind, code=plain, sealing=enquiry.vault)):
        own = enquiry.booth.to(f"/kiosk/invitations/{plain}") if enquiry.booth else f"/i/{token}"
        return Redirect(own, status_code=303, headers={"cache-control": "no-store"})
    if plain is None or await _receipt(enquiry, plain) is None:
        if plain is not None and await enquiry.db.read(is_held, code=plain):
            return enquiry.unknown("not-handed-in", 409)
        return enquiry.unknown()
    return _ask(enquiry, plain)


@post("/c/{code:str}", include_in_schema=False, dependencies=ENQUIRY)
async def try_factor(enquiry: TheEnquiry, code: Code, data: URLEncodedBody[FactorForm]) -> Response[Any]:
    tried = await enquiry.db.write(look_up, code=code, secret=data.text, sealing=enquiry.vault, now=enquiry.now)
    if not isinstance(tried, Closed):
        seconds = KIOSK_SECONDS if enquiry.booth else tried.minutes * 60
        until = enquiry.now + timedelta(seconds=seconds)
        visit = [enquiry.booth.modes_cookie(enquiry.booth.modes)] if enquiry.booth else []
        return enquiry.go(f"/c/{code}/case", enquiry.pass_for(code, tried.receipt_id, until), *visit)
    if tried.code == "unknown-code":
        return enquiry.unknown()
    return _ask(enquiry, code, tried)


@get("/c/{code:str}/case", include_in_schema=False, dependencies=ENQUIRY)
async def show_case(enquiry: TheEnquiry, code: Code) -> Response[Any]:
    """What the holder may know; without a fresh pass the question again."""
    passed = enquiry.passed()
    if passed is None or passed[0] != await _receipt(enquiry, code):
        return enquiry.go(f"/c/{code}")
    view = await enquiry.db.read(shown_to_holder, receipt_id=passed[0], sealing=enquiry.vault, now=enquiry.now)
    if view is None:
        return enquiry.go(f"/c/{code}")
    return _case(enquiry, code, view, *passed)


@post("/c/{code:str}/close", include_in_schema=False, dependencies=ENQUIRY)
async def close(enquiry: TheEnquiry, code: Code) -> Response[Any]:
    """The holder has seen enough: the pass is taken away at once."""
    after = enquiry.booth.to("/kiosk/end") if enquiry.booth else f"/c/{code}"
    return Redirect(after, status_code=303, cookies=[enquiry.no_pass(code)])


# Parts ----------------------------------------------------------------------------------------------------------------


async def _receipt(enquiry: Enquiry, code: str) -> UUID | None:
    return await enquiry.db.read(find_receipt, code=code, sealing=enquiry.vault, now=enquiry.now)


def _ask(enquiry: Enquiry, code: str, closed: Closed | None = None) -> Response[str]:
    """The question for the second factor, after a wrong try with what was wrong. It names nothing of the matter."""
    refusal, status = None, 200
    if closed:
        refusal = said(Refused(closed.code, left=closed.left, minutes=closed.minutes), enquiry.language)
        status = STATUSES.get(closed.code, 422)
    locked = closed is not None and closed.code == "lookup-locked"
    return enquiry.answer("ask", here=f"/c/{code}", status=status, code=code, refusal=refusal, locked=locked, keys=KEYS,
                          left=closed.left if closed else 0)


def _case(enquiry: Enquiry, code: str, view: HolderView, receipt: UUID, until: datetime) -> Response[str]:
    """At a kiosk each look renews the pass for seconds, so that it ends with the page; on a phone it ends by the clock."""
    seconds = max(1, int((until - enquiry.now).total_seconds()))
    answer = enquiry.answer("case", here=f"/c/{code}/case", plan=view.centre, code=code, view=view, seconds=seconds)
    if enquiry.booth:
        fresh = enquiry.now + timedelta(seconds=KIOSK_SECONDS)
        answer.cookies.append(enquiry.pass_for(code, receipt, fresh))
    return answer


handlers = [type_code, read_code, open_code, try_factor, show_case, close]
