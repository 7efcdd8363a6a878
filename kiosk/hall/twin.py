"""The supervisor's "what if": the hall as it stands played on with one window opened or paused, from some minute on. Pure; the
answer is kept by `deciding`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import inf
from uuid import UUID

import msgspec
from msgspec.structs import replace

from kiosk.forecast.outlook import Change, paused, reopened, what_if
from kiosk.forecast.simulation import Hall, Lengths, Stream

OPEN, PAUSE = "open", "pause"
AHEAD = 120.0  # minutes for which arrivals are expected: further on nobody decides anything now
SPREAD = tuple(0.35 + 0.013 * n for n in range(100))  # while few visits are on record: a third to one and two thirds as long


class Question(msgspec.Struct, frozen=True):
    """Open the window, or pause it, ``begins`` minutes from now; a pause lasts until ``ends``."""

    act: str
    window: str
    begins: float
    ends: float = inf


def ask(
    hall: Hall, question: Question, promised: Mapping[UUID, datetime], now: datetime, seed: int, coming: Sequence[Stream] = ()
) -> Change:
    """What the change comes to for those who wait and for those who are expected. ``promised``: until when each was told to be
    called; ``coming``: who is likely to come."""
    hall = replace(hall, lengths=hall.lengths or configured(hall.minutes))
    hall = replace(hall, streams=tuple(one for one in coming if one.service in hall.lengths))
    limits = {ticket.hex: (until - now).total_seconds() / 60 for ticket, until in promised.items()}
    return what_if(hall, changed(hall, question), limits, seed)


def changed(hall: Hall, question: Question) -> Hall:
    if question.act == OPEN:
        return reopened(hall, question.window, question.begins)
    return paused(hall, question.window, question.begins, question.ends)


def configured(minutes: Mapping[str, float]) -> dict[str, Lengths]:
    """Lengths spread around the configured ones."""
    return {service: Lengths(*[tuple(mean * share for share in SPREAD)] * 2) for service, mean in minutes.items()}
