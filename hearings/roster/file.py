"""The roster as a table (CSV that Excel opens): read with a preview that names every bad line, and written. Nothing is changed
before somebody confirms; the same table a second time changes nothing."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlmodel import Session, select

from cases.centre import Centre
from hearings.centre import Named, categories_of, specialisms_of
from hearings.roster.actions import add_member, change_member, check_eligibility, check_manager
from hearings.roster.columns import COLUMNS, form_of_row, rows_of
from hearings.roster.forms import MemberForm, birthday, day, faults
from hearings.roster.queries import contact_of, form_of
from hearings.roster.rules import LOOKED_AT
from hearings.roster.tables import EligibilityCheck, RosterMember
from hearings.tables import HEARING_NAME
from shared import journal, vault
from shared.errors import Refused
from shared.identity import Identity
from shared.vault import Vault


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a table. ``does``: ``add``, ``change``, ``same`` or ``bad``; ``faults``: column -> refusal code."""

    number: int
    name: str
    does: str
    faults: dict[str, str]
    form: MemberForm
    member: UUID | None = None
    evidence: str = ""
    checked_on: str = ""


class Preview(msgspec.Struct, frozen=True):
    lines: list[Line]

    def count(self, does: str) -> int:
        return sum(line.does == does for line in self.lines)

    @property
    def bad(self) -> list[Line]:
        return [line for line in self.lines if line.does == "bad"]


def preview(session: Session, *, centre: Centre, text: str, sealing: Vault) -> Preview:
    """What each line would do. Refuses ``table-unreadable`` and ``table-columns`` (which are missing), ``table-long``."""
    rows = rows_of(text)
    categories, specialisms = categories_of(session, centre.office_id), specialisms_of(session, centre.office_id)
    known = _Known(session, centre, sealing)
    return Preview([_line(session, number, row, centre, categories, specialisms, known) for number, row in rows])


def import_table(session: Session, *, centre: Centre, text: str, sealing: Vault, now: datetime, by: Identity) -> Preview:
    """Does what the preview says for every good line; the bad ones change nothing. Refuses as `preview`, and ``not-allowed``."""
    check_manager(session, centre, by)
    seen = preview(session, centre=centre, text=text, sealing=sealing)
    for line in seen.lines:
        if line.does == "add":
            member = add_member(session, centre=centre, form=line.form, sealing=sealing, now=now, by=by)
        elif line.does == "change" and line.member:
            member = line.member
            change_member(session, centre=centre, member_id=member, form=line.form, sealing=sealing, now=now, by=by)
        else:
            continue
        if line.evidence and not _is_noted(session, member, line):
            check_eligibility(session, centre=centre, member_id=member, checks=dict.fromkeys(LOOKED_AT, True),
                              evidence=line.evidence, on=day(line.checked_on) or centre.today, now=now, by=by)
    counts = {does: seen.count(does) for does in ("add", "change", "same", "bad")}
    journal.record(session, office=centre.office_id, act="roster-imported", subject=f"office:{centre.office_id.hex}", by=by.by,
                   now=now, detail=counts)
    return seen


# Parts --------------------------------------------------------------------------------------------------------------


class _Known:
    """Who is on the roster, found by ID number, else by telephone and name."""

    def __init__(self, session: Session, centre: Centre, sealing: Vault) -> None:
        self.sealing = sealing
        rows = session.exec(select(RosterMember).where(RosterMember.office_id == centre.office_id)).all()
        self.by_id = {one.id_index: one.id for one in rows if one.id_index}
        self.by_phone = {(one.phone_index, sealing.unseal(one.name, purpose=HEARING_NAME)): one.id for one in rows
                         if one.phone_index}
        self.seen: set[str] = set()

    def find(self, form: MemberForm) -> UUID | None:
        if form.id_number.strip():
            found = self.by_id.get(self.sealing.index(form.id_number, purpose=vault.ID_NUMBER))
            if found:
                return found
        if not form.phone.strip():
            return None
        return self.by_phone.get((self.sealing.index(form.phone, purpose=vault.PHONE), " ".join(form.name.split())))

    def is_repeated(self, form: MemberForm) -> bool:
        """Whether an earlier line of the same table speaks of the same person."""
        mark = form.id_number.strip() or f"{form.phone.strip()} {form.name.strip()}"
        repeated = mark in self.seen
        self.seen.add(mark)
        return repeated


def _line(
    session: Session, number: int, row: dict[str, str], centre: Centre, categories: list[Named], specialisms: list[Named],
    known: _Known,
) -> Line:
    form = form_of_row(row, categories, specialisms)
    wrong = faults(form, categories={one.code for one in categories}, specialisms={one.code for one in specialisms},
                   today=centre.today)
    wrong |= _check_faults(row, centre)
    if known.is_repeated(form):
        wrong["name"] = "line-repeated"
    columns = {field: column for column, field in COLUMNS}
    told = {columns.get(field, field): code for field, code in wrong.items()}
    member = None if wrong else known.find(form)
    does = "bad" if wrong else "add" if member is None else _difference(session, centre, member, form, row, known.sealing)
    return Line(number=number, name=form.name, does=does, faults=told, form=form, member=member,
                evidence=row.get("evidence", "").strip(), checked_on=row.get("checked_on", ""))


def _check_faults(row: dict[str, str], centre: Centre) -> dict[str, str]:
    evidence, on = row.get("evidence", "").strip(), row.get("checked_on", "").strip()
    if not evidence and not on:
        return {}
    try:
        seen = day(on)
    except Refused:
        return {"checked_on": "day-form"}
    if seen is None or seen > centre.today:
        return {"checked_on": "day-form"}
    return {} if evidence else {"evidence": "evidence-needed"}


def _difference(session: Session, centre: Centre, member: UUID, form: MemberForm, row: dict[str, str], sealing: Vault) -> str:
    """``same`` when the line says nothing new of a member; what it leaves empty says nothing."""
    kept, reached = form_of(session, centre=centre, member_id=member, sealing=sealing), contact_of(session, member, sealing)
    row_kept = session.get_one(RosterMember, member)
    told = {"phone": reached.phone, "email": reached.email, "address": reached.address,
            "id_number": sealing.unseal(row_kept.id_number, purpose=vault.ID_NUMBER) if row_kept.id_number else ""}
    born = sealing.unseal(row_kept.born_on, purpose=HEARING_NAME) if row_kept.born_on else ""
    plain = ("name", "category", "unit", "post", "specialisms", "channels", "language", "entry", "yearly_cap", "past_sittings")
    same = all(getattr(form, field) == getattr(kept, field) for field in plain)
    same &= all(getattr(form, field) in ("", value) for field, value in told.items())
    same &= birthday(form) is None or str(birthday(form)) == born
    same &= (day(form.term_from), day(form.term_until)) == (day(kept.term_from), day(kept.term_until))
    return "same" if same and not _is_news(session, member, row) else "change"


def _is_news(session: Session, member: UUID, row: dict[str, str]) -> bool:
    evidence, on = row.get("evidence", "").strip(), day(row.get("checked_on", ""))
    return bool(evidence) and not _has_check(session, member, evidence, on)


def _is_noted(session: Session, member: UUID, line: Line) -> bool:
    return _has_check(session, member, line.evidence, day(line.checked_on))


def _has_check(session: Session, member: UUID, evidence: str, on: object) -> bool:
    wanted = select(EligibilityCheck.id).where(EligibilityCheck.member_id == member, EligibilityCheck.evidence == evidence,
                                               EligibilityCheck.checked_on == on)
    return session.exec(wanted).first() is not None
