"""Questions to the chief procurator as pages show them: about one hearing, and what waits for the reader's answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlmodel import Session, col, func, select

from cases.centre import Centre
from hearings import rules
from hearings.approval.delegations import delegated
from hearings.centre import categories_of, specialisms_of
from hearings.hearing_list import HearingLine, lines_of
from hearings.roster.tables import OfficerCategory, RosterMember
from hearings.tables import Approval, Hearing, Question
from shared import words
from shared.identity import Identity
from shared.people import Staff


class QuestionView(msgspec.Struct, frozen=True, kw_only=True):
    """A question to the chief procurator. ``mine``: the reader asked it. ``may``: the reader may answer it. ``about``: what the
    person concerned is, in each language (`proposed`)."""

    id: UUID
    question: str
    wanted: dict[str, Any]
    reason: str
    asked_at: datetime
    asked_by: str
    granted: bool | None
    answer: str
    answered_at: datetime | None
    answered_by: str
    delegated: bool
    mine: bool
    may: bool
    about: Mapping[str, str] = {}


def questions_about(session: Session, centre: Centre, hearing: Hearing, by: Identity, *, reads: bool) -> list[QuestionView]:
    """Everything that was asked about a hearing, newest first. ``reads``: the reader sees the reasons."""
    rows = session.exec(
        select(Approval).where(Approval.hearing_id == hearing.id).order_by(col(Approval.id).desc())
    ).all()
    names, covered = staff_names(session, centre.office_id), delegated(session, centre.office_id, by.id, centre.today)
    views = [_view(row, by, names, covered, reads) for row in rows]
    return [msgspec.structs.replace(one, about=proposed(session, centre, one.wanted)) if "member" in one.wanted else one
            for one in views]


def proposed(session: Session, centre: Centre, wanted: Mapping[str, Any]) -> dict[str, str]:
    """Whom a question would seat: category, employer and post, and for somebody from outside the roster what it has not got."""
    member = session.get_one(RosterMember, UUID(str(wanted["member"])))
    category = session.get_one(OfficerCategory, member.category_id)
    kind, _, code = str(wanted.get("need", "")).partition(":")
    rows = categories_of(session, centre.office_id) if kind == "category" else specialisms_of(session, centre.office_id)
    missing = next((one for one in rows if one.code == code), None)
    return {
        language: " · ".join(part for part in (
            category.name_zh if language == words.CHINESE else category.name_en, member.unit, member.post,
            missing.name(language) if missing else "", str(wanted.get("skill", "")),
        ) if part)
        for language in words.LANGUAGES
    }


def waiting(session: Session, *, centre: Centre, by: Identity) -> list[tuple[HearingLine, list[QuestionView]]]:
    """Open questions that the reader could answer, hearing by hearing, oldest first; those they asked themselves as well."""
    covered = delegated(session, centre.office_id, by.id, centre.today)
    asked = (
        select(Hearing).where(Hearing.office_id == centre.office_id, col(Hearing.id).in_(
            select(Approval.hearing_id).where(col(Approval.answered_at).is_(None), *_answerable(by, covered))
        )).order_by(col(Hearing.made_at))
    )
    rows = list(session.exec(asked).all())
    found = []
    for hearing, line in zip(rows, lines_of(session, rows), strict=True):
        views = questions_about(session, centre, hearing, by, reads=True)
        found.append((line, [one for one in reversed(views) if one.answered_at is None and (one.may or one.mine)]))
    return found


def count_waiting(session: Session, *, centre: Centre, by: Identity) -> int:
    """How many questions wait for the reader's answer."""
    covered = delegated(session, centre.office_id, by.id, centre.today)
    wanted = (
        select(func.count()).select_from(Approval).join(Hearing, col(Hearing.id) == col(Approval.hearing_id))
        .where(Hearing.office_id == centre.office_id, col(Approval.answered_at).is_(None), col(Approval.asked_by) != by.id)
    )
    return session.exec(wanted.where(*_answerable(by, covered))).one()


def staff_names(session: Session, office_id: UUID) -> dict[UUID, str]:
    return {row.id: row.name for row in session.exec(select(Staff).where(Staff.office_id == office_id))}


# Parts --------------------------------------------------------------------------------------------------------------


def _view(
    row: Approval, by: Identity, names: Mapping[UUID, str], covered: Mapping[Question, UUID], reads: bool
) -> QuestionView:
    mine, is_open = row.asked_by == by.id, row.answered_at is None
    return QuestionView(
        id=row.id, question=row.question, wanted=row.wanted, reason=row.reason if reads else "", asked_at=row.asked_at,
        asked_by=names.get(row.asked_by, ""), granted=row.granted, answer=row.answer if reads else "",
        answered_at=row.answered_at, answered_by=names.get(row.answered_by, "") if row.answered_by else "",
        delegated=row.delegation_id is not None, mine=mine,
        may=is_open and not mine and (not rules.CHIEF.isdisjoint(by.roles) or row.question in covered),
    )


def _answerable(by: Identity, covered: Mapping[Question, UUID]) -> list[Any]:
    return [] if not rules.CHIEF.isdisjoint(by.roles) else [col(Approval.question).in_(list(covered))]
