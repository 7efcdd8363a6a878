"""The centre in a process of its own, as `python -m app` starts it, on a folder and a port that are free."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlmodel import Session, select

from benchmarks.visitors import Line, request
from kiosk.commands import prepare
from kiosk.tables import Service, Window, WindowSkill, WindowState
from shared.database import Database
from shared.offices import Hall
from shared.settings import Settings

ROOT = Path(__file__).parent.parent
START_SECONDS = 180.0
STOP_SECONDS = 20.0
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Centre:
    """One process. ``token`` is a bearer token of an integration."""

    def __init__(self, data: Path, database_url: str = "", token: str = "") -> None:
        self.data = data
        self.settings = Settings.read({"NUANYI_DATA": str(data), "NUANYI_DATABASE_URL": database_url})
        self.port = _free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NUANYI_")}
        place = {"NUANYI_DATA": str(data), "NUANYI_DATABASE_URL": database_url, "NUANYI_PORT": str(self.port)}
        self.environ = {**kept, **place}
        self.token = token or self._new_token()

    def _new_token(self) -> str:
        command = [sys.executable, "-m", "litestar", "token", "add", "--role", "integration", "--name", "benchmark"]
        made = subprocess.run(command, cwd=ROOT, env=self.environ, check=True, capture_output=True, text=True)
        return made.stdout.split()[-1]

    def start(self) -> float:
        """Seconds from the start of the process to its first 200."""
        began = time.perf_counter()
        with (self.data / f"log-{self.port}").open("a") as log:
            command = [sys.executable, "-m", "app"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environ, stdout=log, stderr=log)
        while not self._answers():
            if self.process.poll() is not None or time.perf_counter() - began > START_SECONDS:
                self.stop(signal.SIGKILL)
                raise RuntimeError(f"the centre did not start; see {log.name}")
            time.sleep(0.002)
        return time.perf_counter() - began

    def _answers(self) -> bool:
        try:
            line = Line(self.port)
        except OSError:
            return False
        try:
            return line.ask(HEALTH)[0] == 200
        finally:
            line.close()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """SIGKILL pulls the plug."""
        if self.process.poll() is not None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @property
    def pid(self) -> int:
        return self.process.pid

    def get(self, path: str) -> bytes:
        """The bytes of a GET with the token."""
        return request("GET", path, self.token)

    def post(self, path: str) -> bytes:
        return request("POST", path, self.token)

    def waiting(self) -> int:
        """How many wait, by the public board."""
        line = Line(self.port)
        _, body = line.ask(self.get("/api/v1/board"))
        line.close()
        return sum(one["count"] for one in json.loads(body)["waiting"])


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="nuanyi-bench-", ignore_cleanup_errors=True) as made:
        yield Path(made)


@contextmanager
def serving(data: Path, database_url: str = "", token: str = "") -> Iterator[Centre]:
    """A running centre on what lies in the folder."""
    centre = Centre(data, database_url, token)
    centre.start()
    try:
        yield centre
    finally:
        centre.stop()


def found(data: Path, database_url: str = "", set_up: Callable[[Session], None] | None = None) -> None:
    """The demo centre in an empty folder, then ``set_up`` as one action."""
    settings = Settings.read({"NUANYI_DATA": str(data), "NUANYI_DATABASE_URL": database_url})
    prepare(settings)
    if set_up is None:
        return
    database = Database(settings)
    database.start()
    database.write_now(set_up)
    database.stop()


def open_windows(session: Session) -> None:
    """Eight open windows, every one of which can serve everybody: they all race for the same lines."""
    hall = session.exec(select(Hall)).first()
    assert hall is not None
    skills = set(session.exec(select(Service.skill)).all())
    known = {window.code: window for window in session.exec(select(Window)).all()}
    for position, code in enumerate(map(str, range(1, 9))):
        window = known.get(code) or Window(hall_id=hall.id, code=code, name_zh=code, name_en=code, position=position)
        window.state = WindowState.OPEN
        session.add(window)
        session.flush()
        has = set(session.exec(select(WindowSkill.skill).where(WindowSkill.window_id == window.id)).all())
        session.add_all(WindowSkill(window_id=window.id, skill=skill) for skill in skills - has)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
