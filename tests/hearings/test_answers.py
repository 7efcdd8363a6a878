"""Which answer counts, as tables of cases: old dates, places passed on, second thoughts, and yes and no close together."""

from datetime import UTC, datetime, timedelta

import pytest

from hearings.invitations.answers import (
    Heard,
    Said,
    Standing,
    Texted,
    Why,
    contradicts,
    may_brief,
    may_undo,
    read_partstat,
    read_reason,
    read_text,
    weigh,
)
from hearings.invitations.tables import DeclineReason, InvitationState, RecusalGround
from hearings.tables import HearingState

I = InvitationState  # noqa: E741
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
DEADLINE = NOON + timedelta(days=2)


def standing(state: InvitationState = I.SENT, *, sequence: int = 1, holds: bool = True, running: bool = True) -> Standing:
    return Standing(state=state, sequence=sequence, reply_by=DEADLINE, holds=holds, running=running)


@pytest.mark.parametrize(
    ("state", "said", "late", "after"),
    [
        (I.SENT, Said.ACCEPT, False, I.ACCEPTED), (I.DELIVERED, Said.DECLINE, False, I.DECLINED),
        (I.BOUNCED, Said.ACCEPT, False, I.ACCEPTED), (I.SENT, Said.RECUSAL, False, I.RECUSAL_CLAIMED),
        (I.ACCEPTED, Said.DECLINE, False, I.DECLINED), (I.ACCEPTED, Said.DECLINE, True, I.WITHDRAWN),
        (I.DECLINED, Said.ACCEPT, False, I.ACCEPTED), (I.EXPIRED, Said.ACCEPT, True, I.ACCEPTED),
        (I.CHECKED_IN, Said.ACCEPT, True, I.CHECKED_IN), (I.ACCEPTED, Said.UNDO, False, I.DELIVERED),
        (I.WITHDRAWN, Said.DECLINE, True, I.WITHDRAWN),
    ],
)
def test_latest_answer_sets_the_state(state: I, said: Said, late: bool, after: I) -> None:
    now = DEADLINE + timedelta(hours=1) if late else NOON
    verdict = weigh(standing(state), said, sequence=1, now=now)
    assert (verdict.state, verdict.counted) == (after, True)


@pytest.mark.parametrize(
    ("where", "said", "sequence", "why"),
    [
        (standing(), Said.ACCEPT, 0, Why.OLD_DATE), (standing(I.ACCEPTED), Said.DECLINE, 0, Why.OLD_DATE),
        (standing(holds=False), Said.ACCEPT, 1, Why.PASSED_ON), (standing(running=False), Said.ACCEPT, 1, Why.OVER),
        (standing(I.REVOKED), Said.ACCEPT, 1, Why.OVER), (standing(), Said.PERHAPS, 1, Why.UNCLEAR),
        (standing(), Said.UNDO, 1, Why.TOO_LATE), (standing(I.EXPIRED), Said.UNDO, 1, Why.TOO_LATE),
    ],
)
def test_answer_that_does_not_count_changes_nothing_and_says_why(where: Standing, said: Said, sequence: int, why: Why) -> None:
    verdict = weigh(where, said, sequence=sequence, now=NOON)
    assert (verdict.state, verdict.why) == (where.state, why)


def test_answer_can_be_taken_back_until_the_deadline() -> None:
    assert may_undo(standing(I.ACCEPTED), DEADLINE) and may_undo(standing(I.DECLINED), NOON)
    assert not may_undo(standing(I.ACCEPTED), DEADLINE + timedelta(seconds=1))
    assert not may_undo(standing(I.DECLINED, holds=False), NOON)


@pytest.mark.parametrize(
    ("second", "via", "minutes", "told"),
    [("decline", "calendar", 20, True), ("recusal", "phone", 59, True), ("decline", "link", 20, False),
     ("decline", "calendar", 61, False), ("accept", "calendar", 1, False)],
)
def test_yes_and_no_by_two_ways_within_an_hour_contradict(second: str, via: str, minutes: int, told: bool) -> None:
    heard = [Heard("accept", "link", NOON), Heard(second, via, NOON + timedelta(minutes=minutes))]
    assert contradicts(heard, 60) is told and contradicts(heard[::-1], 60) is told


@pytest.mark.parametrize(
    ("state", "undertaken", "hearing", "opens"),
    [
        (I.ACCEPTED, True, HearingState.APPROVED, True), (I.ACCEPTED, False, HearingState.APPROVED, False),
        (I.SENT, True, HearingState.NOTIFIED, False), (I.CHECKED_IN, True, HearingState.IN_SESSION, True),
        (I.COMPLETED, True, HearingState.ENDED, False), (I.ACCEPTED, True, HearingState.ENDED, False),
        (I.ACCEPTED, True, HearingState.CANCELLED, False),
    ],
)
def test_briefing_opens_after_acceptance_and_closes_with_the_hearing(
    state: I, undertaken: bool, hearing: HearingState, opens: bool
) -> None:
    assert may_brief(state, undertaken=undertaken, hearing=hearing) is opens


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Y 12345678", Texted("12345678", Said.ACCEPT)), ("12345678n", Texted("12345678", Said.DECLINE)),
        ("参加１２３４５６７８。", Texted("12345678", Said.ACCEPT)), ("不能来，12345678", Texted("12345678", Said.DECLINE)),
        ("1 12345678", Texted("12345678", Said.ACCEPT)), ("12345678", None), ("Y 123456789", None), ("好的", None),
        ("谢谢 12345678", None), ("", None),
    ],
)
def test_text_message_is_read_as_people_write_it(text: str, found: Texted | None) -> None:
    assert read_text(text) == found


def test_calendars_and_reasons_are_read_by_their_codes() -> None:
    assert [read_partstat(one) for one in ("ACCEPTED", "declined", "TENTATIVE", "DELEGATED")] == [
        Said.ACCEPT, Said.DECLINE, Said.PERHAPS, None]
    assert read_reason("illness") == (Said.DECLINE, DeclineReason.ILLNESS, None)
    assert read_reason("recusal:interest") == (Said.RECUSAL, None, RecusalGround.INTEREST)
    assert read_reason("nonsense") == (Said.DECLINE, None, None)
