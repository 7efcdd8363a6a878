"""What one press at a window does: the acts by their names, whether a press has been carried out already, and how a refusal
is told to whoever saw a screen that is no longer true. Knows no pages: `counter` draws."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import msgspec

from kiosk import actions
from kiosk.plan import WindowPlan
from kiosk.queries import past_ticket
from kiosk.staffroom import Staffroom
from kiosk.tables import State
from kiosk.window import actions as windows
from kiosk.window import errands, recalls
from shared.errors import Refused

Short = Annotated[str, msgspec.Meta(max_length=200)]


class Press(msgspec.Struct):
    """One press: ``ticket`` is the code that the clerk was looking at, ``key`` and ``call`` what the screen had drawn."""

    ticket: Short = ""
    key: Short = ""
    call: int = 0
    service: Short = ""
    reason: Short = ""
    other: Short = ""

    @property
    def why(self) -> str:
        return self.other.strip() or self.reason.strip()


Act = Callable[[Staffroom, WindowPlan, Press], Awaitable[Any]]


def _plainly(action: Callable[..., Any]) -> Act:
    """An act on whoever is at the window."""
    return lambda room, window, press: room.act(action, window=window, ticket=press.ticket)


ACTS: dict[str, Act] = {
    "next": lambda room, window, press: room.act(actions.call_next, window=window, key=f"{window.code}/{press.key}"),
    "recall": lambda room, window, press: room.act(recalls.call_again, window=window, ticket=press.ticket, seen=press.call),
    "start": _plainly(actions.start),
    "finish": _plainly(actions.finish),
    "miss": _plainly(actions.miss),
    "hold": _plainly(actions.hold),
    "errand": _plainly(errands.send_away),
    "transfer": lambda room, window, press: room.act(
        actions.transfer, window=window, ticket=press.ticket, service=press.service
    ),
    "choose": lambda room, window, press: room.act(
        actions.call_chosen, window=window, code=press.ticket, reason=press.why
    ),
    "resume": lambda room, window, press: room.act(actions.resume, window=window, code=press.ticket),
    "fetch": lambda room, window, press: room.act(recalls.bring_back, window=window, code=press.ticket, reason=press.why),
    "back": lambda room, window, press: room.act(actions.come_back, code=press.ticket),
    "open": lambda room, window, press: room.act(windows.open_window, window=window),
    "pause": lambda room, window, press: room.act(windows.pause_window, window=window, reason=press.why),
}
AFTER = {
    "start": State.SERVING, "finish": State.DONE, "miss": State.MISSED, "hold": State.ON_HOLD, "errand": State.ON_HOLD,
    "transfer": State.WAITING, "resume": State.SERVING, "choose": State.CALLED, "fetch": State.CALLED,
}  # fmt: skip


async def is_done(room: Staffroom, window: WindowPlan, deed: str, press: Press) -> bool:
    """Whether this very press has been carried out already: a double press is no fault, and does nothing twice."""
    if deed not in AFTER or not press.ticket:
        return False
    picture = await room.picture()
    here = picture.at_window.get(window.id)
    ticket = picture.by_code.get(press.ticket) or await room.read(past_ticket, hall=room.hall, code=press.ticket)
    if ticket is None or ticket.state != AFTER[deed]:
        return False
    if deed == "transfer":
        return here is None and room.plan.services_by_id[ticket.service_id].code == press.service
    return here == ticket if ticket.state in (State.CALLED, State.SERVING) else here is None and ticket.window_id == window.id


def as_seen(refusal: Refused, press: Press) -> Refused:
    """Whoever saw a visitor here and finds nobody hears that somebody was quicker."""
    if press.ticket and refusal.code in ("nobody-at-window", "nobody-called"):
        return Refused("moved-on")
    return refusal
