"""What every test may ask for: a fresh migrated database of each kind, and settings that point at it.

A test that uses `database_url`, `settings`, `db` or `serve` runs twice, on SQLite and on PostgreSQL. One that has to run
on a single kind says so: `@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)`.
"""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from shared.database import Database
from shared.settings import Settings

if TYPE_CHECKING:
    from tests.postgres import Postgres

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in Bengbu

pytest_plugins = ("tests.postgres", "tests.browser", "tests.centre", "tests.mail")


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


@pytest.fixture(scope="session")
def hashes() -> list[str]:
    """Password hashes of the demo centre's staff; everybody's password is ``Nuan-test-1``."""
    from kiosk.demo import STAFF
    from shared.accounts import hashed
    from tests.centre import PASSWORD

    return [hashed(PASSWORD)] * len(STAFF)


@pytest.fixture
def hall(db: Database, hashes: list[str]) -> UUID:
    """The demo centre's hall, founded in `db` in the morning of a Monday."""
    from kiosk.demo import found_demo_centre

    return db.write_now(found_demo_centre, hashes=hashes, now=MORNING)
