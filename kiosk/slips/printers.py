"""How a kiosk's printer is described: what the form says, checked; kept with the device; and that it was tried."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlmodel import Session

from kiosk.plan import HallPlan
from kiosk.slips.printer import Outcome, PrinterSettings
from shared.errors import Refused
from shared.journal import record
from shared.people import Device

DESCRIBED = ("kind", "host", "port", "usb_vendor", "usb_product", "encoding", "qr", "text")


class PrinterForm(msgspec.Struct):
    """A printer as the form describes it; USB numbers as they stand on the printer, in hex."""

    kind: str = "none"
    host: str = ""
    port: str = ""
    usb_vendor: str = ""
    usb_product: str = ""
    encoding: str = "gb18030"
    qr: str = "native"
    text: str = "native"


def described(form: PrinterForm) -> PrinterSettings:
    """What the form says, as settings. Refuses ``bad-printer``: no such kind, no address, a port or number that is none."""
    try:
        printer = msgspec.convert(
            {
                "kind": form.kind,
                "host": form.host.strip()[:200],
                "port": int(form.port or 9100),
                "encoding": form.encoding,
                "usb_vendor": int(form.usb_vendor or "0", 16),
                "usb_product": int(form.usb_product or "0", 16),
                "qr": form.qr,
                "text": form.text,
            },
            PrinterSettings,
        )
    except ValueError:
        raise Refused("bad-printer", 422) from None
    if not _makes_sense(printer):
        raise Refused("bad-printer", 422)
    return printer


def form_of(kept: dict[str, str | int]) -> PrinterForm:
    """The form as it stands for what is kept with a device."""
    printer = msgspec.convert({name: kept[name] for name in DESCRIBED if name in kept}, PrinterSettings)
    return PrinterForm(
        kind=printer.kind, host=printer.host, port=str(printer.port), usb_vendor=_hex(printer.usb_vendor),
        usb_product=_hex(printer.usb_product), encoding=printer.encoding, qr=printer.qr, text=printer.text,
    )


def set_printer(session: Session, *, plan: HallPlan, device: UUID, printer: PrinterSettings, now: datetime, by: str) -> None:
    """Keeps the description with the kiosk, beside what else is kept of its printer. Refuses ``unknown-device``."""
    row = session.get(Device, device)
    if row is None or row.hall_id != plan.id or row.revoked_at is not None:
        raise Refused("unknown-device", 404)
    row.printer = row.printer | {name: getattr(printer, name) for name in DESCRIBED}
    session.add(row)
    record(session, office=plan.office_id, act="printer-set", subject=f"device:{device}", by=by, now=now,
           detail={"kind": printer.kind, "host": printer.host})


def note_try(session: Session, *, plan: HallPlan, device: UUID, outcome: Outcome, now: datetime, by: str) -> None:
    """Writes down what became of a test slip."""
    record(session, office=plan.office_id, act="printer-tried", subject=f"device:{device}", by=by, now=now,
           detail={"state": outcome.state, "reason": outcome.reason})


def _makes_sense(printer: PrinterSettings) -> bool:
    if printer.kind == "network" and (not printer.host or "/" in printer.host or " " in printer.host):
        return False
    if printer.kind == "usb" and not printer.usb_vendor:
        return False
    return 0 < printer.port < 65_536 and 0 <= printer.usb_vendor < 65_536 and 0 <= printer.usb_product < 65_536


def _hex(number: int) -> str:
    return f"{number:04x}" if number else ""
