"""How a call reaches people: the chosen way, what is repeated, who is sent, what a phone answers, and which screen speaks."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from kiosk import actions
from kiosk.tables import Call, Task
from kiosk.voice.lease import take_lease
from kiosk.wall import wall
from kiosk.window import calling
from kiosk.window.acknowledge import perceived
from kiosk.window.calling import next_step
from shared.database import Database
from shared.errors import Refused
from shared.settings import Settings
from tests.kiosk.staff import Office, open_office
from tests.kiosk.test_actions import Hall, at

ONE_KIND = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(db: Database, hall: UUID) -> Hall:
    return Hall(db, hall)


@pytest.mark.parametrize(("way", "calls", "waited", "step"), [
    ("", 1, 59, ""), ("", 1, 60, "repeat"), ("voice", 2, 61, "repeat"), ("screen", 3, 61, "fetch"), ("phone", 3, 10, ""),
    ("fetch", 1, 0, "fetch"),
])  # fmt: skip
def test_a_call_is_repeated_twice_and_then_staff_are_sent(way: str, calls: int, waited: float, step: str) -> None:
    assert next_step(way, calls, waited, seconds=60, repeats=2) == step


def test_the_voice_says_what_its_visitor_wants_it_to_say() -> None:
    said = {way: [calling.is_aloud(way, calls) for calls in (1, 2)] for way in ("", *calling.CODES)}
    assert said == {"": [True, True], "voice": [True, True], "screen": [False, False], "phone": [False, True],
                    "fetch": [False, False]}  # fmt: skip


class TestFollowingUp:
    def follow(self, desk: Hall, minute: float) -> list[str]:
        """What the clock does at a minute; the kinds of calls made so far."""
        for window, ticket, calls in calling.unanswered(desk.picture(), at(minute)):
            desk.act(calling.follow_up, minute, window.code, code=ticket.code, calls=calls)
        desk.act(calling.close_fetched, minute)
        return desk.db.read_now(lambda s: [str(one.kind) for one in s.exec(select(Call).order_by(col(Call.id))).all()])

    def tasks(self, desk: Hall) -> list[tuple[str, bool]]:
        return desk.db.read_now(lambda s: [(t.detail["why"], t.closed_at is None) for t in s.exec(select(Task)).all()])

    def test_scenario_9_nobody_answers_it_is_called_again_twice_and_somebody_goes(self, desk: Hall) -> None:
        one = desk.issue()
        desk.call("1", 1)
        assert self.follow(desk, 1.5) == ["next"]
        assert self.follow(desk, 2.1) == ["next", "recall"]
        assert self.follow(desk, 3.2) == ["next", "recall", "recall"]
        assert self.tasks(desk) == []
        self.follow(desk, 4.3)
        self.follow(desk, 5.5)
        assert self.tasks(desk) == [("no-answer", True)]
        assert desk.db.read_now(calling.staff_sent, ticket=one.id, since=at(1)) == "asked"
        desk.act(actions.start, 6, "1")
        self.follow(desk, 6)
        assert self.tasks(desk) == [("no-answer", False)]

    def test_scenario_9_an_answer_from_the_phone_ends_the_repeating(self, desk: Hall) -> None:
        one = desk.issue()
        desk.call("1", 1)
        desk.act(perceived, 1.1, code=one.code, coming=False)
        assert self.follow(desk, 2.5) == ["next", "recall"]
        desk.act(perceived, 2.6, code=one.code, coming=True)
        desk.act(perceived, 2.8, code=one.code, coming=True)
        assert self.follow(desk, 9) == ["next", "recall"]
        rows = select(Call.delivered_at, Call.acknowledged_at).order_by(col(Call.id))
        assert desk.db.read_now(lambda s: [tuple(row) for row in s.exec(rows).all()]) == [
            (at(1.1), None), (at(2.6), at(2.6)),
        ]
        assert desk.journal().count("call-acknowledged") == 1

    def test_who_wishes_it_is_fetched_at_once_and_not_called_aloud(self, desk: Hall) -> None:
        one = desk.issue()
        desk.act(calling.choose_way, code=one.code, way="fetch")
        desk.call("1", 1)
        self.follow(desk, 1)
        assert self.tasks(desk) == [("wish", True)]
        assert [call.aloud for call in wall(desk.picture(), at(1)).awaited] == [False]
        with pytest.raises(Refused, match="unknown-way"):
            desk.act(calling.choose_way, code=one.code, way="drum")

    def test_a_phone_that_does_not_answer_is_helped_by_the_voice(self, desk: Hall) -> None:
        one = desk.issue()
        desk.act(calling.choose_way, code=one.code, way="phone")
        desk.call("1", 1)
        assert [call.aloud for call in wall(desk.picture(), at(1)).awaited] == [False]
        self.follow(desk, 2.1)
        assert [call.aloud for call in wall(desk.picture(), at(3)).awaited] == [True]


class TestLease:
    def test_one_screen_speaks_and_another_takes_over_when_it_is_silent(self, desk: Hall) -> None:
        plan, begin = desk.plan(), at(0)

        def ask(screen: str, seconds: float, zone: str = "", able: bool = True) -> bool:
            lease = desk.db.write_now(take_lease, plan=plan, zone=zone, screen=screen, able=able,
                                      now=begin + timedelta(seconds=seconds))
            return lease.speaks

        assert (ask("screen-a", 0), ask("screen-b", 1), ask("screen-b", 1, zone="upstairs")) == (True, False, True)
        assert (ask("screen-a", 4), ask("screen-b", 7), ask("screen-b", 10.5), ask("screen-a", 11)) == (True, False, True, False)
        assert ask("screen-b", 12, able=False) is False
        assert ask("screen-a", 12.1) is True

    def test_the_new_speaker_hears_what_has_been_said(self, desk: Hall) -> None:
        desk.issue()
        call = desk.call("1", 1)
        assert desk.act(take_lease_of, screen="screen-a") == []
        desk.db.write_now(lambda s: setattr(s.get(Call, call.call_id), "spoken_at", at(1)))
        assert desk.act(take_lease_of, screen="screen-a") == [call.call_id]


def take_lease_of(session, *, plan, screen, now, by):  # type: ignore[no-untyped-def]
    return take_lease(session, plan=plan, zone="", screen=screen, now=now).spoken


@pytest.fixture
async def office(settings: Settings, hall: UUID) -> AsyncIterator[Office]:
    async with open_office(settings) as office:
        yield office


@pytest.mark.anyio
@ONE_KIND
class TestPages:
    async def test_chosen_at_the_kiosk_answered_on_the_phone_and_seen_at_the_window(self, office: Office) -> None:
        visitor, clerk = office.person(), await office.clerk("1")
        taken = await visitor.post("/kiosk/tickets", service="legal-consultation", key="k1")
        code = taken.to.split("/")[-1].split("?")[0]
        chosen = await visitor.post(f"/kiosk/tickets/{code}/way?new=1", way="phone")
        assert 'data-way="phone"' in (await visitor.get(chosen.to)).html
        assert 'value="phone" aria-pressed="true"' in (await visitor.get(f"/kiosk/tickets/{code}/way")).html
        page = await clerk.get("/counter")
        await clerk.press("/counter/1/next", key=page.field("/counter/1/next", "key"))
        assert "not yet on the phone" in (await clerk.get("/counter")).text
        assert "data-silent" in (await visitor.get("/lobby")).html
        await visitor.post(f"/t/{code}/delivered")
        assert 'data-reach="phone"' in (await clerk.get("/counter")).html
        assert "I am coming" in (await visitor.get(f"/t/{code}")).text
        await visitor.post(f"/t/{code}/coming")
        assert "is coming" in (await clerk.get("/counter")).text
        phone = await visitor.get(f"/t/{code}")
        assert "They know that you are coming" in phone.text and "data-coming" in phone.html

    async def test_staff_who_are_sent_are_told_and_the_window_knows(self, office: Office) -> None:
        visitor, clerk, guide = office.person(), await office.clerk("1"), await office.staff("daozhen")
        taken = await visitor.post("/kiosk/tickets", service="legal-consultation", key="k1")
        code = taken.to.split("/")[-1].split("?")[0]
        await visitor.post(f"/kiosk/tickets/{code}/way", way="fetch")
        await clerk.press("/counter/1/next", key=(await clerk.get("/counter")).field("/counter/1/next", "key"))
        plan = office.picture().plan
        await office.db.write(calling.follow_up, plan=plan, window=plan.window("1"), code=code, calls=1, by="clock",
                              now=datetime.now(UTC))
        desk = await guide.get("/desk")
        assert "Please fetch a visitor to window 1" in desk.text and "asked to be fetched" in desk.text
        assert "staff are asked to fetch them" in (await clerk.get("/counter")).text
        await guide.post(f"/desk/tasks/{desk.html.split('/desk/tasks/')[1].split('/')[0]}/close")
        assert "staff are on the way" in (await clerk.get("/counter")).text
