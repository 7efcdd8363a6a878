"""Bookings, one function for each thing people do: book, move, cancel. Each moves the hall's board of bookings first, so that
those of a hall come one after another. What becomes of places is for `places`, what time does for `passing`."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlmodel import Session, col, func, select

from cases import papers
from kiosk.bookings import messages
from kiosk.bookings.places import DESK, TELEPHONE, WEB, claim, give_back, lead_of, moved, note
from kiosk.bookings.queries import CODE, slots
from kiosk.bookings.tables import Booking, BookingState
from kiosk.plan import HallPlan
from shared import codes, vault
from shared.attempts import attempt_key, failed, minutes_locked
from shared.errors import Refused
from shared.outbox import is_mail_address
from shared.settings import Settings
from shared.vault import Vault

__all__ = ["DESK", "TELEPHONE", "WEB", "Booked", "Held", "Who", "book", "cancel", "faults", "first_free", "lead_of", "move"]
NAME_MOST = 60


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


# Parts --------------------------------------------------------------------------------------------------------------


def standing(session: Session, plan: HallPlan, booking: UUID, now: datetime, source: str) -> Booking:
    """A booking that can still be changed: by its holder until it begins, by staff also after that, while nobody has come."""
    moved(session, plan)
    row = session.get(Booking, booking, populate_existing=True)
    if row is None or row.hall_id != plan.id:
        raise Refused("unknown-code", 404)
    if row.state != BookingState.CONFIRMED or (source == WEB and row.starts_at <= now):
        raise Refused("booking-over", 409)
    return row


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
