"""The command line: `litestar token add`, `litestar journal verify`, `litestar demo morning`, and what `make run` does."""

import os
import secrets
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from click import Group
from litestar.plugins import CLIPlugin

from kiosk import demo
from kiosk.morning import Morning
from kiosk.plan import halls
from shared import calendar, door, journal, migrate
from shared.accounts import hashed
from shared.database import Database
from shared.offices import Hall
from shared.settings import Settings
from shared.vault import Vault

STALLED_MS = 10_000


class Commands(CLIPlugin):
    """Our commands on Litestar's own command line."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def on_cli_init(self, cli: Group) -> None:
        for group in (_tokens(self.settings), _journal(self.settings), _demo(self.settings)):
            cli.add_command(group)


def _tokens(settings: Settings) -> Group:
    @click.group("token", help="Bearer tokens of integrations.")
    def tokens() -> None: ...

    @tokens.command("add", help="Prints a new token and nothing else. It is shown once.")
    @click.option("--role", type=click.Choice(["integration"]), default="integration", show_default=True)
    @click.option("--name", required=True, help="Who will use it.")
    @click.option("--hall", "hall_code", default=None, help="Code of the hall (default: the first).")
    def add(role: str, name: str, hall_code: str | None) -> None:
        with _opened(settings) as db:
            hall = db.read_now(_hall, hall_code)
            made = db.write_now(door.add_token, office=hall.office_id, hall=hall.id, role=role, name=name, now=_now(),
                                by="command")
        click.echo(made)

    return tokens


def _journal(settings: Settings) -> Group:
    @click.group("journal", help="The journal of who did what.")
    def lines() -> None: ...

    @lines.command("verify", help="Proves the chain or names the first line that does not fit.")
    def verify() -> None:
        with _opened(settings) as db:
            verdict = db.read_now(journal.verify)
        click.echo(f"{verdict.sealed} sealed lines, {verdict.unsealed} not yet sealed, head {verdict.head[:16]}")
        if verdict.broken is not None:
            raise click.ClickException(f"the chain breaks at line {verdict.broken}")
        click.echo("the chain holds")

    return lines


def _demo(settings: Settings) -> Group:
    @click.group("demo", help="The demo centre.")
    def centre() -> None: ...

    @centre.command("morning", help="Plays a busy morning on the running demo centre; watch any screen.")
    @click.option("--minutes", default=20.0, show_default=True, help="How long a morning, in minutes of the hall.")
    @click.option("--speed", default=30.0, show_default=True, help="How many times faster than life.")
    @click.option("--seed", default=12309, show_default=True)
    def morning(minutes: float, speed: float, seed: int) -> None:
        with _opened(settings) as db:
            hall = db.read_now(_hall, None)
            if not hall.demo:
                raise click.ClickException("this hall is not a demo")
            for wait in Morning(db, hall.id, _now, click.echo, seed).play(minutes):
                time.sleep(wait * 60 / speed)

    return centre


class _opened:
    """A database for one command."""

    def __init__(self, settings: Settings) -> None:
        self.database = Database(settings)

    def __enter__(self) -> Database:
        self.database.start()
        if not self.database.read_now(lambda session: migrate.is_current(session.connection())):
            self.database.stop()
            raise click.ClickException("the database is not set up for this version: run `make run` once")
        return self.database

    def __exit__(self, *_: object) -> None:
        self.database.stop()


def _hall(session: Any, code: str | None) -> Hall:
    known = halls(session)
    if not known:
        raise click.ClickException("there is no hall yet: run `make run` once")
    if code is not None and code not in known:
        raise click.ClickException(f"no hall {code!r}; there are: {', '.join(known)}")
    found: UUID = known[code] if code else next(iter(known.values()))
    return session.get_one(Hall, found)  # type: ignore[no-any-return]


def prepare(settings: Settings) -> None:
    """Migrates, and founds the demo centre in an empty database, with random passwords for its staff."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    migrate.bring_up(settings)
    with _opened(settings) as db:
        if not db.read_now(demo.is_empty):
            db.write_now(calendar.refill, _now().year - 1)
            return
        passwords = [f"Nuan-{secrets.token_hex(4)}" for _ in demo.STAFF]
        with ThreadPoolExecutor() as pool:
            hashes = list(pool.map(hashed, passwords))
        db.write_now(demo.found_demo_centre, hashes=hashes, now=_now(), sealing=Vault.open(settings.data))
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
        lines += [f"  {account:<12}{password:<16}{name}" for account, password, name in rows]
        lines += ["", f"  账号保存在 Accounts are kept in {accounts}", ""]
    click.echo("\n".join(lines))


def _now() -> datetime:
    return datetime.now(UTC)
