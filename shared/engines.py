"""Beneath `database`: how SQLite and PostgreSQL are opened, the connection that writes, those that read, and what their
faults mean."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from shared.errors import Refused

R = TypeVar("R")
Act = Callable[[Session], Any]
Result = tuple[Any, BaseException | None]

READING = {"sqlite": "BEGIN", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
WRITING = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "BEGIN"}
# Several acts lock several boards: two processes that wait for each other give up soon and try each act by itself.
TOGETHER = {"sqlite": "", "postgresql": "SET LOCAL lock_timeout = '250ms'"}
CLASHES = ("40001", "40P01", "55P03")  # serialisation, deadlock, lock not available
# Transactions are begun and ended by hand, so SQLAlchemy's own are to leave them alone.
BY_HAND: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}


def open_engines(url: str, readers: int) -> tuple[Engine, Engine]:
    """The engine to write with and the one to read with."""
    if url.startswith("sqlite"):
        return _sqlite(url, readers, writing=True), _sqlite(url, readers, writing=False)
    return _postgres(url, readers), _postgres(url, readers)


def session_on(connection: Connection) -> Session:
    """A session; its ``info`` has the driver's own connection, the dialect, the boards moved (name to version) and how many
    prepared statements have changed something."""
    driver = connection.connection.driver_connection
    info: dict[Any, Any] = {"driver": driver, "dialect": connection.dialect, "boards": {}, "changes": 0}
    return Session(connection, expire_on_commit=False, autoflush=True, info=info)


class Line:
    """One connection, kept open for one thread at a time. One that was lost meanwhile is opened again, once."""

    def __init__(self, engine: Engine, begin: dict[str, str]) -> None:
        self.engine = engine
        self.begin = begin[engine.dialect.name]
        self.session: Session | None = None

    def begun(self) -> Session:
        """A session in a new transaction."""
        if self.session is not None:
            try:
                self.session.info["driver"].execute(self.begin)
                return self.session
            except sqlite3.Error:
                raise
            except Exception:
                self.drop()
        self.session = session_on(self.engine.connect())
        self.session.info["driver"].execute(self.begin)
        return self.session

    def undo(self) -> None:
        """Ends the transaction without a trace. A connection that cannot even do that is let go."""
        if self.session is None:
            return
        try:
            self.session.close()
            if in_transaction(self.session):
                self.session.info["driver"].execute("ROLLBACK")
        except Exception:
            self.drop()

    def drop(self) -> None:
        session, self.session = self.session, None
        if session is not None:
            connection: Any = session.get_bind()
            connection.invalidate()
            connection.close()

    def close(self) -> None:
        if self.session is not None:
            connection: Any = self.session.get_bind()
            connection.close()
            self.session = None


class Reader(Line):
    """Every query sees one snapshot and leaves nothing behind."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, READING)

    def run(self, query: Callable[[Session], R]) -> R:
        try:
            return query(self.begun())
        finally:
            self.undo()


class Writer(Line):
    """Acts in one transaction. ``boards``: those that moved in the last one, name to version."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, WRITING)
        self.together = TOGETHER[engine.dialect.name]

    @property
    def boards(self) -> dict[str, int]:
        moved: dict[str, int] = self.session.info["boards"] if self.session else {}
        return moved

    def look(self, watcher: Callable[[Session, dict[str, int]], None]) -> None:
        """Lets somebody read what was just committed."""
        if self.session is not None:
            watcher(self.session, self.boards)

    def run(self, acts: Sequence[Act]) -> list[Result]:
        """What each returned, or raised (its changes undone). Raises when the storage failed: then nothing was kept.

        Acts are trusted first. Should one be refused after it has changed something, all is undone and each is done again
        in a savepoint of its own.
        """
        try:
            return self._commit(acts, _trust)
        except Spoilt as spoilt:
            return [(None, spoilt.problem)] if len(acts) == 1 else self._commit(acts, _attempt)

    def _commit(self, acts: Sequence[Act], attempt: Callable[[Session, Act], Result]) -> list[Result]:
        session = self.begun()
        session.info["boards"], session.info["changes"] = {}, 0
        driver: Any = session.info["driver"]
        try:
            if self.together and len(acts) > 1:
                driver.execute(self.together)
            results = [attempt(session, act) for act in acts]
            session.close()
            if any(refusal is None for _, refusal in results):
                driver.execute("COMMIT")
                return results
        except Exception:
            session.info["boards"] = {}
            self.undo()
            raise
        session.info["boards"] = {}
        self.undo()
        return results


class Spoilt(Exception):
    """An act failed half done, in a transaction that others share."""

    def __init__(self, problem: Exception) -> None:
        self.problem = problem


def _trust(session: Session, act: Act) -> Result:
    """One act without a savepoint. A refusal before any change (a board's version apart) leaves nothing to undo."""
    before = session.info["changes"]
    try:
        result = act(session)
        _let_go(session)
    except Exception as problem:
        if is_storage(problem):
            raise
        if isinstance(problem, Refused) and session.info["changes"] == before and not session.in_transaction():
            return None, problem
        raise Spoilt(problem) from problem
    return result, None


def _attempt(session: Session, act: Act) -> Result:
    """One act in its savepoint. Raises only when the storage has failed under it."""
    driver, moved = session.info["driver"], dict(session.info["boards"])
    driver.execute("SAVEPOINT act")
    try:
        result, refusal = act(session), None
        _let_go(session)
    except Exception as problem:
        if is_storage(problem) or not in_transaction(session):
            raise
        session.rollback()
        driver.execute("ROLLBACK TO SAVEPOINT act")
        session.info["boards"] = moved
        result, refusal = None, problem
    driver.execute("RELEASE SAVEPOINT act")
    return result, refusal


def _let_go(session: Session) -> None:
    """Writes out what the session holds. One that nobody has used (hot acts go to the driver) holds nothing."""
    if session.in_transaction():
        session.flush()
        session.expunge_all()


def in_transaction(session: Session) -> bool:
    """Whether the database itself still has one open; trouble may have ended it."""
    driver: Any = session.info["driver"]
    if session.info["dialect"].name == "sqlite":
        return bool(driver.in_transaction)
    return bool(driver.info.transaction_status in (1, 2, 3))  # active, in transaction, in a failed one


def is_clash(problem: Exception) -> bool:
    """Two processes stood in each other's way; trying again is all it takes."""
    return getattr(_original(problem), "sqlstate", None) in CLASHES


def is_storage(problem: Exception) -> bool:
    """Trouble of the storage, not of the action: disk full, locked, input or output failed, connection lost."""
    original = _original(problem)
    if isinstance(original, sqlite3.Error):
        return isinstance(original, sqlite3.OperationalError) and storage_code(original) != "storage-failed"
    return any(kind.__name__ == "OperationalError" for kind in type(original).__mro__)


def _original(problem: Exception) -> BaseException:
    """What the driver itself raised: hot acts meet it bare, the session wraps it."""
    return problem.orig if isinstance(problem, DBAPIError) and problem.orig else problem


def storage_code(problem: Exception) -> str:
    said = str(problem).lower()
    if "full" in said:
        return "storage-full"
    if "locked" in said or "busy" in said:
        return "storage-busy"
    return "storage-unreadable" if "disk i/o" in said or "readonly" in said else "storage-failed"


def _sqlite(url: str, size: int, *, writing: bool) -> Engine:
    arguments = {"check_same_thread": False, "cached_statements": 256, "isolation_level": None}
    engine = create_engine(url, connect_args=arguments, pool_size=size, **BY_HAND)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        if not writing:
            connection.execute("PRAGMA query_only=ON")

    return engine


def _postgres(url: str, size: int) -> Engine:
    in_utc = {"options": "-c timezone=UTC"}
    return create_engine(url, pool_size=size, max_overflow=0, connect_args=in_utc, **BY_HAND)
