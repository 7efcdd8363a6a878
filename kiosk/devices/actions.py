"""How the hall's screens are and what staff ask of them: a screen tells of itself every few seconds and hears what it is to do.

Out of order is a row here, so that a screen shows it also after a restart.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlmodel import Session, select

from kiosk.devices.tables import DeviceState
from kiosk.plan import HallPlan
from shared.errors import Refused
from shared.journal import record
from shared.people import Device

COMMANDS = ("reload", "restart")
LOST = timedelta(minutes=3)
NOTED = timedelta(minutes=1)  # a screen that tells nothing new is written down so often
PARTS_MOST, WORDS_MOST, REASON_MOST = 8, 60, 120


class Told(msgspec.Struct, frozen=True):
    """What a screen is to do now (empty: nothing), and why it is out of order, if it is."""

    command: str = ""
    out: str = ""


class Beat(msgspec.Struct, frozen=True):
    """What a screen says of itself. ``began``: its page has just been loaded."""

    version: str = ""
    began: bool = False
    fault: str = ""
    parts: dict[str, str] = {}


def out_of_order(session: Session, *, device: UUID) -> str:
    """Why a screen is out of order; empty when it is not."""
    return session.exec(select(DeviceState.out_reason).where(DeviceState.device_id == device)).first() or ""


def heard(session: Session, *, device: UUID, beat: Beat, now: datetime) -> Told | None:
    """The answer to a beat that brings nothing new; None when it has to be written down."""
    row = session.get(DeviceState, device)
    if row is None or row.beat_at is None or beat.began or beat.fault or (row.command and row.taken_at is None):
        return None
    same = (row.version, row.parts) == (beat.version[:40], _parts(beat.parts))
    return Told("", row.out_reason) if same and now - row.beat_at < NOTED else None


def note_beat(session: Session, *, device: UUID, hall: UUID, beat: Beat, now: datetime) -> Told:
    """Writes down what a screen says. A command is given once; a page loaded after it has done it."""
    row = session.get(DeviceState, device) or DeviceState(device_id=device, hall_id=hall)
    row.beat_at, row.version, row.parts = now, beat.version[:40], _parts(beat.parts)
    if beat.fault:
        row.fault, row.fault_at = beat.fault[:200], now
    if beat.began:
        row.began_at = now
        if row.command and row.taken_at is not None:
            row.command, row.done_at = "", now
    command = row.command if row.command and row.taken_at is None else ""
    if command:
        row.taken_at = now
    session.add(row)
    return Told(command, row.out_reason)


def ask(session: Session, *, plan: HallPlan, device: UUID, command: str, now: datetime, by: str) -> None:
    """Asks a screen to load its page anew, or to start afresh. Refuses ``unknown-device``, ``invalid``."""
    if command not in COMMANDS:
        raise Refused("invalid", 422)
    row = _row(session, plan, device)
    row.command, row.command_by, row.asked_at, row.taken_at, row.done_at = command, by, now, None, None
    session.add(row)
    record(session, office=plan.office_id, act="device-asked", subject=f"device:{device}", by=by, now=now,
           detail={"command": command})


def set_out(session: Session, *, plan: HallPlan, device: UUID, reason: str, now: datetime, by: str) -> None:
    """Sets a screen out of order, or with no reason back to work. Refuses ``unknown-device``."""
    row, said = _row(session, plan, device), reason.strip()[:REASON_MOST]
    if row.out_reason == said:
        return
    row.out_reason, row.out_by, row.out_at = said, by, now
    row.command, row.command_by, row.asked_at, row.taken_at, row.done_at = "reload", by, now, None, None
    session.add(row)
    record(session, office=plan.office_id, act="device-out-of-order" if said else "device-in-order", subject=f"device:{device}",
           by=by, now=now, reason=said)


def states(session: Session, *, hall: UUID) -> dict[UUID, DeviceState]:
    return {row.device_id: row for row in session.exec(select(DeviceState).where(DeviceState.hall_id == hall)).all()}


def _row(session: Session, plan: HallPlan, device: UUID) -> DeviceState:
    found = session.get(Device, device)
    if found is None or found.hall_id != plan.id:
        raise Refused("unknown-device", 404)
    return session.get(DeviceState, device) or DeviceState(device_id=device, hall_id=plan.id)


def _parts(parts: Mapping[str, str]) -> dict[str, str]:
    return {name[:20]: said[:WORDS_MOST] for name, said in sorted(parts.items())[:PARTS_MOST]}
