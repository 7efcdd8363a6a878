"""What an office has laid down for its matters: names, zone, numbers of law, working days, classes. Read as one frozen whole;
`found_registry` gives a new office the standard list."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlmodel import Session, col, select

from cases.tables import MatterClass, Registry
from shared import calendar
from shared.calendar import Calendar
from shared.live import bump
from shared.offices import Hall, Office, Provision, Unit, provisions_on

# Classes used in practice (domain guide §3, table of the Shaanxi register): code, 中文, English, discreet from the start.
CLASSES = (
    ("criminal-appeal", "刑事申诉", "Criminal appeal", False),
    ("civil-appeal", "民事申诉", "Civil appeal", False),
    ("administrative-appeal", "行政申诉", "Administrative appeal", False),
    ("accusation", "控告", "Accusation", False),
    ("report", "举报", "Report of an offence", True),
    ("supervision", "申请监督", "Application for supervision", False),
    ("state-compensation", "国家赔偿", "State compensation", False),
    ("judicial-aid", "司法救助", "Judicial aid", False),
    ("public-interest", "公益诉讼线索", "Public interest", False),
    ("minors", "涉未成年人事项", "Matters of minors", True),
    ("staff-conduct", "反映检察人员问题", "Conduct of procuratorate staff", True),
    ("other", "其他", "Other", False),
)
OWN_RULES = "本院控告申诉检察工作规定（演示，可在制度项中修改）"
REPLY_RULES = "人民检察院刑事诉讼规则（2019）第161、163条"
STANDARD = (
    ("lookup.failures", 5, Unit.TIMES, OWN_RULES),
    ("lookup.lock_minutes", 30, Unit.MINUTES, OWN_RULES),
    ("lookup.page_minutes", 5, Unit.MINUTES, OWN_RULES),
    ("lookup.valid_months", 24, Unit.MONTHS, OWN_RULES),
    ("reply.procedural_days", 7, Unit.DAYS, REPLY_RULES),
    ("reply.substantive_months", 3, Unit.MONTHS, REPLY_RULES),
)
LONG_AGO = date(2019, 12, 30)  # the day the rules of 2019 came into force


class ClassView(msgspec.Struct, frozen=True):
    id: UUID
    code: str
    name_zh: str
    name_en: str
    discreet: bool
    open: bool

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_zh


class Centre(msgspec.Struct, frozen=True, kw_only=True):
    """An office as its matters need it, on one day of its zone. Numbers of law are in ``provisions``."""

    office_id: UUID
    office_zh: str
    office_en: str
    hall_zh: str
    hall_en: str
    phone: str
    demo: bool
    zone: ZoneInfo
    today: date
    provisions: dict[str, int]
    calendar: Calendar
    classes: tuple[ClassView, ...]
    prefix: str

    @property
    def board(self) -> str:
        """The name of the board that every change of this office's matters moves."""
        return cases_board(self.office_id)

    def office(self, language: str) -> str:
        return self.office_en if language == "en" else self.office_zh

    def name(self, language: str) -> str:
        return self.hall_en if language == "en" else self.hall_zh

    def matter_class(self, class_id: UUID) -> ClassView:
        return next(one for one in self.classes if one.id == class_id)


def cases_board(office_id: UUID) -> str:
    return f"cases:{office_id.hex}"


def centre_of(session: Session, office_id: UUID, now: datetime) -> Centre:
    """The office as of ``now``; its first hall gives name and telephone."""
    office = session.get_one(Office, office_id)
    hall = session.exec(select(Hall).where(Hall.office_id == office_id).order_by(col(Hall.id))).first()
    registry = session.get(Registry, office_id)
    zone = ZoneInfo(office.zone)
    today = now.astimezone(zone).date()
    return Centre(
        office_id=office.id,
        office_zh=office.name_zh,
        office_en=office.name_en,
        hall_zh=hall.name_zh if hall else "",
        hall_en=hall.name_en if hall else "",
        phone=hall.phone if hall else "12309",
        demo=bool(hall and hall.demo),
        zone=zone,
        today=today,
        provisions=provisions_on(session, office_id, today),
        calendar=calendar.load(session, since=date(today.year - 5, 1, 1)),
        classes=tuple(_classes(session, office_id)),
        prefix=registry.prefix if registry else "",
    )


def _classes(session: Session, office_id: UUID) -> list[ClassView]:
    rows = session.exec(select(MatterClass).where(MatterClass.office_id == office_id).order_by(col(MatterClass.position)))
    return [ClassView(row.id, row.code, row.name_zh, row.name_en, row.discreet, row.open) for row in rows]


def found_registry(session: Session, office_id: UUID) -> None:
    """Gives an office its register: how numbers begin, the standard classes, the standard numbers that it lacks.
    Doing it again changes nothing."""
    bump(session, cases_board(office_id))
    if session.get(Registry, office_id) is not None:
        return
    office = session.get_one(Office, office_id)
    session.add(Registry(office_id=office_id, prefix=f"{office.name_zh[:1]}检控申"))
    for position, (code, zh, en, discreet) in enumerate(CLASSES):
        session.add(MatterClass(office_id=office_id, code=code, name_zh=zh, name_en=en, discreet=discreet, position=position))
    known = set(session.exec(select(col(Provision.key)).where(Provision.office_id == office_id)))
    session.add_all(
        Provision(office_id=office_id, key=key, value=value, unit=unit, source=source, effective_from=LONG_AGO)
        for key, value, unit, source in STANDARD if key not in known
    )
