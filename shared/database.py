"""The one way in and out of the database: `write` (one action, one answer after its commit) and `read`.

One writer thread commits the actions that wait together; a few threads read. Not an abstraction over SQL: actions and
queries are plain functions over a `sqlmodel.Session`.
"""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from sqlmodel import Session

from shared.engines import Act, Reader, Writer, is_clash, open_engines, storage_code
from shared.errors import Unavailable
from shared.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")
Work = Callable[Concatenate[Session, P], R]
Watcher = Callable[[Session, dict[str, int]], None]
Job = tuple[Act, "_Caller"]
Outcome = tuple["_Caller", Any, BaseException | None]

BATCH = 128
READERS = 4
RETRIES = 8
log = logging.getLogger("nuanyi.database")


class Database:
    """Opened by `start`, closed by `stop`. ``fault`` is the code of the last storage trouble, empty when all is well.

    ``on_commit``: told in the writer's thread, after each commit here and before anybody is answered, which boards moved
    and to which version, with a session to look at what was committed.
    """

    def __init__(self, settings: Settings) -> None:
        self.url = settings.url
        self.sqlite = self.url.startswith("sqlite")
        self.fault = ""
        self.on_commit: list[Watcher] = []
        self._threads: list[threading.Thread] = []
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._asked: queue.SimpleQueue[Job | None] = queue.SimpleQueue()

    def start(self) -> None:
        self.engine, self.reading = open_engines(self.url, READERS)
        for _ in range(READERS):
            self._begin(self._run_reader, "read")
        self._begin(self._run_writer, "write")

    def _begin(self, work: Callable[[], None], name: str) -> None:
        thread = threading.Thread(target=work, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def stop(self) -> None:
        """Finishes what waits, then closes."""
        self._jobs.put(None)
        for _ in range(READERS):
            self._asked.put(None)
        for thread in self._threads:
            thread.join()
        self.engine.dispose()
        self.reading.dispose()

    async def write(self, action: Work[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Runs one action and answers after its commit.

        Raises what the action raised (its changes undone, others' kept), or `Unavailable` when the storage failed: then
        nothing of it was kept.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        self._jobs.put((lambda session: action(session, *args, **kwargs), _Caller(future, loop)))
        return await future

    def write_now(self, action: Work[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """`write` for commands and tests that have no event loop."""
        future: Future[R] = Future()
        self._jobs.put((lambda session: action(session, *args, **kwargs), _Caller(future, None)))
        return future.result()

    async def read(self, query: Work[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Runs one query in a reader thread, on one snapshot of the data. A write through it fails."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        self._asked.put((lambda session: query(session, *args, **kwargs), _Caller(future, loop)))
        return await future

    def read_now(self, query: Work[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """`read` for commands and tests that have no event loop."""
        future: Future[R] = Future()
        self._asked.put((lambda session: query(session, *args, **kwargs), _Caller(future, None)))
        return future.result()

    def _fail(self, callers: list["_Caller"], problem: Exception) -> None:
        self.fault = storage_code(problem)
        log.error("storage: %s", self.fault, exc_info=problem)
        _answer([(caller, None, Unavailable(self.fault)) for caller in callers])

    # Reading: a few threads, each with a connection of its own -------------------------------------------------------

    def _run_reader(self) -> None:
        reader = Reader(self.reading)
        while (job := self._asked.get()) is not None:
            query, caller = job
            try:
                outcome: Outcome = (caller, reader.run(query), None)
            except Exception as problem:
                outcome = (caller, None, problem)
            _answer([outcome])
            del job, query, caller, outcome
        reader.close()

    # Writing: one thread, group commit --------------------------------------------------------------------------------

    def _run_writer(self) -> None:
        writer = Writer(self.engine)
        last = False
        while not last and (job := self._jobs.get()) is not None:
            jobs, last = self._gather(job)
            self._commit(writer, jobs)
            del job, jobs
        writer.close()

    def _gather(self, first: Job) -> tuple[list[Job], bool]:
        """What waits to be written together. True when the end of the queue was there."""
        jobs = [first]
        with suppress(queue.Empty):
            while len(jobs) < BATCH:
                more = self._jobs.get_nowait()
                if more is None:
                    return jobs, True
                jobs.append(more)
        return jobs, False

    def _commit(self, writer: Writer, jobs: list[Job], attempt: int = 0) -> None:
        try:
            results = writer.run([act for act, _ in jobs])
        except Exception as problem:
            return self._recover(writer, jobs, problem, attempt)
        self.fault = ""
        if writer.boards:
            self._tell(writer)
        _answer([(caller, *result) for (_, caller), result in zip(jobs, results, strict=True)])

    def _tell(self, writer: Writer) -> None:
        """What was committed stays so, whatever becomes of those who are told."""
        for watcher in self.on_commit:
            try:
                writer.look(watcher)
            except Exception:
                log.exception("a commit was not followed")

    def _recover(self, writer: Writer, jobs: list[Job], problem: Exception, attempt: int) -> None:
        """After a clash with another process each act is tried again by itself; anything else is a fault of the storage."""
        if not is_clash(problem) or attempt == RETRIES:
            return self._fail([caller for _, caller in jobs], problem)
        if len(jobs) == 1:
            time.sleep(0.005 * 2**attempt)
        for job in jobs:
            self._commit(writer, [job], attempt + 1)


class _Caller(NamedTuple):
    """Who waits for an action: a coroutine of ``loop``, or (None) a thread."""

    future: "asyncio.Future[Any] | Future[Any]"
    loop: asyncio.AbstractEventLoop | None


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
