"""The look-up by the holder of a receipt, on both databases: what opens it, how often one may be wrong, what it shows."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from cases import actions, receipts
from cases.lookup import HolderView, shown_to_holder
from cases.receipts import Closed, Opened, find_receipt, look_up
from cases.tables import Factor, MatterState, Receipt, ReplyKind, ReplyMode
from tests.cases.registry import CHECK, Register
from tests.conftest import MORNING

pytestmark = pytest.mark.anyio
FOUR = msgspec.structs.replace(CHECK, factor=Factor.ID_LAST_FOUR, secret="")
NOBODYS = "0123456789abcdefghjkmnpqrs"


def code_of(register: Register) -> str:
    return register.codes()[-1]


def attempt(register: Register, secret: str, *, code: str | None = None, minutes: float = 0) -> Opened | Closed:
    now = MORNING + timedelta(minutes=minutes)
    return register.db.write_now(look_up, code=code or code_of(register), secret=secret, sealing=register.vault, now=now)


def found(register: Register, code: str, days: float = 0) -> UUID | None:
    return register.db.read_now(find_receipt, code=code, sealing=register.vault, now=MORNING + timedelta(days=days))


def shown(register: Register, days: float = 0) -> HolderView | None:
    now = MORNING + timedelta(days=days)
    return register.db.read_now(shown_to_holder, receipt_id=register.all(Receipt)[-1].id, sealing=register.vault, now=now)


def reply(register: Register, matter: UUID, text: str, **more: Any) -> None:
    told = {"kind": ReplyKind.PROCEDURAL, "mode": ReplyMode.LETTER, "open_to_holder": False, "key": text, **more}
    register.act(actions.add_reply, matter_id=matter, text=text, sealing=register.vault, **told)


# What opens it ------------------------------------------------------------------------------------------------------


async def test_code_and_pin_open_the_own_receipt(register: Register) -> None:
    made = register.register()
    assert attempt(register, "４０ 72") == Opened(made.receipt_id, 5)
    assert [line.act for line in register.journal()][-1] == "matter-looked-up"


async def test_last_four_of_the_id_open_it_also_with_a_small_x(register: Register) -> None:
    made = register.register(FOUR)
    assert attempt(register, "002x") == Opened(made.receipt_id, 5)


@pytest.mark.parametrize("secret", ["002X", "4073", "40720"])
async def test_only_the_factor_that_was_chosen_opens_it(register: Register, secret: str) -> None:
    register.register()
    assert attempt(register, secret) == Closed("code-or-factor", left=4)


async def test_pin_of_another_receipt_opens_nothing(register: Register) -> None:
    register.register()
    first = code_of(register)
    register.register(msgspec.structs.replace(CHECK, secret="9513"), id_number="340302198001011232", name="李明")
    assert attempt(register, "9513", code=first) == Closed("code-or-factor", left=4)


async def test_unknown_revoked_and_expired_codes_look_the_same(register: Register) -> None:
    made = register.register()
    code = code_of(register)
    assert attempt(register, "4072", code=NOBODYS) == Closed("unknown-code")
    assert found(register, code) == made.receipt_id
    assert found(register, code, days=366 * 2 + 1) is None
    assert attempt(register, "4072", minutes=366 * 2 * 24 * 60) == Closed("unknown-code")
    register.act(receipts.revoke_receipt, receipt_id=made.receipt_id)
    register.act(receipts.revoke_receipt, receipt_id=made.receipt_id)
    assert found(register, code) is None and found(register, NOBODYS) is None
    assert attempt(register, "4072", code=code) == Closed("unknown-code")
    assert shown(register) is None


# How often one may be wrong -----------------------------------------------------------------------------------------


async def test_five_wrong_tries_close_the_look_up_for_half_an_hour_also_for_the_right_one(register: Register) -> None:
    register.register()
    left = [attempt(register, "9999") for _ in range(5)]
    assert left[:4] == [Closed("code-or-factor", left=n) for n in (4, 3, 2, 1)]
    assert left[4] == Closed("lookup-locked", minutes=30)
    assert attempt(register, "4072", minutes=29) == Closed("lookup-locked", minutes=1)
    assert isinstance(attempt(register, "4072", minutes=30), Opened)
    assert [line.act for line in register.journal()].count("lookup-locked") == 1


async def test_success_forgets_earlier_slips(register: Register) -> None:
    register.register()
    for secret in ("9999", "9999", "4072", "9999"):
        last = attempt(register, secret)
    assert last == Closed("code-or-factor", left=4)


@pytest.mark.parametrize("secret", ["", "12", "hello", "4072; drop"])
async def test_what_cannot_be_a_factor_costs_no_try(register: Register, secret: str) -> None:
    register.register()
    assert attempt(register, secret) == Closed("factor-needed")
    assert attempt(register, "9999") == Closed("code-or-factor", left=4)


async def test_guesses_at_the_same_moment_are_all_counted(register: Register) -> None:
    register.register()
    code = code_of(register)
    guess = {"code": code, "sealing": register.vault, "now": MORNING}
    tried = await asyncio.gather(*[register.db.write(look_up, secret=f"{n:04}", **guess) for n in range(2000, 2012)])
    assert sorted(one.left for one in tried if isinstance(one, Closed)) == [0] * 8 + [1, 2, 3, 4]


# What it shows ------------------------------------------------------------------------------------------------------


async def test_holder_sees_number_class_stage_and_next_reply_and_nothing_else(register: Register) -> None:
    made = register.register()
    view = shown(register)
    assert view is not None and view.matter_class is not None and view.duty is not None
    assert (view.number, view.matter_class.code) == (made.number, "criminal-appeal")
    assert (view.accepted, view.state) == (None, MatterState.REGISTERED)
    assert (str(view.received), view.duty.kind, str(view.duty.due)) == ("2026-11-23", ReplyKind.PROCEDURAL, "2026-11-30")
    told = repr(msgspec.structs.replace(view, centre=None))
    for hidden in ("欧阳", "11010519", "138", "不服判决", "东海大道"):
        assert hidden not in told


async def test_words_of_a_reply_are_shown_only_when_staff_opened_them(register: Register) -> None:
    matter = register.register().matter_id
    reply(register, matter, "证人张三的证言已核实")
    reply(register, matter, "已受理，请等候", open_to_holder=True)
    view = shown(register)
    assert view is not None
    assert [one.text for one in view.replies] == ["", "已受理，请等候"]


@pytest.mark.parametrize(
    ("to", "accepted"), [("accepted", True), ("not_accepted", False), ("transferred", False), ("materials_pending", None)]
)
async def test_holder_sees_whether_the_matter_was_accepted(register: Register, to: str, accepted: bool | None) -> None:
    matter = register.register().matter_id
    register.act(actions.set_state, matter_id=matter, seen="registered", to=MatterState(to), reason="理由", handler=None)
    view = shown(register)
    assert view is not None and (view.accepted, view.accepted_on is not None) == (accepted, accepted is True)


async def test_discreet_matter_shows_nothing_but_that(register: Register) -> None:
    register.register(matter_class="report")
    view = shown(register)
    assert view is not None and view.discreet
    assert view == HolderView(centre=view.centre, discreet=True)


async def test_reply_that_is_late_is_said_to_be_late(register: Register) -> None:
    register.register()
    view = shown(register, days=10)
    assert view is not None and view.duty is not None and view.duty.state.value == "late"
