"""Bookings, one function for each thing people do: book, move, cancel; and what time does: return places, close no-shows.

Each moves the hall's board of bookings first, so that those of a hall come one after another. A place is claimed by one statement
on the slot's only row, so that none is ever given beyond the contingent.
"""

from datetime import datetime, timedelta
from secrets import randbelow
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import update
from sqlmodel import Session, col, delete, func, select

from cases import papers
from kiosk.bookings import messages, rules
from kiosk.bookings.queries import CODE, Slot, slot_at, slots
from kiosk.bookings.tables import Booking, BookingSlot, BookingState, PlaceReturn
from kiosk.plan import HallPlan, ServicePlan
from shared import codes, vault
from shared.attempts import attempt_key, failed, minutes_locked
from shared.errors import Refused
from shared.journal import record
from shared.live import bump
from shared.outbox import is_mail_address
from shared.prepared import insert_into
from shared.settings import Settings
from shared.vault import Vault

NAME_MOST = 60
WEB, DESK, TELEPHONE = "web", "desk", "phone"


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """Who books, as typed."""

    name: str = ""
    phone: str = ""
    mail: str = ""
    language: str = "zh-CN"


class Booked(msgspec.Struct, frozen=True):
    """A booking just made, or made before by the same request."""

    id: UUID
    code: str
    starts_at: datetime
    fresh: bool


class Held(msgspec.Struct, frozen=True):
    """Too many bookings with one telephone number; ``minutes`` until the next."""

    minutes: int


def faults(who: Who) -> dict[str, str]:
    """Field -> refusal code, for everything that is wrong with what somebody typed."""
    found: dict[str, str] = {}
    if not 0 < len(who.name.strip()) <= NAME_MOST:
        found["name"] = "name-needed" if not who.name.strip() else "too-long"
    try:
        papers.phone_number(who.phone)
    except Refused as refusal:
        found["phone"] = refusal.code
    if who.mail.strip() and not is_mail_address(who.mail.strip()):
        found["mail"] = "mail-form"
    return found


def first_free(session: Session, *, plan: HallPlan, service: str, now: datetime) -> datetime | None:
    """The beginning of the first free slot of a service from tomorrow on. Refuses ``unknown-service``."""
    tomorrow = plan.today(now) + timedelta(days=1)
    found = slots(session, plan=plan, service=plan.service(service), now=now, lead=0, first=tomorrow)
    return next((one.starts_at for one in found if one.left), None)


def book(
    session: Session, *, plan: HallPlan, service: str, starts_at: datetime, who: Who, sealing: Vault, settings: Settings,
    now: datetime, by: str, source: str = WEB, reason: str = "", key: str | None = None,
) -> Booked | Held:
    """Takes a place and says so to the telephone. ``who`` has no `faults`; the same ``key`` gives the same booking again.

    Refuses ``unknown-service``, ``booking-enough`` (open ones with this telephone), ``slot-gone``. Never raises for too many
    tries: their count must be kept.
    """
    moved(session, plan)
    if key is not None and (known := _known(session, plan, key)) is not None:
        return Booked(known.id, sealing.unseal(known.code, purpose=CODE), known.starts_at, False)
    wanted, phone = plan.service(service), papers.phone_number(who.phone)
    if source == WEB and (minutes := _held(session, plan, phone, now)):
        return Held(minutes)
    index = sealing.index(phone, purpose=vault.PHONE)
    _check_enough(session, plan, index, now)
    slot = claim(session, plan, wanted, starts_at, now, lead_of(plan, source))
    code = codes.new_code()
    row = Booking(
        hall_id=plan.id, service_id=wanted.id, starts_at=slot.starts_at, minutes=slot.minutes, language=who.language,
        name=sealing.seal(who.name.strip(), purpose=vault.NAME), phone=sealing.seal(phone, purpose=vault.PHONE),
        phone_index=index, mail=sealing.seal(who.mail.strip(), purpose=messages.MAIL) if who.mail.strip() else b"",
        code=sealing.seal(code, purpose=CODE), code_index=sealing.index(code, purpose=CODE), source=source, made_at=now,
        request_key=key,
    )
    session.add(row)
    session.flush()
    note(session, plan, "booking-made", row, by, now, reason, {"source": source})
    messages.confirmed(session, row, plan, sealing=sealing, settings=settings, now=now)
    return Booked(row.id, code, row.starts_at, True)


def move(
    session: Session, *, plan: HallPlan, booking: UUID, starts_at: datetime, sealing: Vault, settings: Settings, now: datetime,
    by: str, source: str = WEB, reason: str = "", office: bool = False,
) -> Booking:
    """Another slot of the same service; the old place goes back. The same slot again changes nothing. ``office``: the office
    wants it so, and says why.

    Refuses ``unknown-code``, ``booking-over``, ``changed-enough`` (only the holder, `booking.changes`), ``slot-gone``.
    """
    row = standing(session, plan, booking, now, source)
    if row.starts_at == starts_at:
        return row
    if source == WEB and row.changes >= plan.provisions["booking.changes"]:
        raise Refused("changed-enough", 409)
    service = plan.services_by_id[row.service_id]
    slot = claim(session, plan, service, starts_at, now, lead_of(plan, source))
    was = row.starts_at
    give_back(session, plan, row, now)
    row.starts_at, row.minutes, row.sequence, row.office_moved = slot.starts_at, slot.minutes, row.sequence + 1, office
    row.changes += source == WEB
    session.add(row)
    session.flush()
    note(session, plan, "booking-moved", row, by, now, reason, {"was": f"{was:%Y-%m-%dT%H:%MZ}"})
    messages.moved(session, row, plan, was=was, why=reason if office else "", sealing=sealing, settings=settings, now=now)
    return row


def cancel(
    session: Session, *, plan: HallPlan, booking: UUID, sealing: Vault, settings: Settings, now: datetime, by: str,
    source: str = WEB, reason: str = "", office: bool = False,
) -> None:
    """Gives the place back. Twice is no fault. Refuses ``unknown-code``, ``booking-over``."""
    moved(session, plan)
    row = session.get(Booking, booking, populate_existing=True)
    if row is not None and row.hall_id == plan.id and row.state == BookingState.CANCELLED:
        return
    row = standing(session, plan, booking, now, source)
    give_back(session, plan, row, now)
    row.state, row.ended_at, row.sequence, row.office_moved = BookingState.CANCELLED, now, row.sequence + 1, office
    session.add(row)
    session.flush()
    note(session, plan, "booking-cancelled", row, by, now, reason)
    messages.cancelled(session, row, plan, why=reason if office else "", sealing=sealing, settings=settings, now=now)


def return_places(session: Session, *, now: datetime) -> int:
    """Places whose time to return has come can be booked again; returns how many."""
    due = session.exec(select(PlaceReturn).where(col(PlaceReturn.returns_at) <= now)).all()
    for row in due:
        if session.exec(delete(PlaceReturn).where(col(PlaceReturn.id) == row.id)).rowcount:
            here = (col(BookingSlot.service_id) == row.service_id, col(BookingSlot.starts_at) == row.starts_at)
            fewer = update(BookingSlot).where(*here, col(BookingSlot.taken) > 0).values(taken=col(BookingSlot.taken) - 1)
            session.exec(fewer)
    return len(due)


def close_missed(session: Session, *, plan: HallPlan, now: datetime, by: str) -> int:
    """Who has not come when late begins is a no-show, without a call; returns how many. Coming later on the day is still
    possible."""
    moved(session, plan)
    rows = session.exec(select(Booking).where(
        Booking.hall_id == plan.id, Booking.state == BookingState.CONFIRMED,
        col(Booking.starts_at) < rules.missed_by(plan, now))).all()
    for row in rows:
        row.state, row.ended_at = BookingState.NO_SHOW, now
        session.add(row)
        note(session, plan, "booking-missed", row, by, now)
    return len(rows)


# Parts --------------------------------------------------------------------------------------------------------------


def moved(session: Session, plan: HallPlan) -> None:
    bump(session, f"bookings:{plan.id.hex}")


def lead_of(plan: HallPlan, source: str) -> int:
    """How many minutes ahead one has to book: on the web by the office's number, at the desk not at all."""
    return plan.provisions["booking.lead_minutes"] if source == WEB else 0


def standing(session: Session, plan: HallPlan, booking: UUID, now: datetime, source: str) -> Booking:
    """A booking that can still be changed: by its holder until it begins, by staff also after that, while nobody has come."""
    moved(session, plan)
    row = session.get(Booking, booking, populate_existing=True)
    if row is None or row.hall_id != plan.id:
        raise Refused("unknown-code", 404)
    if row.state != BookingState.CONFIRMED or (source == WEB and row.starts_at <= now):
        raise Refused("booking-over", 409)
    return row


def claim(session: Session, plan: HallPlan, service: ServicePlan, starts_at: datetime, now: datetime, lead: int) -> Slot:
    """Takes one place of a slot, if there is one left. Refuses ``slot-gone``."""
    slot = slot_at(session, plan=plan, service=service, starts_at=starts_at, now=now, lead=lead)
    if slot is None or not take_place(session, service.id, slot.starts_at, slot.places):
        raise Refused("slot-gone", 409)
    return slot


def take_place(session: Session, service: UUID, starts_at: datetime, places: int) -> bool:
    """One statement: the first place makes the slot's row, each further one counts it up while there are ``places``."""
    if places < 1:
        return False
    row = insert_into(BookingSlot, session.info["dialect"].name).values(service_id=service, starts_at=starts_at, taken=1)
    counted = row.on_conflict_do_update(
        index_elements=["service_id", "starts_at"], set_={"taken": col(BookingSlot.taken) + 1},
        where=col(BookingSlot.taken) < places,
    ).returning(col(BookingSlot.taken))
    return session.exec(counted).first() is not None


def give_back(session: Session, plan: HallPlan, row: Booking, now: datetime) -> None:
    """A place returns after a random time, so that nobody can hand it to a certain person."""
    least, most = plan.provisions["booking.return_least"], plan.provisions["booking.return_most"]
    seconds = 60 * least + randbelow(60 * max(0, most - least) + 1)
    session.add(PlaceReturn(service_id=row.service_id, starts_at=row.starts_at, returns_at=now + timedelta(seconds=seconds)))


def note(
    session: Session, plan: HallPlan, act: str, row: Booking, by: str, now: datetime, reason: str = "",
    more: dict[str, Any] | None = None,
) -> None:
    told = {"service": plan.services_by_id[row.service_id].code, "starts_at": f"{row.starts_at:%Y-%m-%dT%H:%MZ}", **(more or {})}
    record(session, office=plan.office_id, act=act, subject=f"booking:{row.id.hex}", by=by, now=now, detail=told,
           reason=reason.strip()[:300])


def _known(session: Session, plan: HallPlan, key: str) -> Booking | None:
    return session.exec(select(Booking).where(Booking.hall_id == plan.id, Booking.request_key == key)).first()


def _held(session: Session, plan: HallPlan, phone: str, now: datetime) -> int:
    """Counts a booking with this telephone. Minutes to wait, 0 when it may go on."""
    key = attempt_key("book", phone)
    if minutes := minutes_locked(session, key, now):
        return minutes
    failed(session, key, now, plan.provisions["booking.tries"], plan.provisions["booking.try_minutes"])
    return 0


def _check_enough(session: Session, plan: HallPlan, index: str, now: datetime) -> None:
    here = (Booking.hall_id == plan.id, Booking.phone_index == index, Booking.state == BookingState.CONFIRMED,
            col(Booking.starts_at) > now)
    count = session.exec(select(func.count()).select_from(Booking).where(*here)).one()
    if count >= plan.provisions["booking.per_phone"]:
        raise Refused("booking-enough", 409)
