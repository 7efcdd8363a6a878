"""The journal for the auditor: the latest lines, some of them, the proof of the chain, all of them as a file. Changes nothing
but that a file taken out is itself a line."""

import csv
import io
from typing import Any

from litestar import Response, Router, get, post

from kiosk.administration import registers
from kiosk.administration.registers import Line, Wanted
from kiosk.staffroom import STAFFROOM, Staffroom, TheStaffroom
from shared import journal
from shared.door import require
from shared.people import Role

EXPORT_MOST = 50_000
HEAD = ("line", "at", "who", "by", "act", "subject", "reason", "detail")


@get("/", include_in_schema=False)
async def show(room: TheStaffroom) -> Response[Any]:
    """Filters: ``subject`` and ``act`` by their beginning; ``before`` a line's number for the next page."""
    wanted = _wanted(room)
    lines = await room.read(registers.journal_lines, office=room.plan.office_id, wanted=wanted, most=registers.PAGE + 1)
    return room.page(
        "administration/journal.html", lines=lines[: registers.PAGE], wanted=wanted, more=len(lines) > registers.PAGE,
    )


@get("/verdict", include_in_schema=False)
async def prove(room: TheStaffroom) -> Response[Any]:
    """Reads the whole chain: for htmx the sentence alone."""
    verdict = await room.read(journal.verify)
    if room.is_fragment:
        return room.fragment(room.render("administration/_verdict.html", verdict=verdict))
    return room.page("administration/verdict.html", verdict=verdict)


@post("/export", include_in_schema=False)
async def export(room: TheStaffroom) -> Response[Any]:
    """The chosen lines as CSV, which spreadsheets open in UTF-8 and obey in nothing."""
    wanted = _wanted(room)
    lines = await room.read(registers.journal_lines, office=room.plan.office_id, wanted=wanted, most=EXPORT_MOST)
    await room.act(registers.note_export, lines=len(lines))
    name = f"journal-{room.now.astimezone(room.plan.zone):%Y%m%d-%H%M}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(as_csv(lines), status_code=200, media_type="text/csv; charset=utf-8", headers=headers)


def as_csv(lines: list[Line]) -> bytes:
    """A byte-order mark for spreadsheets; a cell that would be taken for a formula gets an apostrophe."""
    paper = io.StringIO()
    writer = csv.writer(paper)
    writer.writerow(HEAD)
    for one in lines:
        cells = (str(one.id), one.at.isoformat(), one.who, one.by, one.act, one.subject, one.reason, one.detail)
        writer.writerow([f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell for cell in cells])
    return "\ufeff".encode() + paper.getvalue().encode()


def _wanted(room: Staffroom) -> Wanted:
    query = room.request.query_params
    before = query.get("before", "")
    return Wanted(query.get("subject", "").strip()[:80], query.get("act", "").strip()[:40],
                  int(before) if before.isdigit() and len(before) < 16 else 0)


handlers = [
    Router("/desk/journal", route_handlers=[show, prove, export], guards=[require(Role.AUDITOR)], dependencies=STAFFROOM)
]
