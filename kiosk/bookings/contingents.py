"""The contingents of bookings: what an office begins with, and setting a new one. What holds is read by `queries`."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from kiosk import standard
from kiosk.administration.altering import day_of, note, number
from kiosk.bookings.places import moved
from kiosk.bookings.rules import numbers
from kiosk.bookings.tables import Contingent
from kiosk.plan import HallPlan
from kiosk.tables import Service
from shared.errors import Refused

PLACES_MOST, MINUTES_LEAST, MINUTES_MOST = 99, 5, 480


class ContingentForm(msgspec.Struct):
    """A contingent as entered. ``weekdays`` and ``weeks``: numbers with commas; Monday is 0, the first week 1."""

    service: str = ""
    weekdays: str = ""
    weeks: str = ""
    opens: str = ""
    closes: str = ""
    minutes: str = ""
    places: str = ""
    source: str = ""
    since: str = ""
    reason: str = ""


def lay_down(session: Session, hall_id: UUID, rules: str, since: date = standard.SINCE) -> int:
    """The usual contingents of the usual services that have none yet; says how many."""
    services = {row.code: row.id for row in session.exec(select(Service).where(Service.hall_id == hall_id)).all()}
    known = set(session.exec(select(Contingent.service_id).where(col(Contingent.service_id).in_(services.values()))).all())
    missing = [row for row in standard.CONTINGENTS if row[0] in services and services[row[0]] not in known]
    for code, weekdays, weeks, opens, closes, minutes, places in missing:
        session.add(Contingent(service_id=services[code], weekdays=weekdays, weeks=weeks, opens=opens, closes=closes,
                               minutes=minutes, places=places, source=rules, effective_from=since))
    session.flush()
    return len(missing)


def set_contingent(session: Session, *, plan: HallPlan, form: ContingentForm, now: datetime, by: str) -> None:
    """What can be booked of a service from a day on; bookings that exist stay.

    Refuses ``unknown-service``, ``booking-time-needed``, ``value-needed``, ``day-needed``, ``source-needed``, ``reason-needed``.
    """
    moved(session, plan)
    service, since = plan.service(form.service), day_of(form.since)
    opens, closes = _time(form.opens), _time(form.closes)
    if since is None or since < plan.today(now):
        raise Refused("day-needed", 422)
    if not form.source.strip():
        raise Refused("source-needed", 422)
    values: dict[str, Any] = {
        "weekdays": _listed(form.weekdays, 0, 6), "weeks": _listed(form.weeks, 1, 5), "opens": opens, "closes": closes,
        "minutes": number(form.minutes, MINUTES_LEAST, MINUTES_MOST), "places": number(form.places, 0, PLACES_MOST),
        "source": form.source.strip()[:200],
    }
    row = session.exec(select(Contingent).where(Contingent.service_id == service.id, Contingent.effective_from == since)).first()
    row = row or Contingent(service_id=service.id, effective_from=since, **values)
    for name, value in values.items():
        setattr(row, name, value)
    session.add(row)
    told = {name: str(value) for name, value in values.items()} | {"since": since.isoformat()}
    note(session, plan, "contingent-set", f"service:{service.id.hex}", form.reason, now, by, told)


def _listed(text: str, least: int, most: int) -> str:
    return ",".join(str(one) for one in sorted(numbers(text)) if least <= one <= most)


def _time(text: str) -> time:
    """Refuses ``booking-time-needed``."""
    try:
        return time.fromisoformat(text.strip())
    except ValueError:
        raise Refused("booking-time-needed", 422) from None
