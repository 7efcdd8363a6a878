"""What staff screens read besides the hall's picture: who sits where, a window's day, the calls of one visit, devices."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import exists
from sqlmodel import Session, col, select

from kiosk.desk.tasks import SILENT_AFTER
from kiosk.discreet.tables import DiscreetVisit
from kiosk.plan import HallPlan, WindowPlan
from kiosk.queries import TaskView, open_tasks
from kiosk.tables import ACTIVE, Call, Promise, State, Ticket
from kiosk.window.calling import staff_sent
from shared.journal import JournalLine
from shared.people import Device, SignIn, Staff
from shared.sign_ins import STANDARD

STOPS = ("window-opened", "window-paused", "window-closed")


class Seated(msgspec.Struct, frozen=True):
    """A member of staff at a window; ``seen_at`` is when they last did something."""

    window_id: UUID
    staff_id: UUID
    name: str
    seen_at: datetime


class CallMade(msgspec.Struct, frozen=True):
    """One call of a visit, and what is known of its reaching people."""

    id: int
    called_at: datetime
    shown_at: datetime | None
    spoken_at: datetime | None
    silent: str
    delivered_at: datetime | None
    acknowledged_at: datetime | None


class WindowDay(msgspec.Struct, frozen=True):
    """A window's day so far: visits finished, their mean length in minutes, and since when and why it is as it is."""

    served: int
    minutes: int | None
    since: datetime | None
    reason: str


class Overview(msgspec.Struct, frozen=True):
    """All that a window's console reads at once. ``calls``: of the visit at the window, newest first; ``capped``: the hall's
    last call was by the long-wait rule; ``promised``: ticket -> until when its call was promised; ``staff``: whether one was
    ``asked`` to fetch the visitor, or ``sent``."""

    day: WindowDay
    calls: list[CallMade]
    capped: bool
    tasks: list[TaskView]
    promised: dict[UUID, datetime]
    staff: str = ""


class DeskOverview(msgspec.Struct, frozen=True):
    """All that the guide desk reads at once."""

    tasks: list[TaskView]
    people: dict[UUID, Seated]
    devices: list["DeviceView"]


class DeviceView(msgspec.Struct, frozen=True):
    """A kiosk or lobby screen. ``state``: waiting (for pairing), paired or revoked."""

    id: UUID
    kind: str
    name: str
    state: str
    made_at: datetime
    seen_at: datetime | None
    printer: dict[str, str | int]

    def is_seen(self, now: datetime) -> bool:
        """Whether it has been heard of as lately as a device that works is."""
        return self.seen_at is not None and now - self.seen_at < SILENT_AFTER


def overview(session: Session, *, plan: HallPlan, window: WindowPlan, ticket: UUID | None, now: datetime) -> Overview:
    """``ticket``: whom the window has."""
    last = session.exec(select(Call.capped).where(Call.hall_id == plan.id).order_by(col(Call.id).desc()).limit(1)).first()
    calls = calls_of(session, ticket=ticket) if ticket else []
    staff = staff_sent(session, ticket=ticket, since=min(one.called_at for one in calls)) if ticket and calls else ""
    day = window_day(session, plan=plan, window=window, now=now)
    return Overview(day, calls, bool(last), open_tasks(session, hall=plan.id), promised(session, hall=plan.id), staff)


def desk_overview(session: Session, *, plan: HallPlan, now: datetime) -> DeskOverview:
    people = seated(session, plan=plan, now=now)
    return DeskOverview(open_tasks(session, hall=plan.id), people, devices(session, hall=plan.id))


def window_day(session: Session, *, plan: HallPlan, window: WindowPlan, now: datetime) -> WindowDay:
    done = session.exec(
        select(Ticket.started_at, Ticket.ended_at).where(
            Ticket.hall_id == plan.id, Ticket.day == plan.today(now), Ticket.window_id == window.id, Ticket.state == State.DONE
        )
    ).all()
    lengths = [(ended - started).total_seconds() for started, ended in done if started and ended]
    line = session.exec(
        select(JournalLine)
        .where(JournalLine.subject == f"window:{window.id}", col(JournalLine.act).in_(STOPS))
        .order_by(col(JournalLine.id).desc()).limit(1)
    ).first()
    mean = round(sum(lengths) / len(lengths) / 60) if lengths else None
    return WindowDay(len(done), mean, line.at if line else None, line.reason if line else "")


def calls_of(session: Session, *, ticket: UUID) -> list[CallMade]:
    """The calls of one visit, newest first."""
    rows = session.exec(select(Call).where(Call.ticket_id == ticket).order_by(col(Call.id).desc())).all()
    return [CallMade(row.id or 0, row.called_at, row.shown_at, row.spoken_at, row.silent,
                     row.delivered_at, row.acknowledged_at) for row in rows]


def seated(session: Session, *, plan: HallPlan, now: datetime) -> dict[UUID, Seated]:
    """Who sits at which window; a sign-in that has lapsed sits nowhere."""
    idle = plan.provisions.get("door.idle_minutes", STANDARD["door.idle_minutes"])
    rows = session.exec(
        select(SignIn, Staff)
        .join(Staff, col(Staff.id) == col(SignIn.staff_id))
        .where(col(SignIn.window_id).in_(list(plan.windows_by_id)), col(SignIn.ended_at).is_(None), col(Staff.active),
               col(SignIn.seen_at) > now - timedelta(minutes=idle))
        .order_by(col(SignIn.seen_at))
    ).all()
    return {row.window_id: Seated(row.window_id, staff.id, staff.name, row.seen_at) for row, staff in rows if row.window_id}


def ticket_by_number(session: Session, *, plan: HallPlan, number: str, now: datetime) -> str | None:
    """The code of today's ticket with a number, or of one from before that has not ended yet. Never of a discreet
    visit."""
    lasting = (col(Ticket.day) == plan.today(now)) | col(Ticket.state).in_(ACTIVE)
    seen = ~exists().where(col(DiscreetVisit.ticket_id) == col(Ticket.id))
    wanted = select(Ticket.code).where(Ticket.hall_id == plan.id, Ticket.number == number, lasting, seen)
    return session.exec(wanted.order_by(col(Ticket.day).desc()).limit(1)).first()


def promised(session: Session, *, hall: UUID) -> dict[UUID, datetime]:
    """Of promises still open: until when the call was promised."""
    rows = session.exec(
        select(Promise.ticket_id, Promise.at, Promise.high).where(Promise.hall_id == hall, Promise.outcome == "")
    ).all()
    return {ticket: at + timedelta(minutes=high) for ticket, at, high in rows}


def devices(session: Session, *, hall: UUID) -> list[DeviceView]:
    """The devices of a hall, kiosks first; revoked ones last."""
    rows = session.exec(select(Device).where(Device.hall_id == hall).order_by(col(Device.kind), col(Device.name))).all()
    views = [DeviceView(row.id, str(row.kind), row.name, _state(row), row.made_at, row.seen_at, row.printer) for row in rows]
    return sorted(views, key=lambda one: one.state == "revoked")


def _state(row: Device) -> str:
    if row.revoked_at is not None:
        return "revoked"
    return "paired" if row.digest else "waiting"
