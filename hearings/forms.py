"""The forms of a hearing's request as staff fill them in, and what is wrong with them, field by field. Pure."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated

import msgspec

from hearings import rules
from hearings.tables import Ground, Initiative, PartRole
from shared.errors import Refused

TITLE_LENGTH, CAUSE_LENGTH, TEXT_LENGTH, NAME_LENGTH, PLACE_LENGTH = 120, 200, 2000, 60, 120
SHORT_LENGTH = 500
DEFAULT, OPEN, CLOSED = "default", "open", "closed"
Several = list[str] | str  # boxes of one name as a browser sends them: one alone is no list
Key = Annotated[str, msgspec.Meta(max_length=80)]
# Who applies: a party or whoever acts for one (Art. 9).
APPLICANTS = (PartRole.PARTY, PartRole.LEGAL_REPRESENTATIVE, PartRole.AGENT, PartRole.DEFENDER)
# Refusals that belong to one field of the form.
FIELD_OF = {"title-names": "title", "minor-closed": "openness", "openness-reason": "openness_reason",
            "panel-size-reason": "panel_reason", "moderator-leads": "moderator", "moderator-prosecutor": "moderator",
            "clerk-needed": "clerk", "clerk-moderates": "clerk", "matter-unknown": "case_number"}


class RequestForm(msgspec.Struct):
    """A request for a hearing. ``openness``: the rule, open or closed; what is not the rule carries its reason, as do another
    size of the panel and another place. ``parties``: a name a line, only with a new request."""

    key: Key = ""
    matter: str = ""
    case_number: str = ""
    case_type: str = ""
    title: str = ""
    cause: str = ""
    initiative: str = Initiative.EX_OFFICIO
    applicant: str = ""
    applicant_role: str = PartRole.PARTY
    applicant_phone: str = ""
    parties: str = ""
    ground: str = ""
    reasons: str = ""
    minor: str = ""
    openness: str = DEFAULT
    openness_reason: str = ""
    simplified: str = ""
    minutes: str = ""
    panel_size: str = ""
    panel_reason: str = ""
    elsewhere: str = ""
    elsewhere_reason: str = ""
    due_on: str = ""
    moderator: str = ""
    clerk: str = ""

    def opens(self, type_opens: bool) -> bool:
        """Whether the hearing is to be open, as the form wants it."""
        if self.openness in (OPEN, CLOSED):
            return self.openness == OPEN
        return rules.opens(type_opens=type_opens, minor=bool(self.minor))

    def names(self) -> list[str]:
        """The private people whom the form names."""
        return [name for name in (self.applicant.strip(), *party_names(self.parties)) if name]


def party_names(text: str) -> list[str]:
    """One name a line, or between commas."""
    for sign in "、，,;；":
        text = text.replace(sign, "\n")
    return [name.strip() for name in text.splitlines() if name.strip()]


def faults(form: RequestForm, *, types: Mapping[str, bool], provisions: Mapping[str, int]) -> dict[str, str]:
    """Field -> refusal code. ``types``: whether hearings of a type are open as a rule."""
    found: dict[str, str] = {}
    if form.case_type not in types:
        found["case_type"] = "type-needed"
    if not form.matter and not form.case_number.strip():
        found["case_number"] = "case-needed"
    if form.ground not in set(Ground):
        found["ground"] = "choice-needed"
    _need(found, "title", form.title, TITLE_LENGTH)
    _need(found, "cause", form.cause, CAUSE_LENGTH)
    _need(found, "reasons", form.reasons, TEXT_LENGTH)
    _check(found, "title", lambda: rules.check_title(form.title, form.names()))
    found |= _applicant_faults(form) | _shape_faults(form, provisions)
    if form.case_type in types and not _check(found, "openness", lambda: _check_openness(form, types[form.case_type])):
        code = found.pop("openness")
        found[FIELD_OF[code]] = code
    for field, most in (("case_number", 60), ("elsewhere", PLACE_LENGTH), ("openness_reason", SHORT_LENGTH),
                        ("panel_reason", SHORT_LENGTH), ("elsewhere_reason", SHORT_LENGTH), ("parties", 600)):
        if len(getattr(form, field)) > most:
            found[field] = "too-long"
    return found


def _applicant_faults(form: RequestForm) -> dict[str, str]:
    found: dict[str, str] = {}
    if form.initiative not in set(Initiative):
        return {"initiative": "choice-needed"}
    if form.initiative == Initiative.APPLICATION:
        _need(found, "applicant", form.applicant, NAME_LENGTH)
        if form.applicant_role not in APPLICANTS:
            found["applicant_role"] = "choice-needed"
    return found


def _shape_faults(form: RequestForm, provisions: Mapping[str, int]) -> dict[str, str]:
    """Length, size of the panel, place, day."""
    found: dict[str, str] = {}
    if not form.minutes.isdecimal() or not 0 < int(form.minutes) <= provisions["hearing.minutes_most"]:
        found["minutes"] = "invalid"
    if not form.panel_size.isdecimal() or not 0 < int(form.panel_size) < 100:
        found["panel_size"] = "invalid"
    else:
        _check(found, "panel_reason", lambda: rules.check_panel_size(int(form.panel_size), provisions, form.panel_reason))
    if form.elsewhere.strip() and not form.elsewhere_reason.strip():
        found["elsewhere_reason"] = "elsewhere-reason"
    if form.due_on and as_day(form.due_on) is None:
        found["due_on"] = "invalid"
    return found


def _check_openness(form: RequestForm, type_opens: bool) -> None:
    wanted, minor = form.opens(type_opens), bool(form.minor)
    is_default = wanted == rules.opens(type_opens=type_opens, minor=minor)
    rules.check_openness(wanted=wanted, minor=minor, is_default=is_default, reason=form.openness_reason)


def several(boxes: Several) -> list[str]:
    """The boxes that are ticked."""
    return [boxes] if isinstance(boxes, str) else boxes


def as_day(text: str) -> date | None:
    """A day as browsers send it; None when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _need(found: dict[str, str], field: str, text: str, most: int) -> None:
    if not text.strip():
        found[field] = f"{field}-needed"
    elif len(text) > most:
        found[field] = "too-long"


def _check(found: dict[str, str], field: str, check: Callable[[], object]) -> bool:
    try:
        check()
    except Refused as refusal:
        found.setdefault(field, refusal.code)
    return field not in found
