"""The list of hearings as staff see it: which they may see, what each waits for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import or_
from sqlmodel import Session, col, func, select

from cases.centre import Centre
from hearings import rules
from hearings.approval.delegations import delegated
from hearings.invitations.tables import Invitation, InvitationState, Recusal
from hearings.plan.queries import plan_state
from hearings.progress import Facts, Step, next_steps, steps
from hearings.recusal.rules import STEPPED_ASIDE
from hearings.tables import Approval, CaseType, Hearing, HearingPlan, HearingState, Listing, Room, Seat
from shared.identity import Identity
from shared.people import Staff

PAGE = 40
COMING = (InvitationState.ACCEPTED, InvitationState.CHECKED_IN, InvitationState.COMPLETED)


class HearingLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list. ``next``: what can be done now."""

    id: UUID
    number: str
    title: str
    type_zh: str
    type_en: str
    state: HearingState
    open: bool
    minor: bool
    begins_at: datetime | None
    place_zh: str
    place_en: str
    handler: str
    next: list[Step]

    def type(self, language: str) -> str:
        return self.type_en if language == "en" else self.type_zh

    def place(self, language: str) -> str:
        return self.place_en if language == "en" else self.place_zh


class Listed(msgspec.Struct, frozen=True):
    """A page of the list; ``more``: there is another one after it."""

    lines: list[HearingLine]
    more: bool


def hearings(
    session: Session, *, centre: Centre, which: str, page: int, by: Identity, text: str = ""
) -> Listed:
    """Hearings that the reader may see, newest first: ``open``, ``mine``, ``over`` or ``all``; with ``text`` those whose
    number, title or case number contains it."""
    wanted = _which(_visible(session, centre, by), which, by)
    if text:
        columns = (Hearing.number, Hearing.title, Hearing.case_number)
        wanted = wanted.where(or_(*(col(column).contains(text, autoescape=True) for column in columns)))
    newest = wanted.order_by(col(Hearing.made_at).desc(), col(Hearing.id).desc())
    rows = list(session.exec(newest.offset(page * PAGE).limit(PAGE + 1)).all())
    return Listed(lines_of(session, rows[:PAGE]), len(rows) > PAGE)


def lines_of(session: Session, found: Sequence[Hearing]) -> list[HearingLine]:
    """Hearings as lines, in the order given."""
    types, handlers = {one.case_type_id for one in found}, {one.handler for one in found}
    kinds = {row.id: row for row in session.exec(select(CaseType).where(col(CaseType.id).in_(types)))}
    staff = {row.id: row.name for row in session.exec(select(Staff).where(col(Staff.id).in_(handlers)))}
    listed, facts = listings(session, found), facts_in(session, found)
    ids = {listing.room_id for listing in listed.values() if listing.room_id}
    rooms = {row.id: row for row in session.exec(select(Room).where(col(Room.id).in_(ids)))} if ids else {}
    made = []
    for one in found:
        kind, listing = kinds[one.case_type_id], listed.get(one.id)
        room = rooms.get(listing.room_id) if listing and listing.room_id else None
        made.append(HearingLine(
            id=one.id, number=one.number, title=one.title, type_zh=kind.name_zh, type_en=kind.name_en,
            state=HearingState(one.state), open=one.open, minor=one.minor, begins_at=listing.begins_at if listing else None,
            place_zh=room.name_zh if room else one.elsewhere, place_en=room.name_en if room else one.elsewhere,
            handler=staff.get(one.handler, ""), next=next_steps(steps(facts[one.id])),
        ))
    return made


def facts_in(session: Session, found: Sequence[Hearing]) -> dict[UUID, Facts]:
    """What the parts of some hearings hang on, read together."""
    ids = [hearing.id for hearing in found]
    listed, plans, aside = listings(session, found), _plans(session, ids), _stepped_aside(session, ids)
    seats = dict(session.exec(
        select(Seat.hearing_id, func.count()).where(col(Seat.hearing_id).in_(ids), col(Seat.vacated_at).is_(None))
        .group_by(col(Seat.hearing_id))
    ).all())
    accepted = dict(session.exec(
        select(Seat.hearing_id, func.count()).join(Invitation, col(Invitation.seat_id) == col(Seat.id))
        .where(col(Seat.hearing_id).in_(ids), col(Seat.vacated_at).is_(None), col(Invitation.state).in_(COMING))
        .group_by(col(Seat.hearing_id))
    ).all())
    return {
        hearing.id: Facts(
            state=HearingState(hearing.state),
            peopled=all(one and (hearing.id, f"staff:{one.hex}") not in aside for one in (hearing.moderator, hearing.clerk)),
            plan=plans.get(hearing.id, ""), listed=hearing.id in listed, panel_size=hearing.panel_size,
            seats=seats.get(hearing.id, 0), accepted=accepted.get(hearing.id, 0),
        )
        for hearing in found
    }


def listings(session: Session, found: Sequence[Hearing]) -> dict[UUID, Listing]:
    """The time and place that holds of each hearing; a postponed one has none."""
    ids = [hearing.id for hearing in found if hearing.state != HearingState.POSTPONED]
    rows = session.exec(select(Listing).where(col(Listing.hearing_id).in_(ids)).order_by(col(Listing.version)))
    return {row.hearing_id: row for row in rows}


# Parts --------------------------------------------------------------------------------------------------------------


def _visible(session: Session, centre: Centre, by: Identity) -> Any:
    """Hearings as `rules.may_see` says."""
    wanted = select(Hearing).where(Hearing.office_id == centre.office_id)
    if not rules.SEE_CLOSED.isdisjoint(by.roles):
        return wanted
    mine = [col(column) == by.id for column in (Hearing.handler, Hearing.moderator, Hearing.clerk)]
    covered = delegated(session, centre.office_id, by.id, centre.today)
    asked = select(Approval.hearing_id).where(col(Approval.question).in_(list(covered)))
    seen = [col(Hearing.open).is_(True)] if not rules.READ.isdisjoint(by.roles) else []
    return wanted.where(or_(*seen, *mine, *([col(Hearing.id).in_(asked)] if covered else [])))


def _which(wanted: Any, which: str, by: Identity) -> Any:
    state, over = col(Hearing.state), rules.OVER | rules.HELD
    if which == "mine":
        mine = [col(column) == by.id for column in (Hearing.handler, Hearing.moderator, Hearing.clerk)]
        return wanted.where(or_(*mine), state.not_in(over))
    if which == "open":
        return wanted.where(state.not_in(over))
    return wanted.where(state.in_(over)) if which == "over" else wanted


def _stepped_aside(session: Session, ids: Sequence[UUID]) -> set[tuple[UUID, str]]:
    """Who had to step aside, of the moderators and clerks of some hearings: until replaced they are not in place."""
    return set(session.exec(select(Recusal.hearing_id, Recusal.target).where(
        col(Recusal.hearing_id).in_(ids), col(Recusal.state).in_(STEPPED_ASIDE))).all())


def _plans(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    """How the newest version of each plan stands."""
    rows = session.exec(
        select(HearingPlan, Approval).join(Approval, col(Approval.id) == col(HearingPlan.approval_id), isouter=True)
        .where(col(HearingPlan.hearing_id).in_(ids), col(HearingPlan.version) > 0).order_by(col(HearingPlan.version))
    )
    return {plan.hearing_id: plan_state(asked) for plan, asked in rows}
