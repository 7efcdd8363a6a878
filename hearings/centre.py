"""An office as its hearings need it: `found_hearings` gives a new office the standard rows once; the lists are read from them."""

from datetime import date
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from hearings import law
from hearings.roster.tables import OfficerCategory, Specialism
from hearings.tables import Article, CaseType, Room
from shared.offices import Provision


class Named(msgspec.Struct, frozen=True):
    """A row of a list, with both names. ``group``: what a category counts as."""

    id: UUID
    code: str
    name_zh: str
    name_en: str
    group: str = ""

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_zh


def is_founded(session: Session, office_id: UUID) -> bool:
    return session.exec(select(CaseType.id).where(CaseType.office_id == office_id).limit(1)).first() is not None


def found_hearings(session: Session, office_id: UUID, *, rooms: bool = True) -> None:
    """Case types, categories, fields, articles and numbers of an office; twice does nothing. ``rooms``: two to begin with."""
    if is_founded(session, office_id):
        return
    known = set(session.exec(select(Provision.key).where(Provision.office_id == office_id)).all())
    session.add_all(
        Provision(office_id=office_id, key=key, value=value, unit=unit, source=source, effective_from=law.SINCE)
        for key, value, unit, source in law.STANDARD if key not in known
    )
    for place, (code, zh, en, opens, article) in enumerate(law.CASE_TYPES):
        session.add(CaseType(office_id=office_id, code=code, name_zh=zh, name_en=en, opens=opens, article=article,
                             position=place))
    for place, (code, group, zh, en) in enumerate(law.CATEGORIES):
        session.add(OfficerCategory(office_id=office_id, code=code, group=group, name_zh=zh, name_en=en, position=place))
    for place, (code, zh, en) in enumerate(law.SPECIALISMS):
        session.add(Specialism(office_id=office_id, code=code, name_zh=zh, name_en=en, position=place))
    for code, name_zh, name_en, text_zh, text_en, source in law.ARTICLES:
        session.add(Article(office_id=office_id, code=code, name_zh=name_zh, name_en=name_en, text_zh=text_zh,
                            text_en=text_en, source=source, effective_from=law.SINCE))
    if rooms:
        session.add(Room(office_id=office_id, code="1", name_zh="第一听证室", name_en="Hearing room 1", places=40, observers=20,
                         broadcast=True, accessible=True))
        session.add(Room(office_id=office_id, code="2", name_zh="第二听证室", name_en="Hearing room 2", places=24, observers=8,
                         accessible=True, position=1))


def categories_of(session: Session, office_id: UUID) -> list[Named]:
    rows = session.exec(
        select(OfficerCategory).where(OfficerCategory.office_id == office_id).order_by(col(OfficerCategory.position))
    ).all()
    return [Named(row.id, row.code, row.name_zh, row.name_en, row.group) for row in rows]


def specialisms_of(session: Session, office_id: UUID) -> list[Named]:
    rows = session.exec(select(Specialism).where(Specialism.office_id == office_id).order_by(col(Specialism.position))).all()
    return [Named(row.id, row.code, row.name_zh, row.name_en) for row in rows]


def case_types_of(session: Session, office_id: UUID) -> list[CaseType]:
    return list(session.exec(select(CaseType).where(CaseType.office_id == office_id).order_by(col(CaseType.position))).all())


def article_of(session: Session, office_id: UUID, code: str, day: date) -> Article | None:
    """The rule of this code in force on a day."""
    return session.exec(
        select(Article)
        .where(Article.office_id == office_id, Article.code == code, Article.effective_from <= day)
        .order_by(col(Article.effective_from).desc())
    ).first()
