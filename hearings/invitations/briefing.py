"""The briefing pack (2020 rule, Art. 11): what an officer reads before the hearing. Opened only by who comes and has declared no
conflict; each opening is in the journal; closed with the hearing."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlmodel import Session

from hearings.invitations.answers import may_brief
from hearings.invitations.tables import Invitation, InvitationState
from hearings.plan.paper import NAMES, Paper
from hearings.plan.queries import opened, plan_state, versions
from hearings.steps import note, touch
from hearings.tables import CASE_TEXT, Approval, Hearing, HearingState
from shared.errors import Refused
from shared.identity import Identity
from shared.vault import Vault

PARTS = ("briefing", "questions", "evidence", "schedule")


class Briefing(msgspec.Struct, frozen=True):
    """``parts``: name (English, for gettext) and text. ``mark`` goes on the page, so that a copy tells whose it was."""

    number: str
    cause: str
    parts: tuple[tuple[str, str], ...]
    version: int
    mark: str


def newest_pack(session: Session, hearing: Hearing, sealing: Vault) -> tuple[int, Paper] | None:
    """The newest plan that was approved, and its version; None while there is none."""
    for row in versions(session, hearing.id):
        if plan_state(session.get(Approval, row.approval_id) if row.approval_id else None) == "granted":
            return row.version, opened(row, sealing)
    return None


def open_briefing(session: Session, *, invitation_id: UUID, sealing: Vault, now: datetime, by: Identity) -> Briefing:
    """Refuses ``briefing-closed`` (not accepted, not declared, or the hearing is over), ``briefing-missing`` (not ready yet)."""
    invitation = session.get_one(Invitation, invitation_id)
    hearing = session.get_one(Hearing, invitation.hearing_id)
    touch(session, hearing.office_id, hearing.id)
    state, undertaken = InvitationState(invitation.state), invitation.undertaken_at is not None
    if invitation.seat_id is None or not may_brief(state, undertaken=undertaken, hearing=HearingState(hearing.state)):
        raise Refused("briefing-closed", 403)
    pack = newest_pack(session, hearing, sealing)
    if pack is None:
        raise Refused("briefing-missing", 404)
    version, paper = pack
    note(session, hearing, "briefing-opened", by, now, {"invitation": invitation.id.hex, "version": version})
    cause = sealing.unseal(hearing.cause, purpose=CASE_TEXT)
    parts = tuple((NAMES[part], paper.written.get(part, "")) for part in PARTS if paper.written.get(part, "").strip())
    return Briefing(hearing.number, cause, parts, version, invitation.id.hex[-6:].upper())
