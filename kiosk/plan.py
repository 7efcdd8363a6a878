"""The hall as the office has set it up: services, windows, lanes, hours, provisions. Read as one frozen whole."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlmodel import Session, col, select

from kiosk.tables import Lane, Service, Window, WindowSkill, WindowState
from shared import calendar
from shared.calendar import Calendar
from shared.errors import Refused
from shared.offices import Hall, Hours, Office, hours_of, provisions_on


class Named(msgspec.Struct, frozen=True):
    """Anything with a name in both languages."""

    name_zh: str
    name_en: str

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_zh


class ServicePlan(Named, frozen=True, kw_only=True):
    """A service; ``minutes`` is its configured mean length."""

    id: UUID
    code: str
    hint_zh: str
    hint_en: str
    bring_zh: str
    bring_en: str
    prefix: str
    skill: str
    minutes: int
    daily_limit: int | None
    by_booking: bool
    open: bool

    def hint(self, language: str) -> str:
        return self.hint_en if language == "en" else self.hint_zh

    def bring(self, language: str) -> list[str]:
        return (self.bring_en if language == "en" else self.bring_zh).splitlines()


class WindowPlan(Named, frozen=True, kw_only=True):
    id: UUID
    code: str
    state: str
    skills: frozenset[str]


class LanePlan(Named, frozen=True, kw_only=True):
    code: str
    head_start: int
    skill: str
    icon: str


class HallPlan(Named, frozen=True, kw_only=True):
    """One hall, complete, as in force on ``day`` (of the office's zone). What is retired or has ended is in ``…_by_id`` and
    ``ended_lanes`` alone, for the visits that it had."""

    id: UUID
    day: date
    office_id: UUID
    code: str
    office_zh: str
    office_en: str
    phone: str
    zone: ZoneInfo
    demo: bool
    paired_only: bool
    hours: Hours
    calendar: Calendar
    services: tuple[ServicePlan, ...]
    windows: tuple[WindowPlan, ...]
    lanes: tuple[LanePlan, ...]
    ended_lanes: tuple[LanePlan, ...]
    provisions: dict[str, int]
    services_by_id: dict[UUID, ServicePlan]
    windows_by_id: dict[UUID, WindowPlan]

    @property
    def board(self) -> str:
        """The name of the board that every change of this hall's queue moves."""
        return hall_board(self.id)

    def office(self, language: str) -> str:
        return self.office_en if language == "en" else self.office_zh

    def service(self, code: str) -> ServicePlan:
        """Refuses ``unknown-service``."""
        for service in self.services:
            if service.code == code:
                return service
        raise Refused("unknown-service", 404)

    def window(self, code: str) -> WindowPlan:
        """Refuses ``unknown-window``."""
        for window in self.windows:
            if window.code == code:
                return window
        raise Refused("unknown-window", 404)

    def lane(self, code: str) -> LanePlan | None:
        """The lane, None for the ordinary one. Refuses ``unknown-lane``."""
        if code in ("", "ordinary"):
            return None
        for lane in self.lanes:
            if lane.code == code:
                return lane
        raise Refused("unknown-lane", 422)

    def lane_held(self, code: str) -> LanePlan | None:
        """The lane of somebody who has one already, also when it is no longer offered."""
        return next((lane for lane in (*self.lanes, *self.ended_lanes) if lane.code == code), None)

    def head_start(self, lane: LanePlan | None, service: ServicePlan) -> int:
        """Minutes of head start of a lane in a service: a lane bound to a skill counts only there."""
        if lane is None or (lane.skill and lane.skill != service.skill):
            return 0
        return lane.head_start

    def windows_for(self, service: ServicePlan) -> list[WindowPlan]:
        """The open windows that can serve it."""
        return [one for one in self.windows if service.skill in one.skills and one.state == WindowState.OPEN]

    def is_open(self, now: datetime) -> bool:
        return self.hours.is_open(now, self.zone, self.calendar)

    def is_serving(self, service: ServicePlan, now: datetime) -> bool:
        return service.open and not service.by_booking and self.is_open(now)

    def today(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()


def hall_board(hall_id: UUID) -> str:
    return f"hall:{hall_id.hex}"


def plan_board(hall_id: UUID) -> str:
    return f"plan:{hall_id.hex}"


def hall_plan(session: Session, hall_id: UUID, now: datetime) -> HallPlan:
    """Everything about one hall, as of ``now`` (lanes and provisions by their effective day)."""
    hall, office = session.exec(
        select(Hall, Office).join(Office, col(Office.id) == col(Hall.office_id)).where(Hall.id == hall_id)
    ).one()
    zone = ZoneInfo(office.zone)
    day = now.astimezone(zone).date()
    services = {row.id: (_service(row), row.retired) for row in _of_hall(session, hall_id)}
    windows = _windows(session, hall_id)
    lanes = _lanes(session, office.id, day)
    return HallPlan(
        id=hall.id,
        day=day,
        office_id=office.id,
        code=hall.code,
        name_zh=hall.name_zh,
        name_en=hall.name_en,
        office_zh=office.name_zh,
        office_en=office.name_en,
        phone=hall.phone,
        zone=zone,
        demo=hall.demo,
        paired_only=hall.paired_only,
        hours=hours_of(session, hall),
        calendar=calendar.load(session, since=date(day.year - 1, 1, 1)),
        services=tuple(one for one, retired in services.values() if not retired),
        windows=tuple(one for one, retired in windows if not retired),
        lanes=tuple(one for one, offered in lanes if offered),
        ended_lanes=tuple(one for one, offered in lanes if not offered),
        provisions=provisions_on(session, office.id, day),
        services_by_id={key: one for key, (one, _) in services.items()},
        windows_by_id={one.id: one for one, _ in windows},
    )


def halls(session: Session) -> dict[str, UUID]:
    """The halls of this deployment: code -> id, the first one first."""
    return {hall.code: hall.id for hall in session.exec(select(Hall).order_by(col(Hall.id))).all()}


def _of_hall(session: Session, hall_id: UUID) -> Sequence[Service]:
    ordered = select(Service).order_by(col(Service.position), col(Service.id))
    return session.exec(ordered.where(Service.hall_id == hall_id)).all()


def _service(row: Service) -> ServicePlan:
    return ServicePlan(**{name: getattr(row, name) for name in ServicePlan.__struct_fields__})


def _windows(session: Session, hall_id: UUID) -> list[tuple[WindowPlan, bool]]:
    """Every window, and whether it is retired."""
    rows = session.exec(
        select(Window, WindowSkill.skill)
        .join(WindowSkill, col(WindowSkill.window_id) == col(Window.id), isouter=True)
        .where(Window.hall_id == hall_id)
        .order_by(col(Window.position), col(Window.id))
    ).all()
    skills: dict[UUID, set[str]] = {}
    for window, skill in rows:
        skills.setdefault(window.id, set()).update({skill} if skill else set())
    once = {window.id: window for window, _ in rows}
    return [
        (WindowPlan(id=w.id, code=w.code, name_zh=w.name_zh, name_en=w.name_en, state=w.state,
                    skills=frozenset(skills[w.id])), w.retired)
        for w in once.values()
    ]


def _lanes(session: Session, office_id: UUID, day: date) -> list[tuple[LanePlan, bool]]:
    """Every lane as of a day, and whether it is offered."""
    rows = session.exec(
        select(Lane).where(Lane.office_id == office_id, Lane.effective_from <= day).order_by(col(Lane.effective_from))
    ).all()
    latest = {row.code: row for row in rows}
    return [
        (LanePlan(code=row.code, name_zh=row.name_zh, name_en=row.name_en, head_start=row.head_start, skill=row.skill,
                  icon=row.icon), row.offered)
        for row in sorted(latest.values(), key=lambda row: row.position)
    ]
