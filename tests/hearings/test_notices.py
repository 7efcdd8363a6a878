"""The three notices of a hearing and their gate: what each says and to whom, until when, what proves it, what a change undoes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, select

from hearings.changes.actions import changed_materially
from hearings.invitations.tables import Notice, NoticeKind, ProofMethod
from hearings.notices import rules as notice_rules
from hearings.notices import waiving
from hearings.notices.actions import check_may_open, give_notice
from hearings.notices.opening import let_people_in
from hearings.notices.proofs import prove
from hearings.notices.queries import Gate, gate, missing
from hearings.panel.seats import hold, seats_of, vacate
from hearings.people.staff import set_people
from hearings.tables import Approval, Hearing, HearingState, Listing, Participant, PartRole, Question, SeatOrigin
from shared import delivery, outbox
from shared.calendar import Calendar, seed_days
from shared.errors import Refused
from shared.outbox import Channel, Message, MessageState
from shared.settings import Settings
from tests.hearings.staging import Stage, put_listing

S, K = HearingState, NoticeKind
ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar({row["day"]: row["is_workday"] for row in seed_days(2026)})
NUMBERS = {"hearing.notice_days": 3, "hearing.day_ends": 1050}


def give(stage: Stage, hearing: UUID, kind: K, **more: Any) -> UUID:
    settings = Settings()
    made: UUID = stage.act(give_notice, hearing_id=hearing, kind=kind, sealing=stage.vault, settings=settings, **more)
    return made


def give_all(stage: Stage, hearing: UUID, **more: Any) -> None:
    for kind in (K.PUBLIC, K.PARTICIPANTS, K.NAMES):
        give(stage, hearing, kind, **more)


def refusal(stage: Stage, hearing: UUID, kind: K, **more: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        give(stage, hearing, kind, **more)
    return refused.value


def people_of(stage: Stage, hearing: UUID) -> list[Participant]:
    return [one for one in stage.all(Participant) if one.hearing_id == hearing]


def state(stage: Stage, hearing: UUID) -> str:
    return str(stage.get(Hearing, hearing).state)


def board(stage: Stage, hearing: UUID, days: float = 0) -> Gate:
    def look(session: Session) -> Gate:
        return gate(session, hearing=session.get_one(Hearing, hearing), centre=stage.centre(days), sealing=stage.vault,
                    now=stage.now(days))

    return stage.db.read_now(look)


def move(stage: Stage, hearing: UUID, *, days: int) -> None:
    """Another day for a hearing, as whoever lists it does."""

    def act(session: Session) -> None:
        row = session.get_one(Hearing, hearing)
        put_listing(session, row, now=stage.start, by=row.handler, days=days)
        changed_materially(session, row, why="time", now=stage.start, by=stage.by("window3"))

    stage.db.write_now(act)


def prove_all(stage: Stage, hearing: UUID) -> None:
    for given in board(stage, hearing).given:
        for one in given.people:
            stage.act(prove, hearing_id=hearing, notice_id=given.notice_id, participant_id=one.participant_id,
                      method=ProofMethod.PHONE, evidence="通话记录 3 分钟", at=stage.start)


# The clock ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begins", "numbers", "last"),
    [
        ("2026-12-11", {}, "2026-12-08 17:30"),
        ("2026-12-09", {}, "2026-12-04 17:30"),  # three days before is a Sunday
        ("2026-10-09", {}, "2026-09-30 17:30"),  # 6 October is in the National Day week
        ("2026-12-11", {"hearing.notice_workdays": 3}, "2026-12-08 17:30"),
        ("2026-12-14", {"hearing.notice_workdays": 3}, "2026-12-09 17:30"),
        ("2026-02-28", {}, "2026-02-25 17:30"),
        ("2026-12-11", {"hearing.notice_days": 7, "hearing.day_ends": 1080}, "2026-12-04 18:00"),
    ],
)
def test_last_lawful_moment_is_counted_backward_and_off_rest_days_earlier(
    begins: str, numbers: dict[str, int], last: str
) -> None:
    at = datetime.fromisoformat(f"{begins}T09:30").replace(tzinfo=ZONE)
    found = notice_rules.deadline(at, calendar=CALENDAR, provisions=NUMBERS | numbers, zone=ZONE)
    assert f"{found.moment:%Y-%m-%d %H:%M}" == last and not found.provisional


def test_last_lawful_moment_that_rests_on_an_undecreed_day_says_so() -> None:
    at = datetime(2027, 3, 9, 9, 30, tzinfo=ZONE)
    found = notice_rules.deadline(at, calendar=CALENDAR, provisions=NUMBERS, zone=ZONE)
    assert found.provisional and found.moment.date() == date(2027, 3, 5)


def test_scenario_7_statutory_clock(stage: Stage) -> None:
    """The first workday after the National Day week, with its swapped Saturdays: on the eve of the week it can still be
    noticed, a minute after the close of business no more, and the refusal says until when and by which article."""
    hearing = stage.hearing(S.PANEL_READY)
    day = datetime(2026, 10, 8, 1, 30, tzinfo=UTC)

    def list_it(session: Session) -> None:
        row = session.exec(select(Listing).where(Listing.hearing_id == hearing)).one()
        row.begins_at, row.ends_at = day, day + timedelta(minutes=90)

    stage.db.write_now(list_it)
    stage.start = datetime(2026, 9, 30, 9, 31, tzinfo=UTC)
    told = refusal(stage, hearing, K.PARTICIPANTS)
    assert (told.code, told.detail) == ("notice-too-late", {"last": "2026-09-30 17:30", "article": "notice"})
    stage.start = datetime(2026, 9, 30, 9, 30, tzinfo=UTC)
    give(stage, hearing, K.PARTICIPANTS)


# Three notices, never one --------------------------------------------------------------------------------------------


def test_each_notice_says_its_own_and_goes_to_its_own(stage: Stage) -> None:
    hearing = stage.hearing(S.PANEL_READY)
    stage.db.write_now(lambda s: s.add(Participant(
        hearing_id=hearing, role=PartRole.WITNESS, name=stage.vault.seal("马兰英", purpose="hearing-name"))))
    give_all(stage, hearing)
    texts: dict[str, dict[str, str]] = {}
    for message in stage.all(Message):
        content = outbox.content_of(message, stage.vault)
        texts.setdefault(message.purpose, {})[f"{message.channel} {outbox.recipient_of(message, stage.vault)}"] = str(content)
    assert set(texts) == {"participants_notice", "names_notice"}
    assert {key.split()[1] for key in texts["participants_notice"]} > {"13800138000", "p1@example.com", "马兰英"}
    assert all("马兰英" not in key for key in texts["names_notice"]) and len(texts["names_notice"]) == 6
    letter = texts["participants_notice"]["letter 马兰英"]
    assert "故意伤害" in letter and "第一听证室" in letter and "证人" in letter and "陈建国" not in letter
    text = texts["names_notice"]["sms 13800138000"]
    assert "回避" in text and "/n/" in text and "故意伤害" not in text
    published = str(next(one.content for one in stage.all(Notice) if one.kind == K.PUBLIC))
    assert "一起刑事申诉案件听证会" in published and not any(word in published for word in ("故意伤害", "欧阳", "陈建国"))


def test_with_the_last_notice_the_hearing_is_notified(stage: Stage) -> None:
    hearing = stage.hearing(S.PANEL_READY)
    give(stage, hearing, K.NAMES)
    give(stage, hearing, K.PARTICIPANTS, who="anguan")
    assert state(stage, hearing) == S.PANEL_READY
    give(stage, hearing, K.PUBLIC)
    assert state(stage, hearing) == S.NOTIFIED
    acts = [line.act for line in stage.journal() if line.subject == f"hearing:{hearing.hex}"]
    assert acts == ["notice-names", "notice-participants", "notice-public", "hearing-notified"]


def test_a_closed_hearing_needs_two_notices_and_never_gets_the_public_one(stage: Stage) -> None:
    hearing = stage.hearing(S.PANEL_READY, opens=False)
    assert refusal(stage, hearing, K.PUBLIC).code == "closed-hearing"
    give(stage, hearing, K.NAMES)
    give(stage, hearing, K.PARTICIPANTS)
    assert state(stage, hearing) == S.NOTIFIED


def test_names_wait_for_the_panel_and_the_public_notice_names_nobody(stage: Stage) -> None:
    early = stage.hearing(S.APPROVED)
    assert refusal(stage, early, K.NAMES).code == "panel-not-ready"
    assert refusal(stage, stage.hearing(S.PANEL_READY, title="王大海一案听证会"), K.PUBLIC).code == "title-names"
    assert refusal(stage, stage.hearing(S.APPROVED, listed=False), K.PARTICIPANTS).code == "not-listed"
    assert refusal(stage, early, K.PARTICIPANTS, who="daozhen").code == "not-allowed"


def test_the_same_again_tells_only_who_came_later(stage: Stage) -> None:
    hearing = stage.hearing(S.PANEL_READY)
    give(stage, hearing, K.PARTICIPANTS)
    before = len(stage.all(Message))
    give(stage, hearing, K.PARTICIPANTS)
    assert len(stage.all(Message)) == before and len(stage.all(Notice)) == 1
    stage.db.write_now(lambda s: s.add(Participant(
        hearing_id=hearing, role=PartRole.EXPERT, name=stage.vault.seal("何教授", purpose="hearing-name"))))
    give(stage, hearing, K.PARTICIPANTS)
    assert len(stage.all(Message)) == before + 1


# Proof ---------------------------------------------------------------------------------------------------------------


def check(stage: Stage, hearing: UUID) -> Refused | None:
    try:
        stage.db.write_now(lambda s: check_may_open(s, s.get_one(Hearing, hearing), stage.vault))
    except Refused as refused:
        return refused
    return None


def test_nobody_opens_before_everybody_is_proven_to_have_been_told(stage: Stage) -> None:
    hearing = stage.hearing(S.PANEL_READY)
    told = check(stage, hearing)
    assert told is not None and told.code == "notice-missing"
    give_all(stage, hearing)
    told = check(stage, hearing)
    assert told is not None and (told.code, told.detail["who"]) == ("notice-unproven", "欧阳**、李*、王**")
    prove_all(stage, hearing)
    assert check(stage, hearing) is None and [given.open for given in board(stage, hearing).given] == [0, 0, 0]


def test_doors_open_on_the_day_and_only_when_all_is_proven(stage: Stage) -> None:
    hearing = stage.hearing(S.PANEL_READY)
    give_all(stage, hearing)

    def open_doors(days: float) -> str:
        try:
            stage.act(let_people_in, hearing_id=hearing, sealing=stage.vault, days=days)
        except Refused as refused:
            return refused.code
        return ""

    assert open_doors(13) == "not-today" and open_doors(14) == "notice-unproven"
    prove_all(stage, hearing)
    assert [open_doors(14), open_doors(14)] == ["", ""] and state(stage, hearing) == S.CHECKING_IN


def test_a_delivery_proves_a_notice_and_a_bounce_does_not(stage: Stage) -> None:
    hearing = stage.hearing(S.PANEL_READY, opens=False)
    give(stage, hearing, K.PARTICIPANTS)
    first, second = [one for one in stage.all(Message) if one.channel == Channel.SMS][:2]

    def hear(session: Session) -> None:
        delivery.hear(session, session.get_one(Message, first.id), MessageState.DELIVERED, stage.vault, now=stage.start)
        delivery.hear(session, session.get_one(Message, second.id), MessageState.BOUNCED, stage.vault, now=stage.start)

    stage.db.write_now(hear)
    (given, _) = board(stage, hearing).given
    assert [one.method for one in given.people] == ["delivered", "", ""]
    assert ("sms", "bounced") in given.people[1].sent


@pytest.mark.parametrize(
    ("method", "evidence", "days", "code"),
    [
        (ProofMethod.PHONE, "通话记录", 1, ""), (ProofMethod.IN_PERSON, "签收回证", 1, ""), (ProofMethod.POST, "EMS 1234", 1, ""),
        (ProofMethod.PHONE, " ", 1, "evidence-needed"), (ProofMethod.WAIVED, "口头", 1, "invalid"),
        (ProofMethod.PHONE, "通话记录", 12, "notice-too-late"), (ProofMethod.PHONE, "通话记录", 13.5, "invalid"),
    ],
)
def test_who_is_told_by_hand_is_told_then_and_with_evidence(
    stage: Stage, method: ProofMethod, evidence: str, days: float, code: str
) -> None:
    hearing = stage.hearing(S.PANEL_READY)
    notice = give(stage, hearing, K.PARTICIPANTS)
    person = people_of(stage, hearing)[0]
    told: dict[str, Any] = {"hearing_id": hearing, "notice_id": notice, "participant_id": person.id, "method": method,
                            "evidence": evidence, "at": stage.now(days)}
    try:
        stage.act(prove, days=13, **told)
        stage.act(prove, days=13, **told)
        said = ""
    except Refused as refused:
        said = refused.code
    assert said == code
    assert [line.act for line in stage.journal()].count("notice-proven") == (not code)


def test_with_everybodys_waiver_approved_a_late_notice_is_lawful(stage: Stage) -> None:
    hearing = stage.hearing(S.PANEL_READY, opens=False)
    who = [one.id.hex for one in people_of(stage, hearing)]
    assert refusal(stage, hearing, K.PARTICIPANTS, days=12).code == "notice-too-late"
    stage.act(waiving.ask_waiver, hearing_id=hearing, whom=who[:2], reason="双方当事人均同意当日听证")
    stage.act(waiving.ask_waiver, hearing_id=hearing, whom=who, reason="双方当事人均同意当日听证")
    asked = [row for row in stage.all(Approval) if row.question == Question.WAIVER]
    assert sorted(len(row.wanted["who"]) for row in asked) == [1, 2]

    def grant(session: Session) -> None:
        for row in asked:
            session.add(row)
            row.granted, row.answered_at = True, stage.start

    assert refusal(stage, hearing, K.PARTICIPANTS, days=12).code == "notice-too-late"
    stage.db.write_now(grant)
    give(stage, hearing, K.PARTICIPANTS, days=12)
    give(stage, hearing, K.NAMES, days=12)
    assert state(stage, hearing) == S.NOTIFIED and check(stage, hearing) is None
    assert {one.method for given in board(stage, hearing).given for one in given.people} == {"waived"}
    move(stage, hearing, days=20)
    assert {one.method for given in board(stage, hearing).given for one in given.people} == {""}


# Changes -------------------------------------------------------------------------------------------------------------


def still_wanted(stage: Stage) -> list[bool]:
    """Of every message in the outbox, oldest first, whether it would leave now."""

    def look(session: Session) -> list[bool]:
        rows = session.exec(select(Message).order_by(col(Message.id))).all()
        return [delivery.unpack(session, row.id, stage.vault, now=stage.start) is not None for row in rows]

    return stage.db.read_now(look)


def test_after_a_move_everything_is_owed_again_and_nothing_old_leaves(stage: Stage) -> None:
    hearing = stage.hearing(S.PANEL_READY)
    give_all(stage, hearing)
    prove_all(stage, hearing)
    assert still_wanted(stage) == [True] * 12
    move(stage, hearing, days=21)
    assert state(stage, hearing) == S.PANEL_READY
    assert [one.kind for one in board(stage, hearing).missing] == [K.PUBLIC, K.PARTICIPANTS, K.NAMES]
    assert [one.why for one in board(stage, hearing).given] == ["time"] * 3
    assert still_wanted(stage) == [False] * 12
    give_all(stage, hearing)
    assert state(stage, hearing) == S.NOTIFIED and still_wanted(stage) == [False] * 12 + [True] * 12


def test_one_replaced_seat_owes_only_the_parties_their_names(stage: Stage) -> None:
    hearing = stage.hearing(S.PANEL_READY)
    give_all(stage, hearing)
    prove_all(stage, hearing)
    members = stage.roster(1)

    def replace(session: Session) -> None:
        seat = seats_of(session, hearing)[1]
        vacate(session, seat, why="declined", now=stage.start)
        hold(session, session.get_one(Hearing, hearing), place=seat.place, member_id=members[0], origin=SeatOrigin.RESERVE,
             now=stage.start)

    stage.db.write_now(replace)
    assert [one.kind for one in board(stage, hearing).missing] == [K.NAMES]
    assert [one.why for one in board(stage, hearing).given] == ["", "", "panel"]
    before = {one.purpose for one in stage.all(Message)}
    give(stage, hearing, K.NAMES)
    assert before == {"participants_notice", "names_notice"} and [row.kind for row in stage.all(Notice)].count(K.NAMES) == 2
    left = stage.db.read_now(lambda s: missing(s, s.get_one(Hearing, hearing)))
    assert [(one.kind, len(one.participants)) for one in left] == [(K.NAMES, 3)]


def test_another_moderator_owes_all_notices_again_and_says_so(stage: Stage) -> None:
    hearing = stage.hearing(S.PANEL_READY)
    give_all(stage, hearing)
    stage.act(set_people, hearing_id=hearing, moderator=stage.by("window4").id, clerk=stage.by("window1").id)
    assert [(one.notice_id, one.why) for one in board(stage, hearing).given] == [(None, "moderator")] * 3


def test_a_granted_waiver_and_the_people_are_those_of_this_hearing(stage: Stage) -> None:
    hearing, other = stage.hearing(S.PANEL_READY), stage.hearing(S.PANEL_READY)
    with pytest.raises(Refused) as refused:
        stage.act(waiving.ask_waiver, hearing_id=hearing, whom=[people_of(stage, other)[0].id.hex], reason="同意")
    assert refused.value.code == "not-found"
    with pytest.raises(Refused) as refused:
        stage.act(prove, hearing_id=other, notice_id=give(stage, hearing, K.PARTICIPANTS), method=ProofMethod.PHONE,
                  participant_id=people_of(stage, other)[0].id, evidence="通话", at=stage.start)
    assert refused.value.code == "not-found"
