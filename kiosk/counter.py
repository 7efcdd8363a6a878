"""The window console: who waits, call, start, finish, miss, hold, transfer."""

from datetime import datetime

from kiosk.picture import Picture
from shared.identity import Identity
from shared.pages import Pages
from shared.people import Role


def may_call(identity: Identity) -> bool:
    return bool(identity.roles & {Role.WINDOW_CLERK, Role.SUPERVISOR})


def draw(pages: Pages, picture: Picture, window: str, language: str, now: datetime) -> str:
    return pages.render("counter/_console.html", language, picture=picture, plan=picture.plan,
                        window=picture.plan.window(window), now=now)


handlers: list[object] = []
