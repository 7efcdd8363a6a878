"""Calling the next visitor with windows that race for the same lines, on SQLite and with two processes on PostgreSQL."""

import time
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

from benchmarks import machine
from benchmarks.centre import Centre, folder, found, open_windows, serving
from benchmarks.postgres import Postgres, durable
from benchmarks.proof import Proof, proof
from benchmarks.screens import Screens
from benchmarks.sheet import Figures, benchmark, median, quantile, ratio, table
from benchmarks.visitors import Line, Load, load, takers

WINDOWS = (1, 4, 8)
ROUNDS = 3
SECONDS = 1.5
STOCK = 1_600
PRESSES = 30


def main() -> None:
    about = "call-next over HTTP; the visitor before becomes missed; eight windows that serve every service"
    with benchmark("call", about) as figures:
        with folder() as data:
            _one_process(figures, data)
        with durable() as postgres:
            if postgres is None:
                print("PostgreSQL: no server programs here, left out")
            else:
                _two_processes(figures, postgres)


def _one_process(figures: Figures, data: Path) -> None:
    """SQLite, rounds of calls and of the trivial text in turns; before each, numbers are taken through the API."""
    found(data, set_up=open_windows)
    rounds: list[Round] = []
    with serving(data) as centre:
        for windows in WINDOWS:
            for turn in range(ROUNDS):
                load(centre.port, takers(centre.token, 16, f"s{windows}-{turn}", each=STOCK // 16), 60)
                machine.wait_until_still(centre.pid)
                rounds.append(_round(centre, "call", windows, [_calls(centre, one, windows) for one in range(1, windows + 1)]))
                rounds.append(_round(centre, "healthz", windows, [repeat(centre.get("/healthz"))] * windows))
    _report(figures, rounds)
    _prove(figures, "sqlite", proof(centre.settings), sum(seen.count(200) for what, _, seen, _ in rounds if what == "call"))


Round = tuple[str, int, Load, float]


def _calls(centre: Centre, window: int, windows: int) -> Iterator[bytes]:
    """No more than there are visitors, so that no window calls into an empty hall."""
    return repeat(centre.post(f"/api/v1/windows/{window}/call-next"), STOCK // windows)


def _round(centre: Centre, what: str, windows: int, asking: list[Iterator[bytes]]) -> Round:
    before = machine.cpu(centre.pid)
    seen = load(centre.port, asking, SECONDS)
    if what == "call":
        machine.wait_until_still(centre.pid)
    return what, windows, seen, machine.cpu(centre.pid) - before


def _report(figures: Figures, rounds: list[Round]) -> None:
    rows = [_row(rounds, what, windows) for windows in WINDOWS for what in ("call", "healthz")]
    keys = ("what", "windows", "per_s", "p50_ms", "p99_ms", "cpu_us", "client_share")
    figures["rounds"] = [dict(zip(keys, row, strict=True)) for row in rows]
    for windows in WINDOWS:
        rate = {row[0]: float(row[2]) for row in rows if row[1] == windows}
        figures[f"ratio_healthz_{windows}"] = ratio(rate["call"], rate["healthz"])
    table(("what", "windows", "per s", "p50 ms", "p99 ms", "server CPU us", "client share"), rows)


def _row(rounds: list[Round], what: str, windows: int) -> tuple[str, int, float, float, float, float, float]:
    mine = [(seen, spent) for name, racing, seen, spent in rounds if (name, racing) == (what, windows)]
    return (
        what, windows, median(seen.rate(200) for seen, _ in mine), median(seen.took(0.5, 200) for seen, _ in mine),
        median(seen.took(0.99, 200) for seen, _ in mine), median(spent / seen.count() * 1e6 for seen, spent in mine),
        median(seen.client_share for seen, _ in mine),
    )


def _prove(figures: Figures, where: str, found: Proof, answered: int) -> None:
    figures[f"proof_{where}"] = {**found._asdict(), "calls_answered": answered}
    print(f"proof ({where}): {found.calls:,} calls in the database, {answered:,} answered, {found.called_twice} people "
          f"called twice; {found.duplicates} numbers twice, {found.gaps} left out of {found.tickets:,}")


# Two processes on PostgreSQL -------------------------------------------------------------------------------------------


def _two_processes(figures: Figures, postgres: Postgres) -> None:
    """Eight kiosks and eight windows, half of them at each process, beside pgbench's bare inserts in the same minutes."""
    with folder() as data:
        found(data, postgres.url, open_windows)
        with serving(data, postgres.url) as one, serving(data, postgres.url, one.token) as other:
            load(one.port, takers(one.token, 8, "stock", each=STOCK // 16), 60)
            seen, inserts = [], []
            for turn in range(ROUNDS):
                seen.append(_both(one, other, turn))
                inserts.append(postgres.inserts())
            _report_both(figures, seen, median(inserts))
            _report_press(figures, _presses(one, one), _presses(one, other))
        answered = sum(one.count(200) for one in seen)
        _prove(figures, "postgresql", proof(one.settings), answered + 2 * PRESSES)


def _both(one: Centre, other: Centre, turn: int) -> Load:
    calls = [repeat(one.post(f"/api/v1/windows/{window}/call-next")) for window in range(1, 9)]
    return load((one.port, one.port, other.port, other.port), [asked for pair in zip(
        calls, takers(one.token, 8, f"p{turn}"), strict=True) for asked in pair], 2 * SECONDS)


def _report_both(figures: Figures, seen: list[Load], inserts: float) -> None:
    rows = [
        (what, median(one.rate(*statuses) for one in seen), median(one.took(0.5, *statuses) for one in seen),
         median(one.took(0.99, *statuses) for one in seen))
        for what, statuses in (("issue", (201,)), ("call", (200,)), ("both", (200, 201)))
    ]
    table(("PostgreSQL, 2 processes", "per s", "p50 ms", "p99 ms"), rows)
    figures["postgresql"] = [dict(zip(("what", "per_s", "p50_ms", "p99_ms"), row, strict=True)) for row in rows]
    figures["postgresql_inserts_per_s"] = inserts
    figures["ratio_inserts"] = ratio(rows[2][1], inserts)
    figures["other_answers"] = sum(one.count() - one.count(200, 201, 204) for one in seen)
    print(f"bare inserts by pgbench with 16 clients: {inserts:,.0f}/s; ours are {figures['ratio_inserts']:g} of that")


def _presses(pressed: Centre, shown: Centre) -> list[float]:
    """Milliseconds from the press at one process to the board on a screen of the (other) process."""
    screens, line, spent = Screens(shown.port, "/api/v1/board/live", 1), Line(pressed.port), []
    screens.open()
    for turn in range(PRESSES):
        time.sleep(0.12)
        screens.expect()
        began = time.monotonic()
        line.ask(pressed.post(f"/api/v1/windows/{turn % 8 + 1}/call-next"))
        spent.append((screens.shown().last - began) * 1000)
    screens.close()
    line.close()
    return spent


def _report_press(figures: Figures, here: list[float], there: list[float]) -> None:
    rows = [(where, quantile(spent, 0.5), quantile(spent, 0.99)) for where, spent in (("same", here), ("other", there))]
    table(("press to board, process", "p50 ms", "p99 ms"), rows)
    figures["press_to_board"] = [dict(zip(("process", "p50_ms", "p99_ms"), row, strict=True)) for row in rows]


if __name__ == "__main__":
    main()
