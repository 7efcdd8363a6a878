"""Brings a database to the newest schema. The revisions under `migrations/` are read and kept by people."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

FOLDER = Path(__file__).parent.parent / "migrations"


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str) -> None:
    """Runs every revision that is missing. ``url`` is a SQLAlchemy address."""
    command.upgrade(_config(url), "head")


@cache
def newest() -> str | None:
    """The revision that this program was written for."""
    return ScriptDirectory.from_config(_config("")).get_current_head()


def is_current(connection: Connection) -> bool:
    """Whether the schema is the one this program was written for."""
    return MigrationContext.configure(connection).get_current_revision() == newest()
