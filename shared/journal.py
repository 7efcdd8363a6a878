"""The journal: who did what to which record, when and why. Append-only (triggers refuse changes) and sealed into a hash
chain in batches, so that writers never queue for the chain. Not a log of the program."""

import hashlib
from contextlib import closing
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Text, bindparam, func, insert
from sqlmodel import Field, Session, SQLModel, col, select

from shared.prepared import Prepared
from shared.tables import UTCDateTime

SEAL_BATCH = 250
LATE_LINES = 10_000
SEALING = 12309
GENESIS = "0" * 64


class JournalLine(SQLModel, table=True):
    """One act. ``subject`` is ``kind:id``; ``detail`` is JSON text without personal identifiers."""

    __tablename__ = "journal_line"

    id: int | None = Field(default=None, primary_key=True)
    office_id: UUID = Field(index=True)
    at: datetime = Field(sa_type=UTCDateTime)
    by: str = Field(max_length=80)
    act: str = Field(max_length=40)
    subject: str = Field(max_length=80, index=True)
    reason: str = Field(default="", max_length=500)
    detail: str = Field(default="{}", sa_type=Text)


class JournalSeal(SQLModel, table=True):
    """A line's place in the chain: ``digest`` = SHA-256 of the previous digest and the line's text."""

    __tablename__ = "journal_seal"

    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    line_id: int = Field(unique=True)
    digest: str = Field(max_length=64)


class Verdict(msgspec.Struct, frozen=True):
    """What `verify` found. ``broken`` is the first line that does not fit (None: the chain holds)."""

    sealed: int
    unsealed: int
    broken: int | None
    head: str


_RECORD = Prepared(
    insert(JournalLine).values({key: bindparam(key) for key in
                                ("office_id", "at", "by", "act", "subject", "reason", "detail")})
)
_LINE = [col(getattr(JournalLine, key)) for key in ("id", "office_id", "at", "by", "act", "subject", "reason", "detail")]


def _sealed() -> Any:
    return select(JournalSeal.line_id).where(col(JournalSeal.line_id) == col(JournalLine.id)).exists()


_LAST_SEAL = Prepared(
    select(col(JournalSeal.position), col(JournalSeal.digest),
           select(func.max(col(JournalSeal.line_id))).scalar_subquery().label("newest"))
    .order_by(col(JournalSeal.position).desc())
    .limit(1)
)
_UNSEALED = Prepared(
    select(*_LINE)
    .where(col(JournalLine.id) > bindparam("since"), ~_sealed())
    .order_by(col(JournalLine.id))
    .limit(SEAL_BATCH)
)
_encode = msgspec.json.Encoder(order="sorted").encode


def record(
    session: Session,
    *,
    office: UUID,
    act: str,
    subject: str,
    by: str,
    now: datetime,
    reason: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Writes one line in the caller's transaction."""
    text = _encode(detail).decode() if detail else "{}"
    _RECORD.run(session, office_id=office, at=now, by=by, act=act, subject=subject, reason=reason, detail=text)


def digest(previous: str, line: Any) -> str:
    """The chain's next digest: hex SHA-256 over the previous digest and the canonical JSON of the line."""
    text = _encode(
        [line.id, str(line.office_id), line.at.isoformat(), line.by, line.act, line.subject, line.reason, line.detail]
    )
    return hashlib.sha256(previous.encode() + text).hexdigest()


def seal(session: Session) -> int:
    """Seals what is not yet sealed, oldest first; returns how many lines. Of several processes one seals at a time."""
    if session.info["dialect"].name != "sqlite" and not session.scalar(select(func.pg_try_advisory_xact_lock(SEALING))):
        return 0
    last = _LAST_SEAL.first(session)
    position, head, newest = (last.position, last.digest, last.newest) if last else (0, GENESIS, 0)
    seals = []
    for line in _UNSEALED.all(session, since=(newest or 0) - LATE_LINES):
        position, head = position + 1, digest(head, line)
        seals.append({"position": position, "line_id": line.id, "digest": head})
    if seals:
        session.connection().execute(insert(JournalSeal), seals)
    return len(seals)


def has_unsealed(session: Session) -> bool:
    """Whether anything waits to be sealed."""
    line = session.exec(select(func.max(col(JournalLine.id)))).one() or 0
    return line > (session.exec(select(func.max(col(JournalSeal.line_id)))).one() or 0)


def verify(session: Session) -> Verdict:
    """Reads the whole chain and proves it, or names the first line that was altered, removed or put in between."""
    head, position = GENESIS, 0
    rows = session.exec(
        select(JournalSeal, JournalLine)
        .join(JournalLine, col(JournalLine.id) == col(JournalSeal.line_id), isouter=True)
        .order_by(col(JournalSeal.position))
        .execution_options(yield_per=2_000)
    )
    broken: int | None = None
    with closing(rows):
        for mark, line in rows:
            position += 1
            if line is None or mark.position != position or digest(head, line) != mark.digest:
                broken = mark.line_id
                break
            head = mark.digest
    unsealed = session.exec(select(func.count()).select_from(JournalLine).where(~_sealed())).one()
    return Verdict(position if broken is None else position - 1, unsealed, broken, head)
