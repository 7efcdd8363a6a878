"""The draw on the database: promised before, rolled before witnesses, repeated only with a reason; a seat left is taken by the
next lawful reserve, and nobody ineligible ever sits."""

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

import msgspec
import pytest

from hearings.invitations.tables import Recusal, RecusalGround, RecusalState
from hearings.panel import draw
from hearings.panel.actions import commit_draw, fill_from_reserve, roll, take_reserve
from hearings.panel.lots import Quota
from hearings.panel.pool import pool_of
from hearings.panel.records import newest_draw, record_of, secret_of
from hearings.roster.tables import Leave, RosterMember, Standing
from hearings.tables import Claim, Draw, DrawState, Exclusion, Hearing, HearingState, Seat
from shared.errors import Refused
from tests.hearings.roster_stage import MANAGER, THROWN, WISH, committed, drawn_hearing, roster, thrown
from tests.hearings.staging import Stage


def refusal(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def sitting(stage: Stage, hearing: UUID) -> list[Seat]:
    found = [seat for seat in stage.all(Seat) if seat.hearing_id == hearing and seat.vacated_at is None]
    return sorted(found, key=lambda seat: seat.place)


def change(stage: Stage, member: UUID, **columns: Any) -> None:
    def write(session: Any) -> None:
        row = session.get_one(RosterMember, member)
        for name, value in columns.items():
            setattr(row, name, value)
        session.add(row)

    stage.db.write_now(write)


def add(stage: Stage, *rows: Any) -> None:
    stage.db.write_now(lambda session: session.add_all(rows))


def leave(stage: Stage, seat: Seat, why: str = "declined", **more: Any) -> Any:
    return stage.act(take_reserve, seat_id=seat.id, why=why, sealing=stage.vault, **more)


def test_promise_names_nobody_and_is_public_at_once(stage: Stage) -> None:
    members = roster(stage)
    row = committed(stage, stage.hearing())
    promise = record_of(row).before
    text = msgspec.json.encode(row.record).decode()
    assert len(promise.pool) == 24 and row.state == DrawState.COMMITTED and record_of(row).after is None
    assert not any(member.hex in text or str(member) in text for member in members)
    assert secret_of(row, stage.vault).nonce not in text and sitting(stage, row.hearing_id) == []


def test_roll_seats_the_panel_that_anybody_can_recompute(stage: Stage) -> None:
    roster(stage)
    row = thrown(stage, committed(stage, stage.hearing(panel_size=5)))
    record, secret = record_of(row), secret_of(row, stage.vault)
    assert record.after == draw.draw(record.before, secret.nonce, THROWN)
    seats = sitting(stage, row.hearing_id)
    assert [seat.member_id for seat in seats] == [secret.members[seat.ticket] for seat in record.after.panel]
    assert [seat.label for seat in seats] == ["delegate", "professional", "", "", ""]
    claims = {claim.resource for claim in stage.all(Claim)}
    assert claims == {seat.member_id for seat in seats} and len(stage.all(Claim)) == 5 * 6


def test_member_can_prove_that_they_were_in_the_pool(stage: Stage) -> None:
    members = roster(stage)
    row = committed(stage, stage.hearing())
    promise, secret = record_of(row).before, secret_of(row, stage.vault)
    for member in members:
        salt = draw.ticket_salt(secret.key, promise.hearing, promise.number, member.hex)
        ticket = draw.ticket_name(salt, promise.hearing, promise.number, member.hex)
        assert secret.members[ticket] == member and ticket in {one.ticket for one in promise.pool}


def test_roll_again_with_the_same_number_changes_nothing_and_with_another_is_refused(stage: Stage) -> None:
    roster(stage)
    row = thrown(stage, committed(stage, stage.hearing()))
    assert thrown(stage, row).record == row.record and len(stage.all(Seat)) == 3
    assert refusal(lambda: thrown(stage, row, "1111111111")) == "moved-on"


def test_roll_needs_witnesses_and_the_number_as_promised(stage: Stage) -> None:
    roster(stage)
    row = committed(stage, stage.hearing())
    act: dict[str, Any] = {"who": MANAGER, "draw_id": row.id, "sealing": stage.vault}
    assert refusal(lambda: stage.act(roll, entropy=THROWN, witnesses=" ", **act)) == "witness-needed"
    assert refusal(lambda: stage.act(roll, entropy="7" * 10, witnesses="李明", **act)) == "entropy-form"
    assert refusal(lambda: stage.act(roll, entropy=THROWN, witnesses="李明", **{**act, "who": "window3"})) == "not-allowed"
    assert stage.get(Draw, row.id).state == DrawState.COMMITTED


def test_redraw_needs_a_reason_and_keeps_what_was_drawn(stage: Stage) -> None:
    roster(stage)
    hearing = stage.hearing()
    first = thrown(stage, committed(stage, hearing))
    assert refusal(lambda: committed(stage, hearing)) == "redraw-reason"
    second = committed(stage, hearing, msgspec.structs.replace(WISH, reason="听证时间变更，多人不能参加"))
    kept = stage.get(Draw, first.id)
    assert (kept.state, kept.record) == (DrawState.ABANDONED, first.record) and second.version == 2
    assert sitting(stage, hearing) == [] and stage.all(Claim) == []
    thrown(stage, second)
    assert len(sitting(stage, hearing)) == 3 and len(stage.all(Seat)) == 6
    acts = [line.act for line in stage.journal()]
    assert acts.count("draw-committed") == 2 and "draw-given-up" in acts


def test_redraw_takes_a_hearing_whose_panel_was_ready_back(stage: Stage) -> None:
    hearing = drawn_hearing(stage)

    def ready(session: Any) -> None:
        session.get_one(Hearing, hearing).state = HearingState.NOTIFIED

    stage.db.write_now(ready)
    committed(stage, hearing, msgspec.structs.replace(WISH, reason="两人同时退出"))
    assert stage.get(Hearing, hearing).state == HearingState.APPROVED and sitting(stage, hearing) == []


def test_draw_waits_for_approval_and_a_time(stage: Stage) -> None:
    roster(stage)
    assert refusal(lambda: committed(stage, stage.hearing(HearingState.PENDING_APPROVAL))) == "draw-not-now"
    assert refusal(lambda: committed(stage, stage.hearing(listed=False))) == "time-needed"
    assert refusal(lambda: stage.act(commit_draw, hearing_id=stage.hearing(), wish=WISH, sealing=stage.vault)) == "not-allowed"


def test_pool_that_cannot_fill_a_quota_is_refused_by_name(stage: Stage) -> None:
    roster(stage, 6)
    wish = msgspec.structs.replace(WISH, quotas=(Quota("finance", 2, (), "finance"),))
    assert refusal(lambda: committed(stage, stage.hearing(), wish)) == "pool-short"
    assert stage.all(Draw) == []


def test_panel_of_unusual_size_needs_approval(stage: Stage) -> None:
    roster(stage)
    assert refusal(lambda: committed(stage, stage.hearing(panel_size=9))) == "panel-size"


def test_everybody_left_out_stands_there_with_a_reason(stage: Stage) -> None:
    members = roster(stage)
    change(stage, members[0], standing=Standing.PAUSED)
    change(stage, members[1], unit="安徽淮河律师事务所")
    change(stage, members[2], term_until=date(2026, 11, 30))
    add(stage, Leave(member_id=members[3], begins_on=date(2026, 12, 1), ends_on=date(2026, 12, 9), made_at=stage.now()))
    row = committed(stage, stage.hearing())
    left_out = {one.member_id: one.code for one in stage.all(Exclusion)}
    assert left_out == {members[0]: "paused", members[1]: "same-unit", members[2]: "term", members[3]: "leave"}
    assert set(secret_of(row, stage.vault).members.values()) == set(members) - set(left_out)


def test_who_became_barred_since_the_promise_is_passed_over(stage: Stage) -> None:
    roster(stage)
    row = committed(stage, stage.hearing())
    secret = secret_of(row, stage.vault)
    due = draw.draw(record_of(row).before, secret.nonce, THROWN)
    ill = secret.members[due.panel[0].ticket]
    change(stage, ill, standing=Standing.PAUSED)
    record = record_of(thrown(stage, row))
    seats = sitting(stage, row.hearing_id)
    assert len(seats) == 3 and ill not in {seat.member_id for seat in seats}
    assert record.replacements[0].gone == (due.panel[0].ticket,) and seats[0].origin == "reserve"


def test_seat_left_goes_to_the_next_lawful_reserve_once(stage: Stage) -> None:
    hearing = drawn_hearing(stage)
    first = sitting(stage, hearing)[0]
    taken = leave(stage, first)
    again = leave(stage, first, days=1)
    assert taken == again and taken.seat_id and taken.member_id != first.member_id
    seats = sitting(stage, hearing)
    assert [seat.place for seat in seats] == [1, 2, 3] and seats[0].id == taken.seat_id
    (row,) = stage.all(Draw)
    record, secret = record_of(row), secret_of(row, stage.vault)
    assert record.after is not None
    gone = [ticket for ticket, member in secret.members.items() if member == first.member_id]
    lawful = draw.next_lawful_reserve(record.before, record.after, (), gone=gone)
    assert record.replacements == (lawful,) and secret.members[lawful.ticket] == taken.member_id
    assert {claim.resource for claim in stage.all(Claim)} == {seat.member_id for seat in seats}


def test_vacated_seat_stays_vacant_when_nobody_lawful_is_left(stage: Stage) -> None:
    hearing = drawn_hearing(stage, 4)
    left = [leave(stage, sitting(stage, hearing)[0]) for _ in range(3)]
    assert [one.seat_id is None for one in left].count(True) >= 2
    assert len(sitting(stage, hearing)) < 3
    assert refusal(lambda: stage.act(fill_from_reserve, who=MANAGER, hearing_id=hearing, sealing=stage.vault)) == "reserve-short"


def test_who_was_recused_is_in_no_pool_of_the_same_case(stage: Stage) -> None:
    hearing = drawn_hearing(stage)
    seat = sitting(stage, hearing)[0]
    add(stage, Recusal(hearing_id=hearing, target=f"seat:{seat.id.hex}", claimed_by="party", ground=RecusalGround.INTEREST,
                       words=b"", state=RecusalState.GRANTED, submitted_at=stage.now(), decide_by=date(2026, 11, 26)))
    leave(stage, seat, "recusal")
    other = stage.hearing(days=21)
    pool = stage.db.read_now(lambda s: pool_of(s, stage.centre(), s.get_one(Hearing, other), stage.vault))
    assert {one.id: one.bars[0].code for one in pool.barred} == {seat.member_id: "recused"}


def test_nobody_sits_in_two_hearings_at_once(stage: Stage) -> None:
    first = drawn_hearing(stage)
    second = stage.hearing(case_number="另案")
    row = committed(stage, second)
    busy = {one.member_id for one in stage.all(Exclusion) if one.code == "busy"}
    assert busy == {seat.member_id for seat in sitting(stage, first)}
    thrown(stage, row)
    assert {seat.member_id for seat in sitting(stage, second)}.isdisjoint(busy)


@pytest.mark.parametrize("seed", range(4))
def test_nobody_ineligible_ever_sits_whatever_happens(stage: Stage, seed: int) -> None:
    """A hearing of five among a roster that changes all the time; after each step everybody who has just taken a seat is one
    whom the rules let sit, and the seat's place in the reserve is the first lawful one."""
    chance, members = Random(seed), roster(stage, 30)
    for member in chance.sample(members, 6):
        change(stage, member, **chance.choice([{"standing": Standing.PAUSED}, {"term_until": date(2026, 11, 24)},
                                               {"unit": "淮河律师事务所"}, {"yearly_cap": 0}]))
    hearing = stage.hearing(panel_size=5)
    thrown(stage, committed(stage, hearing), "".join(chance.choices("123456", k=10)))
    barred: set[UUID] = set()
    for _ in range(5):
        away = chance.choice(members)
        add(stage, Leave(member_id=away, begins_on=date(2026, 12, 1), ends_on=date(2026, 12, 20), made_at=stage.now()))
        before = {seat.id for seat in sitting(stage, hearing)}
        pool = stage.db.read_now(lambda s: pool_of(s, stage.centre(), s.get_one(Hearing, hearing), stage.vault))
        barred = {one.id for one in pool.barred}
        if sitting(stage, hearing):
            leave(stage, chance.choice(sitting(stage, hearing)))
        fresh = [seat for seat in sitting(stage, hearing) if seat.id not in before]
        assert not {seat.member_id for seat in fresh} & barred
        places = [seat.place for seat in sitting(stage, hearing)]
        assert len(places) == len(set(places))
    replay(stage, hearing)


def replay(stage: Stage, hearing: UUID) -> None:
    """The published record, reckoned anew from its beginning."""
    row = stage.db.read_now(newest_draw, hearing)
    assert row is not None
    record = record_of(row)
    assert record.after is not None
    assert record.after == draw.draw(record.before, record.after.nonce, record.after.entropy)
    for place, made in enumerate(record.replacements):
        assert made == draw.next_lawful_reserve(record.before, record.after, record.replacements[:place], gone=made.gone)


def test_sitting_out_the_yearly_cap(stage: Stage) -> None:
    members = roster(stage, 6, yearly_cap=1)
    hearing = stage.hearing()
    thrown(stage, committed(stage, hearing))
    later = stage.hearing(days=20, case_number="另案")
    pool = stage.db.read_now(lambda s: pool_of(s, stage.centre(), s.get_one(Hearing, later), stage.vault))
    assert {one.id for one in pool.barred} == {seat.member_id for seat in sitting(stage, hearing)}
    next_year = stage.hearing(days=60, case_number="另案")
    pool = stage.db.read_now(lambda s: pool_of(s, stage.centre(), s.get_one(Hearing, next_year), stage.vault))
    assert len(pool.eligible) == len(members)
