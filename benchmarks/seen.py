"""What can be known in a made-up hall at the moment when somebody takes a number: for our estimate and for those that are
usual elsewhere."""

from collections import Counter
from collections.abc import Iterator
from statistics import fmean

from benchmarks.days import LANE, MINUTES, STAYS_AWAY, TERMS, WALK, Day, Place, Turn
from kiosk import wait
from kiosk.forecast import lengths
from kiosk.forecast.simulation import Desk, Due, Hall, Person, Stream

LATE_BOOKING = 0.6  # of those whose booked time has come without them, so many still come in time


class Known:
    """What the office has learned from the days before: lengths, and how many come in which half-hour."""

    def __init__(self, learned: list[tuple[Day, list[Turn]]]) -> None:
        visitors = [(age, one) for age, (day, _) in enumerate(reversed(learned), 1) for one in day.visitors]
        records = [lengths.Record(one.service, one.turn, one.visit, age) for age, one in visitors]
        counts = Counter((half_hour(one.arrived), one.service) for _, one in visitors if one.lane)
        self.lengths = lengths.tables(records, MINUTES)
        self.turn = fmean(one.turn for one in records)
        self.wait = fmean(call.minute - day.visitors[call.visitor].arrived for day, calls in learned for call in calls)
        self.hourly = {key: 2 * count / len(learned) for key, count in counts.items()}

    def streams(self, minute: float) -> tuple[Stream, ...]:
        """Those of a lane who may still come and go before: nobody else can."""
        here = half_hour(minute)
        return tuple(Stream(service, LANE, rate, LANE) for (half, service), rate in self.hourly.items() if half == here)


def half_hour(minute: float) -> int:
    return int(minute // 30)


class Seen:
    """The hall as it was when visitor ``number`` came: nothing of what came afterwards."""

    def __init__(
        self, day: Day, places: list[Place], calls: list[Turn], called: dict[int, float], known: Known, number: int
    ) -> None:
        self.day, self.known, self.number, self.now = day, known, number, day.visitors[number].arrived
        self.service = day.visitors[number].service
        self.past = [call for call in calls if call.minute <= self.now and call.visitor != number]
        self.ahead = [n for n, one in enumerate(day.visitors) if n != number and one.arrived <= self.now < called[n]]
        self.hall = Hall(
            waiting=tuple(self._person(n, places[n]) for n in [*self.ahead, number]),
            desks=tuple(self._desk(n, desk) for n, desk in enumerate(day.desks)), lengths=known.lengths, minutes=MINUTES,
            cap=TERMS.cap, capped_last=bool(self.past and self.past[-1].capped), due=tuple(self._due()),
            streams=known.streams(self.now),
        )

    def usual(self) -> dict[str, float]:
        """What is usual elsewhere; each measures what it can of this day and the learned ones."""
        visitors, key = self.day.visitors, str(self.number)
        called = [(call.minute - visitors[call.visitor].arrived, visitors[call.visitor]) for call in self.past]
        waits = [(waited, one.service) for waited, one in called if one.slot is None]
        own = [waited for waited, service in waits if service == self.service]
        mine = [n for n in self.ahead if visitors[n].service == self.service]
        open_ = [desk for desk in self.hall.desks if desk.open]
        ours = [desk for desk in open_ if self.service in desk.services]
        bare = Hall(waiting=self.hall.waiting, desks=self.hall.desks, minutes=MINUTES, cap=TERMS.cap)
        return {
            "mean": fmean(waited for waited, _ in waits) if waits else self.known.wait,
            "les": own[-1] if own else 0.0,
            "hol": max((self.now - visitors[n].arrived for n in mine), default=0.0),
            "staff": (len(self.ahead) + 1) * self.known.turn / max(len(open_), 1),
            "staff_own_line": (len(mine) + 1) * fmean(self.known.lengths[self.service].turns) / max(len(ours), 1),
            "configured": wait.waits(bare, 0, only=key)[key].p50,
        }

    def _person(self, number: int, place: Place) -> Person:
        now, service = self.now, self.day.visitors[number].service
        return Person(str(number), service, place.queued - now, place.rank - now, place.ready - now)

    def _desk(self, number: int, desk: Desk) -> Desk:
        unforeseen = {span for at, span in [self.day.sudden] if at == number and span[0] > self.now}
        closed = tuple((begins - self.now, ends - self.now) for begins, ends in desk.closed if (begins, ends) not in unforeseen)
        last = next((call for call in reversed(self.past) if call.desk == number), None)
        there = self.day.visitors[last.visitor] if last else None
        if last is None or there is None or last.minute + there.turn <= self.now:
            return Desk(desk.code, desk.services, closed=closed)
        elapsed = self.now - last.minute
        called = there.visit is None or elapsed < WALK
        return Desk(desk.code, desk.services, there.service, elapsed if called else elapsed - WALK, called, closed)

    def _due(self) -> Iterator[Due]:
        """Bookings whose holders are not here yet."""
        here = [(one.slot, one.service) for one in self.day.visitors if one.slot is not None and one.arrived <= self.now]
        for number, (slot, service) in enumerate(self.day.slots):
            if (slot, service) in here:
                here.remove((slot, service))
            elif slot + TERMS.booking_late > self.now:
                ready = max(slot - self.now - TERMS.booking_early, 1.0)
                counted = max(slot - self.now, ready)
                comes = (1 - STAYS_AWAY) * (LATE_BOOKING if slot <= self.now else 1.0)
                yield Due(Person(f"due {number}", service, counted, counted - TERMS.booking, ready), comes)
