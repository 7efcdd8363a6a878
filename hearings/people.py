"""Who of the office runs a hearing: handler, moderator, clerk; and the hearing as its handler may act on it."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import update
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings import rules
from hearings.changes import changed_materially
from hearings.notices import withdraw_notices
from hearings.queries import hearing_of
from hearings.reply_tables import NoticeKind
from hearings.steps import note, touch
from hearings.tables import Claim, ClaimKind, Hearing, HearingState
from shared.errors import Refused
from shared.identity import Identity
from shared.people import Role, Staff

BEFORE_OPENING = rules.PREPARING - {HearingState.CHECKING_IN} | {HearingState.DRAFT, HearingState.PENDING_APPROVAL}


class Candidate(msgspec.Struct, frozen=True):
    """A member of staff who can be chosen."""

    id: UUID
    name: str


def handled(session: Session, centre: Centre, hearing_id: UUID, by: Identity) -> Hearing:
    """A hearing that whoever asks handles or moderates, its boards marked as changed. Refuses ``not-found``,
    ``not-allowed``."""
    touch(session, centre.office_id, hearing_id)
    hearing = hearing_of(session, centre, hearing_id, by)
    if rules.HANDLER.isdisjoint(by.roles) or by.id not in (hearing.handler, hearing.moderator):
        raise Refused("not-allowed", 403)
    return hearing


def check_people(session: Session, hearing: Hearing, moderator: UUID | None, clerk: UUID | None) -> None:
    """Refuses ``clerk-needed`` and ``moderator-prosecutor`` (nobody of this office who may), and what
    `rules.check_moderator` and `rules.check_clerk` refuse."""
    handler = session.get_one(Staff, hearing.handler)
    if moderator is not None:
        roles = _roles(session, hearing, moderator)
        rules.check_moderator(moderator=moderator, roles=roles, handler=handler.id, handler_roles=handler.roles)
    if clerk is not None:
        rules.check_clerk(clerk=clerk, roles=_roles(session, hearing, clerk), moderator=moderator)


def set_people(
    session: Session, *, centre: Centre, hearing_id: UUID, moderator: UUID | None, clerk: UUID | None, now: datetime,
    by: Identity,
) -> None:
    """Chooses moderator and clerk. Another moderator of a hearing that is being prepared is a material change; another clerk
    is only told to parties anew. Refuses what `handled` and `check_people` refuse, ``wrong-step``, and ``staff-busy`` when
    the time of the hearing is taken for them."""
    hearing = handled(session, centre, hearing_id, by)
    if (moderator, clerk) == (hearing.moderator, hearing.clerk):
        return
    if hearing.state not in BEFORE_OPENING:
        raise Refused("wrong-step", 409)
    check_people(session, hearing, moderator, clerk)
    before = (hearing.moderator, hearing.clerk)
    _hand_over_time(session, hearing, before, (moderator, clerk))
    hearing.moderator, hearing.clerk = moderator, clerk
    session.add(hearing)
    note(session, hearing, "people-set", by, now)
    if hearing.state in rules.PREPARING:
        if before[0] != moderator:
            changed_materially(session, hearing, why="moderator", now=now, by=by)
        else:
            withdraw_notices(session, hearing, why="clerk", now=now, by=by, kinds=(NoticeKind.NAMES,))


def candidates(session: Session, *, centre: Centre) -> tuple[list[Candidate], list[Candidate]]:
    """Who may moderate and who may keep the record."""
    rows = session.exec(
        select(Staff).where(Staff.office_id == centre.office_id, col(Staff.active)).order_by(Staff.account)
    ).all()
    moderators = [Candidate(row.id, row.name) for row in rows if not (rules.HANDLER | rules.LEADERS).isdisjoint(row.roles)]
    clerks = [Candidate(row.id, row.name) for row in rows if not rules.CAN_CLERK.isdisjoint(row.roles)]
    return moderators, clerks


# Parts --------------------------------------------------------------------------------------------------------------


def _roles(session: Session, hearing: Hearing, staff_id: UUID) -> frozenset[Role]:
    """The roles of somebody at work in this office; none for anybody else."""
    staff = session.get(Staff, staff_id)
    if staff is None or staff.office_id != hearing.office_id or not staff.active:
        return frozenset()
    return frozenset(Role(role) for role in staff.roles)


def _hand_over_time(
    session: Session, hearing: Hearing, before: tuple[UUID | None, UUID | None], after: tuple[UUID | None, UUID | None]
) -> None:
    """The slots that the hearing holds of those who go are taken of those who come. Refuses ``staff-busy``."""
    gone = [old for old in before if old is not None and old not in after]
    come = [new for new in after if new is not None and new not in before]
    for old, new in zip(gone, come, strict=False):
        mine = select(Claim.slot).where(Claim.hearing_id == hearing.id, Claim.kind == ClaimKind.STAFF, Claim.resource == old)
        taken = select(Claim.slot).where(Claim.kind == ClaimKind.STAFF, Claim.resource == new, col(Claim.slot).in_(mine))
        if session.exec(taken).first() is not None:
            raise Refused("staff-busy", 409, article="no-room-twice")
        session.exec(
            update(Claim).where(col(Claim.hearing_id) == hearing.id, col(Claim.kind) == ClaimKind.STAFF,
                                col(Claim.resource) == old).values(resource=new)
        )
