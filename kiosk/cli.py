"""Our commands on Litestar's command line: `litestar office found`, `litestar token add`, `litestar journal verify`,
`litestar demo morning`."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from click import Group

from kiosk.administration.personnel import new_password
from kiosk.commands import NotSetUp, bring_up, now, opened
from kiosk.founding import WINDOWS_MOST, Founding, found_office
from kiosk.morning import Morning
from kiosk.plan import halls
from shared import door, journal
from shared.accounts import hashed
from shared.database import Database
from shared.errors import Refused
from shared.offices import Hall
from shared.refusals import advice, sentence
from shared.settings import Settings
from shared.words import ENGLISH


def groups(settings: Settings) -> tuple[Group, ...]:
    return _offices(settings), _tokens(settings), _journal(settings), _demo(settings)


@contextmanager
def _opened(settings: Settings) -> Iterator[Database]:
    """A database for one command."""
    try:
        with opened(settings) as db:
            yield db
    except NotSetUp as problem:
        raise click.ClickException(str(problem)) from None


def _offices(settings: Settings) -> Group:
    @click.group("office", help="The office that this centre belongs to.")
    def offices() -> None: ...

    @offices.command("found", help="Founds an office in an empty database; prints its administrator's password, once.")
    @click.option("--name-zh", required=True, help="Its name in Chinese.")
    @click.option("--name-en", required=True, help="Its name in English.")
    @click.option("--code", default="office", show_default=True, help="Its short name, for records.")
    @click.option("--timezone", default="Asia/Shanghai", show_default=True)
    @click.option("--windows", default=6, show_default=True, type=click.IntRange(1, WINDOWS_MOST), help="How many windows.")
    @click.option("--admin", default="admin", show_default=True, help="Account of its administrator.")
    @click.option("--admin-name", default="系统管理员", show_default=True, help="Full name of its administrator.")
    def found(name_zh: str, name_en: str, code: str, timezone: str, windows: int, admin: str, admin_name: str) -> None:
        password = new_password()
        asked = Founding(
            name_zh=name_zh, name_en=name_en, code=code, zone=_zone(timezone), windows=windows, account=admin,
            administrator=admin_name, password=hashed(password),
        )
        bring_up(settings)
        with _opened(settings) as db:
            try:
                db.write_now(found_office, asked=asked, now=now(), by="command")
            except Refused as refusal:
                raise click.ClickException(f"{sentence(refusal.code, ENGLISH)} {advice(refusal.code, ENGLISH)}") from None
        click.echo(f"{name_zh} {name_en}\naccount   {admin}\npassword  {password}\nIt is shown only now. Next: make run")

    return offices


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError):
        raise click.ClickException(f"no time zone {name!r}") from None


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
            made = db.write_now(door.add_token, office=hall.office_id, hall=hall.id, role=role, name=name, now=now(),
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
            for wait in Morning(db, hall.id, now, click.echo, seed).play(minutes):
                time.sleep(wait * 60 / speed)

    return centre


def _hall(session: Any, code: str | None) -> Hall:
    known = halls(session)
    if not known:
        raise click.ClickException("there is no hall yet: run `make run` once")
    if code is not None and code not in known:
        raise click.ClickException(f"no hall {code!r}; there are: {', '.join(known)}")
    found: UUID = known[code] if code else next(iter(known.values()))
    return session.get_one(Hall, found)  # type: ignore[no-any-return]
