"""Taking a number over HTTP with a durable commit, beside the same server's trivial text and its board in JSON."""

from itertools import repeat

from benchmarks import machine
from benchmarks.centre import Centre, folder, found, serving
from benchmarks.proof import Proof, proof
from benchmarks.sheet import Figures, benchmark, median, ratio, table
from benchmarks.visitors import Load, load, takers

CROWDS = (1, 16, 64)
ROUNDS = 3
SECONDS = 1.5


def main() -> None:
    about = "a ticket with Idempotency-Key over HTTP, four services, SQLite synchronous=FULL"
    with benchmark("issue", about) as figures, folder() as data:
        found(data)
        with serving(data) as centre:
            rounds = _rounds(centre)
            figures["waiting_at_end"] = centre.waiting()
        _report(figures, rounds)
        _prove(figures, proof(centre.settings), rounds)


Round = tuple[str, int, Load, float]


def _rounds(centre: Centre) -> list[Round]:
    """All three, in turns, so that a noisy minute hits all of them."""
    done = []
    for crowd in CROWDS:
        for turn in range(ROUNDS):
            done.append(_issue(centre, crowd, f"r{turn}c{crowd}"))
            done.append(_plain(centre, crowd, "healthz", "/healthz"))
            done.append(_plain(centre, crowd, "board", "/api/v1/board"))
    return done


def _issue(centre: Centre, crowd: int, name: str) -> Round:
    """CPU until the server is still again: the journal's seals belong to the ticket."""
    before = machine.cpu(centre.pid)
    seen = load(centre.port, takers(centre.token, crowd, name), SECONDS)
    machine.wait_until_still(centre.pid)
    return "issue", crowd, seen, machine.cpu(centre.pid) - before


def _plain(centre: Centre, crowd: int, what: str, path: str) -> Round:
    before = machine.cpu(centre.pid)
    seen = load(centre.port, [repeat(centre.get(path)) for _ in range(crowd)], SECONDS)
    return what, crowd, seen, machine.cpu(centre.pid) - before


def _report(figures: Figures, rounds: list[Round]) -> None:
    rows = [_row(rounds, what, crowd) for crowd in CROWDS for what in ("issue", "healthz", "board")]
    keys = ("what", "clients", "per_s", "p50_ms", "p99_ms", "cpu_us", "client_share")
    figures["rounds"] = [dict(zip(keys, row, strict=True)) for row in rows]
    for crowd in CROWDS:
        rate = {row[0]: float(row[2]) for row in rows if row[1] == crowd}
        figures[f"ratio_healthz_{crowd}"] = ratio(rate["issue"], rate["healthz"])
        figures[f"ratio_board_{crowd}"] = ratio(rate["issue"], rate["board"])
    table(("what", "clients", "per s", "p50 ms", "p99 ms", "server CPU us", "client share"), rows)
    table(("issue/s over", "1", "16", "64"), [
        [f"{what}/s", *[figures[f"ratio_{what}_{crowd}"] for crowd in CROWDS]] for what in ("healthz", "board")
    ])


def _prove(figures: Figures, found: Proof, rounds: list[Round]) -> None:
    """Every ticket that was answered is in the database, and no number is given twice or left out."""
    answered = sum(seen.count(201) for what, _, seen, _ in rounds if what == "issue")
    other = sum(seen.count() - seen.count(200, 201) for _, _, seen, _ in rounds)
    figures |= {"answered": answered, "other_answers": other, **found._asdict()}
    print(f"proof: {found.tickets:,} tickets in the database, {answered:,} answered, {other} other answers; {found.duplicates} "
          f"numbers twice, {found.gaps} left out; {figures['waiting_at_end']:,} waiting at the end")


def _row(rounds: list[Round], what: str, crowd: int) -> tuple[str, int, float, float, float, float, float]:
    mine = [(seen, spent) for name, people, seen, spent in rounds if (name, people) == (what, crowd)]
    return (
        what, crowd, median(seen.rate() for seen, _ in mine), median(seen.took(0.5) for seen, _ in mine),
        median(seen.took(0.99) for seen, _ in mine), median(spent / seen.count() * 1e6 for seen, spent in mine),
        median(seen.client_share for seen, _ in mine),
    )


if __name__ == "__main__":
    main()
