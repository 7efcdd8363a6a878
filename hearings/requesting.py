"""The request for a hearing: written down with the year's next number, changed while it is a draft, submitted, taken back."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre
from cases.numbers import next_of_year
from cases.queries import matter_of
from cases.tables import MatterHolder, Person
from hearings import rules
from hearings.approval.actions import granted, put, withdraw
from hearings.approval.applicants import Applicant
from hearings.centre import case_types_of
from hearings.forms import RequestForm, as_day, party_names
from hearings.notices.papers import names_at
from hearings.people.staff import check_people, handled
from hearings.queries import hearing_of
from hearings.steps import note, take_step, touch
from hearings.tables import (
    CASE_TEXT,
    HEARING_CONTACT,
    HEARING_NAME,
    CaseType,
    Hearing,
    HearingState,
    HearingTally,
    Initiative,
    Participant,
    PartRole,
    Question,
)
from shared import vault
from shared.errors import Refused
from shared.identity import Identity
from shared.vault import Vault


class Requested(msgspec.Struct, frozen=True):
    """``fresh`` is false when the same request had been written down before."""

    hearing_id: UUID
    number: str
    fresh: bool


def request_hearing(
    session: Session, *, centre: Centre, form: RequestForm, sealing: Vault, now: datetime, by: Identity
) -> Requested:
    """Writes a request down as a draft. The same ``form.key`` gives the same hearing again. The form has passed
    `forms.faults`. What needs an approval of its own is the rule until that is granted.

    Refuses ``not-allowed``, ``matter-unknown``, ``title-names`` and what `people.check_people` refuses.
    """
    if rules.HANDLER.isdisjoint(by.roles) or by.id is None:
        raise Refused("not-allowed", 403)
    touch(session, centre.office_id)
    known = _of_request(session, centre, form.key)
    if known is not None:
        return Requested(known.id, known.number, False)
    hearing = Hearing(office_id=centre.office_id, number="", handler=by.id, made_at=now, request_key=form.key or None,
                      **_written(session, centre, form, [], sealing, by))
    check_people(session, hearing, hearing.moderator, hearing.clerk)
    hearing.number = _next_number(session, centre)
    session.add(hearing)
    session.flush()
    session.add_all(_party(hearing, form, name, sealing) for name in party_names(form.parties))
    note(session, hearing, "hearing-requested", by, now, {"number": hearing.number, "initiative": hearing.initiative})
    return Requested(hearing.id, hearing.number, True)


def change_request(
    session: Session, *, centre: Centre, hearing_id: UUID, form: RequestForm, sealing: Vault, now: datetime, by: Identity
) -> None:
    """Writes a draft anew. Refuses as `request_hearing`, and ``wrong-step`` when it is no draft."""
    hearing = handled(session, centre, hearing_id, by)
    if hearing.state != HearingState.DRAFT:
        raise Refused("wrong-step", 409)
    for column, value in _written(session, centre, form, names_at(session, hearing.id, sealing), sealing, by).items():
        setattr(hearing, column, value)
    check_people(session, hearing, hearing.moderator, hearing.clerk)
    session.add(hearing)
    note(session, hearing, "request-changed", by, now)


def submit(session: Session, *, centre: Centre, hearing_id: UUID, sealing: Vault, now: datetime, by: Identity) -> None:
    """Puts the request before the chief procurator, with a question of its own for each thing that is not the rule.
    Submitted already is no fault. Refuses ``not-allowed``, ``not-found``, ``wrong-step``."""
    hearing = handled(session, centre, hearing_id, by)
    if hearing.state == HearingState.PENDING_APPROVAL:
        return
    take_step(session, hearing, HearingState.PENDING_APPROVAL, now=now, by=by)
    put(session, hearing, Question.HEARING, wanted={}, reason="", now=now, by=by)
    form = typed(hearing, sealing)
    for question, wanted, reason in _deviations(session, centre, hearing, form):
        if granted(session, hearing.id, question, **wanted) is None:
            put(session, hearing, question, wanted=wanted, reason=reason, now=now, by=by)


def take_back(session: Session, *, centre: Centre, hearing_id: UUID, now: datetime, by: Identity) -> None:
    """Makes a submitted request a draft again, before anybody has decided. Refuses as `submit`."""
    hearing = handled(session, centre, hearing_id, by)
    if hearing.state == HearingState.DRAFT:
        return
    if hearing.state != HearingState.PENDING_APPROVAL:
        raise Refused("wrong-step", 409)
    take_step(session, hearing, HearingState.DRAFT, now=now, by=by)
    withdraw(session, hearing, now=now, by=by)


def typed(hearing: Hearing, sealing: Vault) -> RequestForm:
    """The request as it was typed last."""
    if hearing.request is None:
        return RequestForm(minutes=str(hearing.minutes), panel_size=str(hearing.panel_size))
    return msgspec.json.decode(sealing.unseal(hearing.request, purpose=CASE_TEXT), type=RequestForm)


def typed_request(session: Session, *, centre: Centre, hearing_id: UUID, sealing: Vault, by: Identity) -> RequestForm:
    """The form of a draft, for its handler. Refuses ``not-found``, ``not-allowed``, ``wrong-step``."""
    hearing = hearing_of(session, centre, hearing_id, by)
    if by.id not in (hearing.handler, hearing.moderator):
        raise Refused("not-allowed", 403)
    if hearing.state != HearingState.DRAFT:
        raise Refused("wrong-step", 409)
    return typed(hearing, sealing)


# Parts --------------------------------------------------------------------------------------------------------------


def _of_request(session: Session, centre: Centre, key: str) -> Hearing | None:
    found = select(Hearing).where(Hearing.office_id == centre.office_id, Hearing.request_key == key)
    return session.exec(found).first() if key else None


def _written(
    session: Session, centre: Centre, form: RequestForm, names: list[str], sealing: Vault, by: Identity
) -> dict[str, Any]:
    """The columns that a form fills."""
    chosen = _type(session, centre, form)
    matter_id, people = _matter(session, centre, form, sealing, by)
    rules.check_title(form.title, [*form.names(), *names, *people])
    applied = form.initiative == Initiative.APPLICATION
    applicant = msgspec.json.encode(Applicant(form.applicant.strip(), form.applicant_role, form.applicant_phone.strip()))
    return {
        "case_type_id": chosen.id, "matter_id": matter_id, "case_number": form.case_number.strip(),
        "title": " ".join(form.title.split()), "cause": sealing.seal(form.cause.strip(), purpose=CASE_TEXT),
        "reasons": sealing.seal(form.reasons.strip(), purpose=CASE_TEXT), "initiative": form.initiative, "ground": form.ground,
        "applicant": sealing.seal(applicant.decode(), purpose=HEARING_NAME) if applied else None,
        "minor": bool(form.minor), "open": rules.opens(type_opens=chosen.opens, minor=bool(form.minor)),
        "simplified": bool(form.simplified), "minutes": int(form.minutes), "panel_size": _usual(form, centre),
        "due_on": as_day(form.due_on), "moderator": _id(form.moderator), "clerk": _id(form.clerk),
        "request": sealing.seal(msgspec.json.encode(form).decode(), purpose=CASE_TEXT),
    }


def _party(hearing: Hearing, form: RequestForm, name: str, sealing: Vault) -> Participant:
    """A party as named; who applied has said by which telephone they can be reached."""
    applied = form.initiative == Initiative.APPLICATION and name == form.applicant.strip() and form.applicant_phone.strip()
    phone = sealing.seal(form.applicant_phone.strip(), purpose=HEARING_CONTACT) if applied else None
    return Participant(hearing_id=hearing.id, role=PartRole.PARTY, name=sealing.seal(name, purpose=HEARING_NAME), phone=phone)


def _type(session: Session, centre: Centre, form: RequestForm) -> CaseType:
    found = next((one for one in case_types_of(session, centre.office_id) if one.code == form.case_type), None)
    if found is None:
        raise Refused("type-needed", 422)
    return found


def _matter(session: Session, centre: Centre, form: RequestForm, sealing: Vault, by: Identity) -> tuple[UUID | None, list[str]]:
    """The matter that the hearing is about, and the names of its people."""
    chosen = _id(form.matter)
    if chosen is None:
        return None, []
    try:
        matter = matter_of(session, centre, chosen, by)
    except Refused:
        raise Refused("matter-unknown", 422) from None
    holders = select(MatterHolder.person_id).where(MatterHolder.matter_id == matter.id)
    people = session.exec(select(Person).where(col(Person.id).in_({matter.person_id, *session.exec(holders)})))
    return matter.id, [sealing.unseal(person.name, purpose=vault.NAME) for person in people]


def _usual(form: RequestForm, centre: Centre) -> int:
    """The size of the panel, within what is usual until another is approved."""
    least, most = centre.provisions["hearing.panel_min"], centre.provisions["hearing.panel_max"]
    return max(least, min(most, int(form.panel_size)))


def _deviations(
    session: Session, centre: Centre, hearing: Hearing, form: RequestForm
) -> list[tuple[Question, dict[str, Any], str]]:
    """What the form wants beside the rule: the question, what exactly, and why."""
    found: list[tuple[Question, dict[str, Any], str]] = []
    wanted = form.opens(session.get_one(CaseType, hearing.case_type_id).opens)
    if wanted != hearing.open:
        found.append((Question.OPENNESS, {"open": wanted}, form.openness_reason))
    if form.panel_size.isdecimal() and int(form.panel_size) != hearing.panel_size:
        found.append((Question.PANEL_SIZE, {"size": int(form.panel_size)}, form.panel_reason))
    if form.elsewhere.strip() and form.elsewhere.strip() != hearing.elsewhere:
        found.append((Question.ELSEWHERE, {"place": form.elsewhere.strip()}, form.elsewhere_reason))
    return found


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _next_number(session: Session, centre: Centre) -> str:
    """蚌检听〔2026〕1号."""
    return f"{centre.office_zh[:1]}检听〔{centre.today.year}〕{next_of_year(session, HearingTally, centre)}号"
