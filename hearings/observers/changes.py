"""Telling observers and media what has become of the hearing that they want to attend: another date, none for now, cancelled.
Each change once, to who knows otherwise; that a hearing has become closed is told in `closing`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from hearings import rules
from hearings.changes.told import has_left, listing_then, listings
from hearings.invitations.tables import Notice, NoticeKind, Observer, ObserverState
from hearings.notices.papers import PublicPaper, names_at
from hearings.observers.rules import HOPEFUL
from hearings.observers.sending import Answer, hidden_place, post_answer
from hearings.public.queries import Announcement, News, announcement, paper_in, published
from hearings.tables import Hearing, HearingState, Listing, Room
from shared.errors import Refused
from shared.outbox import Message
from shared.settings import Settings
from shared.vault import Vault

ANSWERS = {News.ANNOUNCED: Answer.MOVED, News.MOVED: Answer.MOVED, News.POSTPONED: Answer.POSTPONED,
           News.CANCELLED: Answer.CANCELLED}
CHANGES = {f"observer_{one}": one for one in (Answer.MOVED, Answer.POSTPONED)}


class Known(msgspec.Struct, frozen=True):
    """When and where the hearing is, as far as somebody knows. ``off``: they know that this no longer holds."""

    begins_at: datetime
    place_zh: str
    place_en: str
    off: bool = False

    def place(self, language: str) -> str:
        return self.place_en if language == "en" else self.place_zh


def tell_observers(session: Session, hearing_id: UUID, *, sealing: Vault, settings: Settings, now: datetime) -> None:
    """Tells whoever has a seat or waits for one what they do not know yet. The applications of a cancelled hearing end with it.
    Nothing once the hearing is over."""
    hearing, found = session.get_one(Hearing, hearing_id), announcement(session, hearing_id=hearing_id)
    dates = listings(session, hearing_id)
    answer = ANSWERS.get(found.news)
    if answer is None or not dates or not _matters(hearing, dates[-1], now):
        return
    if answer == Answer.MOVED:
        found = _as_listed(session, hearing, found, dates[-1], sealing)
    for row, known in _uninformed(session, hearing, answer, dates):
        if answer == Answer.CANCELLED:
            row.state, row.answered_at = ObserverState.CANCELLED, now
            session.add(row)
        told = found if answer == Answer.MOVED else as_known(found, known)
        post_answer(session, row, told, answer, sealing=sealing, settings=settings, now=now, sequence=hearing.sequence,
                    was=(known.begins_at, known.place(row.language)), until=_until(hearing, dates[-1]))


def to_tell_observers(session: Session, *, now: datetime) -> list[UUID]:
    """Hearings whose observers are to be told: the notice that they know of no longer holds."""
    wanted = select(Hearing).where(
        col(Hearing.open), col(Hearing.minor).is_(False), col(Hearing.state).in_((*rules.PREPARING, HearingState.CANCELLED)),
        col(Hearing.id).in_(select(Observer.hearing_id).where(col(Observer.state).in_(HOPEFUL))),
        col(Hearing.id).in_(select(Notice.hearing_id).where(Notice.kind == NoticeKind.PUBLIC)),
    )
    return [one.id for one in session.exec(wanted).all() if _is_due(session, one, now)]


def told_to(session: Session, rows: Sequence[Observer]) -> dict[UUID, list[Message]]:
    """The messages to each of them, the oldest first."""
    told: dict[UUID, list[Message]] = {row.id: [] for row in rows}
    keys = {f"observer:{row.id.hex}": row.id for row in rows}
    for message in session.exec(select(Message).where(col(Message.about).in_(keys)).order_by(col(Message.id))).all():
        told[keys[message.about]].append(message)
    return told


def known_to(
    session: Session, row: Observer, notices: Sequence[Notice], told: Sequence[Message], dates: Sequence[Listing]
) -> Known:
    """From the announcement that somebody applied to, and from what they were told since."""
    seen = [one for one in notices if one.given_at <= row.applied_at] or list(notices[:1])
    paper = paper_in(seen[-1])
    known = Known(paper.begins_at, paper.place_zh, paper.place_en)
    for message in told:
        if message.purpose in CHANGES and has_left(message):
            then = listing_then(dates, message.made_at)
            off = CHANGES[message.purpose] == Answer.POSTPONED
            known = msgspec.structs.replace(known, off=True) if off or then is None else _at(session, row.hearing_id, then)
    return known


def as_known(found: Announcement, known: Known) -> Announcement:
    """The announcement with the time and place that somebody knows."""
    return _dated(found, known, known.begins_at + _length(found))


# Parts --------------------------------------------------------------------------------------------------------------


def _is_due(session: Session, hearing: Hearing, now: datetime) -> bool:
    dates = listings(session, hearing.id)
    answer = ANSWERS.get(announcement(session, hearing_id=hearing.id).news)
    if answer is None or not dates or not _matters(hearing, dates[-1], now):
        return False
    return bool(_uninformed(session, hearing, answer, dates))


def _matters(hearing: Hearing, last: Listing, now: datetime) -> bool:
    """Until the day is over; who waits for a new date is told whenever it is known that there will be none."""
    until = _until(hearing, last)
    return until is None or now < until


def _until(hearing: Hearing, last: Listing) -> datetime | None:
    return None if hearing.state == HearingState.CANCELLED and hearing.state_before == HearingState.POSTPONED else last.ends_at


def _uninformed(session: Session, hearing: Hearing, answer: Answer, dates: Sequence[Listing]) -> list[tuple[Observer, Known]]:
    """Who has a seat or waits, does not know how things stand, and has not been written to about it; with what they know."""
    rows = session.exec(
        select(Observer).where(Observer.hearing_id == hearing.id, col(Observer.state).in_(HOPEFUL)).order_by(col(Observer.id))
    ).all()
    told, notices, found = told_to(session, rows), published(session, hearing.id), []
    for row in rows:
        known = known_to(session, row, notices, told[row.id], dates)
        asked = any((one.purpose, one.sequence) == (f"observer_{answer}", hearing.sequence) for one in told[row.id])
        if not asked and _is_news(session, hearing, answer, known, dates[-1]):
            found.append((row, known))
    return found


def _is_news(session: Session, hearing: Hearing, answer: Answer, known: Known, now: Listing) -> bool:
    if answer == Answer.MOVED:
        return known != _at(session, hearing.id, now)
    return answer == Answer.CANCELLED or not known.off


def _at(session: Session, hearing_id: UUID, listing: Listing) -> Known:
    room = session.get(Room, listing.room_id) if listing.room_id else None
    elsewhere = session.get_one(Hearing, hearing_id).elsewhere
    return Known(listing.begins_at, room.name_zh if room else elsewhere, room.name_en if room else elsewhere)


def _as_listed(session: Session, hearing: Hearing, found: Announcement, listing: Listing, sealing: Vault) -> Announcement:
    """The announcement with the time and place that hold now. A place that names somebody waits for its announcement."""
    at = _at(session, hearing.id, listing)
    try:
        rules.check_title(f"{at.place_zh} {at.place_en}", names_at(session, hearing.id, sealing))
    except Refused:
        at = Known(at.begins_at, hidden_place("zh-CN"), hidden_place("en"))
    return _dated(found, at, listing.ends_at)


def _dated(found: Announcement, at: Known, ends_at: datetime) -> Announcement:
    paper: PublicPaper = msgspec.structs.replace(found.paper, begins_at=at.begins_at, ends_at=ends_at, place_zh=at.place_zh,
                                                 place_en=at.place_en)
    return msgspec.structs.replace(found, paper=paper)


def _length(found: Announcement) -> timedelta:
    return found.paper.ends_at - found.paper.begins_at
