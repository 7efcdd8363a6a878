"""What the tests of the hearings room ask for: the demo centre's hearings on both databases."""

from uuid import UUID

import pytest

from shared.database import Database
from shared.settings import Settings
from shared.vault import Vault
from tests.hearings.staging import Stage


@pytest.fixture
def stage(db: Database, hall: UUID, settings: Settings) -> Stage:
    return Stage(db, Vault.open(settings.data))
