"""What the database knows, laid out as a planner's `Problem`: hearings to be placed, rooms, officers, staff, what is taken
already, the numbers in force. Ids become keys (hex). Reads only."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings import rules
from hearings.invitations.tables import Notice
from hearings.panel.pool import barred_on_any_day, listing_of
from hearings.panel.queries import default_quotas, quotas_of
from hearings.panel.records import newest_draw, record_of
from hearings.panel.seats import seats_of
from hearings.place.actions import is_waived
from hearings.place.claims import attending
from hearings.place.hours import openings
from hearings.place.needs import needs_of
from hearings.proposals.docket_roster import leave_spans, members_of
from hearings.proposals.problem import SLOT, Hearing, Opening, Placement, Plan, Problem, Quota, Room, Rule, Span, Staff
from hearings.roster.facts import EPOCH, Known
from hearings.roster.tables import Leave
from hearings.standard_rules import RULES, WAYS
from hearings.tables import Claim, HearingState, Listing, RoomClosure
from hearings.tables import Hearing as HearingRow
from hearings.tables import Room as RoomRow
from shared.calendar import DAY
from shared.offices import Provision
from shared.vault import Vault

S = HearingState
QUARTER = timedelta(minutes=SLOT)


class Docket(msgspec.Struct, frozen=True):
    """A problem, and where its hearings are now."""

    problem: Problem
    plan: Plan

    def hearing(self, hearing_id: UUID) -> Hearing:
        return next(one for one in self.problem.hearings if one.key == hearing_id.hex)


def docket_of(session: Session, *, centre: Centre, sealing: Vault, now: datetime, hearings: Collection[UUID]) -> Docket:
    """These hearings beside all that the others hold. A hearing that has a time has its place in the plan."""
    last = centre.today + DAY * (centre.provisions.get("hearing.plan_days", 60) + max(way.value for way in WAYS))
    busy = _taken(session, centre, hearings)
    rows = [session.get_one(HearingRow, one) for one in hearings]
    rooms, staff = rooms_of(session, centre, busy), _staff(session, centre, rows, busy, last)
    listed = {row.id: listing for row in rows if row.state != S.POSTPONED and (listing := listing_of(session, row.id))}
    known = Known(session, centre, sealing)
    problem = Problem(
        hearings=tuple(_hearing(session, centre, row, listed.get(row.id), sealing, last, known) for row in rows), rooms=rooms,
        members=members_of(session, centre, busy, hearings, last), staff=staff, openings=_openings(centre),
        calendar=centre.calendar, first=centre.today, last=last, now=now.astimezone(centre.zone).replace(tzinfo=None),
        rules=rules_of(session, centre), ways=WAYS,
    )
    placed = {row.id.hex: _placed(session, centre, row, listed[row.id]) for row in rows if row.id in listed}
    return Docket(problem, Plan("", placed))


def rules_of(session: Session, centre: Centre) -> dict[str, Rule]:
    """The numbers in force with their sources; what an office has no row for is the standard."""
    rows = session.exec(
        select(Provision).where(Provision.office_id == centre.office_id, Provision.effective_from <= centre.today,
                                col(Provision.key).startswith("hearing.")).order_by(col(Provision.effective_from))
    )
    return RULES | {row.key: Rule(row.value, row.source) for row in rows}


def is_told(session: Session, hearing: HearingRow) -> bool:
    """Whether anybody has been given notice of the present date."""
    if hearing.state in (S.NOTIFIED, S.CHECKING_IN):
        return True
    wanted = select(Notice.id).where(Notice.hearing_id == hearing.id, col(Notice.withdrawn_at).is_(None))
    return session.exec(wanted).first() is not None


def unlisted(session: Session, centre: Centre) -> list[HearingRow]:
    """Approved hearings without a time, and postponed ones."""
    known = select(Listing.hearing_id)
    rows = session.exec(
        select(HearingRow).where(HearingRow.office_id == centre.office_id, col(HearingRow.state).in_((S.APPROVED, S.POSTPONED)))
        .where((col(HearingRow.state) == S.POSTPONED) | col(HearingRow.id).not_in(known)).order_by(col(HearingRow.made_at))
    )
    return list(rows)


def to_come(session: Session, centre: Centre, now: datetime) -> list[HearingRow]:
    """Hearings that have a time which is still to come."""
    rows = session.exec(
        select(HearingRow).where(HearingRow.office_id == centre.office_id,
                                 col(HearingRow.state).in_(rules.PREPARING - {S.POSTPONED})).order_by(col(HearingRow.made_at))
    )
    return [row for row in rows if (listing := listing_of(session, row.id)) is not None and listing.begins_at > now]


def local_slot(at: datetime, centre: Centre) -> tuple[date, int]:
    local = at.astimezone(centre.zone)
    return local.date(), (local.hour * 60 + local.minute) // SLOT


def moment_of(day: date, slot: int, centre: Centre) -> datetime:
    """A slot of a local day as a moment."""
    return datetime.combine(day, datetime.min.time(), centre.zone) + QUARTER * slot


def rooms_of(session: Session, centre: Centre, busy: dict[UUID, tuple[Span, ...]]) -> tuple[Room, ...]:
    rows = session.exec(select(RoomRow).where(RoomRow.office_id == centre.office_id, col(RoomRow.open))
                        .order_by(col(RoomRow.position), col(RoomRow.id))).all()
    closed: dict[UUID, list[Span]] = defaultdict(list)
    for one in session.exec(select(RoomClosure).where(col(RoomClosure.room_id).in_([row.id for row in rows]))):
        closed[one.room_id] += _spans_between(one.begins_at, one.ends_at, centre)
    return tuple(Room(row.id.hex, row.places, row.broadcast, row.accessible, (*busy.get(row.id, ()), *closed[row.id]))
                 for row in rows)


# Parts --------------------------------------------------------------------------------------------------------------


def _hearing(
    session: Session, centre: Centre, row: HearingRow, listing: Listing | None, sealing: Vault, last: date, known: Known
) -> Hearing:
    needs, people, (before, after) = needs_of(session, row), attending(session, row), _margins(session, centre, listing)
    others = [one for one in people if one not in (row.moderator, row.clerk)]
    until = centre.today + DAY * centre.provisions.get("hearing.plan_days", 60)
    return Hearing(
        key=row.id.hex, length=-(-row.minutes // SLOT), before=before, after=after, earliest=centre.today + DAY,
        latest=min(row.due_on or until, until, last), moderator=row.moderator.hex if row.moderator else "",
        clerk=row.clerk.hex if row.clerk else "", others=tuple(one.hex for one in others), seats=row.panel_size,
        quotas=_quotas(session, centre, row), places=needs.places, broadcast=needs.broadcast, accessible=needs.accessible,
        excluded=frozenset(one.hex for one in barred_on_any_day(session, centre, row, sealing, known)),
        noticed=listing is not None and is_told(session, row), waived=is_waived(session, row), on_site=bool(row.elsewhere),
    )


def _margins(session: Session, centre: Centre, listing: Listing | None) -> tuple[int, int]:
    """Slots to set up and to clear: those of the hearing's room, or the most that any room wants."""
    if listing is not None and listing.room_id is not None:
        rows = [session.get_one(RoomRow, listing.room_id)]
    else:
        rows = list(session.exec(select(RoomRow).where(RoomRow.office_id == centre.office_id, col(RoomRow.open))))
    return max((-(-row.before // SLOT) for row in rows), default=0), max((-(-row.after // SLOT) for row in rows), default=0)


def _quotas(session: Session, centre: Centre, row: HearingRow) -> tuple[Quota, ...]:
    """Those of the panel's draw, or those that a draw begins with."""
    draw = newest_draw(session, row.id)
    wanted = default_quotas(row.panel_size)
    found = record_of(draw).before.rule.quotas if draw else quotas_of(session, centre.office_id, wanted, "", 0)
    return tuple(Quota(frozenset(one.categories), one.least, one.specialism) for one in found)


def _placed(session: Session, centre: Centre, row: HearingRow, listing: Listing) -> Placement:
    day, slot = local_slot(listing.begins_at, centre)
    panel = tuple(seat.member_id.hex for seat in seats_of(session, row.id))
    return Placement(day, slot, listing.room_id.hex if listing.room_id else "", panel)


def _openings(centre: Centre) -> tuple[Opening, ...]:
    return tuple(Opening(-(-first // SLOT), last // SLOT) for first, last in openings(centre.provisions))


def _taken(session: Session, centre: Centre, included: Collection[UUID]) -> dict[UUID, tuple[Span, ...]]:
    """What other hearings hold from today on, by room or person."""
    since = (datetime.combine(centre.today, datetime.min.time(), centre.zone) - EPOCH) // QUARTER
    rows = session.exec(
        select(col(Claim.resource), col(Claim.slot)).where(Claim.slot >= since, col(Claim.hearing_id).not_in(list(included)))
        .order_by(col(Claim.resource), col(Claim.slot))
    ).all()
    return {resource: tuple(_runs((slot for _, slot in held), centre)) for resource, held in groupby(rows, lambda row: row[0])}


def _runs(held: Iterable[int], centre: Centre) -> Iterable[Span]:
    """Slots that follow each other as spans of local days."""
    first = end = -1
    for slot in held:
        if slot != end:
            if end > first >= 0:
                yield from _spans_between(EPOCH + QUARTER * first, EPOCH + QUARTER * end, centre)
            first = slot
        end = slot + 1
    if end > first >= 0:
        yield from _spans_between(EPOCH + QUARTER * first, EPOCH + QUARTER * end, centre)


def _spans_between(begins_at: datetime, ends_at: datetime, centre: Centre) -> list[Span]:
    begins, ends = begins_at.astimezone(centre.zone), ends_at.astimezone(centre.zone)
    first_slot, end_slot = (begins.hour * 60 + begins.minute) // SLOT, -(-(ends.hour * 60 + ends.minute) // SLOT)
    days = (ends.date() - begins.date()).days
    spans = [Span(begins.date() + DAY * n, first_slot if n == 0 else 0, end_slot if n == days else 96) for n in range(days + 1)]
    return [span for span in spans if span.first < span.end]


def _staff(
    session: Session, centre: Centre, rows: Iterable[HearingRow], busy: dict[UUID, tuple[Span, ...]], last: date
) -> tuple[Staff, ...]:
    people = dict.fromkeys(one for row in rows for one in attending(session, row))
    away: dict[UUID, list[Span]] = defaultdict(list)
    for leave in session.exec(select(Leave).where(col(Leave.staff_id).in_(list(people)))):
        if leave.staff_id is not None:
            away[leave.staff_id] += leave_spans(leave, centre.today, last)
    return tuple(Staff(one.hex, (*busy.get(one, ()), *away[one])) for one in people)
