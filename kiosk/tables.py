"""The hall's tables: services, windows, lanes, tickets, calls, slips and tasks for staff."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from shared.tables import UTCDateTime, choice, new_id


class State(StrEnum):
    """The states of a ticket (domain: the ticket's state machine)."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    ON_HOLD = "on_hold"
    MISSED = "missed"
    DONE = "done"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


ACTIVE = (State.WAITING, State.CALLED, State.SERVING, State.ON_HOLD, State.MISSED)
ENDED = (State.DONE, State.CANCELLED, State.EXPIRED)
# The states of `ACTIVE` as the partial index has them: SQLite takes it only for a query that says the very same.
IN_HALL = "state IN ('waiting', 'called', 'serving', 'on_hold', 'missed')"


class WindowState(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class CallKind(StrEnum):
    """Why a call was made: the order's next, one chosen by the clerk (with a reason), or a call repeated."""

    NEXT = "next"
    CHOSEN = "chosen"
    RECALL = "recall"


class SlipState(StrEnum):
    """What is known of a printed slip. Ticket first, print second, confirmed third."""

    QUEUED = "queued"
    SENT = "sent"
    CONFIRMED = "confirmed"
    UNKNOWN = "unknown"
    FAILED = "failed"


class Service(SQLModel, table=True):
    """A matter that visitors take a number for. ``bring_*`` says what to bring, one thing a line. ``retired``: no longer shown
    anywhere, kept for the visits it had."""

    __table_args__ = (UniqueConstraint("hall_id", "code"), UniqueConstraint("hall_id", "prefix"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hall_id: UUID = Field(foreign_key="hall.id", index=True)
    code: str = Field(max_length=40)
    name_zh: str = Field(max_length=40)
    name_en: str = Field(max_length=80)
    hint_zh: str = Field(default="", max_length=120)
    hint_en: str = Field(default="", max_length=160)
    bring_zh: str = Field(default="", max_length=400)
    bring_en: str = Field(default="", max_length=400)
    prefix: str = Field(max_length=2)
    skill: str = Field(max_length=40)
    minutes: int
    daily_limit: int | None = None
    by_booking: bool = False
    open: bool = True
    retired: bool = False
    position: int = 0


class Window(SQLModel, table=True):
    """A window of the hall. ``retired``: no longer shown anywhere, kept for its calls."""

    __table_args__ = (UniqueConstraint("hall_id", "code"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hall_id: UUID = Field(foreign_key="hall.id", index=True)
    code: str = Field(max_length=12)
    name_zh: str = Field(max_length=40)
    name_en: str = Field(max_length=40)
    state: str = Field(default=WindowState.CLOSED, sa_type=choice(WindowState))
    retired: bool = False
    position: int = 0


class WindowSkill(SQLModel, table=True):
    """A window may serve every service that needs one of its skills."""

    __tablename__ = "window_skill"

    window_id: UUID = Field(foreign_key="window.id", primary_key=True)
    skill: str = Field(primary_key=True, max_length=40)


class Lane(SQLModel, table=True):
    """A lane and its head start in minutes, as the office has set it. ``skill``: it counts only for services of that skill.
    Never changed: a new row with a later day replaces it, also one that is no longer ``offered``."""

    __table_args__ = (UniqueConstraint("office_id", "code", "effective_from"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id")
    code: str = Field(max_length=24)
    name_zh: str = Field(max_length=40)
    name_en: str = Field(max_length=60)
    head_start: int
    skill: str = Field(default="", max_length=40)
    icon: str = Field(default="", max_length=40)
    source: str = Field(max_length=200)
    effective_from: date
    offered: bool = True
    position: int = 0


class ForgottenDay(SQLModel, table=True):
    """The last day of a hall whose visits have been made nameless, so that no clean-up looks at them again."""

    __tablename__ = "forgotten_day"

    hall_id: UUID = Field(foreign_key="hall.id", primary_key=True)
    through: date


class Tally(SQLModel, table=True):
    """The last number given for a service on a day of the office's zone."""

    service_id: UUID = Field(foreign_key="service.id", primary_key=True)
    day: date = Field(primary_key=True)
    last: int


class Ticket(SQLModel, table=True):
    """One visit. ``arrived_at`` never changes; ``queued_at`` is the arrival that counts in the order (later than the true
    one after a deferral or a missed call); ``rank_at`` is its key (``queued_at`` less head start); ``ready_at`` is when it
    may be called from. ``version`` is the hall's board version of its last change. ``booked_at``: the
    time that was booked, if it was. ``asked_at``: the visitor last said "I am still
    waiting"; ``answered_at``: staff last saw to it. ``errand_at``: sent away for a paper then, and not back yet.
    ``way``: how its holder wants to be called (`kiosk.calling`), wiped as well.
    ``lane`` and ``needs`` are wiped when the visit ends; ``head_start`` (minutes) stays, to explain the order."""

    __table_args__ = (
        UniqueConstraint("hall_id", "day", "number"),
        UniqueConstraint("hall_id", "request_key"),
        Index("ix_ticket_waiting", "service_id", "rank_at", "id", sqlite_where=text("state = 'waiting'"),
              postgresql_where=text("state = 'waiting'")),
        Index("ix_ticket_queued", "service_id", "queued_at", "id", sqlite_where=text("state = 'waiting'"),
              postgresql_where=text("state = 'waiting'")),
        Index("ix_ticket_at_window", "window_id", sqlite_where=text("state IN ('called', 'serving')"),
              postgresql_where=text("state IN ('called', 'serving')")),
        Index("ix_ticket_active", "hall_id", "state", sqlite_where=text(IN_HALL), postgresql_where=text(IN_HALL)),
        Index("ix_ticket_version", "hall_id", "version"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hall_id: UUID = Field(foreign_key="hall.id")
    service_id: UUID = Field(foreign_key="service.id")
    day: date
    number: str = Field(max_length=12)
    code: str = Field(max_length=26, unique=True)
    state: str = Field(default=State.WAITING, sa_type=choice(State))
    language: str = Field(default="zh-CN", max_length=8)
    lane: str = Field(default="", max_length=24)
    head_start: int = 0
    needs: str = Field(default="", max_length=200)
    way: str = Field(default="", max_length=8, sa_column_kwargs={"server_default": ""})
    arrived_at: datetime = Field(sa_type=UTCDateTime)
    queued_at: datetime = Field(sa_type=UTCDateTime)
    ready_at: datetime = Field(sa_type=UTCDateTime)
    rank_at: datetime = Field(sa_type=UTCDateTime)
    deferrals: int = 0
    window_id: UUID | None = Field(default=None, foreign_key="window.id")
    called_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    started_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    transferred_from: str = Field(default="", max_length=40)
    booked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    asked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    errand_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    version: int = 0
    request_key: str | None = Field(default=None, max_length=80)


class Call(SQLModel, table=True):
    """One call, append-only: a recall is a new call and always sounds. ``capped``: made by the long-wait rule; ``queued_at`` and
    ``rank_at``: the place by which the visitor was called, as it was then.
    ``version`` is the hall's board version of the call or of what was last heard of it."""

    __table_args__ = (Index("ix_call_hall", "hall_id", "id"), Index("ix_call_version", "hall_id", "version"),
                      UniqueConstraint("hall_id", "request_key"))

    id: int | None = Field(default=None, primary_key=True)
    hall_id: UUID = Field(foreign_key="hall.id")
    ticket_id: UUID = Field(foreign_key="ticket.id", index=True)
    window_id: UUID = Field(foreign_key="window.id")
    number: str = Field(max_length=12)
    window: str = Field(max_length=12)
    kind: str = Field(sa_type=choice(CallKind))
    capped: bool = False
    queued_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    rank_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    called_at: datetime = Field(sa_type=UTCDateTime)
    shown_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    spoken_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    silent: str = Field(default="", max_length=40)
    delivered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    acknowledged_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    version: int = 0
    request_key: str | None = Field(default=None, max_length=80)


class Promise(SQLModel, table=True):
    """The range in minutes that was said with a number, and what became of it. ``p80``: what four of five plays did not exceed;
    ``outcome``: empty until the first call, then kept, broken, or void when the visitor asked for more time or left."""

    __table_args__ = (
        Index("ix_promise_hall", "hall_id", "at"),
        Index("ix_promise_open", "hall_id", sqlite_where=text("outcome = ''"), postgresql_where=text("outcome = ''")),
    )

    ticket_id: UUID = Field(foreign_key="ticket.id", primary_key=True)
    hall_id: UUID = Field(foreign_key="hall.id")
    at: datetime = Field(sa_type=UTCDateTime)
    low: int
    high: int
    p80: float
    outcome: str = Field(default="", max_length=8)
    waited: float | None = None


class Slip(SQLModel, table=True):
    """One slip of paper that was to be printed for a ticket, and what became of it."""

    __table_args__ = (
        Index("ix_slip_open", "made_at", sqlite_where=text("state IN ('queued', 'sent')"),
              postgresql_where=text("state IN ('queued', 'sent')")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hall_id: UUID = Field(foreign_key="hall.id")
    ticket_id: UUID = Field(foreign_key="ticket.id", unique=True)
    device_id: UUID | None = Field(default=None, foreign_key="device.id")
    state: str = Field(default=SlipState.QUEUED, sa_type=choice(SlipState))
    reason: str = Field(default="", max_length=40)
    made_at: datetime = Field(sa_type=UTCDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Task(SQLModel, table=True):
    """Something that staff must see to: a visitor asks for help, a kiosk or printer is out of service. At most one open
    task for the same ``subject``; it closes itself or is closed by a member of staff. ``role``: whom it has been raised to at
    ``escalated_at``, because nobody had seen to it."""

    __table_args__ = (
        Index("uq_task_open", "hall_id", "subject", unique=True, sqlite_where=text("closed_at IS NULL"),
              postgresql_where=text("closed_at IS NULL")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    hall_id: UUID = Field(foreign_key="hall.id")
    kind: str = Field(max_length=24)
    subject: str = Field(max_length=80)
    place: str = Field(default="", max_length=80)
    detail: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    opened_at: datetime = Field(sa_type=UTCDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    closed_by: str = Field(default="", max_length=80)
    role: str = Field(default="", max_length=24, sa_column_kwargs={"server_default": ""})
    escalated_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
