"""What somebody with a booking is told: by text message, and by mail where they gave an address. No message names the service or
the matter: telephones get borrowed. The reminder lies in the outbox from the start and is looked at again before it goes."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from hearings.invitations.calendar_mail import Party, plain_mail
from kiosk.bookings import rules
from kiosk.bookings.queries import CODE
from kiosk.bookings.tables import Booking, BookingState
from kiosk.plan import HallPlan
from shared import outbox, vault, words
from shared.outbox import Mail, Message, Text
from shared.settings import Settings
from shared.vault import Vault
from shared.wording import Wording, wording
from shared.words import CHINESE

MAIL = "booking-mail"
CONFIRMED, MOVED, CANCELLED, REMINDER = "booking_confirmed", "booking_moved", "booking_cancelled", "booking_reminder"


def confirmed(session: Session, row: Booking, plan: HallPlan, *, sealing: Vault, settings: Settings, now: datetime) -> None:
    _post(session, CONFIRMED, row, plan, sealing=sealing, settings=settings, now=now)
    _remind(session, row, plan, sealing=sealing, settings=settings, now=now)


def moved(
    session: Session, row: Booking, plan: HallPlan, *, was: datetime, why: str, sealing: Vault, settings: Settings, now: datetime
) -> None:
    """``why``: said when the office moved it."""
    more: dict[str, Any] = {"office_moved": row.office_moved, "why": why, **moment("was", was, row.language, plan)}
    _post(session, MOVED, row, plan, sealing=sealing, settings=settings, now=now, **more)
    _remind(session, row, plan, sealing=sealing, settings=settings, now=now)


def cancelled(
    session: Session, row: Booking, plan: HallPlan, *, why: str, sealing: Vault, settings: Settings, now: datetime
) -> None:
    """``why``: said when the office cancelled it."""
    more: dict[str, Any] = {"office_moved": row.office_moved, "why": why, "again": f"{settings.public_url}/book"}
    _post(session, CANCELLED, row, plan, sealing=sealing, settings=settings, now=now, **more)


def moment(name: str, when: datetime, language: str, plan: HallPlan) -> dict[str, str]:
    """A time in full and, as ``…_short``, for a text message."""
    local = when.astimezone(plan.zone)
    full = f"{words.day(local.date(), language)} {local:%H:%M}"
    if language == CHINESE:
        weekday = "一二三四五六日"[local.weekday()]
        return {name: full, f"{name}_short": f"{local.month}月{local.day}日（周{weekday}）{local:%H:%M}"}
    short = f"{words.WEEKDAYS[local.weekday()][:3]} {local.day} {words.MONTHS[local.month - 1][:3]} {local:%H:%M}"
    return {name: full, f"{name}_short": short}


def said(kind: str, row: Booking, plan: HallPlan, *, sealing: Vault, settings: Settings, **more: Any) -> Wording:
    """The words of one message to the holder of a booking."""
    language = row.language
    link = f"{settings.public_url}/b/{sealing.unseal(row.code, purpose=CODE)}"
    return wording(kind, language, office=plan.office(language), name=sealing.unseal(row.name, purpose=vault.NAME),
                   place=plan.name(language), phone=plan.phone, link=link, **more,
                   **moment("when", row.starts_at, language, plan))


def _remind(session: Session, row: Booking, plan: HallPlan, *, sealing: Vault, settings: Settings, now: datetime) -> None:
    at = rules.reminder_at(row.starts_at, now, plan.zone, plan.provisions["booking.remind_hour"])
    if at is not None:
        _post(session, REMINDER, row, plan, sealing=sealing, settings=settings, now=now, not_before=at)


def _post(
    session: Session, kind: str, row: Booking, plan: HallPlan, *, sealing: Vault, settings: Settings, now: datetime,
    not_before: datetime | None = None, **more: Any,
) -> None:
    words_ = said(kind, row, plan, sealing=sealing, settings=settings, **more)
    told: list[outbox.Content] = [Text(sealing.unseal(row.phone, purpose=vault.PHONE), words_.short)]
    if row.mail:
        told.append(_mail(kind, words_, row, sealing, settings))
    until = max(row.starts_at, now + timedelta(hours=1))
    for one in told:
        outbox.post(session, sealing, one, office=plan.office_id, purpose=kind, about=f"booking:{row.id.hex}",
                    sequence=row.sequence, now=now, not_before=not_before, expires_at=until)


def _mail(kind: str, said: Wording, row: Booking, sealing: Vault, settings: Settings) -> Mail:
    to, name = sealing.unseal(row.mail, purpose=MAIL), sealing.unseal(row.name, purpose=vault.NAME)
    mime = plain_mail(said, organizer=Party(said.office, settings.sender), attendee=Party(name, to),
                      name=f"{kind} {row.id.hex} {row.sequence}")
    return Mail(to, mime.decode("ascii"), settings.sender)


def _is_wanted(session: Session, message: Message) -> bool:
    """Asked right before sending: the booking is as the message says."""
    row = session.get(Booking, UUID(message.about.partition(":")[2]))
    if row is None or row.sequence != message.sequence:
        return False
    if message.purpose == CANCELLED:
        return row.state == BookingState.CANCELLED
    return row.state == BookingState.CONFIRMED


for one in (CONFIRMED, MOVED, CANCELLED, REMINDER):
    outbox.follow(one, wanted=_is_wanted)
