"""The rules of the house that a program can read: which way imports point, what each kind of file may not touch, what
pages and lock files may not carry. Every failure says what to do.
"""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LEFT_OF = {
    "shared": set[str](),
    "cases": {"shared"},
    "hearings": {"shared", "cases"},
    "aid": {"shared", "cases"},
    "kiosk": {"shared", "cases", "hearings", "aid"},
    "app": {"shared", "cases", "hearings", "aid", "kiosk"},
}
RULES = ("rules", "order", "wait", "clocks", "draw", "planner")
SCREENS = ("screens", "counter", "lobby", "guests", "api")
STORE = {"sqlalchemy", "sqlmodel", "sqlite3", "psycopg", "alembic"}
WIRE = {"litestar", "socket", "ssl", "smtplib", "urllib", "httpx", "websockets", "asyncio"}
FORBIDDEN = {
    "tables": WIRE | {"jinja2"},
    **dict.fromkeys(RULES, STORE | WIRE | {"jinja2"}),
    "queries": WIRE | {"jinja2"},
    "actions": WIRE | {"jinja2"},
    "messages": WIRE,
    **dict.fromkeys(SCREENS, STORE),
}
TIMELESS = ("tables", *RULES, "queries", "actions", "messages")
IDS = Path("shared/tables.py")  # its ids carry the moment they were made, for order alone
DATES = ("datetime", "date", "datetime.datetime", "datetime.date")
CLOCKS = {
    *(f"{name}.{read}" for name in DATES for read in ("now", "utcnow", "today")),
    *(f"time.{read}" for read in ("time", "time_ns", "monotonic", "perf_counter", "sleep", "localtime", "gmtime")),
}


def sources() -> Iterator[tuple[str, Path, ast.Module]]:
    """Room, path and syntax tree of every file of the product."""
    for room in LEFT_OF:
        files = [ROOT / "app.py"] if room == "app" else sorted((ROOT / room).rglob("*.py"))
        for path in files:
            yield room, path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and full name of every import, also of those inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def clock_reads(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Also without a call (`default_factory=time.time`), and through `from time import time`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in CLOCKS:
            yield node.lineno, ast.unparse(node)
    yield from ((line, name) for line, name in imported(tree) if name in CLOCKS)


def fail_on(found: list[str], do: str) -> None:
    if found:
        pytest.fail("\n".join([*found, f"What to do: {do}"]), pytrace=False)


def test_imports_point_only_to_the_left() -> None:
    found = [
        f"{path}:{line} imports {name}"
        for room, path, tree in sources()
        for line, name in imported(tree)
        if (other := name.partition(".")[0]) in LEFT_OF and other != room and other not in LEFT_OF[room]
    ]
    fail_on(
        found, "shared <- cases <- hearings, aid <- kiosk <- app.py. Move what both need to the left, or pass it in."
    )


def test_each_kind_of_file_keeps_to_its_work() -> None:
    found = [
        f"{path}:{line} imports {name}"
        for _, path, tree in sources()
        for line, name in imported(tree)
        if name.partition(".")[0] in FORBIDDEN.get(path.stem, ())
    ]
    fail_on(
        found, "rules know no database and no wire, actions and queries no wire, screens no SQL (house table in docs)."
    )


def test_actions_and_rules_are_told_the_time() -> None:
    found = [
        f"{path}:{line} reads {name}"
        for _, path, tree in sources()
        if path.stem in TIMELESS and path != IDS
        for line, name in clock_reads(tree)
    ]
    fail_on(found, "take the time as `now=` (an aware datetime); screens, jobs and commands read the clock.")


def test_actions_leave_the_commit_to_the_database() -> None:
    found = [
        f"{path}:{node.lineno} calls {ast.unparse(node)}"
        for _, path, tree in sources()
        if path.stem in ("actions", "queries", "jobs", *SCREENS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("commit", "rollback")
    ]
    fail_on(found, "`db.write` commits, and undoes what an action began when it raises.")


def test_tables_and_handlers_keep_their_annotations() -> None:
    found = [
        str(path)
        for _, path, tree in sources()
        if (names := {name.partition(".")[0] for _, name in imported(tree)}) & {"sqlmodel", "litestar"}
        and "__future__" in names
    ]
    fail_on(
        found, "remove `from __future__ import annotations`: SQLModel and Litestar read the annotations themselves."
    )


def test_every_file_says_what_it_is() -> None:
    found = [str(path) for _, path, tree in sources() if tree.body and not ast.get_docstring(tree)]
    fail_on(found, "begin the file with one to three sentences: what it is and, where that helps, what it is not.")


def test_files_are_named_after_things_of_the_centre() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc", "base"}
    found = [str(path) for _, path, _ in sources() if vague & {path.stem, *path.parts}]
    fail_on(found, "name the file after what it holds, in a word of docs/glossary.md.")


def test_lock_files_carry_no_addresses() -> None:
    locks = [ROOT / "package-lock.json", *sorted((ROOT / "requirements").glob("*.txt"))]
    found = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()}"
        for path in locks
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "://" in line
    ]
    fail_on(
        found,
        "Python: `uv pip compile --universal --generate-hashes --no-header --no-annotate`. "
        "npm: keep .npmrc, and take `funding` and `resolved` entries out of package-lock.json.",
    )


class Inline(HTMLParser):
    """Collects what a strict content policy refuses to run or to apply."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append((self.getpos()[0], f"<{tag}>"))
        refused = [name for name in names if name == "style" or name.startswith(("on", "hx-on"))]
        self.found += [(self.getpos()[0], f"{name}= on <{tag}>") for name in sorted(refused)]


def inline(text: str) -> list[tuple[int, str]]:
    """Line and name of what is inline in a template. Jinja's own marks are blanked out, their line breaks kept."""
    blank = re.sub(r"\{[%{#].*?[%}#]\}", lambda mark: "\n" * mark[0].count("\n"), text, flags=re.S)
    reader = Inline()
    reader.feed(blank)
    return reader.found


def test_templates_carry_nothing_inline() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line} {what}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for line, what in inline(path.read_text(encoding="utf-8"))
    ]
    fail_on(found, "scripts go to static/*.js, looks to static/*.css: the content policy refuses anything inline.")


@pytest.mark.parametrize(
    "markup",
    ["<p onclick=go()>", "<script>1</script>", "<p style='{{ x }}'>", "<style>p{}</style>", "<b hx-on:click='x'>"],
)
def test_inline_reader_finds_what_the_policy_refuses(markup: str) -> None:
    assert inline(f"{{% block b %}}\n{markup}") and inline(markup)[0][0] == 1


def variables(text: str) -> set[str]:
    return set(re.findall(r"NUANYI_[A-Z_]+", text))


def test_environment_is_read_in_settings_only() -> None:
    found = [
        f"{path}:{node.lineno} {ast.unparse(node)}"
        for _, path, tree in sources()
        if path != Path("shared/settings.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) or (isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load))
        if re.match(r"(os\.)?(environ|getenv)\b.*NUANYI_", ast.unparse(node))
    ]
    fail_on(found, "add the variable to shared/settings.py and pass the settings in.")


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_readme_names_every_variable_of_the_settings(readme: str) -> None:
    path = ROOT / readme
    said = variables(path.read_text(encoding="utf-8")) if path.exists() else set()
    found = sorted(variables((ROOT / "shared" / "settings.py").read_text(encoding="utf-8")) - said)
    fail_on(found, f"say in {readme} what the variable does and what it is when it is not set.")
