"""A ticket's place in the order, between its row and the rules of `order`: read, made anew after an event, put back.

Each runs inside an act that has moved the hall's board first.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from kiosk import order
from kiosk import statements as do
from kiosk.order import Place, Terms
from kiosk.picture import Standing
from kiosk.plan import HallPlan
from shared.journal import JournalLine

MISSED, CAME_BACK = "ticket-missed", "ticket-came-back"


def terms_of(plan: HallPlan) -> Terms:
    return Terms.of(plan.provisions)


def place_of(ticket: Standing) -> Place:
    return Place(ticket.queued_at, ticket.ready_at, ticket.rank_at, ticket.head_start)


def put(
    session: Session, ticket: Standing, version: int, place: Place, *, service: UUID | None = None,
    deferred: int | None = None, origin: str | None = None,
) -> None:
    """Back into the line at this place."""
    do.REQUEUE.run(
        session,
        ticket=ticket.id,
        to_service=service or ticket.service_id,
        queued=place.queued_at,
        ready=place.ready_at,
        rank=place.rank_at,
        credit=place.head_start,
        deferred=ticket.deferrals if deferred is None else deferred,
        origin=ticket.transferred_from if origin is None else origin,
        seen=version,
    )


def after_a_missed_call(session: Session, plan: HallPlan, ticket: Standing, now: datetime) -> Place:
    """When the call was missed and how often somebody has come back before, the journal knows."""
    lines = session.exec(
        select(JournalLine.act, JournalLine.at)
        .where(JournalLine.subject == f"ticket:{ticket.id.hex}", col(JournalLine.act).in_((MISSED, CAME_BACK)))
        .order_by(col(JournalLine.id))
    ).all()
    missed = [at for act, at in lines if act == MISSED]
    times = sum(act == CAME_BACK for act, _ in lines)
    terms = terms_of(plan)
    following = do.NEXT_OF.all(session, service=ticket.service_id, now=now, most=terms.return_calls)
    return order.came_back(place_of(ticket), now, missed[-1] if missed else now, times, following, terms)


def after_an_errand(plan: HallPlan, ticket: Standing, now: datetime) -> Place:
    """Back with the paper: when it was in time, the old place."""
    return order.back_from_errand(place_of(ticket), now, ticket.errand_at or now, terms_of(plan))


def sent_on(plan: HallPlan, ticket: Standing, target: UUID, now: datetime) -> Place:
    """In another service: the arrival stays, a lane counts as it does there, a booking keeps its own head start."""
    held = plan.lane_held(ticket.lane)
    here = plan.head_start(held, plan.services_by_id[ticket.service_id])
    there = plan.head_start(held, plan.services_by_id[target])
    return order.transferred(place_of(ticket), now, there, ticket.head_start if ticket.head_start > here else 0)
