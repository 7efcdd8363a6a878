"""Letters on paper: the same bytes each time, every sign of a name in them, a sign that is missing an error."""

import json
import re
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared import outbox
from shared.errors import Refused
from shared.letters import dated, letter, letter_of
from shared.outbox import Channel, Letter, Message, MessageState
from shared.tables import new_id
from shared.vault import Vault

ZONE = ZoneInfo("Asia/Shanghai")
DATA: dict[str, Any] = {
    "office": "蚌埠市检察院", "title": "听证变更通知", "number": "蚌检听〔2026〕3号", "name": "欧阳玥𫖮", "phone": "0552-12309",
    "day": "2026年11月23日", "version": 2, "approval": [["批准", "检察长，2026年11月23日"]],
    "sections": [{"heading": "基本情况", "blocks": [{"type": "facts", "rows": [["时间", "2026年12月3日"]]}]}],
    "blocks": [
        {"type": "words", "text": "欧阳玥𫖮："},
        {"type": "facts", "rows": [["时间", "2026年12月3日 星期四 14:30"], ["地点", "第一听证室"]]},
        {"type": "link", "label": "答复", "url": "https://example.cn/i/8f3kq2m7x9"},
        {"type": "words", "text": "#set text(red) $x$ *星* _线_ @引 <标>"},
    ],
}  # fmt: skip
TEMPLATES = ("message", "invitation", "participants_notice", "names_notice", "plan")


def with_words(text: str) -> dict[str, Any]:
    return {**DATA, "blocks": [{"type": "words", "text": text}]}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_letter_is_tagged_and_the_same_each_time(template: str, language: str) -> None:
    made = letter(template, DATA, language)
    assert made == letter(template, json.loads(json.dumps(DATA)), language)
    assert made.startswith(b"%PDF-1.7")
    assert b"/StructTreeRoot" in made
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made


def test_letters_printed_one_after_the_other_do_not_mix() -> None:
    first = letter("message", with_words("甲"), "zh-CN")
    assert letter("message", with_words("乙"), "zh-CN") != first
    assert letter("message", with_words("甲"), "zh-CN") == first


def test_long_address_stays_on_the_paper() -> None:
    """Where a reader can press is where the address is printed."""
    link = {"type": "link", "label": "查看并确认收到", "url": "https://12309.example.cn/n/" + "WMWwQm8" * 18}
    made = letter("participants_notice", {**DATA, "blocks": [link]}, "zh-CN")
    pressed = [[float(part) for part in area.split()] for area in re.findall(rb"/Rect ?\[([^\]]+)\]", made)]
    assert pressed and max(right for _, _, right, _ in pressed) < 530, "the margin begins there"


def test_rare_characters_of_names_are_printed() -> None:
    assert letter("message", with_words("㛃䶮𬭎𫖮玥喆赟犇"), "zh-CN")


@pytest.mark.parametrize(("text", "sign"), [("王😀", "😀"), ("王\ue000五", r"\u{e000}")])
def test_a_sign_that_the_typeface_lacks_is_named_and_not_printed_as_a_box(text: str, sign: str) -> None:
    with pytest.raises(Refused) as refusal:
        letter("message", with_words(text), "zh-CN")
    assert (refusal.value.code, refusal.value.detail["sign"]) == ("letter-sign", sign)


def test_words_are_never_markup() -> None:
    """Typst would fail on an unknown reference and on an unclosed dollar sign."""
    assert letter("message", with_words('@nobody $ #panic() ]] " \\ `'), "zh-CN")


def test_a_letter_needs_a_plain_name() -> None:
    with pytest.raises(ValueError, match="names no letter"):
        letter("../frame", DATA, "zh-CN")


def test_a_letter_of_the_outbox_bears_the_day_on_which_it_was_posted(tmp_path: Any) -> None:
    sealing = Vault.open(tmp_path)
    late = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # the 24th in Bengbu
    content = Letter("王五", "message", {key: value for key, value in DATA.items() if key != "day"})
    message = Message(
        office_id=new_id(), purpose="test", channel=Channel.LETTER, about="thing:1", sequence=0, dedupe_key="1",
        message_id="1@example.cn", recipient=b"", body=sealing.seal(_encoded(content), purpose=outbox.BODY),
        not_before=late, state=MessageState.WAITING, made_at=late,
    )  # fmt: skip
    assert letter_of(message, sealing, ZONE) == letter("message", {**DATA, "day": "2026年11月24日"}, "zh-CN")


def _encoded(content: Letter) -> str:
    import msgspec

    return msgspec.json.encode(content).decode()


def test_days_of_letters() -> None:
    assert dated(date(2026, 12, 3), "zh-CN") == "2026年12月3日"
    assert dated(date(2026, 12, 3), "en") == "3 December 2026"


def test_templates_take_data_only_as_data() -> None:
    from shared.letters import FOLDER

    for path in FOLDER.glob("*.typ"):
        assert not re.search(r"\beval\(", path.read_text(encoding="utf-8")), path.name
