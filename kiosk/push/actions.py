"""What happens to the phones that want to be rung: they ask, take it back, are rung once for each call, and are forgotten."""

import hashlib
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import delete, exists, func, update
from sqlmodel import Session, col, select

from kiosk import steps
from kiosk.plan import HallPlan
from kiosk.push.addresses import Phone
from kiosk.push.tables import PushSubscription
from kiosk.tables import ENDED, Call, Ticket
from shared.errors import Refused
from shared.vault import Vault

PURPOSE = "push"
PHONES_MOST = 3  # for one number: a visitor's own, and of who came along


def ask(
    session: Session, *, plan: HallPlan, code: str, phone: Phone, language: str, sealing: Vault, now: datetime, by: str
) -> None:
    """This phone is rung from the next call on. Again: nothing changes. Refuses ``unknown-code``, ``ended``, ``invalid``."""
    from kiosk.push.message import checked

    ticket = steps.by_code(session, plan, code)
    if ticket.state in ENDED:
        raise Refused("ended")
    mark = digest(checked(phone).endpoint)
    known = session.exec(select(PushSubscription).where(PushSubscription.ticket_id == ticket.id)
                         .order_by(col(PushSubscription.made_at), col(PushSubscription.id))).all()
    again = next((one for one in known if one.digest == mark), None)
    row = again or PushSubscription(hall_id=plan.id, ticket_id=ticket.id, digest=mark, sealed=b"", language=language, made_at=now,
                                    rung=_last_call(session, ticket.id))
    row.sealed, row.language = sealing.seal(msgspec.json.encode(phone).decode(), purpose=PURPOSE), language
    session.add(row)
    if again is None:
        for oldest in known[: max(0, len(known) + 1 - PHONES_MOST)]:
            session.delete(oldest)
        steps.note(session, plan, "push-asked", ticket.id, by, now)


def take_back(session: Session, *, plan: HallPlan, code: str, endpoint: str, now: datetime, by: str) -> None:
    """This phone is not rung any more. Again: nothing changes. Refuses ``unknown-code``."""
    ticket = steps.by_code(session, plan, code)
    here = (col(PushSubscription.ticket_id) == ticket.id, col(PushSubscription.digest) == digest(endpoint))
    if session.exec(delete(PushSubscription).where(*here)).rowcount:
        steps.note(session, plan, "push-ended", ticket.id, by, now)


def claim(session: Session, *, phone: UUID, call: int) -> bool:
    """Whether it is for us to ring a phone for a call: once, whichever process asks first."""
    free = (col(PushSubscription.id) == phone, col(PushSubscription.rung) < call)
    return bool(session.exec(update(PushSubscription).where(*free).values(rung=call)).rowcount)


def forget_phone(session: Session, *, phone: UUID) -> None:
    """Its push service does not know it any more."""
    session.exec(delete(PushSubscription).where(col(PushSubscription.id) == phone))


def forget_ended(session: Session, *, hall: UUID) -> int:
    """The phones of visits that are over; returns how many."""
    over = exists().where(col(Ticket.id) == col(PushSubscription.ticket_id), col(Ticket.state).in_(ENDED))
    return session.exec(delete(PushSubscription).where(col(PushSubscription.hall_id) == hall, over)).rowcount


def digest(endpoint: str) -> str:
    return hashlib.sha256(endpoint.encode()).hexdigest()


def _last_call(session: Session, ticket: UUID) -> int:
    """What was called before is not rung for."""
    return session.exec(select(func.max(col(Call.id))).where(Call.ticket_id == ticket)).one() or 0
