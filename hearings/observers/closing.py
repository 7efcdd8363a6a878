"""Withdrawing the seats of a hearing that has become closed, and telling those who had or awaited one: kindly, in time, and
without the reason."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from hearings import rules
from hearings.changes.told import listings
from hearings.invitations.means import CLOCK
from hearings.invitations.tables import Observer, ObserverState
from hearings.observers.changes import as_known, known_to, told_to
from hearings.observers.rules import HOPEFUL
from hearings.observers.sending import Answer, post_answer
from hearings.public.queries import last_announcement, published
from hearings.steps import note, touch
from hearings.tables import Hearing, HearingState
from shared.settings import Settings
from shared.vault import Vault


def to_withdraw(session: Session, *, now: datetime) -> list[UUID]:
    """Closed hearings that somebody still expects to watch."""
    wanted = select(Hearing).where(
        ~(col(Hearing.open) & col(Hearing.minor).is_(False)), col(Hearing.state).in_((*rules.PREPARING, HearingState.CANCELLED)),
        col(Hearing.id).in_(select(Observer.hearing_id).where(col(Observer.state).in_(HOPEFUL))),
    )
    return [one.id for one in session.exec(wanted).all() if _matters(session, one, now)]


def withdraw_seats(session: Session, hearing_id: UUID, *, sealing: Vault, settings: Settings, now: datetime) -> None:
    """Ends every application and tells each person once. Nothing when the hearing is open (again) or over."""
    hearing = session.get_one(Hearing, hearing_id)
    touch(session, hearing.office_id, hearing.id)
    session.refresh(hearing)
    found = last_announcement(session, hearing)
    if found is None or (hearing.open and not hearing.minor) or not _matters(session, hearing, now):
        return
    rows = session.exec(
        select(Observer).where(Observer.hearing_id == hearing.id, col(Observer.state).in_(HOPEFUL)).order_by(col(Observer.id))
    ).all()
    told, notices, dates = told_to(session, rows), published(session, hearing.id), listings(session, hearing.id)
    until = None if hearing.state == HearingState.POSTPONED else dates[-1].ends_at
    for row in rows:
        known = known_to(session, row, notices, told[row.id], dates)
        row.state, row.answered_at = ObserverState.CANCELLED, now
        session.add(row)
        post_answer(session, row, as_known(found, known), Answer.CLOSED, sealing=sealing, settings=settings, now=now,
                    sequence=hearing.sequence, until=until)
    if rows:
        note(session, hearing, "observers-let-go", CLOCK, now, {"people": len(rows)})


def _matters(session: Session, hearing: Hearing, now: datetime) -> bool:
    """Until the day is over; always while a hearing that was postponed has no day."""
    dates = listings(session, hearing.id)
    return bool(dates) and (hearing.state == HearingState.POSTPONED or now < dates[-1].ends_at)
