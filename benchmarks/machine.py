"""What the machine says (Linux, /proc): CPU time and memory of a process, and how noisy it was while we measured."""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

LOOPS = 200_000
SYNCS = 200
PAGE = b"x" * 4096
STILL_SECONDS = 0.25
STILL_SHARE = 0.06


def family(pid: int) -> Iterator[int]:
    """The process and its children."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            yield from map(int, task.read_text().split())


def cpu(pid: int) -> float:
    """Seconds of CPU that the process and its children have used so far, to the nanosecond."""
    return sum(_ran(task) for one in family(pid) for task in Path(f"/proc/{one}/task").iterdir()) / 1e9


def _ran(task: Path) -> int:
    try:
        return int((task / "schedstat").read_text().split()[0])
    except OSError:
        return 0


def memory(pid: int) -> int:
    """Proportional set size in KB: user space only, pages shared with others counted by their share."""
    return sum(_pss(one) for one in family(pid))


def _pss(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def wait_until_still(pid: int, most: float = 15.0) -> None:
    """Returns when the process has all but stopped working: what it had put off until later is then done."""
    end = time.monotonic() + most
    quiet = 0
    while quiet < 5 and time.monotonic() < end:
        before = cpu(pid)
        time.sleep(STILL_SECONDS)
        quiet = quiet + 1 if cpu(pid) - before < STILL_SECONDS * STILL_SHARE else 0


def noise() -> dict[str, float]:
    """CPU milliseconds of a fixed loop (a busy sibling core slows it) and what 4 KB to the disk took."""
    loops = [_loop() for _ in range(7)]
    syncs = sorted(_syncs())
    return {
        "loop_ms": round(statistics.median(loops), 2),
        "loop_worst_ms": round(max(loops), 2),
        "fdatasync_p50_ms": round(syncs[len(syncs) // 2], 2),
        "load_average": round(os.getloadavg()[0], 1),
        "fdatasync_p99_ms": round(syncs[int(len(syncs) * 0.99)], 2),
    }


def _loop() -> float:
    before, total = time.process_time(), 0
    for number in range(LOOPS):
        total += number & 7
    return (time.process_time() - before) * 1000


def _syncs() -> Iterator[float]:
    with tempfile.TemporaryFile() as file:
        for _ in range(SYNCS):
            before = time.perf_counter()
            os.write(file.fileno(), PAGE)
            os.fdatasync(file.fileno())
            yield (time.perf_counter() - before) * 1000
