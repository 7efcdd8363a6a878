"""Telling everybody who had been told what has become of a hearing: moved, postponed, cancelled, or without them. By the channels
by which they heard, once for each change; the texts are in `messages`."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlmodel import Session

from hearings.changes import messages as change_messages
from hearings.changes.messages import Change
from hearings.changes.told import Told, place_told, told, why_cancelled
from hearings.invitations import messages
from hearings.invitations.dispatch import (
    entry_of,
    guest_of,
    invitation_about,
    invitation_message,
    is_wanted,
    link_of,
    occasion_of,
    post_to,
)
from hearings.invitations.invited import invited_of
from hearings.invitations.means import Means
from hearings.invitations.tables import Invitation
from hearings.steps import stir
from hearings.tables import Hearing, HearingState, Listing
from shared.outbox import Channel, Content, Message, follow

FAREWELLS: dict[str, Callable[..., Content]] = {
    messages.POSTPONED: change_messages.postponed, messages.CANCELLATION: change_messages.cancellation,
    messages.RELEASED: change_messages.released, messages.REMOVED: change_messages.removed,
}


def update_message(
    session: Session, hearing: Hearing, listing: Listing, invitation: Invitation, means: Means, channel: Channel | None = None
) -> None:
    """An officer is asked again: the same invitation with its new sequence. Who has heard nothing yet is invited."""
    known = told(session, invitation, before=invitation.sequence)
    if known.listing is None:
        return invitation_message(session, hearing, listing, invitation, means, channel)
    person, occasion = invited_of(session, invitation, means.sealing), occasion_of(session, hearing, listing, means)
    by = channel or person.channels[0]
    content = change_messages.update(
        by, occasion, guest_of(person, by), entry=entry_of(invitation, listing, means), was=known.listing.begins_at,
        was_at=_where(session, known, hearing, means, person.language), change=_change(known, hearing, listing, means),
        link=link_of(invitation, listing, by, means), sms_code=invitation.sms_code, reply_by=invitation.reply_by,
    )
    post_to(session, content, messages.UPDATE, hearing, invitation, means, until=listing.begins_at, turn=invitation.turn)


def moved_message(session: Session, hearing: Hearing, listing: Listing, invitation: Invitation, means: Means) -> None:
    """A participant who knew another time or place hears of the new one at once. Not a notice: that is given again by staff."""
    known = told(session, invitation, before=invitation.sequence)
    if known.listing is None:
        return
    change = _change(known, hearing, listing, means)
    if change == Change.OTHER and not known.postponed:
        return
    person, occasion = invited_of(session, invitation, means.sealing), occasion_of(session, hearing, listing, means)
    for by in known.ways(person):
        content = change_messages.moved(
            by, occasion, guest_of(person, by), was=known.listing.begins_at, change=change,
            was_at=_where(session, known, hearing, means, person.language), postponed=known.postponed,
            entry=entry_of(invitation, listing, means),
        )
        post_to(session, content, messages.MOVED, hearing, invitation, means, until=listing.begins_at)


def put_off_message(session: Session, hearing: Hearing, invitation: Invitation, means: Means) -> None:
    """The old date is off, and there is no new one yet."""
    _farewell(session, messages.POSTPONED, hearing, invitation, means)


def call_off_message(session: Session, hearing: Hearing, invitation: Invitation, means: Means) -> None:
    _farewell(session, messages.CANCELLATION, hearing, invitation, means)


def release_message(session: Session, hearing: Hearing, invitation: Invitation, means: Means) -> None:
    """To one person who no longer has a place."""
    kind = messages.RELEASED if invitation.seat_id is not None else messages.REMOVED
    _farewell(session, kind, hearing, invitation, means)


# Parts ----------------------------------------------------------------------------------------------------------------


def _farewell(session: Session, kind: str, hearing: Hearing, invitation: Invitation, means: Means) -> None:
    """Goes by every channel by which the person heard of the date, so that no calendar and no text message goes on inviting.
    Who had heard nothing hears nothing: what still waits is not sent any more."""
    known = told(session, invitation)
    if known.listing is None:
        return
    person, occasion = invited_of(session, invitation, means.sealing), occasion_of(session, hearing, known.listing, means)
    later, compose = max(1, hearing.sequence - invitation.sequence), FAREWELLS[kind]
    if kind == messages.CANCELLATION:
        compose = partial(change_messages.cancellation, why=why_cancelled(session, hearing.id))
    for channel in known.ways(person):
        entry = entry_of(invitation, known.listing, means, later=later)
        content = compose(channel, occasion, guest_of(person, channel), entry=entry)
        post_to(session, content, kind, hearing, invitation, means, later=later)


def _change(known: Told, hearing: Hearing, now: Listing, means: Means) -> Change:
    """What is not as the person knows it. Elsewhere than in a room only their notice tells where it was to be."""
    assert known.listing is not None
    if known.listing.begins_at != now.begins_at:
        return Change.TIME
    if known.listing.room_id != now.room_id:
        return Change.PLACE
    if now.room_id is not None:
        return Change.OTHER
    place = place_told(known, means.sealing)
    return Change.TIME if not place else Change.OTHER if place == hearing.elsewhere else Change.PLACE


def _where(session: Session, known: Told, hearing: Hearing, means: Means, language: str) -> str:
    """The place that the person knows."""
    assert known.listing is not None
    if known.listing.room_id is None:
        return place_told(known, means.sealing) or hearing.elsewhere
    return occasion_of(session, hearing, known.listing, means).place(language)


def _still_off(session: Session, message: Message) -> bool:
    """Asked right before sending: the hearing is still without a date."""
    invitation = invitation_about(session, message)
    hearing = session.get_one(Hearing, invitation.hearing_id) if invitation else None
    return hearing is not None and hearing.state == HearingState.POSTPONED and message.sequence == hearing.sequence


def _went(session: Session, message: Message, now: datetime) -> None:
    """The desk sees at once whom the word has reached."""
    invitation = invitation_about(session, message)
    if invitation is not None:
        stir(session, invitation.hearing_id)


follow(messages.MOVED, wanted=is_wanted, moved=_went)
follow(messages.POSTPONED, wanted=_still_off, moved=_went)
for _purpose in (messages.CANCELLATION, messages.RELEASED, messages.REMOVED):
    follow(_purpose, moved=_went)
