"""Does it grow slower with its history? Taking a number, calling, the board and the look-up of a past code, at a thousand
and at a million past visits: two servers side by side, asked in turns.
"""

import sqlite3
from collections.abc import Iterator
from itertools import cycle, islice, repeat

from benchmarks import machine
from benchmarks.centre import Centre, folder, serving
from benchmarks.past import FILE, past
from benchmarks.sheet import Figures, benchmark, median, ratio, table
from benchmarks.visitors import Load, load, takers

FEW, MANY = 1_000, 1_000_000
ROUNDS = 5
SECONDS = 0.8
ACTS = ("issue", "call", "board", "look-up")
SAMPLE = 500
Round = tuple[str, int, Load, float]


def main() -> None:
    about = f"one client, p50 with {FEW:,} and with {MANY:,} past visits, SQLite synchronous=FULL"
    with benchmark("growth", about) as figures, folder() as few, folder() as many:
        past(FEW, few)
        past(MANY, many)
        figures["file_mb"] = {str(count): round((data / FILE).stat().st_size / 1e6) for count, data in ((FEW, few), (MANY, many))}
        with serving(few) as one, serving(many) as other:
            pair = ((FEW, one), (MANY, other))
            rounds = [_round(centre, count, act, turn) for turn in range(ROUNDS) for act in ACTS for count, centre in pair]
        _report(figures, rounds)


def _round(centre: Centre, count: int, act: str, turn: int) -> Round:
    before = machine.cpu(centre.pid)
    seen = load(centre.port, [_asked(centre, act, turn)], SECONDS)
    return act, count, seen, machine.cpu(centre.pid) - before


def _asked(centre: Centre, act: str, turn: int) -> Iterator[bytes]:
    """Calls are no more than the numbers just taken."""
    if act == "issue":
        return takers(centre.token, 1, f"g{turn}")[0]
    if act == "call":
        return islice(cycle(centre.post(f"/api/v1/windows/{window}/call-next") for window in range(1, 9)), centre.waiting())
    if act == "board":
        return repeat(centre.get("/api/v1/board"))
    return cycle(centre.get(f"/api/v1/tickets/{code}") for code in _codes(centre))


def _codes(centre: Centre) -> list[str]:
    """Codes of past visits from all over the table."""
    with sqlite3.connect(f"file:{centre.data / FILE}?mode=ro", uri=True) as connection:
        past_codes = "SELECT code FROM ticket WHERE code > '8' AND state = 'done' ORDER BY code LIMIT ?"
        return [row[0] for row in connection.execute(past_codes, (SAMPLE,))]


def _report(figures: Figures, rounds: list[Round]) -> None:
    rows = [_row(act, {count: [(seen, spent) for name, size, seen, spent in rounds if (name, size) == (act, count)]
                       for count in (FEW, MANY)}) for act in ACTS]
    few, many = f"{FEW:,}", f"{MANY:,}"
    table(("one client", f"p50 ms {few}", many, "ratio", f"p99 ms {few}", many, f"CPU us {few}", many, "ratio"), rows)
    keys = ("act", "p50_few", "p50_many", "p50_ratio", "p99_few", "p99_many", "cpu_few", "cpu_many", "cpu_ratio")
    figures["acts"] = [dict(zip(keys, row, strict=True)) for row in rows]
    figures["other_answers"] = sum(seen.count() - seen.count(200, 201) for _, _, seen, _ in rounds)


def _row(act: str, seen: dict[int, list[tuple[Load, float]]]) -> tuple[object, ...]:
    middle, worst, spent = [
        {count: median(measure(load, cpu) for load, cpu in rounds) for count, rounds in seen.items()}
        for measure in (_middle, _worst, _spent)
    ]
    return (act, middle[FEW], middle[MANY], ratio(middle[MANY], middle[FEW]), worst[FEW], worst[MANY],
            spent[FEW], spent[MANY], ratio(spent[MANY], spent[FEW]))


def _middle(seen: Load, spent: float) -> float:
    return seen.took(0.5)


def _worst(seen: Load, spent: float) -> float:
    return seen.took(0.99)


def _spent(seen: Load, spent: float) -> float:
    return spent / seen.count() * 1e6


if __name__ == "__main__":
    main()
