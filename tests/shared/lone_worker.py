"""A process that empties an outbox once, to be killed while it does: ``lone_worker DATA DATABASE_URL SMTP_URL ISO_TIME``."""

import asyncio
import sys
from datetime import datetime

from shared import offices as _offices  # noqa: F401 - messages belong to one
from shared.database import Database
from shared.posting import Posting
from shared.settings import Settings
from shared.vault import Vault


def main(data: str, database_url: str, smtp_url: str, now: str) -> None:
    settings = Settings.read({"NUANYI_DATA": data, "NUANYI_DATABASE_URL": database_url, "NUANYI_SMTP_URL": smtp_url})
    database = Database(settings)
    database.start()
    posting = Posting(database, Vault.open(settings.data), settings, clock=lambda: datetime.fromisoformat(now))
    asyncio.run(posting.send_due())
    database.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
