"""The hearing plan (听证方案): what its form holds, what is taken from the rows when a version is kept, and how two versions
differ. Pure."""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Annotated

import msgspec

from hearings.forms import Several
from shared.refusals import N_

LONG, SHORT = 2000, 300
Key = Annotated[str, msgspec.Meta(max_length=80)]

# What the handler writes, in the order of the paper: field, its name, its hint, how long it may be.
WRITTEN = (
    ("prosecutor", N_("Prosecutor who presents the case"), "", SHORT),
    ("questions", N_("Questions to hear"),
     N_("What is in dispute, and what the officers are asked to give their opinion on."), LONG),
    ("officers_wanted", N_("Officers wanted"), N_("How many, of which categories and fields."), SHORT),
    ("briefing", N_("What officers are told before"),
     N_("The case in brief, the questions, the law. No more than they need."), LONG),
    ("evidence", N_("Evidence to show"), "", LONG),
    ("schedule", N_("Course of the hearing"), N_("The seven steps, who speaks when, and about how long."), LONG),
    ("risks", N_("Risk assessment"), N_("Feelings, crowds, press, illness: what could go wrong."), LONG),
    ("contingency", N_("Contingency plan"), N_("Who does what if it does."), LONG),
    ("bailiffs", N_("Bailiffs"), N_("How many, where, from when."), SHORT),
    ("access", N_("Interpreter and accessibility"), N_("Sign language, wheelchair, large print, whoever needs it."), SHORT),
    ("publisher", N_("Who publishes the notice"), "", SHORT),
    ("remarks", N_("Remarks"), "", LONG),
)
NAMES = {field: name for field, name, _, _ in WRITTEN}
# What the rows tell, fixed with each version.
FACTS = {
    "number": N_("Hearing number"), "case": N_("Case"), "case_type": N_("Type of case"), "openness": N_("Open or closed"),
    "time": N_("Time of the hearing"), "place": N_("Place of the hearing"), "moderator": N_("Moderator"), "clerk": N_("Clerk"),
    "panel_size": N_("Officers on the panel"), "given": N_("Seats given without a draw"), "bailiffs": N_("Bailiffs on duty"),
    "participants": N_("Participants"), "broadcast": N_("Broadcast"),
}
NEEDED = ("prosecutor", "questions", "officers_wanted", "schedule", "risks", "contingency")


class PlanForm(msgspec.Struct):
    """The plan as it is typed. ``seen``: the version that the screen showed; ``on_duty``: the staff who are its bailiffs."""

    seen: str = "0"
    prosecutor: str = ""
    questions: str = ""
    officers_wanted: str = ""
    briefing: str = ""
    evidence: str = ""
    schedule: str = ""
    risks: str = ""
    contingency: str = ""
    bailiffs: str = ""
    access: str = ""
    publisher: str = ""
    remarks: str = ""
    broadcast: str = ""
    broadcast_reason: str = ""
    moderator: str = ""
    clerk: str = ""
    on_duty: Several = []


class Paper(msgspec.Struct, frozen=True):
    """One version as it is sealed: what was written, and what the rows told at that moment, in each language."""

    written: dict[str, str]
    facts: dict[str, dict[str, str]]
    broadcast: bool = False
    broadcast_reason: str = ""


class Change(msgspec.Struct, frozen=True):
    """One entry that differs between two versions. ``parts``: runs of the text, each ``same``, ``gone`` or ``new``."""

    name: str
    parts: list[tuple[str, str]]


def paper_of(form: PlanForm, facts: Mapping[str, dict[str, str]]) -> Paper:
    written = {field: getattr(form, field).strip() for field in NAMES}
    return Paper(written, dict(facts), bool(form.broadcast), form.broadcast_reason.strip())


def form_of(paper: Paper, version: int) -> PlanForm:
    """The form filled with a version, to go on from."""
    return PlanForm(seen=str(version), broadcast="yes" if paper.broadcast else "", broadcast_reason=paper.broadcast_reason,
                    **{field: paper.written.get(field, "") for field in NAMES})


def faults(form: PlanForm, *, complete: bool = False) -> dict[str, str]:
    """Field -> refusal code. ``complete``: everything that an approval needs is there."""
    found = {field: "too-long" for field, _, _, most in WRITTEN if len(getattr(form, field)) > most}
    if form.broadcast and not form.broadcast_reason.strip():
        found["broadcast_reason"] = "broadcast-reason"
    if complete:
        found |= {field: "fill-needed" for field in NEEDED if not getattr(form, field).strip()}
    return found


def changes(old: Paper, new: Paper, language: str) -> list[Change]:
    """What differs, in the order of the paper."""
    pairs = [(FACTS[key], old.facts[language].get(key, ""), new.facts[language].get(key, "")) for key in FACTS]
    pairs += [(NAMES[key], old.written.get(key, ""), new.written.get(key, "")) for key in NAMES]
    return [Change(name, list(_runs(before, after))) for name, before, after in pairs if before != after]


def _runs(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Sign by sign: Chinese has no blanks between words."""
    for kind, start, end, begin, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", old[start:end]
            continue
        if end > start:
            yield "gone", old[start:end]
        if stop > begin:
            yield "new", new[begin:stop]
