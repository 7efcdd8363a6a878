"""The hall as it stands, kept in memory for drawing. The database decides; this only follows it, change by change."""

import asyncio
import logging
from bisect import bisect_left, insort
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from sqlalchemy import bindparam, select, text
from sqlmodel import Session, col

from kiosk import order, wait
from kiosk.forecast.forecast import Forecast, Offer, Said
from kiosk.plan import HallPlan, ServicePlan, hall_board, hall_plan, halls, plan_board
from kiosk.tables import Call, State, Ticket
from shared.database import Database
from shared.errors import Refused
from shared.live import Board, Boards
from shared.prepared import Prepared

CALLS_KEPT = 24
LAST = UUID(int=2**128 - 1)  # behind everybody with the same key
log = logging.getLogger("nuanyi.picture")
ACTIVE_STATES = frozenset({"waiting", "called", "serving", "on_hold", "missed"})


class Standing(msgspec.Struct, frozen=True):
    """A visitor in the hall, as staff screens and the order need it."""

    id: UUID
    number: str
    code: str
    service_id: UUID
    state: str
    language: str
    lane: str
    head_start: int
    needs: str
    arrived_at: datetime
    queued_at: datetime
    ready_at: datetime
    rank_at: datetime
    deferrals: int
    window_id: UUID | None
    called_at: datetime | None
    started_at: datetime | None
    transferred_from: str
    version: int
    way: str = ""
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    errand_at: datetime | None = None

    @property
    def is_away(self) -> bool:
        """On an errand: sent away from a window for a paper."""
        return self.errand_at is not None and self.state == State.ON_HOLD


class CallView(msgspec.Struct, frozen=True):
    """One call: ticket number and window only, as everybody may see and hear it, and what became of it."""

    id: int
    ticket_id: UUID
    number: str
    window: str
    window_id: UUID
    kind: str
    capped: bool
    called_at: datetime
    shown_at: datetime | None
    spoken_at: datetime | None
    silent: str
    delivered_at: datetime | None = None
    acknowledged_at: datetime | None = None


_TICKET = [col(getattr(Ticket, name)) for name in Standing.__struct_fields__]
_ACTIVE = text("state IN ('waiting', 'called', 'serving', 'on_hold', 'missed')")
_ALL = Prepared(select(*_TICKET).where(col(Ticket.hall_id) == bindparam("hall"), _ACTIVE))
_CHANGED = Prepared(
    select(*_TICKET).where(col(Ticket.hall_id) == bindparam("hall"), col(Ticket.version) > bindparam("seen"))
)
_CALL = [col(getattr(Call, name)) for name in CallView.__struct_fields__]
_LATEST_CALLS = Prepared(
    select(*_CALL).where(col(Call.hall_id) == bindparam("hall")).order_by(col(Call.id).desc()).limit(CALLS_KEPT)
)
_CHANGED_CALLS = Prepared(
    select(*_CALL)
    .where(col(Call.hall_id) == bindparam("hall"), col(Call.version) > bindparam("seen"))
    .order_by(col(Call.id).desc())
)
_VERSION = Prepared(select(col(Board.version)).where(col(Board.name) == bindparam("board")))


class Change(msgspec.Struct, frozen=True):
    """What one look at the database brought: the plan (if it moved), changed tickets, the latest calls."""

    version: int
    plan_version: int
    plan: HallPlan | None
    whole: bool
    tickets: list[Standing]
    calls: list[CallView]


def look(session: Session, hall_id: UUID, seen: int, plan_seen: int, now: datetime) -> Change:
    """Reads what has changed since ``seen`` (-1: everything) on one snapshot."""
    plan_version = _version(session, plan_board(hall_id))
    plan = hall_plan(session, hall_id, now) if plan_version != plan_seen else None
    return _moves(session, hall_id, seen, plan_version, plan)


def _moves(session: Session, hall_id: UUID, seen: int, plan_version: int, plan: HallPlan | None) -> Change:
    version = _version(session, hall_board(hall_id))
    if version == seen:
        return Change(version, plan_version, plan, False, [], [])
    if seen < 0:
        tickets, calls = _ALL.all(session, hall=hall_id), _LATEST_CALLS.all(session, hall=hall_id)
    else:
        tickets = _CHANGED.all(session, hall=hall_id, seen=seen)
        calls = _CHANGED_CALLS.all(session, hall=hall_id, seen=seen)
    return Change(
        version, plan_version, plan, seen < 0, [Standing(*row) for row in tickets], [CallView(*row) for row in calls]
    )


def _version(session: Session, board: str) -> int:
    row = _VERSION.first(session, board=board)
    return int(row.version) if row else 0


class Rivals(msgspec.Struct, frozen=True):
    """The windows that can serve a service, and who else waits for them: service, its minutes, how many of its windows are
    also ours, how many it has."""

    ours: frozenset[UUID]
    lines: list[tuple[UUID, int, int, int]]


def rivals_of(plan: HallPlan, service: ServicePlan) -> Rivals:
    ours = frozenset(one.id for one in plan.windows_for(service))
    lines = []
    for other in plan.services:
        theirs = {one.id for one in plan.windows_for(other)}
        if other.id == service.id or ours & theirs:
            lines.append((other.id, other.minutes, len(ours & theirs) or 1, len(theirs)))
    return Rivals(ours, lines)


class Picture:
    """One hall in memory. Changed only in the event loop, by `apply`."""

    def __init__(self, plan: HallPlan) -> None:
        self.plan = plan
        self.version = -1
        self.plan_version = -1
        self.moved = -1  # the version at which a visitor or the plan last changed
        self.tickets: dict[UUID, Standing] = {}
        self.by_code: dict[str, Standing] = {}
        self.calls: list[CallView] = []
        self.at_window: dict[UUID, Standing] = {}
        self.forecast = Forecast()
        self._lines: dict[UUID, list[tuple[datetime, UUID]]] = {}
        self._rivals: dict[UUID, Rivals] = {}

    def apply(self, change: Change) -> None:
        if change.plan is not None:
            self.plan, self.plan_version, self._rivals = change.plan, change.plan_version, {}
            self.moved = change.version
        if change.version <= self.version:
            return  # a look that was overtaken: whoever overtook it saw the same and more
        if change.whole:
            self.tickets, self.by_code, self.at_window, self._lines, self.calls = {}, {}, {}, {}, []
        for ticket in change.tickets:
            self._remove(ticket.id)
            if ticket.state in ACTIVE_STATES:
                self._add(ticket)
        if change.calls:
            known = {one.id: one for one in self.calls} | {one.id: one for one in change.calls}
            self.calls = sorted(known.values(), key=lambda one: -one.id)[:CALLS_KEPT]
        self.version = change.version
        if change.tickets:
            self.moved = change.version

    def _add(self, ticket: Standing) -> None:
        self.tickets[ticket.id] = ticket
        self.by_code[ticket.code] = ticket
        if ticket.state == State.WAITING:
            insort(self._lines.setdefault(ticket.service_id, []), (ticket.rank_at, ticket.id))
        elif ticket.window_id is not None and ticket.state in (State.CALLED, State.SERVING):
            self.at_window[ticket.window_id] = ticket

    def _remove(self, ticket_id: UUID) -> None:
        old = self.tickets.pop(ticket_id, None)
        if old is None:
            return
        self.by_code.pop(old.code, None)
        if old.state == State.WAITING:
            line = self._lines[old.service_id]
            del line[bisect_left(line, (old.rank_at, old.id))]
        elif old.window_id is not None and self.at_window.get(old.window_id) is old:
            del self.at_window[old.window_id]

    def line(self, service: ServicePlan) -> list[Standing]:
        """The waiting of a service in the order of their keys."""
        return [self.tickets[ticket_id] for _, ticket_id in self._lines.get(service.id, [])]

    def waiting(self, service: ServicePlan) -> int:
        return len(self._lines.get(service.id, []))

    def ahead(self, ticket: Standing) -> int:
        """How many of the same service stand before this ticket."""
        return bisect_left(self._lines.get(ticket.service_id, []), (ticket.rank_at, ticket.id))

    def wait_for(self, ticket: Standing, now: datetime) -> tuple[int, int]:
        """The range in minutes for someone who waits."""
        said = self.said_to(ticket, now)
        return said.low, said.high

    def said_to(self, ticket: Standing, now: datetime) -> Said:
        """What may be said to someone who waits: the last look ahead; by the formula where it has nothing, never more than was
        said."""
        said = self.forecast.said_to(ticket)
        if said and self.forecast.is_measured:
            return said
        service = self.plan.services_by_id[ticket.service_id]
        if ticket.ready_at <= now and (found := self.forecast.newcomer(self, service, ticket.head_start)):
            return Said(found.low, found.high)
        low, high = self._formula(ticket, service, now)
        if said and high > said.high:
            return said
        return Said(low, high, closing=said.closing if said else None)

    def _formula(self, ticket: Standing, service: ServicePlan, now: datetime) -> tuple[int, int]:
        low, high = self._wait(service, (ticket.rank_at, ticket.id), now)
        pause = max(0, int((ticket.ready_at - now).total_seconds() // 60))
        return max(low, pause), max(high, pause + wait.STEP if pause else 0)

    def wait_now(self, service: ServicePlan, now: datetime) -> tuple[int, int]:
        """The range in minutes for someone who would take a number now."""
        offer = self.offer(service, 0, now)
        return offer.low, offer.high

    def offer(self, service: ServicePlan, credit: int, now: datetime) -> Offer:
        """What can be promised to someone who takes a number now, with so many minutes of head start."""
        found = self.forecast.newcomer(self, service, credit)
        if found is None:
            low, high = self._wait(service, (order.rank_at(now, credit), LAST), now)
            found = wait.Wait(low, high, low, high)
        closes_at, grace = self.forecast.closes_at, self.plan.provisions.get("order.closing_grace", 0)
        left = (closes_at - now).total_seconds() / 60 if closes_at else None
        return Offer(found.low, found.high, found.p80, left is not None and wait.stop_issuing(found, left, grace))

    def promise(self, service: str, lane: str, now: datetime) -> Offer | None:
        """The `offer` by the codes that somebody asks with; None where there are none such, which the act itself refuses."""
        wanted = next((one for one in self.plan.services if one.code == service), None)
        if wanted is None:
            return None
        return self.offer(wanted, self.plan.head_start(self.plan.lane_held(lane), wanted), now)

    def _wait(self, service: ServicePlan, key: tuple[datetime, UUID], now: datetime) -> tuple[int, int]:
        rivals = self._rivals.get(service.id)
        if rivals is None:
            rivals = self._rivals[service.id] = rivals_of(self.plan, service)
        lines = self._lines
        ahead = [(bisect_left(lines.get(line, ()), key), minutes, shared, theirs)
                 for line, minutes, shared, theirs in rivals.lines]
        return wait.wait_range(wait.shared_work(ahead) + self._residual(rivals.ours, now), len(rivals.ours))

    def _residual(self, windows: frozenset[UUID], now: datetime) -> float:
        """Minutes still to be expected at windows that are busy."""
        rest = 0.0
        for window_id in windows & self.at_window.keys():
            one = self.at_window[window_id]
            elapsed = (now - (one.started_at or now)).total_seconds() / 60
            rest += wait.remaining(self.plan.services_by_id[one.service_id].minutes, elapsed)
        return rest

    def in_state(self, state: State) -> list[Standing]:
        return [one for one in self.tickets.values() if one.state == state]

    def recent_calls(self, count: int) -> list[CallView]:
        """The latest calls, newest first, each ticket once."""
        once: dict[UUID, CallView] = {}
        for call in self.calls:
            once.setdefault(call.ticket_id, call)
        return list(once.values())[:count]


class Pictures:
    """The halls of this process."""

    def __init__(self, database: Database, boards: Boards) -> None:
        self.database = database
        self.boards = boards
        self.halls: dict[str, UUID] = {}
        self._pictures: dict[UUID, Picture] = {}
        self._looking: dict[UUID, asyncio.Task[None]] = {}
        self._boards: dict[str, UUID] = {}

    async def start(self) -> None:
        self.halls = await self.database.read(halls)
        for hall_id in self.halls.values():
            await self.fresh(hall_id, 0)
            self._boards |= {hall_board(hall_id): hall_id, plan_board(hall_id): hall_id}
        loop = asyncio.get_running_loop()
        self.database.on_commit.append(lambda session, boards: self._look_along(loop, session, boards))
        self.boards.on_change.append(self._follow)

    def _look_along(self, loop: asyncio.AbstractEventLoop, session: Session, boards: dict[str, int]) -> None:
        """In the writer's thread: what it has just committed is in the picture before anybody is answered."""
        for hall_id, picture in list(self._pictures.items()):
            if hall_board(hall_id) in boards:
                change = _moves(session, hall_id, picture.version, picture.plan_version, None)
                with suppress(RuntimeError):  # the loop has been closed: nobody looks any more
                    loop.call_soon_threadsafe(picture.apply, change)

    def hall_id(self, code: str | None) -> UUID:
        """The hall of a code; without a code the first one. Refuses ``unknown-hall``."""
        if not code and self.halls:
            return next(iter(self.halls.values()))
        if code not in self.halls:
            raise Refused("unknown-hall", 404)
        return self.halls[code]

    def now_seen(self, hall_id: UUID) -> Picture:
        """The picture as last seen (it follows the boards: half a second behind at most)."""
        return self._pictures[hall_id]

    def _follow(self, board: str) -> None:
        """A board has moved, here or in another process: the picture is looked at again, unless somebody is at it or has
        been."""
        hall_id = self._boards.get(board)
        if hall_id is None or hall_id in self._looking:
            return
        picture = self._pictures[hall_id]
        seen = picture.version if board == hall_board(hall_id) else picture.plan_version
        if seen < self.boards.versions[board]:
            self._begin_look(hall_id).add_done_callback(_told)

    def waiting_counts(self) -> list[tuple[str, str, int]]:
        """Hall, service and how many wait."""
        return [
            (picture.plan.code, service.code, picture.waiting(service))
            for picture in self._pictures.values() for service in picture.plan.services
        ]

    async def fresh(self, hall_id: UUID, version: int | None = None) -> Picture:
        """The picture at ``version`` or later; without one, as the database is now. Looks are shared."""
        while True:
            picture = self._pictures.get(hall_id)
            if picture is not None and version is not None and picture.version >= version:
                return picture
            running = self._looking.get(hall_id)
            if running is not None and version is None:
                await asyncio.shield(running)
                running = self._looking.get(hall_id)
            await asyncio.shield(running or self._begin_look(hall_id))
            if version is None:
                return self._pictures[hall_id]

    def _begin_look(self, hall_id: UUID) -> asyncio.Task[None]:
        task = self._looking[hall_id] = asyncio.create_task(self._look_once(hall_id))
        return task

    async def _look_once(self, hall_id: UUID) -> None:
        picture = self._pictures.get(hall_id)
        seen, plan_seen = (picture.version, picture.plan_version) if picture else (-1, -1)
        now = datetime.now(UTC)
        if picture and picture.plan.day != picture.plan.today(now):
            plan_seen = -1  # lanes and provisions may hold from today on
        try:
            change = await self.database.read(look, hall_id, seen, plan_seen, now)
        finally:
            del self._looking[hall_id]
        if picture is None:
            if change.plan is None:
                raise Refused("unknown-hall", 404)
            picture = self._pictures[hall_id] = Picture(change.plan)
        picture.apply(change)


def _told(look: asyncio.Task[None]) -> None:
    """A look that failed is no loss: the next change or page looks again."""
    if not look.cancelled() and (problem := look.exception()):
        log.warning("a hall could not be looked at: %s", problem)


ThePictures = NamedDependency[Pictures]
