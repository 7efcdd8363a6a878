"""A busy morning played through the ordinary actions, so that a newcomer sees every screen live. Random by a seed; it is
no benchmark and changes nothing that visitors and staff could not."""

import heapq
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from kiosk import actions
from kiosk.plan import HallPlan, WindowPlan, hall_plan
from kiosk.tables import WindowState
from shared.database import Database
from shared.errors import Refused

ARRIVALS_A_MINUTE = 0.55
SHARES = {"legal-consultation": 5, "complaints-appeals": 3, "compensation-aid": 1, "lawyers-cases": 2}
ONWARD = ("complaints-appeals", "compensation-aid")
LANES = ("", "", "", "", "", "elderly", "elderly", "disability", "pregnant", "military", "lawyer")
NO_SHOW, TRANSFER, HOLD, MORE_TIME, LEAVES, RETURNS = 0.08, 0.08, 0.05, 0.04, 0.03, 0.6
WALK, RECALL_AFTER, MISS_AFTER, HELD = (0.3, 1.2), 1.0, 2.2, 3.0  # minutes

Act = Callable[[], None]


class Morning:
    """Events in simulated minutes. ``tell`` hears one line about each act."""

    def __init__(self, db: Database, hall: UUID, clock: Callable[[], datetime], tell: Callable[[str], None], seed: int) -> None:
        self.db = db
        self.hall = hall
        self.clock = clock
        self.tell = tell
        self.chance = random.Random(seed)
        self.minute = 0.0
        self.plan = self._read_plan()
        self._events: list[tuple[float, int, Act]] = []
        self._order = count()

    def play(self, minutes: float) -> Iterator[float]:
        """Plays the morning; before each act it yields the simulated minutes until then, for the caller to wait."""
        self._at(0, self._arrive)
        for window in self.plan.windows:
            if window.state == WindowState.OPEN:
                self._at(self.chance.uniform(0.5, 3), lambda w=window: self._call(w))  # type: ignore[misc]
        while self._events:
            when, _, act = heapq.heappop(self._events)
            if when > minutes:
                return
            yield when - self.minute
            self.minute = when
            act()

    def _read_plan(self) -> HallPlan:
        return self.db.read_now(hall_plan, self.hall, self.clock())

    def _at(self, minutes: float, act: Act) -> None:
        heapq.heappush(self._events, (self.minute + minutes, next(self._order), act))

    def _do(self, act: Callable[..., Any], said: str, **more: Any) -> Any:
        """One ordinary act; None when it was refused (somebody at a real screen may have been quicker)."""
        try:
            result = self.db.write_now(act, plan=self.plan, now=self.clock(), by="demo", **more)
        except Refused as refusal:
            self.plan = self._read_plan()
            if refusal.code != "nobody-waiting":
                self.tell(f"{said}: {refusal.code}")
            return None
        self.tell(f"{said}: {result.number}")
        return result

    def _arrive(self) -> None:
        self._at(self.chance.expovariate(ARRIVALS_A_MINUTE), self._arrive)
        service = self.chance.choices(list(SHARES), list(SHARES.values()))[0]
        lane = self.chance.choice(LANES)
        ticket = self._do(actions.issue, f"取号 {service}", service=service, lane=lane)
        if ticket is None:
            return
        fate = self.chance.random()
        if fate < MORE_TIME:
            self._at(3, lambda: self._do(actions.defer, "再等等", code=ticket.code))
        elif fate < MORE_TIME + LEAVES:
            self._at(6, lambda: self._do(actions.cancel, "不等了", code=ticket.code))

    def _call(self, window: WindowPlan) -> None:
        called = self._do(actions.call_next, f"{window.code}号窗口叫号", window=window)
        if called is None:
            self._at(self.chance.uniform(0.5, 1.5), lambda: self._call(window))
        elif self.chance.random() < NO_SHOW:
            self._at(RECALL_AFTER, lambda: self._do(actions.recall, f"{window.code}号窗口再叫", window=window))
            self._at(MISS_AFTER, lambda: self._miss(window))
        else:
            self._at(self.chance.uniform(*WALK), lambda: self._start(window))

    def _miss(self, window: WindowPlan) -> None:
        missed = self._do(actions.miss, f"{window.code}号窗口过号", window=window)
        if missed and self.chance.random() < RETURNS:
            self._at(self.chance.uniform(3, 10), lambda: self._do(actions.come_back, "回来了", code=missed.code))
        self._call(window)

    def _start(self, window: WindowPlan) -> None:
        serving = self._do(actions.start, f"{window.code}号窗口接待", window=window)
        if serving is None:
            return self._at(1, lambda: self._call(window))
        mean = self.plan.services_by_id[serving.service_id].minutes
        length = min(self.chance.lognormvariate(0, 0.5) * mean * 0.8, 3 * mean)
        self._at(length, lambda: self._end(window, serving.service_id))

    def _end(self, window: WindowPlan, service: UUID) -> None:
        fate = self.chance.random()
        if fate < TRANSFER:
            onward = next(code for code in ONWARD if code != self.plan.services_by_id[service].code)
            self._do(actions.transfer, f"{window.code}号窗口转办", window=window, service=onward)
        elif fate < TRANSFER + HOLD and (held := self._do(actions.hold, f"{window.code}号窗口暂存", window=window)):
            return self._at(HELD, lambda: self._resume(window, held.code, service))
        else:
            self._do(actions.finish, f"{window.code}号窗口办结", window=window)
        self._at(self.chance.uniform(0.2, 0.8), lambda: self._call(window))

    def _resume(self, window: WindowPlan, code: str, service: UUID) -> None:
        self._do(actions.resume, f"{window.code}号窗口继续接待", window=window, code=code)
        self._at(HELD, lambda: self._end(window, service))


def played(db: Database, hall: UUID, *, minutes: float, seed: int, clock: Callable[[], datetime]) -> list[str]:
    """A whole morning without waiting, at simulated times from ``clock()`` on; returns what was done."""
    said: list[str] = []
    began, passed = clock(), [0.0]
    morning = Morning(db, hall, lambda: began + timedelta(minutes=passed[0]), said.append, seed)
    for wait in morning.play(minutes):
        passed[0] += wait
    return said
