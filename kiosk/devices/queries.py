"""What staff see of the hall's screens: how each is, what is wrong, and the numbers that kiosks held and gave in outages."""

from collections import Counter
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from kiosk.devices import actions as pulse
from kiosk.devices.tables import DeviceState
from kiosk.offline.tables import Block, BlockNumber, Held
from kiosk.queries import TaskView, open_tasks
from kiosk.window.overview import DeviceView, devices

RECORDED = 40
ABOUT = ("kiosk-down", "printer", "silent")


class ScreenView(msgspec.Struct, frozen=True):
    """One screen. ``state``: what it said last (None: nothing yet); ``troubles``: open tasks about it; ``ready``: numbers that it
    holds for an outage."""

    device: DeviceView
    state: DeviceState | None
    troubles: list[TaskView]
    ready: int

    @property
    def out(self) -> str:
        return self.state.out_reason if self.state else ""

    @property
    def scanned_at(self) -> datetime | None:
        """When its scanner last read something, by its own clock."""
        with suppress(ValueError):
            return datetime.fromisoformat(self.state.parts.get("scanner", "")) if self.state else None
        return None

    def is_heard(self, now: datetime) -> bool:
        return self.device.is_seen(now) or bool(self.state and self.state.beat_at and now - self.state.beat_at < pulse.LOST)


class Recorded(msgspec.Struct, frozen=True):
    """A number that was given offline and handed in."""

    number: str
    service_id: UUID
    place: str
    arrived_at: datetime
    handed_in_at: datetime
    unsure: bool


def screens(session: Session, *, hall: UUID) -> list[ScreenView]:
    """The paired screens of a hall and those that wait for pairing."""
    known, about = pulse.states(session, hall=hall), _troubles(session, hall)
    ready = _ready(session, hall)
    return [
        ScreenView(one, known.get(one.id), about.get(one.id.hex, []), ready[f"device:{one.id}"])
        for one in devices(session, hall=hall) if one.state != "revoked"
    ]


def recorded(session: Session, *, hall: UUID) -> list[Recorded]:
    """The latest numbers that were given offline, newest first."""
    rows = session.exec(
        select(BlockNumber, Block.place)
        .join(Block, col(Block.id) == col(BlockNumber.block_id))
        .where(BlockNumber.hall_id == hall, BlockNumber.state == Held.USED)
        .order_by(col(BlockNumber.settled_at).desc(), col(BlockNumber.arrived_at).desc()).limit(RECORDED)
    ).all()
    return [Recorded(one.number, one.service_id, place, one.arrived_at, one.settled_at, one.unsure)
            for one, place in rows if one.arrived_at and one.settled_at]


def _ready(session: Session, hall: UUID) -> Counter[str]:
    rows = session.exec(
        select(Block.holder)
        .join(BlockNumber, col(BlockNumber.block_id) == col(Block.id))
        .where(Block.hall_id == hall, col(Block.closed_at).is_(None), BlockNumber.state == Held.READY)
    ).all()
    return Counter(rows)


def _troubles(session: Session, hall: UUID) -> dict[str, list[TaskView]]:
    found: dict[str, list[TaskView]] = {}
    for task in open_tasks(session, hall=hall):
        if task.kind in ABOUT:
            found.setdefault(task.subject.partition(":")[2], []).append(task)
    return found
