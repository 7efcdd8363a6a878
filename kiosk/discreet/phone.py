"""A discreet visit on its holder's page: the same page as everybody's, with a word for any reception in place of the service and
a room in place of the window. Pure."""

from datetime import datetime

from kiosk.discreet.queries import Apart, neutral
from kiosk.picture import Picture
from kiosk.place import UNSAID
from kiosk.tables import State
from kiosk.visit import NEAR, Visit


def visit_apart(picture: Picture, one: Apart, now: datetime) -> Visit:
    """The visit as it stands. More time cannot be asked for: the room waits; and no minutes are promised, as a person calls."""
    plan, waits = picture.plan, one.state == State.WAITING
    low, high = UNSAID
    return Visit(
        number=one.number, code=one.code, state=State(one.state), service=neutral(plan.services_by_id[one.service_id]),
        people=one.ahead, low=low, high=high, near=waits and one.ahead <= NEAR, back_at=None, window=one.room, call=one.calls,
        deferrals=0, deferrals_left=-1, pause=0, zone=plan.zone, coming=one.acknowledged_at is not None, quiet=True,
    )
