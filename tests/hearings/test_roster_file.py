"""The roster as a table: every bad line is named, nothing happens before it is confirmed, twice is once, formulas stay text."""

from collections.abc import Callable
from typing import Any

import pytest

from hearings.roster.columns import read_table
from hearings.roster.export import export_table
from hearings.roster.file import Preview, import_table, preview
from hearings.roster.queries import members
from hearings.roster.tables import EligibilityCheck, RosterMember
from shared.errors import Refused
from tests.hearings.roster_stage import MANAGER
from tests.hearings.staging import Stage

HEAD = "姓名,类别,单位,手机,邮箱,身份证号,专业领域,任期起,任期止,审查依据,审查日期"
GOOD = ("刘桂兰,人大代表,蚌埠市第二中学,13900139001,liu@example.com,11010519491231002X,金融财务、心理咨询,2026-01-01,2028-12-31,"
        "查验原件,2026-01-05")
ALSO = '"张立新",律师,"=HYPERLINK(""http://x"")",+8613900139002,,,,2026/1/1,2028年12月31日,,'
BAD = "赵敏,木匠,,123,,,炼金术,2026-01-01,2025-01-01,查验,"
TABLE = "\r\n".join((HEAD, GOOD, ALSO))


def refusal(act: Callable[[], Any]) -> Refused:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value


def look(stage: Stage, text: str) -> Preview:
    return stage.db.read_now(preview, centre=stage.centre(), text=text, sealing=stage.vault)


def take(stage: Stage, text: str) -> Preview:
    done = stage.act(import_table, who=MANAGER, text=text, sealing=stage.vault)
    assert isinstance(done, Preview)
    return done


def does(seen: Preview) -> list[str]:
    return [line.does for line in seen.lines]


def test_preview_names_every_bad_line_and_changes_nothing(stage: Stage) -> None:
    seen = look(stage, "\r\n".join((HEAD, GOOD, BAD, "", GOOD)))
    assert does(seen) == ["add", "bad", "bad"] and [line.number for line in seen.bad] == [3, 5]
    assert seen.bad[0].faults == {
        "类别": "choice-needed", "手机": "phone-number", "专业领域": "choice-needed", "任期止": "term-order",
        "审查日期": "day-form"}
    assert seen.bad[1].faults == {"姓名": "line-repeated"}
    assert stage.all(RosterMember) == []


def test_table_imported_twice_changes_nothing_the_second_time(stage: Stage) -> None:
    assert does(take(stage, TABLE)) == ["add", "add"]
    assert does(take(stage, TABLE)) == ["same", "same"]
    assert len(stage.all(RosterMember)) == 2 and len(stage.all(EligibilityCheck)) == 8
    listed = stage.db.read_now(members, centre=stage.centre(), sealing=stage.vault)
    assert {(line.name, line.fit) for line in listed.lines} == {("刘**", "fit"), ("张**", "unchecked")}


def test_changed_line_changes_only_its_member(stage: Stage) -> None:
    take(stage, TABLE)
    assert does(look(stage, TABLE.replace("蚌埠市第二中学", "蚌埠学院"))) == ["change", "same"]
    assert does(take(stage, TABLE.replace("蚌埠市第二中学", "蚌埠学院"))) == ["change", "same"]
    assert {row.unit for row in stage.all(RosterMember)} == {"蚌埠学院", '=HYPERLINK("http://x")'}


def test_export_comes_back_as_it_was_and_runs_no_formula(stage: Stage) -> None:
    take(stage, TABLE)
    assert refusal(lambda: stage.act(export_table, who=MANAGER, reason=" ", sealing=stage.vault)).code == "reason-needed"
    body = stage.act(export_table, who=MANAGER, reason="交案管部门核对", sealing=stage.vault)
    text = body.decode()
    assert body.startswith(b"\xef\xbb\xbf") and "'=HYPERLINK" in text and "'+8613900139002" in text
    assert not any(cell.startswith(("=", "+", "@")) for line in text.splitlines() for cell in line.split(","))
    assert does(look(stage, read_table(body))) == ["same", "same"]
    (line,) = (one for one in stage.journal() if one.act == "roster-exported")
    assert line.reason == "交案管部门核对" and line.detail == '{"members":2}'


def test_table_of_a_chinese_excel_is_read_and_a_wrong_one_is_told(stage: Stage) -> None:
    assert does(look(stage, read_table(TABLE.encode("gb18030")))) == ["add", "add"]
    assert refusal(lambda: look(stage, "姓名,单位\n张,x")).detail == {"columns": "类别、任期起、任期止"}
    assert refusal(lambda: look(stage, f'{HEAD}\n"a')).code == "table-unreadable"
    assert refusal(lambda: stage.act(import_table, text=TABLE, sealing=stage.vault)).code == "not-allowed"
