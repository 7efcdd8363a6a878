"""The demo's busy morning uses every act of the hall and keeps its books in order."""

from collections import Counter
from uuid import UUID

import pytest
from sqlmodel import select

from kiosk.morning import played
from kiosk.tables import Ticket
from shared.database import Database
from shared.journal import JournalLine, seal, verify
from tests.conftest import MORNING


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_busy_morning_shows_everything_that_happens_in_a_hall(db: Database, hall: UUID) -> None:
    said = played(db, hall, minutes=240, seed=1, clock=lambda: MORNING)
    acts = Counter(db.read_now(lambda s: s.exec(select(JournalLine.act)).all()))
    expected = {"issued", "started", "finished", "missed", "came-back", "transferred", "held", "resumed", "deferred", "cancelled"}
    assert {f"ticket-{act}" for act in expected} - acts.keys() == set()
    assert acts["ticket-finished"] > 60
    assert len(said) > 300
    states = Counter(db.read_now(lambda s: [t.state for t in s.exec(select(Ticket)).all()]))
    assert states["called"] + states["serving"] <= 6
    db.write_now(seal)
    assert db.read_now(verify).broken is None
