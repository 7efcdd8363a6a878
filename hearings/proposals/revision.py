"""What mending a plan is asked and what it answers."""

from datetime import date

import msgspec

from hearings.proposals.problem import Placement, Plan


class Change(msgspec.Struct, frozen=True):
    """A room, member or person of the staff that is lost from ``first`` to ``last``; ``kind``: room, member or staff."""

    kind: str
    key: str
    first: date
    last: date


class Moved(msgspec.Struct, frozen=True):
    """Another day, hour or room than before; None where it had no place."""

    hearing: str
    before: Placement | None
    after: Placement


class Revision(msgspec.Struct, frozen=True):
    """A changed plan: what moved, who is newly invited to what, who is no longer asked, and how many seats had been lost."""

    plan: Plan
    moved: tuple[Moved, ...]
    invitations: tuple[tuple[str, str], ...]
    released: tuple[tuple[str, str], ...]
    lost_seats: int
