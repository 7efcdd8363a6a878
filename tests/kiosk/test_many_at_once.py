"""Many kiosks and windows at once, in several processes on one database: no number twice, no gap, no visitor twice."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.pool import Pool
from multiprocessing.synchronize import Barrier
from uuid import UUID

import pytest
from sqlmodel import col, select

from kiosk import actions
from kiosk.plan import hall_plan
from kiosk.tables import Call, Ticket
from shared.database import Database
from shared.errors import Refused, Unavailable
from shared.settings import Settings
from tests.centre import Centre, token_for

pytestmark = pytest.mark.timeout(300)
PROCESSES, EACH, HANDS = 4, 1_000, 8
SERVICES = ("legal-consultation", "complaints-appeals", "compensation-aid", "lawyers-cases")


Crew = tuple[Pool, Barrier]


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    """Four processes, started once for the file, and the gate at which they and the test meet."""
    context = get_context("spawn")
    gate = context.Barrier(PROCESSES + 1, timeout=120)
    with context.Pool(PROCESSES, _come, (gate,)) as pool:
        yield pool, gate


def _come(gate: Barrier) -> None:
    global meet
    meet = gate.wait


def _opened(settings: Settings) -> Database:
    database = Database(settings)
    database.start()
    return database


def take_numbers(settings: Settings, hall: UUID, process: int) -> list[tuple[str, str]]:
    """One kiosk process: every visitor taps twice with the same key, and again if the database was busy."""
    database = _opened(settings)
    plan = database.read_now(hall_plan, hall, datetime.now(UTC))
    meet()

    def tap(n: int) -> tuple[str, str]:
        key = f"{process}-{n}"
        for _ in range(20):
            try:
                issued = [
                    database.write_now(
                        actions.issue, plan=plan, service=SERVICES[n % 4], now=datetime.now(UTC), by="visitor", key=key
                    )
                    for _ in range(2 if n % 10 == 0 else 1)
                ]
                assert len({one.code for one in issued}) == 1
                return issued[0].number, issued[0].code
            except Unavailable:
                continue
        raise AssertionError("the database stayed busy")

    with ThreadPoolExecutor(HANDS) as hands:
        given = list(hands.map(tap, range(EACH)))
    database.stop()
    return given


def test_four_thousand_tickets_from_four_processes_are_unique_and_without_gaps(
    db: Database, hall: UUID, settings: Settings, crew: Crew
) -> None:
    pool, gate = crew
    taking = pool.starmap_async(take_numbers, [(settings, hall, n) for n in range(PROCESSES)], chunksize=1)
    gate.wait()
    acknowledged = [one for answer in taking.get(240) for one in answer]
    kept = db.read_now(lambda s: s.exec(select(Ticket.number, Ticket.code, Ticket.day)).all())
    assert sorted(acknowledged) == sorted((number, code) for number, code, _ in kept)
    by_prefix: dict[tuple[str, object], list[int]] = {}
    for number, _, day in kept:
        by_prefix.setdefault((number[0], day), []).append(int(number[1:]))
    assert all(sorted(numbers) == list(range(1, len(numbers) + 1)) for numbers in by_prefix.values())
    assert sum(len(numbers) for numbers in by_prefix.values()) == PROCESSES * EACH


def press_next(settings: Settings, hall: UUID, code: str, rounds: int) -> list[str | None]:
    """One window's process: presses "next" once in each round, together with the others."""
    database = _opened(settings)
    plan = database.read_now(hall_plan, hall, datetime.now(UTC))
    window, called = plan.window(code), []
    for _ in range(rounds):
        meet()
        try:
            one = database.write_now(actions.call_next, plan=plan, window=window, now=datetime.now(UTC), by=f"staff:{code}")
            database.write_now(actions.finish, plan=plan, window=window, now=datetime.now(UTC), by=f"staff:{code}")
            called.append(one.number)
        except Refused as refusal:
            called.append(None if refusal.code == "nobody-waiting" else refusal.code)
        meet()
    database.stop()
    return called


ROUNDS = 1_000
RACERS = ("1", "2", "6", "7")


def test_scenario_1_in_a_thousand_rounds_exactly_one_of_four_windows_gets_the_visitor(
    db: Database, hall: UUID, settings: Settings, crew: Crew
) -> None:
    _add_window(db, hall)
    plan = db.read_now(hall_plan, hall, datetime.now(UTC))
    pool, gate = crew
    racing = pool.starmap_async(press_next, [(settings, hall, code, ROUNDS) for code in RACERS], chunksize=1)
    numbers = []
    for _ in range(ROUNDS):
        issued = db.write_now(actions.issue, plan=plan, service="legal-consultation", now=datetime.now(UTC), by="visitor")
        numbers.append(issued.number)
        gate.wait()
        gate.wait()
    answers = racing.get(240)
    for number, answer in zip(numbers, zip(*answers, strict=True), strict=True):
        assert Counter(answer) == {number: 1, None: 3}
    calls = db.read_now(lambda s: s.exec(select(Ticket.number).join(Call, col(Call.ticket_id) == col(Ticket.id))).all())
    assert sorted(calls) == sorted(numbers), "the board has one call of each"


def _add_window(db: Database, hall: UUID) -> None:
    from kiosk.tables import Window, WindowSkill

    def add(session: object) -> None:
        window = Window(hall_id=hall, code="7", name_zh="7号窗口", name_en="Window 7", state="open", position=7)
        session.add(window)  # type: ignore[attr-defined]
        session.flush()  # type: ignore[attr-defined]
        session.add(WindowSkill(window_id=window.id, skill="consultation"))  # type: ignore[attr-defined]

    db.write_now(add)


def test_pulling_the_plug_under_load_loses_no_acknowledged_ticket(serve: Callable[..., Centre], settings: Settings) -> None:
    """Kill -9 while kiosks issue: after the restart every acknowledged ticket is there, no number is given twice, and a
    window still has the visitor it was serving."""
    import signal
    import threading

    import httpx

    centre = serve()
    headers = {"Authorization": f"Bearer {token_for(settings)}"}
    acknowledged: list[tuple[str, str]] = []
    stop = threading.Event()

    def keep_issuing(worker: int) -> None:
        n = 0
        with httpx.Client(base_url=centre.url, headers=headers, trust_env=False, timeout=5) as client:
            while not stop.is_set():
                n += 1
                try:
                    answer = client.post(
                        "/api/v1/tickets", json={"service": SERVICES[n % 4]}, headers={"Idempotency-Key": f"{worker}-{n}"}
                    )
                except httpx.TransportError:
                    return
                if answer.status_code == 201:
                    acknowledged.append((answer.json()["number"], answer.json()["code"]))

    with httpx.Client(base_url=centre.url, headers=headers, trust_env=False) as client:
        client.post("/api/v1/tickets", json={"service": "legal-consultation"})
        serving = client.post("/api/v1/windows/1/call-next").json()["number"]
        client.post("/api/v1/windows/1/start")
    workers = [threading.Thread(target=keep_issuing, args=(n,)) for n in range(8)]
    for worker in workers:
        worker.start()
    while len(acknowledged) < 200:
        stop.wait(0.01)
    centre.stop(signal.SIGKILL)
    stop.set()
    for worker in workers:
        worker.join()
    centre.start()
    with httpx.Client(base_url=centre.url, headers=headers, trust_env=False) as client:
        after = client.post("/api/v1/tickets", json={"service": "legal-consultation"}).json()["number"]
        windows = {one["code"]: one["serving"] for one in client.get("/api/v1/windows").json()}
    kept = _numbers(settings)
    assert {code for _, code in acknowledged} <= {code for _, code in kept}
    assert len({number for number, _ in kept}) == len(kept)
    assert after not in {number for number, _ in acknowledged}
    assert windows["1"] == serving


def _numbers(settings: Settings) -> list[tuple[str, str]]:
    database = _opened(settings)
    try:
        return database.read_now(
            lambda s: [(t.number, t.code) for t in s.exec(select(Ticket).order_by(col(Ticket.number))).all()]
        )
    finally:
        database.stop()
