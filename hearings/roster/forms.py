"""The form of a member of the roster as staff fill it in or a table brings it, and what is wrong with it. Pure."""

import re
from collections.abc import Callable, Collection
from datetime import date

import msgspec

from cases import papers
from cases.tables import IdKind
from hearings.roster.tables import Entry
from shared.errors import Refused
from shared.outbox import is_mail_address

DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
CHANNELS = ("sms", "email", "letter", "phone")
LENGTHS = {"name": 60, "unit": 120, "post": 80, "address": 200, "email": 200}
MOST_SITTINGS = 366


class MemberForm(msgspec.Struct, kw_only=True):
    """A member as typed: all text. Numbers of the ID and the telephone are kept when something is wrong elsewhere."""

    key: str = ""
    name: str = ""
    category: str = ""
    unit: str = ""
    post: str = ""
    id_number: str = ""
    born_on: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    specialisms: list[str] = []
    channels: list[str] = []
    needs: list[str] = []
    language: str = "zh-CN"
    entry: str = Entry.RECOMMENDED
    term_from: str = ""
    term_until: str = ""
    yearly_cap: str = ""
    past_sittings: str = ""
    consent: str = ""


def faults(form: MemberForm, *, categories: Collection[str], specialisms: Collection[str], today: date) -> dict[str, str]:
    """Field -> refusal code, for everything that is wrong with it."""
    found: dict[str, str] = {}
    for field, most in LENGTHS.items():
        if len(getattr(form, field)) > most:
            found[field] = "too-long"
    if not form.name.strip():
        found["name"] = "name-needed"
    if form.category not in categories:
        found["category"] = "choice-needed"
    if not set(form.specialisms) <= set(specialisms):
        found["specialisms"] = "choice-needed"
    if form.entry not in set(Entry) or form.language not in ("zh-CN", "en") or not set(form.channels) <= set(CHANNELS):
        found["entry"] = "choice-needed"
    return found | _number_faults(form, today) | _term_faults(form)


def day(text: str) -> date | None:
    """A day written with lines, points, slashes or 年月日; None for an empty field. Refuses ``day-form``."""
    if not text.strip():
        return None
    parts = DAY.fullmatch(text.strip())
    try:
        return date(*(int(part) for part in parts.groups())) if parts else _no_day()
    except ValueError:
        return _no_day()


def count(text: str) -> int | None:
    """A small number; None for an empty field. Refuses ``count-form``."""
    plain = text.strip()
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit() and int(plain) <= MOST_SITTINGS):
        raise Refused("count-form", 422)
    return int(plain)


def birthday(form: MemberForm) -> date | None:
    """The one typed, else the one in the ID number."""
    told = day(form.born_on)
    digits = re.sub(r"[\s\-]", "", form.id_number)[6:14]
    return told or (day(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}") if digits else None)


# Parts --------------------------------------------------------------------------------------------------------------


def _number_faults(form: MemberForm, today: date) -> dict[str, str]:
    found: dict[str, str] = {}
    if form.id_number.strip():
        _try(found, "id_number", lambda: papers.id_number(form.id_number, IdKind.RESIDENT_ID, today=today))
    if form.phone.strip():
        _try(found, "phone", lambda: papers.phone_number(form.phone))
    if form.email.strip() and not is_mail_address(form.email.strip()):
        found["email"] = "mail-form"
    if not (form.phone.strip() or form.email.strip() or form.address.strip()):
        found["phone"] = "contact-needed"
    for field in ("yearly_cap", "past_sittings"):
        _try(found, field, lambda field=field: count(getattr(form, field)))  # type: ignore[misc]
    if "id_number" not in found:
        _try(found, "born_on", lambda: _past(birthday(form), today))
    return found


def _term_faults(form: MemberForm) -> dict[str, str]:
    found: dict[str, str] = {}
    for field in ("term_from", "term_until"):
        _try(found, field, lambda field=field: day(getattr(form, field)) or _no_day())  # type: ignore[misc]
    if not found and (day(form.term_from) or date.max) > (day(form.term_until) or date.min):
        found["term_until"] = "term-order"
    return found


def _past(born: date | None, today: date) -> None:
    if born is not None and born > today:
        _no_day()


def _no_day() -> date:
    raise Refused("day-form", 422)


def _try(found: dict[str, str], field: str, check: Callable[[], object]) -> None:
    try:
        check()
    except Refused as refusal:
        found[field] = refusal.code
