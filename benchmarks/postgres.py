"""A PostgreSQL that keeps what it commits (fsync on, a real disk). The tests have a faster one that does not."""

import os
import pwd
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from benchmarks.centre import folder
from tests.postgres import programs

CLIENTS = 16
SECONDS = 2
INSERT = "INSERT INTO insert_reference (number, code) VALUES (1, 'reference');"
SETTINGS = {"listen_addresses": "", "fsync": "on", "synchronous_commit": "on", "shared_buffers": "128MB"}


class Postgres(NamedTuple):
    folder: Path
    binaries: Path
    servant: dict[str, Any]
    pid: int

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://nuanyi@/postgres?host={self.folder}"

    def inserts(self) -> float:
        """One durable row a transaction, sixteen clients, prepared, by pgbench: a second's worth. 0.0 without pgbench."""
        bench = self.binaries / "pgbench"
        if not bench.exists():
            return 0.0
        script = self.folder / "insert.sql"
        script.write_text(INSERT)
        options = ["-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", str(SECONDS), "-f", str(script)]
        command: list[str | Path] = [bench, "-h", self.folder, "-U", "nuanyi", *options, "postgres"]
        said = subprocess.run(command, check=True, capture_output=True, text=True, **self.servant).stdout
        return float(said.split("tps = ")[1].split()[0])


@contextmanager
def durable() -> Iterator[Postgres | None]:
    """A running server in a folder of its own, stopped at the end. None where there are no server programs."""
    binaries = programs()
    if binaries is None:
        yield None
        return
    with folder() as place:
        place.chmod(0o755)
        servant = _servant(place)
        options = ["--encoding=UTF8", "--no-locale", "--auth=trust", "--username=nuanyi"]
        command: list[str | Path] = [binaries / "initdb", "-D", place / "db", *options]
        subprocess.run(command, check=True, capture_output=True, **servant)
        with _started(binaries, place, servant) as process:
            _wait(place)
            yield Postgres(place, binaries, servant, process.pid)


@contextmanager
def _started(binaries: Path, place: Path, servant: dict[str, Any]) -> Iterator[subprocess.Popen[bytes]]:
    options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    command: list[str | Path] = [binaries / "postgres", "-D", place / "db", "-k", place, *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **servant)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def _servant(place: Path) -> dict[str, Any]:
    """PostgreSQL refuses root; there it runs as nobody."""
    run: dict[str, Any] = {"cwd": place, "env": {**os.environ, "LC_ALL": "C"}}
    if os.geteuid() != 0:
        return run
    nobody = pwd.getpwnam("nobody")
    os.chown(place, nobody.pw_uid, nobody.pw_gid)
    return {**run, "user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _wait(place: Path) -> None:
    for _ in range(400):
        try:
            with psycopg.connect(host=str(place), user="nuanyi", dbname="postgres", autocommit=True) as connection:
                connection.execute("CREATE TABLE insert_reference (id bigserial PRIMARY KEY, number int, code text)")
                return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise RuntimeError("PostgreSQL did not start")
