"""Who takes part in a hearing beside the officers: written down, changed, taken off (the row stays). Names and ways to reach
them are sealed and shown masked; looking at the whole is journalled."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings import rules
from hearings.forms import Several, several
from hearings.invitations.assistance import known_help
from hearings.panel.pool import listing_of
from hearings.people.staff import handled
from hearings.place import claims
from hearings.queries import hearing_of, reads_words
from hearings.steps import note, touch
from hearings.tables import HEARING_CONTACT, HEARING_NAME, Hearing, Participant, PartRole
from shared import words
from shared.errors import Refused
from shared.identity import Identity
from shared.outbox import is_mail_address
from shared.vault import Vault

CLOSED_TO = frozenset({PartRole.MODERATOR, PartRole.CLERK, PartRole.CASE_HANDLER})
CHOSEN = tuple(role for role in PartRole if role not in CLOSED_TO)
NAME_LENGTH, UNIT_LENGTH, PHONE_LENGTH, EMAIL_LENGTH = 60, 120, 20, 120


class PersonForm(msgspec.Struct):
    """Somebody who takes part. ``needs``: codes of `assistance.ASSISTANCE`."""

    key: Annotated[str, msgspec.Meta(max_length=80)] = ""
    role: str = PartRole.PARTY
    name: str = ""
    unit: str = ""
    phone: str = ""
    email: str = ""
    needs: Several = []
    language: str = words.CHINESE


class PartView(msgspec.Struct, frozen=True, kw_only=True):
    """One participant as staff see them, masked unless revealed."""

    id: UUID
    role: str
    name: str
    unit: str
    phone: str
    email: str
    needs: list[str]
    language: str
    is_staff: bool = False


def faults(form: PersonForm) -> dict[str, str]:
    """Field -> refusal code."""
    found: dict[str, str] = {}
    if form.role not in CHOSEN:
        found["role"] = "choice-needed"
    if not form.name.strip():
        found["name"] = "name-needed"
    for field, most in (("name", NAME_LENGTH), ("unit", UNIT_LENGTH), ("phone", PHONE_LENGTH), ("email", EMAIL_LENGTH)):
        if len(getattr(form, field)) > most:
            found[field] = "too-long"
    if form.phone.strip() and not _digits(form.phone):
        found["phone"] = "phone-number"
    if form.email.strip() and not is_mail_address(form.email.strip()):
        found["email"] = "email"
    return found


def add_participant(
    session: Session, *, centre: Centre, hearing_id: UUID, form: PersonForm, sealing: Vault, now: datetime, by: Identity
) -> UUID:
    """Writes somebody down; the same person in the same role again is the one that is there. The form has passed `faults`.
    Refuses what `prepared` refuses, and ``title-names`` (the title may be shown to anybody)."""
    hearing = _prepared(session, centre, hearing_id, by)
    rules.check_title(hearing.title, [form.name])
    for row in present(session, hearing.id):
        if row.role == form.role and sealing.unseal(row.name, purpose=HEARING_NAME) == form.name.strip():
            return row.id
    row = Participant(hearing_id=hearing.id, role=form.role, name=b"")
    _write_down(row, form, sealing)
    session.add(row)
    session.flush()
    note(session, hearing, "participant-added", by, now, {"role": row.role})
    return row.id


def change_participant(
    session: Session, *, centre: Centre, hearing_id: UUID, participant_id: UUID, form: PersonForm, sealing: Vault,
    now: datetime, by: Identity,
) -> None:
    """Writes somebody's details anew; what the form leaves empty of phone and mail stays. Refuses as `add_participant`, and
    ``not-found``."""
    hearing = _prepared(session, centre, hearing_id, by)
    row = _present(session, hearing, participant_id)
    rules.check_title(hearing.title, [form.name])
    _write_down(row, form, sealing)
    session.add(row)
    note(session, hearing, "participant-changed", by, now, {"role": row.role})


def remove_participant(
    session: Session, *, centre: Centre, hearing_id: UUID, participant_id: UUID, reason: str, now: datetime, by: Identity
) -> None:
    """Takes somebody off; the row stays. Refuses as `change_participant`, and ``reason-needed``."""
    hearing = _prepared(session, centre, hearing_id, by)
    if not reason.strip():
        raise Refused("reason-needed", 422)
    row = session.get(Participant, participant_id)
    if row is None or row.hearing_id != hearing.id:
        raise Refused("not-found", 404)
    if row.removed_at is None:
        row.removed_at = now
        session.add(row)
        session.flush()
        if row.staff_id is not None:
            claims.hold_staff_anew(session, hearing, listing_of(session, hearing.id))
        note(session, hearing, "participant-removed", by, now, {"role": row.role}, reason)


def reveal(session: Session, *, centre: Centre, hearing_id: UUID, reason: str, now: datetime, by: Identity) -> None:
    """Notes that somebody looks at the participants unmasked, and why. Refuses ``not-found``, ``not-allowed``,
    ``reason-needed``."""
    touch(session, centre.office_id, hearing_id)
    hearing = hearing_of(session, centre, hearing_id, by)
    if not reads_words(session, centre, hearing, by) or rules.PREPARE.isdisjoint(by.roles):
        raise Refused("not-allowed", 403)
    if not reason.strip():
        raise Refused("reason-needed", 422)
    note(session, hearing, "participants-revealed", by, now, reason=reason)


def participants(
    session: Session, *, centre: Centre, hearing_id: UUID, sealing: Vault, by: Identity, revealed: bool = False
) -> list[PartView]:
    """Who takes part. ``revealed`` only in answer to a journalled reveal. Empty for who may not read the words."""
    hearing = hearing_of(session, centre, hearing_id, by)
    if not reads_words(session, centre, hearing, by):
        return []
    return [_view(row, sealing, revealed) for row in present(session, hearing_id)]


def participant_form(
    session: Session, *, centre: Centre, hearing_id: UUID, participant_id: UUID, sealing: Vault, by: Identity
) -> PersonForm:
    """Somebody's form for whoever handles the hearing; telephone and mail are left empty. Refuses ``not-found``,
    ``not-allowed``."""
    hearing = hearing_of(session, centre, hearing_id, by)
    if by.id not in (hearing.handler, hearing.moderator):
        raise Refused("not-allowed", 403)
    row = _present(session, hearing, participant_id)
    return PersonForm(role=row.role, name=sealing.unseal(row.name, purpose=HEARING_NAME), unit=row.unit, needs=row.needs,
                      language=row.language)


def present(session: Session, hearing_id: UUID) -> list[Participant]:
    wanted = select(Participant).where(Participant.hearing_id == hearing_id, col(Participant.removed_at).is_(None))
    return list(session.exec(wanted.order_by(col(Participant.id))).all())


# Parts --------------------------------------------------------------------------------------------------------------


def _prepared(session: Session, centre: Centre, hearing_id: UUID, by: Identity) -> Hearing:
    """Refuses what `people.handled` refuses, and ``wrong-step`` once the hearing is over."""
    hearing = handled(session, centre, hearing_id, by)
    if hearing.state in rules.HELD | rules.OVER:
        raise Refused("wrong-step", 409)
    return hearing


def _present(session: Session, hearing: Hearing, participant_id: UUID) -> Participant:
    row = session.get(Participant, participant_id)
    if row is None or row.hearing_id != hearing.id or row.removed_at is not None:
        raise Refused("not-found", 404)
    return row


def _write_down(row: Participant, form: PersonForm, sealing: Vault) -> None:
    row.role, row.unit, row.language = form.role, " ".join(form.unit.split()), form.language
    row.name, row.needs = sealing.seal(" ".join(form.name.split()), purpose=HEARING_NAME), known_help(several(form.needs))
    if form.phone.strip():
        row.phone = sealing.seal(_digits(form.phone), purpose=HEARING_CONTACT)
    if form.email.strip():
        row.email = sealing.seal(form.email.strip(), purpose=HEARING_CONTACT)


def _view(row: Participant, sealing: Vault, revealed: bool) -> PartView:
    name = sealing.unseal(row.name, purpose=HEARING_NAME)
    phone = sealing.unseal(row.phone, purpose=HEARING_CONTACT) if row.phone else ""
    email = sealing.unseal(row.email, purpose=HEARING_CONTACT) if row.email else ""
    if not revealed and row.staff_id is None:
        name, phone, email = words.mask_name(name), words.mask_phone(phone), _mask_address(email)
    return PartView(id=row.id, role=row.role, name=name, unit=row.unit, phone=phone, email=email, needs=row.needs,
                    language=row.language, is_staff=row.staff_id is not None)


def _digits(text: str) -> str:
    """A telephone number as it is kept: digits, with + for abroad; empty when it is none."""
    plain = "".join(sign for sign in text if sign not in " -()（）")
    digits = plain.removeprefix("+")
    return plain if digits.isdecimal() and digits.isascii() and 7 <= len(digits) <= 15 else ""


def _mask_address(text: str) -> str:
    name, at, host = text.partition("@")
    return f"{name[:1]}***{at}{host}" if at else ""
