"""Time and place as the pages show them: the lawful starts of one hearing day by day, what stands in the way when there is none,
and what a move would bring with it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from sqlmodel import Session, col, func, select

from cases.centre import Centre
from hearings.centre import categories_of, specialisms_of
from hearings.hearing_list import HearingLine, lines_of
from hearings.invitations.invited import holds_place
from hearings.invitations.tables import Invitation, InvitationState, Notice, Observer
from hearings.notices import rules as notice_rules
from hearings.notices.rules import Deadline
from hearings.observers.rules import HOPEFUL
from hearings.panel.pool import listing_of
from hearings.panel.seats import seats_of
from hearings.place.actions import MOVABLE, TimeAndPlace, check, may_book
from hearings.place.starts import moved, starts_beside
from hearings.proposals.almanac import Almanac
from hearings.proposals.diary import booked
from hearings.proposals.docket import Docket, docket_of, local_slot, moment_of
from hearings.proposals.problem import Hearing, Placement, Pool, Rule, Start, Starts
from hearings.queries import hearing_of
from hearings.tables import Hearing as HearingRow
from hearings.tables import HearingState, Listing, Room
from shared.errors import Refused
from shared.identity import Identity
from shared.people import Staff
from shared.vault import Vault

S = HearingState
PICKED = 4


class StartView(msgspec.Struct, frozen=True):
    """One lawful start. ``coming``: how many of the panel that is seated can come then."""

    begins_at: datetime
    rooms: tuple[UUID, ...]
    pools: tuple[Pool, ...]
    coming: int


class DayView(msgspec.Struct, frozen=True):
    """A day with lawful starts, some of each half-day; until when notice of it can be given."""

    day: date
    notice_by: datetime
    halves: tuple[tuple[StartView, ...], ...]
    pool: Pool


class TimeView(msgspec.Struct, frozen=True, kw_only=True):
    """The tab of time and place. ``listing`` is None while the hearing has no time that holds."""

    line: HearingLine
    listing: Listing | None
    rooms: Mapping[UUID, Room]
    days: tuple[DayView, ...]
    starts: Starts
    seated: int
    minutes: int
    elsewhere: str
    may_book: bool
    is_first: bool
    deadline: Deadline | None
    called: Mapping[str, str]


class MoveView(msgspec.Struct, frozen=True, kw_only=True):
    """What a move would bring with it, and why it cannot be if it cannot (``refusal``)."""

    line: HearingLine
    before: Listing | None
    at: TimeAndPlace
    ends_at: datetime
    rooms: Mapping[UUID, Room]
    deadline: Deadline
    officers: int
    others: int
    observers: int
    notices: tuple[str, ...]
    coming: int
    seated: int
    falls_back: bool
    refusal: Refused | None


def time_view(
    session: Session, *, centre: Centre, hearing_id: UUID, sealing: Vault, now: datetime, by: Identity, language: str
) -> TimeView:
    """Refuses ``not-found``. Only a hearing that may be given a time has starts."""
    hearing = hearing_of(session, centre, hearing_id, by)
    listing = None if hearing.state == S.POSTPONED else listing_of(session, hearing.id)
    open_to = hearing.state in MOVABLE | {S.POSTPONED}
    starts, panel = Starts((), ()), _panel(session, hearing.id)
    days: tuple[DayView, ...] = ()
    if open_to:
        docket = docket_of(session, centre=centre, sealing=sealing, now=now, hearings=[hearing.id])
        starts, days = starts_of(docket, hearing.id, centre, panel, whole=len(panel) >= hearing.panel_size)
    (line,) = lines_of(session, [hearing])
    begins = listing.begins_at if listing else None
    return TimeView(
        line=line, listing=listing, rooms=rooms_by_id(session, centre), days=days, starts=starts, seated=len(panel),
        minutes=hearing.minutes, elsewhere=hearing.elsewhere, may_book=open_to and may_book(hearing, by),
        is_first=listing is None, deadline=_deadline(centre, begins) if begins else None,
        called=called(session, centre, language),
    )


def starts_of(
    docket: Docket, hearing_id: UUID, centre: Centre, panel: tuple[str, ...], *, whole: bool
) -> tuple[Starts, tuple[DayView, ...]]:
    """All lawful starts, and by day. ``whole``: the panel is seated; it need not be drawn from a wide pool any more."""
    problem, key = docket.problem, hearing_id.hex
    if whole:
        problem = msgspec.structs.replace(problem, rules={**problem.rules, "hearing.pool_factor": Rule(1, "")})
    diary = booked(Almanac(problem), None, without=key)
    hearing = moved(docket.hearing(hearing_id))
    found = starts_beside(diary, hearing)
    seated = diary.almanac.bits(panel)
    coming = {
        (day, half): (diary.free_members(place, half) & seated & diary.almanac.seeker(hearing).eligible).bit_count()
        for place, day in enumerate(diary.almanac.days) for half in range(len(problem.openings))
    }
    return found, tuple(_days(found.lawful, docket, centre, coming))


def move_view(
    session: Session, *, centre: Centre, hearing_id: UUID, at: TimeAndPlace, sealing: Vault, now: datetime, by: Identity
) -> MoveView:
    """Refuses ``not-found``."""
    hearing = hearing_of(session, centre, hearing_id, by)
    before = None if hearing.state == S.POSTPONED else listing_of(session, hearing.id)
    asked = [one for one in session.exec(select(Invitation).where(Invitation.hearing_id == hearing.id,
                                                                  col(Invitation.closed_at).is_(None)))
             if one.state != InvitationState.DRAFT and holds_place(session, one)]
    notices = session.exec(select(Notice.kind).where(Notice.hearing_id == hearing.id, col(Notice.withdrawn_at).is_(None))).all()
    docket = docket_of(session, centre=centre, sealing=sealing, now=now, hearings=[hearing.id])
    (line,) = lines_of(session, [hearing])
    panel = _panel(session, hearing.id)
    return MoveView(
        line=line, before=before, at=at, ends_at=at.begins_at + timedelta(minutes=hearing.minutes),
        rooms=rooms_by_id(session, centre), deadline=_deadline(centre, at.begins_at),
        officers=sum(one.seat_id is not None for one in asked), others=sum(one.seat_id is None for one in asked),
        observers=_observers(session, hearing.id) if before else 0, notices=tuple(dict.fromkeys(notices)),
        coming=_coming(docket, hearing_id, at, centre, panel), seated=len(panel),
        falls_back=hearing.state == S.NOTIFIED, refusal=_refusal(session, centre, hearing, at, now),
    )


def rooms_by_id(session: Session, centre: Centre) -> dict[UUID, Room]:
    rows = session.exec(select(Room).where(Room.office_id == centre.office_id).order_by(col(Room.position), col(Room.id)))
    return {row.id: row for row in rows}


def called(session: Session, centre: Centre, language: str) -> dict[str, str]:
    """Names of staff and rooms by key, of categories and fields by code."""
    rooms = {key.hex: room.name_en if language == "en" else room.name_zh for key, room in rooms_by_id(session, centre).items()}
    staff = session.exec(select(Staff).where(Staff.office_id == centre.office_id))
    rows = (*categories_of(session, centre.office_id), *specialisms_of(session, centre.office_id))
    return rooms | {one.id.hex: one.name for one in staff} | {one.code: one.name(language) for one in rows}


# Parts --------------------------------------------------------------------------------------------------------------


def _days(
    lawful: Iterable[Start], docket: Docket, centre: Centre, coming: Mapping[tuple[date, int], int]
) -> Iterable[DayView]:
    by_day: dict[date, list[Start]] = {}
    for start in lawful:
        by_day.setdefault(start.day, []).append(start)
    for day, starts in by_day.items():
        halves = []
        for half, opening in enumerate(docket.problem.openings):
            within = [one for one in starts if opening.first <= one.slot < opening.end]
            halves.append(tuple(
                StartView(moment_of(day, one.slot, centre), tuple(UUID(room) for room in one.rooms), one.pools,
                          coming.get((day, half), 0)) for one in _picked(within)
            ))
        least = min((one.pools[0] for one in starts), key=lambda pool: pool.size)
        yield DayView(day, starts[0].notice_by.replace(tzinfo=centre.zone), tuple(halves), least)


def _picked(starts: list[Start]) -> list[Start]:
    """The earliest and then the full and half hours, a few: any quarter can be typed."""
    return [one for n, one in enumerate(starts) if n == 0 or one.slot % 2 == 0][:PICKED]


def _observers(session: Session, hearing_id: UUID) -> int:
    """Citizens and media with a seat or on the waiting list."""
    wanted = select(func.count()).select_from(Observer)
    return session.exec(wanted.where(Observer.hearing_id == hearing_id, col(Observer.state).in_(HOPEFUL))).one()


def _panel(session: Session, hearing_id: UUID) -> tuple[str, ...]:
    """Who sits. A postponed hearing has a panel and no place in the docket's plan."""
    return tuple(seat.member_id.hex for seat in seats_of(session, hearing_id))


def _coming(docket: Docket, hearing_id: UUID, at: TimeAndPlace, centre: Centre, panel: tuple[str, ...]) -> int:
    """How many of the seated panel can come at that time."""
    almanac = Almanac(docket.problem)
    spot = almanac.spot(Placement(*local_slot(at.begins_at, centre), "", panel))
    if spot is None:
        return 0
    hearing: Hearing = docket.hearing(hearing_id)
    free = booked(almanac, None, without=hearing.key).free_members(spot.day, spot.half)
    return (free & almanac.bits(panel) & almanac.seeker(hearing).eligible).bit_count()


def _refusal(session: Session, centre: Centre, hearing: HearingRow, at: TimeAndPlace, now: datetime) -> Refused | None:
    try:
        check(session, centre, hearing, at, now)
    except Refused as refusal:
        return refusal
    return None


def _deadline(centre: Centre, begins_at: datetime) -> Deadline:
    return notice_rules.deadline(begins_at, calendar=centre.calendar, provisions=centre.provisions, zone=centre.zone)
