"""The door: signing in and out, lockout, keys of programs and devices, what is remembered how soon it is forgotten."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import msgspec
import pytest
from litestar.types import Scope
from sqlmodel import Session, col, delete, select

from shared import door as doors
from shared.accounts import HASHER, NOBODY
from shared.database import Database
from shared.door import (
    DEVICE_COOKIE,
    SIGN_IN_COOKIE,
    VISITOR,
    Door,
    Identity,
    SignedIn,
    add_device,
    add_staff,
    add_token,
    choose_window,
    hashed,
    pair,
    revoke_device,
    revoke_token,
    set_active,
    set_password,
    set_roles,
    settle_sign_in,
    sign_out,
)
from shared.errors import Refused
from shared.journal import JournalLine
from shared.live import Boards
from shared.offices import Hall, Office, Provision
from shared.people import Device, DeviceKind, Role, SignIn, Staff, Token
from shared.settings import Settings
from shared.sign_ins import find_claim
from shared.tables import new_id

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PASSWORD = "Warm-station-1"
HASH = hashed(PASSWORD)


class Clock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hall(db: Database) -> Hall:
    def found(session: Session) -> Hall:
        office = Office(code="bengbu", name_zh="检察院", name_en="Procuratorate")
        session.add(office)
        session.flush()
        hall = Hall(office_id=office.id, code="main", name_zh="大厅", name_en="Hall")
        session.add(hall)
        return hall

    return db.write_now(found)


@pytest.fixture
def li(db: Database, hall: Hall) -> Staff:
    who = {"account": "li.wen", "name": "李雯", "password": HASH, "roles": (Role.WINDOW_CLERK,)}
    return db.write_now(add_staff, office=hall.office_id, hall=hall.id, now=NOW, by="test", **who)


@pytest.fixture
async def boards(db: Database, hall: Hall) -> AsyncIterator[Boards]:
    boards = Boards(db)
    await boards.start()
    yield boards
    await boards.stop()


@pytest.fixture
def door(db: Database, boards: Boards, clock: Clock) -> Door:
    return Door(db, boards, clock=clock)


@pytest.fixture
async def elsewhere(settings: Settings, hall: Hall, clock: Clock) -> AsyncIterator[Door]:
    """The door of another process: its own connections to the same database."""
    database = Database(settings)
    database.start()
    boards = Boards(database)
    await boards.start()
    yield Door(database, boards, clock=clock)
    await boards.stop()
    database.stop()


def asking(*, bearer: str = "", sign_in: str = "", device: str = "", kind: str = "http") -> Scope:
    headers = [(b"host", b"testserver"), (b"accept", b"*/*")]
    if bearer:
        headers.append((b"authorization", f"Bearer {bearer}".encode()))
    cookies = [f"{name}={value}" for name, value in ((DEVICE_COOKIE, device), (SIGN_IN_COOKIE, sign_in)) if value]
    if cookies:
        headers.append((b"cookie", "; ".join(["theme=dark", *cookies]).encode()))
    return cast(Scope, {"type": kind, "method": "GET", "path": "/", "headers": headers, "state": {}})


async def token(db: Database, hall: Hall, role: str = "integration") -> str:
    return await db.write(add_token, office=hall.office_id, hall=hall.id, name="grid", role=role, now=NOW, by="test")


async def kiosk(db: Database, hall: Hall) -> str:
    what = {"kind": DeviceKind.KIOSK, "name": "Kiosk 1"}
    return await db.write(add_device, office=hall.office_id, hall=hall.id, now=NOW, by="test", **what)


async def rows(db: Database, table: type[Any]) -> list[Any]:
    return await db.read(lambda session: list(session.exec(select(table)).all()))


async def acts(db: Database) -> list[str]:
    return [line.act for line in await rows(db, JournalLine)]


async def code_of(waiting: Any) -> str:
    with pytest.raises(Refused) as refusal:
        await waiting
    return refusal.value.code


# Signing in -----------------------------------------------------------------------------------------------------------


async def test_signing_in_gives_a_cookie_that_opens_the_door(door: Door, db: Database, li: Staff) -> None:
    signed = await door.sign_in(account=" Li.Wen ", password=PASSWORD)
    identity = await door.who(asking(sign_in=signed.secret))
    assert (identity.kind, identity.id, identity.hall_id) == ("staff", li.id, li.hall_id)
    assert (identity.roles, identity.name, identity.by) == ({"window_clerk"}, "李雯", f"staff:{li.id}")
    assert identity.sign_in == signed.id
    assert await acts(db) == ["staff-added", "sign-in"]


async def test_an_account_typed_in_full_width_letters_is_understood(door: Door, li: Staff) -> None:
    assert (await door.sign_in(account="ｌｉ．ｗｅｎ", password=PASSWORD)).staff_id == li.id


async def test_a_cookie_chosen_beforehand_never_becomes_valid(door: Door, li: Staff) -> None:
    chosen = "a" * 43
    assert await door.who(asking(sign_in=chosen)) == VISITOR
    signed = await door.sign_in(account="li.wen", password=PASSWORD)
    assert signed.secret != chosen
    assert await door.who(asking(sign_in=chosen)) == VISITOR


async def test_every_sign_in_has_its_own_secret_and_rows_hold_only_digests(door: Door, db: Database, li: Staff) -> None:
    first = await door.sign_in(account="li.wen", password=PASSWORD)
    second = await door.sign_in(account="li.wen", password=PASSWORD)
    assert first.secret != second.secret
    kept = [row.model_dump_json() for table in (SignIn, Staff, JournalLine) for row in await rows(db, table)]
    assert not [line for line in kept if first.secret in line or second.secret in line or PASSWORD in line]


async def test_five_wrong_passwords_lock_the_account_until_its_time_is_over(
    door: Door, db: Database, li: Staff, clock: Clock
) -> None:
    codes = [await code_of(door.sign_in(account="li.wen", password="Warm-station-2")) for _ in range(5)]
    assert codes == ["wrong-password"] * 4 + ["locked"]
    assert await code_of(door.sign_in(account="li.wen", password=PASSWORD)) == "locked"
    clock.forward(9.9)
    assert await code_of(door.sign_in(account="li.wen", password=PASSWORD)) == "locked"
    clock.forward(0.1)
    assert (await door.sign_in(account="li.wen", password=PASSWORD)).staff_id == li.id
    assert await acts(db) == ["staff-added", *["sign-in-refused"] * 5, "sign-in"]


async def test_a_right_password_forgets_the_wrong_ones_before_it(door: Door, li: Staff) -> None:
    for password in ("wrong", "wrong", "wrong", PASSWORD):
        try:
            await door.sign_in(account="li.wen", password=password)
        except Refused as refusal:
            left = refusal.detail["left"]
    assert left == 2
    with pytest.raises(Refused) as refused:
        await door.sign_in(account="li.wen", password="wrong")
    assert refused.value.detail["left"] == 4


async def test_an_unknown_account_takes_the_same_steps_as_a_wrong_password(db: Database, li: Staff) -> None:
    """Both have a hash of the same cost to be tried, both are written down, both hear the same words in turn."""
    known = await db.read(find_claim, account="li.wen", now=NOW)
    unknown = await db.read(find_claim, account="nobody", now=NOW)
    assert unknown == msgspec.structs.replace(known, password=NOBODY)
    assert not HASHER.check_needs_rehash(NOBODY)
    heard = [
        [await settle(db, account, proven) for _ in range(6)]
        for account, proven in (("li.wen", None), ("nobody", None), ("somebody", NOBODY))
    ]
    assert heard[0] == heard[1] == heard[2] == [("wrong-password", n) for n in (4, 3, 2, 1)] + [("locked", None)] * 2


async def settle(db: Database, account: str, proven: str | None) -> tuple[str, int | None]:
    outcome = await db.write(settle_sign_in, account=account, proven=proven, now=NOW, limit=5, minutes=10)
    assert isinstance(outcome, Refused)
    return outcome.code, outcome.detail.get("left")


async def test_a_right_guess_sent_along_with_many_wrong_ones_does_not_slip_through(db: Database, li: Staff) -> None:
    for _ in range(5):
        await settle(db, "li.wen", None)
    assert await settle(db, "li.wen", HASH) == ("locked", None)


async def test_a_password_changed_while_the_old_one_was_checked_no_longer_counts(db: Database, li: Staff) -> None:
    await db.write(set_password, staff_id=li.id, password=HASHER.hash("x"), now=NOW, by="test")
    assert await settle(db, "li.wen", HASH) == ("wrong-password", 4)


async def test_the_office_sets_how_many_tries_there_are(door: Door, db: Database, hall: Hall, li: Staff) -> None:
    def order(session: Session) -> None:
        for key, value, unit in (("door.failures", 2, "times"), ("door.lock_minutes", 45, "minutes")):
            row = {"key": key, "value": value, "unit": unit, "source": "规程", "effective_from": date(2026, 1, 1)}
            session.add(Provision(office_id=hall.office_id, **row))

    await db.write(order)
    for account in ("li.wen", "nobody"):
        assert await code_of(door.sign_in(account=account, password="wrong")) == "wrong-password"
        with pytest.raises(Refused) as refusal:
            await door.sign_in(account=account, password="wrong")
        assert (refusal.value.code, refusal.value.detail) == ("locked", {"minutes": 45})


@pytest.mark.parametrize("password", ["", "Ab1-xyz", "abcdefgh", "abcdefg1", "ABCDEFG1", "12345678"])
def test_a_password_is_refused_when_short_or_of_too_few_classes(password: str) -> None:
    with pytest.raises(Refused, match="weak-password"):
        hashed(password)


@pytest.mark.parametrize("password", ["Abcdefg1", "abcdef-1", "ABCDEF-1", "暖心驿站ab12"])
async def test_a_password_of_three_classes_is_taken(door: Door, password: str) -> None:
    assert HASHER.verify(await door.hashed(password), password)


# Signing out, idling, changes -----------------------------------------------------------------------------------------


async def test_signing_out_counts_at_once_here_and_within_a_second_elsewhere(
    door: Door, elsewhere: Door, db: Database, li: Staff
) -> None:
    signed = await door.sign_in(account="li.wen", password=PASSWORD)
    here = await door.who(asking(sign_in=signed.secret))
    assert here == await elsewhere.who(asking(sign_in=signed.secret))
    await door.write(sign_out, sign_in=signed.id, now=NOW, by=here.by)
    await door.write(sign_out, sign_in=signed.id, now=NOW, by=here.by)
    assert await door.who(asking(sign_in=signed.secret)) == VISITOR
    await within_a_second(elsewhere, asking(sign_in=signed.secret), VISITOR)
    assert (await acts(db)).count("sign-out") == 1


async def within_a_second(door: Door, scope: Scope, expected: Identity) -> None:
    for _ in range(50):
        if await door.who(scope) == expected:
            return
        await asyncio.sleep(0.02)
    pytest.fail("the other process still remembers")


async def test_a_sign_in_left_alone_for_half_an_hour_has_ended(door: Door, li: Staff, clock: Clock) -> None:
    signed = await door.sign_in(account="li.wen", password=PASSWORD)
    for _ in range(3):
        clock.forward(29)
        assert (await door.who(asking(sign_in=signed.secret))).kind == "staff"
    clock.forward(30)
    assert await door.who(asking(sign_in=signed.secret)) == VISITOR


async def test_an_open_socket_does_not_keep_a_sign_in_alive(door: Door, li: Staff, clock: Clock) -> None:
    signed = await door.sign_in(account="li.wen", password=PASSWORD)
    for kind in ("staff", "visitor"):
        clock.forward(15)
        assert (await door.who(asking(sign_in=signed.secret, kind="websocket"))).kind == kind


async def test_being_seen_is_noted_at_most_once_a_minute(door: Door, db: Database, li: Staff, clock: Clock) -> None:
    signed = await door.sign_in(account="li.wen", password=PASSWORD)
    seen = []
    for seconds in (30, 29, 1, 59, 1):
        clock.forward(seconds / 60)
        await door.who(asking(sign_in=signed.secret))
        seen.append((await rows(db, SignIn))[0].seen_at - NOW)
    assert [gap.seconds for gap in seen] == [0, 0, 60, 60, 120]


async def test_closing_an_account_ends_its_sign_ins_for_good(door: Door, db: Database, li: Staff) -> None:
    signed = await door.sign_in(account="li.wen", password=PASSWORD)
    assert (await door.who(asking(sign_in=signed.secret))).kind == "staff"
    for active in (False, True):
        await door.write(set_active, staff_id=li.id, active=active, now=NOW, by="test")
        assert await door.who(asking(sign_in=signed.secret)) == VISITOR
    await door.write(set_active, staff_id=li.id, active=False, now=NOW, by="test")
    assert await code_of(door.sign_in(account="li.wen", password=PASSWORD)) == "wrong-password"


async def test_a_new_password_ends_every_other_sign_in_and_unlocks(door: Door, db: Database, li: Staff) -> None:
    own, other = [await door.sign_in(account="li.wen", password=PASSWORD) for _ in range(2)]
    for _ in range(5):
        await settle(db, "li.wen", None)
    fresh = await door.hashed("Warm-station-2")
    await door.write(set_password, staff_id=li.id, password=fresh, now=NOW, by="test", keep=own.id)
    assert (await door.who(asking(sign_in=own.secret))).kind == "staff"
    assert await door.who(asking(sign_in=other.secret)) == VISITOR
    assert isinstance(await door.sign_in(account="li.wen", password="Warm-station-2"), SignedIn)


async def test_a_plain_password_never_reaches_a_row(db: Database, li: Staff) -> None:
    with pytest.raises(ValueError, match="hash"):
        await db.write(set_password, staff_id=li.id, password=PASSWORD, now=NOW, by="test")


async def test_new_roles_and_a_chosen_window_are_seen_everywhere(
    door: Door, elsewhere: Door, db: Database, li: Staff
) -> None:
    signed, window = await door.sign_in(account="li.wen", password=PASSWORD), new_id()
    scope = asking(sign_in=signed.secret)
    assert (await elsewhere.who(scope)).window_id is None
    await door.write(choose_window, sign_in=signed.id, window_id=window, now=NOW, by="test")
    await door.write(set_roles, staff_id=li.id, roles={"supervisor"}, now=NOW, by="test")
    identity = await door.who(scope)
    assert (identity.window_id, identity.roles) == (window, {"supervisor"})
    await within_a_second(elsewhere, scope, identity)


@pytest.mark.parametrize(
    ("roles", "code"),
    [({"administrator", "auditor"}, "roles-apart"), ({"boss"}, "unknown-role"), (set(), "unknown-role")],
)
async def test_roles_that_do_not_fit_are_refused(db: Database, li: Staff, roles: set[str], code: str) -> None:
    assert await code_of(db.write(set_roles, staff_id=li.id, roles=roles, now=NOW, by="test")) == code


async def test_an_account_is_given_once(db: Database, hall: Hall, li: Staff) -> None:
    twin = {"account": "LI.WEN ", "name": "李文", "password": HASH, "roles": (Role.AUDITOR,)}
    adding = db.write(add_staff, office=hall.office_id, hall=None, now=NOW, by="test", **twin)
    assert await code_of(adding) == "account-taken"


# Tokens and devices ---------------------------------------------------------------------------------------------------


async def test_a_token_opens_the_door_of_its_hall(door: Door, db: Database, hall: Hall) -> None:
    secret = await token(db, hall)
    identity = await door.who(asking(bearer=secret))
    assert (identity.kind, identity.roles, identity.hall_id) == ("token", {"integration"}, hall.id)
    assert identity.by == f"token:{identity.id}"
    assert secret not in str(await rows(db, Token)) + str(await rows(db, JournalLine))


@pytest.mark.parametrize("wrong", ["x", "a" * 43, "é" * 43])
async def test_a_wrong_token_is_refused_and_never_taken_for_a_visitor(door: Door, wrong: str) -> None:
    assert await code_of(door.who(asking(bearer=wrong))) == "token-unknown"


async def test_a_wrong_token_is_refused_even_beside_a_good_cookie(door: Door, li: Staff) -> None:
    signed = await door.sign_in(account="li.wen", password=PASSWORD)
    for bearer in ("a" * 43, signed.secret):
        assert await code_of(door.who(asking(bearer=bearer, sign_in=signed.secret))) == "token-unknown"


async def test_a_revoked_token_is_refused_by_another_process_within_a_second(
    door: Door, elsewhere: Door, db: Database, hall: Hall
) -> None:
    secret = await token(db, hall)
    identity = await elsewhere.who(asking(bearer=secret))
    await door.write(revoke_token, token_id=cast(Any, identity.id), now=NOW, by="test")
    assert await code_of(door.who(asking(bearer=secret))) == "token-unknown"
    with pytest.raises(Refused, match="token-unknown"):
        await within_a_second(elsewhere, asking(bearer=secret), VISITOR)


async def test_a_token_of_a_role_that_does_not_exist_is_refused(db: Database, hall: Hall) -> None:
    assert await code_of(token(db, hall, "administrator")) == "unknown-role"


async def test_a_paired_device_is_known_and_its_code_works_once(door: Door, db: Database, hall: Hall) -> None:
    code = await kiosk(db, hall)
    secret = await db.write(pair, pairing=f" {code.lower()} ", now=NOW)
    identity = await door.who(asking(device=secret))
    assert (identity.kind, identity.roles, identity.hall_id) == ("device", {"kiosk"}, hall.id)
    assert await code_of(db.write(pair, pairing=code, now=NOW)) == "unknown-pairing"
    assert (await door.who(asking(device=secret))).id == identity.id
    assert await acts(db) == ["device-added", "device-paired"]


async def test_two_screens_with_one_code_are_not_both_paired(db: Database, hall: Hall) -> None:
    code = await kiosk(db, hall)
    outcomes = await asyncio.gather(*[db.write(pair, pairing=code, now=NOW) for _ in range(8)], return_exceptions=True)
    assert len([outcome for outcome in outcomes if isinstance(outcome, str)]) == 1


async def test_a_pairing_code_is_void_after_an_hour(db: Database, hall: Hall) -> None:
    code, hour = await kiosk(db, hall), timedelta(minutes=60)
    assert await code_of(db.write(pair, pairing=code, now=NOW + hour)) == "unknown-pairing"
    assert await db.write(pair, pairing=code, now=NOW + hour - timedelta(seconds=1))


async def test_a_device_revoked_before_it_was_paired_stays_out(db: Database, hall: Hall) -> None:
    code = await kiosk(db, hall)
    [device] = await rows(db, Device)
    await db.write(revoke_device, device_id=device.id, now=NOW, by="test")
    assert await code_of(db.write(pair, pairing=code, now=NOW)) == "unknown-pairing"


async def test_a_revoked_device_is_a_visitor_everywhere(door: Door, elsewhere: Door, db: Database, hall: Hall) -> None:
    secret = await db.write(pair, pairing=await kiosk(db, hall), now=NOW)
    identity = await elsewhere.who(asking(device=secret))
    await door.write(revoke_device, device_id=cast(Any, identity.id), now=NOW, by="test")
    assert await door.who(asking(device=secret)) == VISITOR
    await within_a_second(elsewhere, asking(device=secret), VISITOR)


async def test_a_member_of_staff_at_a_kiosk_is_staff_until_signing_out(
    door: Door, db: Database, hall: Hall, li: Staff
) -> None:
    secret = await db.write(pair, pairing=await kiosk(db, hall), now=NOW)
    signed = await door.sign_in(account="li.wen", password=PASSWORD)
    both = asking(device=secret, sign_in=signed.secret)
    assert (await door.who(both)).kind == "staff"
    await door.write(sign_out, sign_in=signed.id, now=NOW, by="test")
    assert (await door.who(both)).kind == "device"


async def test_one_key_is_not_taken_for_another_kind(door: Door, db: Database, hall: Hall) -> None:
    bearer, device = await token(db, hall), await db.write(pair, pairing=await kiosk(db, hall), now=NOW)
    assert (await door.who(asking(bearer=bearer))).kind == "token"
    assert (await door.who(asking(device=device))).kind == "device"
    assert await door.who(asking(sign_in=device, device=bearer)) == VISITOR


# What is remembered ---------------------------------------------------------------------------------------------------


async def silently_remove_tokens(db: Database) -> None:
    """As no act of ours would: without a word to the boards."""
    await db.write(lambda session: session.exec(delete(Token).where(col(Token.name) == "grid")) and None)


async def test_a_known_token_costs_no_look_at_the_database(door: Door, db: Database, hall: Hall) -> None:
    secret = await token(db, hall)
    identity = await door.who(asking(bearer=secret))
    await silently_remove_tokens(db)
    assert await door.who(asking(bearer=secret)) is identity


async def test_nothing_is_remembered_while_the_boards_are_not_read(db: Database, hall: Hall, clock: Clock) -> None:
    door, secret = Door(db, Boards(db), clock=clock), await token(db, hall)
    assert isinstance(await door.who(asking(bearer=secret)), Identity)
    await silently_remove_tokens(db)
    assert await code_of(door.who(asking(bearer=secret))) == "token-unknown"


async def test_what_changes_while_it_is_looked_up_is_not_remembered(door: Door, db: Database, hall: Hall) -> None:
    secret = await token(db, hall)
    looking = asyncio.create_task(door.who(asking(bearer=secret)))
    await asyncio.sleep(0)
    door.forget()
    assert (await looking).kind == "token"
    await silently_remove_tokens(db)
    assert await code_of(door.who(asking(bearer=secret))) == "token-unknown"


async def test_the_oldest_is_forgotten_when_too_many_are_remembered(
    door: Door, db: Database, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "REMEMBERED", 2)
    secrets = [await token(db, hall) for _ in range(3)]
    for secret in secrets:
        await door.who(asking(bearer=secret))
    await silently_remove_tokens(db)
    assert [(await door.who(asking(bearer=secret))).kind for secret in secrets[1:]] == ["token", "token"]
    assert await code_of(door.who(asking(bearer=secrets[0]))) == "token-unknown"
