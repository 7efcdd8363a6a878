"""What the tests of the cases room ask for: the demo centre's register on both databases."""

from uuid import UUID

import pytest

from shared.database import Database
from shared.settings import Settings
from shared.vault import Vault
from tests.cases.registry import Register


@pytest.fixture
def register(db: Database, hall: UUID, settings: Settings) -> Register:
    return Register(db, Vault.open(settings.data))
