"""Scenario 4. When a hearing is cancelled, each invited person gets METHOD:CANCEL with the same UID and a higher SEQUENCE; nobody
gets any reminder afterwards, even if a worker is killed between the mail server's acceptance and the commit."""

from hearings.invitations.answers import Said, Why
from hearings.invitations.tables import InvitationState
from hearings.tables import HearingState
from shared.delivery import LEASE, lease, unpack
from shared.outbox import Message
from shared.settings import Settings
from tests.hearings.callers import MINUTE, Callers
from tests.hearings.staging import Stage


def test_scenario_4_cancel(stage: Stage, settings: Settings) -> None:
    callers = Callers(stage, settings)
    invited = callers.invite()
    callers.send()
    callers.accept(invited[0])
    callers.time_passes(1.5)
    reminders = [message for one in invited for message in callers.messages(one, "reminder")]
    assert reminders

    callers.set_state(HearingState.CANCELLED, sequence=1)
    assert set(callers.time_passes(1.5 + MINUTE)) == {"call-off"}
    sent = callers.send(1.6)
    assert sent and {message.purpose for message in sent} == {"cancellation"}
    for one in invited:
        row = callers.get(one)
        (message,) = callers.messages(one, "cancellation")
        method, event = callers.calendar(message)
        assert (str(method), str(event["STATUS"]), str(event["UID"])) == ("CANCEL", "CANCELLED", row.uid)
        assert int(event["SEQUENCE"]) > row.sequence and row.state == InvitationState.REVOKED
    assert callers.time_passes(30) == [] and callers.send(30) == []
    assert callers.answer(invited[1], Said.ACCEPT, days=2).why == Why.OVER


def test_killed_worker_repeats_a_cancellation_under_the_same_name_at_most(stage: Stage, settings: Settings) -> None:
    callers = Callers(stage, settings)
    invited = callers.invite()
    callers.send()
    callers.set_state(HearingState.CANCELLED, sequence=1)
    callers.time_passes(MINUTE)
    now = stage.now(2 * MINUTE)
    taken = stage.db.write_now(lease, now=now)
    first = stage.db.read_now(unpack, taken, stage.vault, now=now)
    later = now + LEASE  # the worker died; what it had handed over is handed over once more
    again = stage.db.write_now(lease, now=later)
    found = stage.db.read_now(unpack, again, stage.vault, now=later)
    assert first is not None and found is not None
    assert {message.purpose for message in stage.all(Message) if message.state == "waiting"} == {"cancellation"}
    names = {stage.get(Message, taken).message_id, first.message_id}
    assert names == {first.message_id} and len(invited) == 3
