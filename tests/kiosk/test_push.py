"""Phones that are rung while they are locked, from the touch to the message that only the phone can open."""

import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import anyio
import msgspec
import pytest
from py_vapid import Vapid02
from sqlmodel import Session, select

from kiosk import actions as hall_actions
from kiosk.push import actions, queries
from kiosk.push.addresses import Phone, is_known
from kiosk.push.message import LENGTH, public_key
from kiosk.push.tables import PushSubscription
from kiosk.window.acknowledge import perceived
from kiosk.window.recalls import call_again
from shared.database import Database
from shared.errors import Refused
from shared.settings import PUSH_HOSTS, Settings
from shared.vault import Vault
from tests.kiosk.push_service import Handset, PushService, text
from tests.kiosk.staff import Office, Person, open_office
from tests.kiosk.test_actions import Hall, at

ONE_KIND = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def service() -> Iterator[PushService]:
    opened = PushService()
    yield opened
    opened.server.shutdown()
    opened.server.server_close()


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    with anyio.fail_after(20):
        while not await true():  # noqa: ASYNC110
            await anyio.sleep(0.05)


async def has(service: PushService, count: int) -> bool:
    return len(service.taken) == count


@pytest.mark.parametrize(("address", "known"), [
    ("https://fcm.googleapis.com/fcm/send/x", True), ("https://db5p.notify.windows.com/w/?token=x", True),
    ("https://fcm.googleapis.com:443/x", True), ("http://127.0.0.1:8123/x", True),
    ("http://fcm.googleapis.com/x", False), ("https://fcm.googleapis.com:8443/x", False), ("http://127.0.0.1:8124/x", False),
    ("https://fcm.googleapis.com.evil.cn/x", False), ("https://evilnotify.windows.com/x", False),
    ("https://notify.windows.com/x", False),
    ("https://x@fcm.googleapis.com/x", False), ("https://evil.cn\\@fcm.googleapis.com/x", False), ("https://127.0.0.1/x", False),
    ("https://fcm.googleapis.com/\nx", False), ("file:///etc/passwd", False), ("https://[::1/x", False), ("", False),
])  # fmt: skip
def test_calls_go_to_known_push_services_and_nowhere_else(address: str, known: bool) -> None:
    assert is_known(address, (*PUSH_HOSTS, "http://127.0.0.1:8123")) is known


def test_the_settings_name_the_push_services() -> None:
    read = Settings.read({"NUANYI_PUSH": "false", "NUANYI_PUSH_HOSTS": "push.a.cn, *.b.cn https://c.cn:8443"})
    assert (read.push, read.push_hosts) == (False, ("push.a.cn", "*.b.cn", "https://c.cn:8443"))
    assert (Settings.read({}).push, Settings.read({}).push_hosts) == (True, PUSH_HOSTS)
    with pytest.raises(ValueError, match="NUANYI_PUSH_HOSTS"):
        Settings.read({"NUANYI_PUSH_HOSTS": "ftp://x"})


def test_the_key_of_an_office_stays_the_same_and_is_no_other_offices(tmp_path: Path) -> None:
    one, again, other = Vault.open(tmp_path / "a"), Vault.open(tmp_path / "a"), Vault.open(tmp_path / "b")
    assert public_key(Settings(), one) == public_key(Settings(), again) != public_key(Settings(), other)
    assert public_key(Settings(push=False), one) == ""


class TestPhones:
    @pytest.fixture
    def desk(self, db: Database, hall: UUID) -> Hall:
        return Hall(db, hall)

    def due(self, desk: Hall, minute: float, seconds: int = 60) -> list[tuple[str, int]]:
        found = desk.db.read_now(queries.due, hall=desk.id, now=at(minute), seconds=seconds)
        return [(one.number, one.call) for one in found]

    def test_a_phone_is_rung_once_for_each_call_and_forgotten_with_the_visit(self, desk: Hall, tmp_path: Path) -> None:
        vault, handset, one = Vault.open(tmp_path), Handset("https://web.push.apple.com"), desk.issue()
        told: dict[str, Any] = {"code": one.code, "language": "en", "sealing": vault}
        for _ in range(2):
            desk.act(actions.ask, phone=handset.phone, **told)
        for _ in range(3):
            desk.act(actions.ask, 0.1, phone=Handset("https://web.push.apple.com").phone, **told)
        with pytest.raises(Refused, match="invalid"):
            desk.act(actions.ask, phone=Phone("https://web.push.apple.com/x", text(b"\x04" + bytes(64)), text(bytes(16))), **told)
        rows = desk.db.read_now(lambda s: list(s.exec(select(PushSubscription)).all()))
        assert len(rows) == actions.PHONES_MOST and b"apple" not in rows[0].sealed
        assert self.due(desk, 0.5) == []
        first = desk.call("1", 1).call_id
        assert self.due(desk, 1.1) == [(one.number, first)] * 3
        assert self.due(desk, 3) == []  # too old
        won = [desk.db.write_now(actions.claim, phone=rows[0].id, call=first) for _ in range(2)]
        assert won == [True, False] and len(self.due(desk, 1.2)) == 2
        second = desk.act(call_again, 2, "1", ticket=one.code, seen=first).call_id
        assert self.due(desk, 2.1) == [(one.number, second)] * 3
        desk.act(perceived, 2.2, code=one.code, coming=True)
        assert self.due(desk, 2.3) == [] and not desk.db.read_now(queries.has_ended, hall=desk.id)
        desk.act(hall_actions.start, 3, "1")
        desk.act(hall_actions.finish, 4, "1")
        assert desk.db.read_now(queries.has_ended, hall=desk.id)
        assert desk.db.write_now(actions.forget_ended, hall=desk.id) == 3
        with pytest.raises(Refused, match="ended"):
            desk.act(actions.ask, 5, phone=handset.phone, **told)

    def test_it_can_be_taken_back(self, desk: Hall, tmp_path: Path) -> None:
        handset, one = Handset("https://web.push.apple.com"), desk.issue()
        desk.call("1", 1)
        desk.act(actions.ask, 1.1, code=one.code, phone=handset.phone, language="en", sealing=Vault.open(tmp_path))
        assert self.due(desk, 1.2) == []  # only from the next call on
        for _ in range(2):
            desk.act(actions.take_back, 2, code=one.code, endpoint=handset.phone.endpoint)
        assert desk.db.read_now(lambda s: s.exec(select(PushSubscription)).all()) == []
        assert desk.journal().count("push-ended") == 1


@pytest.mark.anyio
@ONE_KIND
class TestRinging:
    async def number(self, visitor: Person) -> str:
        taken = await visitor.post("/kiosk/tickets", service="legal-consultation", key=uuid4().hex)
        return taken.to.split("/")[-1].split("?")[0]

    async def asked(self, visitor: Person, code: str, handset: Handset) -> int:
        return (await visitor.send(f"/t/{code}/push", handset.subscription)).status

    async def call(self, clerk: Person) -> None:
        page = await clerk.get("/counter")
        await clerk.press("/counter/1/next", key=page.field("/counter/1/next", "key"), unfinished="settle")

    async def none_left(self, office: Office) -> bool:
        def none(session: Session) -> bool:
            return session.exec(select(PushSubscription)).first() is None

        return await office.db.read(none)

    async def test_a_locked_phone_learns_number_and_window_and_its_maker_nothing(
        self, settings: Settings, hall: UUID, service: PushService
    ) -> None:
        settings = msgspec.structs.replace(settings, push_hosts=(service.url,))
        async with open_office(settings) as office:
            visitor, clerk, handset = office.person(), await office.clerk("1"), Handset(service.url)
            code = await self.number(visitor)
            key = public_key(settings, office.app.state.vault)
            assert f'data-push="{key}"' in (await visitor.get(f"/t/{code}")).html
            assert await self.asked(visitor, code, handset) == 204
            await self.call(clerk)
            await until(lambda: has(service, 1))
            (path, headers, body), number = service.taken[0], office.picture().by_code[code].number
            said = handset.opened(body)
            assert json.loads(said) == {"number": number, "window": "Window 1"} and len(said) == LENGTH
            assert (path, headers["ttl"], headers["urgency"], headers["content-encoding"]) == (
                handset.path, "60", "high", "aes128gcm")
            assert number.encode() not in body and code not in str(headers) and Vapid02.verify(headers["authorization"])
            assert headers["authorization"].endswith(f",k={key}")
            assert "not yet on the phone" not in (await clerk.get("/counter")).text  # nothing is said of what was only sent
            assert 'data-reach="phone"' not in (await clerk.get("/counter")).html
            await visitor.post(f"/t/{code}/delivered")  # what its worker does
            assert 'data-reach="phone"' in (await clerk.get("/counter")).html
            service.answers = [410]
            page = await clerk.get("/counter")
            told = {name: page.field("/counter/1/recall", name) for name in ("ticket", "call")}
            await clerk.press("/counter/1/recall", **told)
            await until(lambda: has(service, 2))
            await until(lambda: self.none_left(office))

    async def test_nobody_is_sent_elsewhere_and_the_end_of_a_visit_forgets(
        self, settings: Settings, hall: UUID, service: PushService
    ) -> None:
        settings = msgspec.structs.replace(settings, push_hosts=(service.url,))
        async with open_office(settings) as office:
            visitor, handset = office.person(), Handset(service.url)
            code = await self.number(visitor)
            inside = Handset("http://127.0.0.1:22")
            assert (await self.asked(visitor, code, inside), await self.asked(visitor, "0" * 26, handset)) == (422, 404)
            assert await self.asked(visitor, code, handset) == 204
            assert (await visitor.send(f"/t/{code}/push", {"endpoint": handset.phone.endpoint})).status == 400
            worker = await visitor.get("/t/push-worker.js")
            assert "showNotification" in worker.html and "addEventListener(\"fetch\"" not in worker.html
            await visitor.post(f"/t/{code}/cancel")
            await until(lambda: self.none_left(office))
            assert service.taken == []

    async def test_where_it_is_off_no_phone_is_asked(self, settings: Settings, hall: UUID) -> None:
        async with open_office(msgspec.structs.replace(settings, push=False)) as office:
            visitor = office.person()
            code = await self.number(visitor)
            assert "data-push=" not in (await visitor.get(f"/t/{code}")).html
            assert await self.asked(visitor, code, Handset("https://web.push.apple.com")) == 404
