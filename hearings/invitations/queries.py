"""What an invited person sees behind their link or code: the hearing, how their answer stands, what they can still do."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre, centre_of
from hearings.invitations.answering import standing_of
from hearings.invitations.answers import COMING, GONE, may_answer, may_brief, may_undo
from hearings.invitations.briefing import newest_pack
from hearings.invitations.dispatch import CODE, LINK_KEY, closes, listing_at, token_of
from hearings.invitations.invited import invited_of
from hearings.invitations.tables import Invitation, InvitationState
from hearings.tables import Hearing, HearingState, Room
from shared import codes
from shared.errors import Refused
from shared.offices import provisions_on
from shared.vault import Vault

H = HearingState
BEGUN = frozenset({H.CHECKING_IN, H.IN_SESSION, H.DELIBERATING, H.RESUMED, H.SUSPENDED})


class Own(msgspec.Struct, frozen=True, kw_only=True):
    """One invitation as its person may see it. Neutral: neither party nor case is named. ``phase`` is what the page is about:
    ask, ask-again, coming, declared-missing, gone, passed-on, waiting, cancelled, over."""

    id: UUID
    centre: Centre
    name: str
    role: str
    language: str
    phase: str
    state: InvitationState
    number: str
    title: str
    open: bool
    begins_at: datetime
    ends_at: datetime
    was: datetime | None
    place_zh: str
    place_en: str
    room_accessible: bool
    reply_by: datetime | None
    sequence: int
    reason: str
    needs: tuple[str, ...]
    undertaken: bool
    may_answer: bool
    may_undo: bool
    may_brief: bool
    has_briefing: bool

    @property
    def is_officer(self) -> bool:
        return self.role == "officer"

    def place(self, language: str) -> str:
        return self.place_en if language == "en" else self.place_zh

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.begins_at).total_seconds() // 60)


def behind(session: Session, *, token: str, sealing: Vault, now: datetime) -> UUID:
    """The invitation of a link. Refuses ``unknown-code`` (forged, or a newer link was sent since), ``link-expired``."""
    payload = codes.check(token, key=sealing.derive(LINK_KEY), now=now)
    key, _, turn = payload.partition(" ")
    invitation = session.get(Invitation, UUID(key))
    if invitation is None or str(invitation.turn) != turn:
        raise Refused("unknown-code", 404)
    return invitation.id


def find_invitation(session: Session, *, code: str, sealing: Vault) -> UUID | None:
    """The invitation of a code, as it stands below the QR."""
    wanted = select(Invitation.id).where(Invitation.code_index == sealing.index(code, purpose=CODE))
    return session.exec(wanted).first()


def token_behind(session: Session, *, code: str, sealing: Vault) -> str | None:
    """The link of a code: where the QR of a letter leads. None when no invitation has this code."""
    found = find_invitation(session, code=code, sealing=sealing)
    invitation = session.get_one(Invitation, found) if found else None
    hearing = session.get_one(Hearing, invitation.hearing_id) if invitation else None
    listing = listing_at(session, hearing) if hearing else None
    if invitation is None or hearing is None or listing is None:
        return None
    numbers = provisions_on(session, hearing.office_id, listing.ends_at.date())
    return token_of(invitation, closes(listing.ends_at, numbers), sealing)


def open_by_text(session: Session, *, sms_code: str) -> UUID | None:
    """The open invitation that a text message answers."""
    wanted = select(Invitation.id).where(Invitation.sms_code == sms_code, col(Invitation.closed_at).is_(None))
    return session.exec(wanted).first()


def own_invitation(session: Session, *, invitation_id: UUID, sealing: Vault, now: datetime) -> Own:
    """Refuses ``unknown-code`` when there is nothing to show (no time was ever laid down)."""
    invitation = session.get_one(Invitation, invitation_id)
    hearing = session.get_one(Hearing, invitation.hearing_id)
    listing, before = listing_at(session, hearing), listing_at(session, hearing, before=1)
    if listing is None:
        raise Refused("unknown-code", 404)
    room = session.get(Room, listing.room_id) if listing.room_id else None
    person, standing = invited_of(session, invitation, sealing), standing_of(session, hearing, invitation)
    state, undertaken = InvitationState(invitation.state), invitation.undertaken_at is not None
    return Own(
        id=invitation.id, centre=centre_of(session, hearing.office_id, now), name=person.name, role=person.role,
        language=person.language, phase=_phase(hearing, invitation, standing.holds), state=state, number=hearing.number,
        title=hearing.title, open=hearing.open, begins_at=listing.begins_at, ends_at=listing.ends_at,
        was=before.begins_at if before and before.begins_at != listing.begins_at else None,
        place_zh=room.name_zh if room else hearing.elsewhere, place_en=room.name_en if room else hearing.elsewhere,
        room_accessible=bool(room and room.accessible), reply_by=invitation.reply_by, sequence=hearing.sequence,
        reason=invitation.decline_code or "", needs=tuple(invitation.needs or person.needs), undertaken=undertaken,
        may_answer=may_answer(standing), may_undo=may_undo(standing, now),
        has_briefing=newest_pack(session, hearing, sealing) is not None,
        may_brief=person.is_officer and may_brief(state, undertaken=undertaken, hearing=HearingState(hearing.state)),
    )


def _phase(hearing: Hearing, invitation: Invitation, holds: bool) -> str:
    state = InvitationState(invitation.state)
    if hearing.state == H.CANCELLED:
        return "cancelled"
    if hearing.state == H.POSTPONED or state == InvitationState.DRAFT:
        return "waiting"
    if not holds or invitation.closed_at is not None:
        return "passed-on"
    if state in GONE and state != InvitationState.EXPIRED:
        return "gone"
    if hearing.state not in BEGUN and hearing.state not in (H.APPROVED, H.PANEL_READY, H.NOTIFIED):
        return "over"
    if invitation.sequence < hearing.sequence or state not in COMING:
        return "ask" if invitation.answered_sequence is None else "ask-again"
    return "coming" if invitation.undertaken_at is not None or invitation.seat_id is None else "declared-missing"
