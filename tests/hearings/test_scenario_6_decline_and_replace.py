"""Scenario 6. Given a decline with a reason of recusal four working days before, then the next lawful reserve is invited within a
minute, the parties are told the new name, the declined person gets a CANCEL only for themself, and the record shows that the
order of the draw was kept."""

from hearings.invitations.tables import InvitationState, NoticeKind
from hearings.notices.actions import give_notice
from hearings.notices.queries import current
from hearings.panel.records import newest_draw, record_of, secret_of
from hearings.roster.tables import RosterMember
from hearings.tables import HEARING_NAME, Hearing, HearingState, Seat
from shared.outbox import Message, Text, content_of
from shared.settings import Settings
from tests.hearings.callers import MINUTE, Callers
from tests.hearings.roster_stage import MANAGER
from tests.hearings.staging import Stage

FOUR_WORKDAYS_BEFORE = 8  # Tuesday 1 December; the hearing is on Monday 7 December


def test_scenario_6_decline_and_replace(stage: Stage, settings: Settings) -> None:
    callers = Callers(stage, settings)
    invited = callers.invite()
    for one in invited:
        callers.accept(one)
    callers.send()
    give = {"who": MANAGER, "hearing_id": callers.hearing, "kind": NoticeKind.NAMES, "sealing": stage.vault, "settings": settings}
    stage.act(give_notice, days=1, **give)
    leaving, at = invited[1], FOUR_WORKDAYS_BEFORE
    callers.decline(leaving, reason="recusal:party_or_relative", words="当事人是我的表弟", days=at)

    assert callers.time_passes(at + MINUTE) == ["pass-on"]
    heir = callers.panel()[1]
    assert heir not in invited and callers.panel()[0] == invited[0] and callers.panel()[2] == invited[2]
    assert callers.get(heir).state == InvitationState.SENT and callers.state() == HearingState.APPROVED

    sent = callers.send(at + MINUTE)
    farewell = [message for message in sent if message.purpose == "released"]
    assert [message.about for message in farewell] == [f"invitation:{leaving.hex}"]
    method, event = callers.calendar(farewell[0])
    assert (str(method), int(event["SEQUENCE"])) == ("CANCEL", 1)
    assert callers.messages(invited[0], "released") == callers.messages(invited[2], "released") == []

    row = stage.db.read_now(newest_draw, callers.hearing)
    record, secret = record_of(row), secret_of(row, stage.vault)
    assert record.after is not None
    seated = {secret.members[seat.ticket] for seat in record.after.panel}
    order = [secret.members[ticket] for ticket in record.after.order if secret.members[ticket] not in seated]
    (made,) = record.replacements
    seat = stage.get(Seat, callers.get(heir).seat_id)
    passed = {secret.members[one.ticket] for one in made.passed_over}
    assert seat.member_id == secret.members[made.ticket] == next(one for one in order if one not in passed)

    hearing = stage.get(Hearing, callers.hearing)
    assert stage.db.read_now(current, hearing, NoticeKind.NAMES) is None
    callers.accept(heir, days=at + 2 * MINUTE)
    assert callers.time_passes(at + 3 * MINUTE) == ["tell-names"]
    name = stage.vault.unseal(stage.get(RosterMember, seat.member_id).name, purpose=HEARING_NAME)
    told = [content_of(message, stage.vault) for message in stage.all(Message) if message.purpose == "names_notice"]
    assert len({one.to for one in told if isinstance(one, Text)}) == 3
    assert name in stage.vault.unseal(stage.db.read_now(current, hearing, NoticeKind.NAMES).sealed, purpose="hearing-case")

