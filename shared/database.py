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
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session

from shared.errors import Unavailable
from shared.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")
Work = Callable[Concatenate[Session, P], R]
Act = Callable[[Session], Any]
Job = tuple[Act, "_Caller"]
Outcome = tuple["_Caller", Any, BaseException | None]

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
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        self._submit(lambda session: action(session, *args, **kwargs), _Caller(future, loop))
        return await future

    def write_now(self, action: Work[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """`write` for commands and tests that have no event loop."""
        future: Future[R] = Future()
        self._submit(lambda session: action(session, *args, **kwargs), _Caller(future, None))
        return future.result()

    async def read(self, query: Work[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Runs one query in a reader thread, on one snapshot of the data. A write through it fails."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, lambda: self.read_now(query, *args, **kwargs))

    def read_now(self, query: Work[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        with self.reading.connect() as connection, connection.begin(), _session(connection) as session:
            return query(session, *args, **kwargs)

    def _submit(self, act: Act, caller: "_Caller") -> None:
        if self._writers:
            self._writers.submit(self._write_one, act, caller)
        else:
            self._jobs.put((act, caller))

    def _settle(self, outcomes: list[Outcome], boards: set[str]) -> None:
        """Tells which boards moved, then answers the callers."""
        self.fault = ""
        if boards:
            self.committed(boards)
        _answer(outcomes)

    def _fail(self, callers: list["_Caller"], problem: Exception) -> None:
        self.fault = _storage_code(problem)
        log.error("storage: %s", self.fault, exc_info=problem)
        _answer([(caller, None, Unavailable(self.fault)) for caller in callers])

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
        driver: Any = connection.connection.driver_connection
        try:
            driver.execute("BEGIN IMMEDIATE")
            with _session(connection) as session:
                outcomes = [_attempt(session, driver, *job) for job in jobs]
                boards: set[str] = session.info["boards"]
            driver.execute("COMMIT")
        except Exception as problem:
            if driver.in_transaction:
                driver.execute("ROLLBACK")
            self._fail([caller for _, caller in jobs], problem)
        else:
            self._settle(outcomes, boards)
        return len(jobs) < len(batch)

    # PostgreSQL: a transaction each -----------------------------------------------------------------------------------

    def _write_one(self, act: Act, caller: "_Caller") -> None:
        for attempt in range(RETRIES):
            try:
                with self.engine.begin() as connection, _session(connection) as session:
                    result = act(session)
                    session.flush()
                    boards: set[str] = session.info["boards"]
                return self._settle([(caller, result, None)], boards)
            except OperationalError as problem:
                if not _is_retryable(problem) or attempt == RETRIES - 1:
                    return self._fail([caller], problem)
                time.sleep(0.005 * 2**attempt)
            except Exception as problem:
                return _answer([(caller, None, problem)])


class _Caller(NamedTuple):
    """Who waits for an action: a coroutine of ``loop``, or (None) a thread."""

    future: "asyncio.Future[Any] | Future[Any]"
    loop: asyncio.AbstractEventLoop | None


def _attempt(session: Session, driver: Any, act: Act, caller: _Caller) -> Outcome:
    """One action in its savepoint. Raises only when the storage has failed under it.

    A session that nobody has used (hot acts go to the driver) needs no flush and holds nothing to forget.
    """
    bumped = set(session.info["boards"])
    driver.execute("SAVEPOINT act")
    try:
        result, refusal = act(session), None
        if session.in_transaction():
            session.flush()
    except Exception as problem:
        if not driver.in_transaction or _is_storage(problem):
            raise
        session.rollback()
        driver.execute("ROLLBACK TO act")
        session.info["boards"] = bumped
        result, refusal = None, problem
    if session.in_transaction():
        session.expunge_all()
    driver.execute("RELEASE act")
    return caller, result, refusal


def _answer(outcomes: list[Outcome]) -> None:
    """Answers threads at once and the coroutines of each loop in one go."""
    for loop in {caller.loop for caller, _, _ in outcomes}:
        theirs = [outcome for outcome in outcomes if outcome[0].loop is loop]
        if loop is None:
            _fulfil(theirs)
        else:
            with suppress(RuntimeError):  # the loop has been closed: nobody waits any more
                loop.call_soon_threadsafe(_fulfil, theirs)


def _fulfil(outcomes: list[Outcome]) -> None:
    """A caller that has gone away is no reason to stop."""
    for (future, _), result, refusal in outcomes:
        if future.done():
            continue
        if refusal is not None:
            future.set_exception(refusal)
        else:
            future.set_result(result)


def _session(connection: Connection) -> Session:
    driver = connection.connection.driver_connection
    info: dict[Any, Any] = {"driver": driver, "dialect": connection.dialect, "boards": set()}
    return Session(connection, expire_on_commit=False, autoflush=True, info=info)


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
    in_utc = {"options": "-c timezone=UTC"}
    return create_engine(
        url, pool_size=size, max_overflow=0, pool_pre_ping=not reading, execution_options=options, connect_args=in_utc
    )
