"""Decisions that were weighed with a "what if": asked, decided, carried out, and looked at again when an hour has passed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import isfinite
from uuid import UUID

from sqlmodel import Session, col, select

from kiosk.forecast.outlook import Change
from kiosk.hall.figures import percentile
from kiosk.hall.tables import Decision
from kiosk.hall.twin import OPEN
from kiosk.plan import HallPlan
from kiosk.tables import Call, CallKind, Promise, Ticket, WindowState
from kiosk.window import actions as windows
from shared.errors import Refused
from shared.journal import record
from shared.live import bump

NEVER = 9_999  # minutes, for a call that does not come while the hall stands so


def keep_answer(
    session: Session, *, plan: HallPlan, act: str, window: str, begins_at: datetime, ends_at: datetime | None, change: Change,
    waiting: int, now: datetime, by: str,
) -> UUID:
    """Keeps a question with its answer. Returns its id."""
    row = Decision(
        hall_id=plan.id, act=act, window=window, begins_at=begins_at, ends_at=ends_at, asked_at=now, by=by, waiting=waiting,
        p80_before=_minutes(change.p80_before), p80_after=_minutes(change.p80_after),
        broken_before=change.broken_before, broken_after=change.broken_after,
    )
    session.add(row)
    session.flush()
    return row.id


def decision_of(session: Session, *, plan: HallPlan, decision: UUID) -> Decision | None:
    """One of this hall, to be shown."""
    row = session.get(Decision, decision)
    if row is None or row.hall_id != plan.id:
        return None
    session.expunge(row)
    return row


def decide(session: Session, *, plan: HallPlan, decision: UUID, reason: str, now: datetime, by: str) -> Decision:
    """It is to be done: at once when its time has come, else whoever has the page is reminded then. Again: nothing changes.

    Refuses ``unknown-decision``, ``reason-needed``.
    """
    bump(session, plan.board)
    row = session.get(Decision, decision)
    if row is None or row.hall_id != plan.id:
        raise Refused("unknown-decision", 404)
    if row.decided_at is not None:
        return row
    row.decided_at, row.reason = now, windows.reason_of(reason)
    session.add(row)
    record(session, office=plan.office_id, act="decision-made", subject=f"decision:{row.id.hex}", by=by, now=now,
           reason=row.reason, detail={"act": row.act, "window": row.window, "begins": row.begins_at.isoformat(),
                   "p80": [row.p80_before, row.p80_after]})
    if row.begins_at <= now:
        _carry_out(session, plan, row, now, by)
    return row


def _carry_out(session: Session, plan: HallPlan, row: Decision, now: datetime, by: str) -> None:
    window = plan.window(row.window)
    if row.act == OPEN:
        windows.open_window(session, plan=plan, window=window, now=now, by=by)
    elif window.state == WindowState.OPEN:
        windows.pause_window(session, plan=plan, window=window, reason=row.reason, now=now, by=by)


def outcomes_due(session: Session, *, plan: HallPlan, now: datetime) -> list[UUID]:
    """Decisions whose outcome can be looked at now."""
    after = timedelta(minutes=plan.provisions["watch.outcome_minutes"])
    ripe = (Decision.hall_id == plan.id, col(Decision.decided_at).is_not(None), col(Decision.outcome_at).is_(None),
            col(Decision.begins_at) <= now - after)
    return list(session.exec(select(Decision.id).where(*ripe)).all())


def keep_outcomes(session: Session, *, plan: HallPlan, now: datetime, by: str) -> int:
    """Looks at what came of decisions: the waits of those called from then on, and promises broken. Returns how many."""
    due = outcomes_due(session, plan=plan, now=now)
    if due:
        bump(session, plan.board)
    for key in due:
        row = session.get_one(Decision, key)
        until = row.begins_at + timedelta(minutes=plan.provisions["watch.outcome_minutes"])
        waits = _waits(session, plan, row.begins_at, until)
        row.actual_calls, row.outcome_at = len(waits), until
        row.actual_p80 = round(percentile(waits, 0.8)) if waits else None
        row.actual_broken = _broken(session, plan, row.begins_at, until)
        session.add(row)
        record(session, office=plan.office_id, act="decision-outcome", subject=f"decision:{row.id.hex}", by=by, now=now,
               detail={"calls": row.actual_calls, "p80": row.actual_p80, "broken": row.actual_broken})
    return len(due)


def _called(session: Session, plan: HallPlan, since: datetime, until: datetime) -> Sequence[tuple[Call, Ticket]]:
    span = (Call.hall_id == plan.id, Call.kind != CallKind.RECALL, col(Call.called_at) >= since, col(Call.called_at) < until)
    return session.exec(select(Call, Ticket).join(Ticket, col(Ticket.id) == col(Call.ticket_id)).where(*span)).all()


def _waits(session: Session, plan: HallPlan, since: datetime, until: datetime) -> list[float]:
    rows = _called(session, plan, since, until)
    return [max(0.0, (call.called_at - ticket.queued_at).total_seconds() / 60) for call, ticket in rows]


def _broken(session: Session, plan: HallPlan, since: datetime, until: datetime) -> int:
    called = {ticket.id for _, ticket in _called(session, plan, since, until)}
    broken = session.exec(select(Promise.ticket_id).where(Promise.hall_id == plan.id, Promise.outcome == "broken")).all()
    return len(called.intersection(broken))


def _minutes(value: float) -> int:
    return round(value) if isfinite(value) else NEVER
