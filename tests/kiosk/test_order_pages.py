"""The order explained at the desk: on the screen, as an answer to a complaint, and the emergency that goes first."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from kiosk import actions
from shared.journal import JournalLine
from shared.settings import Settings
from tests.kiosk.staff import open_office
from tests.kiosk.test_desk import Desk

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@pytest.fixture
async def office(settings: Settings, hall: UUID) -> AsyncIterator[Desk]:
    async with open_office(settings) as office:
        yield Desk(office.app, office.client)


async def test_an_answer_to_a_complaint_is_given_with_its_occasion_and_journalled(office: Desk) -> None:
    await office.visitor()
    mine = await office.visitor()
    await office.act(actions.call_next, window="3")
    guide, at = await office.staff("daozhen"), f"/desk/tickets/{mine}/order"
    assert "So far 1 person has been called before you." in (await guide.get(at)).text
    assert f'href="{at}"' in (await guide.get(f"/desk/tickets/{mine}")).html
    refused = await guide.post(at, reason=" ", form="page")
    assert (refused.status, "reason" in refused.text.lower()) == (422, True)
    paper = await guide.post(at, reason="来访人询问", form="page")
    assert "1 had come before you." in paper.text
    assert "来访人询问" in paper.text
    data = (await guide.post(at, reason="书面意见", form="json")).answer.json()
    assert (data["number"], data["before"], data["reasons"]) == ("B002", 1, ["1 had come before you."])
    assert "B001" not in str(data)
    lines = await office.db.read(
        lambda s: s.exec(select(JournalLine.reason, JournalLine.detail).where(JournalLine.act == "order-explained")).all()
    )
    assert [tuple(line) for line in lines] == [
        ("来访人询问", '{"as":"page","before":1}'), ("书面意见", '{"as":"json","before":1}'),
    ]


async def test_an_emergency_goes_first_by_the_supervisor_with_a_reason(office: Desk) -> None:
    first, late = await office.visitor(), await office.visitor()
    at = f"/desk/tickets/{late}/urgent"
    assert (await (await office.staff("daozhen")).post(at, other="不适")).status == 403
    supervisor = await office.staff("supervisor")
    assert (await supervisor.post(at, other=" ")).status == 422
    assert (await supervisor.post(at, other="突发疾病，先办")).status == 303
    assert (await office.act(actions.call_next, window="3")).code == late
    told = await supervisor.get(f"/desk/tickets/{first}/order")
    assert "1 was put first in an emergency; the supervisor's reason is on record." in told.text


async def test_at_closing_time_the_kiosk_says_when_there_is_time_again(settings: Settings, hall: UUID) -> None:
    """Numbers stop where the promise could not be kept; the first free time of another day is said instead."""
    async with open_office(settings) as office:
        desk = Desk(office.app, office.client)
        picture = office.app.state.pictures.now_seen(hall)
        picture.forecast.look(picture, datetime.now(UTC))
        await desk.visitor("legal-consultation")
        picture.forecast.closes_at = datetime.now(UTC) - timedelta(hours=2)
        visitor = office.person("en")
        page = await visitor.get("/kiosk/matter")
        assert "No time is left today." in page.text
        assert "Free again on" in page.text or "Please come tomorrow morning" in page.text
        taken = await visitor.post("/kiosk/tickets", service="legal-consultation", key="k1")
        assert (taken.status, "There is no time left today." in taken.text) == (409, True)
        given = await (await office.staff("daozhen")).post("/desk/tickets", service="legal-consultation", key="k2")
        assert given.status == 303
