"""Numbers held in advance and what is handed in later, on both databases: no number twice, true arrivals, honest refusals."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session, col, select

from kiosk.offline.actions import Leased, close_blocks, is_offline, lease, offline_number
from kiosk.offline.handing_in import Record, Settled, hand_in
from kiosk.offline.tables import BlockNumber, Held
from kiosk.tables import Service, State, Task, Ticket
from shared.database import Database
from shared.journal import JournalLine
from shared.vault import Vault
from tests.conftest import MORNING
from tests.kiosk.test_actions import Hall, at

ONE, TWO = f"device:{uuid4()}", f"device:{uuid4()}"
VAULT = Vault(b"v" * 32)


class Kiosks(Hall):
    """A hall with kiosks that are sometimes cut off; times in minutes after nine."""

    def lease(self, holder: str = ONE, minute: float = 0) -> Leased:
        now = at(minute)
        return self.db.write_now(lease, plan=self.plan(minute), holder=holder, place="1号自助机", vault=VAULT, now=now, by=holder)

    def hand_in(self, records: Sequence[Record], holder: str = ONE, minute: float = 10, vault: Vault = VAULT) -> list[Settled]:
        return self.db.write_now(hand_in, plan=self.plan(minute), holder=holder, place="1号自助机", records=records, vault=vault,
                                 now=at(minute), by=holder)

    def all(self, kind: type[Any]) -> list[Any]:
        return self.db.read_now(lambda session: list(session.exec(select(kind)).all()))

    def ticket(self, number: str) -> Ticket:
        found: Ticket = next(one for one in self.all(Ticket) if one.number == number)
        return found


def taken(leased: Leased, number: str, minute: float, handed_in: float = 10, **more: Any) -> Record:
    """The record of a number given at one minute and handed in at another."""
    token = next(one.token for one in leased.numbers if one.number == number)
    return Record(token, (at(handed_in) - at(minute)).total_seconds(), **more)


@pytest.fixture
def hall_(db: Database, hall: UUID) -> Kiosks:
    return Kiosks(db, hall)


def test_offline_numbers_are_told_from_ordinary_ones_and_never_meet_them() -> None:
    assert [offline_number("A", count, frozenset("AB")) for count in (1, 99, 100)] == ["AX01", "AX99", "AY01"]
    assert offline_number("A", 1, frozenset(("A", "AX"))) == "AY01", "not a letter that looks like another service"
    assert offline_number("A", 6 * 99 + 1, frozenset("A")) is None
    assert is_offline("AX01") and is_offline("ABZ99") and not is_offline("A001") and not is_offline("AX001")


def test_two_kiosks_never_hold_the_same_number_and_the_ordinary_series_has_no_gap(hall_: Kiosks) -> None:
    first, second, again = hall_.lease(ONE), hall_.lease(TWO), hall_.lease(ONE, minute=5)
    held = [{one.number for one in leased.numbers} for leased in (first, second)]
    assert not held[0] & held[1] and {one.number for one in again.numbers} == held[0]
    assert all(len([n for n in one if n.startswith("A")]) == 10 for one in held)
    assert "E" not in {number[0] for number in held[0]}, "nothing is held of what needs a booking"
    assert [hall_.issue().number for _ in range(2)] == ["A001", "A002"]


def test_handed_in_visitors_stand_in_the_order_at_their_true_arrival(hall_: Kiosks) -> None:
    leased = hall_.lease()
    before, after = hall_.issue(minute=1).number, hall_.issue(minute=8).number
    records = [taken(leased, "AX02", 6), taken(leased, "AX01", 3, lanes=["elderly"], needs=["wheelchair", "boat"], language="en")]
    assert {one.outcome for one in hall_.hand_in(records)} == {"taken"}
    ticket = hall_.ticket("AX01")
    assert ticket.arrived_at == at(3) and ticket.rank_at == at(3) - timedelta(minutes=20)
    assert (ticket.lane, ticket.needs, ticket.language, ticket.day) == ("elderly", "wheelchair", "en", MORNING.date())
    line = [one.number for one in hall_.picture().line(hall_.plan().service("legal-consultation"))]
    assert line == ["AX01", before, "AX02", after]
    assert hall_.call("1", 11).number == "AX01"
    assert hall_.journal().count("ticket-recorded-offline") == 2


def test_handing_in_twice_or_from_two_pages_at_once_counts_once(hall_: Kiosks) -> None:
    leased = hall_.lease()
    record = taken(leased, "AX01", 3)
    outcomes = [one.outcome for turn in range(2) for one in hall_.hand_in([record, record], minute=10 + turn)]
    assert sorted(outcomes) == ["known", "known", "known", "taken"]
    assert len(hall_.all(Ticket)) == 1
    assert "AX01" not in {one.number for one in hall_.lease(minute=12).numbers}


@pytest.mark.parametrize("how", ["forged", "foreign", "late", "cut"])
def test_what_is_forged_foreign_or_late_is_refused_and_staff_are_told(hall_: Kiosks, how: str) -> None:
    leased = hall_.lease()
    record = taken(leased, "AX01", 3)
    ways: dict[str, dict[str, Any]] = {
        "forged": {"vault": Vault(b"w" * 32)}, "foreign": {"holder": TWO}, "late": {"minute": 13 * 60},
    }
    if how == "late":
        record = taken(leased, "AX01", 3, 13 * 60)
    if how == "cut":
        record = Record(record.token[:-4] + "AAAA", record.ago)
    (answer,) = hall_.hand_in([record], **ways.get(how, {}))
    code = {"cut": "lease-forged"}.get(how, f"lease-{how}")
    assert (answer.outcome, answer.reason) == ("refused", code)
    assert not hall_.all(Ticket)
    (task,) = hall_.all(Task)
    assert (task.kind, task.detail["reason"]) == ("offline", code)
    assert "offline-refused" in hall_.journal()


def test_a_clock_that_cannot_be_right_is_corrected_and_said(hall_: Kiosks) -> None:
    leased = hall_.lease(minute=5)
    tokens = [one.token for one in leased.numbers[:2]]
    hall_.hand_in([Record(tokens[0], 3 * 86_400), Record(tokens[1], -900)], minute=10)
    held = sorted((one for one in hall_.all(BlockNumber) if one.state == Held.USED), key=lambda one: one.number)
    assert [(one.arrived_at, one.unsure) for one in held] == [(at(5), True), (at(10), True)]


def test_lost_answer_leaves_no_ghost_in_the_line(hall_: Kiosks) -> None:
    leased = hall_.lease()
    hall_.issue(minute=3, key="kiosk:abc")
    hall_.hand_in([taken(leased, "AX01", 3.2, instead="abc")])
    assert hall_.states() == {"A001": State.CANCELLED, "AX01": State.WAITING}


def test_a_new_day_has_a_new_series_of_numbers_to_hold(hall_: Kiosks) -> None:
    midnight = 15 * 60
    hall_.lease(minute=midnight - 60)
    assert [one.number for one in hall_.lease(minute=midnight + 10).numbers][:1] == ["AX01"]


def test_numbers_never_given_are_accounted_for(hall_: Kiosks) -> None:
    leased = hall_.lease()
    hall_.hand_in([taken(leased, "AX01", 3)])
    two_days = 48 * 60
    closed = [hall_.db.write_now(close_blocks, plan=hall_.plan(), now=at(two_days), by="clock") for _ in range(2)]
    assert closed == [1, 0]
    states = [one.state for one in hall_.all(BlockNumber)]
    assert states.count(Held.USED) == 1 and states.count(Held.UNUSED) == len(states) - 1
    line = next(one for one in hall_.all(JournalLine) if one.act == "block-closed")
    assert '"AX02"' in line.detail and '"AX01"' not in line.detail
    assert hall_.hand_in([taken(leased, "AX02", 3, two_days)], minute=two_days)[0].reason == "lease-late"


def test_nothing_is_held_of_a_service_that_gives_no_numbers(hall_: Kiosks) -> None:
    def shut(session: Session) -> None:
        session.exec(select(Service).where(col(Service.code) == "legal-consultation")).one().open = False

    hall_.db.write_now(shut)
    assert "A" not in {one.number[0] for one in hall_.lease().numbers}
