"""The seats of a panel: who takes one and with it their time, who leaves one, which places are empty. Who may take a seat is
settled before: by the draw, its reserve, or an approved designation."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings import rules
from hearings.panel.pool import listing_of
from hearings.queries import hearing_of
from hearings.roster.facts import slots
from hearings.steps import touch
from hearings.tables import Claim, ClaimKind, Hearing, Seat, SeatOrigin
from shared.errors import Refused
from shared.identity import Identity


def seats_of(session: Session, hearing_id: UUID) -> list[Seat]:
    """The seats that are held, by their places."""
    wanted = select(Seat).where(Seat.hearing_id == hearing_id, col(Seat.vacated_at).is_(None))
    return list(session.exec(wanted.order_by(col(Seat.place))).all())


def free_places(session: Session, hearing: Hearing) -> list[int]:
    held = {seat.place for seat in seats_of(session, hearing.id)}
    return [place for place in range(1, hearing.panel_size + 1) if place not in held]


def hold(
    session: Session, hearing: Hearing, *, place: int, member_id: UUID, origin: SeatOrigin, now: datetime, label: str = "",
    draw_id: UUID | None = None, approval_id: UUID | None = None,
) -> Seat:
    """Gives a free place to somebody who is free then, and takes their time."""
    seat = Seat(hearing_id=hearing.id, member_id=member_id, place=place, label=label, origin=origin, draw_id=draw_id,
                approval_id=approval_id, taken_at=now)
    session.add(seat)
    listing = listing_of(session, hearing.id)
    if listing is not None:
        session.add_all(Claim(kind=ClaimKind.MEMBER, resource=member_id, slot=slot, hearing_id=hearing.id)
                        for slot in slots(listing))
    session.flush()
    return seat


def vacate(session: Session, seat: Seat, *, why: str, now: datetime) -> None:
    """Ends a holding and gives the time back. The row stays."""
    seat.vacated_at, seat.vacated_why = now, why[:40]
    session.add(seat)
    session.exec(delete(Claim).where(col(Claim.kind) == ClaimKind.MEMBER, col(Claim.resource) == seat.member_id,
                                     col(Claim.hearing_id) == seat.hearing_id))
    session.flush()


def managed(session: Session, centre: Centre, hearing_id: UUID, by: Identity) -> Hearing:
    """A hearing that case management may act upon, its boards marked first. Refuses ``not-allowed``, ``not-found``."""
    if rules.MANAGEMENT.isdisjoint(by.roles) or by.id is None:
        raise Refused("not-allowed", 403)
    touch(session, centre.office_id, hearing_id)
    return hearing_of(session, centre, hearing_id, by)
