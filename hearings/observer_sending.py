"""What somebody who wants to observe is told: their answer, a seat that became free, a new date, the end of it. By text message
to the telephone that they gave."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session, col, select

from cases.centre import Centre, centre_of
from hearings import messages
from hearings.messages import Guest, Occasion
from hearings.public_queries import Announcement, News, announcement
from hearings.reply_tables import Notice, NoticeKind, Observer, ObserverState
from hearings.tables import HEARING_NAME, Hearing, HearingState, Listing
from shared import outbox, vault
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
    CANCELLED = "cancelled"


EXPECTS = {
    Answer.CONFIRMED: {ObserverState.CONFIRMED, ObserverState.CHECKED_IN}, Answer.WAITLISTED: {ObserverState.WAITLISTED},
    Answer.DECLINED: {ObserverState.DECLINED}, Answer.MOVED_UP: {ObserverState.CONFIRMED, ObserverState.CHECKED_IN},
    Answer.MOVED: {ObserverState.CONFIRMED, ObserverState.WAITLISTED},
    Answer.CANCELLED: {ObserverState.CANCELLED},
}
HOPEFUL = (ObserverState.CONFIRMED, ObserverState.WAITLISTED)


def post_answer(
    session: Session, row: Observer, found: Announcement, answer: Answer, *, sealing: Vault, settings: Settings, now: datetime,
    again: bool = False,
) -> None:
    """Once for each answer and date; ``again`` repeats it to somebody who asks once more."""
    centre = centre_of(session, found.office_id, now)
    content = _content(row, found, answer, centre, sealing, settings)
    turn = f"{row.applied_at:%Y%m%dT%H%M%S}" + (f" {now:%Y%m%dT%H%M%S}" if again else "")
    outbox.post(session, sealing, content, office=found.office_id, purpose=f"observer_{answer}", about=f"observer:{row.id.hex}",
                sequence=found.sequence, now=now, expires_at=found.paper.ends_at, turn=turn)


def tell_observers(session: Session, hearing_id: UUID, *, sealing: Vault, settings: Settings, now: datetime) -> None:
    """After a new notice or a cancellation: who has a seat or waits is told, once. Who applied for the new date knows it; of a
    cancelled hearing the applications end with it."""
    found = announcement(session, hearing_id=hearing_id)
    answer = {News.ANNOUNCED: Answer.MOVED, News.CANCELLED: Answer.CANCELLED}.get(found.news)
    if answer is None or now >= found.paper.ends_at:
        return
    dates = _dates(session, hearing_id)
    wanted = select(Observer).where(Observer.hearing_id == hearing_id, col(Observer.state).in_(HOPEFUL))
    for row in session.exec(wanted).all():
        if answer == Answer.CANCELLED:
            row.state, row.answered_at = ObserverState.CANCELLED, now
            session.add(row)
        elif max((date for at, date in dates if at <= row.applied_at), default=0) == dates[-1][1]:
            continue
        post_answer(session, row, found, answer, sealing=sealing, settings=settings, now=now)


def called_off(session: Session, *, now: datetime) -> list[UUID]:
    """Cancelled hearings still to come whose observers have not been told."""
    coming = select(Listing.hearing_id).where(Listing.begins_at > now)
    wanted = select(Observer.hearing_id).join(Hearing, col(Hearing.id) == col(Observer.hearing_id)).where(
        Hearing.state == HearingState.CANCELLED, col(Hearing.open), col(Observer.state).in_(HOPEFUL), col(Hearing.id).in_(coming),
    )
    return list(session.exec(wanted.distinct()).all())


def link_of(row: Observer, sealing: Vault, settings: Settings) -> str:
    return f"{settings.public_url}/c/{sealing.unseal(row.code, purpose=CODE)}"


def _content(
    row: Observer, found: Announcement, answer: Answer, centre: Centre, sealing: Vault, settings: Settings
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
        return messages.cancellation(Channel.SMS, told, guest)
    compose = {
        Answer.CONFIRMED: messages.observer_confirmed, Answer.MOVED_UP: messages.observer_moved_up,
        Answer.WAITLISTED: messages.observer_waitlisted, Answer.MOVED: messages.observer_moved,
    }[answer]
    return compose(Channel.SMS, told, guest, link=link_of(row, sealing, settings))


def _dates(session: Session, hearing_id: UUID) -> list[tuple[datetime, int]]:
    """When each public notice was given, and of which date (the hearing's sequence) it spoke; the newest last."""
    wanted = select(Notice).where(Notice.hearing_id == hearing_id, Notice.kind == NoticeKind.PUBLIC)
    return [(one.given_at, one.sequence) for one in session.exec(wanted.order_by(col(Notice.version)))]


def _is_wanted(session: Session, message: Message) -> bool:
    """Asked right before sending: the answer is still the one, and the hearing still open and of this date."""
    row = session.get(Observer, UUID(message.about.partition(":")[2]))
    hearing = session.get(Hearing, row.hearing_id) if row else None
    if row is None or hearing is None or not hearing.open:
        return False
    answer = Answer(message.purpose.removeprefix("observer_"))
    is_off = hearing.state == HearingState.CANCELLED
    return row.state in EXPECTS[answer] and is_off == (answer == Answer.CANCELLED)


for one in Answer:
    outbox.follow(f"observer_{one}", wanted=_is_wanted)
