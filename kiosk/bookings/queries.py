"""What can be booked and what has been: free slots, one's own booking behind its code, the bookings of a day for staff."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from kiosk.bookings import rules
from kiosk.bookings.rules import Offer
from kiosk.bookings.tables import Booking, BookingClosure, BookingSlot, BookingState, Contingent, PlaceReturn
from kiosk.plan import HallPlan, ServicePlan
from kiosk.tables import Ticket
from shared import codes, vault, words
from shared.outbox import Message
from shared.vault import Vault

CODE = "booking-code"
BEYOND = timedelta(days=1)


class Slot(msgspec.Struct, frozen=True):
    """A slot of a service; ``places`` in all, ``left`` of them free."""

    starts_at: datetime
    minutes: int
    places: int
    left: int


class Own(msgspec.Struct, frozen=True, kw_only=True):
    """A booking as its holder sees it. ``ticket``: the code of the number they have taken with it."""

    id: UUID
    hall_id: UUID
    service_id: UUID
    code: str
    starts_at: datetime
    state: str
    name: str
    phone: str
    mailed: bool
    changes: int
    office_moved: bool
    ticket: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A booking as staff see it, masked. ``number``: taken on arrival; ``told``: how the last message to them stands."""

    id: UUID
    service_id: UUID
    starts_at: datetime
    state: str
    name: str
    phone: str
    source: str
    language: str
    number: str
    ticket: str
    told: str


def offers(session: Session, services: Sequence[UUID]) -> dict[UUID, list[tuple[date, Offer]]]:
    """The contingents of services, the newest first, each with the day from which it holds."""
    rows = session.exec(
        select(Contingent).where(col(Contingent.service_id).in_(services)).order_by(col(Contingent.effective_from).desc())
    ).all()
    found: dict[UUID, list[tuple[date, Offer]]] = {}
    for row in rows:
        offer = Offer(weekdays=rules.numbers(row.weekdays), weeks=rules.numbers(row.weeks), opens=row.opens, closes=row.closes,
                      minutes=row.minutes, places=row.places)
        found.setdefault(row.service_id, []).append((row.effective_from, offer))
    return found


def contingents(session: Session, *, plan: HallPlan) -> dict[UUID, list[Contingent]]:
    """The contingents of a hall as they are laid down, by service, the newest first."""
    rows = session.exec(
        select(Contingent).where(col(Contingent.service_id).in_([one.id for one in plan.services]))
        .order_by(col(Contingent.effective_from).desc())
    ).all()
    found: dict[UUID, list[Contingent]] = {}
    for row in rows:
        found.setdefault(row.service_id, []).append(row)
    return found


def offer_on(ones: Sequence[tuple[date, Offer]], day: date) -> Offer | None:
    return next((offer for since, offer in ones if since <= day), None)


def bookable_services(session: Session, *, plan: HallPlan, now: datetime) -> list[ServicePlan]:
    """The services of which anything can be booked at all."""
    known = offers(session, [one.id for one in plan.services])
    last = plan.today(now) + timedelta(days=plan.provisions["booking.horizon_days"])
    return [one for one in plan.services
            if (offer := offer_on(known.get(one.id, ()), last)) is not None and offer.places and offer.weekdays]


def slots(
    session: Session, *, plan: HallPlan, service: ServicePlan, now: datetime, lead: int, first: date | None = None,
    last: date | None = None,
) -> list[Slot]:
    """The slots of a service that can be booked, full ones too, in order of time; ``lead``: minutes ahead at least."""
    today = plan.today(now)
    last = min(last or date.max, today + timedelta(days=plan.provisions["booking.horizon_days"]))
    day, found = max(first or today, today), []
    known = offers(session, [service.id]).get(service.id, [])
    while day <= last and known:
        offer = offer_on(known, day)
        if offer is not None:
            spans = plan.hours.on(day, plan.calendar)
            found += [(at, offer) for at in rules.slots(offer, spans, day, plan.zone, plan.calendar)
                      if rules.bookable(plan, at, now, lead)]
        day += BEYOND
    if not found:
        return []
    taken = _taken(session, service.id, found[0][0], found[-1][0])
    shut = closures(session, plan, service.id, found[0][0], found[-1][0] + BEYOND)
    return [
        Slot(at, offer.minutes, offer.places, max(0, offer.places - taken.get(at, 0)))
        for at, offer in found if not _is_shut(shut, at, offer.minutes)
    ]


def slot_at(
    session: Session, *, plan: HallPlan, service: ServicePlan, starts_at: datetime, now: datetime, lead: int
) -> Slot | None:
    """The slot that begins then, if there is one that may be booked now."""
    day = plan.today(starts_at)
    found = slots(session, plan=plan, service=service, now=now, lead=lead, first=day, last=day)
    return next((one for one in found if one.starts_at == starts_at), None)


def closures(session: Session, plan: HallPlan, service: UUID, since: datetime, until: datetime) -> list[BookingClosure]:
    """The closed spans that touch a time, of a service or of the whole hall."""
    rows = session.exec(select(BookingClosure).where(
        BookingClosure.hall_id == plan.id, col(BookingClosure.begins_at) < until, col(BookingClosure.ends_at) > since,
    )).all()
    return [row for row in rows if row.service_id in (None, service)]


def found_by(session: Session, *, code: str, sealing: Vault) -> Booking | None:
    """The booking that a code stands for."""
    plain = codes.normalise(code)
    if plain is None:
        return None
    return session.exec(select(Booking).where(Booking.code_index == sealing.index(plain, purpose=CODE))).first()


def own(session: Session, *, code: str, sealing: Vault) -> Own | None:
    """What the holder of a code sees; None when it opens nothing (any more)."""
    row = found_by(session, code=code, sealing=sealing)
    if row is None or row.state == BookingState.CANCELLED:
        return None
    ticket = session.get(Ticket, row.ticket_id) if row.ticket_id else None
    return Own(
        id=row.id, hall_id=row.hall_id, service_id=row.service_id, code=codes.normalise(code) or "", starts_at=row.starts_at,
        state=row.state, name=words.mask_name(sealing.unseal(row.name, purpose=vault.NAME)),
        phone=words.mask_phone(sealing.unseal(row.phone, purpose=vault.PHONE)), mailed=bool(row.mail), changes=row.changes,
        office_moved=row.office_moved, ticket=ticket.code if ticket else "",
    )


def is_booking(session: Session, *, code: str, sealing: Vault) -> bool:
    """Whether a code opens a booking."""
    return own(session, code=code, sealing=sealing) is not None


def of_day(session: Session, *, plan: HallPlan, day: date, sealing: Vault) -> list[Line]:
    """The bookings of a day in order of time; cancelled ones are left out."""
    begin = datetime.combine(day, time(0), plan.zone)
    rows = session.exec(
        select(Booking, Ticket).join(Ticket, col(Ticket.id) == col(Booking.ticket_id), isouter=True)
        .where(Booking.hall_id == plan.id, col(Booking.starts_at) >= begin, col(Booking.starts_at) < begin + BEYOND,
               col(Booking.state) != BookingState.CANCELLED)
        .order_by(col(Booking.starts_at), col(Booking.id))
    ).all()
    told = _told(session, [row.id for row, _ in rows])
    return [_line(row, ticket, told.get(row.id, ""), sealing) for row, ticket in rows]


def line(session: Session, *, plan: HallPlan, booking: UUID, sealing: Vault) -> Line | None:
    """One booking for staff of its hall."""
    row = session.get(Booking, booking)
    if row is None or row.hall_id != plan.id:
        return None
    ticket = session.get(Ticket, row.ticket_id) if row.ticket_id else None
    return _line(row, ticket, _told(session, [row.id]).get(row.id, ""), sealing)


def line_of(row: Booking, sealing: Vault) -> Line:
    """A booking that nobody has come with yet, for staff."""
    return _line(row, None, "", sealing)


def code_of(session: Session, *, booking: UUID, sealing: Vault) -> str:
    """The code of a booking, to be printed for its holder; empty once it is forgotten."""
    row = session.get(Booking, booking)
    return sealing.unseal(row.code, purpose=CODE) if row is not None and row.code else ""


def closed_from(session: Session, *, plan: HallPlan, now: datetime) -> list[BookingClosure]:
    """The closed spans of a hall that are not over."""
    rows = select(BookingClosure).where(BookingClosure.hall_id == plan.id, col(BookingClosure.ends_at) > now)
    return list(session.exec(rows.order_by(col(BookingClosure.begins_at))).all())


def has_due(session: Session, *, now: datetime, missed: datetime) -> bool:
    """Whether time has something to do: places to return, or bookings that nobody came for."""
    returns = session.exec(select(PlaceReturn.id).where(col(PlaceReturn.returns_at) <= now).limit(1)).first()
    late = select(Booking.id).where(Booking.state == BookingState.CONFIRMED, col(Booking.starts_at) < missed).limit(1)
    return returns is not None or session.exec(late).first() is not None


# Parts --------------------------------------------------------------------------------------------------------------


def _taken(session: Session, service: UUID, since: datetime, until: datetime) -> dict[datetime, int]:
    rows = session.exec(select(BookingSlot).where(
        BookingSlot.service_id == service, col(BookingSlot.starts_at) >= since, col(BookingSlot.starts_at) <= until)).all()
    return {row.starts_at: row.taken for row in rows}


def _is_shut(shut: Sequence[BookingClosure], at: datetime, minutes: int) -> bool:
    return any(one.begins_at < at + timedelta(minutes=minutes) and at < one.ends_at for one in shut)


def _line(row: Booking, ticket: Ticket | None, told: str, sealing: Vault) -> Line:
    return Line(
        id=row.id, service_id=row.service_id, starts_at=row.starts_at, state=row.state, source=row.source, language=row.language,
        name=words.mask_name(sealing.unseal(row.name, purpose=vault.NAME)) if row.name else "",
        phone=words.mask_phone(sealing.unseal(row.phone, purpose=vault.PHONE)) if row.phone else "",
        number=ticket.number if ticket else "", ticket=ticket.code if ticket else "", told=told,
    )


def _told(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    rows = session.exec(
        select(Message.about, Message.state).where(col(Message.about).in_([f"booking:{one.hex}" for one in ids]),
                                                   Message.purpose != "booking_reminder").order_by(col(Message.id))
    ).all()
    return {UUID(about.partition(":")[2]): state for about, state in rows}
