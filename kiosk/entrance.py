"""The staff entrance: sign in, sign out, one's own password, the language; and pairing, by which a screen becomes a device of
the hall. What a sign-in is and how guesses are counted is the door's."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from kiosk.administration.registers import account_of
from kiosk.picture import Pictures, ThePictures
from shared import words
from shared.database import Database
from shared.door import DEVICE_COOKIE, SIGN_IN_COOKIE, Door, own_path, pair, require, set_password, sign_out
from shared.errors import Refused
from shared.frame import home, language_cookie, staff_page
from shared.given import TheAsker, TheDatabase, TheDoor, ThePages
from shared.identity import Identity, find_device
from shared.keys import PAIRING_LETTERS, digest
from shared.pages import Pages
from shared.people import DeviceKind
from shared.sign_ins import STANDARD

Words = Annotated[str, msgspec.Meta(max_length=300)]
Page = Request[Any, Any, Any]


class SignInForm(msgspec.Struct):
    account: Words = ""
    password: Words = ""
    next: Words = ""


class PairingForm(msgspec.Struct):
    pairing: Words = ""


class PasswordForm(msgspec.Struct):
    old: Words = ""
    new: Words = ""
    again: Words = ""


# Sign in and out ------------------------------------------------------------------------------------------------------


@get("/sign-in", include_in_schema=False)
async def show_sign_in(request: Page, pages: ThePages, pictures: ThePictures, identity: TheAsker) -> Response[Any]:
    """Says why somebody stands here again: signed out, or nobody acted for too long."""
    lapsed = SIGN_IN_COOKIE in request.cookies and identity.kind != "staff"
    form = SignInForm(next=request.query_params.get("next", ""))
    return _sign_in_page(request, pages, pictures, identity, form, lapsed=lapsed, left="out" in request.query_params)


@post("/sign-in", include_in_schema=False)
async def enter(
    request: Page, data: URLEncodedBody[SignInForm], pages: ThePages, pictures: ThePictures, door: TheDoor, identity: TheAsker
) -> Response[Any]:
    """Signs in and goes on to the page that was asked for, else to where the day begins. Who was signed in is signed out."""
    try:
        signed = await door.sign_in(account=data.account, password=data.password)
    except Refused as refusal:
        return _sign_in_page(request, pages, pictures, identity, data, refusal=refusal)
    if identity.sign_in:
        await door.write(sign_out, sign_in=identity.sign_in, now=_now(), by=identity.by)
    wanted = own_path(data.next)
    address = home(signed.roles) if wanted == "/" else wanted
    return Redirect(address, status_code=303, cookies=[door.cookie(SIGN_IN_COOKIE, signed.secret)])


@post("/sign-out", include_in_schema=False)
async def leave(door: TheDoor, identity: TheAsker) -> Response[Any]:
    if identity.sign_in:
        await door.write(sign_out, sign_in=identity.sign_in, now=_now(), by=identity.by)
    return Redirect("/sign-in?out=1", status_code=303, cookies=[door.no_cookie(SIGN_IN_COOKIE)])


@post("/here", include_in_schema=False, guards=[require()], status_code=204)
async def stay() -> None:
    """Somebody is still at the desk: the door notes it, as it does with every request."""


def _sign_in_page(
    request: Page, pages: Pages, pictures: Pictures, identity: Identity, form: SignInForm, *, lapsed: bool = False,
    left: bool = False, refusal: Refused | None = None,
) -> Response[Any]:
    plan = pictures.now_seen(pictures.hall_id(None)).plan
    idle = plan.provisions.get("door.idle_minutes", STANDARD["door.idle_minutes"])
    return staff_page(
        request, pages, identity, "entrance/sign_in.html", status=refusal.status if refusal else 200, plan=plan, form=form,
        lapsed=lapsed, left=left, refusal=refusal, idle=idle, start=home(identity.roles),
    )


# One's own password ---------------------------------------------------------------------------------------------------


@get("/password", include_in_schema=False, guards=[require()])
async def show_password(request: Page, pages: ThePages, identity: TheAsker) -> Response[Any]:
    return staff_page(request, pages, identity, "entrance/password.html", refusal=None, done=False)


@post("/password", include_in_schema=False, guards=[require()])
async def change_password(
    request: Page, data: URLEncodedBody[PasswordForm], db: TheDatabase, pages: ThePages, door: TheDoor, identity: TheAsker
) -> Response[Any]:
    """Needs the old password; ends every other sign-in of the account."""
    try:
        await _change_password(data, db, door, identity)
    except Refused as refusal:
        return staff_page(request, pages, identity, "entrance/password.html", status=422, refusal=refusal, done=False)
    return staff_page(request, pages, identity, "entrance/password.html", refusal=None, done=True)


async def _change_password(form: PasswordForm, db: Database, door: Door, identity: Identity) -> None:
    """Refused: ``not-the-same``, ``weak-password``, and what `Door.sign_in` refuses: the old password is proven by it."""
    if form.new != form.again:
        raise Refused("not-the-same", 422)
    made = await door.hashed(form.new)
    staff = identity.id
    if staff is None:
        raise Refused("sign-in-needed", 401)
    await door.sign_in(account=await db.read(account_of, staff=staff), password=form.old)
    await door.write(set_password, staff_id=staff, password=made, now=_now(), by=identity.by, keep=identity.sign_in)


# Language -------------------------------------------------------------------------------------------------------------


@get("/language/{language:str}", include_in_schema=False)
async def choose_language(request: Page, language: FromPath[str]) -> Response[Any]:
    """Keeps the language and goes back to the page it was asked on."""
    if language not in words.LANGUAGES:
        raise Refused("not-found", 404)
    address = own_path(request.query_params.get("next", "/"))
    return Redirect(address, status_code=303, cookies=[language_cookie(language)])


# Screens of the hall --------------------------------------------------------------------------------------------------


@get("/pair", include_in_schema=False)
async def show_pairing(request: Page, pages: ThePages, identity: TheAsker) -> Response[Any]:
    return staff_page(request, pages, identity, "entrance/pair.html", form=PairingForm(), refusal=None, letters=PAIRING_LETTERS)


@post("/pair", include_in_schema=False)
async def pair_screen(
    request: Page, data: URLEncodedBody[PairingForm], db: TheDatabase, pages: ThePages, door: TheDoor, identity: TheAsker
) -> Response[Any]:
    """Turns this browser into the device that the code was made for, and shows that device's page."""
    try:
        secret = await door.write(pair, pairing=data.pairing, now=_now())
    except Refused as refusal:
        return staff_page(request, pages, identity, "entrance/pair.html", status=422, form=data, refusal=refusal,
                          letters=PAIRING_LETTERS)
    found = await db.read(find_device, digest(secret), _now())
    kind = next(iter(found.identity.roles), DeviceKind.KIOSK) if found else DeviceKind.KIOSK
    return Redirect(f"/{kind}", status_code=303, cookies=[door.cookie(DEVICE_COOKIE, secret)])


def _now() -> datetime:
    return datetime.now(UTC)


handlers = [
    show_sign_in, enter, leave, stay, show_password, change_password, choose_language, show_pairing, pair_screen,
]  # fmt: skip
