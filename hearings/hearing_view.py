"""The page of one hearing: what it is, how far it is, what was asked and done. Masked of the words of the case for who may not
read them."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre
from cases.tables import Matter
from hearings import rules
from hearings.approval.applicants import Applicant, applicant_of, is_told
from hearings.approval.queries import QuestionView, questions_about, staff_names
from hearings.hearing_list import HearingLine, facts_in, lines_of, listings
from hearings.notices.queries import deadline_of
from hearings.notices.rules import Deadline
from hearings.progress import Step, steps
from hearings.queries import hearing_of, reads_words
from hearings.tables import CASE_TEXT, CaseType
from shared.identity import Identity
from shared.journal import JournalLine
from shared.people import Role
from shared.vault import Vault


class HistoryLine(msgspec.Struct, frozen=True):
    at: datetime
    act: str
    by: str
    reason: str


class HearingView(msgspec.Struct, frozen=True, kw_only=True):
    """One hearing. The words of the case are empty for who may not read them (``reads``)."""

    line: HearingLine
    reads: bool
    cause: str
    reasons: str
    applicant: Applicant | None
    applied: bool
    told: bool
    initiative: str
    ground: str
    matter: str
    matter_id: UUID | None
    case_number: str
    simplified: bool
    minutes: int
    panel_size: int
    elsewhere: str
    is_default: bool
    due_on: date | None
    moderator: str
    moderator_id: UUID | None
    clerk: str
    clerk_id: UUID | None
    handles: bool
    deadline: Deadline | None
    ends_at: datetime | None
    steps: list[Step]
    questions: list[QuestionView]
    history: list[HistoryLine]


def hearing_view(session: Session, *, centre: Centre, hearing_id: UUID, sealing: Vault, by: Identity) -> HearingView:
    """One hearing. Refuses ``not-found``."""
    hearing = hearing_of(session, centre, hearing_id, by)
    reads, names = reads_words(session, centre, hearing, by), staff_names(session, centre.office_id)
    (line,), facts = lines_of(session, [hearing]), facts_in(session, [hearing])[hearing.id]
    kind, listing = session.get_one(CaseType, hearing.case_type_id), listings(session, [hearing]).get(hearing.id)
    matter = session.get(Matter, hearing.matter_id) if hearing.matter_id else None
    history = history_of(session, hearing.id, names, reasons=reads or Role.AUDITOR in by.roles)
    return HearingView(
        line=line, reads=reads, cause=sealing.unseal(hearing.cause, purpose=CASE_TEXT) if reads else "",
        reasons=sealing.unseal(hearing.reasons, purpose=CASE_TEXT) if reads else "",
        applicant=applicant_of(hearing, sealing) if reads else None, applied=hearing.applicant is not None,
        told=is_told(session, hearing) or any(one.act == "applicant-told" for one in history),
        initiative=hearing.initiative, ground=hearing.ground,
        matter=matter.number if matter else "", matter_id=hearing.matter_id, case_number=hearing.case_number,
        simplified=hearing.simplified, minutes=hearing.minutes, panel_size=hearing.panel_size, elsewhere=hearing.elsewhere,
        is_default=hearing.open == rules.opens(type_opens=kind.opens, minor=hearing.minor), due_on=hearing.due_on,
        moderator=names.get(hearing.moderator, "") if hearing.moderator else "",
        clerk=names.get(hearing.clerk, "") if hearing.clerk else "",
        moderator_id=hearing.moderator, clerk_id=hearing.clerk,
        handles=by.id in (hearing.handler, hearing.moderator) and not rules.HANDLER.isdisjoint(by.roles),
        deadline=deadline_of(session, hearing, centre) if hearing.state in rules.PREPARING else None,
        ends_at=listing.ends_at if listing else None, steps=steps(facts),
        questions=questions_about(session, centre, hearing, by, reads=reads), history=history,
    )


def history_of(session: Session, hearing_id: UUID, names: Mapping[UUID, str], *, reasons: bool) -> list[HistoryLine]:
    """What the journal tells about a hearing, newest first. ``reasons``: with the words that people gave."""
    rows = session.exec(
        select(JournalLine).where(JournalLine.subject == f"hearing:{hearing_id.hex}").order_by(col(JournalLine.id).desc())
    )
    return [HistoryLine(row.at, row.act, _actor(row.by, names), row.reason if reasons else "") for row in rows]


def _actor(by: str, names: Mapping[UUID, str]) -> str:
    """The name of a member of staff; empty for anybody else."""
    kind, _, key = by.partition(":")
    return names.get(UUID(key), "") if kind == "staff" else ""
