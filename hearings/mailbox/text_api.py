"""Where the text message gateway hands on what people answer (the public contract, docs/api.md). Bearer tokens only."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from litestar import post
from litestar.params import JSONBody

from hearings.mailbox.text_answers import take_text
from shared.door import ApiDoor
from shared.given import TheAsker, TheDatabase, TheSettings, TheVault


class TextIn(msgspec.Struct):
    """``sender``: the telephone that wrote; ``id``: the gateway's name for the message, so that a repeat counts once."""

    sender: Annotated[str, msgspec.Meta(min_length=5, max_length=30)]
    text: Annotated[str, msgspec.Meta(max_length=500)]
    id: Annotated[str, msgspec.Meta(max_length=80)] = ""


class TextOut(msgspec.Struct):
    """``taken``: it was an answer to an invitation and is on record. ``counted``: it set the state."""

    taken: bool
    counted: bool


@post("/api/v1/texts", status_code=200, middleware=[ApiDoor()], security=[{"bearer": []}], tags=["hearings"],
      summary="A text message that somebody sent us")
async def receive(db: TheDatabase, vault: TheVault, settings: TheSettings, identity: TheAsker, data: JSONBody[TextIn]) -> TextOut:
    """Counts as an answer when it carries the code of an open invitation, yes or no, and comes from the invited person's
    telephone; anything else is left alone (`taken` false)."""
    verdict = await db.write(take_text, sender=data.sender, text=data.text, key=data.id, sealing=vault, settings=settings,
                             now=datetime.now(UTC), by=identity)
    return TextOut(taken=verdict is not None, counted=verdict is not None and verdict.counted)


handlers = [receive]
