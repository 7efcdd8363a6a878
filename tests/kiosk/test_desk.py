"""The guide desk by the HTML a guide reads: calls for help, missed visitors, numbers given by hand, lanes, finding."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from kiosk import actions
from kiosk.desk import tasks
from kiosk.desk.screens import draw, full_number
from kiosk.plan import HallPlan
from kiosk.window import actions as windows
from shared.keys import add_device, pair
from shared.people import DeviceKind
from shared.settings import Settings
from tests.kiosk.staff import Office, open_office

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


class Desk(Office):
    """The office with a hall that things happen in."""

    @property
    def plan(self) -> HallPlan:
        pictures = self.app.state.pictures
        plan: HallPlan = pictures.now_seen(pictures.hall_id(None)).plan
        return plan

    async def act(self, action: Any, **more: Any) -> Any:
        if "window" in more:
            more["window"] = self.plan.window(more["window"])
        return await self.db.write(action, plan=self.plan, now=datetime.now(UTC), by="visitor", **more)

    async def visitor(self, service: str = "complaints-appeals", **more: Any) -> str:
        issued: actions.Issued = await self.act(actions.issue, service=service, **more)
        return issued.code

    async def missed(self) -> str:
        code = await self.visitor()
        await self.act(actions.call_next, window="3")
        await self.act(actions.miss, window="3")
        return code


@pytest.fixture
async def office(settings: Settings, hall: UUID) -> AsyncIterator[Desk]:
    async with open_office(settings) as office:
        yield Desk(office.app, office.client)


async def test_calls_for_help_stand_first_with_place_and_age(office: Desk) -> None:
    await office.act(tasks.open_task, kind=tasks.PRINTER, subject="printer:1", place="Kiosk 2", detail={"reason": "paper-out"})
    task = await office.act(tasks.open_task, kind=tasks.HELP, subject="help:1", place="Kiosk 1, entrance")
    page = await (await office.staff("daozhen")).get("/desk")
    assert page.text.index("A visitor asks for help Kiosk 1, entrance · 0 min") < page.text.index("Ticket printer · out of paper")
    assert f'data-help="{task.hex}"' in page.html


async def test_help_is_closed_with_one_touch_and_again_is_no_fault(office: Desk) -> None:
    task = await office.act(tasks.open_task, kind=tasks.HELP, subject="help:1", place="Kiosk 1")
    guide = await office.staff("daozhen")
    for _ in range(2):
        page = await guide.press(f"/desk/tasks/{task}/close")
        assert page.status == 200 and "Nothing needs attention." in page.text
    assert (await guide.post(f"/desk/tasks/{task}/close")).to == "/desk"
    assert (await guide.press(f"/desk/tasks/{UUID(int=1)}/close")).status == 404


async def test_missed_visitor_is_put_back_in_line(office: Desk) -> None:
    code = await office.missed()
    guide = await office.staff("daozhen")
    assert "Missed the call 1 B001 Complaints and appeals · Window 3 called 0 min" in (await guide.get("/desk")).text
    back = await guide.press(f"/desk/tickets/{code}/back")
    assert "Missed the call 0" in back.text and "Complaints and appeals 1" in back.text
    assert (await guide.post(f"/desk/tickets/{code}/back")).to == f"/desk/tickets/{code}"


async def test_number_is_given_with_lane_and_needs_and_once_for_one_form(office: Desk) -> None:
    guide = await office.staff("daozhen")
    form = await guide.get("/desk/issue")
    assert "Give a number What for 1 Legal consultation 0 waiting" in form.text
    key = form.field("/desk/tickets", "key")
    wanted = {"service": "legal-consultation", "lane": "elderly", "needs": ["wheelchair", "nonsense"], "language": "en"}
    sent = {(await guide.post("/desk/tickets", **wanted, key=key)).to for _ in range(2)}
    assert len(sent) == 1
    page = await guide.get(sent.pop())
    assert "New number A001 Legal consultation Aged 60 or over Wheelchair English State Waiting" in page.text
    assert "You are next" in page.text and "<svg" in page.html and "/paper" in page.html


@pytest.mark.parametrize(
    ("service", "said"),
    [("", "There is no such service."), ("chief-procurator", "by booking only"), ("complaints-appeals", "not offered now")],
)
async def test_number_that_cannot_be_given_keeps_the_form(office: Desk, service: str, said: str) -> None:
    await office.act(windows.close_service, service=office.plan.service("complaints-appeals"), reason="Too many")
    guide = await office.staff("daozhen")
    await guide.get("/desk")
    refused = await guide.press("/desk/tickets", service=service, lane="pregnant", needs="interpreter", key="k1")
    assert refused.status == 422 and said in refused.text
    assert refused.answer.headers["hx-retarget"] == "#panel"
    assert all("checked" in refused.tag(value) for value in ('value="pregnant"', 'value="interpreter"'))
    assert refused.field("/desk/tickets", "key") == "k1"


@pytest.mark.parametrize(("typed", "number"), [("a12", "A012"), (" B 7 ", "B007"), ("Ｃ０１２", "C012"), ("D1234", "D1234")])
async def test_number_is_understood_as_people_type_it(typed: str, number: str, database_url: str) -> None:
    assert full_number(typed) == number


async def test_visitor_is_found_by_number_or_by_the_scanned_code(office: Desk) -> None:
    code = await office.visitor()
    guide = await office.staff("daozhen")
    assert (await guide.get("/desk/find?number=b1")).to == f"/desk/tickets/{code}"
    assert (await guide.get(f"/desk/find?number=http://hall.local/c/{code.upper()}")).to == f"/desk/tickets/{code}"
    nobody = await guide.get("/desk/find?number=Z9")
    assert nobody.status == 404 and "There is no such number today." in nobody.text
    assert 'value="Z9"' in nobody.tag('id="number"')
    assert (await guide.get("/desk/tickets/" + "0" * 26)).status == 404


async def test_number_is_cancelled_and_stays_so(office: Desk) -> None:
    code = await office.visitor()
    guide = await office.staff("daozhen")
    assert "Really cancel B001?" in (await guide.get(f"/desk/tickets/{code}")).text
    for _ in range(2):
        assert (await guide.post(f"/desk/tickets/{code}/cancel")).status == 303
    page = await guide.get(f"/desk/tickets/{code}")
    assert "State Cancelled" in page.text and "Really cancel" not in page.text


async def test_visitor_being_served_is_not_cancelled(office: Desk) -> None:
    code = await office.visitor()
    await office.act(actions.call_next, window="3")
    await office.act(actions.start, window="3")
    refused = await (await office.staff("daozhen")).post(f"/desk/tickets/{code}/cancel")
    assert refused.status == 409 and "State Being served · Window 3" in refused.text


async def test_lane_is_granted_with_a_reason_only(office: Desk) -> None:
    await office.visitor()
    code = await office.visitor()
    guide = await office.staff("daozhen")
    refused = await guide.post(f"/desk/tickets/{code}/lane", lane="elderly", reason="", other="")
    assert refused.status == 422 and "A reason is needed for this." in refused.text
    granted = await guide.post(f"/desk/tickets/{code}/lane", lane="elderly", reason="Seen at the guide desk")
    assert granted.status == 303
    assert "You are next" in (await guide.get(f"/desk/tickets/{code}")).text


async def test_clerk_looks_on_and_does_not_act(office: Desk) -> None:
    code = await office.missed()
    task = await office.act(tasks.open_task, kind=tasks.HELP, subject="help:1", place="Kiosk 1")
    clerk = await office.staff("window1")
    page = await clerk.get("/desk")
    assert "A visitor asks for help" in page.text and "B001" in page.text
    assert "I am on my way" not in page.text and "Back in line" not in page.text and "Give a number" not in page.text
    for path in (f"/desk/tasks/{task}/close", f"/desk/tickets/{code}/back", f"/desk/tickets/{code}/cancel", "/desk/tickets"):
        assert (await clerk.post(path)).status == 403
    assert (await (await office.staff("admin")).get("/desk")).status == 403


async def test_windows_and_screens_are_shown_as_they_are(office: Desk) -> None:
    now = datetime.now(UTC)
    place = {"office": office.plan.office_id, "hall": office.plan.id}
    code = await office.db.write(add_device, **place, kind=DeviceKind.LOBBY, name="Lobby 1", now=now, by="test")
    await office.db.write(add_device, **place, kind=DeviceKind.KIOSK, name="Kiosk 1", now=now, by="test")
    await office.db.write(pair, pairing=code, now=now)
    await office.visitor()
    await office.clerk("3")
    await office.act(actions.call_next, window="3")
    await office.act(windows.pause_window, window="4", reason="Lunch break")
    page = await (await office.staff("daozhen")).get("/desk")
    assert "Window 3 Open B001 called 0 min 3号窗口 王芳" in page.text
    assert "Window 4 Paused nobody there Window 5 Open nobody there please look" in page.text
    assert "Kiosk 1 not yet paired" in page.text and "Lobby 1 online" in page.text


async def test_desk_drawn_by_the_socket_is_the_desk_of_the_page(office: Desk) -> None:
    await office.missed()
    await office.visitor()
    guide = await office.staff("daozhen")
    state = office.app.state
    picture = office.picture()
    drawn = await draw(state.pages, state.db, picture, "en", datetime.now(UTC), True)
    assert drawn.strip() in (await guide.get("/desk")).html
    assert "Back in line" not in await draw(state.pages, state.db, picture, "en", datetime.now(UTC), False)
