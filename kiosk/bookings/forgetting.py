"""What time takes away of bookings: who booked. That somebody had, for which service and when, and what became of it stays."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from kiosk.bookings.tables import Booking
from shared.forgetting import BATCH, forgotten
from shared.offices import Hall

GONE = "forgotten:"


def forget_bookings(session: Session, *, office: UUID, days: int, now: datetime, by: str) -> int:
    """Name, telephone, mail address and code, so many days after the booked time."""
    halls = select(Hall.id).where(Hall.office_id == office)
    rows = session.exec(
        select(Booking)
        .where(col(Booking.hall_id).in_(halls), col(Booking.starts_at) < now - timedelta(days=days),
               ~col(Booking.code_index).startswith(GONE))
        .limit(BATCH)
    ).all()
    for row in rows:
        row.name = row.phone = row.mail = row.code = b""
        row.phone_index, row.code_index, row.request_key = "", f"{GONE}{row.id.hex}", None
        session.add(row)
    return forgotten(session, "bookings", len(rows), office=office, now=now, by=by)
