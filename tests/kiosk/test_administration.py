"""Administration by the HTML an administrator and an auditor read: screens, printers, tokens, staff, windows, the journal."""

import re
import socket
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, select, text

from kiosk.administration.auditing import as_csv
from kiosk.administration.registers import Line
from kiosk.plan import HallPlan
from kiosk.slips.printers import PrinterForm, described, form_of
from shared import journal
from shared.database import Database
from shared.errors import Refused
from shared.journal import JournalLine
from shared.offices import Hall, Office
from shared.people import Device, Staff
from shared.settings import Settings
from tests.kiosk.paper import PaperPrinter
from tests.kiosk.staff import Office as Staffed
from tests.kiosk.staff import Page, Person, open_office

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


class House(Staffed):
    """The office, and what its tables say."""

    @property
    def plan(self) -> HallPlan:
        pictures = self.app.state.pictures
        plan: HallPlan = pictures.now_seen(pictures.hall_id(None)).plan
        return plan

    def acts(self) -> list[str]:
        return self.db.read_now(lambda session: [line.act for line in session.exec(select(JournalLine)).all()])

    def device(self) -> Device:
        return self.db.read_now(lambda session: session.exec(select(Device)).one())


@pytest.fixture
async def office(settings: Settings, hall: UUID) -> AsyncIterator[House]:
    async with open_office(settings) as office:
        yield House(office.app, office.client)


def secret(page: Page) -> str:
    """What is shown once."""
    found = re.search(r'once-secret[^>]*">([^<]+)<', page.html)
    assert found, page.text
    return found[1]


# Who may go where -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "welcome"),
    [
        ("/desk/devices", {"admin"}),
        ("/desk/tokens", {"admin"}),
        ("/desk/staff", {"admin"}),
        ("/desk/windows", {"admin", "supervisor"}),
        ("/desk/journal", {"auditor"}),
        ("/desk/journal/verdict", {"auditor"}),
    ],
)
async def test_pages_open_to_their_roles_alone(office: House, page: str, welcome: set[str]) -> None:
    for account in ("admin", "auditor", "supervisor", "daozhen", "window1"):
        answer = await (await office.staff(account)).get(page)
        assert answer.status == (200 if account in welcome else 403), account
    assert (await office.person().get(page)).to == f"/sign-in?next={page}"


async def test_staff_of_all_halls_stay_in_their_own_office(settings: Settings, db: Database, hall: UUID) -> None:
    def found_another(session: Session) -> None:
        other = Office(code="huaiyuan", name_zh="怀远县人民检察院", name_en="Huaiyuan County People's Procuratorate")
        session.add(other)
        session.flush()
        session.add(Hall(office_id=other.id, code="huaiyuan", name_zh="怀远大厅", name_en="Huaiyuan hall"))
        session.exec(select(Staff).where(Staff.account == "admin")).one().hall_id = None

    db.write_now(found_another)
    async with open_office(settings) as office:
        admin = await office.staff("admin")
        assert (await admin.get("/desk/devices")).status == 200
        assert (await admin.get("/desk/devices?hall=main")).status == 200
        assert (await admin.get("/desk/devices?hall=huaiyuan")).status == 404


async def test_auditor_changes_nothing(office: House) -> None:
    auditor = await office.staff("auditor")
    for path in ("/desk/devices", "/desk/tokens", "/desk/staff", "/desk/windows/3", "/counter/sit", "/desk/tickets"):
        assert (await auditor.post(path, name="x", state="closed", reason="x")).status == 403


# Screens and printers ---------------------------------------------------------------------------------------------------


async def test_screen_is_added_with_a_code_shown_once_and_shut_out(office: House) -> None:
    admin, screen = await office.staff("admin"), office.person()
    added = await admin.post("/desk/devices", name="Kiosk 1", kind="kiosk")
    assert added.status == 201 and "only for 60 minutes" in added.text
    listed = await admin.get("/desk/devices")
    assert "waits for pairing" in listed.text and secret(added) not in listed.text
    assert (await screen.post("/pair", pairing=secret(added))).to == "/kiosk"
    assert "Kiosk 1 Kiosk paired just now" in (await admin.get("/desk/devices")).text
    assert (await admin.post(f"/desk/devices/{office.device().id}/revoke")).to == "/desk/devices"
    assert "set up as" not in (await screen.get("/pair")).text
    assert "shut out" in (await admin.get("/desk/devices")).text
    assert office.acts()[-3:] == ["device-added", "device-paired", "device-revoked"]


async def test_screen_needs_a_name(office: House) -> None:
    refused = await (await office.staff("admin")).post("/desk/devices", name=" ", kind="lobby")
    assert refused.status == 422 and "The name is missing." in refused.text


async def kiosk(office: House, admin: Person) -> str:
    await admin.post("/desk/devices", name="Kiosk 1", kind="kiosk")
    return f"/desk/devices/{office.device().id}"


async def test_printer_is_described_and_a_test_slip_comes_out(office: House) -> None:
    admin = await office.staff("admin")
    page = await kiosk(office, admin)
    with PaperPrinter() as printer:
        kept = await admin.post(f"{page}/printer", kind="network", host="127.0.0.1", port=str(printer.port), qr="image")
        assert "Print a test slip to be sure." in (await admin.get(kept.to)).text
        tried = await admin.post(f"{page}/test")
        assert "The printer confirms the test slip." in tried.text and 'data-outcome="confirmed"' in tried.html
        assert "测试号票" in printer.transcript and "A000" in printer.transcript and printer.cuts == 1
    assert office.device().printer["qr"] == "image"
    assert office.acts()[-2:] == ["printer-set", "printer-tried"]


@pytest.mark.parametrize(
    ("trouble", "outcome", "said"),
    [
        ({"paper": "out"}, "failed", "Nothing was printed. · out of paper"),
        ({"swallow": True}, "unknown", "Please look whether a slip came out."),
    ],
)
async def test_test_slip_says_honestly_what_is_known(office: House, trouble: dict[str, Any], outcome: str, said: str) -> None:
    admin = await office.staff("admin")
    page = await kiosk(office, admin)
    with PaperPrinter(**trouble) as printer:
        await admin.post(f"{page}/printer", kind="network", host="127.0.0.1", port=str(printer.port))
        office.db.write_now(be_quick)
        tried = await admin.post(f"{page}/test")
    assert said in tried.text and f'data-outcome="{outcome}"' in tried.html


def be_quick(session: Session) -> None:
    """A printer's patience that tests have."""
    device = session.exec(select(Device)).one()
    device.printer = {**device.printer, "patience": 1}
    session.add(device)


async def test_test_slip_at_an_address_where_nobody_is_fails(office: House) -> None:
    admin = await office.staff("admin")
    page = await kiosk(office, admin)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    await admin.post(f"{page}/printer", kind="network", host="127.0.0.1", port=str(port))
    assert "Nothing was printed." in (await admin.post(f"{page}/test")).text


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "network"},
        {"kind": "network", "host": "a b"},
        {"kind": "network", "host": "10.0.0.7", "port": "70000"},
        {"kind": "network", "host": "10.0.0.7", "port": "nine"},
        {"kind": "usb"},
        {"kind": "usb", "usb_vendor": "zz"},
        {"kind": "pigeon"},
        {"kind": "none", "encoding": "latin-1"},
    ],
)
async def test_printer_that_cannot_be_right_is_refused_and_stays_in_the_form(office: House, form: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        described(PrinterForm(**form))
    assert refused.value.code == "bad-printer"
    admin = await office.staff("admin")
    page = await kiosk(office, admin)
    answer = await admin.post(f"{page}/printer", **form)
    assert answer.status == 422 and "cannot be right" in answer.text
    if "port" in form:
        assert f'value="{form["port"]}"' in answer.tag('name="port"')


async def test_printer_form_shows_what_is_kept(database_url: str) -> None:
    form = PrinterForm(kind="usb", usb_vendor="04b8", usb_product="0e15", encoding="utf-8", text="raster")
    kept = {name: getattr(described(form), name) for name in ("kind", "usb_vendor", "usb_product", "encoding", "text", "port")}
    assert (form_of(kept).usb_vendor, form_of(kept).encoding, form_of(kept).port) == ("04b8", "utf-8", "9100")
    assert form_of({}).kind == "none"


async def test_screen_that_does_not_exist_is_not_described(office: House) -> None:
    admin = await office.staff("admin")
    for path in ("", "/printer", "/test", "/revoke"):
        ask = admin.get if not path else admin.post
        assert (await ask(f"/desk/devices/{UUID(int=7)}{path}")).status == 404


# Tokens -----------------------------------------------------------------------------------------------------------------


async def test_token_is_shown_once_opens_the_api_and_ends(office: House) -> None:
    admin, program = await office.staff("admin"), office.person()
    made = await admin.post("/desk/tokens", name="Screen of the office", role="integration")
    assert made.status == 201 and secret(made) not in (await admin.get("/desk/tokens")).text
    carried = {"authorization": f"Bearer {secret(made)}", "accept": "application/json"}
    assert (await program.get("/api/v1/board", **carried)).status == 200
    listed = await admin.get("/desk/tokens")
    address = re.search(r'action="(/desk/tokens/[^"]+/revoke)"', listed.html)
    assert address and (await admin.post(address[1])).to == "/desk/tokens"
    assert (await program.get("/api/v1/board", **carried)).status == 401
    assert "Screen of the office Integration" in (await admin.get("/desk/tokens")).text
    assert (await admin.post(f"/desk/tokens/{UUID(int=7)}/revoke")).status == 404


@pytest.mark.parametrize(("name", "role", "said"), [("", "integration", "The name is missing."), ("x", "king", "no such role")])
async def test_token_needs_a_name_and_a_role(office: House, name: str, role: str, said: str) -> None:
    refused = await (await office.staff("admin")).post("/desk/tokens", name=name, role=role)
    assert refused.status == 422 and said in refused.text


# Staff ------------------------------------------------------------------------------------------------------------------


async def person_id(admin: Person, account: str) -> str:
    page = await admin.get("/desk/staff")
    row = page.html.split(f'id="staff-{account}"')[1].split("</tr>")[0]
    found = re.search(r"/desk/staff/([0-9a-f-]+)/", row)
    assert found
    return found[1]


async def test_somebody_is_added_signs_in_and_is_shut_out(office: House) -> None:
    admin, fresh = await office.staff("admin"), office.person()
    added = await admin.post("/desk/staff", name="李文", account="Li.Wen", roles=["window_clerk", "guide_desk"])
    assert added.status == 201 and "Password for 李文（Li.Wen）" in added.text
    assert (await fresh.sign_in("li.wen", secret(added))).to == "/counter"
    person = await person_id(admin, "li.wen")
    assert (await admin.post(f"/desk/staff/{person}/close")).to == "/desk/staff"
    assert (await fresh.get("/counter")).status == 303
    assert (await fresh.sign_in("li.wen", secret(added))).status == 401
    await admin.post(f"/desk/staff/{person}/open")
    assert (await fresh.sign_in("li.wen", secret(added))).status == 303


async def test_new_password_is_shown_once_and_ends_what_was_open(office: House) -> None:
    admin, clerk = await office.staff("admin"), await office.staff("window3")
    reset = await admin.post(f"/desk/staff/{await person_id(admin, 'window3')}/password")
    assert reset.status == 201 and "3号窗口 王芳" in reset.text
    assert (await clerk.get("/counter")).status == 303
    assert (await clerk.sign_in("window3")).status == 401
    assert (await clerk.sign_in("window3", secret(reset))).status == 303


async def test_roles_change_at_once_and_stay_apart(office: House) -> None:
    admin, guide = await office.staff("admin"), await office.staff("daozhen")
    person = await person_id(admin, "daozhen")
    assert (await admin.post(f"/desk/staff/{person}/roles", roles=["window_clerk"])).status == 303
    assert (await guide.get("/desk/issue")).status == 403
    apart = await admin.post(f"/desk/staff/{person}/roles", roles=["administrator", "auditor"])
    assert apart.status == 422 and "One person cannot be administrator and auditor." in apart.text
    assert (await admin.post(f"/desk/staff/{person}/roles")).status == 422


async def test_nobody_changes_their_own_rights(office: House) -> None:
    admin = await office.staff("admin")
    own = office.db.read_now(lambda s: s.exec(text("SELECT id FROM staff WHERE account = 'admin'")).scalar_one())
    for deed in ("roles", "password", "close"):
        refused = await admin.post(f"/desk/staff/{UUID(str(own))}/{deed}", roles=["administrator", "guide_desk"])
        assert refused.status == 409 and "Nobody changes their own rights." in refused.text
    assert (await admin.post(f"/desk/staff/{UUID(int=7)}/password")).status == 404


async def test_account_that_exists_keeps_what_was_typed(office: House) -> None:
    admin = await office.staff("admin")
    taken = await admin.post("/desk/staff", name="某人", account="window3", roles=["auditor"])
    assert taken.status == 409 and "This account name is in use." in taken.text
    assert 'value="window3"' in taken.tag('name="account"')
    assert (await admin.post("/desk/staff", name="", account="x", roles=["auditor"])).status == 422


# Windows and services -----------------------------------------------------------------------------------------------------


async def test_supervisor_pauses_opens_and_closes_windows(office: House) -> None:
    boss = await office.staff("supervisor")
    assert (await boss.post("/desk/windows/3", state="paused", reason="Training")).to == "/desk/windows"
    assert "Window 3 Paused" in (await boss.get("/desk/windows")).text
    assert (await boss.post("/desk/windows/3", state="open")).status == 303
    refused = await boss.post("/desk/windows/3", state="closed", reason=" ")
    assert refused.status == 422 and "A reason is needed for this." in refused.html.split('id="window-3"')[1].split("</tr>")[0]
    assert (await boss.post("/desk/windows/3", state="upside-down")).status == 422
    assert (await boss.post("/desk/windows/99", state="open")).status == 404


async def test_service_closed_by_the_supervisor_gives_no_numbers(office: House) -> None:
    boss, guide = await office.staff("supervisor"), await office.staff("daozhen")
    await boss.post("/desk/services/complaints-appeals", state="closed", reason="No staff today")
    assert "Complaints and appeals B not offered" in (await boss.get("/desk/windows")).text
    assert (await guide.post("/desk/tickets", service="complaints-appeals")).status == 422
    await boss.post("/desk/services/complaints-appeals", state="open")
    assert (await guide.post("/desk/tickets", service="complaints-appeals")).status == 303


# The journal ----------------------------------------------------------------------------------------------------------------


async def test_journal_shows_names_and_can_be_narrowed(office: House) -> None:
    guide = await office.staff("daozhen")
    await guide.post("/desk/tickets", service="legal-consultation")
    auditor = await office.staff("auditor")
    page = await auditor.get("/desk/journal")
    assert "导访台 周敏 ticket-issued ticket:" in page.text
    narrowed = await auditor.get("/desk/journal?act=ticket-")
    assert "ticket-issued" in narrowed.text and "sign-in" not in narrowed.text.split("Details")[1]
    assert "No line fits." in (await auditor.get("/desk/journal?subject=moon:")).text
    assert "No line fits." in (await auditor.get("/desk/journal?subject=%25")).text


async def test_journal_is_read_page_by_page(office: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.administration.registers.PAGE", 5)
    auditor = await office.staff("auditor")
    first = await auditor.get("/desk/journal")
    older = re.search(r'href="(/desk/journal\?[^"]*before=\d+)"', first.html)
    assert older and "Older lines" in first.text
    second = await auditor.get(older[1].replace("&amp;", "&"))
    shown = [re.findall(r'<tr><td class="number">(\d+)', page.html) for page in (first, second)]
    assert len(shown[0]) == 5 and int(shown[1][0]) == int(shown[0][-1]) - 1


async def test_chain_is_proven_and_a_changed_line_is_named(office: House) -> None:
    auditor = await office.staff("auditor")
    office.db.write_now(journal.seal)
    good = await auditor.get("/desk/journal/verdict", **{"hx-request": "true"})
    assert "The chain holds." in good.text and 'data-verdict="holds"' in good.html

    def tamper(session: Session) -> None:
        guards = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal_line'")
        for (name,) in session.exec(guards).all():
            session.exec(text(f"DROP TRIGGER {name}"))
        session.exec(text("UPDATE journal_line SET act = 'nothing-happened' WHERE id = 3"))

    office.db.write_now(tamper)
    assert "The chain breaks at line 3." in (await auditor.get("/desk/journal/verdict")).text


async def test_journal_as_a_file_is_itself_a_line(office: House) -> None:
    auditor = await office.staff("auditor")
    file = await auditor.post("/desk/journal/export?act=staff-")
    assert file.status == 200 and file.answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in file.answer.headers["content-disposition"]
    rows = file.answer.content.decode("utf-8-sig").splitlines()
    assert rows[0] == "line,at,who,by,act,subject,reason,detail" and all(",staff-added," in row for row in rows[1:])
    assert office.acts()[-1] == "journal-exported"


async def test_file_holds_no_formulas(database_url: str) -> None:
    from datetime import UTC, datetime

    line = Line(1, datetime(2026, 11, 23, tzinfo=UTC), "staff:1", "=cmd()", "call-chosen", "ticket:1", "+1", "@x")
    said = as_csv([line]).decode("utf-8-sig").splitlines()[1]
    assert said == "1,2026-11-23T00:00:00+00:00,'=cmd(),staff:1,call-chosen,ticket:1,'+1,'@x"
