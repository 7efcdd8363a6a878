"""Discreet visits: what is done about them, on both databases, and that nothing of them is seen where nothing may be."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from kiosk import actions, forgetting, lobby
from kiosk.desk import screens as desk_screens
from kiosk.discreet import actions as discreet
from kiosk.discreet.queries import Apart, holders, neutral_letter, open_visits, rule_of
from kiosk.discreet.tables import DiscreetVisit
from kiosk.forecast.forecast import Offer
from kiosk.hall import screens as hall_screens
from kiosk.hall.figures import day_figures
from kiosk.jobs import keep_watch
from kiosk.lobby import draw
from kiosk.queries import board_of, past_ticket, tasks_apart
from kiosk.tables import Call, Promise, Service, State
from shared.database import Database
from shared.errors import Refused
from shared.live import board_versions
from shared.settings import Settings
from tests.kiosk.staff import Office, Person, open_office
from tests.kiosk.test_actions import Hall, at

ONE_KIND = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
REPORT = "complaints-appeals"


@pytest.fixture
def desk(db: Database, hall: UUID) -> Hall:
    return Hall(db, hall)


def seen(desk: Hall, code: str) -> Apart:
    one = desk.db.read_now(holders, hall=desk.id, code=code)
    assert one is not None
    return one


class TestTaking:
    def test_numbers_are_neutral_and_in_order_and_leave_no_gap_in_the_services_own(self, desk: Hall) -> None:
        before = desk.issue(REPORT)
        first = desk.act(discreet.take, service=REPORT, key="kiosk:1")
        again = desk.act(discreet.take, 5, service=REPORT, key="kiosk:1")
        second = desk.act(discreet.take, service="compensation-aid")
        after = desk.issue(REPORT)
        assert (first.number, second.number, again.code, again.fresh) == ("N001", "N002", first.code, False)
        assert (before.number, after.number) == ("B001", "B002")

    def test_a_letter_that_became_a_services_is_left_to_it(self, desk: Hall, db: Database) -> None:
        db.write_now(lambda s: setattr(s.exec(select(Service).where(Service.code == REPORT)).one(), "prefix", "N"))
        rule = db.read_now(rule_of, hall=desk.id)
        assert neutral_letter(desk.plan(), rule) == "P"

    def test_a_visit_set_apart_keeps_arrival_and_place_and_gives_its_number_up(self, desk: Hall) -> None:
        early, one, late = desk.issue(REPORT), desk.issue(REPORT, 1), desk.issue(REPORT, 2)
        apart = desk.act(discreet.set_apart, 10, code=one.code, hint="third row")
        assert desk.act(discreet.set_apart, 11, code=one.code).code == apart.code
        told = seen(desk, apart.code)
        assert (told.arrived_at, told.ahead, told.hint) == (at(1), 1, "third row")
        assert desk.states()[one.number] == State.CANCELLED
        assert desk.call("3", 12).number == early.number
        assert seen(desk, apart.code).ahead == 0
        assert desk.call("2", 12).number == late.number  # a window never calls it

    def test_one_who_is_at_a_window_leaves_it_free(self, desk: Hall) -> None:
        one = desk.issue(REPORT)
        called = desk.call("3")
        assert called.code == one.code
        desk.act(discreet.set_apart, 3, code=one.code)
        desk.issue(REPORT, 4)
        assert desk.call("3", 5).number == "B002"

    def test_only_what_is_open_is_given(self, desk: Hall) -> None:
        with pytest.raises(Refused, match="unknown-service"):
            desk.act(discreet.take, service="none")
        done = desk.issue()
        desk.call()
        desk.act(discreet.set_apart, 2, code=done.code)
        gone = desk.issue(minute=3)
        desk.act(discreet.take, 4, service=REPORT)
        desk.db.write_now(actions.cancel, plan=desk.plan(), code=gone.code, now=at(5), by="visitor")
        with pytest.raises(Refused, match="ended"):
            desk.act(discreet.set_apart, 6, code=gone.code)


class TestRoom:
    def test_a_visit_goes_through_a_room_and_its_holder_is_heard(self, desk: Hall) -> None:
        one = desk.act(discreet.take, service=REPORT, hint="by the door", needs=["wheelchair"])
        desk.act(discreet.call, 1, code=one.code, room=1)
        desk.act(discreet.perceived, 1, code=one.code, coming=False)
        assert (seen(desk, one.code).room_en, seen(desk, one.code).delivered_at) == ("Interview room", at(1))
        desk.act(discreet.call, 2, code=one.code, room=0)
        assert (seen(desk, one.code).calls, seen(desk, one.code).delivered_at) == (2, None)
        desk.act(discreet.perceived, 3, code=one.code, coming=True)
        assert seen(desk, one.code).acknowledged_at == at(3)
        desk.act(discreet.start, 4, code=one.code)
        desk.act(discreet.finish, 9, code=one.code)
        ended = seen(desk, one.code)
        assert (ended.state, ended.hint, ended.needs) == (State.DONE, "", "")
        assert [act for act in desk.journal() if act.startswith("discreet")] == [
            "discreet-taken", "discreet-called", "discreet-delivered", "discreet-called", "discreet-acknowledged",
            "discreet-started", "discreet-finished",
        ]

    def test_a_room_has_one_visit_at_a_time_and_who_was_not_found_keeps_the_place(self, desk: Hall) -> None:
        one, two = (desk.act(discreet.take, minute, service=REPORT) for minute in (0, 1))
        desk.act(discreet.call, 2, code=one.code, room=0)
        with pytest.raises(Refused, match="room-busy"):
            desk.act(discreet.call, 2, code=two.code, room=0)
        with pytest.raises(Refused, match="unknown-room"):
            desk.act(discreet.call, 2, code=two.code, room=7)
        desk.act(discreet.miss, 3, code=one.code)
        desk.act(discreet.call, 3, code=two.code, room=0)
        desk.act(discreet.come_back, 4, code=one.code)
        assert [visit.number for visit in desk.db.read_now(open_visits, hall=desk.id)] == ["N001", "N002"]
        with pytest.raises(Refused, match="nobody-called"):
            desk.act(discreet.finish, 5, code=one.code)
        desk.act(discreet.cancel, 5, code=one.code)
        with pytest.raises(Refused, match="ended"):
            desk.act(discreet.call, 6, code=one.code, room=0)

    def test_what_is_left_over_ends_and_is_forgotten_in_its_time(self, desk: Hall, db: Database) -> None:
        one = desk.act(discreet.take, service=REPORT, hint="by the door")
        assert desk.act(discreet.expire, 60 * 11) == 0
        assert desk.act(discreet.expire, 60 * 13) == 1
        office, late = desk.plan().office_id, at(60 * 24 * 40)
        db.write_now(forgetting.forget_visits, office=office, days=30, now=late, by="clock")
        assert db.read_now(holders, hall=desk.id, code=one.code) is None


# Who sees nothing ---------------------------------------------------------------------------------------------------


class Told(Office):
    """The office with one discreet visit that has been called to a room."""

    async def quiet_one(self) -> discreet.Given:
        pictures = self.app.state.pictures
        self.hall = pictures.hall_id(None)
        plan, now = pictures.now_seen(self.hall).plan, datetime.now(UTC)
        one: discreet.Given = await self.db.write(discreet.take, plan=plan, service=REPORT, now=now, by="kiosk")
        await self.db.write(discreet.call, plan=plan, code=one.code, room=0, now=now, by="staff")
        version = (await self.db.read(board_versions))[plan.board]
        while pictures.now_seen(self.hall).version < version:  # noqa: ASYNC110 - it follows by itself
            await asyncio.sleep(0.01)
        return one


@pytest.fixture
async def office(settings: Settings, hall: UUID) -> AsyncIterator[Told]:
    async with open_office(settings) as office:
        yield Told(office.app, office.client)


async def bodies(person: Person, *paths: str) -> str:
    pages = [await person.get(path) for path in paths]
    assert [page.status for page in pages] == [200] * len(paths)
    return "".join(page.html for page in pages)


@pytest.mark.anyio
@ONE_KIND
class TestPrivacy:
    async def test_no_board_no_count_and_no_other_console_has_it(self, office: Told) -> None:
        visitor, guide, clerk = office.person(), await office.staff("daozhen"), await office.clerk("3")
        plain = (await visitor.get("/kiosk/matter")).text
        one = await office.quiet_one()
        picture = office.picture()
        assert b"N001" not in board_of(picture) and picture.waiting(picture.plan.service(REPORT)) == 0
        assert "N001" not in draw(office.app.state.pages, picture, "zh-CN") and not picture.calls and not picture.tickets
        assert office.db.read_now(lambda session: session.exec(select(Call)).all()) == []
        seen = await bodies(visitor, "/lobby", "/kiosk/matter", "/kiosk", "/")
        seen += await bodies(guide, "/desk", "/desk?lang=en", "/desk/issue") + await bodies(clerk, "/counter", "/desk")
        assert "N001" not in seen and one.code not in seen and "接待室" not in seen
        assert (await visitor.get("/kiosk/matter")).text == plain
        assert (await guide.get("/desk/find?number=N1")).status == 404
        assert (await guide.get(f"/desk/tickets/{one.code}")).status == 404
        assert office.db.read_now(past_ticket, hall=office.hall, code=one.code) is None

    async def test_only_the_roles_of_the_rule_see_the_list(self, office: Told) -> None:
        one = await office.quiet_one()
        for account in ("daozhen", "admin", "auditor", "anguan", "window3", "jianchazhang"):
            person = await office.staff(account)
            answer = await person.get("/desk/discreet")
            assert answer.status == 403 and "N001" not in answer.html
            assert (await person.post(f"/desk/discreet/{one.code}/start")).status == 403
        for account in ("supervisor", "jiedai"):
            page = await (await office.staff(account)).get("/desk/discreet")
            assert "N001" in page.text and "Asked to Reception room" in page.text
        assert "discreet-started" not in await _acts(office)

    async def test_its_holder_is_told_the_room_on_phone_and_slip_and_nothing_that_tells(self, office: Told) -> None:
        one = await office.quiet_one()
        visitor = office.person()
        phone, slip = await visitor.get(f"/t/{one.code}"), await visitor.get(f"/kiosk/tickets/{one.code}/paper")
        assert "Reception room" in phone.text and "Complaints" not in phone.text and "data-quiet" in phone.html
        told: dict[str, Any] = {"service": REPORT, "now": datetime.now(UTC), "by": "kiosk"}
        waits = await office.db.write(discreet.take, plan=office.picture().plan, **told)
        said = await bodies(visitor, f"/t/{waits.code}", f"/kiosk/tickets/{waits.code}", f"/kiosk/tickets/{waits.code}/paper")
        assert said.count("until a room is free") >= 3 and "minutes" not in said.split("<main")[1].split("</main")[0]
        assert "N001" in slip.text and "Complaints" not in slip.text and "控告" not in slip.text
        await visitor.post(f"/t/{one.code}/delivered")
        assert (await visitor.post(f"/t/{one.code}/coming")).to == f"/t/{one.code}"
        assert "They know that you are coming" in (await visitor.get(f"/t/{one.code}")).text
        page = await (await office.staff("supervisor")).get("/desk/discreet")
        assert "is coming" in page.text

    async def test_the_guide_sets_somebody_apart_and_sees_the_number_once(self, office: Told) -> None:
        guide, visitor = await office.staff("daozhen"), office.person()
        taken = await visitor.post("/kiosk/tickets", service=REPORT, key="k1")
        code = taken.to.split("/")[-1].split("?")[0]
        form = await guide.get(f"/desk/discreet/new?ticket={code}")
        key = form.field("/desk/discreet/new", "key")
        given = await guide.post("/desk/discreet/new", ticket=code, hint="third row", key=key)
        assert given.status == 200 and "N001" in given.text and "B001" not in given.text
        assert given.answer.headers["cache-control"] == "no-store"
        assert "N001" not in (await guide.get("/desk")).text and "B001" not in (await guide.get("/desk")).text
        assert "third row" in (await (await office.staff("supervisor")).get("/desk/discreet")).text

    async def test_one_quiet_touch_at_the_kiosk_where_the_service_offers_it(self, office: Told) -> None:
        visitor = office.person()
        page = await visitor.get("/kiosk/matter")
        assert page.html.count('name="quietly"') == 1
        taken = await visitor.post("/kiosk/tickets", quietly=REPORT, key="k1")
        again = await visitor.post("/kiosk/tickets", quietly=REPORT, key="k1")
        assert taken.to == again.to
        shown = await visitor.get(taken.to)
        assert "N001" in shown.text and "Complaints" not in shown.text and "How shall we call you?" not in shown.text
        assert (await visitor.post("/kiosk/tickets", quietly="lawyers-cases", key="k2")).status == 404


    async def test_one_left_standing_is_a_task_of_these_roles_alone(self, office: Told) -> None:
        await office.quiet_one()
        late = datetime.now(UTC) + timedelta(minutes=7)
        for _ in range(2):
            await keep_watch(office.db, office.app.state.pictures, late)
        (task,) = office.db.read_now(tasks_apart, hall=office.hall)
        assert (task.kind, task.detail) == ("apart", {"number": "N001", "why": "called"})
        supervisor, guide, receiver = [await office.staff(one) for one in ("supervisor", "daozhen", "jiedai")]
        clerk, chief = await office.clerk("3"), await office.staff("jianchazhang")
        seen = await bodies(guide, "/desk") + await bodies(clerk, "/counter") + await bodies(supervisor, "/desk", "/desk/hall")
        seen += await bodies(chief, "/desk/hall", "/desk/hall/figures")
        assert "N001" not in seen and task.id.hex not in seen and str(task.id) not in seen
        assert (await guide.post(f"/desk/discreet/tasks/{task.id}/close")).status == 403
        page = await receiver.get("/desk/discreet")
        assert "was asked in and has not come" in page.text
        page = await receiver.press(f"/desk/discreet/tasks/{task.id}/close")
        assert page.status == 200 and "has not come" not in page.text
        await keep_watch(office.db, office.app.state.pictures, late)
        assert office.db.read_now(tasks_apart, hall=office.hall) == [], "once for each time"

    async def test_board_and_hall_sockets_say_nothing_of_it_and_the_figures_count_it_like_any_other(self, office: Told) -> None:
        one = await office.quiet_one()
        app, pictures, now = office.app, office.app.state.pictures, datetime.now(UTC)
        plan = pictures.now_seen(office.hall).plan
        taken = await office.db.write(actions.issue, plan=plan, service=REPORT, now=now, by="kiosk", promised=Offer(0, 5, 4.0))
        given = await office.db.write(discreet.set_apart, plan=plan, code=taken.code, now=now + timedelta(minutes=9), by="staff")
        version = (await office.db.read(board_versions))[plan.board]
        while pictures.now_seen(office.hall).version < version:  # noqa: ASYNC110 - it follows by itself
            await asyncio.sleep(0.01)
        picture = pictures.now_seen(office.hall)
        sent = board_of(picture).decode() + lobby.draw(app.state.pages, picture, "en")
        for acts in (True, False):
            sent += await hall_screens.draw(app.state.pages, office.db, picture, "en", now, acts)
        sent += await desk_screens.draw(app.state.pages, office.db, picture, "en", now, True)
        for told in (one.code, given.code, one.number, given.number, taken.number, "Reception room"):
            assert told not in sent
        assert "Waiting" in sent and json.loads(board_of(picture))["calls"] == []
        found = office.db.read_now(day_figures, plan=plan, day=plan.today(now))
        assert (found.total.arrivals, found.total.called, found.total.promised) == (2, 1, 0), "three numbers, two people"
        assert office.db.read_now(lambda session: [row.outcome for row in session.exec(select(Promise)).all()]) == ["void"]

    async def test_administrator_sets_the_rule_and_it_holds_at_once(self, office: Told) -> None:
        admin, clerk = await office.staff("admin"), await office.staff("window3")
        await office.quiet_one()
        page = await admin.get("/desk/administration/discreet")
        assert page.status == 200 and "N001" not in page.text
        form: dict[str, Any] = {"prefix": "n", "rooms_zh": "一号室\n二号室", "rooms_en": "Room one\nRoom two",
                                "reason": "New rooms", "roles": ["case_handler"],
                                "services": ["legal-consultation", "complaints-appeals"]}
        wrongs: list[dict[str, Any]] = [{"prefix": "A"}, {"rooms_en": "Room one"}, {"roles": []}, {"reason": ""},
                                        {"roles": ["case_handler", "supervisor", "receiver"]}]
        answers = [await admin.post("/desk/administration/discreet", **{**form, **wrong}) for wrong in wrongs]
        assert [answer.status for answer in answers] == [422] * 5 and "一号室" in answers[-1].html, "what was typed stays"
        assert (await admin.post("/desk/administration/discreet", **form)).status == 303
        assert "Room one" in (await clerk.get("/desk/discreet")).text
        assert (await (await office.staff("supervisor")).get("/desk/discreet")).status == 403
        assert (await office.person().get("/kiosk/matter")).html.count('name="quietly"') == 2
        assert (await clerk.post("/desk/administration/discreet", **form)).status == 403


async def _acts(office: Told) -> list[Any]:
    def states(session: Any) -> list[Any]:
        return [row.state for row in session.exec(select(DiscreetVisit)).all()]

    found: list[Any] = await office.db.read(states)
    return found
