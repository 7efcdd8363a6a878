"""What a window noted while the centre was out of reach, on both databases: entered at true times, conflicts said, nothing
twice."""

from uuid import UUID

import pytest

from kiosk import actions
from kiosk.offline.paper_roll import Entered, Noted, enter
from kiosk.tables import Call, State
from shared.database import Database
from tests.kiosk.test_actions import at
from tests.kiosk.test_offline import Kiosks, taken


@pytest.fixture
def hall_(db: Database, hall: UUID) -> Kiosks:
    return Kiosks(db, hall)


def hand_in(hall_: Kiosks, *notes: Noted, window: str = "1", minute: float = 20) -> list[Entered]:
    answers: list[Entered] = hall_.act(enter, minute, window, notes=notes)
    return answers


def test_notes_are_entered_at_their_true_times_and_sound_no_more(hall_: Kiosks) -> None:
    for minute in range(4):
        hall_.issue(minute=minute)
    hall_.call("1", 5)
    notes = [
        Noted("A001", 15 * 60, 14 * 60, 10 * 60, "done"), Noted("A002", 9 * 60, None, 8 * 60, "missed"),
        Noted("a003 ", 7 * 60, 6 * 60, None, "serving"),
    ]
    assert {one.outcome for one in hand_in(hall_, *notes)} == {"entered"}
    assert hall_.states() == {"A001": State.DONE, "A002": State.MISSED, "A003": State.SERVING, "A004": State.WAITING}
    first, third = hall_.ticket("A001"), hall_.ticket("A003")
    assert (first.called_at, first.started_at, first.ended_at) == (at(5), at(6), at(10))
    assert (third.called_at, third.started_at) == (at(13), at(14))
    assert [one.silent for one in hall_.all(Call)] == ["", "offline", "offline"]
    assert hall_.journal().count("roll-entered") == 3


def test_what_others_did_meanwhile_stands_and_is_said(hall_: Kiosks) -> None:
    leased = hall_.lease()
    for minute in range(3):
        hall_.issue(minute=minute)
    hall_.call("2", 5)
    hall_.act(actions.cancel, 6, code=hall_.ticket("A002").code)
    hall_.call("1", 7)
    notes = [Noted("A001", 600, 500, 100, "done"), Noted("A002", 90, 80, 70, "done"), Noted("AX01", 60, 50, 40, "done"),
             Noted("Q9", 5), Noted("A003", 300, 200, 100, "done")]
    assert {one.number: (one.outcome, one.reason) for one in hand_in(hall_, *notes)} == {
        "A001": ("conflict", "already-called"), "A002": ("conflict", "ended"), "AX01": ("later", "not-handed-in"),
        "Q9": ("conflict", "unknown-number"), "A003": ("entered", ""),
    }
    hall_.hand_in([taken(leased, "AX01", 8, 20)], minute=20)
    again = [hand_in(hall_, Noted("AX01", 60, 50, 40, "done"))[0] for _ in range(2)]
    assert [(one.outcome, one.reason) for one in again] == [("entered", "")] * 2, "sent again, nothing is done twice"
    assert hall_.journal().count("roll-conflict") == 3 and hall_.journal().count("roll-entered") == 2
