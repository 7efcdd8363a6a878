"""Hearings of the demo centre: made-up cases at several stages, so that a newcomer finds something on every page."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from cases.centre import Centre, centre_of, found_registry
from hearings.approval.actions import answer
from hearings.approval.queries import waiting
from hearings.demo_roster import stage_roster
from hearings.forms import RequestForm
from hearings.invitations.actions import invite
from hearings.invitations.tables import NoticeKind
from hearings.notices.actions import give_notice
from hearings.panel.actions import Wish, commit_draw, roll
from hearings.panel.lots import EntropySource, Quota
from hearings.people.participants import PersonForm, add_participant
from hearings.place.actions import TimeAndPlace, list_hearing
from hearings.plan.actions import save_plan, submit_plan
from hearings.plan.paper import PlanForm
from hearings.requesting import request_hearing, submit
from hearings.tables import PartRole, Question, Room
from shared.identity import Identity
from shared.people import Staff
from shared.settings import Settings
from shared.vault import Vault

REQUESTS = (
    {"case_number": "蚌检刑申〔2026〕18号", "case_type": "criminal-appeal", "title": "一起故意伤害刑事申诉案件听证会",
     "cause": "不服不起诉决定申诉", "ground": "facts", "initiative": "application", "applicant": "孟庆兰",
     "applicant_phone": "13855200001",
     "reasons": "申诉人与被不起诉人对伤情成因各执一词，两份鉴定意见结论不一致。",
     "panel_size": "5", "parties": "孟庆兰\n贺长林"},
    {"case_number": "蚌检民监〔2026〕9号", "case_type": "civil-supervision", "title": "一起土地承包合同民事监督案件听证会",
     "cause": "土地承包合同纠纷", "ground": "social_impact", "reasons": "涉及多户承包经营权，社会关注度较高，申请人行动不便。",
     "panel_size": "3", "parties": "崔德福", "elsewhere": "五河县某镇便民服务中心",
     "elsewhere_reason": "多名当事人年迈，往返市区不便。"},
    {"case_number": "蚌检未检〔2026〕4号", "case_type": "non-prosecution", "title": "一起拟不起诉案件听证会", "minor": "yes",
     "cause": "盗窃", "ground": "handling", "reasons": "拟作不起诉处理，需就帮教条件听取意见。", "panel_size": "3"},
)
AGENT = PersonForm(role=PartRole.AGENT, name="程远", unit="淮河律师事务所", phone="13955200002", email="chengyuan@example.com")
PLAN = {
    "prosecutor": "王芳", "questions": "一、伤情成因如何认定；二、两份鉴定意见如何采信；三、不起诉决定是否适当。",
    "officers_wanted": "人大代表或政协委员2名、法医学专家1名、律师1名、社区工作者1名。",
    "briefing": "案情简介一页，两份鉴定意见摘要，相关法律条文。", "evidence": "鉴定意见摘要、现场照片（遮挡面部）。",
    "schedule": "检察官介绍10分钟；双方说明各15分钟；听证员提问20分钟；评议20分钟；发表意见和最后陈述15分钟。",
    "risks": "双方曾在接待大厅争吵。", "contingency": "双方分区就座、分时离场；法警2名在场，备心理疏导人员1名。",
    "bailiffs": "2名，提前30分钟到场。", "access": "申诉人需大字材料。", "publisher": "案件管理部门",
}


NOTICED = {
    "case_number": "蚌检行监〔2026〕6号", "case_type": "administrative-supervision", "title": "一起工伤认定行政监督案件听证会",
    "cause": "工伤认定行政争议", "ground": "law", "reasons": "上下班途中的认定标准有分歧，需听取意见。", "panel_size": "3",
    "parties": "倪春生",
}
QUOTAS = (Quota("delegate", 1, ("npc-deputy", "cppcc-member")), Quota("professional", 1, ("legal-expert", "expert", "lawyer")))
DICE = EntropySource("十颗骰子，当众掷出", "123456", 10)
DAYS_AHEAD, HALF_PAST_NINE = 14, time(9, 30)


def stage_hearings(session: Session, office_id: UUID, *, sealing: Vault, settings: Settings, now: datetime) -> list[UUID]:
    """Four hearings: one approved with its plan, one that waits for the chief procurator, one draft, and one announced, with
    its panel drawn and invited. Done by the demo centre's own staff, as they would."""
    found_registry(session, office_id)
    staff = {row.account: _identity(row) for row in session.exec(select(Staff).where(Staff.office_id == office_id))}
    handler, chief, centre = staff["window3"], staff["jianchazhang"], centre_of(session, office_id, now)
    stage_roster(session, centre, sealing=sealing, now=now, by=staff["anguan"])
    people = {"moderator": str(handler.id), "clerk": str(staff["window1"].id)}
    began = now - timedelta(days=3)
    told: dict[str, Any] = {"centre": centre, "sealing": sealing, "by": handler}
    made = [
        request_hearing(session, form=RequestForm(**{"minutes": "90", **people, **request}), now=began, **told).hearing_id
        for request in REQUESTS
    ]
    add_participant(session, hearing_id=made[0], form=AGENT, now=began, **told)
    for hearing in made[:2]:
        submit(session, hearing_id=hearing, now=began + timedelta(hours=1), **told)
    _approve(session, centre, made[0], Question.HEARING, chief, began + timedelta(days=1))
    save_plan(session, hearing_id=made[0], form=PlanForm(**PLAN, **people), now=began + timedelta(days=2), **told)
    submit_plan(session, hearing_id=made[0], now=began + timedelta(days=2), **told)
    return [*made, _announced(session, centre, staff, people, settings, told, now)]


def _announced(
    session: Session, centre: Centre, staff: dict[str, Identity], people: dict[str, str], settings: Settings,
    told: dict[str, Any], now: datetime,
) -> UUID:
    """A hearing in two weeks: listed, drawn with dice, everybody invited, announced in public."""
    chief, manager = staff["jianchazhang"], {**told, "by": staff["anguan"], "now": now}
    hearing = request_hearing(session, form=RequestForm(**{"minutes": "90", **people, **NOTICED}), now=now, **told).hearing_id
    submit(session, hearing_id=hearing, now=now, **told)
    _approve(session, centre, hearing, Question.HEARING, chief, now)
    save_plan(session, hearing_id=hearing, form=PlanForm(**PLAN, **people), now=now, **told)
    submit_plan(session, hearing_id=hearing, now=now, **told)
    _approve(session, centre, hearing, Question.PLAN, chief, now)
    room = session.exec(select(Room.id).where(Room.office_id == centre.office_id).order_by(col(Room.position))).first()
    day = centre.calendar.add_days(centre.today, DAYS_AHEAD).day
    at = TimeAndPlace(datetime.combine(day, HALF_PAST_NINE, centre.zone), room)
    list_hearing(session, hearing_id=hearing, at=at, settings=settings, **manager)
    draw = commit_draw(session, hearing_id=hearing, wish=Wish(QUOTAS, no_majority=True, source=DICE), **manager)
    roll(session, draw_id=draw, entropy="3516244163", witnesses="申请人倪春生、两名人民监督员", **manager)
    invite(session, hearing_id=hearing, settings=settings, **manager)
    for kind in (NoticeKind.PUBLIC, NoticeKind.PARTICIPANTS):
        give_notice(session, hearing_id=hearing, kind=kind, settings=settings, **manager)
    return hearing


def _approve(session: Session, centre: Centre, hearing: UUID, question: Question, by: Identity, now: datetime) -> None:
    for line, asked in waiting(session, centre=centre, by=by):
        for one in asked:
            if line.id == hearing and one.question == question:
                answer(session, centre=centre, approval_id=one.id, granted=True, text="同意。", now=now, by=by)


def _identity(staff: Staff) -> Identity:
    return Identity("staff", staff.id, staff.office_id, staff.hall_id, frozenset(staff.roles), staff.name)
