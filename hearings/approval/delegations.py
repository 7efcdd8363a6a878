"""Delegation: the chief procurator lets somebody answer certain questions in their place for a time. Rows are ended, never
changed."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings import rules
from hearings.steps import touch
from hearings.tables import Delegation, Question
from shared import journal
from shared.errors import Refused
from shared.identity import Identity
from shared.people import Role, Staff


class DelegationView(msgspec.Struct, frozen=True, kw_only=True):
    """A delegation as pages show it. ``holds``: it covers its questions today."""

    id: UUID
    name: str
    questions: list[str]
    document: str
    begins_on: date
    ends_on: date
    ended_at: datetime | None
    holds: bool


def delegated(session: Session, office_id: UUID, staff_id: UUID | None, today: date) -> dict[Question, UUID]:
    """Which questions somebody may answer today in the chief procurator's place, by which delegation."""
    if staff_id is None:
        return {}
    rows = session.exec(
        select(Delegation).where(Delegation.office_id == office_id, Delegation.staff_id == staff_id,
                                 col(Delegation.ended_at).is_(None))
    )
    return {
        Question(question): row.id for row in rows for question in row.questions
        if rules.is_covered(Question(question), row.questions, row.begins_on, row.ends_on, today)
    }


def delegate(
    session: Session, *, centre: Centre, staff_id: UUID, questions: Sequence[Question], document: str, begins_on: date,
    ends_on: date, now: datetime, by: Identity,
) -> UUID:
    """Writes a delegation down. ``document`` names the paper by which it was given. The same again is the one that is there.

    Refuses ``not-allowed`` (only the chief procurator), ``delegate-needed`` (somebody else of this office), ``choice-needed``
    (no question), ``document-needed``, ``days-wrong`` (ends before it begins, or has ended).
    """
    if rules.CHIEF.isdisjoint(by.roles) or by.id is None:
        raise Refused("not-allowed", 403)
    touch(session, centre.office_id)
    _check(session, centre, staff_id, questions, document, (begins_on, ends_on), by)
    known = _same(session, staff_id, questions, begins_on, ends_on)
    if known is not None:
        return known.id
    row = Delegation(office_id=centre.office_id, staff_id=staff_id, questions=sorted(set(questions)), document=document.strip(),
                     begins_on=begins_on, ends_on=ends_on, made_at=now, made_by=by.id)
    session.add(row)
    session.flush()
    _note(session, row, "delegation-given", now, by)
    return row.id


def end_delegation(session: Session, *, centre: Centre, delegation_id: UUID, now: datetime, by: Identity) -> None:
    """Ends a delegation at once; what was answered under it stands. Ended already is no fault. Refuses ``not-allowed``,
    ``not-found``."""
    if rules.CHIEF.isdisjoint(by.roles):
        raise Refused("not-allowed", 403)
    touch(session, centre.office_id)
    row = session.get(Delegation, delegation_id)
    if row is None or row.office_id != centre.office_id:
        raise Refused("not-found", 404)
    if row.ended_at is None:
        row.ended_at = now
        session.add(row)
        _note(session, row, "delegation-ended", now, by)


def delegations(session: Session, *, centre: Centre) -> list[DelegationView]:
    """Every delegation of the office, the newest first."""
    rows = session.exec(
        select(Delegation, Staff).join(Staff, col(Staff.id) == col(Delegation.staff_id))
        .where(Delegation.office_id == centre.office_id).order_by(col(Delegation.id).desc())
    )
    return [
        DelegationView(
            id=row.id, name=staff.name, questions=row.questions, document=row.document, begins_on=row.begins_on,
            ends_on=row.ends_on, ended_at=row.ended_at,
            holds=row.ended_at is None and row.begins_on <= centre.today <= row.ends_on,
        )
        for row, staff in rows
    ]


def delegates(session: Session, *, centre: Centre, by: Identity) -> list[tuple[UUID, str]]:
    """Who can be given a delegation: everybody who reads hearings, but the giver and auditors."""
    rows = session.exec(
        select(Staff).where(Staff.office_id == centre.office_id, col(Staff.active)).order_by(Staff.account)
    )
    readers = rules.READ - {Role.AUDITOR}
    return [(row.id, row.name) for row in rows if row.id != by.id and not readers.isdisjoint(row.roles)]


# Parts --------------------------------------------------------------------------------------------------------------


def _check(
    session: Session, centre: Centre, staff_id: UUID, questions: Sequence[Question], document: str, days: tuple[date, date],
    by: Identity,
) -> None:
    staff = session.get(Staff, staff_id)
    if staff is None or staff.office_id != centre.office_id or not staff.active or staff.id == by.id:
        raise Refused("delegate-needed", 422, article="approval")
    if not questions:
        raise Refused("choice-needed", 422)
    if not document.strip():
        raise Refused("document-needed", 422)
    if days[1] < days[0] or days[1] < centre.today:
        raise Refused("days-wrong", 422)


def _same(session: Session, staff_id: UUID, questions: Sequence[Question], begins: date, ends: date) -> Delegation | None:
    rows = session.exec(
        select(Delegation).where(Delegation.staff_id == staff_id, Delegation.begins_on == begins, Delegation.ends_on == ends,
                                 col(Delegation.ended_at).is_(None))
    )
    return next((row for row in rows if row.questions == sorted(set(questions))), None)


def _note(session: Session, row: Delegation, act: str, now: datetime, by: Identity) -> None:
    journal.record(session, office=row.office_id, act=act, subject=f"delegation:{row.id.hex}", by=by.by, now=now,
                   detail={"questions": list(row.questions), "until": row.ends_on.isoformat()})
