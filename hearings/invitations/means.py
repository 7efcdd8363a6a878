"""What an act about invitations is done with: the office as of now, the vault, our addresses, who acts and when."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from cases.centre import Centre, centre_of
from shared.identity import Identity
from shared.settings import Settings
from shared.vault import Vault

CLOCK = Identity("clock")


class Means(NamedTuple):
    centre: Centre
    sealing: Vault
    settings: Settings
    now: datetime
    by: Identity


def means_of(session: Session, office_id: UUID, sealing: Vault, settings: Settings, now: datetime, by: Identity) -> Means:
    """For acts that no member of staff's request brings along: an answer, the clock."""
    return Means(centre_of(session, office_id, now), sealing, settings, now, by)
