"""Which phones are to be rung now, and whether any can be forgotten."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import func
from sqlmodel import Session, col, select

from kiosk.push.tables import PushSubscription
from kiosk.tables import ENDED, Call, State, Ticket


class Due(msgspec.Struct, frozen=True):
    """A phone that has not been rung for the newest call of its visit. ``window``: the id of it."""

    id: UUID
    sealed: bytes
    language: str
    call: int
    number: str
    window: UUID


def due(session: Session, *, hall: UUID, now: datetime, seconds: int) -> list[Due]:
    """Calls that nobody has answered yet and that are not older than so many ``seconds``."""
    made = select(func.max(col(Call.id))).where(Call.ticket_id == PushSubscription.ticket_id)
    newest = made.correlate(PushSubscription).scalar_subquery()
    wanted = (
        select(PushSubscription, Call)
        .join(Ticket, col(Ticket.id) == col(PushSubscription.ticket_id))
        .join(Call, col(Call.id) == newest)
        .where(
            PushSubscription.hall_id == hall, Ticket.state == State.CALLED, col(Call.id) > col(PushSubscription.rung),
            col(Call.acknowledged_at).is_(None), col(Call.called_at) > now - timedelta(seconds=seconds),
        )
        .order_by(col(PushSubscription.id))
    )
    return [Due(one.id, one.sealed, one.language, call.id or 0, call.number, call.window_id)
            for one, call in session.exec(wanted).all()]


def has_ended(session: Session, *, hall: UUID) -> bool:
    over = select(PushSubscription.id).join(Ticket, col(Ticket.id) == col(PushSubscription.ticket_id))
    return session.exec(over.where(PushSubscription.hall_id == hall, col(Ticket.state).in_(ENDED)).limit(1)).first() is not None
