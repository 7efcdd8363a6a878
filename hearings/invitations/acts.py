"""What staff do about one invitation besides entering an answer: look up how to reach somebody, print the letter."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from cases.centre import Centre
from hearings.changes.told import about
from hearings.changes.words import update_message
from hearings.invitations.actions import held
from hearings.invitations.dispatch import invitation_message, listing_at
from hearings.invitations.means import Means
from hearings.steps import note
from shared import delivery
from shared.errors import Refused
from shared.identity import Identity
from shared.outbox import Channel, Message, messages_about
from shared.settings import Settings
from shared.vault import Vault


def reveal_contact(session: Session, *, centre: Centre, invitation_id: UUID, now: datetime, by: Identity) -> UUID:
    """Notes that somebody looks up a name and telephone number, to call; returns the hearing. Refuses what `inviting.held`
    refuses."""
    hearing, invitation = held(session, centre, invitation_id, by)
    note(session, hearing, "invitation-contact-shown", by, now, {"invitation": invitation.id.hex})
    return hearing.id


def print_invitation(
    session: Session, *, centre: Centre, invitation_id: UUID, sealing: Vault, settings: Settings, now: datetime, by: Identity
) -> Message:
    """The letter of the invitation as it holds now, written when there is none; it counts as handed to the post. Refuses what
    `inviting.held` refuses, ``not-listed`` and, for a participant (who gets a notice), ``not-found``."""
    hearing, invitation = held(session, centre, invitation_id, by)
    listing = listing_at(session, hearing)
    if invitation.seat_id is None:
        raise Refused("not-found", 404)
    if listing is None:
        raise Refused("not-listed", 409, article="notice")
    letter = _letter(session, invitation.id, invitation.sequence)
    if letter is None:
        compose = update_message if invitation.answered_sequence is not None else invitation_message
        compose(session, hearing, listing, invitation, Means(centre, sealing, settings, now, by), Channel.LETTER)
        letter = _letter(session, invitation.id, invitation.sequence)
    assert letter is not None
    delivery.printed(session, letter.id, sealing, now=now, by=by.by)
    note(session, hearing, "invitation-printed", by, now, {"invitation": invitation.id.hex})
    session.flush()
    session.expunge(letter)
    return letter


def _letter(session: Session, invitation_id: UUID, sequence: int) -> Message | None:
    found = [one for one in messages_about(session, about(invitation_id))
             if one.channel == Channel.LETTER and one.sequence == sequence]
    return found[-1] if found else None
