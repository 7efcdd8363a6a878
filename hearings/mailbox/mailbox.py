"""The mailbox that calendar answers and bounces come to: read by IMAP where there is one, else from files in ``mail/in`` of the
data folder. What a mail says is read by `incoming`, what follows is done by `intake`."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from litestar import Litestar

from hearings.mailbox.incoming import name_of, read
from hearings.mailbox.intake import mark_of, mark_read, set_aside, take_in
from hearings.mailbox.tables import MailKind
from shared.clockwork import Clock, beside, utc_now
from shared.database import Database
from shared.errors import Unavailable
from shared.settings import Settings
from shared.vault import Vault

LOOK_SECONDS = 20.0
OURS = (MailKind.REPLY, MailKind.COUNTER, MailKind.REPORT)
log = logging.getLogger("nuanyi.mailbox")


class Postman:
    """Looks for new mail, again and again."""

    def __init__(self, db: Database, sealing: Vault, settings: Settings, clock: Clock = utc_now) -> None:
        self.db, self.sealing, self.settings, self.clock = db, sealing, settings, clock
        self.folder = settings.data / "mail" / "in"

    async def run(self) -> None:
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("the mailbox could not be read and will be looked at again")
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> int:
        """Takes in what is new; returns how many mails it looked at."""
        return await self._look_at_mailbox() if self.settings.imap_url else await self._look_at_files()

    async def _look_at_mailbox(self) -> int:
        from hearings.mailbox.imap import AT_ONCE, fetch, mark_seen

        url, seen = self.settings.imap_url, 0
        while True:
            mark = await self.db.read(mark_of, place_of(url))
            batch = await asyncio.to_thread(fetch, url, mark)
            ours = [mail.number for mail in batch.mails if await self._take(mail.raw) in OURS]
            if batch.mails:
                last = batch.mails[-1].number
                await self.db.write(mark_read, place_of(url), numbering=batch.numbering, last=last)
                await asyncio.to_thread(mark_seen, url, ours)
            seen += len(batch.mails)
            if len(batch.mails) < AT_ONCE:
                return seen

    async def _look_at_files(self) -> int:
        """Files that were understood move to ``mail/taken``, the others to ``mail/left``."""
        files = await asyncio.to_thread(lambda: sorted(self.folder.glob("*.eml")))
        for path in files:
            kind = await self._take(await asyncio.to_thread(path.read_bytes))
            await asyncio.to_thread(_put_away, path, "left" if kind in (MailKind.OTHER, MailKind.STRANGER) else "taken")
        return len(files)

    async def _take(self, raw: bytes) -> MailKind | None:
        if not raw:
            return MailKind.OTHER
        arrival, key, now = await asyncio.to_thread(read, raw), name_of(raw), self.clock()
        try:
            return await self.db.write(take_in, arrival, key=key, sealing=self.sealing, settings=self.settings, now=now)
        except Unavailable:
            raise
        except Exception:
            log.exception("a mail could not be taken in and is left to people")
            await self.db.write(set_aside, key=key, now=now)
            return MailKind.OTHER


def place_of(url: str) -> str:
    """A mailbox without its password."""
    parts = urlsplit(url)
    return f"{parts.username or ''}@{parts.hostname}:{parts.port or ''}{parts.path}"[:200]


@asynccontextmanager
async def running(app: Litestar) -> AsyncIterator[None]:
    """Looks for mail while the application is open."""
    state = app.state
    async with beside(Postman(state.db, state.vault, state.settings).run()):
        yield


def _put_away(path: Path, where: str) -> None:
    folder = path.parent.parent / where
    folder.mkdir(mode=0o700, exist_ok=True)
    path.replace(folder / path.name)
