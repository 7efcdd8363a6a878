"""The address to which the hall's screens tell how they are."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from litestar import Response, post
from litestar.params import JSONBody

from kiosk.devices.actions import Beat, Told, heard, note_beat
from shared.errors import Refused
from shared.given import TheAsker, TheDatabase

Short = Annotated[str, msgspec.Meta(max_length=400)]


class BeatIn(msgspec.Struct, forbid_unknown_fields=True):
    version: Short = ""
    began: bool = False
    fault: Short = ""
    parts: Annotated[dict[str, Short], msgspec.Meta(max_length=20)] = {}


@post("/device/beat", include_in_schema=False, status_code=200)
async def beat(data: JSONBody[BeatIn], db: TheDatabase, identity: TheAsker) -> Response[bytes]:
    """A paired screen is there; the answer says what it is to do. Refuses ``unpaired``."""
    if identity.kind != "device" or identity.id is None or identity.hall_id is None:
        raise Refused("unpaired", 403)
    said, now = Beat(data.version, data.began, data.fault, data.parts), datetime.now(UTC)
    told: Told | None = await db.read(heard, device=identity.id, beat=said, now=now)
    told = told or await db.write(note_beat, device=identity.id, hall=identity.hall_id, beat=said, now=now)
    return Response(msgspec.json.encode(told), media_type="application/json", headers={"cache-control": "no-store"})


handlers = [beat]
