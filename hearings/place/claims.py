"""Rooms and people taken by hearings, a quarter of an hour a row. The key decides who gets one; whose hearing stands in the way
is found out beforehand, so that a refusal can name it."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, delete, or_
from sqlmodel import Session, col, select

from hearings.roster.facts import EPOCH, SLOT
from hearings.tables import Claim, ClaimKind, Hearing, HearingState, Listing, Participant, PartRole, Room, Seat
from shared.errors import Refused
from shared.people import Staff
from shared.prepared import insert_into

KINDS = (ClaimKind.ROOM, ClaimKind.STAFF, ClaimKind.MEMBER)  # in this order a refusal names what is taken


class Taking(NamedTuple):
    """One room or person for the slots from ``first`` to before ``end``."""

    kind: str
    resource: UUID
    first: int
    end: int


def takings(session: Session, hearing: Hearing, room_id: UUID | None, begins_at: datetime) -> list[Taking]:
    """Everything that a hearing takes when it begins then: the room with its setting up and clearing, the people for the
    hearing."""
    ends_at = begins_at + timedelta(minutes=hearing.minutes)
    first, end = span(begins_at, ends_at)
    seated = session.exec(select(Seat.member_id).where(Seat.hearing_id == hearing.id, col(Seat.vacated_at).is_(None))).all()
    return [
        *_room(session, room_id, begins_at, ends_at),
        *(Taking(ClaimKind.STAFF, person, first, end) for person in attending(session, hearing)),
        *(Taking(ClaimKind.MEMBER, member, first, end) for member in seated),
    ]


def attending(session: Session, hearing: Hearing) -> list[UUID]:
    """The staff without whom it is not held: the handler who presents the case, moderator, clerk, and who of the staff takes
    part, such as a bailiff."""
    others = session.exec(
        select(Participant.staff_id).where(Participant.hearing_id == hearing.id, col(Participant.removed_at).is_(None),
                                           col(Participant.staff_id).is_not(None))
    ).all()
    return list(dict.fromkeys(one for one in (hearing.moderator, hearing.clerk, hearing.handler, *others) if one is not None))


def bailiffs_of(session: Session, hearing_id: UUID) -> list[UUID]:
    """The staff who keep order at a hearing."""
    wanted = select(Participant.staff_id).where(Participant.hearing_id == hearing_id, Participant.role == PartRole.BAILIFF,
                                                col(Participant.removed_at).is_(None), col(Participant.staff_id).is_not(None))
    return [one for one in session.exec(wanted.order_by(col(Participant.id))) if one is not None]


def span(begins_at: datetime, ends_at: datetime) -> tuple[int, int]:
    """From the first slot to before the last, counted from 1970; what is begun counts."""
    return (begins_at - EPOCH) // SLOT, -((EPOCH - ends_at) // SLOT)


def take(session: Session, hearing: Hearing, wanted: Iterable[Taking]) -> None:
    """Takes everything or nothing, in a fixed order so that two never wait for each other. Refuses as `check_free`."""
    wanted = list(wanted)
    rows = sorted((one.kind, one.resource, slot) for one in wanted for slot in range(one.first, one.end))
    if not rows:
        return
    values = [{"kind": kind, "resource": resource, "slot": slot, "hearing_id": hearing.id} for kind, resource, slot in rows]
    made = session.connection().execute(
        insert_into(Claim, session.info["dialect"].name).values(values).on_conflict_do_nothing().returning(col(Claim.slot))
    )
    if len(made.all()) < len(rows):
        check_free(session, hearing.id, wanted)
        raise Refused("try-again", 503)


def check_free(session: Session, hearing_id: UUID, wanted: Iterable[Taking]) -> None:
    """Refuses ``time-taken`` when another hearing holds something of this: which (``hearing``: its number), and what
    (``what``, ``kind``, ``resource``)."""
    clash = next(clashes(session, hearing_id, wanted), None)
    if clash is not None:
        raise Refused("time-taken", 409, article="no-room-twice", **clash.told(session))


class Clash(NamedTuple):
    """What another hearing holds of what is wanted, and from when to when."""

    taking: Taking
    hearing_id: UUID
    first: int
    last: int

    def told(self, session: Session) -> dict[str, str]:
        """For a refusal. ``what`` names a room or a colleague; members of the roster are not named."""
        kind, resource = self.taking.kind, self.taking.resource
        named = session.get(Room, resource) if kind == ClaimKind.ROOM else session.get(Staff, resource)
        what = named.name_zh if isinstance(named, Room) else named.name if named else "听证员"
        return {"what": what, "kind": str(kind), "resource": resource.hex, "clash": self.hearing_id.hex,
                "hearing": session.get_one(Hearing, self.hearing_id).number}


def clashes(session: Session, hearing_id: UUID, wanted: Iterable[Taking]) -> Iterator[Clash]:
    """Everything of this that other hearings hold, the rooms first."""
    asked = {(one.kind, one.resource): one for one in wanted}
    if not asked:
        return
    kind, resource, slot = col(Claim.kind), col(Claim.resource), col(Claim.slot)
    one_of = [and_(kind == one.kind, resource == one.resource, slot >= one.first, slot < one.end) for one in asked.values()]
    held: dict[tuple[str, UUID, UUID], list[int]] = {}
    for claim in session.exec(select(Claim).where(or_(*one_of), Claim.hearing_id != hearing_id).order_by(slot)):
        held.setdefault((claim.kind, claim.resource, claim.hearing_id), []).append(claim.slot)
    for what, whom, other in sorted(held, key=lambda key: KINDS.index(ClaimKind(key[0]))):
        yield Clash(asked[what, whom], other, held[what, whom, other][0], held[what, whom, other][-1])


def give_back(session: Session, hearing_id: UUID, kind: ClaimKind | None = None, resource: UUID | None = None) -> None:
    """Frees what a hearing holds: all of it, one kind, or one room or person."""
    held = delete(Claim).where(col(Claim.hearing_id) == hearing_id)
    held = held.where(col(Claim.kind) == kind) if kind else held
    session.exec(held.where(col(Claim.resource) == resource) if resource else held)


def hold_staff_anew(session: Session, hearing: Hearing, listing: Listing | None) -> None:
    """After other staff were chosen: their time is taken, that of the others given back. Refuses ``time-taken``."""
    give_back(session, hearing.id, ClaimKind.STAFF)
    if listing is not None and hearing.state != HearingState.POSTPONED:
        first, end = span(listing.begins_at, listing.ends_at)
        take(session, hearing, (Taking(ClaimKind.STAFF, one, first, end) for one in attending(session, hearing)))


# Parts --------------------------------------------------------------------------------------------------------------


def _room(session: Session, room_id: UUID | None, begins_at: datetime, ends_at: datetime) -> list[Taking]:
    room = session.get(Room, room_id) if room_id else None
    if room is None:
        return []
    before, after = timedelta(minutes=room.before), timedelta(minutes=room.after)
    return [Taking(ClaimKind.ROOM, room.id, *span(begins_at - before, ends_at + after))]
