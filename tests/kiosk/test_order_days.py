"""Random days with everything that can happen to a ticket: the guarantee holds at every call, and every call that came before
somebody has a reason that can be told."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk import order
from kiosk.explained.reasons import Asker, Turn, Why, explain
from kiosk.order import Place, Terms

OPENING = datetime(2026, 11, 23, 1, tzinfo=UTC)
TERMS = Terms(
    cap=60, booking=45, booking_early=5, booking_late=10, late_booking=10, deferral=15, deferrals=2, return_within=30,
    return_calls=2, return_credit=10, errand=40,
)
LANES = {"": (0, ""), "elderly": (20, ""), "lawyer": (30, "L")}  # minutes, the service it is bound to
MOST = timedelta(minutes=order.largest_head_start((20, 30), TERMS))
WINDOWS = ("A", "AB", "BL", "L")


class RandomDay:
    """A hall of four windows. Each step is one event; ``calls`` keeps what the journal would."""

    def __init__(self, chance: Random) -> None:
        self.chance, self.now = chance, OPENING
        self.tickets: list[SimpleNamespace] = []
        self.calls: list[tuple[SimpleNamespace, str, Turn]] = []
        self.capped = False

    def play(self, steps: int) -> None:
        acts = (self.arrive, self.arrive, self.call, self.call, self.defer, self.return_, self.hurry, self.choose)
        for _ in range(steps):
            self.now += timedelta(minutes=self.chance.choice((0, 0.5, 1, 3)))
            self.chance.choices(acts, (4, 4, 4, 4, 1, 3, 0.1, 0.2))[0]()

    def arrive(self) -> None:
        service, lane = self.chance.choice("ABL"), self.chance.choice(list(LANES))
        slot = self.now + timedelta(minutes=self.chance.randrange(-30, 30)) if self.chance.random() < 0.3 else None
        start = head_start(lane, service)
        place = order.walk_in(self.now, start) if slot is None else order.booked(self.now, slot, TERMS, start)
        self.tickets.append(SimpleNamespace(
            id=len(self.tickets), service=service, lane=lane, slot=slot, arrived=self.now, place=place, state="waiting", times=0,
            returns=0, left=None, away=[(self.now, place.ready_at)], sent_on=False, returned=False, called=None,
        ))

    def waiting(self, services: str) -> list[SimpleNamespace]:
        return [one for one in self.tickets if one.state == "waiting" and one.service in services]

    def call(self) -> None:
        window = self.chance.choice(WINDOWS)
        rows = [Row(one.id, one.place) for one in self.waiting(window)]
        chosen = order.choose(rows, now=self.now, cap=TERMS.cap, capped_last=self.capped)
        if chosen is None:
            return
        called, self.capped = self.tickets[chosen[0].id], chosen[1]
        if not called.place.urgent:
            self.check(called, window)
        self.take(called, window, chosen=False)

    def check(self, called: SimpleNamespace, window: str) -> None:
        """The guarantee."""
        for other in self.waiting(window):
            if other.place.ready_at <= self.now:
                assert called.arrived - other.place.queued_at <= MOST

    def choose(self) -> None:
        if there := self.waiting("ABL"):
            self.capped = False
            self.take(self.chance.choice(there), "ABL", chosen=True)

    def take(self, one: SimpleNamespace, window: str, *, chosen: bool) -> None:
        self.calls.append((one, window, Turn(
            arrived_at=one.arrived, queued_at=one.place.queued_at, called_at=self.now, head_start=one.place.head_start,
            booked_at=one.slot, urgent=one.place.urgent, chosen=chosen, sent_on=one.sent_on, returned=one.returned,
        )))
        one.called, one.left = self.now, self.now
        one.state = self.chance.choices(("done", "missed", "errand", "sent"), (6, 1, 1, 1))[0]
        if one.state == "sent":
            one.service = self.chance.choice("ABL".replace(one.service, ""))
            one.place = order.transferred(one.place, self.now, head_start(one.lane, one.service))
            one.state, one.sent_on = "waiting", True

    def defer(self) -> None:
        there = [one for one in self.waiting("ABL") if one.times < TERMS.deferrals and one.place.ready_at <= self.now]
        if there:
            one = self.chance.choice(there)
            one.place, one.times = order.deferred(one.place, self.now, one.times, TERMS), one.times + 1
            one.away.append((self.now, one.place.ready_at))

    def return_(self) -> None:
        gone = [one for one in self.tickets if one.state in ("missed", "errand")]
        if not gone:
            return
        one = self.chance.choice(gone)
        if one.state == "errand":
            one.place = order.back_from_errand(one.place, self.now, one.left, TERMS)
        else:
            line = order.ranked(Row(other.id, other.place) for other in self.waiting(one.service)
                                if other.place.ready_at <= self.now)
            one.place = order.came_back(one.place, self.now, one.left, one.returns, line, TERMS)
            one.returns += 1
        one.away.append((one.left, self.now))
        one.state, one.returned = "waiting", True

    def hurry(self) -> None:
        if there := self.waiting("ABL"):
            one = self.chance.choice(there)
            one.place = order.urgent(one.place, self.now, "unwell")

    def turns_before(self, asker: SimpleNamespace, service: str) -> Iterable[Turn]:
        for one, window, turn in self.calls:
            if one is not asker:
                yield Turn(**{name: getattr(turn, name) for name in Turn.__struct_fields__} | {"serves": service in window})


class Row:
    """A ticket as the database hands it over."""

    def __init__(self, id: int, place: Place) -> None:
        self.id, self.queued_at, self.rank_at, self.ready_at = id, place.queued_at, place.rank_at, place.ready_at


def head_start(lane: str, service: str) -> int:
    minutes, bound = LANES[lane]
    return 0 if bound and bound != service else minutes


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_nobody_who_came_more_than_the_largest_head_start_later_goes_before_and_every_call_has_its_reason(seed: int) -> None:
    day = RandomDay(Random(seed))
    day.play(260)
    for one in day.tickets:
        if one.sent_on:
            continue  # has been called already; the tests of the explanation look at it
        asker = Asker(arrived_at=one.arrived, queued_at=one.place.queued_at, until=one.called or day.now, away=tuple(one.away))
        told = explain(asker, day.turns_before(one, one.service))
        reasons = {reason.why: reason for reason in told.reasons}
        assert Why.UNEXPLAINED not in reasons
        assert sum(reason.count for reason in told.reasons) - reasons.get(Why.ELSEWHERE, NONE).count == told.before
        for kind in (Why.HEAD_START, Why.BOOKING):
            assert all(minutes <= MOST / timedelta(minutes=1) for minutes in reasons.get(kind, NONE).minutes)


NONE = SimpleNamespace(count=0, minutes=())
