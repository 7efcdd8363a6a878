"""The calendar of rooms and hearings: a month or a week, what is listed and what is closed; and for a hearing that is to be
moved, what each half-day of each room would allow."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID

import msgspec
from sqlmodel import Session, col, func, select

from cases.centre import Centre
from hearings import rules
from hearings.hearing_list import HearingLine, lines_of
from hearings.panel.seats import seats_of
from hearings.place.actions import may_book
from hearings.place.lawful import closed_by
from hearings.place.needs import Needs, lacks, needs_of
from hearings.place.queries import rooms_by_id
from hearings.place.starts import moved, starts_beside
from hearings.proposals.almanac import Almanac, Seeker
from hearings.proposals.diary import Diary, booked
from hearings.proposals.docket import docket_of, is_told, moment_of, unlisted
from hearings.proposals.problem import Obstacle, Rule, Start
from hearings.queries import hearing_of, is_involved
from hearings.tables import Hearing, HearingState, Listing, Room, RoomClosure
from shared.calendar import DAY
from shared.identity import Identity
from shared.vault import Vault

S = HearingState
SHOWN = frozenset(HearingState) - {S.POSTPONED, S.CANCELLED, S.REFUSED, S.DRAFT, S.PENDING_APPROVAL}
OF_ROOMS = ("rooms_taken", "no_common_time")
MOVABLE = frozenset({S.APPROVED, S.PANEL_READY, S.NOTIFIED})


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """A listed hearing. Number and title are empty for who may not see it."""

    id: UUID
    number: str
    title: str
    place: str
    begins_at: datetime
    ends_at: datetime
    told: bool
    may_move: bool


class Verdict(msgspec.Struct, frozen=True):
    """Whether the hearing to be moved could begin in a cell: when, else why not (obstacles and codes of refusals)."""

    begins_at: datetime | None = None
    room_id: UUID | None = None
    reasons: tuple[Obstacle, ...] = ()
    lacking: tuple[str, ...] = ()


Cell = tuple[UUID | None, date, int]  # room (None: elsewhere, or any), day, half-day


class CalendarView(msgspec.Struct, frozen=True, kw_only=True):
    """``days``: all that are shown, whole weeks for a month. ``closed``: reasons of closures."""

    first: date
    days: tuple[date, ...]
    workdays: frozenset[date]
    rooms: tuple[Room, ...]
    blocks: Mapping[Cell, tuple[Block, ...]]
    closed: Mapping[Cell, tuple[str, ...]]
    elsewhere: bool
    unplaced: list[HearingLine]
    moving: HearingLine | None
    verdicts: Mapping[Cell, Verdict]

    def on(self, day: date) -> list[Block]:
        """All of a day, by the clock."""
        found = [one for (_, when, _), some in self.blocks.items() if when == day for one in some]
        return sorted(found, key=lambda one: (one.begins_at, one.place))


def calendar_view(
    session: Session, *, centre: Centre, days: tuple[date, ...], moving: UUID | None, sealing: Vault, now: datetime, by: Identity,
    language: str, whole_days: bool,
) -> CalendarView:
    """``whole_days``: one verdict for each day (cell without room, half 0) instead of one for each room and half-day.
    Refuses ``not-found`` for a hearing to be moved that cannot be seen."""
    rooms = rooms_by_id(session, centre)
    hearing = hearing_of(session, centre, moving, by) if moving else None
    blocks = _blocks(session, centre, days, by, rooms, now, language)
    places = [room for room in rooms.values() if room.open or any(cell[0] == room.id for cell in blocks)]
    verdicts: dict[Cell, Verdict] = {}
    if hearing is not None and may_book(hearing, by):
        judging = Judging(session, centre, hearing, sealing, now, places)
        verdicts = dict(judging.days(days) if whole_days else judging.cells(days))
    waiting = [one for one in unlisted(session, centre) if _sees(one, by)]
    return CalendarView(
        first=days[0], days=days, workdays=frozenset(day for day in days if centre.calendar.is_workday(day)), rooms=tuple(places),
        blocks=blocks, closed=_closed(session, centre, days, places),
        elsewhere=any(cell[0] is None for cell in blocks) or bool(hearing and hearing.elsewhere),
        unplaced=lines_of(session, [one for one in waiting if may_book(one, by)]),
        moving=lines_of(session, [hearing])[0] if hearing else None, verdicts=verdicts,
    )


class Judging:
    """A hearing to be moved, and the diary of all others."""

    def __init__(
        self, session: Session, centre: Centre, hearing: Hearing, sealing: Vault, now: datetime, rooms: list[Room]
    ) -> None:
        docket = docket_of(session, centre=centre, sealing=sealing, now=now, hearings=[hearing.id])
        problem = docket.problem
        if len(seats_of(session, hearing.id)) >= hearing.panel_size:
            problem = msgspec.structs.replace(problem, rules={**problem.rules, "hearing.pool_factor": Rule(1, "")})
        self.centre, self.rooms = centre, rooms
        self.needs: Needs = needs_of(session, hearing)
        self.diary: Diary = booked(Almanac(problem), None, without=hearing.id.hex)
        self.seeker: Seeker = self.diary.almanac.seeker(moved(docket.hearing(hearing.id)))
        self.starts: dict[tuple[date, int], list[Start]] = {}
        for start in starts_beside(self.diary, self.seeker.hearing).lawful:
            self.starts.setdefault((start.day, self._half(start)), []).append(start)

    def cells(self, days: Iterable[date]) -> Iterator[tuple[Cell, Verdict]]:
        places: list[Room | None] = [None] if self.seeker.hearing.on_site else list(self.rooms)
        for day in self._open(days):
            for half in range(len(self.diary.almanac.opens)):
                for room in places:
                    yield (room.id if room else None, day, half), self._cell(day, half, room)

    def days(self, days: Iterable[date]) -> Iterator[tuple[Cell, Verdict]]:
        for day in self._open(days):
            found = [start for half in range(len(self.diary.almanac.opens)) for start in self.starts.get((day, half), ())]
            if found:
                yield (None, day, 0), self._can(found[0], UUID(found[0].rooms[0]) if found[0].rooms else None)
            else:
                yield (None, day, 0), Verdict(reasons=self._reasons(day, 0)[:1])

    def _open(self, days: Iterable[date]) -> list[date]:
        """Workdays to come; of the others nothing need be said."""
        return [day for day in days if day > self.centre.today and self.centre.calendar.is_workday(day)]

    def _cell(self, day: date, half: int, room: Room | None) -> Verdict:
        key = room.id.hex if room else None
        for start in self.starts.get((day, half), ()):
            if key is None or key in start.rooms:
                return self._can(start, room.id if room else None)
        lacking = tuple(lacks(self.needs, room)) if room else ()
        if lacking:
            return Verdict(lacking=lacking)
        found = self._reasons(day, half)
        if room and self._is_taken(day, half, room):
            found = (Obstacle("room_taken", "", 1, 1), *(one for one in found if one.code not in OF_ROOMS))
        return Verdict(reasons=found)

    def _is_taken(self, day: date, half: int, room: Room) -> bool:
        almanac = self.diary.almanac
        place, at = almanac.day.get(day), almanac.room.get(room.id.hex)
        return place is not None and at is not None and not self.diary.room_starts(self.seeker, place, half, at)

    def _can(self, start: Start, room: UUID | None) -> Verdict:
        return Verdict(moment_of(start.day, start.slot, self.centre), room)

    def _reasons(self, day: date, half: int) -> tuple[Obstacle, ...]:
        almanac = self.diary.almanac
        if day not in almanac.day or not self.seeker.first <= almanac.day[day] < self.seeker.end:
            return ()
        found = closed_by(self.diary, self.seeker, almanac.day[day], half)
        return tuple(dict.fromkeys(Obstacle(code, source, 1, 1, detail) for code, source, detail in found))

    def _half(self, start: Start) -> int:
        return next(half for half, opens in enumerate(self.diary.almanac.opens) if opens >> start.slot & 1)


# Parts --------------------------------------------------------------------------------------------------------------


def _blocks(
    session: Session, centre: Centre, days: tuple[date, ...], by: Identity, rooms: Mapping[UUID, Room], now: datetime,
    language: str,
) -> dict[Cell, tuple[Block, ...]]:
    newest = select(Listing.hearing_id, func.max(Listing.version).label("version")).group_by(col(Listing.hearing_id)).subquery()
    since, until = _midnight(days[0], centre), _midnight(days[-1] + DAY, centre)
    rows = session.exec(
        select(Hearing, Listing).join(Listing, col(Listing.hearing_id) == col(Hearing.id))
        .join(newest, (newest.c.hearing_id == Listing.hearing_id) & (newest.c.version == Listing.version))
        .where(Hearing.office_id == centre.office_id, col(Hearing.state).in_(SHOWN), Listing.begins_at >= since,
               Listing.begins_at < until).order_by(col(Listing.begins_at))
    ).all()
    found: dict[Cell, list[Block]] = {}
    for hearing, listing in rows:
        room, sees = rooms.get(listing.room_id) if listing.room_id else None, _sees(hearing, by)
        place = (room.name_en if language == "en" else room.name_zh) if room else hearing.elsewhere
        block = Block(
            id=hearing.id, number=hearing.number if sees else "", title=hearing.title if sees else "", place=place,
            begins_at=listing.begins_at.astimezone(centre.zone), ends_at=listing.ends_at.astimezone(centre.zone),
            told=is_told(session, hearing),
            may_move=sees and hearing.state in MOVABLE and listing.begins_at > now and may_book(hearing, by),
        )
        found.setdefault((listing.room_id, block.begins_at.date(), _half(block.begins_at, centre)), []).append(block)
    return {cell: tuple(some) for cell, some in found.items()}


def _closed(session: Session, centre: Centre, days: tuple[date, ...], rooms: Iterable[Room]) -> dict[Cell, tuple[str, ...]]:
    found: dict[Cell, tuple[str, ...]] = {}
    lunch = centre.provisions["hearing.lunch_begins"]
    for one in session.exec(select(RoomClosure).where(col(RoomClosure.room_id).in_([room.id for room in rooms]))):
        for day in days:
            noon = _midnight(day, centre) + timedelta(minutes=lunch)
            for half, (first, end) in enumerate(((_midnight(day, centre), noon), (noon, _midnight(day + DAY, centre)))):
                if one.begins_at < end and first < one.ends_at:
                    found[one.room_id, day, half] = (*found.get((one.room_id, day, half), ()), one.reason)
    return found


def _half(at: datetime, centre: Centre) -> int:
    return int(at.hour * 60 + at.minute >= centre.provisions["hearing.lunch_begins"])


def _midnight(day: date, centre: Centre) -> datetime:
    return datetime.combine(day, time(), centre.zone)


def _sees(hearing: Hearing, by: Identity) -> bool:
    return rules.may_see(open=hearing.open, involved=is_involved(hearing, by), roles=by.roles)

