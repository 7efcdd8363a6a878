""" "I am still waiting" at the kiosk, after the slip has been held to the scanner. On the phone it is in `guests`."""

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect

from kiosk.booth.booth import TheBooth
from kiosk.still import say_still_waiting


@post("/tickets/{code:str}/still", include_in_schema=False, status_code=303)
async def still_waiting(code: FromPath[str], booth: TheBooth) -> Redirect:
    """Staff have a task at once; the page then shows that it has arrived."""
    await booth.act(say_still_waiting, code=code)
    return booth.go(f"/kiosk/tickets/{code}")


handlers = [still_waiting]
