"""The real centre in processes of its own, for journeys, for two processes on one database, and for pulling the plug."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from kiosk import demo
from kiosk.commands import keep_accounts
from shared.database import Database
from shared.keys import add_token
from shared.offices import Hall
from shared.settings import Settings

PASSWORD = "Nuan-test-1"
ROOT = Path(__file__).parent.parent


class Centre:
    """One process of the centre, as `make run` starts it, on a free port that it keeps from one `start` to the next."""

    def __init__(self, settings: Settings, log: Path, environ: dict[str, str]) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NUANYI_")}
        place = {"NUANYI_DATA": str(settings.data), "NUANYI_DATABASE_URL": settings.database_url, "NUANYI_PORT": "0"}
        self.environ = {**kept, **place, **environ}
        self.log = log
        self.url = ""

    def start(self) -> None:
        """Returns when /readyz says 200; fails with what the process wrote."""
        with self.log.open("w") as out:
            command = [sys.executable, "-m", "app"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environ, stdout=out, stderr=out)
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            if self._is_ready():
                return
            time.sleep(0.05)
        pytest.fail(f"the centre did not get ready; it wrote:\n{self.log.read_text()}")

    def _is_ready(self) -> bool:
        said = re.search(r"http://127\.0\.0\.1:(\d+)", self.log.read_text())
        if not said:
            return False
        self.url, self.environ["NUANYI_PORT"] = said[0], said[1]
        try:
            return httpx.get(f"{self.url}/readyz", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Asks it to end (SIGKILL: pulls the plug) and waits until it has. Does nothing to one that has ended."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            pytest.fail(f"the centre did not stop within 15 s of {how.name}; it wrote:\n{self.log.read_text()}")


@pytest.fixture
def serve(settings: Settings, hashes: list[str], tmp_path: Path) -> Iterator[Callable[..., Centre]]:
    """`serve(NUANYI_LOCALE="en")` starts a ready centre on the test's database; each further call one more process on it.

    The demo centre is founded beforehand with one password for all, so that no start waits for ten hashes.
    """
    found(settings, hashes)
    with ExitStack() as running:
        started = 0

        def start(**environ: str) -> Centre:
            nonlocal started
            started += 1
            centre = Centre(settings, tmp_path / f"centre-{started}.log", environ)
            running.callback(centre.stop)
            centre.start()
            return centre

        yield start


def found(settings: Settings, hashes: list[str]) -> None:
    """The demo centre in an empty database, with the accounts where `make run` would have put them."""
    database = Database(settings)
    database.start()
    if database.read_now(demo.is_empty):
        database.write_now(demo.found_demo_centre, hashes=hashes, now=datetime.now(UTC))
        accounts = [(account, PASSWORD, name) for account, name, _ in demo.STAFF]
        keep_accounts(settings.data / "accounts.txt", accounts)
    database.stop()


def token_for(settings: Settings) -> str:
    """A bearer token of an integration."""
    database = Database(settings)
    database.start()
    try:
        hall = database.read_now(lambda session: session.exec(select(Hall)).one())
        told = {"office": hall.office_id, "hall": hall.id, "name": "test", "role": "integration"}
        return database.write_now(add_token, now=datetime.now(UTC), by="test", **told)
    finally:
        database.stop()


def printed_token(settings: Settings) -> str:
    """The same as the command prints it: one line and nothing else."""
    litestar = Path(sys.executable).with_name("litestar")
    environ = {**os.environ, "NUANYI_DATA": str(settings.data), "NUANYI_DATABASE_URL": settings.database_url}
    command = [str(litestar), "token", "add", "--role", "integration", "--name", "test"]
    made = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
    (line,) = made.stdout.splitlines()
    return line
