"""At the kiosk, for somebody who has booked: the code is scanned, and the number is there. Who comes on another day sees when
they are expected. What a booking is worth in the order is for `order`."""

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from kiosk.bookings.arrival import check_in
from kiosk.bookings.queries import Own, own
from kiosk.booth.booth import Booth, TheBooth
from kiosk.forecast.booked import offer
from shared.errors import Refused, Unavailable
from shared.refusals import advice, sentence

Code = FromPath[str]


@get("/bookings/{code:str}", include_in_schema=False)
async def show(booth: TheBooth, code: Code) -> Response[str]:
    """Where an address was opened instead of a code scanned: one touch more."""
    return _page(booth, await _own(booth, code))


@post("/bookings/{code:str}", include_in_schema=False, status_code=303)
async def take(booth: TheBooth, code: Code) -> Redirect | Response[str]:
    return await _check_in(booth, await _own(booth, code))


async def arrive(booth: Booth, code: str) -> Redirect | Response[str] | None:
    """What follows when this code was scanned; None for one that is no booking of this hall."""
    one = await booth.read(own, code=code, sealing=booth.vault)
    return await _check_in(booth, one) if one is not None and one.hall_id == booth.hall else None


async def _check_in(booth: Booth, one: Own) -> Redirect | Response[str]:
    device = booth.identity.id if booth.is_device else None
    try:
        promised = offer(booth.picture, one.id, one.service_id, one.starts_at, "", booth.now)
        issued = await booth.act(check_in, booking=one.id, device=device, language=booth.language, promised=promised)
    except Unavailable:
        raise
    except Refused as refusal:
        return _page(booth, one, refusal)
    booth.request.app.state["printing"].wake()
    address = f"/kiosk/tickets/{issued.code}"
    return booth.go(address, new="1") if issued.fresh else booth.go(address)


async def _own(booth: Booth, code: str) -> Own:
    """Refuses ``unknown-code``, in the words of every code that opens nothing."""
    one = await booth.read(own, code=code, sealing=booth.vault)
    if one is None or one.hall_id != booth.hall:
        raise Refused("unknown-code", 404)
    return one


def _page(booth: Booth, one: Own, refusal: Refused | None = None) -> Response[str]:
    """``refusal``: why there is no number now."""
    told = refusal.detail if refusal else {}
    return booth.answer(
        "kiosk/booking.html", status=refusal.status if refusal else 200, here=booth.to(f"/kiosk/bookings/{one.code}"), own=one,
        service=booth.plan.services_by_id[one.service_id],
        title=sentence(refusal.code, booth.language, **told) if refusal else "",
        advice=advice(refusal.code, booth.language, **told) if refusal else "",
    )


handlers = [show, take]
