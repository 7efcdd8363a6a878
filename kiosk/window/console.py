"""What a window's console shows, put together from the hall's picture: who waits in the order of call, who is here, what
can be done now and why not. Pure; `counter` reads and draws."""

from datetime import datetime, timedelta
from functools import partial

import msgspec
from msgspec.structs import replace

from kiosk import order
from kiosk.picture import Picture, Standing
from kiosk.plan import ServicePlan, WindowPlan
from kiosk.tables import State, WindowState
from kiosk.window.errands import kept_until
from kiosk.window.overview import CallMade, Overview

ROWS = 60
LONG_SHARE = 0.5  # from half of the long-wait rule's minutes on, a wait is called long
REMIND_SHARE = 0.75
REMINDED = 3


class Row(msgspec.Struct, frozen=True):
    """A waiting visitor. ``deferred``: not to be called before ``ready_at``; ``is_next``: the order's next for this window;
    ``wait``: minutes still to wait, as their own screens say; ``until``: by when the call was promised with the number."""

    ticket: Standing
    service: ServicePlan
    origin: ServicePlan | None
    deferred: bool
    is_next: bool
    wait: tuple[int, int] | None = None
    until: datetime | None = None

    def is_late(self, now: datetime) -> bool:
        """Whether the promise is broken, or is more likely to be than not: by the middle of what is still to wait."""
        return self.until is not None and now + timedelta(minutes=sum(self.wait) / 2 if self.wait else 0) > self.until


class Other(msgspec.Struct, frozen=True):
    """A service that this window does not serve, and who waits for it."""

    service: ServicePlan
    rows: list[Row]


class Console(msgspec.Struct, frozen=True, kw_only=True):
    """All that the console's template needs. ``cap`` and ``long`` in minutes; ``key`` names this drawing's next call;
    ``blocked``: act -> why it cannot be done now; ``several``: the window serves more than one service; ``away``: sent from
    here for a paper, and until when the place is kept."""

    window: WindowPlan
    current: Standing | None
    service: ServicePlan | None
    origin: ServicePlan | None
    mine: list[Row]
    more: int
    others: list[Other]
    several: bool
    held: list[Standing]
    away: list[tuple[Standing, datetime]]
    missed: list[Standing]
    overdue: list[Row]
    overview: Overview
    blocked: dict[str, str]
    cap: int
    long: int
    key: str

    @property
    def last_call(self) -> CallMade | None:
        return self.overview.calls[0] if self.overview.calls else None

    @property
    def waiting(self) -> int:
        return len(self.mine) + self.more

    @property
    def next_up(self) -> Row | None:
        return next((row for row in self.mine if row.is_next), None)


def compose(picture: Picture, window: WindowPlan, seen: Overview, now: datetime) -> Console:
    """The console of a window as the hall stands."""
    plan, cap = picture.plan, picture.plan.provisions["order.cap_minutes"]
    ours = [one for one in plan.services if one.skill in window.skills]
    mine = in_order([ticket for one in ours for ticket in picture.line(one)], now, cap, seen.capped)
    rows = [row(picture, ticket, now, is_next=at == 0) for at, ticket in enumerate(mine)]
    current = picture.at_window.get(window.id)
    here = [one for one in picture.in_state(State.ON_HOLD) if one.window_id == window.id]
    held = [one for one in here if not one.is_away]
    others = [
        Other(one, [row(picture, ticket, now) for ticket in picture.line(one)])
        for one in plan.services if one not in ours and picture.waiting(one)
    ]
    return Console(
        window=window,
        current=current,
        service=plan.services_by_id[current.service_id] if current else None,
        origin=_origin(picture, current) if current else None,
        mine=[_expected(picture, one, seen, now) for one in rows[:ROWS]],
        more=max(0, len(rows) - ROWS),
        others=others,
        several=len(ours) > 1,
        held=sorted(held, key=lambda one: one.started_at or one.arrived_at),
        away=sorted(((one, kept) for one in here if (kept := kept_until(plan, one))), key=lambda pair: pair[1]),
        missed=sorted(picture.in_state(State.MISSED), key=partial(_missed_first, window)),
        overdue=[one for one in rows if now - one.ticket.queued_at >= timedelta(minutes=cap * REMIND_SHARE)][:REMINDED],
        overview=seen,
        blocked=blocked(window, current, rows, others, held),
        cap=cap,
        long=round(cap * LONG_SHARE),
        key=f"{window.code}:{picture.version}",
    )


def in_order(waiting: list[Standing], now: datetime, cap: int, capped_last: bool) -> list[Standing]:
    """Who waits, in the order of their keys, but first whoever the next call of the window would be."""
    line = list(order.ranked(waiting))
    chosen = order.choose(line, now=now, cap=cap, capped_last=capped_last)
    if chosen is None:
        return line
    return [chosen[0], *(one for one in line if one is not chosen[0])]


def row(picture: Picture, ticket: Standing, now: datetime, *, is_next: bool = False) -> Row:
    deferred = ticket.ready_at > now
    service = picture.plan.services_by_id[ticket.service_id]
    return Row(ticket, service, _origin(picture, ticket), deferred, is_next and not deferred)


def _expected(picture: Picture, one: Row, seen: Overview, now: datetime) -> Row:
    """With how long it will still be, and what was promised."""
    return replace(one, wait=picture.wait_for(one.ticket, now), until=seen.promised.get(one.ticket.id))


def blocked(
    window: WindowPlan, current: Standing | None, mine: list[Row], others: list[Other], held: list[Standing]
) -> dict[str, str]:
    """The acts that cannot be done now, each with the reason's word. What is not named can be done."""
    if current is None:
        return _blocked_when_free(window, mine, others, held)
    busy = dict.fromkeys(("next", "choose", "resume", "fetch"), "busy")
    if current.state == State.SERVING:
        return busy | dict.fromkeys(("start", "recall", "miss"), "here")
    return busy | {"finish": "start-first"}


def _blocked_when_free(window: WindowPlan, mine: list[Row], others: list[Other], held: list[Standing]) -> dict[str, str]:
    told = dict.fromkeys(("start", "recall", "finish", "miss", "hold", "errand", "transfer", "register"), "nobody-here")
    if not held:
        told["resume"] = "nothing-held"
    if window.state != WindowState.OPEN:
        return told | dict.fromkeys(("next", "choose", "fetch"), "not-open")
    if not mine and not others:
        told["choose"] = "nobody-waits"
    if not any(not one.deferred for one in mine):
        told["next"] = "nobody-waits"
    return told


def _origin(picture: Picture, ticket: Standing) -> ServicePlan | None:
    return next((one for one in picture.plan.services if one.code == ticket.transferred_from), None)


def _missed_first(window: WindowPlan, one: Standing) -> tuple[bool, float]:
    """Those of this window first, the latest call first."""
    return one.window_id != window.id, -(one.called_at or one.arrived_at).timestamp()
