"""Brings a database to the newest schema. The revisions under `migrations/` are read and kept by people.

Alembic is loaded only when there is something to migrate: a centre that starts on a current schema never pays for it.
"""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from shared.settings import Settings

FOLDER = Path(__file__).parent.parent / "migrations"
CURRENT = text("SELECT version_num FROM alembic_version")


@cache
def newest() -> str:
    """The revision that this program was written for: the highest of the numbered files."""
    return max(file.name.split("_")[0] for file in (FOLDER / "versions").glob("[0-9]*.py"))


def is_current(connection: Connection) -> bool:
    """Whether the schema is the one this program was written for."""
    try:
        return connection.execute(CURRENT).scalar() == newest()
    except DBAPIError:
        return False


def upgrade(url: str) -> None:
    """Runs every revision that is missing. ``url`` is a SQLAlchemy address."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(config, "head")


def bring_up(settings: Settings) -> None:
    """Upgrades the database of these settings if it needs it, in a process of its own (Alembic stays out of ours)."""
    engine = create_engine(settings.url)
    with engine.connect() as connection:
        current = is_current(connection)
    engine.dispose()
    if not current:
        place = {"NUANYI_DATA": str(settings.data), "NUANYI_DATABASE_URL": settings.database_url}
        command = [sys.executable, "-m", "shared.migrate"]
        subprocess.run(command, cwd=FOLDER.parent, env={**os.environ, **place}, check=True)


if __name__ == "__main__":
    upgrade(Settings.read(os.environ).url)
