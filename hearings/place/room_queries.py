"""The hearing rooms as their page shows them: each with its closures to come, and the hearings that those concern."""

from datetime import datetime

import msgspec
from sqlmodel import Session

from cases.centre import Centre
from hearings import rules
from hearings.hearing_list import HearingLine, lines_of
from hearings.place.closures import closures_to_come, struck
from hearings.place.queries import rooms_by_id
from hearings.tables import Room, RoomClosure
from shared.identity import Identity


class RoomView(msgspec.Struct, frozen=True):
    """A room with its closures to come, and the hearings that each concerns."""

    room: Room
    closures: list[tuple[RoomClosure, list[HearingLine]]]


def rooms_with_closures(session: Session, *, centre: Centre, now: datetime, by: Identity) -> list[RoomView]:
    """Hearings that the reader may not see are left out."""
    concerned = struck(session, centre.office_id, now)
    closures = closures_to_come(session, centre.office_id, now)
    return [
        RoomView(row, [(one, lines_of(session, [hit.hearing for hit in concerned.get(one.id, ())
                                                if rules.may_see(open=hit.hearing.open, involved=False, roles=by.roles)]))
                       for one in closures if one.room_id == row.id])
        for row in rooms_by_id(session, centre).values()
    ]
