"""The draw of a panel that anyone can check: promise first, then a number that nobody knew, then only reckoning.

Pure: the secret number of the office and the public number come in; nothing here is random. The protocol, its bytes and
what it cannot protect against are in docs/draw.md. Hearing officers: 听证工作规定 Arts. 7, 8; the draw is our design.
"""

import re
from collections.abc import Collection, Iterable, Sequence

import msgspec

from hearings.panel import merkle
from hearings.panel.fingerprint import FORMAT, fingerprint, keyed
from hearings.panel.lots import (
    Commitment,
    EntropySource,
    Outcome,
    Parts,
    PassedOver,
    PoolTicket,
    Replacement,
    Rule,
    Why,
)
from hearings.panel.seating import check_pool, check_rule, fill, shortage, sort
from shared.errors import Refused

NONCE = re.compile(r"[0-9a-f]{64}")
# With few outcomes the office could try secret numbers until most of them suit it: six faces are not enough, eight dice are.
LEAST_OUTCOMES = 1_000_000


def ticket_salt(key: str, hearing: str, number: int, member: str) -> str:
    """The salt that belongs to this member in this draw, to be told to them alone; ``key`` is a secret of the office."""
    return keyed(key, "salt", hearing, number, member)


def ticket_name(salt: str, hearing: str, number: int, member: str) -> str:
    """The pseudonym in the pool. Whoever knows the salt can prove that it is theirs; nobody else can tell whose it is."""
    return keyed(salt, "ticket", hearing, number, member)


def tier(rule: Rule, sittings: int) -> int:
    """The load tier of somebody who sat so often; lower tiers are drawn first."""
    return sum(1 for bound in rule.tiers if sittings >= bound)


def commit_to(
    hearing: str, number: int, rule: Rule, pool: Iterable[PoolTicket], *, nonce: str, entropy_source: EntropySource
) -> Commitment:
    """What to publish before draw ``number`` of this hearing. ``nonce``: 64 random hex digits, secret until the draw.

    The pool is sorted by ticket, and keeps of the specialisms only those that a quota asks for. Refuses ``draw-rule``,
    ``pool-short``, ``pool-small``, ``entropy-source`` (too few outcomes, or not exactly written).
    """
    if not NONCE.fullmatch(nonce):
        raise ValueError("a nonce has 64 small hex digits")
    check_rule(rule)
    _check_source(entropy_source)
    asked = {quota.specialism for quota in rule.quotas}
    rows = [
        PoolTicket(row.ticket, row.category, tuple(sorted(asked.intersection(row.specialisms))), row.tier)
        for row in pool
    ]
    rows.sort(key=lambda row: row.ticket)
    if len({row.ticket for row in rows}) != len(rows):
        raise ValueError("a ticket stands in the pool twice")
    check_pool(rule, rows)
    return _sealed(hearing, number, rule, entropy_source, tuple(rows), fingerprint("nonce", nonce))


def draw(commitment: Commitment, nonce: str, entropy: str) -> Outcome:
    """The outcome that follows from the promise, the office's secret number and the public one; always the same.

    Refuses ``draw-altered`` (the promise does not agree with itself), ``nonce-wrong`` (not the one promised) and
    ``entropy-form`` (not written as promised).
    """
    if commitment != _again(commitment):
        raise Refused("draw-altered", 409)
    if fingerprint("nonce", nonce) != commitment.parts.nonce:
        raise Refused("nonce-wrong", 409)
    check_entropy(commitment.entropy_source, entropy)
    seed = fingerprint("seed", commitment.digest, nonce, entropy)
    ordered = order(commitment, seed)
    panel = fill(commitment.rule, ordered)
    seated = {seat.ticket for seat in panel}
    tickets = tuple(row.ticket for row in ordered)
    return Outcome(nonce, entropy, seed, tickets, panel, tuple(ticket for ticket in tickets if ticket not in seated))


def order(commitment: Commitment, seed: str) -> list[PoolTicket]:
    """The pool by load tier, and by lot within a tier."""
    return sorted(commitment.pool, key=lambda row: (row.tier, fingerprint("lot", seed, commitment.number, row.ticket)))


def check_entropy(source: EntropySource, entropy: str) -> None:
    """Refuses ``entropy-form``: one number must have one spelling only, or the office could choose among spellings."""
    if len(entropy) != source.length or not set(source.signs) >= set(entropy):
        raise Refused("entropy-form", 422, length=source.length, signs=source.signs)


def seated_now(outcome: Outcome, replacements: Iterable[Replacement], gone: Collection[str]) -> list[str]:
    """Who sits, in the order of the draw, once those ``gone`` have left."""
    sat = {seat.ticket for seat in outcome.panel} | {made.ticket for made in replacements}
    return [ticket for ticket in outcome.order if ticket in sat and ticket not in gone]


def next_lawful_reserve(
    commitment: Commitment, outcome: Outcome, replacements: Sequence[Replacement] = (), *, gone: Collection[str]
) -> Replacement:
    """Who takes a vacant seat: the first of the reserve in order with whom the panel keeps its quotas, and why not those
    before. ``replacements``: those already made; ``gone``: all others who left the panel or the reserve.

    Several vacant seats are filled one by one. Refuses ``panel-full`` and ``reserve-short`` (nobody lawful is left).
    """
    out = set(gone).union(*(made.gone for made in replacements))
    seated = seated_now(outcome, replacements, out)
    if len(seated) >= commitment.rule.seats:
        raise Refused("panel-full", 409)
    reserve = [ticket for ticket in outcome.reserve if ticket not in seated]
    passed: list[PassedOver] = []
    for ticket in reserve:
        others = [one for one in reserve if one not in out and one != ticket]
        over = PassedOver(ticket, Why.GONE) if ticket in out else _hindrance(commitment, seated, ticket, others)
        if over is None:
            return Replacement(tuple(sorted(out)), ticket, tuple(passed))
        passed.append(over)
    raise Refused("reserve-short", 409, seats=commitment.rule.seats - len(seated))


def _hindrance(commitment: Commitment, seated: list[str], ticket: str, others: list[str]) -> PassedOver | None:
    """Why the panel with this ticket could not be made whole lawfully; None when it can."""
    rule = commitment.rule
    rows = {row.ticket: sort(rule, row) for row in commitment.pool}
    panel, rest = [rows[one] for one in (*seated, ticket)], [rows[one] for one in others]
    if shortage(rule, panel, rest) is None:
        return None
    lack = shortage(msgspec.structs.replace(rule, no_majority=False), panel, rest)
    if lack is None:
        return PassedOver(ticket, Why.MAJORITY)
    lost = (place for place in range(1, len(rule.quotas) + 1) if lack.kinds >> place - 1 & 1)
    return PassedOver(ticket, Why.QUOTA, next(lost, 0))


def _check_source(source: EntropySource) -> None:
    """Signs are visible ASCII, each named once; the words say where they will be read."""
    signs = source.signs
    exact = len(set(signs)) == len(signs) and all("!" <= sign <= "~" for sign in signs) and source.words.strip()
    if not exact or source.length < 1 or len(signs) ** source.length < LEAST_OUTCOMES:
        raise Refused("entropy-source", 422, outcomes=LEAST_OUTCOMES)


def _again(said: Commitment) -> Commitment:
    return _sealed(said.hearing, said.number, said.rule, said.entropy_source, said.pool, said.parts.nonce)


def _sealed(
    hearing: str, number: int, rule: Rule, source: EntropySource, pool: tuple[PoolTicket, ...], nonce: str
) -> Commitment:
    leaves = tuple(fingerprint("leaf", row) for row in pool)
    parts = Parts(
        about=fingerprint("about", hearing, number),
        entropy_source=fingerprint("entropy-source", source),
        nonce=nonce,
        pool=merkle.root(leaves),
        rule=fingerprint("rule", rule),
    )
    return Commitment(FORMAT, hearing, number, rule, source, pool, leaves, parts, fingerprint("commitment", parts))
