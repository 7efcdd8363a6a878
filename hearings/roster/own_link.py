"""The link that a member of the roster carries: no account, signed, good until their term ends or it is renewed."""

from datetime import datetime, time, timedelta
from uuid import UUID

from sqlmodel import Session

from cases.centre import Centre, centre_of
from hearings.roster.queries import member_of
from hearings.roster.tables import RosterMember, Standing
from shared.codes import check, sign
from shared.errors import Refused
from shared.identity import Identity
from shared.vault import Vault

USE = "officer link"


def token_of(session: Session, *, centre: Centre, member_id: UUID, sealing: Vault) -> str:
    """Refuses ``not-found``. The same until the term changes or the link is renewed."""
    member = member_of(session, centre, member_id)
    ends = datetime.combine(member.term_until + timedelta(days=1), time(0), centre.zone)
    return sign(f"{member.id.hex} {member.link_turn}", key=sealing.derive(USE), expires=ends)


def holder_of(session: Session, *, token: str, sealing: Vault, now: datetime) -> tuple[Identity, Centre]:
    """Whose link it is, as somebody who may act on their own hours only. Refuses ``unknown-code`` (also when it was renewed or
    the member removed) and ``link-expired``."""
    key, _, turn = check(token, key=sealing.derive(USE), now=now).partition(" ")
    member = session.get(RosterMember, UUID(key))
    if member is None or str(member.link_turn) != turn or member.standing == Standing.REMOVED:
        raise Refused("unknown-code", 404)
    return Identity("officer", member.id, member.office_id), centre_of(session, member.office_id, now)
