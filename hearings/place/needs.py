"""What a hearing needs of a room: enough places, broadcasting, a way in for wheelchairs; and whether a room has it."""

from collections.abc import Collection
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from hearings.invitations.tables import Invitation
from hearings.people.participants import present
from hearings.place.claims import attending
from hearings.tables import Approval, Hearing, Question, Room
from shared.errors import Refused

WHEELCHAIR = "wheelchair"


class Needs(msgspec.Struct, frozen=True):
    """``places``: for everybody who takes part; observers sit on the room's own seats for them."""

    places: int = 0
    broadcast: bool = False
    accessible: bool = False


def needs_of(session: Session, hearing: Hearing) -> Needs:
    people = present(session, hearing.id)
    asked = session.exec(select(Invitation.needs).where(Invitation.hearing_id == hearing.id, col(Invitation.closed_at).is_(None)))
    wheels = any(WHEELCHAIR in needs for needs in (*(one.needs for one in people), *asked))
    guests = sum(one.staff_id is None for one in people)
    return Needs(guests + hearing.panel_size + len(attending(session, hearing)), is_broadcast(session, hearing.id), wheels)


def is_broadcast(session: Session, hearing_id: UUID) -> bool:
    wanted = select(Approval.id).where(Approval.hearing_id == hearing_id, Approval.question == Question.BROADCAST,
                                       col(Approval.granted).is_(True))
    return session.exec(wanted).first() is not None


def check_room(session: Session, hearing: Hearing, room: Room) -> None:
    """Refuses ``room-small``, ``room-broadcast`` and ``room-steps``."""
    needs = needs_of(session, hearing)
    if room.places < needs.places:
        raise Refused("room-small", 409, places=room.places, needed=needs.places)
    if needs.broadcast and not room.broadcast:
        raise Refused("room-broadcast", 409)
    if needs.accessible and not room.accessible:
        raise Refused("room-steps", 409)


def lacks(needs: Needs, room: Room) -> Collection[str]:
    """What a room has not got of what is needed, as codes of the refusals."""
    found = ((room.places < needs.places, "room-small"), (needs.broadcast and not room.broadcast, "room-broadcast"),
             (needs.accessible and not room.accessible, "room-steps"))
    return [code for missing, code in found if missing]
