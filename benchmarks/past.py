"""A database with so many past visits: one real visit (taken, called, started, finished) copied by SQL with its call and
its journal, kept as a template in the temporary folder and copied for each use. SQLite only.
"""

import hashlib
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from benchmarks.centre import ROOT, found, open_windows
from kiosk import actions
from kiosk.plan import hall_plan, halls
from shared import journal
from shared.database import Database
from shared.settings import Settings

A_DAY = 4_000
FILE = "nuanyi.db"
MOMENT = "strftime('%Y-%m-%d %H:%M:%S', 'now', printf('-%d days', 1 + (:count - i) / {day})) || '.000000'"
PAST: Mapping[str, Mapping[str, str]] = {
    "ticket": {
        "id": "printf('01990000000070008%015x', i)",
        "number": "'A' || printf('%03d', i % {day})",
        "code": "lower(hex(randomblob(13)))",
        "day": "date('now', printf('-%d days', 1 + (:count - i) / {day}))",
        **dict.fromkeys(("arrived_at", "queued_at", "ready_at", "rank_at", "called_at", "started_at", "ended_at"), MOMENT),
        "version": "i",
        "request_key": "'past-' || i",
    },
    "call": {"id": "s.id + i", "ticket_id": "printf('01990000000070008%015x', i)", "called_at": MOMENT},
    "journal_line": {"id": "s.id + i", "subject": "printf('ticket:01990000000070008%015x', i)", "at": MOMENT},
    "journal_seal": {"position": "s.position + i", "line_id": "s.line_id + i"},
}


def past(count: int, data: Path) -> None:
    """Puts a centre with so many past visits into an empty folder; makes the template first where there is none."""
    template = _template(count)
    shutil.copyfile(template / FILE, data / FILE)
    for other in template.iterdir():
        if other.is_file() and other.name != FILE:
            shutil.copy2(other, data / other.name)


def _template(count: int) -> Path:
    """Named after what makes it: a changed schema or demo makes a new one."""
    place = Path(tempfile.gettempdir()) / f"nuanyi-past-{_recipe()}-{count}"
    if place.exists():
        return place
    with tempfile.TemporaryDirectory(prefix=f"{place.name}-", dir=place.parent) as made:
        fresh = Path(made) / "fresh"
        found(fresh, set_up=open_windows)
        _visit(fresh)
        _multiply(fresh / FILE, count)
        fresh.rename(place)
    return place


def _recipe() -> str:
    files = [Path(__file__), ROOT / "kiosk" / "demo.py", *sorted((ROOT / "migrations" / "versions").glob("*.py"))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:10]


def _visit(data: Path) -> None:
    database = Database(Settings.read({"NUANYI_DATA": str(data)}))
    database.start()
    database.write_now(_one_visit)
    database.write_now(journal.seal)
    database.stop()


def _one_visit(session: Session) -> None:
    now = datetime.now(UTC)
    plan = hall_plan(session, next(iter(halls(session).values())), now)
    about: dict[str, Any] = {"plan": plan, "now": now, "by": "benchmark"}
    actions.issue(session, service="legal-consultation", key="visit", **about)
    for act in (actions.call_next, actions.start, actions.finish):
        act(session, window=plan.windows[0], **about)


def _multiply(file: Path, count: int) -> None:
    """Keeps every column of the sample but those named in PAST, so that a new column needs no change here."""
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA cache_size=-400000")
        connection.execute("PRAGMA synchronous=OFF")
        for table, columns in PAST.items():
            connection.execute(_copies(connection, table, columns), {"count": count})
        connection.execute("UPDATE board SET version = version + ? WHERE name LIKE 'hall:%'", (count,))
        connection.execute("UPDATE ticket SET version = version + ? WHERE request_key = 'visit'", (count,))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _copies(connection: sqlite3.Connection, table: str, columns: Mapping[str, str]) -> str:
    names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(columns.get(name, f's."{name}"').replace("{day}", str(A_DAY)) for name in names)
    newest = f"(SELECT * FROM {table} ORDER BY rowid DESC LIMIT 1)"
    return (
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count) "
        f"INSERT INTO {table} SELECT {values} FROM n, {newest} AS s"
    )
