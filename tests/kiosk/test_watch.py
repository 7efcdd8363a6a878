"""Nobody forgotten: each thing left standing becomes one task, is raised while nobody sees to it, and closes itself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, select

from kiosk import actions, still
from kiosk.desk import tasks
from kiosk.hall import doors, watch, watching
from kiosk.plan import HallPlan, hall_plan
from kiosk.queries import open_tasks
from kiosk.tables import Call, Slip, SlipState, Ticket
from shared.database import Database
from shared.errors import Refused
from shared.keys import add_device, pair
from shared.people import Device, DeviceKind, Role
from tests.conftest import MORNING


class Hall:
    """A hall whose clock is set by hand."""

    def __init__(self, db: Database, hall: UUID) -> None:
        self.db, self.hall, self.now = db, hall, MORNING

    @property
    def plan(self) -> HallPlan:
        return self.db.read_now(hall_plan, self.hall, self.now)

    def later(self, minutes: float) -> "Hall":
        self.now += timedelta(minutes=minutes)
        return self

    def act(self, action: Callable[..., Any], **more: Any) -> Any:
        plan = self.plan
        if "window" in more:
            more["window"] = plan.window(more["window"])
        return self.db.write_now(action, plan=plan, now=self.now, by="test", **more)

    def take(self, service: str = "complaints-appeals") -> str:
        code: str = self.act(actions.issue, service=service).code
        return code

    def watched(self) -> list[str]:
        """Looks round, and says what is open then."""
        self.act(watching.keep_watch)
        assert not self.db.read_now(watching.findings, plan=self.plan, now=self.now)
        return [task.kind for task in self.tasks()]

    def tasks(self) -> list[Any]:
        return self.db.read_now(open_tasks, hall=self.hall)


@pytest.fixture
def here(db: Database, hall: UUID) -> Hall:
    return Hall(db, hall)


def test_visitor_sent_on_or_called_and_left_is_a_task_until_it_is_over(here: Hall) -> None:
    here.take()
    here.act(actions.call_next, window="3")
    assert here.later(5).watched() == [] and here.later(1).watched() == ["called"]
    assert here.tasks()[0].detail == {"number": "B001", "window": "3"}
    here.act(actions.start, window="3")
    assert here.watched() == []
    here.act(actions.transfer, window="3", service="legal-consultation")
    assert here.later(19).watched() == [] and here.later(1).watched() == ["sent-on"]
    here.act(actions.call_next, window="1")
    assert here.watched() == []


def test_visit_on_hold_too_long_is_raised_once_and_not_again_after_staff_have_closed_it(here: Hall) -> None:
    code = here.take()
    here.act(actions.call_next, window="3")
    here.act(actions.start, window="3")
    here.act(actions.hold, window="3")
    assert here.later(30).watched() == ["held"] and here.later(1).watched() == ["held"]
    here.act(tasks.close_task, task=here.tasks()[0].id)
    assert here.later(5).watched() == []
    here.act(actions.resume, window="3", code=code)
    here.act(actions.hold, window="3")
    assert here.later(29).watched() == [] and here.later(1).watched() == ["held"]


def test_what_nobody_sees_to_is_raised_to_the_supervisor_and_on_but_machines_no_further(here: Hall) -> None:
    here.act(tasks.open_task, kind=tasks.HELP, subject="help:1")
    here.act(tasks.open_task, kind=tasks.PRINTER, subject="printer:1")
    roles = []
    for minutes in (2, 1, 7, 3, 20):
        here.later(minutes).watched()
        roles.append([task.role for task in here.tasks()])
    chief = [Role.CHIEF_PROCURATOR, Role.SUPERVISOR]
    assert roles == [["", ""], [Role.SUPERVISOR, ""], [Role.SUPERVISOR] * 2, chief, chief]


def test_silent_screen_and_a_call_that_none_has_shown(here: Hall, db: Database) -> None:
    office = here.plan.office_id
    code = db.write_now(add_device, office=office, hall=here.hall, kind=DeviceKind.LOBBY, name="West", now=here.now, by="test")
    db.write_now(pair, pairing=code, now=here.now)
    db.write_now(seen, here.now)
    here.take()
    here.act(actions.call_next, window="3")
    here.act(actions.start, window="3")
    assert here.later(2).watched() == []
    assert here.later(1).watched() == ["dark", "dark"]
    assert {task.place for task in here.tasks()} == {"West", ""}
    db.write_now(seen, here.now, shown=True)
    assert here.watched() == []


def test_slip_that_did_not_come_out_is_a_task_while_its_visitor_waits(here: Hall, db: Database) -> None:
    code = here.take()
    db.write_now(failed_slip, code, here.now)
    assert here.later(1).watched() == [] and here.later(1).watched() == ["unprinted"]
    here.act(actions.call_next, window="3")
    assert here.watched() == []


def test_more_people_at_the_door_than_numbers_is_a_task_that_passes(here: Hall) -> None:
    for _ in range(2):
        here.act(doors.count_people, people=6, key="counter:1")
    here.take()
    assert here.watched() == ["door"] and here.tasks()[0].detail == {"people": "5"}
    here.later(1).take()
    assert here.watched() == []
    with pytest.raises(Refused, match="value-needed"):
        here.act(doors.count_people, people=0, key=None)


def test_still_waiting_is_a_task_at_once_answered_once_and_said_again_only_after_some_minutes(here: Hall) -> None:
    code = here.take()
    told = here.act(still.say_still_waiting, code=code)
    assert told.asked_at == here.now and told.answered_at is None
    assert here.later(4).act(still.say_still_waiting, code=code) == told
    (task,) = here.tasks()
    assert (task.kind, task.detail) == ("still", {"number": "B001", "service": "complaints-appeals"})
    here.act(tasks.close_task, task=task.id)
    asked = here.later(1).act(still.say_still_waiting, code=code)
    assert asked.answered_at == here.now - timedelta(minutes=1) and asked.asked_at == here.now
    here.act(actions.call_next, window="3")
    assert here.watched() == []
    for refused in ("already-called", "ended"):
        with pytest.raises(Refused, match=refused):
            here.act(still.say_still_waiting, code=code)
        here.act(actions.cancel, code=code)


def test_every_number_of_the_watchdog_is_the_offices_own(here: Hall) -> None:
    limits = watch.limits_of(here.plan.provisions)
    assert (limits.called, limits.held, limits.door_people) == (6, 30, 5)


def seen(session: Session, now: datetime, shown: bool = False) -> None:
    session.exec(select(Device)).one().seen_at = now
    if shown:
        session.exec(select(Call)).one().shown_at = now


def failed_slip(session: Session, code: str, now: datetime) -> None:
    ticket = session.exec(select(Ticket).where(Ticket.code == code)).one()
    session.add(Slip(hall_id=ticket.hall_id, ticket_id=ticket.id, state=SlipState.FAILED, made_at=now))
