"""What can be promised to somebody who comes with a booking: the hall played on with them at the place that the order gives to a
booking that is early, on time or late."""

from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from kiosk import order, wait
from kiosk.forecast.forecast import PEOPLE_MOST, Offer, hall_of
from kiosk.forecast.simulation import Person
from kiosk.picture import Picture

ASKING = "?"


def offer(picture: Picture, booking: UUID, service_id: UUID, slot: datetime, lane: str, now: datetime) -> Offer:
    """Minutes from check-in to the call. The booking itself is no longer expected."""
    plan = picture.plan
    service = plan.services_by_id[service_id]
    place = order.booked(now, slot, order.Terms.of(plan.provisions), plan.head_start(plan.lane_held(lane), service))
    hall = hall_of(picture, picture.forecast.records, now)
    one = Person(ASKING, service.code, _minutes(place.queued_at, now), _minutes(place.rank_at, now),
                 max(0.0, _minutes(place.ready_at, now)))
    hall = replace(hall, waiting=(*hall.waiting, one), due=tuple(due for due in hall.due if due.person.key != booking.hex),
                   lengths=hall.lengths if len(hall.waiting) < PEOPLE_MOST else {})
    found = wait.waits(hall, max(picture.moved, 0), only=ASKING)[ASKING]
    return Offer(found.low, found.high, found.p80)


def _minutes(moment: datetime, now: datetime) -> float:
    return (moment - now).total_seconds() / 60
