"""Posting the two notices to people, and hearing what became of them: a delivery proves a notice. What no longer holds is not
sent any more."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from cases.centre import Centre
from hearings.invitations import messages
from hearings.invitations.actions import invitation_to
from hearings.invitations.dispatch import closes, entry_of
from hearings.invitations.means import CLOCK, Means
from hearings.invitations.messages import NAMES_NOTICE, PARTICIPANTS_NOTICE, Entry, Guest, Occasion, Person
from hearings.invitations.tables import Notice, ProofMethod
from hearings.names import role_name
from hearings.notices.papers import Named, NamesPaper, Paper, ParticipantsPaper, Where
from hearings.notices.proofs import add_proof
from hearings.notices.queries import about
from hearings.panel.pool import listing_of
from hearings.steps import stir
from hearings.tables import HEARING_CONTACT, HEARING_NAME, Hearing, HearingState, Participant
from shared import codes, outbox, words
from shared.outbox import Channel, Message, MessageState
from shared.settings import Settings
from shared.vault import Vault

LINK_KEY = "notice link"


def post_notice(
    session: Session, notice: Notice, paper: Paper, person: Participant, *, centre: Centre, sealing: Vault, settings: Settings,
    now: datetime,
) -> None:
    """By mail and text message where the person has them; else a letter waits to be printed. Once for each notice."""
    hearing = session.get_one(Hearing, notice.hearing_id)
    means = Means(centre, sealing, settings, now, CLOCK)
    entry = _entry(session, hearing, person, means)
    if not isinstance(paper, ParticipantsPaper):
        entry = None
    for channel, to in ways(person, sealing):
        content = content_for(channel, hearing, notice, paper, person, to, centre=centre, sealing=sealing, settings=settings,
                              entry=entry)
        outbox.post(session, sealing, content, office=hearing.office_id, purpose=PURPOSES[type(paper)], now=now,
                    about=about(notice.id, person.id), sequence=notice.sequence)


def ways(person: Participant, sealing: Vault) -> list[tuple[Channel, str]]:
    """How somebody can be reached; a letter when there is no other way."""
    kept = ((Channel.EMAIL, person.email), (Channel.SMS, person.phone))
    found = [(channel, sealing.unseal(sealed, purpose=HEARING_CONTACT)) for channel, sealed in kept if sealed]
    return found or [(Channel.LETTER, sealing.unseal(person.name, purpose=HEARING_NAME))]


def occasion(hearing: Hearing, paper: Where, centre: Centre, settings: Settings) -> Occasion:
    return Occasion(
        number=hearing.number, subject=hearing.title, open=hearing.open, begins_at=paper.begins_at, ends_at=paper.ends_at,
        zone=centre.zone, place_zh=paper.place_zh, place_en=paper.place_en, office_zh=paper.office_zh,
        office_en=paper.office_en, phone=paper.phone, mailbox=settings.sender,
    )


def link(notice: UUID, person: UUID, expires: datetime, sealing: Vault, settings: Settings) -> str:
    """The page on which a person reads their notice and confirms that they have it; good until then (`dispatch.closes`)."""
    payload = urlsafe_b64encode(notice.bytes + person.bytes).decode()
    token = codes.sign(payload, key=sealing.derive(LINK_KEY), expires=expires)
    return f"{settings.public_url}/n/{token}"


def behind(token: str, sealing: Vault, now: datetime) -> tuple[UUID, UUID]:
    """Notice and person of a link. Refuses ``unknown-code``, ``link-expired``."""
    raw = urlsafe_b64decode(codes.check(token, key=sealing.derive(LINK_KEY), now=now))
    return UUID(bytes=raw[:16]), UUID(bytes=raw[16:])


PURPOSES: dict[type, str] = {ParticipantsPaper: PARTICIPANTS_NOTICE, NamesPaper: NAMES_NOTICE}


def people(paper: NamesPaper, language: str) -> list[Person]:
    """Those whom the names notice names, with what they are, in one language."""
    _ = words.translator(language)
    found = [Person(_("Moderator"), paper.moderator.name, _identity(paper.moderator, language))]
    found += [Person(_("Clerk"), paper.clerk.name)] if paper.clerk else []
    return found + [Person(_("Hearing officer"), one.name, _identity(one, language)) for one in paper.officers]


def _identity(one: Named, language: str) -> str:
    comma = ", " if language == words.ENGLISH else "，"
    return comma.join(part for part in (one.post(language), one.unit) if part)


def content_for(
    channel: Channel, hearing: Hearing, notice: Notice, paper: Paper, person: Participant, to: str, *, centre: Centre,
    sealing: Vault, settings: Settings, entry: Entry | None = None,
) -> outbox.Content:
    """What one person is written, with the link behind which they confirm; ``entry``: for their calendar, by mail."""
    guest = Guest(name=sealing.unseal(person.name, purpose=HEARING_NAME), to=to, language=person.language)
    url = link(notice.id, person.id, closes(paper.ends_at, centre.provisions), sealing, settings)
    told = occasion(hearing, paper, centre, settings)
    if isinstance(paper, NamesPaper):
        named = people(paper, guest.language)
        return messages.names_notice(channel, told, guest, link=url, people=named, until=_until(paper, centre))
    assert isinstance(paper, ParticipantsPaper)
    role = role_name(person.role, guest.language)
    return messages.participants_notice(channel, told, guest, cause=paper.cause, role=role, link=url, entry=entry)


def _entry(session: Session, hearing: Hearing, person: Participant, means: Means) -> Entry | None:
    """The hearing in this participant's calendar, so that they can answer from there and hear of a change, whichever notice came
    first; None without a time to come."""
    listing = listing_of(session, hearing.id)
    if listing is None or listing.begins_at <= means.now:
        return None
    return entry_of(invitation_to(session, hearing, person.id, means), listing, means)


def _is_wanted(session: Session, message: Message) -> bool:
    """Asked right before sending: the notice still holds and the person still takes part."""
    notice, person = _of(session, message)
    hearing = session.get(Hearing, notice.hearing_id) if notice else None
    if notice is None or person is None or hearing is None:
        return False
    holds = notice.withdrawn_at is None and notice.sequence == hearing.sequence and person.removed_at is None
    return holds and hearing.state != HearingState.CANCELLED


def _moved(session: Session, message: Message, now: datetime) -> None:
    notice, person = _of(session, message)
    if notice is not None:
        stir(session, notice.hearing_id)
    if message.state == MessageState.DELIVERED and notice is not None and person is not None:
        add_proof(session, notice, person.id, ProofMethod.DELIVERED, at=now, by="outbox", evidence=message.channel)


def _of(session: Session, message: Message) -> tuple[Notice | None, Participant | None]:
    _, notice, person = message.about.split(":")
    return session.get(Notice, UUID(notice)), session.get(Participant, UUID(person))


def _until(paper: NamesPaper, centre: Centre) -> date | None:
    """By when to ask for recusal so that the hearing need not be delayed; None when that day is past."""
    day = paper.begins_at.astimezone(centre.zone).date()
    last = centre.calendar.days_before(day, centre.provisions["hearing.recusal_days"]).day
    return last if last >= centre.today else None


for purpose in PURPOSES.values():
    outbox.follow(purpose, wanted=_is_wanted, moved=_moved)
