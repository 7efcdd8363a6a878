"""The invitations of a hearing as staff see them: one line a person, with how they stand, which way their answer came, and what
is to be done next. Also whom somebody should call, over all hearings. All of it is reckoned from the rows; no task is stored."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings import rules
from hearings.changes.told import about
from hearings.invitations import chasing
from hearings.invitations.answers import COMING, GONE, Heard, Said, contradicts
from hearings.invitations.chasing import NOW_INVITING
from hearings.invitations.invited import Invited, invited_of
from hearings.invitations.keeping_up import chased
from hearings.invitations.tables import Answer, Invitation, InvitationState
from hearings.names import role_name
from hearings.panel.seats import free_places, seats_of
from hearings.queries import hearing_of
from hearings.roster.tables import OfficerCategory, RosterMember
from hearings.tables import HEARING_CONTACT, HEARING_NAME, Hearing, Seat
from shared import words
from shared.errors import Refused
from shared.identity import Identity
from shared.outbox import Channel, MessageState, messages_about
from shared.vault import Vault


class Next(StrEnum):
    """What is to be done about one person."""

    INVITE = "invite"
    WAIT = "wait"
    PRINT = "print"
    CALL = "call"
    CLARIFY = "clarify"
    DECLARE = "declare"
    REPLACING = "replacing"
    NONE = "none"


URGENT = frozenset({Next.CALL, Next.CLARIFY, Next.PRINT})


class Kept(msgspec.Struct, frozen=True):
    """An answer as it came in. ``words``: what they added."""

    said: str
    via: str
    at: datetime
    counted: bool
    sequence: int
    reason: str
    words: str
    evidence: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One person. ``invitation_id`` is None for a seat whose holder has not been invited."""

    invitation_id: UUID | None
    place: int
    name: str
    role_zh: str
    role_en: str
    state: str
    next: Next
    via: str = ""
    at: datetime | None = None
    reason: str = ""
    reply_by: datetime | None = None
    sequence: int = 0
    needs: tuple[str, ...] = ()
    undertaken: bool = False
    sent: tuple[tuple[str, str], ...] = ()
    answers: tuple[Kept, ...] = ()
    phone: str = ""
    email: str = ""
    is_officer: bool = True

    def role(self, language: str) -> str:
        return self.role_en if language == "en" else self.role_zh


class InvitationBoard(msgspec.Struct, frozen=True, kw_only=True):
    """``gone``: whose place was passed on or taken away, newest first. ``empty``: places that nobody holds."""

    lines: tuple[Line, ...]
    gone: tuple[Line, ...]
    empty: int
    size: int
    coming: int
    to_invite: int
    may_invite: bool


class Call(msgspec.Struct, frozen=True):
    """Somebody of whom a person should take care now."""

    hearing_id: UUID
    number: str
    title: str
    invitation_id: UUID
    name: str
    next: Next
    reply_by: datetime | None


def invitations_of(
    session: Session, *, centre: Centre, hearing_id: UUID, sealing: Vault, now: datetime, by: Identity,
    revealed: UUID | None = None,
) -> InvitationBoard:
    """Names are masked, but for the one ``revealed`` (the caller journals that). Refuses ``not-found``."""
    hearing = hearing_of(session, centre, hearing_id, by)
    rows = session.exec(select(Invitation).where(Invitation.hearing_id == hearing.id).order_by(col(Invitation.id))).all()
    lines = [_line(session, hearing, row, centre, sealing, now, full=row.id == revealed) for row in rows]
    standing = [line for line, row in zip(lines, rows, strict=True) if row.closed_at is None]
    waiting = [_uninvited(session, seat, sealing) for seat in seats_of(session, hearing.id)
               if seat.id not in {row.seat_id for row in rows}]
    ended = [line for line, row in zip(lines, rows, strict=True) if row.closed_at is not None]
    ready = sum(line.is_officer and line.undertaken and line.state in COMING for line in standing)
    return InvitationBoard(
        lines=tuple(sorted((*standing, *waiting), key=lambda line: (not line.is_officer, line.place))),
        gone=tuple(reversed(ended)), empty=len(free_places(session, hearing)), size=hearing.panel_size, coming=ready,
        to_invite=len(waiting), may_invite=hearing.state in NOW_INVITING and not rules.PREPARE.isdisjoint(by.roles),
    )


def check_belongs(session: Session, *, centre: Centre, hearing_id: UUID, invitation_id: UUID, by: Identity) -> None:
    """Refuses ``not-found``: the invitation is not of this hearing, or the hearing not for this member of staff to see."""
    hearing, row = hearing_of(session, centre, hearing_id, by), session.get(Invitation, invitation_id)
    if row is None or row.hearing_id != hearing.id:
        raise Refused("not-found", 404)


def calls(session: Session, *, centre: Centre, sealing: Vault, now: datetime, by: Identity) -> list[Call]:
    """Whom to call, over all hearings that this member of staff prepares; the nearest deadline first."""
    if rules.PREPARE.isdisjoint(by.roles):
        return []
    rows = session.exec(
        select(Invitation, Hearing).join(Hearing, col(Hearing.id) == col(Invitation.hearing_id))
        .where(Hearing.office_id == centre.office_id, col(Hearing.state).in_(NOW_INVITING), col(Invitation.closed_at).is_(None))
    ).all()
    found = []
    for row, hearing in rows:
        one = chased(session, row, hearing, now)
        step = _next(row, hearing, _kept(session, row, None), _sent(session, row), one, centre, now)
        involved = by.id in (hearing.handler, hearing.moderator, hearing.clerk)
        if step in URGENT and rules.may_see(open=hearing.open, involved=involved, roles=by.roles):
            name = words.mask_name(invited_of(session, row, sealing).name)
            found.append(Call(hearing.id, hearing.number, hearing.title, row.id, name, step, row.reply_by))
    return sorted(found, key=lambda one: (one.reply_by or now, one.number))


# Parts ----------------------------------------------------------------------------------------------------------------


def _line(
    session: Session, hearing: Hearing, row: Invitation, centre: Centre, sealing: Vault, now: datetime, *, full: bool
) -> Line:
    person, kept, sent = invited_of(session, row, sealing), _kept(session, row, sealing), _sent(session, row)
    place = session.get_one(Seat, row.seat_id).place if row.seat_id else 0
    role_zh, role_en = _role(person)
    return Line(
        invitation_id=row.id, place=place, name=person.name if full else words.mask_name(person.name), role_zh=role_zh,
        role_en=role_en, state=row.state, via=row.answered_via or "", at=row.answered_at, reason=row.decline_code or "",
        reply_by=row.reply_by, sequence=row.sequence, needs=tuple(row.needs or person.needs), sent=sent, answers=kept,
        undertaken=row.undertaken_at is not None, is_officer=person.is_officer, phone=person.phone if full else "",
        email=person.email if full else "",
        next=_next(row, hearing, kept, sent, chased(session, row, hearing, now), centre, now),
    )


def _next(
    row: Invitation, hearing: Hearing, kept: Iterable[Kept], sent: Iterable[tuple[str, str]], one: chasing.Chased, centre: Centre,
    now: datetime,
) -> Next:
    state, told = InvitationState(row.state), list(kept)
    if row.closed_at is not None or hearing.state not in NOW_INVITING or not one.holds:
        return Next.NONE
    if _is_unclear(told, centre.provisions["hearing.contradiction_minutes"]):
        return Next.CLARIFY
    if state in GONE:
        return Next.REPLACING if one.is_officer else Next.CALL
    if state in COMING:
        return Next.DECLARE if one.is_officer and row.undertaken_at is None else Next.NONE
    if one.is_officer and (Channel.LETTER, MessageState.WAITING) in set(sent):
        return Next.PRINT
    return Next.CALL if chasing.needs_call(one, now, centre.provisions) else Next.WAIT


def _is_unclear(kept: list[Kept], minutes: int) -> bool:
    """The last word was no answer, or yes and no came close together; staff's own entry settles it."""
    if kept and kept[-1].said == Said.PERHAPS:
        return True
    settled = bool(kept) and kept[-1].via in ("phone", "paper")
    return not settled and contradicts((Heard(one.said, one.via, one.at) for one in kept if one.counted), minutes)


def _kept(session: Session, row: Invitation, sealing: Vault | None) -> tuple[Kept, ...]:
    wanted = select(Answer).where(Answer.invitation_id == row.id).order_by(col(Answer.id))
    return tuple(
        Kept(one.said, one.via, one.at, one.counted, one.sequence, one.reason,
             sealing.unseal(one.note, purpose=HEARING_CONTACT) if sealing and one.note else "", one.evidence)
        for one in session.exec(wanted)
    )


def _sent(session: Session, row: Invitation) -> tuple[tuple[str, str], ...]:
    """The newest state of each channel."""
    return tuple({one.channel: (str(one.channel), str(one.state)) for one in messages_about(session, about(row.id))}.values())


def _role(person: Invited) -> tuple[str, str]:
    if person.is_officer:
        return person.category_zh, person.category_en
    return role_name(person.role, words.CHINESE), role_name(person.role, words.ENGLISH)


def _uninvited(session: Session, seat: Seat, sealing: Vault) -> Line:
    member = session.get_one(RosterMember, seat.member_id)
    category = session.get_one(OfficerCategory, member.category_id)
    name = words.mask_name(sealing.unseal(member.name, purpose=HEARING_NAME))
    return Line(invitation_id=None, place=seat.place, name=name, role_zh=category.name_zh, role_en=category.name_en, state="",
                next=Next.INVITE)


