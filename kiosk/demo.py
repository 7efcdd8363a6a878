"""The demo centre: a made-up set-up of a real kind of hall, so that a newcomer can use everything at once.

Names of services follow a 12309 hall; the numbers are the demo office's own and say so.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from uuid import UUID

from sqlmodel import Session, select

from hearings.centre import found_hearings
from hearings.demo import stage_hearings
from kiosk.plan import hall_board, plan_board
from kiosk.tables import Lane, Service, Window, WindowSkill, WindowState
from shared import calendar
from shared.accounts import add_staff
from shared.live import Board
from shared.offices import Hall, Office, OpeningHours, Provision
from shared.people import Role
from shared.settings import Settings
from shared.vault import Vault

SINCE = date(2026, 1, 1)
OFFICE_RULES = "蚌埠市人民检察院 12309检察服务中心接待规程（演示）"
PRIORITY_LAW = "残疾人保障法第55条；老年人权益保障法第58条；军人地位和权益保障法；本中心接待规程（演示）"

SERVICES = (
    # code, prefix, skill, minutes, by booking, 中文, English, hints, what to bring
    ("legal-consultation", "A", "consultation", 10, False, "法律咨询", "Legal consultation",
     "问一问法律和办事程序", "Questions about the law and where to turn",
     "身份证\n与问题有关的材料（没有也可以来问）", "ID card\nPapers about your question (if you have any)"),
    ("complaints-appeals", "B", "complaints", 20, False, "控告申诉", "Complaints and appeals",
     "控告、刑事申诉、民事行政监督", "Accusations, appeals, supervision of judgments",
     "身份证\n判决书、裁定书或不起诉决定书\n申诉状（没有也可以现场写）",
     "ID card\nThe judgment or decision\nYour written appeal (you can also write it here)"),
    ("compensation-aid", "C", "aid", 25, False, "国家赔偿与司法救助", "State compensation and judicial aid",
     "赔偿申请、生活困难救助", "Compensation claims, help in hardship",
     "身份证、户口簿\n受到损害的证明\n困难情况证明（村委会、居委会或单位出具）",
     "ID card and household book\nProof of the harm\nProof of hardship (from your village, neighbourhood or employer)"),
    ("lawyers-cases", "D", "lawyers", 12, False, "律师接待与案件管理", "Lawyers and case management",
     "阅卷、递交材料、程序信息", "File reading, handing in papers, progress of a case",
     "律师执业证\n律师事务所证明\n委托书或法律援助公函",
     "Lawyer's licence\nLetter of your firm\nPower of attorney or legal-aid letter"),
    ("chief-procurator", "E", "reception", 30, True, "检察长接待", "Chief procurator's reception",
     "请先预约", "By booking", "身份证\n相关法律文书", "ID card\nThe legal documents of the case"),
)
WINDOWS = (
    ("1", ("consultation",)),
    ("2", ("consultation", "complaints")),
    ("3", ("complaints",)),
    ("4", ("aid", "complaints")),
    ("5", ("lawyers",)),
    ("6", ("lawyers", "reception", "consultation")),
)
LANES = (
    ("elderly", "60岁以上老年人", "Aged 60 or over", "", "accessibility"),
    ("disability", "残疾人", "Person with a disability", "", "accessibility"),
    ("pregnant", "孕妇或带婴幼儿", "Pregnant or with an infant", "", "baby"),
    ("military", "军人及军属", "Service member or military family", "", "shield"),
    ("lawyer", "律师", "Lawyer", "lawyers", "scale"),
)
LANE_MINUTES = 20
PROVISIONS = (
    ("order.cap_minutes", 60, "minutes", OFFICE_RULES),
    ("order.deferral_minutes", 15, "minutes", OFFICE_RULES),
    ("order.deferrals", 2, "times", OFFICE_RULES),
    ("order.return_credit", 10, "minutes", OFFICE_RULES),
    ("ticket.expires_hours", 12, "hours", OFFICE_RULES),
    ("kiosk.idle_seconds", 45, "seconds", OFFICE_RULES),
    ("kiosk.question_seconds", 20, "seconds", OFFICE_RULES),
    ("kiosk.extensions", 10, "times", OFFICE_RULES),
    ("kiosk.personal_seconds", 30, "seconds", OFFICE_RULES),
    ("door.failures", 5, "times", "GB/T 22239-2019 身份鉴别；本院网络安全制度（演示）"),
    ("door.lock_minutes", 10, "minutes", "GB/T 22239-2019 身份鉴别；本院网络安全制度（演示）"),
    ("door.idle_minutes", 30, "minutes", "GB/T 22239-2019 身份鉴别；本院网络安全制度（演示）"),
    ("lookup.failures", 5, "times", OFFICE_RULES),
    ("lookup.lock_minutes", 30, "minutes", OFFICE_RULES),
    ("reply.procedural_days", 7, "days", "人民检察院刑事诉讼规则（2019）第161、163条"),
    ("reply.substantive_months", 3, "months", "人民检察院刑事诉讼规则（2019）第163条"),
)
STAFF = (
    ("daozhen", "导访台 周敏", (Role.GUIDE_DESK,)),
    *((f"window{number}", f"{number}号窗口 {name}", (Role.WINDOW_CLERK, Role.CASE_HANDLER))
      for number, name in zip(range(1, 7), ("陈静", "刘洋", "王芳", "赵磊", "孙丽", "吴强"), strict=True)),
    ("supervisor", "值班主任 郑宏", (Role.SUPERVISOR,)),
    ("jianchazhang", "检察长 顾明", (Role.CHIEF_PROCURATOR,)),
    ("anguan", "案管部门 沈洁", (Role.CASE_MANAGEMENT,)),
    ("admin", "系统管理员 何俊", (Role.ADMINISTRATOR,)),
    ("auditor", "审计员 马兰", (Role.AUDITOR,)),
)


def is_empty(session: Session) -> bool:
    return session.exec(select(Office.id).limit(1)).first() is None


def found_demo_centre(
    session: Session, *, hashes: Sequence[str], now: datetime, hearings: tuple[Vault, Settings] | None = None
) -> UUID:
    """Sets up the demo centre and returns its hall. ``hashes``: the password hash of each of `STAFF`, in order. With a vault
    and settings a roster and some hearings are there as well."""
    office = Office(code="bengbu", name_zh="蚌埠市人民检察院", name_en="Bengbu People's Procuratorate")
    session.add(office)
    session.flush()
    hall = Hall(office_id=office.id, code="main", name_zh="12309检察服务中心", name_en="12309 Procuratorial Service Center",
                demo=True, paired_only=False, rest_days=False)
    session.add(hall)
    session.flush()
    session.add_all(OpeningHours(hall_id=hall.id, weekday=day, opens=time(0), closes=time(0)) for day in range(7))
    session.add_all(Board(name=name) for name in (hall_board(hall.id), plan_board(hall.id), "door"))
    session.add_all(
        Provision(office_id=office.id, key=key, value=value, unit=unit, source=source, effective_from=SINCE)
        for key, value, unit, source in PROVISIONS
    )
    _add_services(session, hall.id)
    _add_windows(session, hall.id)
    _add_lanes(session, office.id)
    found_hearings(session, office.id)
    calendar.fill(session, calendar.seed_days(SINCE.year - 1))
    for (account, name, roles), password in zip(STAFF, hashes, strict=True):
        add_staff(session, office=office.id, hall=hall.id, account=account, name=name, roles=roles, password=password,
                  now=now, by="setup")
    if hearings is not None:
        sealing, settings = hearings
        stage_hearings(session, office.id, sealing=sealing, settings=settings, now=now)
    return hall.id


def _add_services(session: Session, hall_id: UUID) -> None:
    for position, (code, prefix, skill, minutes, booking, zh, en, hint_zh, hint_en, bring_zh, bring_en) in enumerate(SERVICES):
        session.add(Service(
            hall_id=hall_id, code=code, prefix=prefix, skill=skill, minutes=minutes, by_booking=booking, name_zh=zh,
            name_en=en, hint_zh=hint_zh, hint_en=hint_en, bring_zh=bring_zh, bring_en=bring_en, position=position,
        ))


def _add_windows(session: Session, hall_id: UUID) -> None:
    for position, (code, skills) in enumerate(WINDOWS):
        window = Window(hall_id=hall_id, code=code, name_zh=f"{code}号窗口", name_en=f"Window {code}",
                        state=WindowState.OPEN, position=position)
        session.add(window)
        session.flush()
        session.add_all(WindowSkill(window_id=window.id, skill=skill) for skill in skills)


def _add_lanes(session: Session, office_id: UUID) -> None:
    for position, (code, zh, en, skill, icon) in enumerate(LANES):
        session.add(Lane(office_id=office_id, code=code, name_zh=zh, name_en=en, head_start=LANE_MINUTES, skill=skill,
                         icon=icon, source=PRIORITY_LAW, effective_from=SINCE, position=position))
