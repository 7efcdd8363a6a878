"""The roster as a plan sees it: when each officer can come, what they are booked for, how often they have sat. Who may not sit
on one particular hearing is `pool.barred_on_any_day`."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings.centre import categories_of
from hearings.proposals.problem import DAY_SLOTS, SLOT, Absence, Member, Span
from hearings.roster.due_checks import earliest_end
from hearings.roster.facts import FALLEN, before_roster
from hearings.roster.tables import Availability, HalfDay, Leave, RosterMember, Standing
from hearings.tables import Hearing, HearingState, Listing, Seat
from shared.calendar import DAY

ALWAYS = frozenset((weekday, half) for weekday in range(7) for half in range(2))
HALVES = {HalfDay.MORNING: 0, HalfDay.AFTERNOON: 1}
EVER = (date.min, date.max)


def members_of(
    session: Session, centre: Centre, busy: dict[UUID, tuple[Span, ...]], included: Collection[UUID], last: date
) -> tuple[Member, ...]:
    """Everybody on the roster, and whoever sits without being on it. ``busy``: what is claimed of them for hearings that are not
    ``included`` in the plan."""
    seated = select(Seat.member_id).where(col(Seat.vacated_at).is_(None), col(Seat.hearing_id).in_(list(included)))
    rows = session.exec(
        select(RosterMember)
        .where(RosterMember.office_id == centre.office_id, RosterMember.standing == Standing.ACTIVE,
               or_(col(RosterMember.hearing_id).is_(None), col(RosterMember.id).in_(seated)))
        .order_by(col(RosterMember.id))
    ).all()
    codes = {one.id: one.code for one in categories_of(session, centre.office_id)}
    weekly, away, hours = _weekly(session), *_leave(session, centre, last)
    sat, aged = sittings(session, centre), aged_on(session, centre)
    made = []
    for row in rows:
        before = before_roster(row, centre.today.year, centre.zone)
        of_all = centre.provisions["hearing.yearly_cap"]
        cap = of_all if row.yearly_cap is None else min(row.yearly_cap, of_all)
        days = [(hearing, day) for hearing, day in sat[row.id]]
        made.append(Member(
            row.id.hex, codes[row.category_id], frozenset(row.specialisms), weekly.get(row.id, ALWAYS),
            (*away[row.id], *_term(row), *aged.get(row.id, ())), (*busy.get(row.id, ()), *hours[row.id]),
            tuple(day for hearing, day in days if hearing not in included), len(days) + before, cap - before,
        ))
    return tuple(made)


def sittings(session: Session, centre: Centre) -> dict[UUID, list[tuple[UUID, date]]]:
    """Each member's hearings of this year, held or to come, with their days."""
    new_year = datetime(centre.today.year, 1, 1, tzinfo=centre.zone)
    newest: dict[UUID, Listing] = {}
    for listing in session.exec(
        select(Listing).join(Hearing, col(Hearing.id) == col(Listing.hearing_id))
        .where(Hearing.office_id == centre.office_id, Listing.begins_at >= new_year,
               col(Hearing.state).not_in({*FALLEN, HearingState.POSTPONED})).order_by(col(Listing.version))
    ):
        newest[listing.hearing_id] = listing
    found: dict[UUID, list[tuple[UUID, date]]] = defaultdict(list)
    held = select(Seat).where(col(Seat.vacated_at).is_(None), col(Seat.hearing_id).in_(list(newest)))
    for seat in session.exec(held) if newest else ():
        found[seat.member_id].append((seat.hearing_id, newest[seat.hearing_id].begins_at.astimezone(centre.zone).date()))
    return found


# Parts --------------------------------------------------------------------------------------------------------------


def _weekly(session: Session) -> dict[UUID, frozenset[tuple[int, int]]]:
    found: dict[UUID, set[tuple[int, int]]] = defaultdict(set)
    for row in session.exec(select(Availability)):
        found[row.member_id].add((row.weekday, HALVES[HalfDay(row.half)]))
    return {member: frozenset(halves) for member, halves in found.items()}


def _leave(
    session: Session, centre: Centre, last: date
) -> tuple[dict[UUID, list[Absence]], dict[UUID, list[Span]]]:
    """Whole days away, and hours away."""
    away: dict[UUID, list[Absence]] = defaultdict(list)
    hours: dict[UUID, list[Span]] = defaultdict(list)
    wanted = select(Leave).where(col(Leave.member_id).is_not(None), Leave.ends_on >= centre.today, Leave.begins_on <= last)
    for row in session.exec(wanted):
        assert row.member_id is not None
        if row.from_time is None and row.until_time is None:
            away[row.member_id].append(Absence(row.begins_on, row.ends_on))
        else:
            hours[row.member_id] += leave_spans(row, centre.today, last)
    return away, hours


def leave_spans(row: Leave, first: date, last: date) -> list[Span]:
    """A leave as slots of each of its days within the window."""
    begins, ends = max(row.begins_on, first), min(row.ends_on, last)
    days = [begins + DAY * n for n in range((ends - begins).days + 1)]
    return [Span(day, _slot(row.from_time, 0), _slot(row.until_time, DAY_SLOTS)) for day in days]


def _slot(at: time | None, otherwise: int) -> int:
    return otherwise if at is None else (at.hour * 60 + at.minute) // SLOT


def aged_on(session: Session, centre: Centre) -> dict[UUID, tuple[Absence]]:
    """From the day on which a check no longer holds nobody sits, until it has been renewed."""
    found = earliest_end(session, centre)
    return {member: (Absence(end + DAY, EVER[1]),) for member, end in found.items() if end < EVER[1]}


def _term(row: RosterMember) -> tuple[Absence, ...]:
    """Outside their term they do not come; whoever is asked for one hearing only has none."""
    if row.hearing_id is not None:
        return ()
    return Absence(EVER[0], row.term_from - DAY), Absence(row.term_until + DAY, EVER[1])
