"""The socket of a hearing's desk pages: it says only that something has changed; what, the page asks for with the reader's own
rights. Who may not see the hearing gets no socket."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import asgi
from litestar.types import Receive, Scope, Send
from sqlmodel import Session

from cases.centre import centre_of
from hearings.queries import hearing_of
from hearings.steps import hearing_board
from shared.errors import Refused
from shared.identity import Identity
from shared.live import Boards


@asgi("/live/hearings/{hearing:str}", copy_scope=False)
async def hearing_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """The version of a hearing's board, on connect and with every change."""
    state: Any = scope["litestar_app"].state
    boards: Boards = state.boards

    async def allowed() -> bool:
        try:
            hearing = UUID(str(scope["path_params"]["hearing"]))
            return bool(await state.db.read(_may_look, hearing, await state.door.who(scope), datetime.now(UTC)))
        except (Refused, ValueError):
            return False

    if not await allowed():
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
        return

    async def draw(version: int) -> str:
        return f'<i data-version="{version}"></i>'

    board = hearing_board(UUID(str(scope["path_params"]["hearing"])))
    await boards.attend(scope, receive, send, board=board, key="desk", draw=draw, allowed=allowed)


def _may_look(session: Session, hearing_id: UUID, by: Identity, now: datetime) -> bool:
    """Refuses ``not-found``, as the pages do."""
    return by.office_id is not None and bool(hearing_of(session, centre_of(session, by.office_id, now), hearing_id, by))


handlers = [hearing_socket]
