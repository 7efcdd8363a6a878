"""The roster as a table: uploaded, looked through line by line, taken over when somebody says so; and written out."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.datastructures import UploadFile

from hearings import rules
from hearings.hearingroom import HEARINGROOM, Hearingroom, TheHearingroom
from hearings.roster.columns import COLUMNS, NEEDED, read_table
from hearings.roster.export import export_table
from hearings.roster.file import Preview, import_table, preview
from hearings.roster.queries import members
from hearings.roster.screens import list_page
from shared.door import require
from shared.errors import Refused

LARGEST = 2 * 1024 * 1024


@get("/import", include_in_schema=False)
async def show_import(room: TheHearingroom) -> Response[str]:
    return _page(room)


@post("/import", include_in_schema=False, status_code=200, request_max_body_size=LARGEST)
async def look_through(room: TheHearingroom) -> Response[str]:
    """What each line would do. The table itself goes back to the browser, so that nothing of it is kept here."""
    try:
        text = await _text(room)
        seen = await room.read(preview, centre=room.centre, text=text, sealing=room.vault)
    except Refused as refusal:
        return _page(room, refusal=refusal)
    return _page(room, seen=seen, text=text)


@post("/import/confirm", include_in_schema=False, status_code=200, request_max_body_size=LARGEST)
async def take_over(room: TheHearingroom) -> Response[str]:
    try:
        done = await room.act(import_table, text=await _text(room), sealing=room.vault)
    except Refused as refusal:
        return _page(room, refusal=refusal)
    return _page(room, seen=done, done=True)


@post("/export", include_in_schema=False, status_code=200)
async def export(room: TheHearingroom) -> Response[Any]:
    reason = str((await room.request.form()).get("reason", ""))
    try:
        body = await room.act(export_table, reason=reason, sealing=room.vault)
    except Refused as refusal:
        found = await room.read(members, centre=room.centre, sealing=room.vault)
        return list_page(room, found, status=refusal.status, refusal=refusal)
    name = f"roster-{room.centre.today.isoformat()}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(body, media_type="text/csv", headers=headers)


async def _text(room: Hearingroom) -> str:
    """The table as uploaded or, once looked through, as it came back. Refuses ``table-unreadable``."""
    form = await room.request.form()
    sent = form.get("table")
    body = await sent.read() if isinstance(sent, UploadFile) else str(form.get("text", "")).encode()
    if not body.strip():
        raise Refused("table-unreadable", 422)
    return read_table(body)


def _page(
    room: Hearingroom, *, seen: Preview | None = None, text: str = "", refusal: Refused | None = None, done: bool = False
) -> Response[str]:
    return room.page("hearings/roster_import.html", status=refusal.status if refusal else 200, seen=seen, text=text, done=done,
                     refusal=refusal, columns=[column for column, _ in COLUMNS], needed=NEEDED, says=room.says)


router = Router(
    "/desk/roster", dependencies=HEARINGROOM, guards=[require(*rules.MANAGEMENT)],
    route_handlers=[show_import, look_through, take_over, export],
)
handlers = [router]
