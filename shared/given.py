"""The parts of the application as handlers ask for them; `app.py` provides them by name."""

from litestar.di import NamedDependency

from shared.database import Database
from shared.door import Door
from shared.identity import Identity
from shared.live import Boards
from shared.pages import Pages
from shared.settings import Settings
from shared.vault import Vault

TheDatabase = NamedDependency[Database]
TheBoards = NamedDependency[Boards]
ThePages = NamedDependency[Pages]
TheDoor = NamedDependency[Door]
TheVault = NamedDependency[Vault]
TheSettings = NamedDependency[Settings]
TheAsker = NamedDependency[Identity]
