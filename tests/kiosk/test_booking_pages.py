"""Booking by the HTML a person reads: on a phone without script, at the kiosk, at the guide desk."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

import pytest
from litestar.exceptions import WebSocketDisconnect
from sqlmodel import Session, col, delete, select

from kiosk.bookings import desk_day
from kiosk.bookings.tables import Booking, Contingent
from kiosk.jobs import watch_bookings
from kiosk.plan import hall_board, plan_board
from kiosk.queries import open_tasks
from kiosk.tables import Promise, Ticket
from shared.journal import JournalLine
from shared.live import bump
from shared.offices import OpeningHours
from shared.outbox import Message
from shared.settings import Settings
from tests.kiosk.staff import Office, Page, Person, open_office

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
LEGAL = "legal-consultation"
UNKNOWN = "This code does not open anything."


@pytest.fixture
async def office(settings: Settings, hall: UUID) -> AsyncIterator[Office]:
    async with open_office(settings) as office:
        office.db.write_now(_round_the_clock)
        yield office


def _round_the_clock(session: Session) -> None:
    """One place for each half hour of every day and night."""
    for row in session.exec(select(Contingent)).all():
        row.weekdays, row.weeks, row.places, row.minutes = "0,1,2,3,4,5,6", "", 1, 30
        row.opens = row.closes = time(0)
        session.add(row)


def rows(office: Office, kind: type[Any]) -> list[Any]:
    return office.db.read_now(lambda session: list(session.exec(select(kind)).all()))


async def times(person: Person, service: str = LEGAL) -> list[str]:
    """The free times of the day after tomorrow."""
    page = await person.get(f"/book/{service}")
    assert page.status == 200, page.text
    page = await person.get(re.findall(rf'href="(/book/{service}\?day=[^"]+)"', page.html)[2])
    return re.findall(rf'href="(/book/{service}/\d+T\d+)"', page.html)


async def booked(person: Person, address: str, phone: str = "13900001111") -> Page:
    form = await person.get(address)
    key = form.field(address, "key")
    return await person.post(address, key=key, name="王小明", phone=phone)


async def soon(office: Office, person: Person) -> str:
    """A booking of the first free time today, made at the desk; its code."""
    desk = await office.staff("daozhen")
    page = await desk.get(f"/desk/bookings/new?service={LEGAL}")
    at = re.findall(r'name="at" value="([^"]+)"', page.html)[0]
    key = re.findall(r'name="key" value="([^"]+)"', page.html)[0]
    made = await desk.post("/desk/bookings/new", key=key, service=LEGAL, at=at, name="王小明", phone="13900009999", language="en",
                           source="phone")
    one = await desk.get(made.to)
    found = re.search(r'href="/b/([0-9a-z]{26})"', one.html)
    assert found, one.text
    return found[1]


async def test_visitor_books_changes_and_cancels_on_a_phone(office: Office) -> None:
    person = office.person()
    assert "Chief procurator" in (await person.get("/book")).text
    address = (await times(person))[5]
    wrong = await person.post(address, key="k", name=" ", phone="12", mail="x")
    assert wrong.status == 422 and "3 entries need another look." in wrong.text and 'value="12"' in wrong.html
    form = await person.get(address)
    key = form.field(address, "key")
    made, again = [await person.post(address, key=key, name="王小明", phone="13900001111") for _ in range(2)]
    assert made.to == again.to and len(rows(office, Booking)) == 1, "a double tap books once"
    own = await person.get(made.to)
    assert "It is booked" in own.text and "王** · 139****1111" in own.text and "王小明" not in own.html
    mine = made.to.split("?")[0]
    for path in (mine, f"{mine}/change", f"{mine}/cancel", f"/c{mine.removeprefix('/b')}"):
        assert (await person.get(path)).status in (200, 303)
    assert rows(office, Booking)[0].state == "confirmed", "looking changes nothing"
    change = await person.get(f"{mine}/change")
    at = re.findall(r'name="at" value="([^"]+)"', change.html)[-1]
    moved = await person.post(f"{mine}/change", at=at)
    assert "Your booking has been moved" in (await person.get(moved.to)).text and rows(office, Booking)[0].changes == 1
    nonsense = await person.post(f"{mine}/change", at="whenever")
    assert nonsense.status == 409 and "This time has just been taken." in nonsense.text
    for _ in range(2):
        assert (await person.post(f"{mine}/cancel")).to == "/book/cancelled" or _ == 1
    answers = {(await person.get(path)).text for path in (mine, f"{mine}/cancel", f"/b/{'0' * 26}", "/b/x")}
    assert len(answers) == 1 and UNKNOWN in answers.pop(), "used, unknown and mistyped: one answer"


async def test_time_that_has_gone_keeps_what_was_typed_and_offers_others(office: Office) -> None:
    first, second = office.person(), office.person()
    address = (await times(first))[5]
    form = await second.get(address)
    assert (await booked(first, address)).status == 303
    late = await second.post(address, key=form.field(address, "key"), name="李四", phone="13900002222")
    assert late.status == 409 and "This time has just been taken." in late.text
    near = re.findall(r'formaction="([^"]+)"', late.html)
    assert len(near) == 6 and 'value="李四"' in late.html and address not in near
    taken = await second.post(near[0], key=late.field(address, "key"), name="李四", phone="13900002222")
    assert taken.status == 303 and len(rows(office, Booking)) == 2
    third = (await times(second))[9]
    assert (await booked(second, third, "13900002222")).status == 303
    enough = await booked(second, (await times(second))[10], "139 0000 2222")
    assert enough.status == 409 and "No further booking can be made" in enough.text


async def test_code_at_the_kiosk_gives_the_number_and_only_on_the_day(office: Office) -> None:
    person = office.person()
    code = await soon(office, person)
    asked = await person.get(f"/c/{code}?at=kiosk")
    assert asked.to.startswith(f"/kiosk/bookings/{code}")
    assert "my number, please" in (await person.get(asked.to)).text and not rows(office, Ticket)
    taken = await person.post("/kiosk/code", text=f"http://hall.local:8000/b/{code.upper()}", purpose="booking")
    (ticket,) = rows(office, Ticket)
    assert taken.to == f"/kiosk/tickets/{ticket.code}?new=1" and ticket.booked_at == rows(office, Booking)[0].starts_at
    assert [promise.ticket_id for promise in rows(office, Promise)] == [ticket.id], "what is said is remembered"
    again = await person.post("/kiosk/code", text=code, purpose="booking")
    assert again.to == f"/kiosk/tickets/{ticket.code}" and len(rows(office, Ticket)) == 1
    assert (await person.get(f"/b/{code}")).to == f"/t/{ticket.code}"
    later = (await booked(person, (await times(person))[-1])).to.split("/")[-1].split("?")[0]
    away = await person.post("/kiosk/code", text=later, purpose="booking")
    assert away.status == 409 and "Your booking is not for today." in away.text and len(rows(office, Ticket)) == 1
    unknown = await person.post("/kiosk/code", text="0" * 26, purpose="booking")
    assert unknown.status == 422 and UNKNOWN in unknown.text
    board = await person.get("/lobby")
    assert "王" not in board.text and "1390" not in board.text


async def test_desk_sees_who_is_due_and_changes_only_with_evidence(office: Office) -> None:
    person = office.person()
    code = await soon(office, person)
    (row,) = rows(office, Booking)
    desk = await office.staff("daozhen")
    day = row.starts_at.astimezone(office.picture().plan.zone).date()
    listed = await desk.get(f"/desk/bookings?day={day}")
    assert "王**" in listed.text and "139****9999" in listed.text and "expected" in listed.text and code not in listed.html
    one = f"/desk/bookings/{row.id}"
    refused = await desk.post(f"{one}/cancel")
    assert refused.status == 422 and "how you know" in refused.text
    at = re.findall(r'name="at" value="([^"]+)"', (await desk.get(one)).html)[-1]
    assert (await desk.post(f"{one}/move", at=at, evidence="ID card seen")).to == f"{one}?kept=1"
    line = next(line for line in rows(office, JournalLine) if line.act == "booking-moved")
    assert line.reason == "ID card seen" and line.by.startswith("staff:")
    clerk = await office.staff("window1")
    assert (await clerk.get(one)).status == 200 and code not in (await clerk.get(one)).html
    assert (await clerk.post(f"{one}/cancel", evidence="ID card seen")).status == 403
    assert (await desk.post(f"{one}/cancel", evidence="ID card seen")).to == "/desk/bookings"
    assert rows(office, Booking)[0].state == "cancelled"


async def test_desk_closes_a_span_and_everybody_in_it_is_moved(office: Office) -> None:
    person, desk = office.person(), await office.staff("supervisor")
    await booked(person, (await times(person))[5])
    (row,) = rows(office, Booking)
    local = row.starts_at.astimezone(office.picture().plan.zone)
    span = {"service": "", "day": local.date().isoformat(), "begins": "00:00", "ends": "23:59", "moving": "move"}
    refused = await desk.post("/desk/bookings/close", **{**span, "begins": "25:00"}, reason="停电")
    assert refused.status == 422 and "A time is missing" in refused.text and 'value="停电"' in refused.html
    done = await desk.post("/desk/bookings/close", **span, reason="停电")
    told = (await desk.get(done.to)).text
    assert "It is done." in told and "停电" in told
    after = rows(office, Booking)[0]
    assert after.state == "confirmed" and after.starts_at.astimezone(local.tzinfo).date() > local.date()
    reopened = await desk.post(re.findall(r'action="(/desk/bookings/close/[^"]+)"', (await desk.get(done.to)).html)[0])
    assert reopened.status == 303


async def test_hours_closed_later_show_who_is_booked_for_them_and_move_them_with_a_message(office: Office) -> None:
    person, desk = office.person(), await office.staff("daozhen")
    await booked(person, (await times(person))[5])
    (row,) = rows(office, Booking)
    hall, pictures, now = row.hall_id, office.app.state.pictures, datetime.now(UTC)
    day = row.starts_at.astimezone(office.picture().plan.zone).date()
    assert "closed by now" not in (await desk.get("/desk/bookings")).text

    def tasks() -> list[tuple[str, dict[str, str]]]:
        return [(one.kind, one.detail) for one in office.db.read_now(open_tasks, hall=hall)]

    await office.db.write(_closed_on, hall, day.weekday())
    while pictures.now_seen(hall).plan.hours.by_weekday.get(day.weekday()):  # noqa: ASYNC110 - it follows by itself
        await asyncio.sleep(0.01)
    for _ in range(2):
        await watch_bookings(office.db, pictures, now)
    assert tasks() == [("stranded", {"people": "1"})]
    page = await desk.get("/desk/bookings")
    assert "1 booking is for hours that are closed by now" in page.text and "王**" in page.text
    assert (await desk.post("/desk/bookings/stranded", moving="move")).status == 422
    done = await desk.post("/desk/bookings/stranded", moving="move", reason="端午节放假")
    assert "1 moved to the next free time" in (await desk.get(done.to)).text and tasks() == []
    after = rows(office, Booking)[0]
    assert after.office_moved and after.starts_at.astimezone(office.picture().plan.zone).date() > day
    assert "booking_moved" in {one.purpose for one in rows(office, Message)}
    clerk = await office.staff("window1")
    assert (await clerk.post("/desk/bookings/stranded", moving="move", reason="x")).status == 403
    listed = await desk_day.draw(office.app.state.pages, office.db, office.picture().plan,
                                 after.starts_at.astimezone(office.picture().plan.zone).date(), office.app.state.vault, "en", now)
    assert "王**" in listed and "expected" in listed


async def test_list_of_the_day_follows_by_itself(office: Office) -> None:
    desk, person = await office.staff("daozhen"), office.person()
    zone = office.picture().plan.zone
    address = (await times(person))[5]
    day = datetime.strptime(address[-13:], "%Y%m%dT%H%M").replace(tzinfo=zone).date()
    assert f"day={day}" in (await desk.get(f"/desk/bookings?day={day}")).tag("hx-ws:connect")
    asked = f"/live/bookings?lang=en&day={day}"
    cookie = {"cookie": "; ".join(f"{name}={value}" for name, value in desk.cookies.items())}
    with await office.client.websocket_connect(asked, headers=cookie) as socket:
        assert "Nobody has booked" in socket.receive_json(timeout=20)["content"]
        await booked(person, address)
        while "王**" not in socket.receive_json(timeout=20).get("content", ""):
            pass
    with pytest.raises(WebSocketDisconnect), await office.client.websocket_connect(asked) as stranger:
        stranger.receive_json(timeout=20)


def _closed_on(session: Session, hall: UUID, weekday: int) -> None:
    session.exec(delete(OpeningHours).where(col(OpeningHours.hall_id) == hall, col(OpeningHours.weekday) == weekday))
    for board in (hall_board(hall), plan_board(hall)):
        bump(session, board)


async def test_newer_contingent_holds_from_its_day_on(office: Office) -> None:
    person, admin = office.person(), await office.staff("admin")
    page = await admin.get(f"/desk/booking-times?service={LEGAL}")
    since = re.findall(r'name="since" value="([^"]+)"', page.html)[0]
    rule = {"service": LEGAL, "weekdays": list("0123456"), "opens": "09:00", "closes": "10:00", "minutes": "20", "places": "3",
            "source": "院发〔2026〕1号", "since": since}
    refused = await admin.post("/desk/booking-times", **rule)
    assert refused.status == 422 and "院发〔2026〕1号" in refused.html
    done = await admin.post("/desk/booking-times", **rule, reason="试行")
    assert "3 each 20 minutes" in (await admin.get(done.to)).text
    assert [address[-4:] for address in await times(person)] == ["0900", "0920", "0940"]
    await admin.post("/desk/booking-times", **{**rule, "places": "0"}, reason="停")
    assert LEGAL not in (await person.get("/book")).html
    assert (await (await office.staff("daozhen")).get("/desk/booking-times")).status == 403
