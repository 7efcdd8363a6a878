"""Who sits and who comes next: quotas hold whenever they can, nobody from outside sits, the next lawful reserve is taken.
Checked against trying every seating of small pools.
"""

import itertools
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearings.panel import draw
from hearings.panel.lots import Commitment, Outcome, PoolTicket, Quota, Rule, Why
from hearings.panel.seating import admits
from shared.errors import Refused
from tests.hearings import lottery

CATEGORIES, SKILLS = ("a", "b", "c"), ("", "x", "y")
quotas = st.builds(
    Quota, label=st.just("q"), least=st.integers(1, 2), specialism=st.sampled_from(SKILLS),
    categories=st.lists(st.sampled_from(CATEGORIES), max_size=2, unique=True).map(tuple),
)  # fmt: skip
rules = st.builds(
    Rule, seats=st.integers(1, 4), least=st.just(1), most=st.just(7), no_majority=st.booleans(),
    quotas=st.lists(quotas, max_size=3).map(tuple),
).filter(lambda rule: sum(quota.least for quota in rule.quotas) <= rule.seats)  # fmt: skip
known = st.tuples(st.sampled_from(CATEGORIES), st.lists(st.sampled_from("xy"), unique=True).map(tuple), st.integers(0, 2))
pools = st.lists(known, min_size=1, max_size=7).map(
    lambda rows: [PoolTicket(f"t{at}", *row) for at, row in enumerate(rows)]
)


def lawful(rule: Rule, people: Sequence[PoolTicket]) -> bool:
    """Whether these people can sit together, by trying every seating."""
    held = Counter(one.category for one in people)
    if rule.no_majority and any(count * 2 > rule.seats for count in held.values()):
        return False
    wanted = [quota for quota in rule.quotas for _ in range(quota.least)]
    tried = itertools.permutations(people, len(wanted))
    return len(people) == rule.seats and any(all(map(admits, wanted, seating)) for seating in tried)


def panels(rule: Rule, rows: Sequence[PoolTicket]) -> list[tuple[PoolTicket, ...]]:
    return [people for people in itertools.combinations(rows, rule.seats) if lawful(rule, people)]


@settings(max_examples=150, deadline=None)
@given(rule=rules, rows=pools, entropy=st.integers(0, 10**14 - 1))
def test_quotas_hold_whenever_they_can_and_nobody_from_outside_sits(rule: Rule, rows: list[PoolTicket], entropy: int) -> None:
    possible = panels(rule, rows)
    try:
        commitment = draw.commit_to("h", 1, rule, rows, nonce="0" * 64, entropy_source=lottery.LOTTERY)
    except Refused as refusal:
        assert refusal.code in ("pool-short", "pool-small") and refusal.detail["missing"] >= 1
        assert not possible
        return
    outcome = draw.draw(commitment, "0" * 64, f"{entropy:014}")
    people = {row.ticket: row for row in rows}
    sitting = [people[seat.ticket] for seat in outcome.panel]
    assert lawful(rule, sitting) and len(set(sitting)) == rule.seats
    assert all(admits(rule.quotas[seat.quota - 1], people[seat.ticket]) for seat in outcome.panel if seat.quota)
    assert sorted(outcome.order) == sorted(people)
    assert [*outcome.reserve] == [one for one in outcome.order if people[one] not in sitting]


@settings(max_examples=150, deadline=None)
@given(rule=rules, rows=pools, entropy=st.integers(0, 10**14 - 1), data=st.data())
def test_vacant_seat_goes_to_the_next_lawful_reserve(
    rule: Rule, rows: list[PoolTicket], entropy: int, data: st.DataObject
) -> None:
    try:
        commitment = draw.commit_to("h", 1, rule, rows, nonce="0" * 64, entropy_source=lottery.LOTTERY)
    except Refused:
        return
    outcome = draw.draw(commitment, "0" * 64, f"{entropy:014}")
    people = {row.ticket: row for row in rows}
    sitting = [seat.ticket for seat in outcome.panel]
    left = data.draw(st.lists(st.sampled_from(sitting), min_size=1, unique=True))
    gone = {*left, *(data.draw(st.lists(st.sampled_from(outcome.reserve), unique=True)) if outcome.reserve else ())}
    kept = [people[one] for one in sitting if one not in gone]
    able = [people[one] for one in outcome.reserve if one not in gone]
    hopes = [panel for panel in panels(rule, [*kept, *able]) if set(kept) <= set(panel)]
    expected = next((one.ticket for one in able if any(one in panel for panel in hopes)), None)
    try:
        made = draw.next_lawful_reserve(commitment, outcome, gone=gone)
    except Refused as refusal:
        assert (refusal.code, expected) == ("reserve-short", None)
        return
    assert made.ticket == expected
    assert [over.ticket for over in made.passed_over] == list(outcome.reserve[: outcome.reserve.index(made.ticket)])
    assert {over.ticket for over in made.passed_over if over.why == Why.GONE} == gone.intersection(
        outcome.reserve[: outcome.reserve.index(made.ticket)]
    )


def drawn(lots: Rule, *known: tuple[str, str]) -> tuple[Commitment, Outcome]:
    """A draw whose order is that of ``known``, which the tiers of load force."""
    rows = [PoolTicket(f"t{at}", category, (skill,) if skill else (), at) for at, (category, skill) in enumerate(known)]
    commitment = draw.commit_to("h", 1, lots, rows, nonce="0" * 64, entropy_source=lottery.DICE)
    return commitment, draw.draw(commitment, "0" * 64, "1234561234")


def test_reserve_who_would_break_a_quota_is_passed_over_and_the_quota_named() -> None:
    lots = Rule(3, 3, 7, (Quota("律师", 1, ("lawyer",)),), no_majority=True)
    known = [("lawyer", ""), ("expert", ""), ("deputy", ""), ("expert", ""), ("mediator", ""), ("lawyer", "")]
    commitment, outcome = drawn(lots, *known)
    made = draw.next_lawful_reserve(commitment, outcome, gone={"t0"})
    assert made.ticket == "t5"
    assert [(over.ticket, over.why, over.quota) for over in made.passed_over] == [("t3", "quota", 1), ("t4", "quota", 1)]
    made = draw.next_lawful_reserve(commitment, outcome, gone={"t2"})
    assert (made.ticket, [over.why for over in made.passed_over]) == ("t4", [Why.MAJORITY])


def test_open_seat_of_a_lawyer_keeps_the_quota_when_the_lawyer_of_the_quota_leaves() -> None:
    lots = Rule(3, 3, 7, (Quota("律师", 1, ("lawyer",)),))
    commitment, outcome = drawn(lots, ("lawyer", ""), ("lawyer", ""), ("expert", ""), ("expert", ""), ("lawyer", ""))
    assert draw.next_lawful_reserve(commitment, outcome, gone={"t0"}).ticket == "t3"


def test_reserve_who_has_left_or_sits_already_is_never_called_again() -> None:
    commitment, outcome = drawn(Rule(3, 3, 7), *[("lawyer", "")] * 7)
    first = draw.next_lawful_reserve(commitment, outcome, gone={"t1", "t3"})
    assert (first.ticket, first.passed_over[0].why) == ("t4", Why.GONE)
    second = draw.next_lawful_reserve(commitment, outcome, [first], gone={"t4"})
    assert (second.ticket, second.gone) == ("t5", ("t1", "t3", "t4"))
    with pytest.raises(Refused, match="panel-full"):
        draw.next_lawful_reserve(commitment, outcome, [first, second], gone=())
    with pytest.raises(Refused, match="reserve-short"):
        draw.next_lawful_reserve(commitment, outcome, [first, second], gone={"t5", "t6"})
