"""Seats given without a draw: for a reason, with the chief procurator's approval, and never to somebody who may not sit. Used
when the reserve is exhausted or a case needs one certain expert. Asking for an outsider: `outsiders`."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings.approval.actions import ask
from hearings.panel.pool import listing_of, occasion_of
from hearings.panel.records import newest_draw
from hearings.panel.reserve import Taken
from hearings.panel.seats import free_places, hold, managed
from hearings.roster.facts import Facts
from hearings.roster.queries import member_of
from hearings.roster.rules import RESTS_ON, bars
from hearings.roster.tables import RosterMember
from hearings.steps import note
from hearings.tables import Approval, DrawState, Hearing, Question, Seat, SeatOrigin
from shared.errors import Refused
from shared.identity import Identity
from shared.vault import Vault

# What an approved question makes of a seat, and the act in the journal.
ORIGINS = {
    Question.DESIGNATION: (SeatOrigin.DESIGNATION, "seat-designated"),
    Question.OUTSIDER: (SeatOrigin.OUTSIDER, "outsider-seated"),
}

def ask_designation(
    session: Session, *, centre: Centre, hearing_id: UUID, member_id: UUID, reason: str, sealing: Vault, now: datetime,
    by: Identity,
) -> UUID:
    """Asks for the approval to give a seat to this member. Refuses ``not-allowed``, ``not-found``, ``reason-needed``,
    ``member-barred`` (``bar`` says why), ``panel-full``."""
    hearing = managed(session, centre, hearing_id, by)
    member = member_of(session, centre, member_id)
    if member.hearing_id is not None:
        raise Refused("not-found", 404)
    check_able(session, centre, hearing, member, sealing)
    if not free_places(session, hearing):
        raise Refused("panel-full", 409)
    return ask(session, centre=centre, hearing_id=hearing_id, question=Question.DESIGNATION, wanted={"member": member_id.hex},
               reason=reason, now=now, by=by)


def designate(
    session: Session, *, centre: Centre, approval_id: UUID, sealing: Vault, now: datetime, by: Identity
) -> Taken:
    """Gives the first empty place to whom it was approved for, of the roster or not; once, however often repeated.

    Refuses ``not-allowed``, ``not-found``, ``designation-unapproved``, ``draw-open`` (a promised draw waits for its number),
    ``member-barred``, ``panel-full``.
    """
    approval = session.get(Approval, approval_id)
    if approval is None or approval.question not in ORIGINS:
        raise Refused("not-found", 404)
    hearing = managed(session, centre, approval.hearing_id, by)
    session.refresh(approval)
    given = session.exec(select(Seat).where(Seat.approval_id == approval_id)).first()
    if given is not None:
        return Taken(given.id, given.member_id)
    if not approval.granted:
        raise Refused("designation-unapproved" if approval.question == Question.DESIGNATION else "outsider-unapproved", 409,
                      article="roster")
    draw = newest_draw(session, hearing.id)
    if draw is not None and draw.state == DrawState.COMMITTED:
        raise Refused("draw-open", 409)
    member_id = UUID(approval.wanted["member"])
    check_able(session, centre, hearing, session.get_one(RosterMember, member_id), sealing)
    places = free_places(session, hearing)
    if not places:
        raise Refused("panel-full", 409)
    origin, act = ORIGINS[Question(approval.question)]
    seat = hold(session, hearing, place=places[0], member_id=member_id, origin=origin, now=now, approval_id=approval.id)
    note(session, hearing, act, by, now, {"seat": seat.id.hex, "place": seat.place}, approval.reason)
    return Taken(seat.id, member_id)


def open_designations(session: Session, hearing_id: UUID) -> list[Approval]:
    """What was asked or approved and has not become a seat; answered with no is left out."""
    used = select(Seat.approval_id).where(Seat.hearing_id == hearing_id, col(Seat.approval_id).is_not(None))
    rows = session.exec(select(Approval).where(
        Approval.hearing_id == hearing_id, col(Approval.question).in_(list(ORIGINS)), col(Approval.id).not_in(used),
    ).order_by(col(Approval.id))).all()
    return [row for row in rows if row.granted or row.answered_at is None]


def check_able(session: Session, centre: Centre, hearing: Hearing, member: RosterMember, sealing: Vault) -> None:
    """Refuses ``time-needed`` and ``member-barred`` with the first reason (``bar``) why this person may not sit."""
    listing = listing_of(session, hearing.id)
    if listing is None:
        raise Refused("time-needed", 409)
    officer = Facts(session, centre, hearing, listing, sealing).officer(member)
    found = bars(officer, occasion_of(session, centre, hearing, listing, sealing))
    if found:
        raise Refused("member-barred", 409, bar=found[0].code, article=RESTS_ON.get(found[0].code, "eligibility"))
