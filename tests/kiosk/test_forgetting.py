"""What time takes away, on both databases: by the office's periods, in small acts, with a count in the journal
and nothing else."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from cases.tables import Receipt
from hearings.tables import HEARING_NAME, Hearing, HearingState
from kiosk import actions, forgetting
from kiosk.desk.tasks import close_task, open_task
from kiosk.jobs import tidy
from kiosk.plan import hall_plan
from kiosk.tables import Task, Ticket
from shared import outbox
from shared.database import Database
from shared.errors import Refused
from shared.journal import JournalLine
from shared.offices import Provision
from shared.outbox import Message, MessageState, Text
from shared.people import SignIn, Staff, Token
from shared.settings import Settings
from shared.vault import Vault
from tests.cases.registry import Register
from tests.conftest import MORNING
from tests.hearings.staging import Stage
from tests.hearings.test_observing import announced, apply, rows

pytestmark = pytest.mark.anyio


def later(days: float) -> Any:
    return MORNING + timedelta(days=days)


@pytest.fixture
def vault(settings: Settings) -> Vault:
    return Vault.open(settings.data)


def all_of(db: Database, kind: type[Any]) -> list[Any]:
    return db.read_now(lambda session: list(session.exec(select(kind)).all()))


def told(db: Database) -> list[str]:
    return [line.detail for line in all_of(db, JournalLine) if line.act == "forgotten"]


async def test_finished_visits_become_nameless_after_their_days(db: Database, hall: UUID, vault: Vault) -> None:
    plan = db.read_now(hall_plan, hall, MORNING)
    made = [db.write_now(actions.issue, plan=plan, service="legal-consultation", lane="elderly", needs=["wheelchair"],
                         key=f"phone-{n}", now=later(n), by="visitor") for n in range(3)]
    for n, one in enumerate(made[:2]):
        db.write_now(actions.cancel, plan=plan, code=one.code, now=later(n), by="visitor")
    help_wanted = {"kind": "help", "subject": "help:1", "detail": {"need": "wheelchair"}}
    db.write_now(open_task, plan=plan, now=MORNING, by="visitor", **help_wanted)
    task = all_of(db, Task)[0].id
    db.write_now(close_task, plan=plan, task=task, now=MORNING, by="staff")
    await tidy(db, vault, later(30))
    assert {one.code for one in made} == {row.code for row in all_of(db, Ticket)} and all_of(db, Task)[0].detail
    await tidy(db, vault, later(31.5))
    tickets = sorted(all_of(db, Ticket), key=lambda row: row.arrived_at)
    assert [row.code == one.code for row, one in zip(tickets, made, strict=True)] == [False, True, True]
    assert tickets[0].request_key is None and tickets[0].number == made[0].number and all_of(db, Task)[0].detail == {}
    assert sorted(told(db)) == ['{"count":1,"what":"tasks"}', '{"count":1,"what":"visits"}']
    await tidy(db, vault, later(40))
    tickets = sorted(all_of(db, Ticket), key=lambda row: row.arrived_at)
    same = [row.code == one.code for row, one in zip(tickets, made, strict=True)]
    assert same == [False, False, True], "a visit that has not ended stays"
    assert await tidy(db, vault, later(40)) == 0


async def test_words_of_a_message_go_and_that_it_went_stays(db: Database, hall: UUID, vault: Vault) -> None:
    office = db.read_now(hall_plan, hall, MORNING).office_id

    def post(session: Any) -> None:
        for n, state in enumerate((MessageState.DELIVERED, MessageState.WAITING)):
            message = outbox.post(session, vault, Text("13800138000", "请到大厅"), office=office, purpose="test",
                                  about=f"test:{n}", sequence=0, now=MORNING)
            message.state, message.ended_at = state, None if n else MORNING
            session.add(message)

    db.write_now(post)
    await tidy(db, vault, later(179))
    assert all(outbox.recipient_of(row, vault) for row in all_of(db, Message))
    await tidy(db, vault, later(181))
    gone, kept = sorted(all_of(db, Message), key=lambda row: row.about)
    assert (gone.recipient, gone.body, gone.state, outbox.recipient_of(gone, vault)) == (b"", b"", "delivered", "")
    assert outbox.content_of(kept, vault) == Text("13800138000", "请到大厅")
    with pytest.raises(Refused, match="message-forgotten"):
        outbox.content_of(gone, vault)
    assert told(db) == ['{"count":1,"what":"messages"}']


async def test_old_sign_ins_and_revoked_tokens_are_gone(db: Database, hall: UUID, vault: Vault) -> None:
    def made(session: Any) -> None:
        staff = session.exec(select(Staff)).first()
        for n, ended in enumerate((MORNING, None, later(100))):
            seen = later(190) if n == 1 else ended
            session.add(SignIn(staff_id=staff.id, digest=str(n), began_at=MORNING, seen_at=seen, ended_at=ended))
        for n, revoked in enumerate((MORNING, None)):
            session.add(Token(office_id=staff.office_id, hall_id=hall, name="x", role="metrics", digest=str(n), made_at=MORNING,
                              revoked_at=revoked))

    db.write_now(made)
    await tidy(db, vault, later(181))
    assert sorted(row.digest for row in all_of(db, SignIn)) == ["1", "2"] and [row.digest for row in all_of(db, Token)] == ["1"]
    assert told(db) == ['{"count":2,"what":"sign-ins"}']


async def test_receipt_that_opens_nothing_keeps_no_code(db: Database, hall: UUID, vault: Vault) -> None:
    register = Register(db, vault)
    register.register()
    await tidy(db, vault, later(700))
    assert all_of(db, Receipt)[0].digest
    await tidy(db, vault, later(800))
    receipt = all_of(db, Receipt)[0]
    assert (receipt.code, receipt.digest) == (b"", "") and receipt.code_index.startswith("forgotten:")


async def test_observers_are_nobody_after_the_hearing(db: Database, hall: UUID, vault: Vault) -> None:
    stage = Stage(db, vault)
    hearing = announced(stage)
    for n in range(2):
        apply(stage, hearing, n)
    await tidy(db, vault, later(100))
    assert not any(row.code_index.startswith("forgotten:") for row in rows(stage)), "the hearing has not been held"

    def end(session: Any) -> None:
        session.get_one(Hearing, hearing).state = HearingState.ENDED

    db.write_now(end)
    await tidy(db, vault, later(100))
    people = rows(stage)
    assert {vault.unseal(row.name, purpose=HEARING_NAME) for row in people} <= {"旁听人员"}
    assert all(row.code_index.startswith("forgotten:") and row.request_key is None and not row.needs for row in people)
    assert '{"count":2,"what":"observers"}' in told(db)


async def test_period_that_is_not_laid_down_takes_nothing(db: Database, hall: UUID, vault: Vault) -> None:
    keys = list(forgetting.acts(vault))

    def lift(session: Any) -> None:
        for row in session.exec(select(Provision).where(Provision.key.in_(keys))):  # type: ignore[attr-defined]
            session.delete(row)

    assert {one.key for one in db.read_now(forgetting.due, keys=keys, now=MORNING)} == set(keys)
    db.write_now(lift)
    assert db.read_now(forgetting.due, keys=keys, now=MORNING) == []
