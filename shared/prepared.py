"""Statements built once at import and handed to the driver as text: a third of the cost of SQLAlchemy's own path.

Only for the hot acts (issue, call, recall, start, finish) and the reads behind live screens; the rest uses the session.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Dialect, Executable
from sqlmodel import Session, SQLModel

from shared.tables import UTCDateTime

Processor = Callable[[Any], Any] | None


def insert_into(table: type[SQLModel], dialect: str) -> Any:
    """An INSERT that knows ON CONFLICT, of the database in use. The other's dialect is never loaded: it costs a start."""
    if dialect == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


class Prepared:
    """One Core statement. Values are given by the names of its bind parameters; rows come back as named tuples.

    One that changes rows is counted in the session's ``changes``, unless it ``harms_nobody`` when kept after a refusal.
    """

    def __init__(self, statement: Executable, *, harms_nobody: bool = False) -> None:
        self.statement = statement
        self.counted = int(getattr(statement, "is_dml", False) and not harms_nobody)
        self._forms: dict[str, _Form] = {}

    def all(self, session: Session, **values: Any) -> list[Any]:
        form = self._form(session)
        return [form.row(row) for row in self._execute(session, form, values).fetchall()]

    def first(self, session: Session, **values: Any) -> Any | None:
        form = self._form(session)
        row = self._execute(session, form, values).fetchone()
        return None if row is None else form.row(row)

    def one(self, session: Session, **values: Any) -> Any:
        row = self.first(session, **values)
        if row is None:
            raise LookupError("no row where one must be")
        return row

    def run(self, session: Session, **values: Any) -> int:
        """The number of rows touched."""
        return int(self._execute(session, self._form(session), values).rowcount)

    def _execute(self, session: Session, form: "_Form", values: Mapping[str, Any]) -> Any:
        info = session.info
        info["changes"] += self.counted
        return info["driver"].execute(form.sql, form.bind(values))

    def _form(self, session: Session) -> "_Form":
        dialect = session.info["dialect"]
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = _Form(self.statement, dialect)
        return form


class _Form:
    """The statement as one database wants it."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        self.sql: str = compiled.string
        self.order: list[str] | None = compiled.positiontup
        self.fixed: Mapping[str, Any] = compiled.params
        self.binds: dict[str, Processor] = {name: _to(bind.type, dialect) for bind, name in compiled.bind_names.items()}
        columns = list(getattr(statement, "exported_columns", ()))
        self.results: list[Processor] = [_from(column.type, dialect) for column in columns]
        self.make = namedtuple("Row", [c.key for c in columns])  # type: ignore[misc]

    def bind(self, values: Mapping[str, Any]) -> Any:
        given = {**self.fixed, **values}
        binds = self.binds
        if self.order is not None:
            return [p(given[name]) if (p := binds[name]) else given[name] for name in self.order]
        return {name: p(given[name]) if p else given[name] for name, p in binds.items()}

    def row(self, row: Any) -> Any:
        return self.make(*[p(value) if p else value for value, p in zip(row, self.results, strict=True)])


def _to(kind: Any, dialect: Dialect) -> Processor:
    if isinstance(kind, UTCDateTime) and dialect.name == "sqlite":
        return _as_text
    processor: Processor = kind.dialect_impl(dialect).bind_processor(dialect)
    return processor


def _from(kind: Any, dialect: Dialect) -> Processor:
    if isinstance(kind, UTCDateTime) and dialect.name == "sqlite":
        return _as_time
    processor: Processor = kind.dialect_impl(dialect).result_processor(dialect, None)
    return processor


def _as_text(value: datetime | None) -> str | None:
    """A time as SQLAlchemy keeps it in SQLite, six times as fast."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a time needs its zone")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _as_time(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)
