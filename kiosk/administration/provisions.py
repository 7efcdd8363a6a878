"""Every number that the office goes by, with its history. A number is never changed: a newer one takes its place from a day
on."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlmodel import Session, col, select

from kiosk.administration.altering import day_of, note, number, office_moved
from kiosk.plan import HallPlan
from shared.errors import Refused
from shared.keys import BOARD
from shared.live import bump
from shared.offices import Provision

MOST = 100_000
MAY_BE_NONE = frozenset({
    "order.deferrals", "order.return_credit", "order.return_calls", "order.booking_head_start", "order.booking_early",
    "order.booking_late", "order.late_booking_head_start", "order.closing_grace", "kiosk.extensions",
})


class ProvisionForm(msgspec.Struct):
    value: str = ""
    source: str = ""
    effective_from: str = ""
    reason: str = ""


class NumberHistory(msgspec.Struct, frozen=True):
    """A number and its versions, the newest first. ``holding``: the one in force today."""

    key: str
    versions: list[Provision]
    holding: UUID | None

    @property
    def shown(self) -> Provision:
        """The version in force, else the first to come."""
        return next((row for row in self.versions if row.id == self.holding), self.versions[-1])

    @property
    def to_come(self) -> Provision | None:
        """The next version, if one is laid down already."""
        ahead = [row for row in self.versions if row.effective_from > self.shown.effective_from]
        return ahead[-1] if ahead else None


def numbers_of(session: Session, *, plan: HallPlan, today: date) -> list[NumberHistory]:
    rows = session.exec(
        select(Provision).where(Provision.office_id == plan.office_id)
        .order_by(col(Provision.key), col(Provision.effective_from).desc())
    ).all()
    by_key: dict[str, list[Provision]] = {}
    for row in rows:
        by_key.setdefault(row.key, []).append(row)
    return [NumberHistory(key, versions, next((row.id for row in versions if row.effective_from <= today), None))
            for key, versions in by_key.items()]


def lay_down(session: Session, *, plan: HallPlan, key: str, form: ProvisionForm, now: datetime, by: str) -> UUID:
    """A newer value of a number. Refuses ``unknown-provision``, ``value-needed``, ``source-needed``, ``effective-needed``,
    ``reason-needed``."""
    office_moved(session, plan.office_id)
    bump(session, BOARD)  # the door's numbers are remembered there
    known = _versions(session, plan, key)
    if not known:
        raise Refused("unknown-provision", 404)
    least = 0 if key in MAY_BE_NONE or key.startswith("hearing.") else 1
    value, day = number(form.value, least, MOST), day_of(form.effective_from)
    if not form.source.strip():
        raise Refused("source-needed", 422)
    if day is None or day < plan.today(now) or day <= known[0].effective_from:
        raise Refused("effective-needed", 422)
    row = Provision(office_id=plan.office_id, key=key, value=value, unit=known[0].unit, source=form.source.strip()[:200],
                    effective_from=day)
    session.add(row)
    session.flush()
    told = {"key": key, "value": value, "before": known[0].value, "from": day.isoformat()}
    note(session, plan, "number-added", f"provision:{row.id}", form.reason, now, by, told)
    return row.id


def withdraw(session: Session, *, plan: HallPlan, provision: UUID, reason: str, now: datetime, by: str) -> str:
    """Takes a version back that holds from today or later; what held before goes on. The journal keeps what it was. Returns the
    key. Refuses ``unknown-provision``, ``too-late-to-withdraw``, ``reason-needed``."""
    office_moved(session, plan.office_id)
    bump(session, BOARD)
    row = session.get(Provision, provision)
    if row is None or row.office_id != plan.office_id:
        raise Refused("unknown-provision", 404)
    if row.effective_from < plan.today(now) or len(_versions(session, plan, row.key)) == 1:
        raise Refused("too-late-to-withdraw")
    told = {"key": row.key, "value": row.value, "from": row.effective_from.isoformat()}
    note(session, plan, "number-withdrawn", f"provision:{row.id}", reason, now, by, told)
    session.delete(row)
    return row.key


def _versions(session: Session, plan: HallPlan, key: str) -> list[Provision]:
    of_key = (Provision.office_id == plan.office_id, Provision.key == key)
    return list(session.exec(select(Provision).where(*of_key).order_by(col(Provision.effective_from).desc())).all())
