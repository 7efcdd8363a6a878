"""Runs a plan in a process of its own, so that the centre stays quick meanwhile. What it says on the way and what it answers
come through a pipe; whoever stops listening stops the work."""

from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from hearings.proposals.problem import Plan, Problem, Progress
from hearings.proposals.revision import Change, Revision
from shared.errors import Refused


def run_in_worker(problem: Problem, seed: str, seconds: float = 0) -> Iterator[Progress | Plan]:
    """Progress as it comes, the plan last. Refuses as `plan` does, and ``planning-stopped`` if the process died."""
    return _run("plan", problem, seed, seconds)


def replan_in_worker(problem: Problem, before: Plan, changes: tuple[Change, ...], seed: str) -> Iterator[Progress | Revision]:
    return _run("replan", problem, before, changes, seed)


def _run(work: str, *given: object) -> Iterator[Any]:
    """A new interpreter: the centre's threads and sockets do not come along."""
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(there, work, given), daemon=True)
    process.start()
    there.close()
    try:
        yield from _heard(here)
    finally:
        process.terminate()
        process.join()
        here.close()


def _heard(pipe: Connection) -> Iterator[Any]:
    while True:
        try:
            said = pipe.recv()
        except EOFError:
            raise Refused("planning-stopped", 503) from None
        if isinstance(said, Exception):
            raise said
        yield said
        if not isinstance(said, Progress):
            return


def _work(pipe: Connection, work: str, given: tuple[Any, ...]) -> None:
    from hearings.planner import plan  # only here: the centre itself never loads the graph library
    from hearings.proposals.replan import replan

    does: Callable[..., Any] = plan if work == "plan" else replan
    try:
        pipe.send(does(*given, progress=pipe.send))
    except Refused as refusal:
        pipe.send(refusal)
