"""Keeping the hearing plan: drafts while somebody types, versions that stay, submitting one for approval."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from cases.centre import Centre
from hearings import rules
from hearings.approval.actions import open_questions, put
from hearings.forms import several
from hearings.people.staff import BEFORE_OPENING, handled, set_people
from hearings.plan.paper import Paper, PlanForm, faults, form_of, paper_of
from hearings.plan.queries import DRAFT, facts_of, opened, sealed, version_of, versions
from hearings.steps import note
from hearings.tables import Hearing, HearingPlan, Question
from shared.errors import Refused
from shared.identity import Identity
from shared.vault import Vault


def keep_draft(
    session: Session, *, centre: Centre, hearing_id: UUID, form: PlanForm, sealing: Vault, now: datetime, by: Identity
) -> None:
    """Keeps what is being typed, over what was typed before; no version, no line in the journal. Refuses what `handled`
    refuses, ``wrong-step``."""
    hearing = _planned(session, centre, hearing_id, by)
    assert by.id is not None
    row = version_of(session, hearing.id, DRAFT) or HearingPlan(hearing_id=hearing.id, version=DRAFT, sealed=b"", made_at=now,
                                                               made_by=by.id)
    row.sealed, row.made_at, row.made_by = sealed(form, sealing), now, by.id
    session.add(row)


def save_plan(
    session: Session, *, centre: Centre, hearing_id: UUID, form: PlanForm, sealing: Vault, now: datetime, by: Identity
) -> int:
    """Keeps a new version and returns its number; the same as the newest is the newest. Sets moderator, clerk and bailiffs as the
    form says. The form has passed `planning_paper.faults`.

    Refuses what `handled` and `people.set_people` refuse, ``wrong-step``, ``plan-moved-on`` (somebody kept another version
    meanwhile), ``broadcast-closed``.
    """
    hearing = _planned(session, centre, hearing_id, by)
    if form.broadcast and not hearing.open:
        raise Refused("broadcast-closed", 409, article="openness")
    set_people(session, centre=centre, hearing_id=hearing_id, moderator=_id(form.moderator), clerk=_id(form.clerk), now=now,
               by=by, bailiffs=[one for text in several(form.on_duty) if (one := _id(text))], sealing=sealing)
    newest = next(iter(versions(session, hearing.id)), None)
    number = newest.version if newest else 0
    paper = paper_of(form, facts_of(session, hearing, centre, sealing, bool(form.broadcast)))
    _drop_draft(session, hearing.id)
    if newest is not None and opened(newest, sealing) == paper:
        return number
    if str(number) != form.seen:
        raise Refused("plan-moved-on", 409)
    assert by.id is not None
    session.add(HearingPlan(hearing_id=hearing.id, version=number + 1, sealed=sealed(paper, sealing), made_at=now, made_by=by.id))
    note(session, hearing, "plan-kept", by, now, {"version": number + 1})
    return number + 1


def submit_plan(
    session: Session, *, centre: Centre, hearing_id: UUID, sealing: Vault, now: datetime, by: Identity
) -> None:
    """Puts the newest version before the chief procurator, and a broadcast as a question of its own. Submitted already is no
    fault. Refuses what `handled` refuses, ``wrong-step`` (the hearing is not approved yet), ``plan-needed``,
    ``plan-incomplete`` with ``fields``, ``moderator-needed``."""
    hearing = _planned(session, centre, hearing_id, by)
    plan = next(iter(versions(session, hearing.id)), None)
    if plan is None:
        raise Refused("plan-needed", 409)
    if plan.approval_id is not None:
        return
    if hearing.state not in rules.PREPARING:
        raise Refused("wrong-step", 409)
    paper = opened(plan, sealing)
    _check_complete(hearing, paper, plan.version)
    for earlier in open_questions(session, hearing.id):
        if earlier.question == Question.PLAN:
            earlier.answered_at = now
            session.add(earlier)
    plan.approval_id = put(session, hearing, Question.PLAN, wanted={"version": plan.version}, reason="", now=now, by=by).id
    session.add(plan)
    if paper.broadcast:
        put(session, hearing, Question.BROADCAST, wanted={}, reason=paper.broadcast_reason, now=now, by=by)


# Parts --------------------------------------------------------------------------------------------------------------


def _planned(session: Session, centre: Centre, hearing_id: UUID, by: Identity) -> Hearing:
    hearing = handled(session, centre, hearing_id, by)
    if hearing.state not in BEFORE_OPENING:
        raise Refused("wrong-step", 409)
    return hearing


def _drop_draft(session: Session, hearing_id: UUID) -> None:
    draft = version_of(session, hearing_id, DRAFT)
    if draft is not None:
        session.delete(draft)


def _check_complete(hearing: Hearing, paper: Paper, version: int) -> None:
    missing = faults(form_of(paper, version), complete=True)
    if missing:
        raise Refused("plan-incomplete", 422, fields=missing)
    if hearing.moderator is None or hearing.clerk is None:
        raise Refused("moderator-needed", 422, article="moderator")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
