"""Laying down time and place of a hearing, and moving it: the listing, the claims, and what follows for notices and
invitations, all in one transaction. Taking it off its day altogether is `actions.postpone`."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlmodel import Session, select

from cases.centre import Centre
from hearings import rules
from hearings.changes.actions import changed_materially
from hearings.invitations.actions import reask
from hearings.invitations.means import Means
from hearings.invitations.tables import NoticeKind
from hearings.notices import rules as notice_rules
from hearings.notices.queries import owed_to, waivers
from hearings.panel.complete import settle_panel
from hearings.panel.pool import listing_of
from hearings.place import claims
from hearings.place.closures import closure_over
from hearings.place.hours import check_hours
from hearings.place.needs import check_room
from hearings.queries import hearing_of, is_involved
from hearings.steps import note, take_step, touch
from hearings.tables import Hearing, HearingState, Listing, ListingSource, Room
from shared.errors import Refused
from shared.identity import Identity
from shared.settings import Settings
from shared.vault import Vault

S = HearingState
FIRST = frozenset({S.APPROVED, S.POSTPONED})
MOVABLE = frozenset({S.APPROVED, S.PANEL_READY, S.NOTIFIED})


class TimeAndPlace(msgspec.Struct, frozen=True):
    """When a hearing begins, and in which room; without one it is held where its approval says."""

    begins_at: datetime
    room_id: UUID | None = None


def list_hearing(
    session: Session, *, centre: Centre, hearing_id: UUID, at: TimeAndPlace, sealing: Vault, settings: Settings, now: datetime,
    by: Identity, source: ListingSource = ListingSource.HUMAN, reason: str = "",
) -> UUID:
    """Lays down time and place of an approved hearing that has none, or of a postponed one; returns the listing. The same
    again is the one that is there.

    A postponed hearing goes back to being prepared, and whoever was invited is asked for the new date. Refuses what
    `_to_book` and `check` refuse, ``listed-already`` (it would be a move), ``time-taken``.
    """
    hearing = _to_book(session, centre, hearing_id, FIRST, by)
    known = listing_of(session, hearing.id) if hearing.state == S.APPROVED else None
    if known is not None:
        if _same(known, at):
            return known.id
        raise Refused("listed-already", 409)
    made = _book(session, centre, hearing, at, source=source, reason=reason, now=now, by=by)
    note(session, hearing, "hearing-listed", by, now, {"version": made.version, "source": source}, reason.strip())
    if hearing.state == S.POSTPONED:
        changed_materially(session, hearing, why="time", now=now, by=by)
        take_step(session, hearing, S.APPROVED, now=now, by=by)
        _ask_again(session, hearing, Means(centre, sealing, settings, now, by))
    return made.id


def move(
    session: Session, *, centre: Centre, hearing_id: UUID, at: TimeAndPlace, reason: str, sealing: Vault, settings: Settings,
    now: datetime, by: Identity, source: ListingSource = ListingSource.HUMAN,
) -> UUID:
    """Another time or place: notices are withdrawn, everybody invited is asked again. The same place and time change nothing.

    A hearing of which everybody had been told is being prepared again. Refuses what `_to_book` and `check` refuse,
    ``not-listed``, ``reason-needed``, ``time-taken``.
    """
    hearing = _to_book(session, centre, hearing_id, MOVABLE, by)
    known = listing_of(session, hearing.id)
    if known is None:
        raise Refused("not-listed", 409)
    if _same(known, at):
        return known.id
    if not reason.strip():
        raise Refused("reason-needed", 422)
    made = _book(session, centre, hearing, at, source=source, reason=reason, now=now, by=by)
    note(session, hearing, "hearing-moved", by, now, {"version": made.version, "source": source}, reason.strip())
    changed_materially(session, hearing, why="time" if known.begins_at != made.begins_at else "place", now=now, by=by)
    _ask_again(session, hearing, Means(centre, sealing, settings, now, by))
    return made.id


def check(session: Session, centre: Centre, hearing: Hearing, at: TimeAndPlace, now: datetime) -> None:
    """Whether time and place are lawful and free.

    Refuses what `hours.check_hours` and `needs.check_room` refuse, ``room-needed`` (elsewhere only with approval),
    ``time-taken``, ``room-closed``, ``notice-too-late``.
    """
    room = session.get(Room, at.room_id) if at.room_id else None
    if at.room_id and (room is None or room.office_id != centre.office_id or not room.open):
        raise Refused("not-found", 404)
    if room is None and not hearing.elsewhere:
        raise Refused("room-needed", 409, article="place")
    ends_at = at.begins_at + timedelta(minutes=hearing.minutes)
    before, after = (room.before, room.after) if room else (0, 0)
    check_hours(at.begins_at, ends_at, before=before, after=after, calendar=centre.calendar, provisions=centre.provisions,
                zone=centre.zone, now=now)
    claims.check_free(session, hearing.id, claims.takings(session, hearing, at.room_id, at.begins_at))
    _check_notice(session, centre, hearing, at, now)
    if room is not None:
        check_room(session, hearing, room)
        minutes = timedelta(minutes=before), timedelta(minutes=after)
        closed = closure_over(session, room.id, at.begins_at - minutes[0], ends_at + minutes[1])
        if closed is not None:
            raise Refused("room-closed", 409, reason=closed.reason, until=f"{closed.ends_at.astimezone(centre.zone):%m-%d %H:%M}")


def may_book(hearing: Hearing, by: Identity) -> bool:
    """Case management, and whoever handles the hearing."""
    return bool(rules.MANAGEMENT & by.roles) or bool(rules.HANDLER & by.roles and is_involved(hearing, by))


# Parts --------------------------------------------------------------------------------------------------------------


def _to_book(session: Session, centre: Centre, hearing_id: UUID, states: frozenset[HearingState], by: Identity) -> Hearing:
    """The hearing, its boards marked first. Refuses ``not-found``, ``not-allowed``, ``wrong-step``."""
    touch(session, centre.office_id, hearing_id)
    hearing = hearing_of(session, centre, hearing_id, by)
    session.refresh(hearing)
    if not may_book(hearing, by) or by.id is None:
        raise Refused("not-allowed", 403)
    if hearing.state not in states:
        early = hearing.state in (S.DRAFT, S.PENDING_APPROVAL)
        raise Refused("wrong-step", 409, **({"article": "approval"} if early else {}))
    return hearing


def _book(
    session: Session, centre: Centre, hearing: Hearing, at: TimeAndPlace, *, source: ListingSource, reason: str, now: datetime,
    by: Identity,
) -> Listing:
    """The listing and its claims instead of those before."""
    check(session, centre, hearing, at, now)
    assert by.id is not None
    last = listing_of(session, hearing.id)
    made = Listing(
        hearing_id=hearing.id, version=last.version + 1 if last else 1, room_id=at.room_id, begins_at=at.begins_at,
        ends_at=at.begins_at + timedelta(minutes=hearing.minutes), source=source, reason=reason.strip()[:500], made_at=now,
        made_by=by.id,
    )
    claims.give_back(session, hearing.id)
    claims.take(session, hearing, claims.takings(session, hearing, at.room_id, at.begins_at))
    session.add(made)
    session.flush()
    return made


def _check_notice(session: Session, centre: Centre, hearing: Hearing, at: TimeAndPlace, now: datetime) -> None:
    last = notice_rules.deadline(at.begins_at, calendar=centre.calendar, provisions=centre.provisions, zone=centre.zone)
    if last.passed(now) and not is_waived(session, hearing):
        raise notice_rules.too_late(last, centre.zone)


def is_waived(session: Session, hearing: Hearing) -> bool:
    """Whether everybody concerned does without the days of notice for a first date. A move is a new date; nobody has waived
    notice of it yet."""
    if session.exec(select(Listing.id).where(Listing.hearing_id == hearing.id)).first() is not None:
        return False
    owed = {one.id.hex for one in owed_to(session, hearing, NoticeKind.PARTICIPANTS)}
    return bool(owed) and owed <= waivers(session, hearing).keys()


def _same(listing: Listing, at: TimeAndPlace) -> bool:
    return (listing.begins_at, listing.room_id) == (at.begins_at, at.room_id)


def _ask_again(session: Session, hearing: Hearing, means: Means) -> None:
    session.flush()
    reask(session, hearing, means)
    settle_panel(session, hearing, means)
