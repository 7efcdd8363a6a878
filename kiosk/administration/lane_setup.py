"""The lanes of an office, past, present and to come: a change is a new row from a day on, also the one that ends a lane."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from kiosk.administration.altering import day_of, names, note, number, office_moved, short_name
from kiosk.administration.catalogue import PLACE_MOST
from kiosk.plan import HallPlan
from kiosk.tables import Lane
from shared.errors import Refused

HEAD_START_MOST = 240
ICONS = ("accessibility", "baby", "shield", "scale", "heart-handshake", "ear", "languages")


class LaneForm(msgspec.Struct):
    code: str = ""
    name_zh: str = ""
    name_en: str = ""
    head_start: str = ""
    skill: str = ""
    icon: str = ""
    offered: str = ""
    position: str = ""
    source: str = ""
    effective_from: str = ""
    reason: str = ""


class LaneHistory(msgspec.Struct, frozen=True):
    """A lane and its versions, the newest first. ``holding``: the one in force."""

    code: str
    versions: list[Lane]
    holding: UUID | None

    @property
    def shown(self) -> Lane:
        """The version in force, else the first to come."""
        return next((row for row in self.versions if row.id == self.holding), self.versions[-1])


def lanes_of(session: Session, *, plan: HallPlan, today: date) -> list[LaneHistory]:
    """Every lane in the order of the kiosk, those that have ended last."""
    rows = session.exec(
        select(Lane).where(Lane.office_id == plan.office_id).order_by(col(Lane.effective_from).desc())
    ).all()
    by_code: dict[str, list[Lane]] = {}
    for row in rows:
        by_code.setdefault(row.code, []).append(row)
    found = [LaneHistory(code, versions, next((row.id for row in versions if row.effective_from <= today), None))
             for code, versions in by_code.items()]
    return sorted(found, key=lambda one: (not one.shown.offered, one.shown.position, one.code))


def form_of(row: Lane) -> LaneForm:
    """A newer version begins as the last one; source, day and reason are its own."""
    return LaneForm(row.code, row.name_zh, row.name_en, str(row.head_start), row.skill, row.icon, "1" if row.offered else "",
                    str(row.position))


def lay_down_lane(session: Session, *, plan: HallPlan, code: str, form: LaneForm, now: datetime, by: str) -> str:
    """A new lane (``code`` empty), or a newer version of one; returns its code.

    Refuses ``both-names-needed``, ``code-needed``, ``code-taken``, ``unknown-lane``, ``value-needed``, ``source-needed``,
    ``effective-needed``, ``reason-needed``.
    """
    office_moved(session, plan.office_id)
    named, wanted = names(form, 40, 60), code or short_name(form.code, form.name_en)[:24].strip("-")
    days = _days(session, plan, wanted)
    if code and not days:
        raise Refused("unknown-lane", 404)
    if not code and days:
        raise Refused("code-taken")
    day = day_of(form.effective_from)
    if not form.source.strip():
        raise Refused("source-needed", 422)
    if day is None or day < plan.today(now) or any(day <= known for known in days):
        raise Refused("effective-needed", 422)
    row = Lane(
        office_id=plan.office_id, code=wanted, head_start=number(form.head_start, 0, HEAD_START_MOST),
        name_zh=named["name_zh"], name_en=named["name_en"],
        skill=form.skill.strip()[:40], icon=form.icon if form.icon in ICONS else "", offered=bool(form.offered),
        source=form.source.strip()[:200], effective_from=day, position=number(form.position or "0", 0, PLACE_MOST),
    )
    session.add(row)
    session.flush()
    told = {"lane": wanted, "minutes": row.head_start, "offered": row.offered, "from": day.isoformat()}
    note(session, plan, "lane-laid-down", f"lane:{row.id}", form.reason, now, by, told)
    return wanted


def withdraw_lane(session: Session, *, plan: HallPlan, lane: UUID, reason: str, now: datetime, by: str) -> str:
    """Takes a version back that holds from today or later; what held before goes on. The journal keeps what it was. Returns the
    lane's code. Refuses ``unknown-lane``, ``too-late-to-withdraw``, ``reason-needed``."""
    office_moved(session, plan.office_id)
    row = session.get(Lane, lane)
    if row is None or row.office_id != plan.office_id:
        raise Refused("unknown-lane", 404)
    if row.effective_from < plan.today(now) or len(_days(session, plan, row.code)) == 1:
        raise Refused("too-late-to-withdraw")
    told = {"lane": row.code, "minutes": row.head_start, "offered": row.offered, "from": row.effective_from.isoformat()}
    note(session, plan, "lane-withdrawn", f"lane:{row.id}", reason, now, by, told)
    session.delete(row)
    return row.code


def _days(session: Session, plan: HallPlan, code: str) -> list[date]:
    of_lane = (Lane.office_id == plan.office_id, Lane.code == code)
    return list(session.exec(select(col(Lane.effective_from)).where(*of_lane)).all())
