"""What is published of a draw: before it the rule, the pool and their fingerprints, after it the number and the outcome.
Plain data; `hearings.draw` makes it, docs/draw.md explains it, static/draw/verifier.js checks it.
"""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from hearings.panel.fingerprint import FORMAT
from shared.errors import Refused


class Quota(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``least`` seats that only these categories (any when none is named) with this specialism (if one is named) may fill."""

    label: str
    least: int
    categories: tuple[str, ...] = ()
    specialism: str = ""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many sit and who may. ``least`` and ``most`` are the lawful sizes of a panel (听证工作规定 Art. 8, as data) and
    ``source`` says where they come from; ``tiers`` are the sittings of the past from which a higher tier of load begins.
    """

    seats: int
    least: int
    most: int
    quotas: tuple[Quota, ...] = ()
    no_majority: bool = False
    tiers: tuple[int, ...] = ()
    source: str = ""


class PoolTicket(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody eligible, under a name that only they can recognise."""

    ticket: str
    category: str
    specialisms: tuple[str, ...] = ()
    tier: int = 0


class EntropySource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which number nobody knows yet will decide, in words, and exactly how it will be written: ``length`` of these ``signs``."""

    words: str
    signs: str
    length: int


class Parts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One fingerprint for each thing promised, so that an alteration can be named."""

    about: str
    entropy_source: str
    nonce: str
    pool: str
    rule: str


class Commitment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is fixed and published before the draw. ``digest`` covers all of it and is printed on the public notice."""

    format: str
    hearing: str
    number: int
    rule: Rule
    entropy_source: EntropySource
    pool: tuple[PoolTicket, ...]
    leaves: tuple[str, ...]
    parts: Parts
    digest: str


class Seat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``seat`` counts from 1; ``quota`` is the quota it fills, counted from 1, or 0 for a seat open to all."""

    seat: int
    quota: int
    ticket: str


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is published after the draw: the order of the whole pool, who sits, and the reserve in order."""

    nonce: str
    entropy: str
    seed: str
    order: tuple[str, ...]
    panel: tuple[Seat, ...]
    reserve: tuple[str, ...]


class Why(StrEnum):
    GONE = "gone"
    QUOTA = "quota"
    MAJORITY = "majority"


class PassedOver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An earlier reserve who could not take the seat; ``quota`` (from 1) is the one that the panel would have lost, else 0."""

    ticket: str
    why: Why
    quota: int = 0


class Replacement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``gone``: everybody out of the panel or the reserve by then, sorted; ``ticket`` took the vacant seat."""

    gone: tuple[str, ...]
    ticket: str
    passed_over: tuple[PassedOver, ...]


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that the public may see of one draw."""

    before: Commitment
    after: Outcome | None = None
    replacements: tuple[Replacement, ...] = ()


def to_record(before: Commitment, after: Outcome | None = None, replacements: Sequence[Replacement] = ()) -> bytes:
    """The published file, as JSON for people and programs."""
    return msgspec.json.format(msgspec.json.encode(Record(before, after, tuple(replacements))), indent=1)


def from_record(text: bytes | str) -> Record:
    """Reads a published file, without judging it. Refuses ``draw-unreadable`` (not one of ours, or damaged)."""
    try:
        record = msgspec.json.decode(text, type=Record)
    except msgspec.MsgspecError as error:
        raise Refused("draw-unreadable", 422, fault=str(error)) from error
    if record.before.format != FORMAT:
        raise Refused("draw-unreadable", 422, fault=record.before.format)
    return record
