"""Founding an office: its hall with what a 12309 hall begins with (`standard`), the registers of matters and hearings, and one
administrator. Everything else the administrator sets up on the pages of the administration."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlmodel import Session, col, select

from cases.centre import found_registry
from hearings.centre import found_hearings
from kiosk import standard
from kiosk.bookings import contingents as booking_contingents
from kiosk.discreet.tables import DiscreetRule
from kiosk.plan import hall_board, plan_board
from kiosk.tables import Lane, Service, Window, WindowSkill, WindowState
from shared import calendar
from shared.accounts import add_staff
from shared.errors import Refused
from shared.journal import record
from shared.live import Board
from shared.offices import Hall, Office, OpeningHours, Provision
from shared.people import Role

MADE_UP = "（演示，可在制度项中修改）"
WINDOWS_MOST = 40


class Founding(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be founded. ``password`` is the hash of the administrator's."""

    name_zh: str
    name_en: str
    code: str = "office"
    zone: str = "Asia/Shanghai"
    windows: int = 6
    account: str = "admin"
    administrator: str = "系统管理员"
    password: str


def is_empty(session: Session) -> bool:
    return session.exec(select(Office.id).limit(1)).first() is None


def found_office(session: Session, *, asked: Founding, now: datetime, by: str) -> UUID:
    """A real office on an empty database; returns its hall. Refuses ``office-exists``, ``name-needed``, ``number-needed``."""
    if not is_empty(session):
        raise Refused("office-exists")
    if not (asked.name_zh.strip() and asked.name_en.strip() and asked.code.strip()):
        raise Refused("name-needed", 422)
    if not 1 <= asked.windows <= WINDOWS_MOST:
        raise Refused("number-needed", 422)
    office = Office(code=asked.code.strip(), name_zh=asked.name_zh.strip(), name_en=asked.name_en.strip(), zone=asked.zone)
    hall = add_hall(session, office)
    hours = ((day, opens, closes) for day in standard.WORKDAYS for opens, closes in standard.HOURS)
    session.add_all(OpeningHours(hall_id=hall.id, weekday=day, opens=opens, closes=closes) for day, opens, closes in hours)
    furnish(session, hall, windows_for(asked.windows), WindowState.CLOSED, standard.OWN_RULES)
    found_registry(session, office.id)
    _own_the_numbers(session, office.id)
    local = now.astimezone(ZoneInfo(asked.zone)).date()
    calendar.fill(session, calendar.seed_days(local.year - 1))
    record(session, office=office.id, act="office-founded", subject=f"office:{office.id}", by=by, now=now,
           detail={"code": office.code, "windows": asked.windows})
    add_staff(session, office=office.id, hall=hall.id, account=asked.account, name=asked.administrator,
              roles=[Role.ADMINISTRATOR], password=asked.password, now=now, by=by)
    return hall.id


def add_hall(session: Session, office: Office, *, demo: bool = False) -> Hall:
    """The office with its first hall and the boards that screens follow. A demo is open to every screen, day and night."""
    session.add(office)
    session.flush()
    hall = Hall(office_id=office.id, code="main", name_zh="12309检察服务中心", name_en="12309 Procuratorial Service Center",
                demo=demo, paired_only=not demo, rest_days=not demo)
    session.add(hall)
    session.flush()
    session.add_all(Board(name=name) for name in (hall_board(hall.id), plan_board(hall.id), "door"))
    return hall


def furnish(
    session: Session, hall: Hall, windows: Sequence[Sequence[str]], state: WindowState, rules: str
) -> None:
    """Services, windows (each by its skills), lanes and numbers as they are usual. ``rules``: the source of the office's own."""
    _add_services(session, hall.id)
    for position, skills in enumerate(windows):
        _add_window(session, hall.id, position, skills, state)
    for position, (code, zh, en, skill, icon) in enumerate(standard.LANES):
        session.add(Lane(office_id=hall.office_id, code=code, name_zh=zh, name_en=en, head_start=standard.LANE_MINUTES,
                         skill=skill, icon=icon, source=standard.PRIORITY_LAW, effective_from=standard.SINCE, position=position))
    lay_down_missing(session, hall.office_id, rules)
    add_discreet_rule(session, hall.id)
    booking_contingents.lay_down(session, hall.id, rules)
    found_hearings(session, hall.office_id)


def add_discreet_rule(session: Session, hall_id: UUID) -> None:
    """How a hall receives discreetly, unless it has laid that down."""
    if session.get(DiscreetRule, hall_id) is None:
        prefix, rooms_zh, rooms_en, roles, services = standard.DISCREET
        session.add(DiscreetRule(hall_id=hall_id, prefix=prefix, rooms_zh=rooms_zh, rooms_en=rooms_en, roles=list(roles),
                                 services=list(services)))


def lay_down_missing(
    session: Session, office_id: UUID, rules: str = standard.OWN_RULES, since: date = standard.SINCE
) -> int:
    """The usual numbers that an office does not have yet; says how many. A new version of the program may bring some."""
    known = set(session.exec(select(Provision.key).where(Provision.office_id == office_id)).all())
    missing = [row for row in standard.PROVISIONS if row[0] not in known]
    session.add_all(
        Provision(office_id=office_id, key=key, value=value, unit=unit, source=source or rules, effective_from=since)
        for key, value, unit, source in missing
    )
    session.flush()
    return len(missing)


def keep_up(session: Session) -> None:
    """What a newer version of the program wants to be laid down, for every office."""
    for office_id in session.exec(select(Office.id)).all():
        lay_down_missing(session, office_id)
    for hall_id in session.exec(select(Hall.id)).all():
        add_discreet_rule(session, hall_id)
        booking_contingents.lay_down(session, hall_id, standard.OWN_RULES)


def windows_for(count: int) -> list[list[str]]:
    """The skills of so many windows: every service has one, and more windows repeat the usual six."""
    usual = [skills for _, skills in standard.WINDOWS]
    if count >= len(usual):
        return [list(usual[place % len(usual)]) for place in range(count)]
    return [sorted({skill for skills in usual[place::count] for skill in skills}) for place in range(count)]


def _add_services(session: Session, hall_id: UUID) -> None:
    rows = enumerate(standard.SERVICES)
    for position, (code, prefix, skill, minutes, booking, zh, en, hint_zh, hint_en, bring_zh, bring_en) in rows:
        session.add(Service(
            hall_id=hall_id, code=code, prefix=prefix, skill=skill, minutes=minutes, by_booking=booking, name_zh=zh,
            name_en=en, hint_zh=hint_zh, hint_en=hint_en, bring_zh=bring_zh, bring_en=bring_en, position=position,
        ))


def _add_window(session: Session, hall_id: UUID, position: int, skills: Sequence[str], state: WindowState) -> None:
    code = str(position + 1)
    window = Window(hall_id=hall_id, code=code, name_zh=f"{code}号窗口", name_en=f"Window {code}", state=state,
                    position=position)
    session.add(window)
    session.flush()
    session.add_all(WindowSkill(window_id=window.id, skill=skill) for skill in skills)


def _own_the_numbers(session: Session, office_id: UUID) -> None:
    """Numbers that other rooms brought name a demo as their source; a real office is told to check them."""
    session.flush()
    for row in session.exec(select(Provision).where(Provision.office_id == office_id, col(Provision.source).contains("演示"))):
        row.source = f"{row.source.replace(MADE_UP, '')}（{standard.OWN_RULES}）"
