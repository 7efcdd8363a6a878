"""The staff entrance by the HTML a person reads: signing in and out, being signed out, passwords, pairing, languages."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from kiosk.plan import hall_plan
from shared.keys import add_device
from shared.people import DeviceKind
from shared.settings import Settings
from tests.centre import PASSWORD
from tests.kiosk.staff import Office, open_office

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@pytest.fixture
async def office(settings: Settings, hall: UUID) -> AsyncIterator[Office]:
    async with open_office(settings) as office:
        yield office


async def test_wrong_password_keeps_the_account_and_says_how_many_tries_are_left(office: Office) -> None:
    person = office.person()
    refused = await person.sign_in("window3", "Wrong-pass-1")
    assert refused.status == 401
    assert "Account or password is wrong." in refused.text and "4 tries are left" in refused.text
    assert 'value="window3"' in refused.tag('name="account"')
    assert "Wrong-pass-1" not in refused.html
    assert person.cookies == {}


async def test_locked_account_says_how_long(office: Office) -> None:
    person = office.person()
    for _ in range(5):
        locked = await person.sign_in("window3", "Wrong-pass-1")
    assert locked.status == 429
    assert "wait 10 minutes" in locked.text
    assert (await person.sign_in("window3")).status == 429


@pytest.mark.parametrize(
    ("account", "page"),
    [
        ("window1", "/counter"),
        ("daozhen", "/desk"),
        ("supervisor", "/desk/hall"),
        ("jianchazhang", "/desk/hearings/approvals"),
        ("admin", "/desk/devices"),
        ("auditor", "/desk/journal"),
    ],
)
async def test_everybody_starts_where_their_day_begins(office: Office, account: str, page: str) -> None:
    person = office.person()
    assert (await person.sign_in(account)).to == page
    assert (await person.get(page)).status == 200


async def test_page_that_was_asked_for_comes_after_the_sign_in(office: Office) -> None:
    person = office.person()
    sent = await person.get("/desk/find?number=A012")
    assert (sent.status, sent.to) == (303, "/sign-in?next=/desk/find%3Fnumber%3DA012")
    door = await person.get(sent.to)
    assert 'value="/desk/find?number=A012"' in door.tag('name="next"')
    assert (await person.sign_in("daozhen", to="/desk/find?number=A012")).to == "/desk/find?number=A012"


async def test_nobody_is_led_to_another_site(office: Office) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        assert (await office.person().sign_in("daozhen", to=elsewhere)).to == "/desk"


async def test_idle_sign_out_is_explained(office: Office) -> None:
    clerk = await office.clerk("3")
    office.app.state.door.clock = lambda: datetime.now(UTC) + timedelta(minutes=31)
    office.app.state.door.forget()
    sent = await clerk.get("/counter")
    assert sent.status == 303
    door = await clerk.get(sent.to)
    assert "You were signed out." in door.text and "for 30 minutes" in door.text


async def test_press_after_the_idle_sign_out_leads_to_the_door_and_does_nothing(office: Office) -> None:
    clerk = await office.clerk("3")
    office.app.state.door.clock = lambda: datetime.now(UTC) + timedelta(minutes=31)
    office.app.state.door.forget()
    seen_on = {"hx-request": "true", "hx-current-url": "http://hall.local:8000/counter"}
    pressed = await clerk.post("/counter/3/pause", seen_on, reason="Lunch")
    assert (pressed.status, pressed.to) == (401, "/sign-in?next=/counter")
    assert office.app.state.pictures.now_seen(office.app.state.pictures.hall_id(None)).plan.window("3").state == "open"


async def test_still_here_keeps_the_sign_in(office: Office) -> None:
    clerk = await office.staff("window3")
    assert (await clerk.post("/here")).status == 204
    assert (await office.person().post("/here")).status in (303, 401)


async def test_sign_out_ends_the_sign_in_for_good(office: Office) -> None:
    clerk = await office.staff("window3")
    kept = dict(clerk.cookies)
    left = await clerk.post("/sign-out")
    assert left.to == "/sign-in?out=1"
    assert "You have signed out." in (await clerk.get(left.to)).text
    clerk.cookies = kept
    assert (await clerk.get("/counter")).status == 303


async def test_second_person_at_a_browser_signs_the_first_one_out(office: Office) -> None:
    person = await office.staff("window3")
    first = dict(person.cookies)
    assert "You are signed in as 3号窗口 王芳." in (await person.get("/sign-in")).text
    await person.sign_in("daozhen")
    assert "导访台 周敏" in (await person.get("/desk")).text
    person.cookies = first
    assert (await person.get("/counter")).status == 303


# One's own password ---------------------------------------------------------------------------------------------------


async def test_own_password_is_changed_here_and_signs_out_elsewhere(office: Office) -> None:
    here, elsewhere = await office.staff("window3"), await office.staff("window3")
    changed = await here.post("/password", old=PASSWORD, new="Neue-wort-9", again="Neue-wort-9")
    assert "The new password holds from now on." in changed.text
    assert (await here.get("/password")).status == 200
    assert (await elsewhere.get("/password")).status == 303
    assert (await office.person().sign_in("window3", "Neue-wort-9")).status == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        (PASSWORD, "Neue-wort-9", "Neue-wort-8", "typed differently"),
        (PASSWORD, "short", "short", "too easy to guess"),
        ("Wrong-pass-1", "Neue-wort-9", "Neue-wort-9", "password is wrong"),
    ],
)
async def test_own_password_is_not_changed_without_proof(office: Office, old: str, new: str, again: str, said: str) -> None:
    person = await office.staff("window3")
    refused = await person.post("/password", old=old, new=new, again=again)
    assert refused.status == 422 and said in refused.text
    assert (await office.person().sign_in("window3")).status == 303


# Screens of the hall ----------------------------------------------------------------------------------------------------


async def pairing_code(office: Office, kind: DeviceKind) -> str:
    hall = office.app.state.pictures.hall_id(None)
    now = datetime.now(UTC)
    plan = office.db.read_now(hall_plan, hall, now)
    return await office.db.write(add_device, office=plan.office_id, hall=hall, kind=kind, name="1号屏", now=now, by="test")


@pytest.mark.parametrize("kind", list(DeviceKind))
async def test_pairing_code_makes_the_browser_that_device(office: Office, kind: DeviceKind) -> None:
    screen = office.person()
    code = await pairing_code(office, kind)
    paired = await screen.post("/pair", pairing=code.lower().replace("-", " "))
    assert (paired.status, paired.to) == (303, f"/{kind}")
    assert "set up as “1号屏”" in (await screen.get("/pair")).text
    assert (await office.person().post("/pair", pairing=code)).status == 422


async def test_wrong_pairing_code_stays_in_the_field(office: Office) -> None:
    refused = await office.person().post("/pair", pairing="ABCD-EFGH-0000")
    assert refused.status == 422 and "does not open anything" in refused.text
    assert 'value="ABCD-EFGH-0000"' in refused.tag('name="pairing"')


async def test_language_is_kept_from_the_door_to_the_desk(office: Office) -> None:
    person = office.person("zh-CN")
    assert "工作人员登录" in (await person.get("/sign-in")).text
    assert (await person.get("/language/en?next=/sign-in")).to == "/sign-in"
    assert "Staff entrance" in (await person.get("/sign-in")).text
    await person.sign_in("daozhen")
    assert "Give a number" in (await person.get("/desk")).text
    assert "代取号" in (await person.get("/desk?lang=zh-CN")).text
    assert "代取号" in (await person.get("/desk")).text


async def test_of_many_places_the_first_stand_in_the_bar_and_the_others_by_group_behind_one_word(office: Office) -> None:
    page = await (await office.staff("supervisor")).get("/desk/windows")
    bar = page.html.split('<nav class="places"')[1].split("</nav>")[0]
    shown, more = bar.split("<details")
    assert shown.count("<a ") == 5 and more.count("<a ") == 3 and more.count('class="menu-group"') == 2
    assert 'class="here"' in more and 'href="/desk/windows" aria-current="page"' in more and "aria-current" not in shown
    few = await (await office.staff("admin")).get("/desk/devices")
    assert "<details" not in few.html.split('<nav class="places"')[1].split("</nav>")[0]
