"""The assembly: reads the settings, opens the database, mounts the rooms. Nothing else."""

import gc
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar_htmx import HTMXRequest

from cases import screens as cases
from hearings import (
    calendar_screens,
    draw_public,
    draw_screens,
    hearing_live,
    invitation_desk,
    invitation_screens,
    letter_screens,
    mailbox,
    member_screens,
    notice_screens,
    observer_desk,
    observer_screens,
    officer_screens,
    planner_screens,
    public_screens,
    recusal_screens,
    room_screens,
    roster_screens,
    table_screens,
    text_api,
    time_screens,
)
from hearings import jobs as hearing_jobs
from hearings import screens as hearings
from kiosk import (
    administration,
    api,
    auditing,
    booking_desk,
    booking_screens,
    booking_setup,
    catalogue_screens,
    codes_page,
    counter,
    desk,
    devices,
    discreet_screens,
    entrance,
    guests,
    hall_screens,
    hall_twin,
    hours_screens,
    jobs,
    live,
    lobby,
    order_screens,
    personnel,
    pulse_screens,
    roll_screens,
    rule_screens,
    screen_desk,
    screens,
    ticket_desk,
    urgency,
)
from kiosk.commands import Commands, run
from kiosk.picture import Pictures
from shared import health, log, pages, posting
from shared.database import Database
from shared.door import Door, OwnPages, SignInFirst, ask_to_sign_in, provide_identity
from shared.envelope import AccessLine, keep_to_itself
from shared.errors import Refused
from shared.live import Boards
from shared.pages import Pages
from shared.settings import Settings
from shared.vault import Vault

ROOMS: tuple[Any, ...] = (
    health, screens, discreet_screens, lobby, guests, order_screens, codes_page, entrance, counter, desk, ticket_desk, urgency,
    hall_screens, hall_twin,
    administration, devices, pulse_screens, screen_desk, roll_screens,
    catalogue_screens, rule_screens, hours_screens, personnel, auditing, cases, hearings, public_screens, observer_screens,
    notice_screens, hearing_live, letter_screens, booking_screens, booking_desk, booking_setup,
    invitation_screens, invitation_desk, text_api, recusal_screens, observer_desk, roster_screens, member_screens,
    table_screens, officer_screens, draw_screens, draw_public, time_screens, calendar_screens,
    room_screens, planner_screens,
)


def create_app(settings: Settings | None = None) -> Litestar:
    """The whole product as one ASGI application."""
    settings = settings or Settings.read(os.environ)
    log.set_up()
    database = Database(settings)
    boards = Boards(database, settings.base_url)
    parts: dict[str, Any] = {
        "settings": settings,
        "db": database,
        "boards": boards,
        "pictures": Pictures(database, boards),
        "pages": Pages(settings),
        "door": Door(database, boards, settings.base_url),
        "vault": Vault.open(settings.data),
    }
    app = Litestar(
        route_handlers=[api.router, *live.sockets, pages.serve_asset, *[one for room in ROOMS for one in room.handlers]],
        dependencies={
            **{name: Provide(_constant(part), use_cache=True, sync_to_thread=False) for name, part in parts.items()},
            "identity": Provide(provide_identity),
        },
        exception_handlers={
            SignInFirst: ask_to_sign_in,
            Refused: pages.refused,
            HTTPException: pages.http_problem,
            Exception: pages.failed,
        },
        request_class=HTMXRequest,
        request_max_body_size=64 * 1024,
        openapi_config=OpenAPIConfig(
            title="暖驿 Nuanyi", version="1", path="/schema", render_plugins=[JsonRenderPlugin()],
            components=Components(security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer")}),
        ),
        lifespan=[_open],
        plugins=[Commands(settings)],
        before_send=[keep_to_itself],
        middleware=[AccessLine(), OwnPages()],
        logging_config=None,
    )
    for name, part in parts.items():
        app.state[name] = part
    return app


def _constant(part: Any) -> Any:
    return lambda: part


@asynccontextmanager
async def _open(app: Litestar) -> AsyncIterator[None]:
    """Opens what needs opening, in order; what Python keeps for ever is then left out of its garbage collection."""
    state = app.state
    state.db.start()
    await state.boards.start()
    await state.pictures.start()
    gc.collect()
    gc.freeze()
    gc.enable()
    async with jobs.running(app), hearing_jobs.running(app), posting.running(app), mailbox.running(app):
        yield
    await state.boards.stop()
    state.db.stop()


if __name__ == "__main__":
    run(Settings.read(os.environ))
