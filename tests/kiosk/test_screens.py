"""The hall's screens on both databases: what they tell, what they are asked to do, out of order over a restart, and the addresses
that make a kiosk ready for an outage. And the script that sets one up, in a dry run."""

import json
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from app import create_app
from kiosk.devices import actions as pulse
from kiosk.devices.queries import ScreenView, recorded, screens
from kiosk.plan import hall_plan
from shared.codes import qr_rows
from shared.database import Database
from shared.door import DEVICE_COOKIE, add_device, pair
from shared.people import DeviceKind
from shared.settings import Settings
from tests.conftest import MORNING

ROOT = Path(__file__).parent.parent.parent
INSTALL = ROOT / "deploy" / "kiosk" / "install.sh"
Client = TestClient[Litestar]


def paired(db: Database, hall: UUID, kind: DeviceKind = DeviceKind.KIOSK) -> str:
    plan, now = db.read_now(hall_plan, hall, MORNING), datetime.now(UTC)
    code = db.write_now(add_device, office=plan.office_id, hall=hall, kind=kind, name="1号自助机", now=now, by="test")
    return db.write_now(pair, pairing=code, now=now)


def only(db: Database, hall: UUID) -> ScreenView:
    (one,) = db.read_now(screens, hall=hall)
    return one


@pytest.fixture
def kiosk(settings: Settings, db: Database, hall: UUID) -> Iterator[Client]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        client.cookies.set(DEVICE_COOKIE, paired(db, hall))
        client.headers.update({"accept": "text/html"})
        yield client


def test_command_is_given_once_and_done_when_the_page_is_there_again(db: Database, hall: UUID) -> None:
    paired(db, hall)
    device, plan = only(db, hall).device.id, db.read_now(hall_plan, hall, MORNING)

    def beat(minute: float, **said: Any) -> pulse.Told:
        now = MORNING + timedelta(minutes=minute)
        told: dict[str, Any] = {"device": device, "beat": pulse.Beat(version="v1", **said), "now": now}
        quiet = db.read_now(pulse.heard, **told)
        return quiet or db.write_now(pulse.note_beat, hall=hall, **told)

    assert beat(0, began=True) == pulse.Told()
    db.write_now(pulse.ask, plan=plan, device=device, command="reload", now=MORNING, by="staff:1")
    assert [beat(0.2).command, beat(0.4).command] == ["reload", ""]
    state = only(db, hall).state
    assert state and state.taken_at and state.done_at is None
    beat(0.6, began=True, fault="TypeError kiosk.js:3")
    state = only(db, hall).state
    assert state and (state.done_at, state.fault, state.command) == (MORNING + timedelta(minutes=0.6), "TypeError kiosk.js:3", "")
    assert only(db, hall).is_heard(MORNING + timedelta(minutes=2))


def test_out_of_order_is_said_with_its_reason_until_staff_take_it_back(kiosk: Client, db: Database, hall: UUID) -> None:
    plan, device = db.read_now(hall_plan, hall, MORNING), only(db, hall).device.id
    assert kiosk.get("/kiosk?lang=en").status_code == 200
    db.write_now(pulse.set_out, plan=plan, device=device, reason="The glass is broken", now=MORNING, by="staff:1")
    for _ in range(2):
        out = kiosk.get("/kiosk?lang=en")
        assert out.status_code == 503 and "The glass is broken" in out.text and "guide desk" in out.text
    assert kiosk.post("/device/beat", json={"version": "v1"}).json() == {"command": "reload", "out": "The glass is broken"}
    db.write_now(pulse.set_out, plan=plan, device=device, reason="", now=MORNING, by="staff:1")
    assert kiosk.get("/kiosk").status_code == 200


def test_kiosk_gets_ready_and_hands_in_over_its_addresses(kiosk: Client, db: Database, hall: UUID) -> None:
    told = kiosk.post("/kiosk/block", json={}).json()
    first = next(one for one in told["numbers"] if one["service"] == "legal-consultation")
    assert first["number"] == "AX01" and first["qr"] == qr_rows(f"http://127.0.0.1:8000/c/{first['code']}")
    early = kiosk.get(f"/c/{first['code']}?lang=en")
    assert early.status_code == 409 and "as soon as the kiosk is connected again" in early.text
    record = {"token": first["token"], "ago": 1.5, "lanes": ["elderly"], "language": "en"}
    answer = kiosk.post("/kiosk/block/records", json={"records": [record]}).json()
    assert [one["outcome"] for one in answer["settled"]] == ["taken"]
    assert "AX01" in kiosk.get(f"/kiosk/tickets/{first['code']}").text
    (line,) = db.read_now(recorded, hall=hall)
    assert (line.number, line.place, line.unsure) == ("AX01", "1号自助机", False)
    assert only(db, hall).ready == 39
    assert kiosk.post("/kiosk/block/records", json={"records": [{"token": "x", "ago": "soon"}]}).status_code == 400
    kiosk.cookies.clear()
    for path, body in (("/kiosk/block", {}), ("/kiosk/block/records", {"records": [record]})):
        assert kiosk.post(path, json=body).status_code == 403, "any browser could hoard numbers"
    assert "data-block" not in kiosk.get("/kiosk").text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_worker_keeps_the_offline_page_and_nothing_of_a_visit(kiosk: Client, db: Database, hall: UUID) -> None:
    worker = kiosk.get("/kiosk/worker.js")
    assert worker.headers["service-worker-allowed"] == "/kiosk"
    assert "worker-src 'self';" in worker.headers["content-security-policy"]
    kept = json.loads(worker.text.split("\n")[0].removeprefix("const KEPT = ").removesuffix(";"))
    assert kept["pages"] == ["/kiosk/offline/zh-CN", "/kiosk/offline/en"]
    assert all(kiosk.get(one).status_code == 200 for one in [*kept["pages"], *kept["assets"]])
    before = kiosk.get("/kiosk/offline/en")
    kiosk.post("/kiosk/modes", data={"mode": "contrast"})
    after = kiosk.get("/kiosk/offline/en")
    assert before.text == after.text and "set-cookie" not in after.headers
    assert kiosk.get("/kiosk/worker.js").text == worker.text
    assert kiosk.get("/kiosk/offline/fr").status_code == 404


def test_set_up_of_a_screen_can_be_looked_at_first_and_done_again(tmp_path: Path) -> None:
    command = ["bash", str(INSTALL), "--root", str(tmp_path), "--address", "https://hall.example.gov.cn/", "--role", "lobby"]
    first, second = (subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(2))
    assert "wrote" in first and "wrote" not in second
    policies = json.loads((tmp_path / "etc/chromium/policies/managed/nuanyi.json").read_text())
    assert policies["URLAllowlist"] == ["https://hall.example.gov.cn"] and policies["PrintingEnabled"] is False
    unit = (tmp_path / "etc/systemd/system/nuanyi-kiosk.service").read_text()
    assert "Restart=always" in unit and not re.search("@[A-Z]+@", unit)
    start = tmp_path / "usr/local/lib/nuanyi/kiosk"
    told = {"NUANYI_ADDRESS": "http://10.0.0.5", "NUANYI_ROLE": "lobby", "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    flags = subprocess.run([start, "--show"], capture_output=True, text=True, check=True, env=told).stdout.splitlines()
    assert {"--kiosk", "--autoplay-policy=no-user-gesture-required", "--noerrdialogs"} <= set(flags)
    assert flags[-1] == "http://10.0.0.5/lobby"
    wrong = [*command[:4], "--address", "hall; true"]
    assert subprocess.run(wrong, capture_output=True, check=False).returncode == 2
