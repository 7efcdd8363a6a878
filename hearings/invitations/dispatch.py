"""Posting what invited people are told: which message, by which channel, with which link; and when one is no longer wanted.
The words are in `messages`, the sending in the outbox."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from hearings.changes.told import about
from hearings.invitations import messages
from hearings.invitations.answers import INVITING, OPEN
from hearings.invitations.calendar_mail import reply_address
from hearings.invitations.invited import Invited, invited_of
from hearings.invitations.means import Means
from hearings.invitations.messages import Entry, Guest, Occasion
from hearings.invitations.tables import Invitation, InvitationState
from hearings.steps import stir
from hearings.tables import Hearing, Listing, Room
from shared import codes
from shared.outbox import Channel, Content, Message, MessageState, follow, messages_about, post
from shared.settings import Settings
from shared.vault import Vault

CODE = "invitation-code"
REPLY_KEY, LINK_KEY = "calendar replies", "invitation links"
LOST = frozenset({MessageState.FAILED, MessageState.BOUNCED, MessageState.STALE})
ASKING = (messages.INVITATION, messages.UPDATE)


def invitation_message(
    session: Session, hearing: Hearing, listing: Listing, invitation: Invitation, means: Means, channel: Channel | None = None
) -> None:
    """The invitation, by the channel that the person likes best or the one given."""
    person, occasion = invited_of(session, invitation, means.sealing), occasion_of(session, hearing, listing, means)
    by = channel or person.channels[0]
    assert invitation.reply_by is not None
    content = messages.invitation(
        by, occasion, guest_of(person, by), entry=entry_of(invitation, listing, means), reply_by=invitation.reply_by,
        link=link_of(invitation, listing, by, means), sms_code=invitation.sms_code,
    )
    post_to(session, content, messages.INVITATION, hearing, invitation, means, until=listing.begins_at, turn=invitation.turn)


def reminder_message(
    session: Session, hearing: Hearing, listing: Listing, invitation: Invitation, means: Means, channel: Channel
) -> None:
    person, occasion = invited_of(session, invitation, means.sealing), occasion_of(session, hearing, listing, means)
    assert invitation.reply_by is not None
    content = messages.reminder(
        channel, occasion, guest_of(person, channel), link=link_of(invitation, listing, channel, means),
        reply_by=invitation.reply_by, sms_code=invitation.sms_code,
    )
    post_to(session, content, messages.REMINDER, hearing, invitation, means, until=invitation.reply_by, turn=invitation.turn)


def old_date_message(session: Session, hearing: Hearing, invitation: Invitation, means: Means, *, sequence: int) -> None:
    """To somebody whose answer was about the old date: ask again for the one that holds."""
    listing = listing_at(session, hearing)
    if listing is None:
        return
    person, occasion = invited_of(session, invitation, means.sealing), occasion_of(session, hearing, listing, means)
    by = person.channels[0]
    content = messages.old_date(
        by, occasion, guest_of(person, by), link=link_of(invitation, listing, by, means),
        sms_code=invitation.sms_code, was=_was(session, listing),
    )
    post_to(session, content, messages.OLD_DATE, hearing, invitation, means, until=listing.begins_at, turn=sequence)


def pack_message(session: Session, hearing: Hearing, invitation: Invitation, means: Means) -> None:
    """The briefing pack can be read now."""
    listing = listing_at(session, hearing)
    if listing is None:
        return
    person, occasion = invited_of(session, invitation, means.sealing), occasion_of(session, hearing, listing, means)
    by = person.channels[0]
    content = messages.pack_available(by, occasion, guest_of(person, by), link=link_of(invitation, listing, by, means))
    post_to(session, content, messages.PACK_AVAILABLE, hearing, invitation, means, until=listing.begins_at)


# What messages are made of --------------------------------------------------------------------------------------------


def link_of(invitation: Invitation, listing: Listing, channel: Channel, means: Means) -> str:
    """Where an invitation is answered: by mail the signed link itself, elsewhere the short address of its code."""
    if channel == Channel.EMAIL:
        expires = closes(listing.ends_at, means.centre.provisions)
        return f"{means.settings.public_url}/i/{token_of(invitation, expires, means.sealing)}"
    return f"{means.settings.public_url}/c/{means.sealing.unseal(invitation.code, purpose=CODE)}"


def closes(ends_at: datetime, provisions: Mapping[str, int]) -> datetime:
    """Until when links of a hearing still say how it ended (``hearing.link_days_after``)."""
    return ends_at + timedelta(days=provisions["hearing.link_days_after"])


def token_of(invitation: Invitation, expires: datetime, sealing: Vault) -> str:
    """Opens this invitation's page until then (see `closes`), as long as its turn is the same."""
    payload = f"{invitation.id.hex} {invitation.turn}"
    return codes.sign(payload, key=sealing.derive(LINK_KEY), expires=expires)


def entry_of(invitation: Invitation, listing: Listing, means: Means, *, later: int = 0) -> Entry:
    """The hearing in this person's calendar; ``later`` is added to the sequence by what takes it out again."""
    return Entry(
        uid=invitation.uid, sequence=invitation.sequence + later, reply_to=reply_to(invitation, means.settings, means.sealing),
        made_at=listing.made_at, changed_at=means.now if later else listing.made_at, now=means.now,
    )


def reply_to(invitation: Invitation, settings: Settings, sealing: Vault) -> str:
    return reply_address(settings.sender, invitation.uid, sealing.derive(REPLY_KEY))


def occasion_of(session: Session, hearing: Hearing, listing: Listing, means: Means) -> Occasion:
    room = session.get(Room, listing.room_id) if listing.room_id else None
    centre, elsewhere = means.centre, hearing.elsewhere
    return Occasion(
        number=hearing.number, subject=hearing.title, open=hearing.open, begins_at=listing.begins_at, ends_at=listing.ends_at,
        zone=centre.zone, place_zh=room.name_zh if room else elsewhere, place_en=room.name_en if room else elsewhere,
        office_zh=centre.office_zh, office_en=centre.office_en, phone=centre.phone, mailbox=means.settings.sender,
    )


def listing_at(session: Session, hearing: Hearing, *, before: int = 0) -> Listing | None:
    """When and where the hearing is to be; ``before`` versions ago."""
    wanted = select(Listing).where(Listing.hearing_id == hearing.id).order_by(col(Listing.version).desc())
    return session.exec(wanted.offset(before).limit(1)).first()


def address_of(person: Invited, channel: Channel) -> str:
    """Where a channel leads for somebody; a letter without an address is handed over by name."""
    return {Channel.EMAIL: person.email, Channel.SMS: person.phone, Channel.LETTER: person.address or person.name}[channel]


def used_channels(session: Session, invitation: Invitation) -> list[Channel]:
    """By which channels an officer has been asked, as far as the messages did not get lost."""
    asked = [one for one in messages_about(session, about(invitation.id)) if one.purpose in ASKING and one.state not in LOST]
    return list(dict.fromkeys(Channel(one.channel) for one in asked))


def guest_of(person: Invited, channel: Channel) -> Guest:
    """Somebody as a message addresses them by this channel."""
    return Guest(name=person.name, to=address_of(person, channel), language=person.language)


def _was(session: Session, listing: Listing) -> datetime:
    """When the hearing was to be before."""
    wanted = select(Listing).where(Listing.hearing_id == listing.hearing_id, col(Listing.version) < listing.version)
    before = session.exec(wanted.order_by(col(Listing.version).desc())).first()
    return before.begins_at if before else listing.begins_at


def post_to(
    session: Session, content: Content, purpose: str, hearing: Hearing, invitation: Invitation, means: Means, *,
    until: datetime | None = None, turn: int = 0, later: int = 0,
) -> None:
    """Puts a message of an invitation into the outbox; ``later`` is added to its sequence by what ends it."""
    post(
        session, means.sealing, content, office=hearing.office_id, purpose=purpose, about=about(invitation.id),
        sequence=invitation.sequence + later, now=means.now, expires_at=until, turn=str(turn) if turn else "",
    )


# What the outbox asks -------------------------------------------------------------------------------------------------


def is_wanted(session: Session, message: Message) -> bool:
    """Whether an invitation or a reminder still says what holds: the same date, the hearing being prepared, the place still
    the person's; a reminder only while they have not answered."""
    invitation = invitation_about(session, message)
    if invitation is None or invitation.closed_at is not None:
        return False
    hearing = session.get_one(Hearing, invitation.hearing_id)
    if hearing.state not in INVITING or not hearing.sequence == invitation.sequence == message.sequence:
        return False
    return message.purpose != messages.REMINDER or invitation.state in OPEN


def moved(session: Session, message: Message, now: datetime) -> None:
    """What became of an invitation's message: it arrived, or the address does not work."""
    invitation = invitation_about(session, message)
    if invitation is not None:
        stir(session, invitation.hearing_id)
    if invitation is None or invitation.state not in OPEN or message.sequence != invitation.sequence:
        return
    if message.state == MessageState.DELIVERED:
        invitation.state = InvitationState.DELIVERED
    elif message.state in (MessageState.BOUNCED, MessageState.FAILED) and not used_channels(session, invitation):
        invitation.state = InvitationState.BOUNCED
    session.add(invitation)


def invitation_about(session: Session, message: Message) -> Invitation | None:
    kind, _, key = message.about.partition(":")
    return session.get(Invitation, UUID(key)) if kind == "invitation" else None


for _purpose in (messages.INVITATION, messages.UPDATE, messages.REMINDER):
    follow(_purpose, wanted=is_wanted, moved=moved)
for _purpose in (messages.OLD_DATE, messages.PACK_AVAILABLE):
    follow(_purpose, wanted=is_wanted)
