"""Paper slips: ticket first, print second, confirmed third. The actions around a `Slip` row; `kiosk.printing` prints.

A slip is printed at most once and never later than `TOO_OLD`: a roll of paper that is changed at noon must not bring the
morning's numbers out.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import update
from sqlmodel import Session, col, select

from kiosk import actions
from kiosk.desk import tasks
from kiosk.discreet import actions as discreet
from kiosk.discreet.queries import is_apart, rule_of
from kiosk.forecast.forecast import Offer
from kiosk.plan import HallPlan
from kiosk.slips.printer import Outcome
from kiosk.tables import Slip, SlipState, Ticket
from shared.errors import Refused
from shared.people import Device

TOO_OLD = timedelta(seconds=60)
LOST = timedelta(seconds=90)  # a slip sent so long ago belongs to a process that has gone
PATIENCE_SECONDS = 5  # after that a visitor is told to photograph the number
PRINTERS = ("network", "usb")


class SlipView(msgspec.Struct, frozen=True):
    """What is known of a ticket's slip."""

    state: str
    reason: str
    made_at: datetime


class Queued(msgspec.Struct, frozen=True):
    """A slip that waits for its printer, or that a process which has gone has left behind (``lost``)."""

    id: UUID
    hall_id: UUID
    device_id: UUID | None
    lost: bool


class Job(msgspec.Struct, frozen=True):
    """A slip that this process, and no other, is to print. ``quiet``: of a discreet visit."""

    id: UUID
    device_id: UUID
    place: str
    printer: dict[str, Any]
    number: str
    code: str
    service_id: UUID
    language: str
    arrived_at: datetime
    quiet: bool = False


def take_number(
    session: Session, *, plan: HallPlan, service: str, now: datetime, by: str, device: UUID | None = None, lane: str = "",
    needs: Sequence[str] = (), language: str = "zh-CN", key: str | None = None, slot: datetime | None = None,
    promised: Offer | None = None,
) -> actions.Issued:
    """`actions.issue` at a kiosk: with the ticket, in its transaction, the slip for the printer of the ``device``, if any."""
    issued = actions.issue(session, plan=plan, service=service, now=now, by=by, lane=lane, needs=needs, language=language,
                           key=key, slot=slot, promised=promised)
    if issued.fresh and device is not None and printer_kind(session, device=device) in PRINTERS:
        session.add(Slip(hall_id=plan.id, ticket_id=issued.id, device_id=device, made_at=now))
    return issued


def take_discreet(
    session: Session, *, plan: HallPlan, service: str, now: datetime, by: str, device: UUID | None = None, lane: str = "",
    needs: Sequence[str] = (), language: str = "zh-CN", key: str | None = None,
) -> discreet.Given:
    """The same quietly, for a service whose row offers it. Refuses ``unknown-service`` for any other."""
    if service not in rule_of(session, hall=plan.id).services:
        raise Refused("unknown-service", 404)
    given = discreet.take(session, plan=plan, service=service, now=now, by=by, lane=lane, needs=needs, language=language, key=key)
    if given.fresh and device is not None and printer_kind(session, device=device) in PRINTERS:
        session.add(Slip(hall_id=plan.id, ticket_id=given.id, device_id=device, made_at=now))
    return given


def printer_kind(session: Session, *, device: UUID | None) -> str:
    """How a device prints: ``none``, ``browser``, ``network`` or ``usb``."""
    row = session.get(Device, device) if device else None
    return str(row.printer.get("kind", "none")) if row else "none"


def slip_view(session: Session, *, ticket: UUID) -> SlipView | None:
    row = session.exec(select(Slip).where(Slip.ticket_id == ticket)).first()
    return SlipView(row.state, row.reason, row.made_at) if row else None


def queued(session: Session, *, now: datetime) -> list[Queued]:
    """The slips to be printed, oldest first, and those left behind by a process that has gone."""
    rows = session.exec(
        select(Slip.id, Slip.hall_id, Slip.device_id, Slip.state)
        .where(
            (col(Slip.state) == SlipState.QUEUED) | ((col(Slip.state) == SlipState.SENT) & (col(Slip.made_at) < now - LOST))
        )
        .order_by(col(Slip.made_at))
    ).all()
    return [Queued(row[0], row[1], row[2], row[3] == SlipState.SENT) for row in rows]


def claim(session: Session, *, plan: HallPlan, slip: UUID, now: datetime) -> Job | None:
    """Takes a queued slip for this process. None when another has it, the printer is busy, or it is too old to be printed."""
    row, ticket = session.exec(select(Slip, Ticket).join(Ticket).where(Slip.id == slip)).one()
    device = session.exec(select(Device).where(Device.id == row.device_id).with_for_update()).one()
    if _is_printing(session, device.id, now) or not _take(session, slip):
        return None
    job = Job(row.id, device.id, device.name, dict(device.printer), ticket.number, ticket.code, ticket.service_id,
              ticket.language, ticket.arrived_at, is_apart(session, ticket=ticket.id))
    if now - row.made_at <= TOO_OLD:
        return job
    settle(session, plan=plan, slip=slip, device=device.id, place=device.name, outcome=Outcome("failed"), now=now,
           reason="too-old")
    return None


def settle(
    session: Session, *, plan: HallPlan, slip: UUID, device: UUID | None, outcome: Outcome, now: datetime, place: str = "",
    reason: str = "",
) -> None:
    """Keeps what became of a slip. Staff get a task when it is not confirmed; the next good slip closes that task."""
    said = reason or outcome.reason
    session.exec(update(Slip).where(col(Slip.id) == slip).values(state=outcome.state, reason=said, settled_at=now))
    trouble = said if outcome.state != "confirmed" else next(iter(outcome.warnings), "")
    if trouble or outcome.state != "confirmed":
        tell(session, plan=plan, device=device, place=place, reason=trouble, now=now)
    else:
        tasks.solve(session, plan=plan, subject=tasks.device_subject(tasks.PRINTER, device), now=now, by="printer")


def tell(session: Session, *, plan: HallPlan, device: UUID | None, place: str, reason: str, now: datetime) -> None:
    """Opens the task about a printer."""
    tasks.open_task(session, plan=plan, kind=tasks.PRINTER, subject=tasks.device_subject(tasks.PRINTER, device), place=place,
                    detail={"reason": reason}, now=now, by="printer")


def _is_printing(session: Session, device: UUID, now: datetime) -> bool:
    at_work = (Slip.device_id == device, col(Slip.state) == SlipState.SENT, col(Slip.made_at) >= now - LOST)
    return session.exec(select(Slip.id).where(*at_work).limit(1)).first() is not None


def _take(session: Session, slip: UUID) -> bool:
    mine = session.exec(
        update(Slip).where(col(Slip.id) == slip, col(Slip.state) == SlipState.QUEUED).values(state=SlipState.SENT)
    )
    return bool(mine.rowcount)
