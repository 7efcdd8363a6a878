"""The JSON API as the contract has it, against the running centre."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from shared.settings import Settings
from tests.centre import Centre, printed_token, token_for


@pytest.fixture
def api(serve: Callable[..., Centre], settings: Settings) -> Iterator[httpx.Client]:
    centre = serve()
    headers = {"Authorization": f"Bearer {token_for(settings)}"}
    with httpx.Client(base_url=f"{centre.url}/api/v1", headers=headers, trust_env=False) as client:
        yield client


def issue(api: httpx.Client, service: str = "legal-consultation", key: str | None = None, **more: Any) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return api.post("/tickets", json={"service": service, **more}, headers=headers)


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_the_contract_answers_as_written(api: httpx.Client, settings: Settings) -> None:
    """One visitor through the whole API, and every refusal a device may meet, on one running centre."""
    services = api.get("/services", headers={"Authorization": f"Bearer {printed_token(settings)}"}).json()
    assert [one["code"] for one in services][:2] == ["legal-consultation", "complaints-appeals"]
    assert {"code", "name_zh", "name_en", "open", "waiting", "wait_minutes"} <= services[0].keys()
    windows = api.get("/windows").json()
    assert [(one["code"], one["state"]) for one in windows] == [(str(n), "open") for n in range(1, 7)]
    assert windows[1]["skills"] == ["complaints", "consultation"]

    taken = issue(api, key="first-tap", language="en", lane="elderly", needs=["wheelchair"])
    ticket = taken.json()
    assert taken.status_code == 201
    assert (ticket["number"], ticket["service"], ticket["people_ahead"]) == ("A001", "legal-consultation", 0)
    assert ticket["wait_minutes"].keys() == {"low", "high"}
    assert ticket["url"].endswith(f"/t/{ticket['code']}")
    assert issue(api, key="first-tap").json()["code"] == ticket["code"]
    assert problem(issue(api, "complaints-appeals", key="first-tap")) == (422, "key-reused")
    second = issue(api).json()
    assert (second["number"], second["people_ahead"]) == ("A002", 1)

    assert api.get(f"/tickets/{ticket['code']}").json()["state"] == "waiting"
    called = api.post("/windows/1/call-next")
    call = called.json()
    assert (called.status_code, call["number"], call["code"], call["window"]) == (200, "A001", ticket["code"], "1")
    again = api.post("/windows/1/recall").json()
    assert (again["number"], again["call_id"] > call["call_id"]) == ("A001", True)
    assert api.post("/windows/1/start").json()["state"] == "serving"
    assert api.get(f"/tickets/{ticket['code']}").json()["window"] == "1"
    moved = api.post("/windows/1/transfer", json={"service": "complaints-appeals"}).json()
    assert (moved["number"], moved["state"], moved["service"]) == ("A001", "waiting", "complaints-appeals")
    assert api.post("/windows/3/call-next").json()["number"] == "A001"
    assert api.post("/windows/3/miss").json()["state"] == "missed"
    assert api.post("/windows/1/call-next").json()["number"] == "A002"
    assert api.post("/windows/1/hold").json()["state"] == "on_hold"
    assert api.post("/windows/1/call-next").status_code == 204
    third = issue(api, "lawyers-cases").json()
    assert api.post("/windows/5/call-next").json()["number"] == "D001"
    assert api.post("/windows/5/finish").json()["state"] == "done"
    assert api.get(f"/tickets/{third['code']}").json()["state"] == "done"
    fourth = issue(api).json()
    assert [api.post(f"/tickets/{fourth['code']}/cancel").json()["state"] for _ in range(2)] == ["cancelled"] * 2

    board = api.get("/board").json()
    assert board.keys() == {"version", "calls", "waiting"}
    assert [one["number"] for one in board["calls"]] == ["D001", "A002", "A001"]
    assert board["calls"][0].keys() == {"call_id", "number", "window", "called_at"}
    assert {"service": "legal-consultation", "count": 0} in board["waiting"]

    assert problem(issue(api, "no-such")) == (404, "unknown-service")
    assert problem(issue(api, "chief-procurator")) == (409, "by-booking")
    assert problem(issue(api, lane="princes")) == (422, "unknown-lane")
    assert problem(api.get("/tickets/00000000000000000000000000")) == (404, "unknown-code")
    assert problem(api.post("/windows/99/call-next")) == (404, "unknown-window")
    assert problem(api.post("/windows/2/start")) == (409, "nobody-called")
    assert problem(api.post("/tickets", json={"service": 7})) == (400, "invalid")
    assert problem(api.post("/tickets", content=b"{", headers={"content-type": "application/json"})) == (400, "invalid")
    assert problem(api.post("/tickets", json={"service": "x", "surprise": True})) == (400, "invalid")
    assert problem(api.post("/tickets", content=b" " * 70_000)) == (413, "too-large")
    assert problem(api.get("/nothing")) == (404, "not-found")


def test_without_a_valid_token_nothing_is_told(serve: Callable[..., Centre]) -> None:
    url = f"{serve().url}/api/v1/board"
    assert problem(httpx.get(url, trust_env=False)) == (401, "sign-in-needed")
    wrong = httpx.get(url, headers={"Authorization": f"Bearer {'x' * 43}"}, trust_env=False)
    assert (problem(wrong), wrong.headers["www-authenticate"]) == ((401, "token-unknown"), "Bearer")


def test_the_live_board_comes_on_connect_and_on_every_change(api: httpx.Client) -> None:
    address = str(api.base_url).replace("http", "ws") + "board/live"
    with connect(address) as socket:
        empty = json.loads(socket.recv(2))
        assert empty["calls"] == []
        issue(api)
        waiting = json.loads(socket.recv(2))
        assert waiting["version"] > empty["version"]
        assert {"service": "legal-consultation", "count": 1} in waiting["waiting"]
        api.post("/windows/1/call-next")
        assert json.loads(socket.recv(2))["calls"][0]["number"] == "A001"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_request_within_the_schema_is_a_server_error(api: httpx.Client, tmp_path: Path) -> None:
    """schemathesis makes up requests from the OpenAPI document; none may end in a 5xx or outside the document."""
    schema = f"{str(api.base_url).removesuffix('/api/v1/')}/schema/openapi.json"
    command = [
        Path(sys.executable).with_name("schemathesis"), "run", schema,
        "--header", f"Authorization: {api.headers['authorization']}",
        "--checks", "not_a_server_error", "--max-examples", "25", "--seed", "12309", "--no-color", "--workers", "2",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
