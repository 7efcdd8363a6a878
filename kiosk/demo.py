"""The demo centre: a made-up set-up of a real kind of hall, so that a newcomer can use everything at once.

Open day and night to every screen, with made-up people; services and numbers are the usual ones (`standard`).
"""

from collections.abc import Sequence
from datetime import datetime, time
from uuid import UUID

from sqlmodel import Session

from hearings.demo import stage_hearings
from kiosk import standard
from kiosk.founding import add_hall, furnish, is_empty, windows_for
from kiosk.tables import WindowState
from shared import calendar
from shared.accounts import add_staff
from shared.offices import Office, OpeningHours
from shared.people import Role
from shared.settings import Settings
from shared.vault import Vault

__all__ = ["STAFF", "found_demo_centre", "is_empty"]

OFFICE_RULES = "蚌埠市人民检察院 12309检察服务中心接待规程（演示）"
STAFF = (
    ("daozhen", "导访台 周敏", (Role.GUIDE_DESK,)),
    *((f"window{number}", f"{number}号窗口 {name}", (Role.WINDOW_CLERK, Role.CASE_HANDLER))
      for number, name in zip(range(1, 7), ("陈静", "刘洋", "王芳", "赵磊", "孙丽", "吴强"), strict=True)),
    ("supervisor", "值班主任 郑宏", (Role.SUPERVISOR,)),
    ("jianchazhang", "检察长 顾明", (Role.CHIEF_PROCURATOR,)),
    ("anguan", "案管部门 沈洁", (Role.CASE_MANAGEMENT,)),
    ("admin", "系统管理员 何俊", (Role.ADMINISTRATOR,)),
    ("auditor", "审计员 马兰", (Role.AUDITOR,)),
    ("jiedai", "专门接待 林岚", (Role.RECEIVER, Role.CASE_HANDLER)),
)


def found_demo_centre(
    session: Session, *, hashes: Sequence[str], now: datetime, hearings: tuple[Vault, Settings] | None = None
) -> UUID:
    """Sets up the demo centre and returns its hall. ``hashes``: the password hash of each of `STAFF`, in order. With a vault
    and settings a roster and some hearings are there as well."""
    office = Office(code="bengbu", name_zh="蚌埠市人民检察院", name_en="Bengbu People's Procuratorate")
    hall = add_hall(session, office, demo=True)
    session.add_all(OpeningHours(hall_id=hall.id, weekday=day, opens=time(0), closes=time(0)) for day in range(7))
    furnish(session, hall, windows_for(len(standard.WINDOWS)), WindowState.OPEN, OFFICE_RULES)
    calendar.fill(session, calendar.seed_days(standard.SINCE.year - 1))
    for (account, name, roles), password in zip(STAFF, hashes, strict=True):
        add_staff(session, office=office.id, hall=hall.id, account=account, name=name, roles=roles, password=password,
                  now=now, by="setup")
    if hearings is not None:
        sealing, settings = hearings
        stage_hearings(session, office.id, sealing=sealing, settings=settings, now=now)
    return hall.id
