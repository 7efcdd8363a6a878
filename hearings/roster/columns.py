"""The columns of the roster as a table, and how its text becomes lines and a form: for `file` and `export`."""

import csv
from io import StringIO

from hearings.centre import Named
from hearings.roster.forms import MemberForm
from shared.errors import Refused

MOST_LINES = 2_000
BOM = "\ufeff"
DANGER = ("=", "+", "-", "@", "\t", "\r")
LIST_MARK = "、"
# Column of the table, field of the form. The last two say that the whole checklist was looked at.
COLUMNS = (
    ("姓名", "name"), ("类别", "category"), ("单位", "unit"), ("职务", "post"), ("身份证号", "id_number"),
    ("出生日期", "born_on"), ("手机", "phone"), ("邮箱", "email"), ("地址", "address"), ("专业领域", "specialisms"),
    ("联系方式", "channels"), ("任期起", "term_from"), ("任期止", "term_until"), ("入库方式", "entry"),
    ("年度上限", "yearly_cap"), ("本年已参加", "past_sittings"), ("语言", "language"), ("审查依据", "evidence"),
    ("审查日期", "checked_on"),
)  # fmt: skip
NEEDED = ("姓名", "类别", "任期起", "任期止")
ENTRIES = {"邀请": "invited", "推荐": "recommended", "公开招募": "public_call"}
CHANNELS = {"短信": "sms", "邮件": "email", "信函": "letter", "电话": "phone"}


def read_table(body: bytes) -> str:
    """The text of an uploaded table: UTF-8, or what a Chinese Excel writes. Refuses ``table-unreadable``."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("table-unreadable", 422)


def rows_of(text: str) -> list[tuple[int, dict[str, str]]]:
    """Number of the line and its cells by field. Refuses ``table-unreadable``, ``table-columns``, ``table-long``."""
    reader = csv.reader(StringIO(text.removeprefix(BOM), newline=""), strict=True)
    try:
        heads = [head.strip() for head in next(reader, [])]
        rows = [(reader.line_num, [plain(cell) for cell in row]) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise Refused("table-unreadable", 422) from error
    missing = [column for column in NEEDED if column not in heads]
    if missing:
        raise Refused("table-columns", 422, columns=LIST_MARK.join(missing))
    if len(rows) > MOST_LINES:
        raise Refused("table-long", 422, most=MOST_LINES)
    fields = dict(COLUMNS)
    return [(number, {fields[head]: cell for head, cell in zip(heads, row, strict=False) if head in fields})
            for number, row in rows]


def form_of_row(row: dict[str, str], categories: list[Named], specialisms: list[Named]) -> MemberForm:
    def code(named: list[Named], text: str) -> str:
        return next((one.code for one in named if text.strip() in (one.code, one.name_zh, one.name_en)), text.strip())

    def some(text: str) -> list[str]:
        return [part for part in text.replace(";", LIST_MARK).replace("；", LIST_MARK).split(LIST_MARK) if part.strip()]

    texts = ("name", "unit", "post", "id_number", "born_on", "phone", "email", "address", "term_from", "term_until",
             "yearly_cap", "past_sittings")
    form = MemberForm(
        category=code(categories, row.get("category", "")),
        specialisms=[code(specialisms, text) for text in some(row.get("specialisms", ""))],
        channels=[CHANNELS.get(text.strip(), text.strip()) for text in some(row.get("channels", ""))],
        entry=ENTRIES.get(row.get("entry", "").strip(), row.get("entry", "").strip() or "recommended"),
        language=row.get("language", "").strip() or "zh-CN",
    )
    for field in texts:
        setattr(form, field, row.get(field, "").strip())
    return form


def harmless(text: str) -> str:
    """A cell that no spreadsheet runs as a formula."""
    return f"'{text}" if text.startswith(DANGER) else text


def plain(cell: str) -> str:
    """The same cell without that mark."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(DANGER) else cell
