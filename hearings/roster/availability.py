"""When members of the roster can come: their usual half-days and the days they are away, entered by case management or by
themselves with their own link. What follows for a draw is in `rules`."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings.roster.actions import note, own_or_managed
from hearings.roster.tables import Availability, HalfDay, Leave
from shared.errors import Refused
from shared.identity import Identity

LONGEST_LEAVE = 366


def set_weekly(
    session: Session, *, centre: Centre, member_id: UUID, halves: Collection[tuple[int, HalfDay]], now: datetime, by: Identity
) -> None:
    """The half-days of a usual week (Monday is 0) on which the member can come; all of them is kept as none, which means
    always. Refuses ``not-found``, ``not-allowed``, ``half-needed`` (never is not an answer: the roster can be paused)."""
    member = own_or_managed(session, centre, member_id, by)
    chosen = {(weekday, half) for weekday, half in halves if 0 <= weekday <= 6}
    if not chosen:
        raise Refused("half-needed", 422)
    session.exec(delete(Availability).where(col(Availability.member_id) == member.id))
    if len(chosen) < 7 * len(HalfDay):
        session.add_all(Availability(member_id=member.id, weekday=weekday, half=half) for weekday, half in sorted(chosen))
    note(session, member, "availability-set", by, now, {"halves": len(chosen)})


def add_leave(
    session: Session, *, centre: Centre, member_id: UUID, begins_on: date, ends_on: date, now: datetime, by: Identity
) -> None:
    """Days, both included, on which the member cannot come; the same days again change nothing. Refuses ``not-found``,
    ``not-allowed``, ``leave-days`` (in the past, backward, or more than a year)."""
    member = own_or_managed(session, centre, member_id, by)
    if not centre.today <= ends_on or not begins_on <= ends_on or (ends_on - begins_on).days > LONGEST_LEAVE:
        raise Refused("leave-days", 422)
    known = select(Leave.id).where(Leave.member_id == member.id, Leave.begins_on == begins_on, Leave.ends_on == ends_on)
    if session.exec(known).first() is None:
        session.add(Leave(member_id=member.id, begins_on=begins_on, ends_on=ends_on, by_member=by.kind == "officer", made_at=now))
        note(session, member, "leave-added", by, now, {"days": (ends_on - begins_on).days + 1})


def remove_leave(session: Session, *, centre: Centre, member_id: UUID, leave_id: UUID, now: datetime, by: Identity) -> None:
    """The member can come after all; again changes nothing. Refuses ``not-found``, ``not-allowed``."""
    member = own_or_managed(session, centre, member_id, by)
    row = session.get(Leave, leave_id)
    if row is None or row.member_id != member.id:
        return
    session.delete(row)
    note(session, member, "leave-removed", by, now)
