"""What somebody who wants to observe is told: their answer, a seat that became free, a new date, the end of it. By text message
to the telephone that they gave. Who is to be told of a change is in `changes`."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session

from cases.centre import Centre, centre_of
from hearings.changes import messages as change_messages
from hearings.changes.told import why_cancelled
from hearings.invitations import messages
from hearings.invitations.messages import Guest, Occasion
from hearings.invitations.tables import Observer, ObserverState
from hearings.panel.pool import listing_of
from hearings.public.queries import Announcement
from hearings.steps import stir
from hearings.tables import HEARING_NAME, Hearing, HearingState
from shared import outbox, vault, words
from shared.outbox import Channel, Content, Message
from shared.settings import Settings
from shared.vault import Vault

CODE = "hearing-observer"


class Answer(StrEnum):
    """What an observer can be told."""

    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    DECLINED = "declined"
    MOVED_UP = "moved_up"
    MOVED = "moved"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    CLOSED = "closed"


EXPECTS = {
    Answer.CONFIRMED: {ObserverState.CONFIRMED, ObserverState.CHECKED_IN}, Answer.WAITLISTED: {ObserverState.WAITLISTED},
    Answer.DECLINED: {ObserverState.DECLINED}, Answer.MOVED_UP: {ObserverState.CONFIRMED, ObserverState.CHECKED_IN},
    Answer.MOVED: {ObserverState.CONFIRMED, ObserverState.WAITLISTED},
    Answer.POSTPONED: {ObserverState.CONFIRMED, ObserverState.WAITLISTED},
    Answer.CANCELLED: {ObserverState.CANCELLED}, Answer.CLOSED: {ObserverState.CANCELLED},
}
CHANGES = (Answer.MOVED, Answer.POSTPONED)
DATED = (Answer.CONFIRMED, Answer.WAITLISTED, Answer.MOVED_UP)


def post_answer(
    session: Session, row: Observer, found: Announcement, answer: Answer, *, sealing: Vault, settings: Settings, now: datetime,
    again: bool = False, sequence: int | None = None, was: tuple[datetime, str] | None = None, until: datetime | None = None,
) -> None:
    """Once for each answer and date; ``again`` repeats it to somebody who asks once more. Of a change: the hearing's
    ``sequence``, time and place as they ``was``, and ``until`` when it matters (None: always)."""
    centre = centre_of(session, found.office_id, now)
    why = why_cancelled(session, row.hearing_id) if answer == Answer.CANCELLED else ""
    content = _content(row, found, answer, centre, sealing, settings, was, why)
    turn = f"{row.applied_at:%Y%m%dT%H%M%S}" + (f" {now:%Y%m%dT%H%M%S}" if again else "")
    outbox.post(session, sealing, content, office=found.office_id, purpose=f"observer_{answer}", about=f"observer:{row.id.hex}",
                sequence=found.sequence if sequence is None else sequence, now=now,
                expires_at=found.paper.ends_at if sequence is None else until, turn=turn)


def hidden_place(language: str) -> str:
    """In place of an address that names a private person."""
    return words.translator(language)("the place will be in the announcement")


def link_of(row: Observer, sealing: Vault, settings: Settings) -> str:
    return f"{settings.public_url}/c/{sealing.unseal(row.code, purpose=CODE)}"


def _content(
    row: Observer, found: Announcement, answer: Answer, centre: Centre, sealing: Vault, settings: Settings,
    was: tuple[datetime, str] | None, why: str,
) -> Content:
    paper = found.paper
    told = Occasion(
        number=paper.number, subject=paper.title, open=True, begins_at=paper.begins_at, ends_at=paper.ends_at, zone=centre.zone,
        place_zh=paper.place_zh, place_en=paper.place_en, office_zh=paper.office_zh, office_en=paper.office_en,
        phone=paper.phone, mailbox=settings.sender,
    )
    guest = Guest(name=sealing.unseal(row.name, purpose=HEARING_NAME), to=sealing.unseal(row.phone, purpose=vault.PHONE),
                  language=row.language)
    if answer == Answer.DECLINED:
        return messages.observer_declined(Channel.SMS, told, guest, reason=row.reason)
    if answer == Answer.CANCELLED:
        return change_messages.cancellation(Channel.SMS, told, guest, why=why)
    if answer == Answer.POSTPONED:
        return change_messages.postponed(Channel.SMS, told, guest)
    if answer == Answer.CLOSED:
        return change_messages.observer_closed(Channel.SMS, told, guest)
    link = link_of(row, sealing, settings)
    if answer == Answer.MOVED:
        assert was is not None
        return messages.observer_moved(Channel.SMS, told, guest, link=link, was=was[0], was_at=was[1])
    return PLAIN[answer](Channel.SMS, told, guest, link=link)


PLAIN = {Answer.CONFIRMED: messages.observer_confirmed, Answer.MOVED_UP: messages.observer_moved_up,
         Answer.WAITLISTED: messages.observer_waitlisted}


def _is_wanted(session: Session, message: Message) -> bool:
    """Asked right before sending: the answer is still the one, and the hearing still open and of this date. Whose seat was
    withdrawn because it is closed is told that in any case."""
    row = session.get(Observer, UUID(message.about.partition(":")[2]))
    hearing = session.get(Hearing, row.hearing_id) if row else None
    answer = Answer(message.purpose.removeprefix("observer_"))
    if row is not None and answer == Answer.CLOSED:
        return row.state in EXPECTS[answer]
    if row is None or hearing is None or not hearing.open:
        return False
    if answer in CHANGES and (message.sequence != hearing.sequence or not _fits(answer, hearing)):
        return False
    if answer in DATED and (hearing.state == HearingState.POSTPONED or message.made_at < _dated_at(session, hearing)):
        return False
    is_off = hearing.state == HearingState.CANCELLED
    return row.state in EXPECTS[answer] and is_off == (answer == Answer.CANCELLED)


def _dated_at(session: Session, hearing: Hearing) -> datetime:
    """When the date that holds was laid down."""
    listing = listing_of(session, hearing.id)
    return listing.made_at if listing else hearing.made_at


def _fits(answer: Answer, hearing: Hearing) -> bool:
    return (answer == Answer.POSTPONED) == (hearing.state == HearingState.POSTPONED)


def _went(session: Session, message: Message, now: datetime) -> None:
    row = session.get(Observer, UUID(message.about.partition(":")[2]))
    if row is not None:
        stir(session, row.hearing_id)


for one in Answer:
    outbox.follow(f"observer_{one}", wanted=_is_wanted, moved=_went)
