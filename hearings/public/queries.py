"""What anybody may know of the hearings of an office: those that are open and were announced. A closed one is not there at all,
whatever was published of it before."""

from datetime import datetime, time
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlmodel import Session, col, select

from cases.centre import Centre, centre_of
from hearings import rules
from hearings.invitations.tables import Notice, NoticeKind, Observer, ObserverClass, ObserverState
from hearings.notices.papers import PublicPaper
from hearings.observers.rules import SEATED, Seats, Standing, check_time
from hearings.tables import Draw, DrawState, Hearing, HearingState, Listing
from shared.errors import Refused
from shared.offices import Hall


class News(StrEnum):
    """How an announcement stands: it holds, its date is being changed, the old date is off and there is no new one, the hearing
    is off, it has begun or is over."""

    ANNOUNCED = "announced"
    MOVED = "moved"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    HELD = "held"


class Announcement(msgspec.Struct, frozen=True):
    """One open hearing as everybody may see it. ``seats_left`` counts citizens' seats; ``waiting`` those on the waiting list.
    ``draw``: the code under which its draw can be recomputed, ``drawn`` once it has been made."""

    id: UUID
    office_id: UUID
    news: News
    paper: PublicPaper
    published_at: datetime
    changed_at: datetime
    sequence: int
    seats_left: int
    waiting: int
    draw: str
    drawn: bool

    def takes_applications(self, now: datetime) -> bool:
        try:
            check_time(now, self.paper.apply_until)
        except Refused:
            return False
        return self.news == News.ANNOUNCED

    @property
    def seats(self) -> Seats:
        return Seats(self.paper.seats, self.paper.media_seats)


def public_centre(session: Session, hall: UUID | None, now: datetime) -> Centre:
    """The office of a hall, else the first office. Refuses ``unknown-hall``."""
    wanted = select(Hall).where(Hall.id == hall) if hall else select(Hall).order_by(col(Hall.id))
    found = session.exec(wanted).first()
    if found is None:
        raise Refused("unknown-hall", 404)
    return centre_of(session, found.office_id, now)


def announcements(session: Session, *, office_id: UUID, zone: ZoneInfo, now: datetime) -> list[Announcement]:
    """What is announced from today on, soonest first."""
    today = datetime.combine(now.astimezone(zone).date(), time(), zone)
    coming = select(Listing.hearing_id).where(Listing.begins_at >= today)
    wanted = select(Hearing).where(Hearing.office_id == office_id, col(Hearing.open), col(Hearing.minor).is_(False))
    hearings = session.exec(wanted.where(col(Hearing.id).in_(coming))).all()
    found = [one for hearing in hearings if (one := _announcement(session, hearing)) is not None]
    return sorted((one for one in found if one.paper.begins_at >= today), key=lambda one: (one.paper.begins_at, one.id))


def announcement(session: Session, *, hearing_id: UUID) -> Announcement:
    """One of them, also when it is over. Refuses ``not-found``, in the same way for closed, unknown and unannounced ones."""
    hearing = session.get(Hearing, hearing_id)
    found = _announcement(session, hearing) if hearing and hearing.open and not hearing.minor else None
    if found is None:
        raise Refused("not-found", 404)
    return found


def last_announcement(session: Session, hearing: Hearing) -> Announcement | None:
    """What was announced of a hearing last, also when it is closed now: for those who applied then, never for the public."""
    return _announcement(session, hearing)


def standings(session: Session, hearing_id: UUID) -> list[Standing]:
    """Everybody who applied, as the order of seats needs them."""
    rows = session.exec(select(Observer).where(Observer.hearing_id == hearing_id).order_by(col(Observer.applied_at))).all()
    return [Standing(row.id, row.kind, row.state, row.applied_at) for row in rows]


def published(session: Session, hearing_id: UUID) -> list[Notice]:
    """The public notices of a hearing, the oldest first."""
    wanted = select(Notice).where(Notice.hearing_id == hearing_id, Notice.kind == NoticeKind.PUBLIC)
    return list(session.exec(wanted.order_by(col(Notice.version))).all())


def paper_in(notice: Notice) -> PublicPaper:
    """What a public notice said."""
    return msgspec.convert(notice.content["paper"], PublicPaper, strict=False)


def _announcement(session: Session, hearing: Hearing) -> Announcement | None:
    notices = published(session, hearing.id)
    if not notices:
        return None
    notice, paper = notices[-1], paper_in(notices[-1])
    people = [one for one in standings(session, hearing.id) if one.kind == ObserverClass.CITIZEN]
    taken = sum(one.state in SEATED for one in people)
    waiting = sum(one.state == ObserverState.WAITLISTED for one in people)
    draw = session.exec(select(Draw).where(Draw.hearing_id == hearing.id).order_by(col(Draw.version).desc())).first()
    return Announcement(
        hearing.id, hearing.office_id, _news(hearing, notice), paper, notice.given_at, notice.withdrawn_at or notice.given_at,
        notice.version * 2 + bool(notice.withdrawn_at) - 2, max(0, paper.seats - taken), waiting, draw.code if draw else "",
        bool(draw and draw.state == DrawState.DRAWN),
    )


def _news(hearing: Hearing, notice: Notice) -> News:
    if hearing.state == HearingState.CANCELLED:
        return News.CANCELLED
    if hearing.state not in rules.PREPARING:
        return News.HELD
    if hearing.state == HearingState.POSTPONED:
        return News.POSTPONED
    holds = notice.withdrawn_at is None and notice.sequence == hearing.sequence
    return News.ANNOUNCED if holds else News.MOVED
