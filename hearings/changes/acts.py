"""Telling somebody of a change by telephone, in person or by post, when no message got through to them. Not a notice: what that
needs is in `notices.proofs`."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from cases.centre import Centre
from hearings.changes.board import BY_HAND, OF_OBSERVERS, OF_PEOPLE, person_behind
from hearings.notices.proofs import prepared
from hearings.steps import note
from hearings.tables import Hearing
from shared import delivery
from shared.errors import Refused
from shared.identity import Identity
from shared.outbox import Channel, Message, MessageState
from shared.vault import Vault


def tell_by_hand(
    session: Session, *, centre: Centre, hearing_id: UUID, message_id: UUID, evidence: str, sealing: Vault, now: datetime,
    by: Identity,
) -> None:
    """Notes that somebody has been told, and how. Again: nothing. Refuses ``not-allowed``, ``not-found``, ``evidence-needed``."""
    hearing = prepared(session, centre, hearing_id, by)
    message = _word(session, hearing, message_id)
    if not evidence.strip():
        raise Refused("evidence-needed", 422, article="notice-proof")
    if message.state != MessageState.DELIVERED:
        delivery.hear(session, message, MessageState.DELIVERED, sealing, raw=f"{BY_HAND} {evidence.strip()}", now=now, by=by.by)
        note(session, hearing, "change-told", by, now, {"message": message.id.hex, "kind": message.purpose})


def show_contact(
    session: Session, *, centre: Centre, hearing_id: UUID, message_id: UUID, now: datetime, by: Identity
) -> None:
    """Notes that somebody looks up a name and telephone number, to call. Refuses ``not-allowed``, ``not-found``."""
    hearing = prepared(session, centre, hearing_id, by)
    message = _word(session, hearing, message_id)
    note(session, hearing, "change-contact-shown", by, now, {"message": message.id.hex})


def printed_word(
    session: Session, *, centre: Centre, hearing_id: UUID, message_id: UUID, sealing: Vault, now: datetime, by: Identity
) -> Message:
    """The letter about a change, which counts as handed to the post. Refuses ``not-allowed``, ``not-found``."""
    hearing = prepared(session, centre, hearing_id, by)
    message = _word(session, hearing, message_id)
    if message.channel != Channel.LETTER:
        raise Refused("not-found", 404)
    delivery.printed(session, message.id, sealing, now=now, by=by.by)
    note(session, hearing, "change-printed", by, now, {"message": message.id.hex})
    session.flush()
    session.expunge(message)
    return message


def _word(session: Session, hearing: Hearing, message_id: UUID) -> Message:
    message = session.get(Message, message_id)
    if message is None or message.purpose not in OF_PEOPLE | OF_OBSERVERS:
        raise Refused("not-found", 404)
    row = person_behind(session, message.about)
    if row is None or row.hearing_id != hearing.id:
        raise Refused("not-found", 404)
    return message
