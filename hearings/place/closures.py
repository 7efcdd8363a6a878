"""The hearing rooms: written down, changed, closed for a time with a reason. What is listed in a room while it is closed stays
listed; it is shown, and may be planned anew."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlmodel import Session, col, func, select

from cases.centre import Centre
from hearings import rules
from hearings.steps import touch
from hearings.tables import Hearing, HearingState, Listing, Room, RoomClosure
from shared import journal
from shared.errors import Refused
from shared.identity import Identity
from shared.people import Role

KEEP = rules.MANAGEMENT | {Role.ADMINISTRATOR}
MOST_MINUTES, MOST_PLACES, QUARTER = 240, 2000, 15


class RoomForm(msgspec.Struct):
    """A room as it is typed. ``before`` and ``after``: minutes to set up and to clear, in quarters of an hour."""

    code: str = ""
    name_zh: str = ""
    name_en: str = ""
    places: str = ""
    observers: str = "0"
    broadcast: str = ""
    accessible: str = ""
    before: str = "15"
    after: str = "15"
    open: str = "yes"


def faults(form: RoomForm) -> dict[str, str]:
    """Field -> refusal code."""
    found = {field: "fill-needed" for field in ("code", "name_zh", "name_en") if not getattr(form, field).strip()}
    for field, least, most in (("places", 1, MOST_PLACES), ("observers", 0, MOST_PLACES), ("before", 0, MOST_MINUTES),
                               ("after", 0, MOST_MINUTES)):
        number = _number(getattr(form, field))
        if number is None or not least <= number <= most or (field in ("before", "after") and number % QUARTER):
            found[field] = "quarters" if field in ("before", "after") else "value-needed"
    return found | {field: "too-long" for field, most in (("code", 20), ("name_zh", 60), ("name_en", 80))
                    if len(getattr(form, field)) > most}


def keep_room(
    session: Session, *, centre: Centre, form: RoomForm, now: datetime, by: Identity, room_id: UUID | None = None
) -> UUID:
    """Writes a room down, or anew; what is listed keeps the slots it has. The form has passed `faults`. Refuses
    ``not-allowed``, ``not-found``, ``room-code-taken``."""
    _keeps(session, centre, by)
    fresh = Room(office_id=centre.office_id, code="", name_zh="", name_en="", places=0)
    row = _room(session, centre, room_id) if room_id else fresh
    twin = session.exec(select(Room.id).where(Room.office_id == centre.office_id, Room.code == form.code.strip())).first()
    if twin is not None and twin != row.id:
        raise Refused("room-code-taken", 409)
    if room_id is None:
        row.position = session.exec(select(func.count()).select_from(Room).where(Room.office_id == centre.office_id)).one()
    row.code, row.name_zh, row.name_en = form.code.strip(), form.name_zh.strip(), form.name_en.strip()
    row.places, row.observers = int(form.places), int(form.observers)
    row.before, row.after = int(form.before), int(form.after)
    row.broadcast, row.accessible, row.open = form.broadcast == "yes", form.accessible == "yes", form.open == "yes"
    session.add(row)
    session.flush()
    _note(session, centre, row.id, "room-kept", by, now, {"open": row.open})
    return row.id


def close_room(
    session: Session, *, centre: Centre, room_id: UUID, begins_at: datetime, ends_at: datetime, reason: str, now: datetime,
    by: Identity,
) -> UUID:
    """Closes a room between two times; the same again is the one that is there. Refuses ``not-allowed``, ``not-found``,
    ``reason-needed``, ``closure-time`` (backward, over already, or longer than a year)."""
    _keeps(session, centre, by)
    row = _room(session, centre, room_id)
    if not reason.strip():
        raise Refused("reason-needed", 422)
    if not begins_at < ends_at or ends_at <= now or ends_at - begins_at > timedelta(days=366):
        raise Refused("closure-time", 422)
    known = session.exec(select(RoomClosure).where(RoomClosure.room_id == row.id, RoomClosure.begins_at == begins_at,
                                                   RoomClosure.ends_at == ends_at)).first()
    if known is not None:
        return known.id
    made = RoomClosure(room_id=row.id, begins_at=begins_at, ends_at=ends_at, reason=reason.strip()[:200])
    session.add(made)
    session.flush()
    _note(session, centre, row.id, "room-closed", by, now, {"closure": made.id.hex}, reason)
    return made.id


def open_again(session: Session, *, centre: Centre, closure_id: UUID, now: datetime, by: Identity) -> None:
    """The room can be used after all, from now on; again changes nothing. Refuses ``not-allowed``, ``not-found``."""
    _keeps(session, centre, by)
    closure = session.get(RoomClosure, closure_id)
    if closure is None:
        raise Refused("not-found", 404)
    row = _room(session, centre, closure.room_id)
    if closure.ends_at <= now:
        return
    if closure.begins_at >= now:
        session.delete(closure)
    else:
        closure.ends_at = now
        session.add(closure)
    _note(session, centre, row.id, "room-opened", by, now, {"closure": closure_id.hex})


def closure_over(session: Session, room_id: UUID, begins_at: datetime, ends_at: datetime) -> RoomClosure | None:
    """A closure of the room that touches this time."""
    wanted = select(RoomClosure).where(RoomClosure.room_id == room_id, RoomClosure.begins_at < ends_at,
                                       RoomClosure.ends_at > begins_at)
    return session.exec(wanted.order_by(col(RoomClosure.begins_at))).first()


def closures_to_come(session: Session, office_id: UUID, now: datetime) -> list[RoomClosure]:
    """Closures that are not over."""
    wanted = select(RoomClosure).join(Room, col(Room.id) == col(RoomClosure.room_id))
    rows = session.exec(wanted.where(Room.office_id == office_id, RoomClosure.ends_at > now).order_by(col(RoomClosure.begins_at)))
    return list(rows)


class Struck(msgspec.Struct, frozen=True):
    """A hearing that is listed in a room while it is closed."""

    hearing: Hearing
    listing: Listing


def struck(session: Session, office_id: UUID, now: datetime) -> dict[UUID, list[Struck]]:
    """The hearings to come that a closure concerns, by closure."""
    newest = select(Listing.hearing_id, func.max(Listing.version).label("version")).group_by(col(Listing.hearing_id)).subquery()
    rows = session.exec(
        select(RoomClosure.id, Hearing, Listing)
        .join(Listing, col(Listing.room_id) == col(RoomClosure.room_id))
        .join(newest, (newest.c.hearing_id == Listing.hearing_id) & (newest.c.version == Listing.version))
        .join(Hearing, col(Hearing.id) == col(Listing.hearing_id))
        .where(Hearing.office_id == office_id, col(Hearing.state).in_(rules.PREPARING - {HearingState.POSTPONED}),
               Listing.begins_at < RoomClosure.ends_at, Listing.ends_at > RoomClosure.begins_at, Listing.begins_at > now)
        .order_by(col(Listing.begins_at))
    ).all()
    found: dict[UUID, list[Struck]] = {}
    for closure, hearing, listing in rows:
        found.setdefault(closure, []).append(Struck(hearing, listing))
    return found


# Parts --------------------------------------------------------------------------------------------------------------


def _keeps(session: Session, centre: Centre, by: Identity) -> None:
    if KEEP.isdisjoint(by.roles):
        raise Refused("not-allowed", 403)
    touch(session, centre.office_id)


def _room(session: Session, centre: Centre, room_id: UUID) -> Room:
    row = session.get(Room, room_id)
    if row is None or row.office_id != centre.office_id:
        raise Refused("not-found", 404)
    return row


def _note(
    session: Session, centre: Centre, room_id: UUID, act: str, by: Identity, now: datetime, detail: dict[str, object],
    reason: str = "",
) -> None:
    journal.record(session, office=centre.office_id, act=act, subject=f"room:{room_id.hex}", by=by.by, now=now, detail=detail,
                   reason=reason.strip())


def _number(text: str) -> int | None:
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 4 else None
