"""The roster of the demo centre: two dozen made-up hearing officers of every category, checked and ready to be drawn."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from cases.centre import Centre
from hearings.law import ELIGIBILITY
from hearings.roster.actions import add_member, check_eligibility
from hearings.roster.availability import set_weekly
from hearings.roster.forms import MemberForm
from hearings.roster.tables import HalfDay
from shared.identity import Identity
from shared.vault import Vault

# Name, category, employer, post, born in, fields, sittings so far, half-days off (weekday, Monday is 0).
OFFICERS = (
    ("韩玉梅", "npc-deputy", "龙子湖区实验小学", "校长", 1968, ("minors",), 3, (0,)),
    ("孔令山", "npc-deputy", "五河县沱湖渔业合作社", "理事长", 1963, ("land", "environment"), 1, ()),
    ("钱桂英", "npc-deputy", "禹会区环卫管理中心", "班组长", 1971, (), 0, (2,)),
    ("史明远", "npc-deputy", "固镇县花生种植合作社", "理事长", 1974, ("land",), 2, ()),
    ("葛文静", "npc-deputy", "蚌山区人民医院", "护士长", 1979, ("medicine",), 1, (4,)),
    ("陆建国", "cppcc-member", "淮河玻璃研究院", "高级工程师", 1966, ("engineering",), 4, ()),
    ("邵丽华", "cppcc-member", "皖北会计师事务所", "主任会计师", 1972, ("finance",), 2, (0, 1)),
    ("万志强", "cppcc-member", "怀远县石榴协会", "会长", 1965, ("land",), 0, ()),
    ("柳青", "cppcc-member", "蚌埠市心理卫生协会", "副会长", 1976, ("psychology", "minors"), 1, ()),
    ("方慧敏", "legal-expert", "淮滨学院法学院", "教授", 1970, ("criminal-law",), 5, (1, 3)),
    ("乔振声", "legal-expert", "淮滨学院法学院", "副教授", 1981, ("administrative-law",), 2, (2,)),
    ("白若兰", "legal-expert", "皖北行政学院", "教授", 1967, ("civil-law", "administrative-law"), 3, ()),
    ("夏鸣", "expert", "淮上司法鉴定中心", "主任法医师", 1969, ("medicine",), 2, ()),
    ("洪伟", "expert", "蚌埠市生态环境监测站", "高级工程师", 1975, ("environment",), 1, (3,)),
    ("汤敏", "expert", "皖北建设工程造价站", "造价工程师", 1983, ("engineering", "finance"), 0, ()),
    ("梁思齐", "lawyer", "珠城律师事务所", "律师", 1978, ("criminal-law",), 4, ()),
    ("苗春晖", "lawyer", "涂山律师事务所", "律师", 1985, ("civil-law",), 1, (4,)),
    ("贺兰亭", "lawyer", "淮河律师事务所", "律师", 1980, ("criminal-law", "minors"), 2, ()),
    ("丁秀珍", "mediator", "延安街道人民调解委员会", "调解员", 1961, (), 3, ()),
    ("袁德顺", "mediator", "小蚌埠镇人民调解委员会", "调解员", 1964, ("land",), 1, (0,)),
    ("聂小红", "community", "治淮街道淮光社区", "社区工作者", 1986, ("minors",), 0, ()),
    ("蒋开来", "community", "张公山街道长青社区", "社区工作者", 1973, (), 2, ()),
    ("龚家宝", "community", "青年街道新村社区", "社区工作者", 1968, ("psychology",), 1, (1,)),
    ("宁远航", "other", "淮畔书店", "经理", 1990, (), 0, ()),
)
SUPPORT = "身份证件、无犯罪记录证明和所在单位推荐表，已核对原件"


def stage_roster(session: Session, centre: Centre, *, sealing: Vault, now: datetime, by: Identity) -> list[UUID]:
    """Takes them onto the roster as case management would; ``by`` is of case management."""
    return [
        _take_on(session, centre, number, *officer, sealing=sealing, now=now, by=by)
        for number, officer in enumerate(OFFICERS, 1)
    ]


def _take_on(
    session: Session, centre: Centre, number: int, name: str, category: str, unit: str, post: str, year: int,
    fields: tuple[str, ...], sittings: int, off: tuple[int, ...], *, sealing: Vault, now: datetime, by: Identity,
) -> UUID:
    first = centre.today.replace(month=1, day=1)
    form = MemberForm(
        name=name, category=category, unit=unit, post=post, born_on=f"{year}-05-{number:02d}", phone=f"1385520{1000 + number}",
        email=f"officer{number}@example.com", specialisms=list(fields), channels=["sms", "email"], past_sittings=str(sittings),
        term_from=first.isoformat(), term_until=first.replace(year=first.year + 1, month=12, day=31).isoformat(), consent="yes",
    )
    member = add_member(session, centre=centre, form=form, sealing=sealing, now=now, by=by)
    seen = centre.today - timedelta(days=30)
    check_eligibility(session, centre=centre, member_id=member, checks={item: True for item, _ in ELIGIBILITY}, evidence=SUPPORT,
                      on=seen, now=now, by=by)
    if off:
        halves = {(weekday, half) for weekday in range(5) if weekday not in off for half in HalfDay}
        set_weekly(session, centre=centre, member_id=member, halves=halves, now=now, by=by)
    return member
