"""Where a window's page hands in what it noted while the centre was out of reach."""

from typing import Annotated

import msgspec
from litestar import Response, post
from litestar.params import FromPath, JSONBody

from kiosk.counter import CALLERS
from kiosk.offline.paper_roll import RECORDS_MOST, Entered, Noted, enter
from kiosk.staffroom import STAFFROOM, TheStaffroom
from shared.door import require
from shared.refusals import sentence


class NotesIn(msgspec.Struct, forbid_unknown_fields=True):
    notes: Annotated[list[Noted], msgspec.Meta(max_length=RECORDS_MOST)] = []


class NotesOut(msgspec.Struct, frozen=True):
    entered: list[Entered]


@post("/roll/{window:str}", include_in_schema=False, status_code=200, guards=[require(*CALLERS)], dependencies=STAFFROOM)
async def hand_in(window: FromPath[str], room: TheStaffroom, data: JSONBody[NotesIn]) -> Response[bytes]:
    """Enters the notes; the answer says of each what became of it, conflicts in words. Refuses ``unknown-window``."""
    found = await room.act(enter, window=room.plan.window(window), notes=data.notes)
    told = [msgspec.structs.replace(one, reason=sentence(one.reason, room.language)) if one.reason else one for one in found]
    return Response(msgspec.json.encode(NotesOut(told)), media_type="application/json", headers={"cache-control": "no-store"})


handlers = [hand_in]
