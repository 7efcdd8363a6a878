"""The lobby display: what hangs on the wall, what is spoken, and what a display may say became of a call."""

import io
import json
import re
import wave
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlmodel import Session, select

from kiosk import actions
from kiosk.lobby import draw
from kiosk.picture import Picture, look
from kiosk.plan import hall_board, hall_plan, plan_board
from kiosk.tables import Call, Service, Task, Window, WindowState
from kiosk.wall import Wall, WallCall, next_opening, on_wall, wall
from kiosk.window.acknowledge import acknowledge
from shared.database import Database
from shared.door import DEVICE_COOKIE, add_device, pair
from shared.errors import Refused
from shared.journal import JournalLine
from shared.live import bump
from shared.offices import Hall as HallRow
from shared.offices import OpeningHours
from shared.people import DeviceKind
from shared.settings import Settings
from tests.conftest import MORNING
from tests.kiosk.staff import Office, open_office
from tests.kiosk.test_actions import Hall, at

ONE_KIND = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SERVICES = ("legal-consultation", "complaints-appeals", "compensation-aid", "lawyers-cases")


@pytest.fixture
def desk(db: Database, hall: UUID) -> Hall:
    return Hall(db, hall)


def change(db: Database, hall: UUID, edit: Any) -> None:
    """Sets the hall up differently, as an administrator would."""

    def act(session: Session) -> None:
        bump(session, plan_board(hall))
        bump(session, hall_board(hall))
        edit(session)

    db.write_now(act)


def opens(session: Session, opens: time, closes: time, rest_days: bool = True) -> None:
    for row in session.exec(select(OpeningHours)).all():
        row.opens, row.closes = opens, closes
    session.exec(select(HallRow)).one().rest_days = rest_days


def fill(desk: Hall, each: int = 3) -> None:
    for service in SERVICES:
        for _ in range(each):
            desk.issue(service)


def on(desk: Hall, minute: float = 10) -> Wall:
    return wall(desk.picture(), at(minute))


def numbers(calls: list[WallCall]) -> list[str]:
    return [f"{one.number}>{one.window}" for one in calls]


# The wall -----------------------------------------------------------------------------------------------------------


@ONE_KIND
class TestWall:
    def test_wall_welcomes_before_the_first_call(self, desk: Hall) -> None:
        desk.issue()
        seen = on(desk)
        assert (seen.mood, seen.current, seen.beside, seen.awaited) == ("ready", None, [], [])

    def test_newest_awaited_call_is_huge_and_the_others_stand_beside_it(self, desk: Hall) -> None:
        fill(desk)
        for minute, window in enumerate("1345", 1):
            desk.call(window, minute)
        seen = on(desk)
        assert seen.mood == "calling"
        assert seen.current and (seen.current.number, seen.current.window) == ("D001", "5")
        assert numbers(seen.beside) == ["B002>4", "B001>3", "A001>1"]
        assert numbers(seen.awaited) == ["A001>1", "B001>3", "B002>4", "D001>5"]

    def test_call_that_is_still_awaited_stays_huge_and_is_not_pushed_out(self, desk: Hall) -> None:
        fill(desk, 8)
        desk.call("1", 1)
        for minute in range(2, 9):
            desk.call("5", minute, unfinished="settle")
            desk.act(actions.start, minute, "5")
        seen = on(desk)
        assert seen.current and seen.current.number == "A001"
        assert numbers(seen.beside) == ["D007>5", "D006>5", "D005>5", "D004>5"]
        desk.call("3", 9)
        assert "A001>1" in numbers(on(desk).beside)

    def test_recalled_number_is_one_row_and_a_new_call(self, desk: Hall) -> None:
        fill(desk)
        first = desk.call("1", 1)
        desk.call("3", 2)
        again = desk.act(actions.recall, 3, "1")
        seen = on(desk)
        assert seen.current and seen.current.id == again.call_id > first.call_id
        assert numbers(seen.beside) == ["B001>3"]
        assert [one.id for one in seen.awaited] == [first.call_id + 1, again.call_id]

    def test_nobody_awaited_shows_the_last_call_while_others_wait_and_calm_when_none_do(self, desk: Hall) -> None:
        desk.issue()
        desk.issue()
        desk.call("1", 1)
        desk.act(actions.start, 2, "1")
        seen = on(desk)
        assert seen.mood == "calling" and seen.current and not seen.current.awaited
        desk.call("1", 3, unfinished="settle")
        desk.act(actions.start, 4, "1")
        seen = on(desk)
        assert (seen.mood, seen.current, numbers(seen.beside)) == ("quiet", None, ["A002>1", "A001>1"])

    def test_missed_call_says_so(self, desk: Hall) -> None:
        desk.issue()
        desk.issue()
        desk.call("1", 1)
        desk.act(actions.miss, 5, "1")
        current = on(desk).current
        assert current and current.missed and not current.awaited

    def test_calls_of_yesterday_are_gone_in_the_morning(self, desk: Hall) -> None:
        desk.issue()
        call = desk.call("1", 1)
        evening, morning = at(14 * 60), at(24 * 60)
        picture = desk.picture()
        assert on_wall(picture, call.call_id, evening) and not on_wall(picture, call.call_id, morning)
        assert wall(picture, morning).current is None

    def test_closed_hall_says_when_it_opens_again_but_serves_whoever_is_called(self, desk: Hall, db: Database) -> None:
        desk.issue()
        change(db, desk.id, lambda session: opens(session, time(9), time(17)))
        evening = at(9 * 60)
        seen = wall(desk.picture(), evening)
        assert (seen.mood, seen.open) == ("ready", False)
        desk.call("1", 9 * 60)
        assert wall(desk.picture(), evening).mood == "calling"
        desk.act(actions.finish, 9 * 60 + 1, "1")
        seen = wall(desk.picture(), evening)
        assert (seen.mood, seen.opens_at, seen.opens_today) == ("closed", at(24 * 60), False)
        assert wall(desk.picture(), at(-30)).opens_today

    def test_next_opening_skips_rest_days(self, desk: Hall, db: Database) -> None:
        change(db, desk.id, lambda session: opens(session, time(9), time(17)))
        friday_evening = at(4 * 24 * 60 + 9 * 60)
        assert next_opening(desk.plan(), friday_evening) == at(7 * 24 * 60)

    def test_hall_without_hours_never_opens(self, desk: Hall, db: Database) -> None:
        change(db, desk.id, lambda session: [session.delete(row) for row in session.exec(select(OpeningHours)).all()])
        assert next_opening(desk.plan(), MORNING) is None

    def test_lines_say_how_many_wait_and_how_long_or_why_nobody_can(self, desk: Hall, db: Database) -> None:
        def edit(session: Session) -> None:
            session.exec(select(Window).where(Window.code == "5")).one().state = WindowState.CLOSED
            session.exec(select(Window).where(Window.code == "6")).one().state = WindowState.CLOSED
            session.exec(select(Service).where(Service.code == "compensation-aid")).one().open = False

        fill(desk, 2)
        change(db, desk.id, edit)
        lines = {one.name_en: (one.waiting, one.state) for one in on(desk).lines}
        assert lines == {
            "Legal consultation": (2, "open"),
            "Complaints and appeals": (2, "open"),
            "State compensation and judicial aid": (2, "paused"),
            "Lawyers and case management": (2, "no-window"),
        }
        assert all(0 <= one.low < one.high for one in on(desk).lines)


@pytest.mark.parametrize(
    ("zh", "en", "parts_zh", "parts_en"),
    [
        ("3号窗口", "Window 3", ("", "3", "号窗口"), ("Window", "3", "")),
        ("一楼12号窗口", "Window 12 (east)", ("一楼", "12", "号窗口"), ("Window", "12", "(east)")),
        ("检察长接待室", "Chief Procurator's Room", ("", "", "检察长接待室"), ("", "", "Chief Procurator's Room")),
        ("201室", "Room 201", ("2", "01", "室"), ("Room 2", "01", "")),
    ],
)
def test_window_name_is_cut_around_its_number(zh: str, en: str, parts_zh: Any, parts_en: Any) -> None:
    call = WallCall(name_zh=zh, name_en=en, id=1, number="A001", window="1", called_at=MORNING, awaited=True, missed=False)
    assert call.parts("zh-CN") == parts_zh
    assert call.parts("en") == parts_en


# What became of a call ----------------------------------------------------------------------------------------------


class Display:
    """A display of the hall that reports, as `/lobby/heard` does."""

    def __init__(self, desk: Hall, device: UUID | None = None) -> None:
        self.desk, self.device = desk, device

    def says(self, call: int | None, minute: float = 2, *, shown: bool = False, spoken: bool = False, silent: str = "") -> None:
        self.desk.db.write_now(
            acknowledge, plan=self.desk.plan(), call_id=call, shown=shown, spoken=spoken, silent=silent, device=self.device,
            place="North screen", now=at(minute), by="device:1",
        )

    def call(self, call_id: int) -> Call:
        return self.desk.db.read_now(lambda session: session.get_one(Call, call_id))

    def tasks(self) -> list[tuple[str, dict[str, str], bool]]:
        rows = self.desk.db.read_now(lambda session: session.exec(select(Task).order_by(Task.opened_at)).all())  # type: ignore[arg-type]
        return [(row.kind, row.detail, row.closed_at is None) for row in rows]


def test_first_word_about_a_call_stands(desk: Hall) -> None:
    display, call = Display(desk), (desk.issue(), desk.call())[1].call_id
    display.says(call, 2, shown=True)
    display.says(call, 3, spoken=True)
    display.says(call, 4, shown=True, spoken=True)
    display.says(call, 5, silent="blocked")
    row = display.call(call)
    assert (row.shown_at, row.spoken_at, row.silent) == (at(2), at(3), "")
    lines = desk.db.read_now(lambda session: session.exec(select(JournalLine)).all())
    assert [(one.act, one.by, json.loads(one.detail)["call"]) for one in lines if one.act.startswith("call-s")] == [
        ("call-shown", "device:1", call), ("call-spoken", "device:1", call),
    ]


def test_silence_becomes_one_task_and_the_next_spoken_call_closes_it(desk: Hall) -> None:
    display = Display(desk)
    desk.issue(), desk.issue()
    first, second = desk.call("1").call_id, desk.call("2").call_id
    display.says(first, silent="blocked")
    display.says(second, silent="blocked")
    assert display.call(first).silent == display.call(second).silent == "blocked"
    assert display.tasks() == [("silent", {"reason": "blocked"}, True)]
    display.says(second, 3, spoken=True)
    assert (display.call(second).silent, display.call(second).spoken_at) == ("", at(3))
    assert display.tasks() == [("silent", {"reason": "blocked"}, False)]


def test_display_that_cannot_speak_tells_before_the_first_call(desk: Hall) -> None:
    Display(desk).says(None, silent="blocked")
    assert Display(desk).tasks() == [("silent", {"reason": "blocked"}, True)]


def test_call_that_was_over_before_its_turn_is_no_fault_of_the_loudspeaker(desk: Hall) -> None:
    display, call = Display(desk), (desk.issue(), desk.call())[1].call_id
    display.says(call, silent="over")
    assert (display.call(call).silent, display.tasks()) == ("over", [])


def test_consoles_learn_what_was_heard_and_repeating_it_moves_nothing(desk: Hall) -> None:
    display, call = Display(desk), (desk.issue(), desk.call())[1].call_id
    display.says(call, spoken=True)
    heard = desk.picture()
    assert heard.calls[0].spoken_at == at(2)
    display.says(call, 3, shown=True, spoken=True)
    assert desk.picture().version == heard.version


def test_call_of_another_hall_is_unknown(desk: Hall, db: Database) -> None:
    call = (desk.issue(), desk.call())[1].call_id

    def move(session: Session) -> None:
        home = session.exec(select(HallRow)).one()
        other = HallRow(office_id=home.office_id, code="other", name_zh="东厅", name_en="East hall")
        session.add(other)
        session.flush()
        session.get_one(Call, call).hall_id = other.id

    db.write_now(move)
    for wrong in (call, call + 1000):
        with pytest.raises(Refused, match="unknown-call"):
            Display(desk).says(wrong, spoken=True)


# Pages --------------------------------------------------------------------------------------------------------------


@pytest.fixture
async def office(hall: UUID, settings: Settings) -> AsyncIterator[Office]:
    async with open_office(settings) as office:
        yield office


class Clerk:
    """Acts of the hall at this moment, for pages that read the clock."""

    def __init__(self, office: Office, hall: UUID) -> None:
        self.office, self.hall = office, hall

    def picture(self) -> Picture:
        """Read anew, beside the application's own."""
        change = self.office.db.read_now(look, self.hall, -1, -1, datetime.now(UTC))
        assert change.plan is not None
        picture = Picture(change.plan)
        picture.apply(change)
        return picture

    def act(self, act: Any, window: str | None = None, **more: Any) -> Any:
        plan = self.picture().plan
        if window:
            more["window"] = plan.window(window)
        return self.office.db.write_now(act, plan=plan, now=datetime.now(UTC), by="staff:1", **more)

    def called(self, window: str = "1", service: str = "legal-consultation", **more: Any) -> actions.Called:
        self.act(actions.issue, service=service, **more)
        called: actions.Called = self.act(actions.call_next, window)
        return called


@pytest.fixture
def clerk(office: Office, hall: UUID) -> Clerk:
    return Clerk(office, hall)


def device(office: Office, hall: UUID, kind: DeviceKind) -> dict[str, str]:
    now = datetime.now(UTC)
    home = office.db.read_now(hall_plan, hall, now).office_id
    code = office.db.write_now(add_device, office=home, hall=hall, kind=kind, name="North screen", now=now, by="test")
    return {"cookie": f"{DEVICE_COOKIE}={office.db.write_now(pair, pairing=code, now=now)}"}


async def says(office: Office, body: dict[str, Any], query: str = "", **headers: str) -> httpx.Response:
    office.client.cookies.clear()
    return await office.client.post(f"/lobby/heard{query}", json=body, headers={"accept": "application/json", **headers})


pytestmark = pytest.mark.anyio


@ONE_KIND
async def test_page_shows_number_and_window_and_nothing_else_of_a_visitor(office: Office, clerk: Clerk) -> None:
    called = clerk.called(lane="elderly", needs=["wheelchair"])
    chinese = await office.person("zh-CN").get("/lobby")
    english = await office.person("en").get("/lobby")
    assert "正在叫号 A001 1 号窗口 Window 1" in chinese.text
    assert "Now calling A001 Window 1 1号窗口" in english.text
    assert "请A零零幺号到一号窗口" in chinese.html
    assert "Number A, zero, zero, one, please go to Window 1" in english.html
    for secret in (called.code, "elderly", "wheelchair", str(called.ticket_id), called.ticket_id.hex):
        assert secret not in chinese.html + english.html


@ONE_KIND
async def test_language_of_the_address_wins(office: Office) -> None:
    assert "欢迎您" in (await office.person("en").get("/lobby?lang=zh-CN")).text
    assert "Welcome" in (await office.person("zh-CN").get("/lobby?lang=en")).text
    assert (await office.person().get("/lobby?hall=nowhere")).status == 404


@ONE_KIND
@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_page_and_socket_show_the_same_board_after_every_act(office: Office, clerk: Clerk, language: str) -> None:
    pages = office.app.state.pages
    acts: list[tuple[Any, str | None, dict[str, Any]]] = [
        (actions.issue, None, {"service": "legal-consultation"}), (actions.issue, None, {"service": "legal-consultation"}),
        (actions.call_next, "1", {}), (actions.recall, "1", {}), (actions.start, "1", {}), (actions.hold, "1", {}),
        (actions.call_next, "2", {}), (actions.miss, "2", {}),
    ]
    for act, window, more in acts:
        clerk.act(act, window, **more)
        page = (await office.person(language).get("/lobby")).html
        fresh = draw(pages, clerk.picture(), language)
        assert fresh in page


@ONE_KIND
async def test_ranges_are_short_and_honest(office: Office, clerk: Clerk) -> None:
    assert "within 5 min" in (await office.person().get("/lobby")).text
    for _ in range(40):
        clerk.act(actions.issue, service="compensation-aid")
    said = re.findall(r"([\d.]+)–([\d.]+) hours", (await office.person().get("/lobby")).text)
    assert said and all(float(low) < float(high) for low, high in said)


@ONE_KIND
async def test_a_call_on_the_board_can_be_heard_and_nothing_else(office: Office, clerk: Clerk) -> None:
    called = clerk.called()
    person = office.person()
    long, short = [await person.get(f"/lobby/calls/{called.call_id}.wav?lang=zh-CN{reading}") for reading in ("", "&reading=2")]
    assert long.status == short.status == 200 and long.answer.headers["content-type"] == "audio/wav"
    assert _seconds(long.answer.content) > _seconds(short.answer.content) + 1 > 2
    english = await person.get(f"/lobby/calls/{called.call_id}.wav?lang=en")
    assert english.answer.content != long.answer.content
    for name in ("999.wav", "0.wav", "-1.wav", f"{called.call_id}.mp3", "A001.wav", "1", "9" * 40 + ".wav", "٣.wav"):
        assert (await person.get(f"/lobby/calls/{name}")).status == 404


def _seconds(sound: bytes) -> float:
    with wave.open(io.BytesIO(sound)) as file:
        return file.getnframes() / file.getframerate()


@ONE_KIND
async def test_recall_sounds_the_same_without_being_made_again(office: Office, clerk: Clerk, settings: Settings) -> None:
    first = clerk.called()
    await office.person().get(f"/lobby/calls/{first.call_id}.wav?lang=en")
    kept = sorted((settings.data / "voice").iterdir())
    again = clerk.act(actions.recall, "1")
    answer = await office.person().get(f"/lobby/calls/{again.call_id}.wav?lang=en")
    assert answer.status == 200 and sorted((settings.data / "voice").iterdir()) == kept


async def test_display_reports_what_it_showed_and_spoke(office: Office, clerk: Clerk) -> None:
    called = clerk.called()
    assert (await says(office, {"call_id": called.call_id, "shown": True})).status_code == 204
    assert (await says(office, {"call_id": called.call_id, "spoken": True})).status_code == 204
    (call,) = clerk.picture().calls
    assert call.shown_at and call.spoken_at and call.shown_at <= call.spoken_at
    refused = await says(office, {"call_id": called.call_id + 1, "spoken": True})
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown-call")
    assert (await says(office, {"call_id": called.call_id, "silent": "because"})).status_code == 400
    foreign = await says(office, {"call_id": called.call_id, "spoken": True}, origin="https://elsewhere.example")
    assert (foreign.status_code, foreign.json()["code"]) == (403, "cross-site")


@ONE_KIND
async def test_hall_of_paired_screens_shows_itself_to_its_own(office: Office, clerk: Clerk, hall: UUID, db: Database) -> None:
    called = clerk.called()

    def pair_only(session: Session) -> None:
        session.get_one(HallRow, hall).paired_only = True

    change(db, hall, pair_only)
    own, kiosk = device(office, hall, DeviceKind.LOBBY), device(office, hall, DeviceKind.KIOSK)
    sound = f"/lobby/calls/{called.call_id}.wav"
    for headers, page, heard in ((own, 200, 204), (kiosk, 403, 403), ({}, 403, 403)):
        assert (await office.person().get("/lobby", **headers)).status == page
        assert (await office.person().get(sound, **headers)).status == page
        assert (await says(office, {"call_id": called.call_id, "shown": True}, **headers)).status_code == heard
    refused = (await office.person().get("/lobby")).text
    assert "This screen has not been set up for the hall yet." in refused
    assert "data-paired" in (await office.person().get("/lobby", **own)).html


async def test_silent_display_is_named_to_staff(office: Office, clerk: Clerk, hall: UUID) -> None:
    called = clerk.called()
    own = device(office, hall, DeviceKind.LOBBY)
    await says(office, {"call_id": called.call_id, "silent": "no-voice"}, **own)
    (task,) = office.db.read_now(lambda session: session.exec(select(Task)).all())
    assert (task.kind, task.place, task.detail) == ("silent", "North screen", {"reason": "no-voice"})


