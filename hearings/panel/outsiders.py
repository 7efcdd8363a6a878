"""Officers from outside the roster: asked for by case management when nobody on the roster fits, for a reason, with the chief
procurator's approval (roster opinion of 2022). They meet the same conditions as everybody who sits, for this one hearing only;
the seat itself is given by `designation.designate`."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlmodel import Session, select

from cases import papers
from cases.centre import Centre
from hearings.approval.actions import ask
from hearings.centre import categories_of, specialisms_of
from hearings.forms import Several, several
from hearings.panel.designation import check_able
from hearings.panel.pool import Candidate, listing_of, pool_of
from hearings.panel.seats import free_places, managed, seats_of
from hearings.roster.forms import day
from hearings.roster.rules import LOOKED_AT
from hearings.roster.tables import EligibilityCheck, Entry, RosterMember, Standing
from hearings.steps import note
from hearings.tables import HEARING_CONTACT, HEARING_NAME, Approval, Hearing, Question
from shared import vault
from shared.errors import Refused
from shared.identity import Identity
from shared.outbox import is_mail_address
from shared.vault import Vault

CATEGORY, FIELD = "category:", "field:"


class OutsiderForm(msgspec.Struct):
    """Somebody who is not on the roster, and why they are needed. ``need``: ``category:`` or ``field:`` with a code of which the
    roster has nobody, or empty for a skill that only ``skill`` can name. ``checks``: items of the checklist that were looked at
    and are fulfilled, by ``evidence``."""

    name: str = ""
    born_on: str = ""
    category: str = ""
    unit: str = ""
    post: str = ""
    phone: str = ""
    email: str = ""
    need: str = ""
    skill: str = ""
    reason: str = ""
    checks: Several = []
    evidence: str = ""


def ask_outsider(
    session: Session, *, centre: Centre, hearing_id: UUID, form: OutsiderForm, sealing: Vault, now: datetime, by: Identity
) -> UUID:
    """Asks for the approval to let somebody sit who is not on the roster; returns the question. The same person again while it
    is open is the question that is there.

    Refuses ``roster-suffices`` when the roster has somebody who fits and can come, ``need-needed`` (nothing said of what is
    missing), ``member-barred`` and ``time-needed`` as `check_able`, ``panel-full``, ``not-allowed``, ``not-found``,
    ``wrong-step``, ``reason-needed``, and what is wrong with the form: ``name-needed``, ``choice-needed``, ``day-form``,
    ``contact-needed``, ``phone-number``, ``email``, ``evidence-needed``.
    """
    hearing = managed(session, centre, hearing_id, by)
    fitting = fits(session, centre, hearing, form, sealing)
    if fitting and form.need:
        raise Refused("roster-suffices", 409, count=len(fitting), article="roster")
    if not form.need and not form.skill.strip():
        raise Refused("need-needed", 422, article="roster")
    if not free_places(session, hearing):
        raise Refused("panel-full", 409)
    known = _asked(session, hearing, form, sealing)
    if known is not None:
        return known
    member = _write_down(session, centre, hearing, form, sealing, now, by)
    check_able(session, centre, hearing, member, sealing)
    wanted = {"member": member.id.hex, "need": form.need, "skill": form.skill.strip()[:120], "fitting": len(fitting)}
    note(session, hearing, "outsider-asked", by, now, {"member": member.id.hex, "need": form.need, "fitting": len(fitting)})
    return ask(session, centre=centre, hearing_id=hearing_id, question=Question.OUTSIDER, wanted=wanted, reason=form.reason,
               now=now, by=by)


def fits(session: Session, centre: Centre, hearing: Hearing, form: OutsiderForm, sealing: Vault) -> list[UUID]:
    """Who of the roster is what is needed, may sit and can come, and does not sit yet. With a skill that no list knows: whoever
    could be drawn at all. Refuses ``time-needed``, ``choice-needed``."""
    _check_need(session, centre, form.need)
    seated = {seat.member_id for seat in seats_of(session, hearing.id)}
    pool = pool_of(session, centre, hearing, sealing)
    return [one.id for one in pool.eligible if one.id not in seated and _is(one, form.need)]


# Parts --------------------------------------------------------------------------------------------------------------


def _is(one: Candidate, need: str) -> bool:
    if need.startswith(CATEGORY):
        return one.category.code == need.removeprefix(CATEGORY)
    return not need or need.removeprefix(FIELD) in one.specialisms


def _check_need(session: Session, centre: Centre, need: str) -> None:
    known = {CATEGORY + one.code for one in categories_of(session, centre.office_id)}
    known |= {FIELD + one.code for one in specialisms_of(session, centre.office_id)}
    if need and need not in known:
        raise Refused("choice-needed", 422)


def _asked(session: Session, hearing: Hearing, form: OutsiderForm, sealing: Vault) -> UUID | None:
    """The open or granted question about this very person."""
    asked = session.exec(select(Approval).where(Approval.hearing_id == hearing.id, Approval.question == Question.OUTSIDER)).all()
    for one in asked:
        if one.granted or one.answered_at is None:
            member = session.get_one(RosterMember, UUID(one.wanted["member"]))
            if sealing.unseal(member.name, purpose=HEARING_NAME) == " ".join(form.name.split()):
                return one.id
    return None


def _write_down(
    session: Session, centre: Centre, hearing: Hearing, form: OutsiderForm, sealing: Vault, now: datetime, by: Identity
) -> RosterMember:
    category = next((one.id for one in categories_of(session, centre.office_id) if one.code == form.category), None)
    _check(form, category)
    assert category is not None and by.id is not None
    on = _day_of(session, centre, hearing)
    member = RosterMember(
        office_id=centre.office_id, hearing_id=hearing.id, category_id=category, entry=Entry.INVITED,
        name=sealing.seal(" ".join(form.name.split()), purpose=HEARING_NAME), unit=form.unit.strip()[:120],
        post=form.post.strip()[:80], standing=Standing.ACTIVE, term_from=on, term_until=on, made_at=now,
        specialisms=[form.need.removeprefix(FIELD)] if form.need.startswith(FIELD) else [],
    )
    born = day(form.born_on)
    member.born_on = sealing.seal(born.isoformat(), purpose=HEARING_NAME) if born else None
    _write_contacts(member, form, sealing)
    session.add(member)
    session.flush()
    seen: dict[str, Any] = {"evidence": form.evidence.strip()[:300], "checked_on": centre.today, "checked_by": by.id}
    looked_at = [item for item in LOOKED_AT if item in several(form.checks)]
    session.add_all(EligibilityCheck(member_id=member.id, item=item, fulfilled=True, **seen) for item in looked_at)
    session.flush()
    return member


def _write_contacts(member: RosterMember, form: OutsiderForm, sealing: Vault) -> None:
    if form.phone.strip():
        phone = papers.phone_number(form.phone)
        member.phone = sealing.seal(phone, purpose=HEARING_CONTACT)
        member.phone_index = sealing.index(phone, purpose=vault.PHONE)
    if form.email.strip():
        member.email = sealing.seal(form.email.strip(), purpose=HEARING_CONTACT)
    member.channels = [*(["sms"] if form.phone.strip() else []), *(["email"] if form.email.strip() else [])]


def _check(form: OutsiderForm, category: UUID | None) -> None:
    if not form.name.strip():
        raise Refused("name-needed", 422)
    if category is None:
        raise Refused("choice-needed", 422)
    if not (form.phone.strip() or form.email.strip()):
        raise Refused("contact-needed", 422)
    if form.email.strip() and not is_mail_address(form.email.strip()):
        raise Refused("email", 422)
    if not form.evidence.strip():
        raise Refused("evidence-needed", 422)
    if not form.reason.strip():
        raise Refused("reason-needed", 422)


def _day_of(session: Session, centre: Centre, hearing: Hearing) -> date:
    listing = listing_of(session, hearing.id)
    return listing.begins_at.astimezone(centre.zone).date() if listing else centre.today
