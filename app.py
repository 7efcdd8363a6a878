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
from hearings import hearing_live
from hearings import jobs as hearing_jobs
from hearings import screens as hearings
from hearings.invitations import desk as invitation_desk
from hearings.invitations import screens as invitation_screens
from hearings.mailbox import mailbox, text_api
from hearings.notices import letter_screens
from hearings.notices import screens as notice_screens
from hearings.observers import desk as observer_desk
from hearings.observers import screens as observer_screens
from hearings.panel import public as draw_public
from hearings.panel import screens as draw_screens
from hearings.place import calendar_screens, room_screens
from hearings.place import screens as time_screens
from hearings.proposals import screens as planner_screens
from hearings.public import screens as public_screens
from hearings.recusal import screens as recusal_screens
from hearings.roster import member_screens, officer_screens, table_screens
from hearings.roster import screens as roster_screens
from kiosk import api, codes_page, counter, entrance, guests, jobs, live, lobby, screens
from kiosk.administration import auditing, catalogue_screens, hours_screens, personnel, rule_screens
from kiosk.administration import screens as administration
from kiosk.bookings import desk as booking_desk
from kiosk.bookings import screens as booking_screens
from kiosk.bookings import setup as booking_setup
from kiosk.commands import Commands, run
from kiosk.desk import screens as desk
from kiosk.desk import tickets as ticket_desk
from kiosk.devices import desk as screen_desk
from kiosk.devices import pulse_screens
from kiosk.devices import screens as devices
from kiosk.discreet import screens as discreet_screens
from kiosk.discreet import setup as discreet_setup
from kiosk.explained import screens as order_screens
from kiosk.hall import screens as hall_screens
from kiosk.hall import twin_screens as hall_twin
from kiosk.hall import urgency
from kiosk.offline import roll_screens
from kiosk.picture import Pictures
from kiosk.push import screens as push_screens
from kiosk.voice import screens as voice_screens
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
    health, screens, discreet_screens, discreet_setup, lobby, guests, push_screens, order_screens, codes_page, entrance, counter,
    desk, ticket_desk, urgency, hall_screens, hall_twin,
    administration, devices, pulse_screens, screen_desk, roll_screens,
    catalogue_screens, rule_screens, hours_screens, voice_screens, personnel, auditing, cases, hearings, public_screens,
    observer_screens, notice_screens, hearing_live, letter_screens, booking_screens, booking_desk, booking_setup,
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
