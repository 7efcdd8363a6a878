"""What all tables share: ids, UTC time, naming of constraints. No table of a room lives here."""

import os
import time
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Dialect, Enum, TypeDecorator
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An aware time. Stored as UTC (SQLite keeps no zone), returned aware; a naive value is a mistake and raises."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def new_id() -> UUID:
    """A UUID of version 7 (RFC 9562): 48 bits of milliseconds, 12 bits of their fraction, then random bits.

    Keys made later in one process sort later.
    """
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    fraction = (rest << 12) // 1_000_000
    value = milliseconds << 80 | 7 << 76 | fraction << 64 | 2 << 62 | int.from_bytes(os.urandom(8), "big") >> 2
    return UUID(int=value)


def choice(kind: type[StrEnum]) -> Any:
    """The column type of an enum: its value as text, with a CHECK constraint."""
    return Enum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        name=kind.__name__.lower(),
        length=24,
    )
