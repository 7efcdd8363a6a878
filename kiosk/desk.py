"""The guide desk: help calls, devices out of order, missed visitors, who waits."""

from datetime import datetime

from kiosk.picture import Picture
from kiosk.queries import open_tasks
from shared.database import Database
from shared.identity import Identity
from shared.pages import Pages
from shared.people import Role


def may_see(identity: Identity) -> bool:
    return bool(identity.roles & {Role.GUIDE_DESK, Role.WINDOW_CLERK, Role.SUPERVISOR})


async def draw(pages: Pages, db: Database, picture: Picture, language: str, now: datetime) -> str:
    tasks = await db.read(open_tasks, hall=picture.plan.id)
    return pages.render("desk/_desk.html", language, picture=picture, plan=picture.plan, tasks=tasks, now=now)


handlers: list[object] = []
