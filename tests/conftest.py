"""What every test may ask for: a migrated database of each kind, settings, and the real centre serving on a free port.

A test that uses `database_url`, `settings`, `db` or `serve` runs twice, on SQLite and on PostgreSQL. One that has to run
on a single kind says so: `@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)`.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from shared.database import Database
from shared.settings import Settings

if TYPE_CHECKING:
    from tests.postgres import Postgres

pytest_plugins = ("tests.postgres", "tests.browser")
ROOT = Path(__file__).parent.parent


def pytest_report_header() -> str:
    from tests.postgres import programs

    return f"PostgreSQL: {programs() or 'none found, its tests are skipped (a failure where CI is set)'}"


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database at the newest migration, to be copied and never opened."""
    from shared.migrate import upgrade

    path = tmp_path_factory.mktemp("template") / "nuanyi.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An empty NUANYI_DATA."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, data: Path) -> Iterator[str]:
    """NUANYI_DATABASE_URL of a fresh, migrated, empty database: empty for SQLite, whose file then lies in `data`."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), data / "nuanyi.db")
        yield ""
        return
    server: Postgres = request.getfixturevalue("postgresql")
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture
def settings(data: Path, database_url: str) -> Settings:
    return Settings.read({"NUANYI_DATA": str(data), "NUANYI_DATABASE_URL": database_url})


@pytest.fixture
def db(settings: Settings) -> Iterator[Database]:
    database = Database(settings)
    database.start()
    yield database
    database.stop()


class Centre:
    """One process of the centre, as `make run` starts it."""

    def __init__(self, settings: Settings, log: Path, environ: dict[str, str]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.log = log
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NUANYI_")}
        place = {"NUANYI_DATA": str(settings.data), "NUANYI_DATABASE_URL": settings.database_url}
        whole = {**kept, **place, "NUANYI_PORT": str(port), **environ}
        with log.open("w") as out:
            command = [sys.executable, "-m", "app"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=whole, stdout=out, stderr=out)

    def wait(self, seconds: float = 30) -> None:
        """Until /readyz says 200; fails with what the process wrote."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        pytest.fail(f"the centre was not ready at {self.url}/readyz; it wrote:\n{self.log.read_text()}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Asks it to end (SIGKILL: pulls the plug) and waits until it has."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            pytest.fail(f"the centre did not stop within 15 s of {how.name}; it wrote:\n{self.log.read_text()}")


@pytest.fixture
def serve(settings: Settings, tmp_path: Path) -> Iterator[Callable[..., Centre]]:
    """`serve(NUANYI_LOCALE="en")` starts a ready centre on the test's database; each further call one more process on it."""
    with ExitStack() as running:
        started = 0

        def start(**environ: str) -> Centre:
            nonlocal started
            started += 1
            centre = Centre(settings, tmp_path / f"centre-{started}.log", environ)
            running.callback(centre.stop)
            centre.wait()
            return centre

        yield start
