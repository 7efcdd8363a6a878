"""The statements behind the hall's hot acts, built once. No decisions here: `actions` makes them."""

from typing import Any

from sqlalchemy import bindparam, insert, literal_column, select, text, union_all, update
from sqlmodel import col

from kiosk.picture import Standing
from kiosk.tables import Call, Promise, Service, Tally, Ticket, WindowSkill
from shared.prepared import Prepared

ISSUED = ("id", "number", "code", "service_id", "arrived_at", "version")
TICKET = [col(getattr(Ticket, name)) for name in Standing.__struct_fields__]
PLACE = [col(Ticket.id), col(Ticket.rank_at), col(Ticket.queued_at), col(Ticket.ready_at)]  # what the order looks at


def _insert(table: type[Any], *names: str) -> Any:
    return insert(table).values({name: bindparam(name) for name in names})


KNOWN = Prepared(
    select(*[col(getattr(Ticket, name)) for name in ISSUED]).where(
        col(Ticket.hall_id) == bindparam("hall"), col(Ticket.request_key) == bindparam("key")
    )
)
COUNT = Prepared(
    update(Tally)
    .where(col(Tally.service_id) == bindparam("service"), col(Tally.day) == bindparam("today"))
    .values(last=col(Tally.last) + 1)
    .returning(col(Tally.last))
)
COUNT_FIRST = Prepared(_insert(Tally, "service_id", "day", "last"))
ISSUE = Prepared(
    _insert(
        Ticket,
        "id",
        "hall_id",
        "service_id",
        "day",
        "number",
        "code",
        "state",
        "language",
        "lane",
        "head_start",
        "needs",
        "arrived_at",
        "queued_at",
        "ready_at",
        "rank_at",
        "version",
        "request_key",
        "deferrals",
        "transferred_from",
        "way",
    )
)
PROMISE = Prepared(_insert(Promise, "ticket_id", "hall_id", "at", "low", "high", "p80", "outcome"))
BY_CODE = Prepared(
    select(*TICKET).where(col(Ticket.hall_id) == bindparam("hall"), col(Ticket.code) == bindparam("code"))
)
BY_ID = Prepared(select(*TICKET).where(col(Ticket.id) == bindparam("ticket")))
AT_WINDOW = Prepared(
    select(*TICKET).where(col(Ticket.window_id) == bindparam("window"), text("state IN ('called', 'serving')"))
)
KNOWN_CALL = Prepared(
    select(
        col(Call.id).label("call_id"),
        col(Call.ticket_id),
        col(Call.number),
        col(Ticket.code),
        col(Call.window),
        col(Ticket.service_id),
        col(Call.called_at),
        col(Ticket.version),
    )
    .join(Ticket, col(Ticket.id) == col(Call.ticket_id))
    .where(col(Call.hall_id) == bindparam("hall"), col(Call.request_key) == bindparam("key"))
)
LAST_CAPPED = Prepared(
    select(col(Call.capped))
    .where(col(Call.hall_id) == bindparam("hall"), text("kind != 'recall'"))
    .order_by(col(Call.id).desc())
    .limit(1)
)
CLAIM = Prepared(
    update(Ticket)
    .where(col(Ticket.id) == bindparam("ticket"), text("state = 'waiting'"))
    .values(
        state=literal_column("'called'"),
        window_id=bindparam("at"),
        called_at=bindparam("now"),
        version=bindparam("seen"),
    )
)
CALL = Prepared(
    _insert(
        Call,
        "hall_id",
        "ticket_id",
        "window_id",
        "number",
        "window",
        "kind",
        "capped",
        "queued_at",
        "rank_at",
        "called_at",
        "silent",
        "version",
        "request_key",
    ).returning(col(Call.id))
)
START = Prepared(
    update(Ticket)
    .where(col(Ticket.id) == bindparam("ticket"))
    .values(state=literal_column("'serving'"), started_at=bindparam("now"), version=bindparam("seen"))
)
END = Prepared(
    update(Ticket)
    .where(col(Ticket.id) == bindparam("ticket"))
    .values(
        state=bindparam("ending"),
        ended_at=bindparam("now"),
        version=bindparam("seen"),
        lane="",
        needs="",
        way="",
        window_id=bindparam("at"),
    )
)
SET_ASIDE = Prepared(
    update(Ticket)
    .where(col(Ticket.id) == bindparam("ticket"))
    .values(state=bindparam("aside"), version=bindparam("seen"))
)
REQUEUE = Prepared(
    update(Ticket)
    .where(col(Ticket.id) == bindparam("ticket"))
    .values(
        state=literal_column("'waiting'"),
        service_id=bindparam("to_service"),
        window_id=None,
        called_at=None,
        started_at=None,
        errand_at=None,
        queued_at=bindparam("queued"),
        ready_at=bindparam("ready"),
        rank_at=bindparam("rank"),
        head_start=bindparam("credit"),
        deferrals=bindparam("deferred"),
        transferred_from=bindparam("origin"),
        version=bindparam("seen"),
    )
)


def _heads(key: Any) -> Any:
    """Per service that the window can serve, the first ready ticket by ``key``: an index look-up each."""
    first = (
        select(col(Ticket.id))
        .where(
            col(Ticket.service_id) == col(Service.id),
            text("ticket.state = 'waiting'"),
            col(Ticket.ready_at) <= bindparam("now"),
        )
        .order_by(key, col(Ticket.id))
        .limit(1)
        .correlate(Service)
        .scalar_subquery()
    )
    services = (
        select(first)
        .select_from(Service)
        .join(WindowSkill, col(WindowSkill.skill) == col(Service.skill))
        .where(col(WindowSkill.window_id) == bindparam("window"), col(Service.hall_id) == bindparam("hall"))
    )
    return select(*PLACE).where(col(Ticket.id).in_(services))


HEADS = Prepared(union_all(_heads(col(Ticket.rank_at)), _heads(col(Ticket.queued_at))))

NEXT_OF = Prepared(
    select(*PLACE)
    .where(
        col(Ticket.service_id) == bindparam("service"),
        text("ticket.state = 'waiting'"),
        col(Ticket.ready_at) <= bindparam("now"),
    )
    .order_by(col(Ticket.rank_at), col(Ticket.id))
    .limit(bindparam("most"))
)
MOVE = Prepared(
    update(Ticket)
    .where(col(Ticket.id) == bindparam("ticket"))
    .values(
        state=literal_column("'serving'"),
        window_id=bindparam("at"),
        started_at=bindparam("since"),
        errand_at=None,
        version=bindparam("seen"),
    )
)
LEFT = Prepared(
    select(*TICKET).where(
        col(Ticket.hall_id) == bindparam("hall"),
        col(Ticket.arrived_at) < bindparam("oldest"),
        text("state IN ('waiting', 'called', 'on_hold', 'missed')"),
    )
)
