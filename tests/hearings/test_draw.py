"""The draw: its fingerprints, what it refuses, and that it is uniform within its quotas."""

import hashlib
import hmac
import itertools
import json
import math
import random
from collections import Counter
from collections.abc import Sequence

import msgspec
import pytest

from hearings.panel import draw, merkle
from hearings.panel.fingerprint import canonical, fingerprint
from hearings.panel.lots import EntropySource, PoolTicket, Quota, Rule, from_record, to_record
from hearings.panel.seating import fill
from shared.errors import Refused
from tests.hearings import lottery

SEEDS = 20_000


# Fingerprints and the tree --------------------------------------------------------------------------------------------


def test_fingerprint_is_what_a_shell_would_reckon() -> None:
    text = '["nuanyi-draw/1","about","检听〔2026〕3号",1]'
    assert fingerprint("about", "检听〔2026〕3号", 1) == hashlib.sha256(text.encode()).hexdigest()


def test_canonical_text_writes_every_sign_as_rfc_8785_does() -> None:
    signs = [chr(at) for at in (*range(0xD800), *range(0xE000, 0x110000, 7))]
    assert canonical(signs) == json.dumps(signs, ensure_ascii=False, separators=(",", ":")).encode()


def test_canonical_text_sorts_keys_and_escapes_only_what_must_be() -> None:
    assert canonical({"b": '"\\\n\x01é中', "a": [True, 7]}) == '{"a":[true,7],"b":"\\"\\\\\\n\\u0001é中"}'.encode()


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13])
def test_tree_proves_every_leaf_at_its_place_and_nothing_else(size: int) -> None:
    leaves = [fingerprint("leaf", at) for at in range(size)]
    whole = merkle.root(leaves)
    for at, leaf in enumerate(leaves):
        path = merkle.proof(leaves, at)
        assert merkle.proves(path, leaf, at, size, whole)
        assert not merkle.proves(path, fingerprint("leaf", "other"), at, size, whole)
        assert not merkle.proves(path, leaf, size, size, whole)
        assert not merkle.proves([*path, leaf], leaf, at, size, whole)


def test_inner_node_cannot_pass_for_a_leaf() -> None:
    leaves = [fingerprint("leaf", at) for at in range(4)]
    inner = [merkle.root(leaves[:2]), merkle.root(leaves[2:])]
    assert merkle.root(inner) == merkle.root(leaves)  # of the same root, but no row has such a fingerprint:
    assert inner[0] == fingerprint("node", *leaves[:2]) != fingerprint("leaf", *leaves[:2])


# Tickets --------------------------------------------------------------------------------------------------------------


def test_member_with_the_salt_finds_themselves_and_nobody_else_does() -> None:
    salt = draw.ticket_salt("office key", lottery.HEARING, 1, "R-0007")
    own = draw.ticket_name(salt, lottery.HEARING, 1, "R-0007")
    text = f'["nuanyi-draw/1","ticket","{lottery.HEARING}",1,"R-0007"]'
    assert own == lottery.ticket(7) == hmac.new(salt.encode(), text.encode(), hashlib.sha256).hexdigest()
    assert own != draw.ticket_name(salt, lottery.HEARING, 1, "R-0008")
    assert own != draw.ticket_name(draw.ticket_salt("other key", lottery.HEARING, 1, "R-0007"), lottery.HEARING, 1, "R-0007")


def test_ticket_of_the_next_draw_cannot_be_linked_to_this_one() -> None:
    assert lottery.ticket(7) != lottery.ticket(7, draw_number=2) != lottery.ticket(7, hearing="检听〔2026〕4号")


# Promises -------------------------------------------------------------------------------------------------------------


def test_promise_sorts_the_pool_and_drops_what_no_quota_asks_for() -> None:
    commitment, _ = lottery.promise(random.Random(1))
    tickets = [row.ticket for row in commitment.pool]
    assert tickets == sorted(tickets)
    assert {known for row in commitment.pool for known in row.specialisms} == {"finance"}


def test_promise_hides_the_secret_number() -> None:
    commitment, secret = lottery.promise(random.Random(2))
    assert secret.encode() not in to_record(commitment)


@pytest.mark.parametrize(
    "change",
    [
        {"seats": 2},
        {"seats": 8},
        {"quotas": (Quota("甲", 4), Quota("乙", 2))},
        {"quotas": (Quota("甲", 0),)},
        {"tiers": (4, 2)},
    ],
)
def test_rule_that_contradicts_itself_or_the_lawful_sizes_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Refused, match="draw-rule"):
        lottery.promise(random.Random(3), msgspec.structs.replace(lottery.FIVE, **change))


@pytest.mark.parametrize(
    "source",
    [
        EntropySource("一枚骰子", "123456", 1),
        EntropySource("骰子", "1234566", 10),
        EntropySource("骰子", "123 456", 10),
        EntropySource(" ", "123456", 10),
    ],
)
def test_source_with_few_outcomes_or_loose_spelling_is_refused(source: EntropySource) -> None:
    rng = random.Random(4)
    with pytest.raises(Refused, match="entropy-source"):
        draw.commit_to(lottery.HEARING, 1, lottery.FIVE, lottery.pool(rng, 40), nonce=lottery.nonce(rng), entropy_source=source)


def test_pool_without_the_experts_asked_for_names_the_quota_and_how_many_are_missing() -> None:
    rows = [PoolTicket(f"t{at}", "lawyer") for at in range(9)] + [PoolTicket("x", "expert")]
    lots = Rule(5, 3, 7, (Quota("律师", 2, ("lawyer",)), Quota("专家", 3, ("expert",))))
    with pytest.raises(Refused, match="pool-short") as refusal:
        draw.commit_to(lottery.HEARING, 1, lots, rows, nonce="0" * 64, entropy_source=lottery.DICE)
    assert refusal.value.detail == {"quota": "专家", "missing": 2}


def test_two_quotas_for_the_same_people_are_named_together() -> None:
    rows = [PoolTicket(f"t{at}", "expert") for at in range(9)] + [PoolTicket("x", "lawyer", ("finance",))]
    lots = Rule(5, 3, 7, (Quota("律师", 1, ("lawyer",)), Quota("金融", 1, (), "finance")))
    with pytest.raises(Refused, match="pool-short") as refusal:
        draw.commit_to(lottery.HEARING, 1, lots, rows, nonce="0" * 64, entropy_source=lottery.DICE)
    assert refusal.value.detail == {"quota": "律师、金融", "missing": 1}


def test_pool_of_one_category_is_too_small_when_none_may_hold_the_majority() -> None:
    rows = [PoolTicket(f"t{at}", "lawyer") for at in range(9)]
    with pytest.raises(Refused, match="pool-small") as refusal:
        draw.commit_to(lottery.HEARING, 1, Rule(5, 3, 7, no_majority=True), rows, nonce="0" * 64, entropy_source=lottery.DICE)
    assert refusal.value.detail == {"missing": 3}


def test_ticket_twice_in_the_pool_is_an_error() -> None:
    with pytest.raises(ValueError, match="twice"):
        draw.commit_to("h", 1, Rule(3, 3, 7), [PoolTicket("t", "a")] * 5, nonce="0" * 64, entropy_source=lottery.DICE)


# The draw -------------------------------------------------------------------------------------------------------------


def test_draw_with_another_secret_number_is_refused() -> None:
    rng = random.Random(5)
    commitment, _ = lottery.promise(rng)
    with pytest.raises(Refused, match="nonce-wrong"):
        draw.draw(commitment, lottery.nonce(rng), lottery.number(rng))


@pytest.mark.parametrize("entropy", ["123456123", "12345612345", "1234561237", "1 23456123", ""])
def test_number_not_written_as_promised_is_refused(entropy: str) -> None:
    commitment, secret = lottery.promise(random.Random(6))
    with pytest.raises(Refused, match="entropy-form"):
        draw.draw(commitment, secret, entropy)


def test_promise_that_was_changed_after_publication_is_refused() -> None:
    commitment, secret = lottery.promise(random.Random(7))
    weaker = msgspec.structs.replace(commitment, rule=msgspec.structs.replace(commitment.rule, no_majority=False))
    with pytest.raises(Refused, match="draw-altered"):
        draw.draw(weaker, secret, "1234561234")


def test_record_comes_back_as_it_was_published() -> None:
    rng = random.Random(8)
    commitment, secret = lottery.promise(rng)
    outcome = draw.draw(commitment, secret, lottery.number(rng))
    made = draw.next_lawful_reserve(commitment, outcome, gone={outcome.panel[0].ticket})
    record = from_record(to_record(commitment, outcome, [made]))
    assert (record.before, record.after, record.replacements) == (commitment, outcome, (made,))
    assert from_record(to_record(commitment)).after is None


@pytest.mark.parametrize("text", ["", "{}", '{"before":{"format":"nuanyi-draw/2"}}', "[1]"])
def test_record_of_another_make_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="draw-unreadable"):
        from_record(text)


def test_lower_tier_of_load_is_drawn_first() -> None:
    sat = [0, 1, 2, 3, 4, 9]
    rows = [PoolTicket(f"t{at}", "lawyer", (), draw.tier(lottery.FIVE, times)) for at, times in enumerate(sat)]
    assert [row.tier for row in rows] == [0, 0, 1, 1, 2, 2]
    commitment = draw.commit_to("h", 1, Rule(3, 3, 7, tiers=(2, 4)), rows, nonce="0" * 64, entropy_source=lottery.DICE)
    outcome = draw.draw(commitment, "0" * 64, "1234561234")
    assert [set(outcome.order[at : at + 2]) for at in (0, 2, 4)] == [{"t0", "t1"}, {"t2", "t3"}, {"t4", "t5"}]


# Uniformity -----------------------------------------------------------------------------------------------------------


def far_off(counts: Sequence[int], shares: Sequence[float]) -> bool:
    """Chi-square beyond the 99.99 % point (Wilson and Hilferty's approximation); the seeds are fixed, so never by chance."""
    total, freedom = sum(counts), len(counts) - 1
    distance = sum((count - total * share) ** 2 / (total * share) for count, share in zip(counts, shares, strict=True))
    limit: float = freedom * (1 - 2 / (9 * freedom) + 3.719 * math.sqrt(2 / (9 * freedom))) ** 3
    return distance > limit


def test_every_lawful_panel_comes_up_as_often_as_pure_lot_would_have_it() -> None:
    """Pool of 7 in one tier with overlapping quotas; the shares come from all 5,040 orders, the counts from 20,000 seeds."""
    known = [("a", "finance"), ("a", ""), ("a", ""), ("b", "finance"), ("b", ""), ("c", ""), ("c", "")]
    rows = [PoolTicket(f"t{at}", category, (skill,) if skill else ()) for at, (category, skill) in enumerate(known)]
    lots = Rule(4, 3, 7, (Quota("甲乙", 1, ("a", "b")), Quota("金融", 1, (), "finance")), no_majority=True)
    commitment = draw.commit_to("h", 1, lots, rows, nonce="0" * 64, entropy_source=lottery.LOTTERY)
    orders = list(itertools.permutations(rows))
    exact = Counter(tuple(seat.ticket for seat in fill(lots, ordered)) for ordered in orders)
    drawn: Counter[tuple[str, ...]] = Counter()
    for at in range(SEEDS):
        drawn[tuple(seat.ticket for seat in draw.draw(commitment, "0" * 64, f"{at:014}").panel)] += 1
    panels = sorted(exact)
    assert set(drawn) <= set(panels)
    assert not far_off([drawn[panel] for panel in panels], [exact[panel] / len(orders) for panel in panels])


def test_first_reserve_is_anybody_of_the_pool_alike() -> None:
    rows = [PoolTicket(f"t{at}", "lawyer") for at in range(6)]
    commitment = draw.commit_to("h", 1, Rule(3, 3, 7), rows, nonce="0" * 64, entropy_source=lottery.LOTTERY)
    first = Counter(draw.draw(commitment, "0" * 64, f"{at:014}").reserve[0] for at in range(3_000))
    assert not far_off([first[row.ticket] for row in rows], [1 / 6] * 6)


def test_measure_of_uniformity_sees_a_bias_of_three_in_a_hundred() -> None:
    assert not far_off([5_000] * 4, [0.25] * 4)
    assert far_off([5_300, 4_900, 4_900, 4_900], [0.25] * 4)
