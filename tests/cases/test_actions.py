"""What staff do with matters, on both databases: each act's effect, its refusals, what a second press does, and that the
journal names nobody's personal details."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest

from cases import actions, receipts
from cases.tables import (
    Factor,
    IdKind,
    Matter,
    MatterHolder,
    MatterState,
    Person,
    Proof,
    Receipt,
    Relation,
    Reply,
    ReplyKind,
    ReplyMode,
)
from shared.errors import Refused
from tests.cases.registry import CHECK, ID, OTHER_ID, Register, form

S = MatterState


def refusal(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def step(register: Register, matter: Any, to: S, *, who: str = "window3", seen: str | None = None, **more: Any) -> None:
    told = {"reason": "", "handler": None, **more}
    now = register.file(matter, who="supervisor").line.state
    register.act(actions.set_state, who=who, matter_id=matter, seen=seen or now, to=to, **told)


# Registering --------------------------------------------------------------------------------------------------------


def test_matter_gets_the_offices_next_number_of_the_year(register: Register) -> None:
    first, second = register.register(), register.register(id_number=OTHER_ID, name="李明")
    assert [first.number, second.number] == ["蚌检控申〔2026〕1号", "蚌检控申〔2026〕2号"]
    assert register.register(days=60, id_number=OTHER_ID, person=str(register.all(Person)[1].id)).number == "蚌检控申〔2027〕1号"


def test_same_request_gives_the_same_matter(register: Register) -> None:
    made = [register.register(key="one-press") for _ in range(2)]
    assert made[0].matter_id == made[1].matter_id and [one.fresh for one in made] == [True, False]
    assert [len(register.all(kind)) for kind in (Matter, Person, MatterHolder, Receipt)] == [1, 1, 1, 1]


def test_presses_at_the_same_moment_make_one_matter_and_leave_no_gap(register: Register) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: register.register(key="one-press"), range(8)))
    assert len({one.matter_id for one in made}) == 1
    assert register.register(id_number=OTHER_ID).number == "蚌检控申〔2026〕2号"


def test_personal_details_lie_sealed_in_the_database(register: Register) -> None:
    register.register()
    person, matter = register.all(Person)[0], register.all(Matter)[0]
    stored = repr(person.model_dump()) + repr(matter.model_dump())
    for plain in ("欧阳秀英", ID, "13800138000", "东海大道", "不服判决"):
        assert plain not in stored and plain.encode().hex() not in stored
        assert all(plain.encode() not in value for value in (person.name, person.id_number, person.phone, person.address))


def test_journal_tells_what_was_done_without_naming_anybody(register: Register) -> None:
    made = register.register()
    register.act(actions.reveal, matter_id=made.matter_id, reason="电话通知补正")
    lines = [line for line in register.journal() if line.by.startswith("staff:")]
    acts = ["person-added", "matter-registered", "identity-checked", "receipt-given", "person-revealed"]
    assert [line.act for line in lines] == acts
    told = msgspec.json.encode([[line.subject, line.detail, line.reason] for line in lines]).decode()
    for plain in ("欧阳", ID, ID[-4:], "138", "4072"):
        assert plain not in told


def test_known_person_is_taken_only_when_staff_confirm(register: Register) -> None:
    register.register()
    person = register.all(Person)[0]
    with pytest.raises(Refused) as refused:
        register.register(name="欧阳秀英")
    assert (refused.value.code, refused.value.detail["person"]) == ("person-known", person.id)
    again = register.register(person=str(person.id), phone="13900139000")
    assert len(register.all(Person)) == 1
    file = register.file(again.matter_id, revealed=True)
    assert (file.person.phone, file.person.address, file.person.matters) == ("13900139000", "蚌埠市蚌山区东海大道1号", 2)


def test_two_people_may_share_a_telephone(register: Register) -> None:
    register.register()
    register.register(id_number=OTHER_ID, name="李明", person="new")
    assert len(register.all(Person)) == 2


def test_nobody_is_merged_with_the_holder_of_another_id(register: Register) -> None:
    register.register()
    register.register(id_number=OTHER_ID, name="李明", person=str(register.all(Person)[0].id))
    assert len(register.all(Person)) == 2


def test_matter_without_a_check_of_identity_has_no_receipt(register: Register) -> None:
    made = register.register(check=None, id_kind=IdKind.NONE, id_number="")
    assert made.receipt_id is None and register.all(Receipt) == [] and register.all(MatterHolder) == []
    holder = {"matter_id": made.matter_id, "person_id": register.all(Person)[0].id, "check": CHECK}
    assert refusal(lambda: register.act(actions.link_holder, **holder)) == "id-needed"


def test_reports_and_matters_of_minors_are_discreet_from_the_start(register: Register) -> None:
    report = register.register(matter_class="report")
    assert register.file(report.matter_id).line.discreet
    assert refusal(lambda: register.file(report.matter_id, who="window1")) == "not-found"
    assert register.file(report.matter_id, who="supervisor").line.discreet


@pytest.mark.parametrize("who", ["supervisor", "auditor", "daozhen", "admin"])
def test_only_windows_and_handlers_register(register: Register, who: str) -> None:
    assert refusal(lambda: register.register(who=who)) == "not-allowed"


def test_relation_needs_its_paper(register: Register) -> None:
    check = msgspec.structs.replace(CHECK, relation=Relation.CLOSE_RELATIVE)
    assert refusal(lambda: register.register(check)) == "proof-needed"
    assert register.all(Matter) == []
    register.register(msgspec.structs.replace(check, proof=Proof.HOUSEHOLD_BOOK))
    assert register.all(MatterHolder)[0].relation == Relation.CLOSE_RELATIVE


def test_first_number_of_an_office_is_its_own(register: Register) -> None:
    assert form().key == "" and register.centre().prefix == "蚌检控申"
    assert len(register.centre().classes) == 12


# Handling -----------------------------------------------------------------------------------------------------------


def test_matter_goes_its_way_and_the_first_handler_stays(register: Register) -> None:
    matter = register.register().matter_id
    first, second = register.by("window1").id, register.by("window2").id
    step(register, matter, S.ACCEPTED)
    step(register, matter, S.ASSIGNED, handler=first)
    step(register, matter, S.IN_HANDLING)
    assert refusal(lambda: step(register, matter, S.CONCLUDED)) == "not-allowed"
    step(register, matter, S.CONCLUDED, who="supervisor")
    step(register, matter, S.SERVED)
    step(register, matter, S.CLOSED_UNSETTLED)
    step(register, matter, S.IN_HANDLING, who="supervisor", reason="当事人提供新证据")
    row = register.all(Matter)[0]
    assert (row.first_handler, row.handler, row.ended_on) == (first, first, None)
    assert second not in (row.first_handler, row.handler)
    assert row.accepted_on is not None


def test_step_seen_from_an_old_screen_is_refused_and_a_second_press_does_nothing(register: Register) -> None:
    matter = register.register().matter_id
    step(register, matter, S.ACCEPTED)
    step(register, matter, S.ACCEPTED, seen="registered")
    assert refusal(lambda: step(register, matter, S.NOT_ACCEPTED, seen="registered", reason="x")) == "moved-on"
    assert [line.act for line in register.journal()].count("matter-accepted") == 1


@pytest.mark.parametrize("handler", ["supervisor", "admin", None])
def test_matter_is_assigned_to_a_case_handler(register: Register, handler: str | None) -> None:
    matter = register.register().matter_id
    step(register, matter, S.ACCEPTED)
    chosen = register.by(handler).id if handler else None
    assert refusal(lambda: step(register, matter, S.ASSIGNED, handler=chosen)) == "handler-needed"


def test_reply_is_kept_once_and_stops_its_clock(register: Register) -> None:
    matter = register.register().matter_id
    told = {"matter_id": matter, "kind": ReplyKind.PROCEDURAL, "mode": ReplyMode.PHONE, "text": "已受理", "key": "k",
            "open_to_holder": True, "sealing": register.vault}
    for _ in range(2):
        register.act(actions.add_reply, days=2, **told)
    file = register.file(matter, days=3)
    assert len(register.all(Reply)) == 1 and file.replies[0].text == "已受理"
    assert [(duty.kind.value, duty.state.value) for duty in file.duties] == [("procedural", "met"), ("substantive", "open")]


def test_empty_reply_is_no_reply(register: Register) -> None:
    matter = register.register().matter_id
    told = {"matter_id": matter, "kind": ReplyKind.OTHER, "mode": ReplyMode.PHONE, "text": " ", "key": "",
            "open_to_holder": False, "sealing": register.vault}
    assert refusal(lambda: register.act(actions.add_reply, **told)) == "text-needed"


def test_auditor_reads_masked_and_without_words(register: Register) -> None:
    matter = register.register().matter_id
    file = register.file(matter, who="auditor")
    assert (file.person.name, file.person.id_number, file.person.phone) == ("欧阳**", "110***********002X", "138****8000")
    assert file.summary == "" and file.steps == []
    assert refusal(lambda: register.act(actions.reveal, who="auditor", matter_id=matter, reason="x")) == "not-allowed"


def test_reveal_needs_a_reason(register: Register) -> None:
    matter = register.register().matter_id
    assert refusal(lambda: register.act(actions.reveal, matter_id=matter, reason=" ")) == "reason-needed"


# Receipts -----------------------------------------------------------------------------------------------------------


def test_new_receipt_ends_the_one_before(register: Register) -> None:
    made = register.register()
    holder = register.all(MatterHolder)[0].id
    told = {"holder_id": holder, "factor": Factor.PIN, "secret": "9513", "sealing": register.vault}
    newer = register.act(receipts.give_receipt, **told)
    ended = {row.id: row.revoked_at is not None for row in register.all(Receipt)}
    assert ended == {made.receipt_id: True, newer: False}


def test_poor_pin_gives_no_receipt_and_no_matter(register: Register) -> None:
    assert refusal(lambda: register.register(msgspec.structs.replace(CHECK, secret="1234"))) == "pin-simple"
    assert register.all(Matter) == []


def test_neither_pin_nor_code_can_be_read_from_the_table(register: Register) -> None:
    register.register()
    row, (code,) = register.all(Receipt)[0], register.codes()
    assert code not in repr(row.model_dump()) and "4072" not in row.digest and len(row.digest) == 64
