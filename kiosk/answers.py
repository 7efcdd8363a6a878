"""What the JSON API takes and gives: one struct per body. Shapes only."""

from datetime import datetime
from typing import Annotated, Self

import msgspec

from kiosk.forecast.forecast import Said
from kiosk.picture import Picture, Standing
from kiosk.plan import HallPlan, ServicePlan, WindowPlan
from kiosk.steps import Called
from kiosk.tables import State


class Range(msgspec.Struct, frozen=True):
    """Minutes, rounded to five."""

    low: int
    high: int


class ServiceOut(msgspec.Struct, frozen=True):
    code: str
    name: str
    name_zh: str
    name_en: str
    open: bool
    waiting: int
    wait_minutes: Range

    @classmethod
    def of(cls, picture: Picture, service: ServicePlan, now: datetime) -> Self:
        offer = picture.offer(service, 0, now)
        return cls(
            service.code, service.name_zh, service.name_zh, service.name_en,
            picture.plan.is_serving(service, now) and not offer.too_late, picture.waiting(service), Range(offer.low, offer.high),
        )


class WindowOut(msgspec.Struct, frozen=True):
    code: str
    name_zh: str
    name_en: str
    state: str
    skills: list[str]
    serving: str | None

    @classmethod
    def of(cls, picture: Picture, window: WindowPlan) -> Self:
        current = picture.at_window.get(window.id)
        return cls(window.code, window.name_zh, window.name_en, window.state, sorted(window.skills),
                   current.number if current else None)


class DoorIn(msgspec.Struct, forbid_unknown_fields=True):
    """What a counter at the door sends: how many people came in since its last report."""

    people: int


class TicketIn(msgspec.Struct, forbid_unknown_fields=True):
    """What a device sends to take a number."""

    service: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    language: Annotated[str, msgspec.Meta(pattern="^(zh-CN|en)$")] = "zh-CN"
    lane: Annotated[str, msgspec.Meta(max_length=24)] = ""
    needs: Annotated[list[Annotated[str, msgspec.Meta(max_length=30, pattern="^[a-z-]*$")]], msgspec.Meta(max_length=6)] = []


class TicketOut(msgspec.Struct, frozen=True, kw_only=True):
    number: str
    code: str
    service: str
    state: str
    people_ahead: int
    wait_minutes: Range
    issued_at: datetime
    url: str
    window: str | None = None
    wait_reason: str | None = None
    before_closing: str | None = None

    @classmethod
    def of(cls, picture: Picture, ticket: Standing, now: datetime, address: str) -> Self:
        """A ticket as it stands; one whose visit is over has nobody ahead and no wait. ``address``: of the centre."""
        plan, waits = picture.plan, ticket.state == State.WAITING
        said = picture.said_to(ticket, now) if waits else Said(0, 0)
        return cls(
            number=ticket.number, code=ticket.code, service=plan.services_by_id[ticket.service_id].code, state=ticket.state,
            people_ahead=picture.ahead(ticket) if waits else 0,
            wait_minutes=Range(said.low, said.high), wait_reason=said.reason.cause if said.reason else None,
            before_closing=said.closing,
            issued_at=ticket.arrived_at, url=f"{address}/t/{ticket.code}",
            window=plan.windows_by_id[ticket.window_id].code if ticket.window_id else None,
        )


class CallOut(msgspec.Struct, frozen=True, kw_only=True):
    call_id: int
    number: str
    code: str
    window: str
    service: str
    called_at: datetime

    @classmethod
    def of(cls, plan: HallPlan, called: Called) -> Self:
        return cls(call_id=called.call_id, number=called.number, code=called.code, window=called.window,
                   service=plan.services_by_id[called.service_id].code, called_at=called.called_at)


class VisitOut(msgspec.Struct, frozen=True, kw_only=True):
    number: str
    code: str
    state: str
    service: str
    window: str | None

    @classmethod
    def of(cls, plan: HallPlan, ticket: Standing, window: str | None = None) -> Self:
        return cls(number=ticket.number, code=ticket.code, state=ticket.state,
                   service=plan.services_by_id[ticket.service_id].code, window=window)


class TransferIn(msgspec.Struct, forbid_unknown_fields=True):
    service: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
