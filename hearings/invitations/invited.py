"""Somebody invited: who they are, what they are at the hearing, and the ways in which they can be reached. Unseals, shows
nothing, decides nothing."""

from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from hearings.invitations.tables import Invitation
from hearings.roster.tables import OfficerCategory, RosterMember
from hearings.tables import HEARING_CONTACT, HEARING_NAME, Participant, Seat
from shared.outbox import Channel
from shared.vault import Vault

OFFICER = "officer"


class Invited(msgspec.Struct, frozen=True, kw_only=True):
    """``role``: ``officer``, else a `PartRole`. ``channels``: those that reach them, the one they like best first."""

    name: str
    role: str
    language: str
    email: str = ""
    phone: str = ""
    address: str = ""
    channels: tuple[Channel, ...] = ()
    needs: tuple[str, ...] = ()
    category_zh: str = ""
    category_en: str = ""

    @property
    def is_officer(self) -> bool:
        return self.role == OFFICER


def invited_of(session: Session, invitation: Invitation, sealing: Vault) -> Invited:
    """The person behind an invitation."""
    if invitation.seat_id is not None:
        seat = session.get_one(Seat, invitation.seat_id)
        return _officer(session, session.get_one(RosterMember, seat.member_id), sealing)
    assert invitation.participant_id is not None
    return participant_of(session, invitation.participant_id, sealing)


def uninvited(session: Session, hearing_id: UUID) -> list[UUID]:
    """The seats whose holders have no invitation yet."""
    known = select(Invitation.seat_id).where(Invitation.hearing_id == hearing_id, col(Invitation.seat_id).is_not(None))
    seats = select(Seat.id).where(Seat.hearing_id == hearing_id, col(Seat.vacated_at).is_(None), col(Seat.id).not_in(known))
    return list(session.exec(seats.order_by(col(Seat.place))).all())


def holds_place(session: Session, invitation: Invitation) -> bool:
    """Whether the place is still this person's: the seat not given on, the participant not removed."""
    if invitation.seat_id is not None:
        return session.get_one(Seat, invitation.seat_id).vacated_at is None
    assert invitation.participant_id is not None
    return session.get_one(Participant, invitation.participant_id).removed_at is None


def _officer(session: Session, member: RosterMember, sealing: Vault) -> Invited:
    category = session.get_one(OfficerCategory, member.category_id)
    reach = _reach(member.email, member.phone, member.address, sealing)
    return Invited(
        name=sealing.unseal(member.name, purpose=HEARING_NAME), role=OFFICER, language=member.language, **reach,
        channels=_channels(member.channels, reach), needs=tuple(member.needs), category_zh=category.name_zh,
        category_en=category.name_en,
    )


def participant_of(session: Session, participant_id: UUID, sealing: Vault) -> Invited:
    """A participant as they can be reached."""
    person = session.get_one(Participant, participant_id)
    reach = _reach(person.email, person.phone, None, sealing)
    return Invited(
        name=sealing.unseal(person.name, purpose=HEARING_NAME), role=person.role, language=person.language, **reach,
        channels=_channels((), reach), needs=tuple(person.needs),
    )


def _reach(email: bytes | None, phone: bytes | None, address: bytes | None, sealing: Vault) -> dict[str, str]:
    sealed = {"email": email, "phone": phone, "address": address}
    return {key: sealing.unseal(value, purpose=HEARING_CONTACT) if value else "" for key, value in sealed.items()}


def _channels(wished: list[str] | tuple[str, ...], reach: dict[str, str]) -> tuple[Channel, ...]:
    """The wished ones that lead somewhere, then the others that do. A letter can always be handed over."""
    able = {Channel.EMAIL: reach["email"], Channel.SMS: reach["phone"], Channel.LETTER: "by hand"}
    order = [Channel(one) for one in wished if one in able] + [Channel.EMAIL, Channel.SMS, Channel.LETTER]
    return tuple(dict.fromkeys(one for one in order if able[one]))
