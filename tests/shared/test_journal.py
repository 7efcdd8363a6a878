"""The journal: append-only in the database itself, sealed in batches, and proven line by line."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from shared.database import Database
from shared.journal import JournalLine, JournalSeal, record, seal, verify
from tests.conftest import MORNING

OFFICE = UUID("00000000-0000-4000-8000-000000000001")


def note(session: Session, count: int = 1) -> None:
    for n in range(count):
        record(session, office=OFFICE, act="ticket-issued", subject=f"ticket:{uuid4().hex}", by="visitor",
               now=MORNING + timedelta(seconds=n), detail={"number": f"A{n:03}"}, reason="来访")


def tamper(db: Database, statement: str) -> None:
    """What someone with the keys to the database could do: switch the protection off and change history."""

    def change(session: Session) -> None:
        for table in ("journal_line", "journal_seal"):
            if db.sqlite:
                session.connection().execute(text(f"DROP TRIGGER IF EXISTS {table}_no_update"))
                session.connection().execute(text(f"DROP TRIGGER IF EXISTS {table}_no_delete"))
            else:
                session.connection().execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        session.connection().execute(text(statement))

    db.write_now(change)


def test_lines_are_sealed_in_batches_and_the_tail_is_reported(db: Database) -> None:
    db.write_now(note, 3)
    assert db.write_now(seal) == 3
    db.write_now(note, 2)
    verdict = db.read_now(verify)
    assert (verdict.sealed, verdict.unsealed, verdict.broken) == (3, 2, None)
    db.write_now(seal)
    assert db.read_now(verify).unsealed == 0


def test_sealing_again_adds_nothing(db: Database) -> None:
    db.write_now(note, 3)
    db.write_now(seal)
    head = db.read_now(verify).head
    assert (db.write_now(seal), db.read_now(verify).head) == (0, head)


@pytest.mark.parametrize("change", ["UPDATE journal_line SET by = 'x'", "DELETE FROM journal_line", "DELETE FROM journal_seal"])
def test_the_database_refuses_to_change_the_journal(db: Database, change: str) -> None:
    db.write_now(note)
    db.write_now(seal)
    with pytest.raises(Exception, match="append-only"):
        db.write_now(lambda session: session.connection().execute(text(change)))


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE journal_line SET reason = '无' WHERE id = 3", 3),
        ("UPDATE journal_line SET by = 'staff:other' WHERE id = 4", 4),
        ("UPDATE journal_line SET detail = '{}' WHERE id = 1", 1),
        ("DELETE FROM journal_line WHERE id = 2", 2),
        ("DELETE FROM journal_seal WHERE line_id = 2", 3),
        ("UPDATE journal_seal SET digest = 'x' || substr(digest, 2) WHERE line_id = 5", 5),
    ],
)
def test_verify_names_the_first_line_that_was_touched(db: Database, statement: str, broken: int) -> None:
    db.write_now(note, 6)
    db.write_now(seal)
    first = db.read_now(lambda s: s.exec(select(JournalLine.id).order_by(JournalLine.id)).first())  # type: ignore[arg-type]
    assert first == 1
    tamper(db, statement)
    assert db.read_now(verify).broken == broken


def test_a_line_put_in_between_is_found(db: Database) -> None:
    db.write_now(note, 4)
    db.write_now(seal)
    tamper(db, "UPDATE journal_seal SET line_id = 99 WHERE line_id = 2")
    assert db.read_now(verify).broken == 99
    assert len(db.read_now(lambda s: s.exec(select(JournalSeal)).all())) == 4
