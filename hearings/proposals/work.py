"""The planner at work on a proposal: in a process of its own, its progress written down as it comes, its answer with the reasons
that a reader wants: why moved, how long a wait."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hearings.proposals import actions as proposals
from hearings.proposals.actions import Proposed
from hearings.proposals.almanac import Almanac
from hearings.proposals.diary import Diary
from hearings.proposals.docket import Docket
from hearings.proposals.greedy import open_half_days
from hearings.proposals.problem import Obstacle, Placement, Plan, Problem, Progress
from hearings.proposals.revision import Revision
from hearings.proposals.tables import ProposalKind
from hearings.proposals.troubles import troubles
from hearings.proposals.worker import replan_in_worker, run_in_worker
from shared.database import Database

PAUSE = 0.4  # seconds between two notes of progress
log = logging.getLogger("nuanyi.planner")


def set_to_work(db: Database, proposal_id: UUID, kind: ProposalKind, asked: Callable[[], Docket], seed: str) -> threading.Thread:
    """Returns at once; the proposal tells how far it is. ``asked`` reads what is to be planned, which takes a moment for many."""
    told = (db, proposal_id, kind, asked, seed)
    thread = threading.Thread(target=work, args=told, name="planner", daemon=True)
    thread.start()
    return thread


def work(db: Database, proposal_id: UUID, kind: ProposalKind, asked: Callable[[], Docket], seed: str) -> None:
    """Until the planner has answered or stopped."""
    try:
        docket = asked()
        answer = _hear(db, proposal_id, _run(kind, docket, seed))
        result = _of_plan(docket.problem, answer) if isinstance(answer, Plan) else _of_revision(docket, answer)
    except Exception:
        log.exception("the planner has stopped")
        result = None
    db.write_now(proposals.finish, proposal_id=proposal_id, result=result, now=datetime.now(UTC))


def waits_of(problem: Problem, placements: dict[str, Placement]) -> dict[str, int]:
    """Workdays between the first possible day of each hearing and the one it is given."""
    almanac = Almanac(problem)
    found = {}
    for hearing in problem.hearings:
        placed, possible = placements.get(hearing.key), open_half_days(almanac, almanac.seeker(hearing))
        if placed is not None and possible and placed.day in almanac.day:
            found[hearing.key] = max(0, almanac.day[placed.day] - possible[0][0])
    return found


def why_moved(problem: Problem, before: dict[str, Placement], moved: list[str]) -> dict[str, tuple[Obstacle, ...]]:
    """What is wrong with the old place of each; nothing where it made room for another. A panel that has not been drawn yet
    lacks nobody."""
    diary = Diary(Almanac(problem))
    found: dict[str, tuple[Obstacle, ...]] = {}
    for hearing in problem.hearings:
        spot = diary.almanac.spot(before[hearing.key]) if hearing.key in moved and hearing.key in before else None
        if spot is not None:
            diary.take(diary.almanac.seeker(hearing), spot)
            trouble = troubles(diary, hearing.key)
            drawn = bool(before[hearing.key].panel)
            found[hearing.key] = tuple(one for one in trouble.obstacles if drawn or one.code != "panel") if trouble else ()
            diary.give_back(hearing.key)
    return found


# Parts --------------------------------------------------------------------------------------------------------------


def _run(kind: ProposalKind, docket: Docket, seed: str) -> Iterator[Any]:
    if kind == ProposalKind.MANY:
        return run_in_worker(docket.problem, seed)
    return replan_in_worker(docket.problem, docket.plan, (), seed)


def _hear(db: Database, proposal_id: UUID, answers: Iterator[Any]) -> Any:
    told_at = 0.0
    for said in answers:
        if not isinstance(said, Progress):
            return said
        if time.monotonic() - told_at > PAUSE:
            told_at = time.monotonic()
            db.write_now(proposals.tell, proposal_id=proposal_id, progress=said, now=datetime.now(UTC))
    raise RuntimeError("the planner has not answered")


def _of_plan(problem: Problem, plan: Plan) -> Proposed:
    placements = dict(plan.placements)
    return Proposed(placements=placements, unsolved=plan.unsolved, waits=waits_of(problem, placements))


def _of_revision(docket: Docket, revision: Revision) -> Proposed:
    """Only panels that have been drawn count as having lost or invited somebody."""
    before, placements = dict(docket.plan.placements), dict(revision.plan.placements)
    drawn = {key for key, at in before.items() if at.panel}
    moved = [one.hearing for one in revision.moved]
    return Proposed(
        placements=placements, before=before, unsolved=revision.plan.unsolved,
        why=why_moved(docket.problem, before, moved), lost_seats=revision.lost_seats,
        invitations=sum(hearing in drawn for hearing, _ in revision.invitations),
    )
