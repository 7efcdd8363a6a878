"""The services of a hall as a visitor is offered them, also those that cannot be had now. Pure; the picture and the time
come in.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from kiosk.picture import Picture
from kiosk.plan import HallPlan, ServicePlan


class MatterView(msgspec.Struct, frozen=True):
    """A service as it is offered: ``state`` is open, booking, full, late (a number could no longer be honoured today) or
    closed; minutes of an honest range."""

    service: ServicePlan
    state: str
    people: int
    low: int
    high: int


def matters(picture: Picture, now: datetime, full: Collection[UUID]) -> list[MatterView]:
    """Every service of the hall, also those that cannot be had now."""
    return [_matter(picture, one, now, full) for one in picture.plan.services]


def _matter(picture: Picture, service: ServicePlan, now: datetime, full: Collection[UUID]) -> MatterView:
    offer, state = picture.offer(service, 0, now), _state(picture.plan, service, now, full)
    state = "late" if state == "open" and offer.too_late else state
    return MatterView(service, state, picture.waiting(service), offer.low, offer.high)


def _state(plan: HallPlan, service: ServicePlan, now: datetime, full: Collection[UUID]) -> str:
    if service.by_booking:
        return "booking"
    if not plan.is_serving(service, now):
        return "closed"
    return "full" if service.id in full else "open"


def best_lane(plan: HallPlan, service: str, touched: Sequence[str]) -> str:
    """Of the lanes somebody has touched, the one with the longest head start in this service."""
    lanes = [one for one in plan.lanes if one.code in touched]
    wanted = next((one for one in plan.services if one.code == service), None)
    if not lanes or wanted is None:
        return ""
    return max(lanes, key=lambda one: plan.head_start(one, wanted)).code
