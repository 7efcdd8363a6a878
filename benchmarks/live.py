"""From a call to the lobby's screens: how long until the last of N has the new board, what a message and a socket cost.

Beside it a bare `websockets` server sends the very same bytes to as many screens.
"""

import json
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks import machine
from benchmarks.broadcast import WAYS, Bare, bare
from benchmarks.centre import Centre, folder, found, open_windows, serving
from benchmarks.screens import Screens
from benchmarks.sheet import Figures, benchmark, median, quantile, ratio, table
from benchmarks.visitors import Line, load, takers

HALLS = (50, 2_000, 5_000)
PATHS = ("/live/lobby", "/api/v1/board/live")
CALLS = 21
REST_SECONDS = 0.12
Row = tuple[object, ...]


class Sent(NamedTuple):
    """One message to all: milliseconds from the press to the middle and the last screen, and from the reply to the last."""

    middle: float
    last: float
    after_reply: float
    cpu_us: float
    client_us: float


def main() -> None:
    about = "call -> the board on the last of N screens, beside a bare server sending the same bytes"
    with benchmark("live", about) as figures, folder() as data:
        found(data, set_up=open_windows)
        rows: list[Row] = []
        costs: list[Row] = []
        for path in PATHS:
            for count in HALLS:
                rows += _fan_out(figures, data, path, count, costs)
        table(("sent by", "screens", "bytes", "p50: middle ms", "last ms", "p99: last ms", "last after reply", "CPU us/msg",
               "client us/msg", "last / framed"), rows)
        table(("opening", "screens", "all open s", "CPU us each", "KB each (PSS)"), costs)


def _fan_out(figures: Figures, data: Path, path: str, count: int, costs: list[Row]) -> list[Row]:
    """One fresh server and as many screens at it as at the bare one; calls and bare broadcasts in turns."""
    with serving(data) as centre, bare() as other:
        load(centre.port, takers(centre.token, 4, f"{path}{count}", each=10), 30)
        machine.wait_until_still(centre.pid)
        ours, theirs = Screens(centre.port, path, count), Screens(other.port, "/", count)
        costs.append(_opened(figures, path, centre.pid, ours, count))
        costs.append(_opened(figures, f"bare{path}", other.pid, theirs, count))
        sent, text = _messages(centre, other, ours, theirs)
        ours.close()
        theirs.close()
    return _told(figures, path, count, sent, len(text))


def _opened(figures: Figures, name: str, pid: int, screens: Screens, count: int) -> Row:
    memory, spent, began = machine.memory(pid), machine.cpu(pid), time.monotonic()
    seconds = screens.open().last - began
    spent = machine.cpu(pid) - spent
    machine.wait_until_still(pid, 3)
    row = (name, count, median([seconds]), median([spent / count * 1e6]), median([(machine.memory(pid) - memory) / count]))
    figures.setdefault("opening", []).append(dict(zip(("at", "screens", "s", "cpu_us", "kb_each"), row, strict=True)))
    return row


def _messages(centre: Centre, other: Bare, ours: Screens, theirs: Screens) -> tuple[dict[str, list[Sent]], bytes]:
    line, text = Line(centre.port), b""
    sent: dict[str, list[Sent]] = {name: [] for name in ("ours", *WAYS)}
    for turn in range(CALLS):
        time.sleep(REST_SECONDS)
        one, text = call(centre, line, ours, turn)
        sent["ours"].append(one)
        for way in WAYS:
            sent[way].append(_broadcast(other, theirs, way, text))
    line.close()
    return sent, text


def call(centre: Centre, line: Line, screens: Screens, turn: int) -> tuple[Sent, bytes]:
    """One call by the next of eight windows, and when the screens had it; fails when the board does not show it."""
    screens.expect()
    spent, pressed = machine.cpu(centre.pid), time.monotonic()
    status, body = line.ask(centre.post(f"/api/v1/windows/{turn % 8 + 1}/call-next"))
    replied = time.monotonic()
    shown = screens.shown()
    spent = machine.cpu(centre.pid) - spent
    if status != 200 or json.loads(body)["number"].encode() not in shown.text:
        raise RuntimeError(f"the board does not show the call: {status} {body!r} {shown.text!r}")
    after = (shown.last - replied) * 1000
    return Sent((shown.middle - pressed) * 1000, (shown.last - pressed) * 1000, after, spent / shown.screens * 1e6,
                shown.client_cpu / shown.screens * 1e6), shown.text


def _broadcast(other: Bare, screens: Screens, way: str, text: bytes) -> Sent:
    screens.expect()
    spent, pressed = machine.cpu(other.pid), time.monotonic()
    other.send(way, text)
    shown = screens.shown()
    spent = machine.cpu(other.pid) - spent
    last = (shown.last - pressed) * 1000
    return Sent((shown.middle - pressed) * 1000, last, last, spent / shown.screens * 1e6, shown.client_cpu / shown.screens * 1e6)


def _told(figures: Figures, path: str, count: int, sent: dict[str, list[Sent]], size: int) -> list[Row]:
    framed = median(one.last for one in sent["framed"])
    rows: list[Row] = []
    for name, all_sent in sent.items():
        last, cpu = median(one.last for one in all_sent), median(one.cpu_us for one in all_sent)
        rows.append((
            path if name == "ours" else f"bare {name}", count, size, median(one.middle for one in all_sent), last,
            quantile((one.last for one in all_sent), 0.99), median(one.after_reply for one in all_sent), cpu,
            median(one.client_us for one in all_sent), ratio(last, framed),
        ))
    keys = ("sent_by", "screens", "bytes", "middle_ms", "last_ms", "last_p99_ms", "after_reply_ms", "cpu_us", "client_us",
            "of_framed")
    figures.setdefault("messages", []).extend({"path": path, **dict(zip(keys, row, strict=True))} for row in rows)
    return rows


if __name__ == "__main__":
    main()
