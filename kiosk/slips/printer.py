"""Sends a slip to the ticket printer and says honestly what became of it: confirmed, unknown or failed.

Never raises for printer trouble, never prints a job twice and never takes silence for good news. One printer is for one
thread at a time. The line itself is `kiosk.wire`, the bytes of a slip are `kiosk.slip`.
"""

import time
from typing import Literal

import msgspec

from kiosk.slips.slip import PrinterSettings, Slip, compose
from kiosk.slips.wire import Reason as Reason
from kiosk.slips.wire import Unreachable, Wire, connect

__all__ = ["Outcome", "PrinterSettings", "Reason", "Slip", "compose", "examine", "print_slip"]

ASK = b"\x10\x04"  # DLE EOT n: answered at once, even offline. n: 1 printer, 2 why offline, 3 errors, 4 paper
REPORT = b"\x1dr\x01"  # GS r 1: answered in its turn, when everything before it has been carried out
FORGET = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"  # DLE DC4 8: throw away what waits in the printer
FINE = 0x12  # a DLE EOT answer without any trouble


class Outcome(msgspec.Struct, frozen=True):
    """What is known of a job. `failed` printed nothing; once a byte has left, only the other two are honest.

    `warnings` holds `paper-near-end`, and after a confirmed slip the trouble the printer has fallen into since.
    """

    state: Literal["confirmed", "unknown", "failed"]
    reason: Reason = ""
    warnings: tuple[str, ...] = ()


class Health(msgspec.Struct, frozen=True):
    """The printer's own word; `silent` when it gave none."""

    silent: bool
    trouble: Reason = ""
    warnings: tuple[str, ...] = ()


def print_slip(data: bytes, settings: PrinterSettings, *, timeout: float = 2.0) -> Outcome:
    """Prints one job. `timeout`: seconds of silence a step; all takes `settings.patience` and two steps at most."""
    try:
        talk = Talk(connect(settings, timeout), timeout)
    except Unreachable as nobody:
        return Outcome("failed", nobody.reason)
    try:
        outcome = _printed(talk, data, settings.patience)
    except OSError as trouble:
        talk.wire.close(drop=True)
        reason: Reason = "no-answer" if isinstance(trouble, TimeoutError) else "cut-off"
        return Outcome("unknown" if talk.job_left else "failed", reason)
    talk.wire.close()
    return outcome


def examine(settings: PrinterSettings, *, timeout: float = 2.0) -> Outcome:
    """Asks the printer how it is and prints nothing: `confirmed` is ready, `failed` is not, `unknown` is silence."""
    try:
        talk = Talk(connect(settings, timeout), timeout)
    except Unreachable as nobody:
        return Outcome("failed", nobody.reason)
    try:
        return _readiness(talk.health())
    except OSError:
        return Outcome("failed", "cut-off")
    finally:
        talk.wire.close()


def _readiness(health: Health) -> Outcome:
    if health.silent:
        return Outcome("unknown", "no-answer")
    return Outcome("failed" if health.trouble else "confirmed", health.trouble, health.warnings)


def _printed(talk: "Talk", data: bytes, patience: float) -> Outcome:
    before = talk.health()
    if before.trouble:
        return _readiness(before)
    end = time.monotonic() + patience
    talk.print(data)
    if before.silent:
        return Outcome("unknown", "no-answer")
    while not talk.reported(end):
        now = talk.health()
        if now.trouble:
            talk.wire.send(FORGET)
            return Outcome("unknown", now.trouble)
        if now.silent or time.monotonic() >= end:
            return Outcome("unknown", "no-answer", now.warnings)
    return _confirmed(talk)


def _confirmed(talk: "Talk") -> Outcome:
    """The slip is out. A line that breaks afterwards does not bring it back in."""
    try:
        after = talk.health()
    except OSError:
        return Outcome("confirmed", warnings=("cut-off",))
    return Outcome("confirmed", warnings=after.warnings + ((after.trouble,) if after.trouble else ()))


class Talk:
    """Questions to the printer and its answers, told apart by their fixed bits:
    DLE EOT 0xx1xx10, GS r 0xx0xxxx, unasked status (four bytes) 0xx1xx00."""

    def __init__(self, wire: Wire, timeout: float) -> None:
        self.wire = wire
        self.job_left = False
        self._timeout = timeout
        self._reported = False
        self._unasked = 0

    def print(self, data: bytes) -> None:
        self.job_left = True
        self.wire.send(data)
        self._reported = False
        self.wire.send(REPORT)

    def reported(self, end: float) -> bool:
        """Whether the report came within one time-out, or before the clock `end` if that is sooner."""
        end = min(end, time.monotonic() + self._timeout)
        while not self._reported and (left := end - time.monotonic()) > 0:
            self._listen(left)
        return self._reported

    def health(self) -> Health:
        printer = self._ask(1)
        if printer is None:
            return Health(silent=True)
        cause, error, paper = (self._ask(n) or FINE for n in (2, 3, 4))
        trouble = _trouble(printer, cause, error, paper)
        return Health(False, trouble, ("paper-near-end",) if paper & 0x0C and not trouble else ())

    def _ask(self, n: int) -> int | None:
        self.wire.send(ASK + bytes([n]))
        end = time.monotonic() + self._timeout
        while (left := end - time.monotonic()) > 0:
            if answers := self._listen(left):
                return answers[-1]
        return None

    def _listen(self, seconds: float) -> list[int]:
        """Answers to DLE EOT that came in; notes a report, passes over what nobody asked for."""
        answers = []
        for byte in self.wire.receive(seconds):
            if self._unasked:
                self._unasked -= 1
            elif byte & 0x93 == 0x12:
                answers.append(byte)
            elif byte & 0x93 == 0x10:
                self._unasked = 3
            elif byte & 0x90 == 0:
                self._reported = True
        return answers


def _trouble(printer: int, cause: int, error: int, paper: int) -> Reason:
    if cause & 0x04:
        return "cover-open"
    if paper & 0x60 or cause & 0x20:
        return "paper-out"
    if error & 0x6C or cause & 0x40:
        return "error"
    return "offline" if printer & 0x08 else ""
