"""What staff and members do with the roster, on both databases: each act, its refusals, and what nobody may read."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import pytest

from hearings.approval.actions import answer
from hearings.panel.actions import take_reserve
from hearings.panel.designation import ask_designation, designate
from hearings.panel.records import newest_draw
from hearings.people.supervisor_visits import ask_supervisor, name_supervisor, note_attendance, visits_of
from hearings.roster import actions as roster
from hearings.roster import availability
from hearings.roster.forms import MemberForm, faults
from hearings.roster.member_file import MemberFile, leaves_of, member_file, weekly_of
from hearings.roster.queries import contact_of, form_of, members
from hearings.roster.rules import LOOKED_AT
from hearings.roster.tables import HalfDay, Interest, Leave, RosterMember, Standing
from hearings.tables import HEARING_NAME, Approval, Seat
from shared.errors import Refused
from shared.identity import Identity
from tests.hearings.roster_stage import MANAGER, drawn_hearing, put_checks
from tests.hearings.roster_stage import roster as put_members
from tests.hearings.staging import Stage

FORM = MemberForm(key="k1", name="欧阳 建华", category="lawyer", unit="淮河律师事务所", id_number="11010519491231002X",
                  phone="138 0013 8000", email="ouyang@example.com", specialisms=["finance"], channels=["sms"],
                  term_from="2026-01-01", term_until="2027-12-31", consent="1")
CATEGORIES, FIELDS = {"lawyer", "npc-deputy"}, {"finance"}


def refusal(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def act(stage: Stage, action: Callable[..., Any], **more: Any) -> Any:
    return stage.act(action, **{"who": MANAGER, **more})


def added(stage: Stage, **more: Any) -> UUID:
    form = msgspec.structs.replace(FORM, **more)
    member = act(stage, roster.add_member, form=form, sealing=stage.vault)
    assert isinstance(member, UUID)
    return member


def file(stage: Stage, member: UUID, *, revealed: bool = False) -> MemberFile:
    return stage.db.read_now(member_file, centre=stage.centre(), member_id=member, sealing=stage.vault, revealed=revealed)


def test_member_taken_on_is_sealed_and_shown_masked(stage: Stage) -> None:
    member = added(stage)
    assert added(stage) == member and len(stage.all(RosterMember)) == 1
    row = stage.get(RosterMember, member)
    assert "欧阳".encode() not in row.name and b"138" not in row.phone
    seen = file(stage, member)
    assert (seen.line.name, seen.phone, seen.email, seen.id_number) == (
        "欧阳**", "138****8000", "o***@example.com", "110***********002X")
    assert (seen.born_on, seen.age) == ("1949-**-**", 76) and seen.consents[0].granted
    told = stage.db.read_now(contact_of, member, stage.vault)
    assert (told.name, told.phone, told.channels) == ("欧阳 建华", "13800138000", ("sms",))
    assert file(stage, member, revealed=True).born_on == "1949-12-31"


def test_form_tells_every_fault_beside_its_field() -> None:
    bad = MemberForm(category="x", id_number="110105194912310021", phone="12", email="a@b", born_on="1990-13-01",
                     term_from="2026", term_until="", yearly_cap="many", specialisms=["alchemy"])
    assert faults(bad, categories=CATEGORIES, specialisms=FIELDS, today=date(2026, 11, 23)) == {
        "name": "name-needed", "category": "choice-needed", "id_number": "id-check", "phone": "phone-number",
        "email": "mail-form", "term_from": "day-form", "term_until": "day-form", "yearly_cap": "count-form",
        "specialisms": "choice-needed"}
    assert faults(FORM, categories=CATEGORIES, specialisms=FIELDS, today=date(2026, 11, 23)) == {}


def test_same_id_number_is_not_taken_on_twice(stage: Stage) -> None:
    added(stage)
    assert refusal(lambda: added(stage, key="k2", id_number="11010519491231002x")) == "member-known"
    assert refusal(lambda: act(stage, roster.add_member, form=FORM, sealing=stage.vault, who="window3")) == "not-allowed"


def test_change_keeps_what_the_form_leaves_empty(stage: Stage) -> None:
    member = added(stage)
    form = stage.db.read_now(form_of, centre=stage.centre(), member_id=member, sealing=stage.vault)
    assert form.phone == "" and form.name == "欧阳 建华"
    changed = msgspec.structs.replace(form, unit="淮上律师事务所", email="new@example.com")
    act(stage, roster.change_member, member_id=member, form=changed, sealing=stage.vault)
    told = stage.db.read_now(contact_of, member, stage.vault)
    assert (told.phone, told.email) == ("13800138000", "new@example.com")
    assert file(stage, member).line.unit == "淮上律师事务所"


def test_pause_and_removal_need_a_reason_and_end_the_link(stage: Stage) -> None:
    member = added(stage)
    change: dict[str, Any] = {"member_id": member, "to": Standing.REMOVED}
    assert refusal(lambda: act(stage, roster.set_standing, reason=" ", **change)) == "reason-needed"
    act(stage, roster.set_standing, reason="任期内受行政处罚", **change)
    row = stage.get(RosterMember, member)
    assert (row.standing, row.link_turn) == (Standing.REMOVED, 1)
    listed = stage.db.read_now(members, centre=stage.centre(), sealing=stage.vault)
    assert listed.lines == [] and listed.total == 0


def test_checks_need_evidence_of_a_day_that_has_been(stage: Stage) -> None:
    member = added(stage)
    check: dict[str, Any] = {"member_id": member, "checks": dict.fromkeys(LOOKED_AT, True), "on": date(2026, 11, 20)}
    assert refusal(lambda: act(stage, roster.check_eligibility, evidence="", **check)) == "evidence-needed"
    tomorrow = {**check, "on": date(2026, 11, 24)}
    assert refusal(lambda: act(stage, roster.check_eligibility, evidence="x", **tomorrow)) == "day-form"
    act(stage, roster.check_eligibility, evidence="司法局证明", **check)
    assert file(stage, member).line.fit == "fit"
    act(stage, roster.check_eligibility, evidence="公告", **{**check, "checks": {"licence-revoked": False}})
    seen = {one.item: one for one in file(stage, member).checks}
    assert file(stage, member).line.fit == "unfit" and seen["licence-revoked"].evidence == "公告"
    assert seen["age"].fulfilled is True and seen["upright"].evidence == "司法局证明"


def test_search_finds_by_name_unit_and_whole_number(stage: Stage) -> None:
    added(stage)
    put_members(stage, 3)
    for q, hits in (("欧阳", 1), ("淮河", 1), ("13800138000", 1), ("1380013", 0), ("11010519491231002X", 1), ("第2单位", 1)):
        found = stage.db.read_now(members, centre=stage.centre(), sealing=stage.vault, q=q)
        assert len(found.lines) == hits, q


def test_ties_keep_no_name_of_the_other(stage: Stage) -> None:
    member = added(stage)
    tie: dict[str, Any] = {"member_id": member, "kind": "relative", "sealing": stage.vault}
    assert refusal(lambda: act(stage, roster.declare_interest, unit="", name=" ", **tie)) == "tie-needed"
    act(stage, roster.declare_interest, unit="", name="王大海", **tie)
    (row,) = stage.all(Interest)
    assert row.unit == "" and row.name_index == stage.vault.index("王大海", purpose="name")
    stage.db.write_now(put_checks, [member])
    put_members(stage, 12)
    hearing = drawn_hearing(stage, 1)  # 王大海 is a party of it
    draw = stage.db.read_now(newest_draw, hearing)
    assert draw is not None and member not in {seat.member_id for seat in stage.all(Seat)}
    text = " ".join(f"{line.act} {line.reason} {line.detail}" for line in stage.journal())
    assert "王大海" not in text and "欧阳" not in text


def test_weekly_hours_and_leave_by_desk_and_by_own_link(stage: Stage) -> None:
    member, other = put_members(stage, 2)
    own = Identity("officer", member, stage.office)
    assert len(stage.db.read_now(weekly_of, member)) == 14
    halves = {(0, HalfDay.MORNING), (2, HalfDay.AFTERNOON)}
    now: dict[str, Any] = {"centre": stage.centre(), "now": stage.now()}
    stage.db.write_now(availability.set_weekly, member_id=member, halves=halves, by=own, **now)
    assert stage.db.read_now(weekly_of, member) == halves
    set_weekly = availability.set_weekly
    assert refusal(lambda: stage.db.write_now(set_weekly, member_id=other, halves=halves, by=own, **now)) == "not-found"
    assert refusal(lambda: act(stage, availability.set_weekly, member_id=member, halves=set())) == "half-needed"
    days: dict[str, Any] = {"begins_on": date(2026, 12, 1), "ends_on": date(2026, 12, 3)}
    for _ in range(2):
        stage.db.write_now(availability.add_leave, member_id=member, by=own, **days, **now)
    (leave,) = stage.all(Leave)
    assert leave.by_member
    past = {"begins_on": date(2026, 11, 1), "ends_on": date(2026, 11, 2)}
    assert refusal(lambda: act(stage, availability.add_leave, member_id=member, **past)) == "leave-days"
    act(stage, availability.remove_leave, member_id=member, leave_id=leave.id)
    assert stage.db.read_now(leaves_of, member, date(2026, 11, 23)) == []


def test_designation_waits_for_approval_and_keeps_the_rules(stage: Stage) -> None:
    hearing = drawn_hearing(stage, 5)
    (seat, *_) = (one for one in stage.all(Seat))
    (extra,) = stage.roster(1)
    ask: dict[str, Any] = {"hearing_id": hearing, "member_id": extra, "sealing": stage.vault, "reason": "需要金融专家"}
    assert refusal(lambda: act(stage, ask_designation, **ask)) == "member-barred"
    stage.db.write_now(put_checks, [extra])
    assert refusal(lambda: act(stage, ask_designation, **ask)) == "panel-full"
    while act(stage, take_reserve, seat_id=seat.id, why="declined", sealing=stage.vault).seat_id:
        seat = next(one for one in stage.all(Seat) if one.vacated_at is None)
    asked = act(stage, ask_designation, **ask)
    use: dict[str, Any] = {"approval_id": asked, "sealing": stage.vault}
    assert refusal(lambda: act(stage, designate, **use)) == "designation-unapproved"
    act(stage, answer, who="jianchazhang", approval_id=asked, granted=True, text="")
    taken = act(stage, designate, **use)
    assert taken.member_id == extra and act(stage, designate, **use) == taken
    given = stage.get(Seat, taken.seat_id)
    assert (given.origin, given.approval_id) == ("designation", asked) and stage.get(Approval, asked).granted


def test_supervisor_is_recorded_and_sits_on_no_panel_of_the_same_hearing(stage: Stage) -> None:
    hearing = drawn_hearing(stage, 8)
    sitting = next(seat for seat in stage.all(Seat) if seat.place == 1)
    name = stage.vault.unseal(stage.get(RosterMember, sitting.member_id).name, purpose=HEARING_NAME)
    asked: dict[str, Any] = {"hearing_id": hearing, "letter": "蚌检函〔2026〕8号", "asked_on": date(2026, 11, 20)}
    visit = act(stage, ask_supervisor, **asked)
    assert act(stage, ask_supervisor, **asked) == visit
    told: dict[str, Any] = {"visit_id": visit, "sealing": stage.vault}
    assert refusal(lambda: act(stage, name_supervisor, name=name, **told)) == "both-hats"
    act(stage, name_supervisor, name="田小雨", **told)
    act(stage, note_attendance, visit_id=visit, attended=True)
    (seen,) = stage.db.read_now(visits_of, hearing, stage.vault)
    assert (seen.name, seen.named_on, seen.attended) == ("田**", date(2026, 11, 23), True)


def test_named_supervisor_is_not_drawn(stage: Stage) -> None:
    members_ = put_members(stage, 9)
    hearing = stage.hearing()
    name = stage.vault.unseal(stage.get(RosterMember, members_[0]).name, purpose=HEARING_NAME)
    visit = act(stage, ask_supervisor, hearing_id=hearing, letter="函1", asked_on=date(2026, 11, 20))
    act(stage, name_supervisor, visit_id=visit, name=name, sealing=stage.vault)
    asked = {"hearing_id": hearing, "member_id": members_[0], "reason": "x", "sealing": stage.vault}
    assert refusal(lambda: act(stage, ask_designation, **asked)) == "member-barred"
