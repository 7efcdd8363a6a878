"""What the guards let through, and where those they turn away are sent. A small application stands behind the door."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from litestar import Litestar, Request, Response, get, post, websocket
from litestar.connection import WebSocket
from litestar.di import NamedDependency, Provide
from litestar.exceptions import WebSocketDisconnect
from litestar.testing import AsyncTestClient
from sqlmodel import Session

from shared.accounts import hashed
from shared.database import Database
from shared.door import (
    DEVICE_COOKIE,
    SIGN_IN_COOKIE,
    ApiDoor,
    Door,
    Identity,
    OwnPages,
    SignInFirst,
    add_device,
    add_staff,
    add_token,
    ask_to_sign_in,
    metrics_guard,
    pair,
    provide_identity,
    require,
)
from shared.errors import Refused
from shared.live import Boards
from shared.offices import Hall, Office
from shared.people import DeviceKind, Role

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PASSWORD = "Warm-station-1"
HASH = hashed(PASSWORD)
PAGE = {"accept": "text/html,application/xhtml+xml"}
Client = AsyncTestClient[Litestar]
Caller = dict[str, str]


@get("/")
async def front(identity: NamedDependency[Identity]) -> str:
    return identity.by


@get("/counter", guards=[require("window_clerk", "supervisor")])
async def counter(identity: NamedDependency[Identity]) -> str:
    return identity.name


@post("/counter", guards=[require("window_clerk")])
async def act() -> str:
    return "done"


@get("/staff", guards=[require()])
async def staff_room() -> str:
    return "tea"


@get("/api/v1/board", middleware=[ApiDoor()])
async def read() -> str:
    return "board"


@post("/api/v1/call-next", middleware=[ApiDoor()])
async def call() -> str:
    return "called"


@post("/api/v1/recall", guards=[require("window_clerk")])
async def recall() -> str:
    return "recalled"


@get("/metrics", guards=[metrics_guard])
async def metrics() -> str:
    return "gauges"


@websocket("/live", guards=[require("window_clerk")])
async def live(socket: WebSocket[Any, Any, Any], identity: NamedDependency[Identity]) -> None:
    await socket.accept()
    await socket.send_text(identity.kind)
    await socket.close()


@post("/sign-in")
async def come_in(request: Request[Any, Any, Any]) -> Response[str]:
    door: Door = request.app.state.door
    signed = await door.sign_in(account="li.wen", password=PASSWORD)
    return Response(signed.name, cookies=[door.cookie(SIGN_IN_COOKIE, signed.secret)])


def refused(_request: Request[Any, Any, Any], problem: Refused) -> Response[str]:
    return Response(problem.code, status_code=problem.status)


@pytest.fixture
def hall(db: Database) -> Hall:
    def found(session: Session) -> Hall:
        office = Office(code="bengbu", name_zh="检察院", name_en="Procuratorate")
        session.add(office)
        session.flush()
        hall = Hall(office_id=office.id, code="main", name_zh="大厅", name_en="Hall")
        session.add(hall)
        session.flush()
        for account, role in (("li.wen", Role.WINDOW_CLERK), ("he.jing", Role.AUDITOR), ("wu.fan", Role.ADMINISTRATOR)):
            who = {"account": account, "name": account, "password": HASH, "roles": (role,)}
            add_staff(session, office=office.id, hall=hall.id, now=NOW, by="test", **who)
        return hall

    return db.write_now(found)


@pytest.fixture
async def client(db: Database, hall: Hall) -> AsyncIterator[Client]:
    boards = Boards(db)
    handlers = [front, counter, act, staff_room, read, call, recall, metrics, live, come_in]
    app = Litestar(
        handlers,
        middleware=[OwnPages()],
        dependencies={"identity": Provide(provide_identity)},
        exception_handlers={SignInFirst: ask_to_sign_in, Refused: refused},
        openapi_config=None,
        logging_config=None,
    )
    app.state.door = Door(db, boards, base_url="https://12309.example:8443")
    await boards.start()
    async with AsyncTestClient(app, base_url="http://hall.local:8000") as client:
        yield client
    await boards.stop()


@pytest.fixture
async def callers(client: Client, db: Database, hall: Hall) -> dict[str, Caller]:
    """The headers of everybody who may come along."""
    door: Door = client.app.state.door
    place = {"office": hall.office_id, "hall": hall.id}
    signed = {name: await door.sign_in(account=name, password=PASSWORD) for name in ("li.wen", "he.jing", "wu.fan")}
    tokens = {
        role: await db.write(add_token, **place, name=role, role=role, now=NOW, by="test")
        for role in ("integration", "metrics")
    }
    code = await db.write(add_device, **place, kind=DeviceKind.KIOSK, name="K", now=datetime.now(UTC), by="test")
    device = await db.write(pair, pairing=code, now=datetime.now(UTC))
    return {
        "visitor": {},
        "stranger": {"authorization": "Bearer " + "a" * 43},
        "clerk": {"cookie": f"{SIGN_IN_COOKIE}={signed['li.wen'].secret}"},
        "auditor": {"cookie": f"{SIGN_IN_COOKIE}={signed['he.jing'].secret}"},
        "administrator": {"cookie": f"{SIGN_IN_COOKIE}={signed['wu.fan'].secret}"},
        "integration": {"authorization": f"Bearer {tokens['integration']}"},
        "metrics": {"authorization": f"bearer {tokens['metrics']}"},
        "kiosk": {"cookie": f"{DEVICE_COOKIE}={device}"},
    }


async def test_everyone_gets_as_far_as_their_rights_go(client: Client, callers: dict[str, Caller]) -> None:
    pages = [("GET", "/counter"), ("GET", "/staff")]
    calls = [("GET", "/api/v1/board"), ("POST", "/api/v1/call-next"), ("POST", "/api/v1/recall")]
    doors = [*pages, *calls, ("GET", "/metrics")]
    expected = {
        "visitor": (401, 401, 401, 401, 401, 401),
        "stranger": (401, 401, 401, 401, 401, 401),
        "clerk": (200, 200, 200, 403, 201, 403),
        "auditor": (403, 200, 200, 403, 403, 403),
        "administrator": (403, 200, 200, 403, 403, 200),
        "integration": (403, 403, 200, 201, 201, 200),
        "metrics": (403, 403, 403, 403, 403, 200),
        "kiosk": (403, 403, 200, 403, 403, 403),
    }
    seen = {}
    for name, headers in callers.items():
        answers = [await client.request(method, path, headers=headers) for method, path in doors]
        seen[name] = tuple(answer.status_code for answer in answers)
    assert seen == expected


@pytest.mark.parametrize(
    ("path", "sent_to"),
    [
        ("/counter", "/sign-in?next=/counter"),
        ("/counter?window=3&lang=en", "/sign-in?next=/counter%3Fwindow%3D3%26lang%3Den"),
    ],
)
async def test_a_page_sends_a_visitor_to_sign_in_and_back(client: Client, path: str, sent_to: str) -> None:
    answer = await client.get(path, headers=PAGE, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, sent_to)


async def test_a_form_sent_too_late_comes_back_to_the_page_it_was_on(client: Client) -> None:
    sent = {**PAGE, "referer": "http://hall.local:8000/counter?window=3"}
    answer = await client.post("/counter", headers=sent, follow_redirects=False)
    assert answer.headers["location"] == "/sign-in?next=/counter%3Fwindow%3D3"


async def test_a_fragment_sends_the_whole_page_to_sign_in(client: Client) -> None:
    sent = {"hx-request": "true", "hx-current-url": "http://hall.local:8000/counter"}
    answer = await client.post("/counter", headers=sent, follow_redirects=False)
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/sign-in?next=/counter")


async def test_staff_without_the_role_are_told_so_and_not_sent_to_sign_in(
    client: Client, callers: dict[str, Caller]
) -> None:
    answer = await client.get("/counter", headers={**PAGE, **callers["auditor"]}, follow_redirects=False)
    assert (answer.status_code, answer.text) == (403, "not-allowed")


async def test_strangers_are_given_no_cookie(client: Client, callers: dict[str, Caller]) -> None:
    for headers in callers.values():
        for path in ("/", "/counter", "/api/v1/board"):
            assert "set-cookie" not in (await client.get(path, headers=headers)).headers


async def test_the_cookie_of_a_sign_in_is_out_of_reach_of_scripts_and_new_each_time(client: Client) -> None:
    chosen = "a" * 43
    answer = await client.post("/sign-in", headers={"cookie": f"{SIGN_IN_COOKIE}={chosen}"})
    secret, *attributes = answer.headers["set-cookie"].split("; ")
    assert chosen not in secret
    assert sorted(attributes) == ["HttpOnly", "Path=/", "SameSite=lax", "Secure"]
    for value, known in ((chosen, "visitor"), (secret.partition("=")[2], "staff")):
        client.cookies.clear()
        seen = await client.get("/", headers={"cookie": f"{SIGN_IN_COOKIE}={value}"})
        assert seen.text.partition(":")[0] == known


async def test_a_device_keeps_its_cookie_over_a_restart_and_a_sign_in_does_not(client: Client) -> None:
    door: Door = client.app.state.door
    assert door.cookie(DEVICE_COOKIE, "x").max_age == 400 * 86_400
    assert door.cookie(SIGN_IN_COOKIE, "x").max_age is None
    assert door.no_cookie(SIGN_IN_COOKIE).max_age == 0


async def test_a_socket_is_opened_for_staff_and_closed_with_its_reason_for_others(
    client: Client, callers: dict[str, Caller]
) -> None:
    with await client.websocket_connect("/live", headers=callers["clerk"]) as socket:
        assert socket.receive_text() == "staff"
    for name, code in (("visitor", 4401), ("stranger", 4401), ("auditor", 4403)):
        assert await closed_with(client, callers[name]) == code


async def closed_with(client: Client, headers: Caller) -> int:
    with pytest.raises(WebSocketDisconnect) as end, await client.websocket_connect("/live", headers=headers) as socket:
        socket.receive_text()
    return end.value.code


async def test_another_sites_page_can_neither_act_nor_listen(client: Client, callers: dict[str, Caller]) -> None:
    foreign = {**callers["clerk"], "origin": "http://evil.example"}
    for method, status in (("POST", 403), ("PUT", 405), ("GET", 200)):
        assert (await client.request(method, "/counter", headers=foreign)).status_code == status
    assert (await client.post("/sign-in", headers={"origin": "null"})).text == "cross-site"
    assert await closed_with(client, foreign) == 4403


async def test_our_own_pages_and_programs_may_act(client: Client, callers: dict[str, Caller]) -> None:
    own = {"origin": "http://hall.local:8000", "sec-fetch-site": "same-origin"}
    for headers in (own, {"origin": "https://12309.example:8443"}, {}):
        assert (await client.post("/counter", headers={**callers["clerk"], **headers})).status_code == 201
    program = {**callers["integration"], "origin": "http://evil.example", "sec-fetch-site": "cross-site"}
    assert (await client.post("/api/v1/call-next", headers=program)).status_code == 201
