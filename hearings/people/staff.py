"""Who of the office runs a hearing: handler, moderator, clerk, bailiffs; and the hearing as its handler may act on it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre
from hearings import rules
from hearings.changes.actions import changed_materially
from hearings.invitations.tables import NoticeKind
from hearings.notices.actions import withdraw_notices
from hearings.panel.pool import listing_of
from hearings.place import claims
from hearings.queries import hearing_of
from hearings.steps import note, touch
from hearings.tables import HEARING_NAME, Hearing, HearingState, Participant, PartRole
from shared.errors import Refused
from shared.identity import Identity
from shared.people import Role, Staff
from shared.vault import Vault

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
    by: Identity, bailiffs: Collection[UUID] | None = None, sealing: Vault | None = None,
) -> None:
    """Chooses moderator and clerk, and (given with a vault) the bailiffs of the staff. Another moderator of a hearing that is
    being prepared is a material change; another clerk is only told to parties anew. Refuses what `handled`,
    `check_people` and `check_bailiffs` refuse, ``wrong-step``, and ``staff-busy`` when their time is taken."""
    hearing = handled(session, centre, hearing_id, by)
    if bailiffs is not None and sealing is not None:
        _set_bailiffs(session, hearing, bailiffs, (moderator, clerk), sealing, now, by)
    if (moderator, clerk) == (hearing.moderator, hearing.clerk):
        return
    if hearing.state not in BEFORE_OPENING:
        raise Refused("wrong-step", 409)
    check_people(session, hearing, moderator, clerk)
    before = (hearing.moderator, hearing.clerk)
    hearing.moderator, hearing.clerk = moderator, clerk
    session.add(hearing)
    _take_time(session, hearing)
    note(session, hearing, "people-set", by, now)
    if hearing.state in rules.PREPARING:
        if before[0] != moderator:
            changed_materially(session, hearing, why="moderator", now=now, by=by)
        else:
            withdraw_notices(session, hearing, why="clerk", now=now, by=by, kinds=(NoticeKind.NAMES,))


def check_bailiffs(session: Session, hearing: Hearing, bailiffs: Collection[UUID], others: Collection[UUID | None]) -> None:
    """Refuses ``bailiff-needed`` (nobody at work in this office) and ``bailiff-apart`` (whoever presents, moderates or writes
    cannot keep order as well)."""
    for one in bailiffs:
        if not _roles(session, hearing, one):
            raise Refused("bailiff-needed", 422)
        if one in (hearing.handler, *others):
            raise Refused("bailiff-apart", 409)


def colleagues(session: Session, *, centre: Centre) -> list[Candidate]:
    """Everybody at work in the office, who could keep order at a hearing."""
    rows = session.exec(select(Staff).where(Staff.office_id == centre.office_id, col(Staff.active)).order_by(Staff.account))
    return [Candidate(row.id, row.name) for row in rows]


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


def _set_bailiffs(
    session: Session, hearing: Hearing, bailiffs: Collection[UUID], others: tuple[UUID | None, UUID | None], sealing: Vault,
    now: datetime, by: Identity,
) -> None:
    """Those who are no longer wanted are taken off, the new ones written down, and their time with them."""
    known, wanted = claims.bailiffs_of(session, hearing.id), list(dict.fromkeys(bailiffs))
    check_bailiffs(session, hearing, wanted, others)
    if set(known) == set(wanted):
        return
    if hearing.state not in BEFORE_OPENING:
        raise Refused("wrong-step", 409)
    rows = session.exec(select(Participant).where(Participant.hearing_id == hearing.id, Participant.role == PartRole.BAILIFF,
                                                  col(Participant.removed_at).is_(None)))
    for row in [one for one in rows if one.staff_id is not None and one.staff_id not in wanted]:
        row.removed_at = now
        session.add(row)
    for one in [key for key in wanted if key not in known]:
        name = sealing.seal(session.get_one(Staff, one).name, purpose=HEARING_NAME)
        session.add(Participant(hearing_id=hearing.id, role=PartRole.BAILIFF, staff_id=one, name=name))
    session.flush()
    _take_time(session, hearing)
    note(session, hearing, "bailiffs-set", by, now, {"people": len(wanted)})


def _take_time(session: Session, hearing: Hearing) -> None:
    """The slots of those who go are free, those of who come are taken. Refuses ``staff-busy`` with the hearing in the way."""
    try:
        claims.hold_staff_anew(session, hearing, listing_of(session, hearing.id))
    except Refused as refusal:
        if refusal.code != "time-taken":
            raise
        raise Refused("staff-busy", 409, **refusal.detail) from refusal
