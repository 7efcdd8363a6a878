"""What the supervisor sees of the hall, put together from its picture: who waits how long, whose promise is at risk, how each
window stands. Pure; `screens` reads and draws."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from kiosk.hall import age_picture
from kiosk.hall.queries import HallOverview, Stand
from kiosk.hall.watch import ASKED
from kiosk.picture import Picture, Standing
from kiosk.plan import ServicePlan, WindowPlan
from kiosk.queries import TaskView
from kiosk.tables import State
from kiosk.window.console import LONG_SHARE
from kiosk.window.overview import Seated

AT_RISK_MOST = 8
SOON = timedelta(minutes=5)  # so near to the promise, whoever still has others before them is at risk


class Queue(msgspec.Struct, frozen=True):
    """Who waits for a service. ``fresh``, ``long`` and ``late``: how many by age; ``drawn``: the same as a picture; ``windows``:
    codes of the open ones."""

    service: ServicePlan
    waiting: int
    fresh: int
    long: int
    late: int
    oldest: datetime | None
    wait: tuple[int, int]
    windows: list[str]
    drawn: str

    @property
    def level(self) -> str:
        return "late" if self.late else "long" if self.long else ""


class Seat(msgspec.Struct, frozen=True):
    """A window: who sits there, whom it has, since when and why it stands as it does."""

    window: WindowPlan
    person: Seated | None
    current: Standing | None
    stand: Stand | None
    held: int
    services: list[ServicePlan]


class Risk(msgspec.Struct, frozen=True):
    """Somebody whose promise may be broken: ``late`` minutes more than was said; ``broken``: it already is."""

    ticket: Standing
    service: ServicePlan
    until: datetime
    late: int
    broken: bool


class HallView(msgspec.Struct, frozen=True, kw_only=True):
    """The supervisor's page. ``asked``: tasks of visitors who wait for an answer, and what was raised; ``tasks``: the others."""

    queues: list[Queue]
    seats: list[Seat]
    risks: list[Risk]
    risks_more: int
    asked: list[TaskView]
    tasks: list[TaskView]
    cap: int
    long: int
    serving: int
    missed: int

    @property
    def waiting(self) -> int:
        return sum(one.waiting for one in self.queues)

    @property
    def late(self) -> int:
        return sum(one.late for one in self.queues)

    @property
    def open_windows(self) -> int:
        return sum(one.window.state == "open" for one in self.seats)


def compose(picture: Picture, seen: HallOverview, now: datetime) -> HallView:
    """The hall as it stands."""
    cap = picture.plan.provisions["order.cap_minutes"]
    risks = at_risk(picture, seen.promised, now)
    first = [task for task in seen.tasks if task.kind in ASKED or task.escalated_at]
    return HallView(
        queues=[_queue(picture, one, cap, now) for one in picture.plan.services],
        seats=[_seat(picture, one, seen) for one in picture.plan.windows],
        risks=risks[:AT_RISK_MOST],
        risks_more=max(0, len(risks) - AT_RISK_MOST),
        asked=first,
        tasks=[task for task in seen.tasks if task not in first],
        cap=cap,
        long=round(cap * LONG_SHARE),
        serving=len(picture.in_state(State.SERVING)),
        missed=len(picture.in_state(State.MISSED)),
    )


def at_risk(picture: Picture, promised: Mapping[UUID, datetime], now: datetime) -> list[Risk]:
    """Of those who wait: whose call is expected (the middle of what they are told) after the time promised, or hardly before
    it; the soonest promise first."""
    found = []
    for one in picture.in_state(State.WAITING):
        until = promised.get(one.id)
        if until is None or one.ready_at > now:
            continue
        late = round((now + timedelta(minutes=sum(picture.wait_for(one, now)) / 2) - until).total_seconds() / 60)
        if late > 0 or (until - now <= SOON and picture.ahead(one)):
            found.append(Risk(one, picture.plan.services_by_id[one.service_id], until, max(late, 0), until <= now))
    return sorted(found, key=lambda risk: risk.until)


def _queue(picture: Picture, service: ServicePlan, cap: int, now: datetime) -> Queue:
    ages = [(now - one.queued_at).total_seconds() / 60 for one in picture.line(service)]
    border = round(cap * LONG_SHARE)
    late, long = sum(age >= cap for age in ages), sum(border <= age < cap for age in ages)
    oldest = min((one.queued_at for one in picture.line(service)), default=None)
    windows = [one.code for one in picture.plan.windows_for(service)]
    drawn = age_picture.picture(ages, long=border, cap=cap)
    fresh = len(ages) - long - late
    return Queue(service, len(ages), fresh, long, late, oldest, picture.wait_now(service, now), windows, drawn)


def _seat(picture: Picture, window: WindowPlan, seen: HallOverview) -> Seat:
    held = sum(one.window_id == window.id for one in picture.in_state(State.ON_HOLD))
    services = [one for one in picture.plan.services if one.skill in window.skills]
    return Seat(window, seen.people.get(window.id), picture.at_window.get(window.id), seen.stands.get(window.id), held, services)
