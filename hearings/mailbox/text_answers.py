"""An answer by text message, as the gateway hands it on: our code in it, yes or no, from the telephone that we wrote to."""

from datetime import datetime

from sqlmodel import Session

from hearings.invitations.answering import answer
from hearings.invitations.answers import Verdict, read_text
from hearings.invitations.invited import invited_of
from hearings.invitations.queries import open_by_text
from hearings.invitations.tables import Invitation, Via
from hearings.tables import Hearing
from shared import vault
from shared.identity import Identity
from shared.settings import Settings
from shared.vault import Vault


def take_text(
    session: Session, *, sender: str, text: str, key: str, sealing: Vault, settings: Settings, now: datetime, by: Identity
) -> Verdict | None:
    """None when it is no answer to anything of ours, or comes from another telephone: then it is left to people."""
    told = read_text(text)
    found = open_by_text(session, sms_code=told.code) if told else None
    if told is None or found is None:
        return None
    invitation = session.get_one(Invitation, found)
    phone = invited_of(session, invitation, sealing).phone
    if session.get_one(Hearing, invitation.hearing_id).office_id != by.office_id or not _same(phone, sender, sealing):
        return None
    return answer(
        session, invitation_id=found, said=told.said, via=Via.SMS, sequence=invitation.sequence, sealing=sealing,
        settings=settings, now=now, by=by, words=text[:200], key=f"sms {key}" if key else "",
    )


def _same(phone: str, sender: str, sealing: Vault) -> bool:
    """Whether two ways of writing are one number; nothing is no number."""
    try:
        return sealing.index(phone, purpose=vault.PHONE) == sealing.index(sender, purpose=vault.PHONE)
    except ValueError:
        return False
