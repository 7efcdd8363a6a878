"""From the start of the process to its first 200, and what it then weighs: founding the demo centre, with an empty hall and
with a million past visits. Beside it a bare Python that only imports the packages.
"""

import subprocess
import sys
import time

from benchmarks import machine
from benchmarks.centre import ROOT, Centre, folder, found
from benchmarks.past import past
from benchmarks.sheet import Figures, benchmark, median, ratio, table

MANY = 1_000_000
ROUNDS = 3
STILL_SECONDS = 3.0
IMPORTS = "import litestar, sqlmodel, uvicorn"
Round = tuple[float, float, float]


def main() -> None:
    about = f"cold start to the first 200 and idle memory, empty and with {MANY:,} past visits"
    with benchmark("start", about) as figures, folder() as empty, folder() as many:
        found(empty)
        past(MANY, many)
        centres = {"empty hall": Centre(empty), f"{MANY:,} past visits": Centre(many)}
        rounds: dict[str, list[Round]] = {name: [] for name in ("founds the centre", *centres, "imports only")}
        for _ in range(ROUNDS):
            rounds["founds the centre"].append(_founding())
            for name, centre in centres.items():
                rounds[name].append(_start(centre))
            rounds["imports only"].append(_imports())
        _report(figures, rounds)


def _founding() -> Round:
    with folder() as data:
        return _start(Centre(data, token="none yet"))


def _start(centre: Centre) -> Round:
    """Seconds, CPU seconds until then, and PSS in MB once it has nothing left to do."""
    seconds = centre.start()
    spent = machine.cpu(centre.pid)
    machine.wait_until_still(centre.pid, STILL_SECONDS)
    weight = machine.memory(centre.pid) / 1024
    centre.stop()
    return seconds, spent, weight


def _imports() -> Round:
    script = f"{IMPORTS}; import time; print(time.process_time()); input()"
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    spent = float(process.stdout.readline())
    seconds, weight = time.perf_counter() - began, machine.memory(process.pid) / 1024
    process.communicate("\n", timeout=10)
    return seconds, spent, weight


def _report(figures: Figures, rounds: dict[str, list[Round]]) -> None:
    rows = [(name, *[median(values) for values in zip(*seen, strict=True)]) for name, seen in rounds.items()]
    table(("process", "first 200 s", "CPU s", "idle PSS MB"), rows)
    figures["starts"] = [dict(zip(("process", "seconds", "cpu_s", "pss_mb"), row, strict=True)) for row in rows]
    _, empty, many, imports = [median(seconds for seconds, _, _ in seen) for seen in rounds.values()]
    figures["ratio_many_empty"] = ratio(many, empty)
    figures["ratio_empty_imports"] = ratio(empty, imports)
    print(f"many / empty {figures['ratio_many_empty']:g}, empty / imports only {figures['ratio_empty_imports']:g}")


if __name__ == "__main__":
    main()
