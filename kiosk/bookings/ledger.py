"""What a page about bookings needs of the application besides what every page of staff does: the means to read and write what is
sealed."""

from typing import Any

from litestar import Request
from litestar.di import NamedDependency, Provide

from kiosk.picture import ThePictures
from kiosk.staffroom import Staffroom
from shared.given import TheAsker, TheDatabase, TheDoor, ThePages, TheSettings, TheVault


class Ledger(Staffroom):
    """A request about bookings."""

    means: dict[str, Any]


async def provide_ledger(
    request: Request[Any, Any, Any], db: TheDatabase, door: TheDoor, pages: ThePages, pictures: ThePictures,
    identity: TheAsker, vault: TheVault, settings: TheSettings,
) -> Ledger:
    room = Ledger(request, db, door, pages, pictures, identity)
    room.means = {"sealing": vault, "settings": settings}
    return room


LEDGER = {"room": Provide(provide_ledger)}
TheLedger = NamedDependency[Ledger]
