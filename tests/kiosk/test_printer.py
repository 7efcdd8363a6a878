"""Slips on a printer that really speaks ESC/POS over TCP."""

import socket
import subprocess
import sys
import time
from contextlib import ExitStack

import msgspec
import pytest
import qrcode

from kiosk.slips.picture import chinese_font
from kiosk.slips.printer import Outcome, PrinterSettings, Slip, compose, examine, print_slip
from tests.kiosk.paper import Matrix, PaperPrinter, settings_of, whole

URL = "http://127.0.0.1:8000/c/48213907"
SLIP = Slip(
    number="A012",
    office="蚌埠市人民检察院",
    hall="12309检察服务中心",
    service_zh="控告申诉",
    service_en="Complaints and appeals",
    people_ahead="前面还有 3 位",
    wait="大约等候 12–20 分钟",
    url=URL,
    scan="扫码看前面还有几位",
    issued_at="2026年11月23日 09:05",
    notes=("叫到号请到窗口，过号请找导访台。",),
)


def printed(printer: PaperPrinter, slip: Slip = SLIP, **more: object) -> Outcome:
    settings = settings_of(printer, **more)
    return print_slip(compose(slip, settings), settings, timeout=1.0)


def module_matrix(url: str, border: int) -> Matrix:
    code = qrcode.QRCode(border=border, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(url)
    return code.get_matrix()


def test_slip_arrives_readable_and_cut() -> None:
    with PaperPrinter() as printer:
        assert printed(printer) == Outcome("confirmed")
    assert printer.lines == [
        "蚌埠市人民检察院",
        "12309检察服务中心",
        "A012",
        "控告申诉",
        "Complaints and appeals",
        "前面还有 3 位",
        "大约等候 12–20 分钟",
        "扫码看前面还有几位",
        "2026年11月23日 09:05",
        "叫到号请到窗口，过号请找导访台。",
    ]
    assert printer.cuts == 1 and printer.unknown == []


def test_number_is_the_largest_line() -> None:
    with PaperPrinter() as printer:
        printed(printer)
    assert printer.sizes["A012"] == 6
    assert printer.sizes["A012"] > 2 * max(size for line, size in printer.sizes.items() if line != "A012")


def test_long_service_name_shrinks_to_the_paper() -> None:
    name = "公益诉讼与行政检察综合业务咨询"
    with PaperPrinter() as printer:
        printed(printer, msgspec.structs.replace(SLIP, service_zh=name))
    assert printer.sizes[name] == 1


def test_long_note_breaks_between_words_and_not_before_a_mark() -> None:
    note = "When called, please go to the window. Missed it? Ask at the guide desk."
    with PaperPrinter() as printer:
        printed(printer, msgspec.structs.replace(SLIP, notes=(note, "请" * 16 + "，谢谢。")), width_px=384)
    assert printer.lines[-5:] == [
        "When called, please go to the",
        "window. Missed it? Ask at the",
        "guide desk.",
        "请" * 15,
        "请，谢谢。",
    ]


def test_english_slip_has_english_first() -> None:
    with PaperPrinter() as printer:
        printed(printer, msgspec.structs.replace(SLIP, language="en"))
    assert printer.lines.index("Complaints and appeals") < printer.lines.index("控告申诉")


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-8"])
def test_chinese_mode_surrounds_every_chinese_byte(encoding: str) -> None:
    data = compose(SLIP, PrinterSettings(encoding=encoding, profile="TM-T88V"))
    head, *modes = data.split(b"\x1c&")
    assert head.isascii() and len(modes) == 8
    for chinese, off, rest in (mode.partition(b"\x1c.") for mode in modes):
        assert chinese.decode(encoding).endswith("\n") and off and rest.isascii()


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_printer_with_another_font_gets_its_encoding(encoding: str) -> None:
    with PaperPrinter(encoding=encoding) as printer:
        assert printed(printer, encoding=encoding).state == "confirmed"
    assert "控告申诉" in printer.lines


def test_setup_bytes_follow_the_reset() -> None:
    assert compose(SLIP, PrinterSettings(setup="1B3901")).startswith(b"\x1b@\x1b9\x01")
    with pytest.raises(ValueError):
        PrinterSettings(setup="1B3")


def test_control_characters_in_a_text_never_reach_the_printer() -> None:
    with PaperPrinter() as printer:
        printed(printer, msgspec.structs.replace(SLIP, hall="大厅\x1b@\x1dV\x00\n一楼"))
    assert "大厅@ V 一楼" in printer.lines and printer.cuts == 1


def test_native_qr_holds_the_url() -> None:
    with PaperPrinter() as printer:
        printed(printer)
    assert printer.qr == [URL] and printer.pictures == []


def test_slip_without_url_has_no_qr() -> None:
    with PaperPrinter() as printer:
        printed(printer, msgspec.structs.replace(SLIP, url=""))
    assert printer.qr == [] and printer.cuts == 1


@pytest.mark.parametrize("width", [384, 512, 576])
def test_image_qr_is_the_url_module_by_module(width: int) -> None:
    with PaperPrinter() as printer:
        assert printed(printer, qr="image", width_px=width).state == "confirmed"
    drawn, expected = whole(printer.pictures), module_matrix(URL, border=4)
    dots = len(drawn) // len(expected)
    left = (width - len(drawn)) // 2
    middles = [
        [drawn[y * dots + dots // 2][left + x * dots + dots // 2] for x in range(len(expected))]
        for y in range(len(expected))
    ]
    assert middles == expected and dots >= 6 and printer.qr == []


def test_raster_text_prints_the_slip_as_a_picture() -> None:
    assert chinese_font(), "the tests need a Chinese font"
    with PaperPrinter() as printer:
        assert printed(printer, text="raster").state == "confirmed"
    rows = whole(printer.pictures)
    assert printer.lines == [] and printer.qr == [URL] and printer.cuts == 1
    assert {len(row) for row in rows} == {512}
    assert 0.02 < sum(map(sum, rows)) / (len(rows) * 512) < 0.4  # ink, and paper around it


@pytest.mark.parametrize(("char", "encoding"), [("𠮷", "gb18030"), ("ᠮ", "gb18030"), ("㤘", "gbk"), ("𠮷", "utf-8")])
def test_rare_character_turns_text_into_a_picture(char: str, encoding: str) -> None:
    with PaperPrinter() as printer:
        outcome = printed(printer, msgspec.structs.replace(SLIP, hall=f"{char}县检察服务中心"), encoding=encoding)
    assert outcome.state == "confirmed"
    assert printer.lines == [] and printer.pictures


def test_unknown_profile_still_prints() -> None:
    with PaperPrinter() as printer:
        settings = msgspec.structs.replace(settings_of(printer), profile="没有这种打印机")
        assert print_slip(compose(SLIP, settings), settings).state == "confirmed"


def test_composing_leaves_the_log_alone() -> None:
    lines = [
        "import logging",
        "from kiosk.slips.printer import *",
        f"compose(Slip(number='A1', office='o', service_zh='s', url={URL!r}), PrinterSettings(qr='image'))",
        "print(logging.getLogger().handlers)",
    ]
    done = subprocess.run([sys.executable, "-W", "error", "-c", "\n".join(lines)], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_paper_near_its_end_is_a_warning() -> None:
    with PaperPrinter(paper="near-end") as printer:
        assert printed(printer) == Outcome("confirmed", warnings=("paper-near-end",))


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"paper": "out"}, "paper-out"),
        ({"cover": "open"}, "cover-open"),
        ({"offline": True}, "offline"),
        ({"broken": True}, "error"),
    ],
)
def test_printer_in_trouble_gets_no_job(fault: dict[str, object], reason: str) -> None:
    with PaperPrinter(**fault) as printer:  # type: ignore[arg-type]
        outcome = printed(printer)
    assert (outcome.state, outcome.reason) == ("failed", reason)
    assert printer.received == 0 and printer.transcript == ""


def test_silent_printer_is_unknown_and_not_plenty() -> None:
    with PaperPrinter(silent=True) as printer:
        assert printed(printer) == Outcome("unknown", "no-answer")
        time.sleep(0.2)
    assert "A012" in printer.lines and printer.cuts == 1  # it was sent all the same


def test_slow_printer_is_waited_for() -> None:
    with PaperPrinter(slow=1.5) as printer:
        assert printed(printer) == Outcome("confirmed")


def test_printer_that_swallows_the_job_is_unknown() -> None:
    with PaperPrinter(swallow=True) as printer:
        assert printed(printer, patience=1.0) == Outcome("unknown", "no-answer")


def test_printer_that_dies_in_mid_job_is_unknown() -> None:
    with PaperPrinter(dies_after=60) as printer:
        assert printed(printer) == Outcome("unknown", "cut-off")


def test_printer_that_stops_reading_is_unknown_and_what_waits_is_dropped() -> None:
    with PaperPrinter(hang=True) as printer:
        started = time.monotonic()
        outcome = print_slip(b"A012\n" * 4_000_000, settings_of(printer), timeout=0.4)
    assert outcome == Outcome("unknown", "no-answer")
    assert time.monotonic() - started < 3 and printer.transcript == ""


def test_paper_that_ends_in_mid_job_is_unknown_and_the_rest_is_forgotten() -> None:
    with PaperPrinter(paper_for=60) as printer:
        outcome = printed(printer)
        deadline = time.monotonic() + 2
        while not printer.forgotten and time.monotonic() < deadline:
            time.sleep(0.01)
        printer.paper, printer.paper_for = "ok", None  # staff load a new roll
        time.sleep(0.2)
    assert (outcome.state, outcome.reason) == ("unknown", "paper-out")
    assert printer.forgotten == 1 and printer.cuts == 0


def test_status_nobody_asked_for_is_passed_over() -> None:
    with PaperPrinter(talkative=True, swallow=True) as printer:
        assert printed(printer, patience=0.8) == Outcome("unknown", "no-answer")


def test_printer_that_is_off_fails_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert print_slip(b"", PrinterSettings(kind="network", host="127.0.0.1", port=port)) == Outcome("failed", "refused")


def test_address_that_never_answers_fails_within_three_seconds() -> None:
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        port = server.getsockname()[1]
        for _ in range(2):  # a full queue: the next caller gets no answer at all
            caller = stack.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", port))
        started = time.monotonic()
        outcome = print_slip(b"", PrinterSettings(kind="network", host="127.0.0.1", port=port))
    assert outcome == Outcome("failed", "offline") and time.monotonic() - started < 3


@pytest.mark.parametrize("host", ["", "no.such.printer.invalid", "a" * 300, "..", "\x00"])
def test_impossible_address_is_a_failure_and_not_an_exception(host: str) -> None:
    assert print_slip(b"", PrinterSettings(kind="network", host=host, port=1)).state == "failed"


def test_no_printer_and_usb_without_its_driver_say_so() -> None:
    assert print_slip(b"", PrinterSettings()) == Outcome("failed", "no-printer")
    outcome = print_slip(b"", PrinterSettings(kind="usb", usb_vendor=0x04B8, usb_product=0x0E15))
    assert outcome.state == "failed" and outcome.reason in ("no-driver", "offline", "refused")


def test_examining_prints_nothing() -> None:
    with PaperPrinter(paper="near-end") as printer:
        assert examine(settings_of(printer)) == Outcome("confirmed", warnings=("paper-near-end",))
    with PaperPrinter(paper="out") as printer:
        assert examine(settings_of(printer)) == Outcome("failed", "paper-out")
    with PaperPrinter(silent=True) as printer:
        assert examine(settings_of(printer), timeout=0.2) == Outcome("unknown", "no-answer")
    assert printer.transcript == ""
