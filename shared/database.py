"""The one way in and out of the database: `write` (one action, one answer after its commit) and `read`.

SQLite has one writer thread that commits waiting actions together; PostgreSQL has a bounded pool, one transaction each.
Not an abstraction over SQL: actions and queries are plain functions over a `sqlmodel.Session`.
"""

import asyncio
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session

from shared.errors import Unavailable
from shared.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")
Work = Callable[Concatenate[Session, P], R]
Job = tuple[Callable[[Session], Any], Future[Any]]

BATCH = 128
READERS = 4
POSTGRES_WRITERS = 8
RETRIES = 8
log = logging.getLogger("nuanyi.database")


class Database:
    """Opened by `start`, closed by `stop`. ``fault`` is the code of the last storage trouble, empty when all is well."""

    def __init__(self, settings: Settings) -> None:
        self.url = settings.url
        self.sqlite = self.url.startswith("sqlite")
        self.fault = ""
        self.committed: Callable[[set[str]], None] = lambda boards: None
        self._writers: ThreadPoolExecutor | None = None
        self._thread: threading.Thread | None = None
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()

    def start(self) -> None:
        self.engine = _sqlite(self.url, writing=True) if self.sqlite else _postgres(self.url, POSTGRES_WRITERS)
        self.reading = _sqlite(self.url, writing=False) if self.sqlite else _postgres(self.url, READERS, reading=True)
        self._readers = ThreadPoolExecutor(READERS, "read")
        if self.sqlite:
            self._thread = threading.Thread(target=self._run_writer, name="write", daemon=True)
            self._thread.start()
        else:
            self._writers = ThreadPoolExecutor(POSTGRES_WRITERS, "write")

    def stop(self) -> None:
        """Finishes what waits, then closes."""
        if self._thread:
            self._jobs.put(None)
            self._thread.join()
        if self._writers:
            self._writers.shutdown()
        self._readers.shutdown()
        self.engine.dispose()
        self.reading.dispose()

    async def write(self, action: Work[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Runs one action and answers after its commit.

        Raises what the action raised (its changes undone, others' kept), or `Unavailable` when the storage failed: then
        nothing of it was kept.
        """
        return await asyncio.wrap_future(self._submit(lambda session: action(session, *args, **kwargs)))

    def write_now(self, action: Work[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """`write` for commands and tests that have no event loop."""
        return self._submit(lambda session: action(session, *args, **kwargs)).result()

    async def read(self, query: Work[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Runs one query in a reader thread, on one snapshot of the data. A write through it fails."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, lambda: self.read_now(query, *args, **kwargs))

    def read_now(self, query: Work[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        with self.reading.connect() as connection, connection.begin(), _session(connection) as session:
            return query(session, *args, **kwargs)

    def _submit(self, act: Callable[[Session], R]) -> "Future[R]":
        future: Future[R] = Future()
        if self._writers:
            self._writers.submit(self._write_one, act, future)
        else:
            self._jobs.put((act, future))
        return future

    def _settle(self, done: Sequence[tuple[Future[Any], Any]], boards: set[str]) -> None:
        """Answers the callers of what has been committed. A caller that has gone away is no reason to stop."""
        self.fault = ""
        if boards:
            self.committed(boards)
        for future, result in done:
            if future.set_running_or_notify_cancel():
                future.set_result(result)

    # SQLite: one thread, group commit ---------------------------------------------------------------------------------

    def _run_writer(self) -> None:
        with self.engine.connect() as connection:
            while (job := self._jobs.get()) is not None:
                stopping = self._commit(connection, self._gather(job))
                if stopping:
                    return

    def _gather(self, first: Job) -> list[Job | None]:
        batch: list[Job | None] = [first]
        with suppress(queue.Empty):
            while len(batch) < BATCH:
                batch.append(self._jobs.get_nowait())
        return batch

    def _commit(self, connection: Connection, batch: list[Job | None]) -> bool:
        """One transaction for all, a savepoint for each. True when the end of the queue was among them."""
        jobs = [job for job in batch if job is not None]
        done: list[tuple[Future[Any], Any]] = []
        driver: Any = connection.connection.driver_connection
        try:
            driver.execute("BEGIN IMMEDIATE")
            with _session(connection) as session:
                for act, future in jobs:
                    self._attempt(session, act, future, done)
                boards: set[str] = session.info["boards"]
            driver.execute("COMMIT")
        except (DBAPIError, sqlite3.Error) as problem:
            if driver.in_transaction:
                driver.execute("ROLLBACK")
            self._fail([future for _, future in jobs], problem)
        else:
            self._settle(done, boards)
        return len(jobs) < len(batch)

    def _attempt(
        self, session: Session, act: Callable[[Session], Any], future: Future[Any], done: list[tuple[Future[Any], Any]]
    ) -> None:
        driver = session.info["driver"]
        bumped = set(session.info["boards"])
        driver.execute("SAVEPOINT act")
        try:
            result = act(session)
            session.flush()
        except Exception as problem:
            if not driver.in_transaction or _is_storage(problem):
                raise
            session.rollback()
            driver.execute("ROLLBACK TO act")
            session.info["boards"] = bumped
            _refuse(future, problem)
        else:
            done.append((future, result))
        finally:
            session.expunge_all()
            if driver.in_transaction:
                driver.execute("RELEASE act")

    def _fail(self, futures: list[Future[Any]], problem: Exception) -> None:
        self.fault = _storage_code(problem)
        log.error("storage: %s", self.fault, exc_info=problem)
        for future in futures:
            _refuse(future, Unavailable(self.fault))

    # PostgreSQL: a transaction each -----------------------------------------------------------------------------------

    def _write_one(self, act: Callable[[Session], Any], future: Future[Any]) -> None:
        for attempt in range(RETRIES):
            try:
                with self.engine.begin() as connection, _session(connection) as session:
                    result = act(session)
                    session.flush()
                    boards: set[str] = session.info["boards"]
                return self._settle([(future, result)], boards)
            except OperationalError as problem:
                if not _is_retryable(problem) or attempt == RETRIES - 1:
                    return self._fail([future], problem)
                time.sleep(0.005 * 2**attempt)
            except Exception as problem:
                return _refuse(future, problem)


def _session(connection: Connection) -> Session:
    driver = connection.connection.driver_connection
    info: dict[Any, Any] = {"driver": driver, "dialect": connection.dialect, "boards": set()}
    return Session(connection, expire_on_commit=False, autoflush=True, info=info)


def _refuse(future: Future[Any], problem: BaseException) -> None:
    if not future.done() and future.set_running_or_notify_cancel():
        future.set_exception(problem)


def _is_retryable(problem: OperationalError) -> bool:
    return getattr(problem.orig, "sqlstate", None) in ("40001", "40P01")


def _is_storage(problem: Exception) -> bool:
    """Trouble of the file, not of the action: disk full, locked, input or output failed."""
    original = problem.orig if isinstance(problem, DBAPIError) else problem
    return isinstance(original, sqlite3.OperationalError) and _storage_code(original) != "storage-failed"


def _storage_code(problem: Exception) -> str:
    said = str(problem).lower()
    if "full" in said:
        return "storage-full"
    if "locked" in said or "busy" in said:
        return "storage-busy"
    return "storage-unreadable" if "disk i/o" in said or "readonly" in said else "storage-failed"


def _sqlite(url: str, *, writing: bool) -> Engine:
    """The writer's transactions are begun and ended by hand, so SQLAlchemy's own are to leave them alone."""
    by_hand = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True} if writing else {}
    arguments = {"check_same_thread": False, "cached_statements": 256, "isolation_level": None}
    engine = create_engine(url, connect_args=arguments, pool_size=READERS, **by_hand)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        if not writing:
            connection.execute("PRAGMA query_only=ON")

    if not writing:

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN")

    return engine


def _postgres(url: str, size: int, *, reading: bool = False) -> Engine:
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if reading else {}
    return create_engine(url, pool_size=size, max_overflow=0, pool_pre_ping=not reading, execution_options=options)
