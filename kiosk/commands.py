"""What `make run` does: set up, say what to open, serve. The commands of `litestar` are in `cli`."""

import gc
import os
import secrets
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from litestar.plugins import CLIPlugin

from kiosk import demo, founding
from shared import calendar, migrate
from shared.accounts import hashed
from shared.database import Database
from shared.settings import Settings
from shared.vault import Vault

if TYPE_CHECKING:
    from click import Group

STALLED_MS = 10_000
NO_OFFICE = "the database is empty: found your office first, with `.venv/bin/litestar office found` (see docs/operations.md)"


class Commands(CLIPlugin):
    """Our commands on Litestar's own command line."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def on_cli_init(self, cli: "Group") -> None:
        from kiosk.cli import groups  # a server never needs them

        for group in groups(self.settings):
            cli.add_command(group)


class NotSetUp(Exception):
    """The database is older than the program."""


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """A database for a command. Raises `NotSetUp`."""
    database = Database(settings)
    database.start()
    try:
        if not database.read_now(lambda session: migrate.is_current(session.connection())):
            raise NotSetUp("the database is not set up for this version: run `make run` once")
        yield database
    finally:
        database.stop()


def bring_up(settings: Settings) -> None:
    """The data folder and the database's schema, of this version."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    migrate.bring_up(settings)


def prepare(settings: Settings) -> None:
    """Migrates, and founds the demo centre in an empty database, with random passwords for its staff."""
    bring_up(settings)
    with opened(settings) as db:
        if not db.read_now(founding.is_empty):
            db.write_now(calendar.refill, now().year - 1)
            db.write_now(founding.keep_up)
            return
        if not settings.demo:
            raise SystemExit(NO_OFFICE)
        passwords = [f"Nuan-{secrets.token_hex(4)}" for _ in demo.STAFF]
        with ThreadPoolExecutor() as pool:
            hashes = list(pool.map(hashed, passwords))
        reaches_people = settings.smtp_url or settings.sms_url  # then made-up people are not written to
        hearings = None if reaches_people else (Vault.open(settings.data), settings)
        db.write_now(demo.found_demo_centre, hashes=hashes, now=now(), hearings=hearings)
    people = [(account, password, name) for (account, name, _), password in zip(demo.STAFF, passwords, strict=True)]
    keep_accounts(settings.data / "accounts.txt", people)


def keep_accounts(file: Path, accounts: list[tuple[str, str, str]]) -> None:
    """Writes account, password and name of each, for the owner of the file alone."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as paper:
        paper.writelines(f"{account}\t{password}\t{name}\n" for account, password, name in accounts)


def run(settings: Settings) -> None:
    """What `make run` does: set up, say what to open, serve until stopped."""
    import uvicorn

    gc.disable()  # what is made while starting stays for ever: looking through it takes a sixth of the start
    os.umask(0o077)
    prepare(settings)
    listener = _listen(settings)
    port = listener.getsockname()[1]
    os.environ["NUANYI_PORT"] = str(port)
    _say_hello(settings, f"http://{settings.host}:{port}")
    config = uvicorn.Config(
        "app:create_app", factory=True, loop="uvloop", http="httptools", ws="websockets-sansio", access_log=False,
        log_level="warning", ws_per_message_deflate=False, ws_max_size=4096, timeout_graceful_shutdown=5,
        timeout_keep_alive=65, backlog=4096, server_header=False,
    )
    _allow_many_sockets()
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])


def _listen(settings: Settings) -> socket.socket:
    """Port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux: a peer that stopped reading is let go, with what was kept for it
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STALLED_MS)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as problem:
        raise SystemExit(f"port {settings.port} cannot be used ({problem.strerror}); choose another with NUANYI_PORT") from None
    return listener


def _allow_many_sockets() -> None:
    """As many open sockets as the machine allows this process."""
    try:
        import resource
    except ImportError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _say_hello(settings: Settings, address: str) -> None:
    accounts = settings.data / "accounts.txt"
    lines = [
        "", "  暖驿 Nuanyi", "",
        f"  大厅首页  Start page          {address}/",
        f"  自助机    Kiosk               {address}/kiosk",
        f"  大厅屏幕  Lobby display       {address}/lobby",
        f"  窗口      Window console      {address}/counter",
        f"  导访台    Guide desk          {address}/desk", "",
    ]
    if accounts.exists():
        rows = [row.split("\t") for row in accounts.read_text(encoding="utf-8").splitlines()]
        lines += [f"  {account:<14}{password:<16}{name}" for account, password, name in rows]
        lines += ["", f"  账号保存在 Accounts are kept in {accounts}", ""]
    sys.stdout.write("\n".join([*lines, ""]))
    sys.stdout.flush()


def now() -> datetime:
    return datetime.now(UTC)
