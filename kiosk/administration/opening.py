"""The hall itself and the hours in which it receives visitors, as the administrator sets them."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time

import msgspec
from sqlalchemy import delete
from sqlmodel import Session, col, select

from kiosk.administration.altering import changes, names, note
from kiosk.plan import HallPlan
from kiosk.window.actions import moved
from shared.errors import Refused
from shared.offices import Hall, Office, OpeningHours

SPANS = 2  # a day has a morning and an afternoon
Spans = tuple[tuple[time, time], ...]


class HallForm(msgspec.Struct):
    office_zh: str = ""
    office_en: str = ""
    name_zh: str = ""
    name_en: str = ""
    phone: str = ""
    paired_only: str = ""
    reason: str = ""


def hall_form(plan: HallPlan) -> HallForm:
    return HallForm(plan.office_zh, plan.office_en, plan.name_zh, plan.name_en, plan.phone, "1" if plan.paired_only else "")


def week_form(plan: HallPlan) -> dict[str, str]:
    """The hours as fields ``opens-0-0``: weekday, span."""
    told = {}
    for day, spans in plan.hours.by_weekday.items():
        for place, (opens, closes) in enumerate(spans):
            told[f"opens-{day}-{place}"], told[f"closes-{day}-{place}"] = f"{opens:%H:%M}", f"{closes:%H:%M}"
    return told


def week_of(form: Mapping[str, str]) -> dict[int, Spans]:
    """The hours from such fields; 00:00 closes at midnight. Refuses ``hours-wrong`` with its ``weekday``."""
    return {day: spans for day in range(7) if (spans := _day(form, day))}


def set_hours(
    session: Session, *, plan: HallPlan, week: Mapping[int, Spans], rest_days: bool, reason: str, now: datetime, by: str
) -> None:
    """New hours, from now on. ``rest_days``: closed on rest days of the calendar. Refuses ``reason-needed``."""
    moved(session, plan)
    told = changes(session.get_one(Hall, plan.id), {"rest_days": rest_days})
    rows = session.exec(select(OpeningHours).where(OpeningHours.hall_id == plan.id).order_by(col(OpeningHours.opens))).all()
    before = _told((row.weekday, row.opens, row.closes) for row in rows)
    after = _told((day, opens, closes) for day, spans in week.items() for opens, closes in spans)
    session.exec(delete(OpeningHours).where(col(OpeningHours.hall_id) == plan.id))
    session.add_all(OpeningHours(hall_id=plan.id, weekday=day, opens=opens, closes=closes)
                    for day, spans in week.items() for opens, closes in spans)
    note(session, plan, "hours-set", f"hall:{plan.id}", reason, now, by, {"hours": [before, after], **told})


def set_hall(session: Session, *, plan: HallPlan, form: HallForm, now: datetime, by: str) -> None:
    """Names of office and hall, telephone, who may show its screens. Refuses ``both-names-needed``, ``reason-needed``."""
    moved(session, plan)
    office_zh, office_en = form.office_zh.strip()[:80], form.office_en.strip()[:120]
    if not office_zh or not office_en:
        raise Refused("both-names-needed", 422)
    of_hall = {**names(form, 80, 120), "phone": form.phone.strip()[:40], "paired_only": bool(form.paired_only)}
    told = changes(session.get_one(Hall, plan.id), of_hall)
    office = changes(session.get_one(Office, plan.office_id), {"name_zh": office_zh, "name_en": office_en})
    told |= {"office": office} if office else {}
    note(session, plan, "hall-changed", f"hall:{plan.id}", form.reason, now, by, told)


def _day(form: Mapping[str, str], day: int) -> Spans:
    spans: list[tuple[time, time]] = []
    for place in range(SPANS):
        opens, closes = (form.get(f"{end}-{day}-{place}", "").strip() for end in ("opens", "closes"))
        if opens or closes:
            spans.append((_time(opens, day), _time(closes, day)))
    for at, (opens_at, closes_at) in enumerate(spans):
        ended = at > 0 and (spans[at - 1][1] == time(0) or spans[at - 1][1] > opens_at)
        if ended or (closes_at != time(0) and closes_at <= opens_at):
            raise Refused("hours-wrong", 422, weekday=day)
    return tuple(spans)


def _time(text: str, day: int) -> time:
    try:
        return time.fromisoformat(text if len(text) == 5 else "")
    except ValueError:
        raise Refused("hours-wrong", 422, weekday=day) from None


def _told(rows: Iterable[tuple[int, time, time]]) -> str:
    return ", ".join(f"{day + 1} {opens:%H:%M}-{closes:%H:%M}" for day, opens, closes in sorted(rows))
