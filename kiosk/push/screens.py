"""What a visitor's phone says and fetches so that it can be rung: its subscription, and the worker that shows the call."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, JSONBody

from kiosk.guests import Guest, guest_of
from kiosk.picture import ThePictures
from kiosk.push import actions
from kiosk.push.addresses import ADDRESS_MOST, Phone, is_known
from shared.assets import asset
from shared.errors import Refused
from shared.given import TheDatabase, ThePages, TheSettings, TheVault

Key = Annotated[str, msgspec.Meta(min_length=16, max_length=120, pattern="^[A-Za-z0-9_-]+=*$")]
Address = Annotated[str, msgspec.Meta(min_length=1, max_length=ADDRESS_MOST)]
Page = Request[Any, Any, Any]


class Keys(msgspec.Struct):
    p256dh: Key
    auth: Key


class SubscriptionIn(msgspec.Struct):
    """As browsers write it (``PushSubscription.toJSON``)."""

    endpoint: Address
    keys: Keys


class GoneIn(msgspec.Struct):
    endpoint: Address


@get("/t/push-worker.js", include_in_schema=False)
async def worker() -> Response[bytes]:
    """The service worker of the phone pages. It keeps no page and answers no request: it shows calls."""
    script = asset("push-worker.js")
    return Response(script.body if script else b"", media_type="text/javascript", headers={"cache-control": "no-cache"})


@post("/t/{code:str}/push", include_in_schema=False, status_code=204)
async def ask(
    request: Page, code: FromPath[str], data: JSONBody[SubscriptionIn], db: TheDatabase, pages: ThePages, pictures: ThePictures,
    settings: TheSettings, vault: TheVault,
) -> None:
    """Rings this phone from the next call on. Refuses ``push-off``, ``push-unknown``, ``ended``, ``not-found`` for discreet
    visits, of which no relay learns anything."""
    if not settings.push:
        raise Refused("push-off", 404)
    if not is_known(data.endpoint, settings.push_hosts):
        raise Refused("push-unknown", 422)
    guest = _open(await guest_of(request, code, db, pages, pictures))
    phone = Phone(data.endpoint, data.keys.p256dh, data.keys.auth)
    await guest.act(actions.ask, phone=phone, language=guest.language, sealing=vault)


@post("/t/{code:str}/push/stop", include_in_schema=False, status_code=204)
async def take_back(
    request: Page, code: FromPath[str], data: JSONBody[GoneIn], db: TheDatabase, pages: ThePages, pictures: ThePictures
) -> None:
    guest = _open(await guest_of(request, code, db, pages, pictures))
    await guest.act(actions.take_back, endpoint=data.endpoint)


def _open(guest: Guest) -> Guest:
    if guest.apart:
        raise Refused("not-found", 404)
    return guest


handlers = [worker, ask, take_back]
