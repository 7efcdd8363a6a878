"""What every test may ask for: a fresh migrated database of each kind, and settings that point at it.

A test that uses `database_url`, `settings`, `db` or `serve` runs twice, on SQLite and on PostgreSQL. What writes, counts,
locks or sorts has to. One that only looks at pages, words or a browser does not, as the same queries are proven elsewhere
on both; it says so: `@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)`.
"""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlmodel import select

from shared.database import Database
from shared.settings import Settings

if TYPE_CHECKING:
    from tests.postgres import Postgres

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in Bengbu

pytest_plugins = ("tests.postgres", "tests.browser", "tests.centre", "tests.mail")


def pytest_configure() -> None:
    """Folders of tests lie in memory where there is room: a commit on a disk waits for the disk."""
    from tests.postgres import memory

    if roomy := memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", roomy)


def pytest_report_header() -> list[str]:
    from tests.mail import dovecot_program
    from tests.postgres import programs

    missing = "none found, its tests are skipped (a failure where CI is set)"
    return [f"PostgreSQL: {programs() or missing}", f"dovecot: {dovecot_program() or missing}"]


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


@pytest.fixture(scope="session")
def sqlite_founded(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, hashes: list[str]) -> Path:
    """The same with the demo centre in it."""
    folder = tmp_path_factory.mktemp("founded")
    path = shutil.copyfile(sqlite_template, folder / "nuanyi.db")
    _found(Settings.read({"NUANYI_DATA": str(folder)}), hashes)
    return path


@pytest.fixture(scope="session")
def postgresql_founded(postgresql: "Postgres", hashes: list[str]) -> str:
    """The name of a PostgreSQL database with the demo centre in it, to be copied and never opened."""
    url = postgresql.create()
    _found(Settings.read({"NUANYI_DATABASE_URL": url}), hashes)
    return postgresql.name(url)


def _found(settings: Settings, hashes: list[str]) -> None:
    from kiosk.demo import found_demo_centre

    database = Database(settings)
    database.start()
    database.write_now(found_demo_centre, hashes=hashes, now=MORNING)
    database.stop()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An empty NUANYI_DATA."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, data: Path) -> Iterator[str]:
    """NUANYI_DATABASE_URL of a fresh, migrated database: empty for SQLite, whose file then lies in `data`.

    It holds nothing, or the demo centre when the test asks for `hall`.
    """
    kind = "founded" if "founded" in request.fixturenames else "template"
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue(f"sqlite_{kind}"), data / "nuanyi.db")
        yield ""
        return
    server: Postgres = request.getfixturevalue("postgresql")
    url = server.create(request.getfixturevalue(f"postgresql_{kind}"))
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


@pytest.fixture(scope="session")
def hashes() -> list[str]:
    """Password hashes of the demo centre's staff; everybody's password is ``Nuan-test-1``."""
    from kiosk.demo import STAFF
    from shared.accounts import hashed
    from tests.centre import PASSWORD

    return [hashed(PASSWORD)] * len(STAFF)


@pytest.fixture(scope="session")
def founded() -> None:
    """Says to `database_url` that the demo centre is wanted. Founding it for each test would take longer than most tests."""


@pytest.fixture
def hall(db: Database, founded: None) -> UUID:
    """The demo centre's hall in `db`, founded in the morning of a Monday."""
    from shared.offices import Hall

    return db.read_now(lambda session: session.exec(select(Hall.id)).one())
