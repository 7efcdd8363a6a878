"""The plan of a hearing as its page and its paper show it: versions, what the rows tell, what was being typed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings.names import role_name
from hearings.panel.pool import listing_of
from hearings.people.participants import present
from hearings.place.claims import bailiffs_of
from hearings.plan.paper import FACTS, NAMES, Paper, PlanForm, form_of
from hearings.queries import hearing_of, reads_words
from hearings.roster.tables import OfficerCategory, RosterMember
from hearings.tables import (
    CASE_TEXT,
    HEARING_NAME,
    Approval,
    CaseType,
    Hearing,
    HearingPlan,
    Listing,
    Room,
    Seat,
    SeatOrigin,
)
from shared import words
from shared.errors import Refused
from shared.identity import Identity
from shared.letters import dated
from shared.people import Staff
from shared.refusals import N_
from shared.vault import Vault

STATES_OF_PLAN = {"granted": N_("Approval given"), "refused": N_("Approval refused")}
GIVEN_BY = {SeatOrigin.OUTSIDER: N_("from outside the roster"), SeatOrigin.DESIGNATION: N_("designated")}
DRAFT = 0  # the version of what is being typed


class PlanVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A version in the list. ``state``: kept, asked, granted, refused."""

    version: int
    made_at: datetime
    made_by: str
    state: str
    answer: str = ""


class PlanView(msgspec.Struct, frozen=True, kw_only=True):
    """The plan of a hearing as its page shows it. ``paper``: the version asked for, or the newest (None: there is none);
    ``before``: the one before it. ``form``: what is or would be typed now."""

    versions: list[PlanVersion]
    version: int
    paper: Paper | None
    before: Paper | None
    facts: dict[str, dict[str, str]]
    form: PlanForm
    drafted_at: datetime | None

    @property
    def newest(self) -> int:
        return self.versions[0].version if self.versions else 0


def plan_of(
    session: Session, *, centre: Centre, hearing_id: UUID, sealing: Vault, by: Identity, version: int = 0
) -> PlanView:
    """The plan's page. ``version`` 0: the newest. Refuses ``not-found``, also to who may not read the words."""
    hearing = hearing_of(session, centre, hearing_id, by)
    if not reads_words(session, centre, hearing, by):
        raise Refused("not-found", 404)
    rows = versions(session, hearing.id)
    chosen = next((row for row in rows if row.version == version), None) if version else next(iter(rows), None)
    if version and chosen is None:
        raise Refused("not-found", 404)
    draft = version_of(session, hearing.id, DRAFT)
    paper = opened(chosen, sealing) if chosen else None
    before = next((row for row in rows if chosen and row.version == chosen.version - 1), None)
    return PlanView(
        versions=[_line(session, row) for row in rows], version=chosen.version if chosen else 0, paper=paper,
        before=opened(before, sealing) if before else None,
        facts=facts_of(session, hearing, centre, sealing, bool(paper and paper.broadcast)),
        form=_first_form(rows, draft, hearing, sealing, bailiffs_of(session, hearing.id)),
        drafted_at=draft.made_at if draft else None,
    )


def facts_of(
    session: Session, hearing: Hearing, centre: Centre, sealing: Vault, broadcast: bool
) -> dict[str, dict[str, str]]:
    """What the rows tell of a hearing, in the words of each language."""
    kind, listing = session.get_one(CaseType, hearing.case_type_id), listing_of(session, hearing.id)
    room = session.get(Room, listing.room_id) if listing and listing.room_id else None
    rows = present(session, hearing.id)
    people = [(sealing.unseal(row.name, purpose=HEARING_NAME), row.role) for row in rows if row.staff_id is None]
    staff = {row.id: row.name for row in session.exec(select(Staff).where(Staff.office_id == hearing.office_id))}
    told: dict[str, dict[str, str]] = {}
    for language in words.LANGUAGES:
        _, chinese = words.translator(language), language == words.CHINESE
        told[language] = {
            "number": hearing.number, "case": hearing.case_number, "case_type": kind.name_zh if chinese else kind.name_en,
            "openness": _("Open to the public") if hearing.open else _("Not open to the public"),
            "time": _when(listing, centre, language) if listing else "",
            "place": (room.name_zh if chinese else room.name_en) if room else hearing.elsewhere,
            "moderator": staff.get(hearing.moderator, "") if hearing.moderator else "",
            "clerk": staff.get(hearing.clerk, "") if hearing.clerk else "", "panel_size": str(hearing.panel_size),
            "given": ("；" if chinese else "; ").join(_given(session, hearing, centre, language)),
            "bailiffs": ("、" if chinese else ", ").join(staff.get(one, "") for one in bailiffs_of(session, hearing.id)),
            "participants": ("、" if chinese else ", ").join(f"{role_name(role, language)} {name}" for name, role in people),
            "broadcast": _("To be broadcast") if broadcast else _("Not broadcast"),
        }
    return told


def versions(session: Session, hearing_id: UUID) -> list[HearingPlan]:
    """The versions kept, newest first."""
    wanted = select(HearingPlan).where(HearingPlan.hearing_id == hearing_id, col(HearingPlan.version) > DRAFT)
    return list(session.exec(wanted.order_by(col(HearingPlan.version).desc())).all())


def version_of(session: Session, hearing_id: UUID, version: int) -> HearingPlan | None:
    return session.exec(
        select(HearingPlan).where(HearingPlan.hearing_id == hearing_id, HearingPlan.version == version)
    ).first()


def sealed(what: PlanForm | Paper, sealing: Vault) -> bytes:
    return sealing.seal(msgspec.json.encode(what).decode(), purpose=CASE_TEXT)


def opened(row: HearingPlan, sealing: Vault) -> Paper:
    return msgspec.json.decode(sealing.unseal(row.sealed, purpose=CASE_TEXT), type=Paper)


def plan_state(asked: Approval | None) -> str:
    """``kept``, ``asked``, ``granted`` or ``refused``."""
    if asked is None or (asked.answered_at is not None and asked.granted is None):
        return "kept"
    return "asked" if asked.granted is None else "granted" if asked.granted else "refused"


def letter_data(view: PlanView, centre: Centre, language: str) -> dict[str, Any]:
    """What the letter of a plan is printed from. Refuses ``plan-needed``."""
    if view.paper is None:
        raise Refused("plan-needed", 409)
    _, line = words.translator(language), next(one for one in view.versions if one.version == view.version)
    facts = [[_(name), text] for code, name in FACTS.items() if (text := view.paper.facts[language].get(code, ""))]
    written = [{"heading": _(name), "blocks": [{"type": "text", "text": part} for part in text.splitlines() if part]}
               for code, name in NAMES.items() if (text := view.paper.written.get(code, ""))]
    return {
        "office": centre.office(language), "title": _("Hearing plan"), "number": view.paper.facts[language]["number"],
        "day": dated(line.made_at.astimezone(centre.zone).date(), language), "version": view.version,
        "sections": [{"heading": _("The case"), "blocks": [{"type": "facts", "rows": facts}]}, *written],
        "approval": [[_(STATES_OF_PLAN[line.state]), line.answer or "–"]] if line.state in ("granted", "refused") else [],
    }


# Parts --------------------------------------------------------------------------------------------------------------


def _first_form(
    rows: Sequence[HearingPlan], draft: HearingPlan | None, hearing: Hearing, sealing: Vault, on_duty: Sequence[UUID]
) -> PlanForm:
    """What the form holds when it is opened: what was being typed, else the newest version, else nothing."""
    if draft is not None:
        return msgspec.json.decode(sealing.unseal(draft.sealed, purpose=CASE_TEXT), type=PlanForm)
    form = form_of(opened(rows[0], sealing), rows[0].version) if rows else PlanForm()
    form.moderator, form.clerk = str(hearing.moderator or ""), str(hearing.clerk or "")
    form.on_duty = [str(one) for one in on_duty]
    return form


def _given(session: Session, hearing: Hearing, centre: Centre, language: str) -> list[str]:
    """Each seat that was given with approval: category, how, and the day of the approval."""
    _ = words.translator(language)
    rows = session.exec(
        select(Seat, OfficerCategory, Approval).join(RosterMember, col(RosterMember.id) == col(Seat.member_id))
        .join(OfficerCategory, col(OfficerCategory.id) == col(RosterMember.category_id))
        .join(Approval, col(Approval.id) == col(Seat.approval_id))
        .where(Seat.hearing_id == hearing.id, col(Seat.vacated_at).is_(None)).order_by(col(Seat.place))
    )
    return [
        _("%(category)s, %(how)s, approved on %(day)s", category=kind.name_zh if language == words.CHINESE else kind.name_en,
          how=_(GIVEN_BY[SeatOrigin(seat.origin)]), day=words.day(asked.answered_at.astimezone(centre.zone).date(), language))
        for seat, kind, asked in rows if asked.answered_at
    ]


def _line(session: Session, row: HearingPlan) -> PlanVersion:
    asked = session.get(Approval, row.approval_id) if row.approval_id else None
    return PlanVersion(version=row.version, made_at=row.made_at, made_by=session.get_one(Staff, row.made_by).name,
                       state=plan_state(asked), answer=asked.answer if asked else "")


def _when(listing: Listing, centre: Centre, language: str) -> str:
    begins, ends = listing.begins_at.astimezone(centre.zone), listing.ends_at.astimezone(centre.zone)
    return f"{words.day(begins.date(), language)} {begins:%H:%M}–{ends:%H:%M}"
