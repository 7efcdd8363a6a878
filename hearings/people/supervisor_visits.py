"""People's supervisors (人民监督员) at a hearing: the justice bureau chooses and draws them; here it is only recorded that they
were asked for by letter, who was named, and whether they came."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings.invitations.tables import SupervisorVisit
from hearings.panel.seats import managed, seats_of
from hearings.roster.facts import name_index
from hearings.roster.tables import RosterMember
from hearings.steps import note
from hearings.tables import HEARING_NAME, Hearing
from shared import vault, words
from shared.errors import Refused
from shared.identity import Identity
from shared.vault import Vault


class VisitView(msgspec.Struct, frozen=True):
    """A request for a supervisor and what became of it; the name is masked, empty while nobody is named."""

    id: UUID
    letter: str
    asked_on: date
    name: str
    named_on: date | None
    attended: bool | None


def ask_supervisor(
    session: Session, *, centre: Centre, hearing_id: UUID, letter: str, asked_on: date, now: datetime, by: Identity
) -> UUID:
    """Notes the letter to the justice bureau; the same letter again is the one on record. Refuses ``not-allowed``,
    ``not-found``, ``letter-needed``, ``day-form`` (a day to come)."""
    hearing = managed(session, centre, hearing_id, by)
    if not letter.strip():
        raise Refused("letter-needed", 422)
    if asked_on > centre.today:
        raise Refused("day-form", 422)
    known = session.exec(select(SupervisorVisit.id).where(SupervisorVisit.hearing_id == hearing_id,
                                                          SupervisorVisit.letter == letter.strip())).first()
    if known is not None:
        return known
    assert by.id is not None
    visit = SupervisorVisit(hearing_id=hearing_id, letter=letter.strip()[:80], asked_on=asked_on, made_by=by.id)
    session.add(visit)
    session.flush()
    note(session, hearing, "supervisor-asked", by, now)
    return visit.id


def name_supervisor(
    session: Session, *, centre: Centre, visit_id: UUID, name: str, sealing: Vault, now: datetime, by: Identity
) -> None:
    """Notes whom the justice bureau named. Refuses ``not-allowed``, ``not-found``, ``name-needed``, ``both-hats`` (409: who
    sits on the panel cannot supervise the same hearing)."""
    visit, hearing = _visit(session, centre, visit_id, by)
    if not name.strip():
        raise Refused("name-needed", 422)
    index = sealing.index(name, purpose=vault.NAME)
    for seat in seats_of(session, hearing.id):
        if name_index(sealing, session.get_one(RosterMember, seat.member_id).name) == index:
            raise Refused("both-hats", 409)
    visit.name, visit.named_on = sealing.seal(" ".join(name.split())[:60], purpose=HEARING_NAME), centre.today
    session.add(visit)
    note(session, hearing, "supervisor-named", by, now)


def note_attendance(
    session: Session, *, centre: Centre, visit_id: UUID, attended: bool, now: datetime, by: Identity
) -> None:
    """Notes whether the supervisor came. Refuses ``not-allowed``, ``not-found``."""
    visit, hearing = _visit(session, centre, visit_id, by)
    visit.attended = attended
    session.add(visit)
    note(session, hearing, "supervisor-attended", by, now, {"attended": attended})


def visits_of(session: Session, hearing_id: UUID, sealing: Vault) -> list[VisitView]:
    rows = session.exec(select(SupervisorVisit).where(SupervisorVisit.hearing_id == hearing_id)
                        .order_by(col(SupervisorVisit.id))).all()
    return [
        VisitView(row.id, row.letter, row.asked_on,
                  words.mask_name(sealing.unseal(row.name, purpose=HEARING_NAME)) if row.name else "", row.named_on, row.attended)
        for row in rows
    ]


def _visit(session: Session, centre: Centre, visit_id: UUID, by: Identity) -> tuple[SupervisorVisit, Hearing]:
    visit = session.get(SupervisorVisit, visit_id)
    if visit is None:
        raise Refused("not-found", 404)
    return visit, managed(session, centre, visit.hearing_id, by)
