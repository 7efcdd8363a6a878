"""What is asked at the start and every few seconds costs what stands in the hall, not how many visits there ever were."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session

from kiosk.discreet import watching as apart
from kiosk.forecast import promises
from kiosk.hall import watching
from kiosk.picture import look
from kiosk.plan import HallPlan, hall_plan
from kiosk.push.actions import forget_ended
from shared import journal
from shared.database import Database
from tests.conftest import MORNING

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

GROWS = ("ticket", "call", "journal_line", "journal_seal")
EVERYTHING = re.compile(rf"SCAN ({'|'.join(GROWS)})\b|SEARCH ticket USING .*\(hall_id=\?\)$|LIST SUBQUERY")


def plans(session: Session, work: Callable[[Session], Any]) -> list[str]:
    """How SQLite goes about each statement of some work."""
    driver = session.info["driver"]
    said: list[str] = []
    driver.set_trace_callback(said.append)
    try:
        work(session)
    finally:
        driver.set_trace_callback(None)
    return [step[3] for one in said for step in driver.execute(f"EXPLAIN QUERY PLAN {one}")]


WORK: dict[str, Callable[[Session, HallPlan], Any]] = {
    "the picture at the start": lambda session, plan: look(session, plan.id, -1, -1, MORNING),
    "the picture after a change": lambda session, plan: look(session, plan.id, 1, 1, MORNING),
    "the watch over the hall": lambda session, plan: watching.findings(session, plan=plan, now=MORNING),
    "the watch over the discreet": lambda session, plan: apart.findings(session, plan=plan, now=MORNING),
    "the journal": lambda session, _: journal.has_unsealed(session),
    "promises to score": lambda session, plan: promises.ripe(session, hall=plan.id),
    "phones to forget": lambda session, plan: forget_ended(session, hall=plan.id),
}


@pytest.mark.parametrize("name", WORK)
def test_nothing_of_every_day_looks_through_the_past(db: Database, hall: UUID, name: str) -> None:
    plan = db.read_now(hall_plan, hall, MORNING)
    found = db.write_now(lambda session: plans(session, lambda asked: WORK[name](asked, plan)))
    assert found
    assert [step for step in found if EVERYTHING.search(step)] == []


def test_the_measure_itself_sees_who_looks_through_the_past(db: Database, hall: UUID) -> None:
    def everybody(session: Session) -> None:
        session.info["driver"].execute("SELECT number FROM ticket WHERE hall_id = ?", (hall.hex,))

    assert any(EVERYTHING.search(step) for step in db.write_now(plans, everybody))
