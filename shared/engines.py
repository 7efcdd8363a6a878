"""The engines beneath `database`: how SQLite and PostgreSQL are opened, a connection that only reads, and what their faults
mean."""

import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session

R = TypeVar("R")
SNAPSHOT = {"sqlite": "BEGIN", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
# Transactions are begun and ended by hand, so SQLAlchemy's own are to leave them alone.
BY_HAND: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}


def open_engines(url: str, writers: int, readers: int) -> tuple[Engine, Engine]:
    """The engine to write with and the one to read with."""
    if url.startswith("sqlite"):
        return _sqlite(url, 1, writing=True), _sqlite(url, readers, writing=False)
    return _postgres(url, writers, pool_pre_ping=True), _postgres(url, readers, **BY_HAND)


def session_on(connection: Connection) -> Session:
    """A session; its ``info`` has the driver's own connection, the dialect and the boards moved (name to version)."""
    driver = connection.connection.driver_connection
    info: dict[Any, Any] = {"driver": driver, "dialect": connection.dialect, "boards": {}}
    return Session(connection, expire_on_commit=False, autoflush=True, info=info)


class Reader:
    """One connection that only reads, for one thread: every query sees one snapshot and leaves nothing behind."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.begin = SNAPSHOT[engine.dialect.name]
        self._session: Session | None = None

    def run(self, query: Callable[[Session], R]) -> R:
        session = self._begun()
        try:
            return query(session)
        finally:
            session.close()
            self._end(session)

    def close(self) -> None:
        if self._session is not None:
            self._session.get_bind().close()  # type: ignore[union-attr]
            self._session = None

    def _begun(self) -> Session:
        """A session in its snapshot. A connection that was lost meanwhile is opened again, once."""
        if self._session is not None:
            try:
                self._session.info["driver"].execute(self.begin)
                return self._session
            except Exception:
                self._drop()
        self._session = session_on(self.engine.connect())
        self._session.info["driver"].execute(self.begin)
        return self._session

    def _end(self, session: Session) -> None:
        try:
            session.info["driver"].execute("ROLLBACK")
        except Exception:
            self._drop()

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            connection: Any = session.get_bind()
            connection.invalidate()
            connection.close()


def is_retryable(problem: OperationalError) -> bool:
    return getattr(problem.orig, "sqlstate", None) in ("40001", "40P01")


def is_storage(problem: Exception) -> bool:
    """Trouble of the file, not of the action: disk full, locked, input or output failed."""
    original = problem.orig if isinstance(problem, DBAPIError) else problem
    return isinstance(original, sqlite3.OperationalError) and storage_code(original) != "storage-failed"


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


def _postgres(url: str, size: int, **options: Any) -> Engine:
    return create_engine(url, pool_size=size, max_overflow=0, connect_args={"options": "-c timezone=UTC"}, **options)
