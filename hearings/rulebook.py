"""The rules that an office applies to its hearings: articles and numbers with their sources, past, present and to come. A rule is
never changed: a newer version with a later day takes its place."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings import rules
from hearings.steps import touch
from hearings.tables import Article
from shared import journal
from shared.errors import Refused
from shared.identity import Identity
from shared.offices import Provision

PREFIX = "hearing."
VALUE_MOST = 100_000


class ArticleForm(msgspec.Struct):
    """A newer wording of an article; the names stay."""

    code: str = ""
    text_zh: str = ""
    text_en: str = ""
    source: str = ""
    effective_from: str = ""


class NumberForm(msgspec.Struct):
    key: str = ""
    value: str = ""
    source: str = ""
    effective_from: str = ""


class Rulebook(msgspec.Struct, frozen=True):
    """Every article and number, each with its versions, the newest first. ``holding``: those in force today."""

    articles: list[list[Article]]
    numbers: list[list[Provision]]
    holding: set[UUID]


def rulebook(session: Session, *, centre: Centre) -> Rulebook:
    articles: dict[str, list[Article]] = {}
    for article in session.exec(
        select(Article).where(Article.office_id == centre.office_id).order_by(col(Article.effective_from).desc())
    ):
        articles.setdefault(article.code, []).append(article)
    numbers: dict[str, list[Provision]] = {}
    for number in session.exec(
        select(Provision).where(Provision.office_id == centre.office_id, col(Provision.key).startswith(PREFIX))
        .order_by(col(Provision.key), col(Provision.effective_from).desc())
    ):
        numbers.setdefault(number.key, []).append(number)
    every: list[list[Article] | list[Provision]] = [*articles.values(), *numbers.values()]
    holding = {now for versions in every if (now := _holding(versions, centre.today))}
    by_id = sorted(articles.values(), key=lambda versions: versions[-1].id)
    return Rulebook(by_id, list(numbers.values()), holding)


def add_article(
    session: Session, *, centre: Centre, code: str, text_zh: str, text_en: str, source: str, effective_from: date | None,
    now: datetime, by: Identity,
) -> UUID:
    """A newer version of an article. Refuses ``not-allowed``, ``not-found``, ``fill-needed``, ``source-needed``,
    ``effective-needed``."""
    _allowed(session, centre, by)
    newest = session.exec(
        select(Article).where(Article.office_id == centre.office_id, Article.code == code)
        .order_by(col(Article.effective_from).desc())
    ).first()
    if newest is None:
        raise Refused("not-found", 404)
    if not text_zh.strip() or not text_en.strip():
        raise Refused("fill-needed", 422)
    day = _check(source, effective_from, newest.effective_from, centre.today)
    row = Article(office_id=centre.office_id, code=code, name_zh=newest.name_zh, name_en=newest.name_en,
                  text_zh=text_zh.strip()[:600], text_en=text_en.strip()[:900], source=source.strip()[:200], effective_from=day)
    session.add(row)
    session.flush()
    _note(session, centre, "article-added", f"article:{row.id.hex}", now, by, {"code": code, "from": day.isoformat()})
    return row.id


def add_number(
    session: Session, *, centre: Centre, key: str, value: int | None, source: str, effective_from: date | None, now: datetime,
    by: Identity,
) -> UUID:
    """A newer version of a number. Refuses ``not-allowed``, ``not-found``, ``value-needed``, ``source-needed``,
    ``effective-needed``."""
    _allowed(session, centre, by)
    newest = session.exec(
        select(Provision).where(Provision.office_id == centre.office_id, Provision.key == key)
        .order_by(col(Provision.effective_from).desc())
    ).first()
    if newest is None or not key.startswith(PREFIX):
        raise Refused("not-found", 404)
    if value is None or not 0 <= value <= VALUE_MOST:
        raise Refused("value-needed", 422)
    day = _check(source, effective_from, newest.effective_from, centre.today)
    row = Provision(office_id=centre.office_id, key=key, value=value, unit=newest.unit, source=source.strip()[:200],
                    effective_from=day)
    session.add(row)
    session.flush()
    detail: dict[str, str | int] = {"key": key, "from": day.isoformat(), "value": value, "before": newest.value}
    _note(session, centre, "number-added", f"provision:{row.id.hex}", now, by, detail)
    return row.id


# Parts --------------------------------------------------------------------------------------------------------------


def _allowed(session: Session, centre: Centre, by: Identity) -> None:
    if rules.LAY_DOWN.isdisjoint(by.roles):
        raise Refused("not-allowed", 403)
    touch(session, centre.office_id)


def _check(source: str, day: date | None, newest: date, today: date) -> date:
    """Nothing is laid down for the past, nor before what is already to come."""
    if not source.strip():
        raise Refused("source-needed", 422)
    if day is None or day < today or day <= newest:
        raise Refused("effective-needed", 422)
    return day


def _holding(versions: list[Article] | list[Provision], today: date) -> UUID | None:
    return next((row.id for row in versions if row.effective_from <= today), None)


def _note(
    session: Session, centre: Centre, act: str, subject: str, now: datetime, by: Identity, detail: dict[str, str | int]
) -> None:
    journal.record(session, office=centre.office_id, act=act, subject=subject, by=by.by, now=now, detail=dict(detail))
