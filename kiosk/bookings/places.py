"""Places of bookings: claimed, given back, returned; and what every act of a booking has in common.

A place is claimed by one statement on the slot's only row, so that none is ever given beyond the contingent.
"""

from datetime import datetime, timedelta
from secrets import randbelow
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, delete, select

from kiosk.bookings.queries import Slot, slot_at
from kiosk.bookings.tables import Booking, BookingSlot, PlaceReturn
from kiosk.plan import HallPlan, ServicePlan
from shared.errors import Refused
from shared.journal import record
from shared.live import bump
from shared.prepared import insert_into

WEB, DESK, TELEPHONE = "web", "desk", "phone"


def moved(session: Session, plan: HallPlan) -> None:
    bump(session, bookings_board(plan.id))


def bookings_board(hall: UUID) -> str:
    """The name of the board that every change of a hall's bookings moves."""
    return f"bookings:{hall.hex}"


def lead_of(plan: HallPlan, source: str) -> int:
    """How many minutes ahead one has to book: on the web by the office's number, at the desk not at all."""
    return plan.provisions["booking.lead_minutes"] if source == WEB else 0


def claim(session: Session, plan: HallPlan, service: ServicePlan, starts_at: datetime, now: datetime, lead: int) -> Slot:
    """Takes one place of a slot, if there is one left. Refuses ``slot-gone``."""
    slot = slot_at(session, plan=plan, service=service, starts_at=starts_at, now=now, lead=lead)
    if slot is None or not take_place(session, service.id, slot.starts_at, slot.places):
        raise Refused("slot-gone", 409)
    return slot


def take_place(session: Session, service: UUID, starts_at: datetime, places: int) -> bool:
    """One statement: the first place makes the slot's row, each further one counts it up while there are ``places``."""
    if places < 1:
        return False
    row = insert_into(BookingSlot, session.info["dialect"].name).values(service_id=service, starts_at=starts_at, taken=1)
    counted = row.on_conflict_do_update(
        index_elements=["service_id", "starts_at"], set_={"taken": col(BookingSlot.taken) + 1},
        where=col(BookingSlot.taken) < places,
    ).returning(col(BookingSlot.taken))
    return session.exec(counted).first() is not None


def give_back(session: Session, plan: HallPlan, row: Booking, now: datetime) -> None:
    """A place returns after a random time, so that nobody can hand it to a certain person."""
    least, most = plan.provisions["booking.return_least"], plan.provisions["booking.return_most"]
    seconds = 60 * least + randbelow(60 * max(0, most - least) + 1)
    session.add(PlaceReturn(service_id=row.service_id, starts_at=row.starts_at, returns_at=now + timedelta(seconds=seconds)))


def return_places(session: Session, *, now: datetime) -> int:
    """Places whose time to return has come can be booked again; returns how many."""
    due = session.exec(select(PlaceReturn).where(col(PlaceReturn.returns_at) <= now)).all()
    for row in due:
        if session.exec(delete(PlaceReturn).where(col(PlaceReturn.id) == row.id)).rowcount:
            here = (col(BookingSlot.service_id) == row.service_id, col(BookingSlot.starts_at) == row.starts_at)
            fewer = update(BookingSlot).where(*here, col(BookingSlot.taken) > 0).values(taken=col(BookingSlot.taken) - 1)
            session.exec(fewer)
    return len(due)


def note(
    session: Session, plan: HallPlan, act: str, row: Booking, by: str, now: datetime, reason: str = "",
    more: dict[str, Any] | None = None,
) -> None:
    told = {"service": plan.services_by_id[row.service_id].code, "starts_at": f"{row.starts_at:%Y-%m-%dT%H:%MZ}", **(more or {})}
    record(session, office=plan.office_id, act=act, subject=f"booking:{row.id.hex}", by=by, now=now, detail=told,
           reason=reason.strip()[:300])
