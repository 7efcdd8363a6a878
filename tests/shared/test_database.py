"""The one way in and out of the database: group commit, each action by itself, and storage that fails."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import Session, SQLModel, select

from shared.database import Database
from shared.errors import Refused, Unavailable
from shared.live import Board, board_versions, bump
from shared.settings import Settings

pytestmark = pytest.mark.anyio
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def raise_board(session: Session, name: str) -> int:
    return bump(session, name)


def count(session: Session, name: str) -> int:
    row = session.get(Board, name) or Board(name=name)
    row.version += 1
    session.add(row)
    return row.version


def change_then_refuse(session: Session, name: str) -> None:
    bump(session, name)
    session.add(Board(name=f"{name}-more"))
    raise Refused("not-today")


def change_twice(session: Session) -> None:
    session.add(Board(name="same"))
    session.flush()
    session.add(Board(name="same"))
    session.flush()


async def test_an_answer_comes_after_its_commit(db: Database) -> None:
    assert await db.write(raise_board, "lobby") == 1
    assert await db.read(board_versions) == {"lobby": 1}


async def test_many_writers_are_all_counted(db: Database) -> None:
    answers = await asyncio.gather(*[db.write(count, "lobby") for _ in range(200)])
    assert sorted(answers) == list(range(1, 201))


async def test_what_is_committed_together_is_one_version(db: Database) -> None:
    """Nobody can see one of them without the others, and the next commit is a new version."""
    answers = await asyncio.gather(*[db.write(raise_board, "lobby") for _ in range(200)])
    assert answers == sorted(answers)
    assert await db.write(raise_board, "lobby") == answers[-1] + 1
    assert await db.read(board_versions) == {"lobby": answers[-1] + 1}


async def test_a_refused_action_undoes_only_itself(db: Database) -> None:
    acts = [db.write(raise_board, "a"), db.write(change_then_refuse, "b"), db.write(raise_board, "c")]
    first, second, third = await asyncio.gather(*acts, return_exceptions=True)
    assert (first, third) == (1, 1)
    assert isinstance(second, Refused)
    assert await db.read(board_versions) == {"a": 1, "c": 1}


async def test_an_action_that_breaks_a_constraint_undoes_only_itself(db: Database) -> None:
    results = await asyncio.gather(db.write(change_twice), db.write(raise_board, "a"), return_exceptions=True)
    assert isinstance(results[0], Exception)
    assert await db.read(board_versions) == {"a": 1}


async def test_a_commit_tells_which_boards_moved(db: Database) -> None:
    moved: list[dict[str, int]] = []
    db.on_commit.append(lambda _session, boards: moved.append(boards))
    await asyncio.gather(db.write(raise_board, "a"), db.write(change_then_refuse, "b"), return_exceptions=True)
    assert moved == [{"a": 1}]


@only_sqlite
async def test_a_reader_cannot_write(db: Database) -> None:
    with pytest.raises(Exception, match="readonly"):
        await db.read(raise_board, "lobby")


async def test_a_caller_who_went_away_stops_nobody(db: Database) -> None:
    waiting = asyncio.ensure_future(db.write(raise_board, "a"))
    await asyncio.sleep(0)
    waiting.cancel()
    assert await db.write(raise_board, "b") == 1


@pytest.fixture
def other(settings: Settings) -> Iterator[sqlite3.Connection]:
    """Another program on the same file."""
    connection = sqlite3.connect(Path(settings.data) / "nuanyi.db", isolation_level=None)
    yield connection
    connection.close()


@only_sqlite
async def test_a_locked_database_acknowledges_nothing_and_recovers(db: Database, other: sqlite3.Connection) -> None:
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable) as refused:
        await db.write(raise_board, "a")
    assert (refused.value.code, db.fault) == ("storage-busy", "storage-busy")
    other.execute("ROLLBACK")
    assert await db.write(raise_board, "a") == 1
    assert db.fault == ""


@only_sqlite
async def test_a_full_disk_acknowledges_nothing_and_keeps_what_was_there(db: Database) -> None:
    await db.write(raise_board, "a")

    def no_more_room(session: Session) -> None:
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
        session.connection().exec_driver_sql(f"PRAGMA max_page_count={pages}")

    def write_much(session: Session) -> None:
        session.add_all(Board(name=f"{n:06}" + "x" * 70) for n in range(5_000))
        session.flush()

    def room_again(session: Session) -> None:
        session.connection().exec_driver_sql("PRAGMA max_page_count=1000000")

    await db.write(no_more_room)
    with pytest.raises(Unavailable) as refused:
        await db.write(write_much)
    assert (refused.value.code, db.fault) == ("storage-full", "storage-full")
    assert await db.read(board_versions) == {"a": 1}
    await db.write(room_again)
    assert await db.write(raise_board, "a") == 2


def test_the_migrated_schema_is_the_one_the_program_describes(db: Database, hall: UUID) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    assert db.read_now(lambda s: s.exec(select(Board)).all())
