"""Observing an open hearing: seats in the order of applying, the waiting list, one person once, media apart, what is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, select

from hearings.invitations.keeping_up import CLOSED, catch_up, due
from hearings.invitations.tables import NoticeKind, Observer, ObserverState
from hearings.notices.actions import give_notice
from hearings.observers import actions as observing
from hearings.observers.actions import Applied, Held
from hearings.observers.changes import tell_observers
from hearings.observers.forms import Application, faults
from hearings.observers.queries import Observers, observers, own_application
from hearings.observers.rules import Seats, Standing, next_up, place_for, position
from hearings.tables import Hearing, HearingState
from shared import delivery, outbox
from shared.errors import Refused
from shared.offices import Provision
from shared.outbox import Message
from shared.settings import Settings
from tests.cases.registry import resident_id
from tests.hearings.staging import Stage, put_listing
from tests.hearings.test_notices import move

S, Seat = HearingState, ObserverState
SEATS = Seats(2, 1)
NUMBERS = {"hearing.observer_waiting": 2}
START = datetime(2026, 11, 23, 1, tzinfo=UTC)
SETTINGS = Settings()


def line(n: int, state: str, kind: str = "citizen") -> Standing:
    return Standing(UUID(int=n), kind, state, START + timedelta(minutes=n))


# The order of seats --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("states", "place"),
    [
        ([], "confirmed"), (["confirmed"], "confirmed"), (["confirmed", "checked_in"], "waitlisted"),
        (["confirmed", "cancelled"], "confirmed"), (["confirmed", "waitlisted"], "waitlisted"),
        (["confirmed", "confirmed", "waitlisted", "waitlisted"], "list-full"),
    ],
)
def test_first_come_first_seated_and_the_list_has_an_end(states: list[str], place: str) -> None:
    others = [line(n, state) for n, state in enumerate(states)]
    try:
        found = str(place_for("citizen", others, SEATS, NUMBERS))
    except Refused as refused:
        found = refused.code
    assert found == place


def test_media_neither_take_citizens_seats_nor_give_theirs_away() -> None:
    full = [line(1, Seat.CONFIRMED), line(2, Seat.CONFIRMED), line(3, Seat.WAITLISTED)]
    assert place_for("media", full, SEATS, NUMBERS) == Seat.CONFIRMED
    assert next_up("citizen", [*full, line(4, Seat.CANCELLED, "media")], SEATS) == []


def test_who_waits_longest_moves_up_first() -> None:
    people = [line(5, Seat.WAITLISTED), line(3, Seat.WAITLISTED), line(1, Seat.CONFIRMED), line(2, Seat.CANCELLED)]
    assert next_up("citizen", people, SEATS) == [UUID(int=3)]
    assert [position(one, people) for one in people] == [2, 1, 0, 0]


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({}, {}), ({"name": " "}, {"name": "name-needed"}), ({"id_number": "123"}, {"id_number": "id-length"}),
        ({"phone": "12"}, {"phone": "phone-number"}), ({"kind": "media"}, {"outlet": "outlet-needed"}),
        ({"kind": "media", "outlet": "蚌埠日报"}, {}), ({"id_kind": "none"}, {"id_number": "id-number"}),
        ({"id_kind": "passport", "id_number": "E12345678"}, {}), ({"kind": "judge"}, {"kind": "choice-needed"}),
    ],
)
def test_form_says_what_is_wrong_field_by_field(more: dict[str, str], wrong: dict[str, str]) -> None:
    assert faults(form(1, **more), today=date(2026, 11, 23)) == wrong


# Applying ------------------------------------------------------------------------------------------------------------


def form(n: int, **more: Any) -> Application:
    told = {"name": f"赵{'春夏秋冬'[n % 4]}", "id_number": resident_id(n), "phone": f"138001{n:05}"}
    return Application(**{**told, **more})


def announced(stage: Stage, *, seats: int = 2, **more: Any) -> UUID:
    """An open hearing that has been announced, with so many seats for citizens."""
    def fewer(session: Session) -> None:
        for row in session.exec(select(Provision).where(Provision.key == "hearing.observer_seats")):
            row.value = seats

    stage.db.write_now(fewer)
    hearing = stage.hearing(S.PANEL_READY, **more)
    stage.act(give_notice, hearing_id=hearing, kind=NoticeKind.PUBLIC, sealing=stage.vault, settings=SETTINGS)
    return hearing


def apply(stage: Stage, hearing: UUID, n: int, days: float = 0, **more: Any) -> Applied | Held:
    made: Applied | Held = stage.db.write_now(
        observing.apply, hearing_id=hearing, form=form(n, **more), sealing=stage.vault, settings=SETTINGS,
        now=stage.now(days) + timedelta(seconds=n),
    )
    return made


def cancel(stage: Stage, code: str) -> None:
    stage.db.write_now(observing.cancel, code=code, sealing=stage.vault, settings=SETTINGS, now=stage.now(1))


def rows(stage: Stage) -> list[Observer]:
    """All applications in the order in which they were made."""
    return sorted(stage.all(Observer), key=lambda row: row.id)


def texts(stage: Stage, phone: str) -> list[str]:
    """The purposes of the messages to a telephone, oldest first."""
    found = sorted(stage.all(Message), key=lambda one: one.id)
    return [one.purpose for one in found if outbox.recipient_of(one, stage.vault) == phone]


def refused(stage: Stage, hearing: UUID, n: int, **more: Any) -> str:
    with pytest.raises(Refused) as problem:
        apply(stage, hearing, n, **more)
    return problem.value.code


def test_who_cancels_makes_room_for_the_next_and_they_are_told(stage: Stage) -> None:
    hearing = announced(stage)
    made = [apply(stage, hearing, n) for n in range(4)]
    assert [one.state for one in made if isinstance(one, Applied)] == [Seat.CONFIRMED] * 2 + [Seat.WAITLISTED] * 2
    first = made[0]
    assert isinstance(first, Applied)
    cancel(stage, first.code)
    cancel(stage, first.code)
    assert [row.state for row in rows(stage)] == [Seat.CANCELLED, Seat.CONFIRMED, Seat.CONFIRMED, Seat.WAITLISTED]
    assert texts(stage, "13800100002") == ["observer_waitlisted", "observer_moved_up"]
    last = made[3]
    assert isinstance(last, Applied)
    own = stage.db.read_now(own_application, code=last.code, sealing=stage.vault)
    assert (own.position, own.name, own.can_cancel) == (1, "赵*", True)
    acts = [one.act for one in stage.journal() if one.act.startswith("observer-")]
    assert acts == ["observer-applied"] * 4 + ["observer-cancelled", "observer-confirmed"]
    assert all("赵" not in one.detail and "138" not in one.detail for one in stage.journal())


def test_the_same_person_and_the_same_form_are_one_application(stage: Stage) -> None:
    hearing = announced(stage)
    first = apply(stage, hearing, 1, key="k1")
    assert apply(stage, hearing, 1, key="k1") == first and isinstance(first, Applied)
    again = apply(stage, hearing, 1, key="k2")
    assert again == Applied("", "") and len(stage.all(Observer)) == 1
    assert texts(stage, "13800100001") == ["observer_confirmed"] * 2
    stranger = apply(stage, hearing, 1, key="k3", phone="13912345678")
    assert stranger == again and texts(stage, "13912345678") == []
    cancel(stage, first.code)
    apply(stage, hearing, 2), apply(stage, hearing, 3)
    assert apply(stage, hearing, 1, days=1.5) == again
    assert [row.state for row in rows(stage)] == [Seat.WAITLISTED, Seat.CONFIRMED, Seat.CONFIRMED]


def test_after_the_cut_off_and_for_hearings_nobody_announced_nobody_applies(stage: Stage) -> None:
    hearing = announced(stage)
    assert refused(stage, hearing, 1, days=13.5) == "applications-closed"
    assert refused(stage, stage.hearing(S.PANEL_READY), 1) == "not-found"
    assert refused(stage, stage.hearing(S.PANEL_READY, opens=False), 1) == "not-found"
    move(stage, hearing, days=20)
    assert refused(stage, hearing, 1) == "applications-closed"


def test_too_many_applications_from_one_telephone_have_to_wait(stage: Stage) -> None:
    hearing = announced(stage, seats=20)
    made = [apply(stage, hearing, n, phone="13800138000") for n in range(6)]
    assert [type(one) for one in made] == [Applied] * 5 + [Held]
    assert isinstance(apply(stage, hearing, 9, days=0.1, phone="13800138000"), Applied)


def test_identity_is_sealed_and_staff_see_it_masked(stage: Stage) -> None:
    hearing = announced(stage)
    apply(stage, hearing, 1, needs=("wheelchair", "piano"))
    row = rows(stage)[0]
    assert resident_id(1).encode() not in row.id_number and "赵夏".encode() not in row.name and row.needs == ["wheelchair"]
    told: Observers = stage.read(observers, hearing_id=hearing, sealing=stage.vault)
    assert (told.lines[0].name, told.lines[0].phone) == ("赵*", "138****0001") and resident_id(1) not in str(told)
    whole: Observers = stage.read(observers, hearing_id=hearing, sealing=stage.vault, whole=True)
    assert whole.lines[0].name == "赵夏" and resident_id(1) not in str(whole)


def test_staff_decline_with_a_reason_and_give_seats_only_while_there_are_some(stage: Stage) -> None:
    hearing = announced(stage)
    for n in range(3):
        apply(stage, hearing, n)
    first, _, third = [row.id for row in rows(stage)]

    def decide(observer: UUID, confirmed: bool, reason: str = "", who: str = "window3") -> str:
        try:
            stage.act(observing.decide, hearing_id=hearing, observer_id=observer, confirmed=confirmed, reason=reason,
                      sealing=stage.vault, settings=SETTINGS, who=who)
        except Refused as problem:
            return problem.code
        return ""

    assert decide(first, False) == "reason-needed" and decide(third, True) == "no-seat"
    assert decide(first, False, "本案证人", who="daozhen") == "not-allowed"
    assert decide(first, False, "本案证人不能旁听") == ""
    assert [row.state for row in rows(stage)] == [Seat.DECLINED, Seat.CONFIRMED, Seat.CONFIRMED]
    message = next(one for one in stage.all(Message) if one.purpose == "observer_declined")
    assert "本案证人不能旁听" in str(outbox.content_of(message, stage.vault))


def test_twenty_at_once_get_just_the_seats_there_are(stage: Stage) -> None:
    hearing = announced(stage, seats=7)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: apply(stage, hearing, n), range(20)))
    assert sorted(one.state for one in made if isinstance(one, Applied)) == [Seat.CONFIRMED] * 7 + [Seat.WAITLISTED] * 13


def test_a_new_date_and_the_end_are_told_once_and_nothing_old_leaves(stage: Stage) -> None:
    hearing = announced(stage)
    apply(stage, hearing, 1)
    move(stage, hearing, days=21)
    stage.act(give_notice, hearing_id=hearing, kind=NoticeKind.PUBLIC, sealing=stage.vault, settings=SETTINGS, days=0.5)
    apply(stage, hearing, 2, days=1)
    tell: dict[str, Any] = {"sealing": stage.vault, "settings": SETTINGS, "now": stage.now(1.5)}
    stage.db.write_now(tell_observers, hearing, **tell)
    assert texts(stage, "13800100001") == ["observer_confirmed", "observer_moved"]
    assert texts(stage, "13800100002") == ["observer_confirmed"]

    def call_off(session: Session) -> None:
        session.get_one(Hearing, hearing).state = S.CANCELLED

    stage.db.write_now(call_off)
    for one in stage.db.read_now(due, now=tell["now"]):
        stage.db.write_now(catch_up, one, **tell)
    assert stage.db.read_now(due, now=tell["now"]) == []
    assert texts(stage, "13800100001")[2:] == texts(stage, "13800100002")[1:] == ["observer_cancelled"]

    def leaving(session: Session) -> list[str]:
        rows = session.exec(select(Message)).all()
        return [row.purpose for row in rows if delivery.unpack(session, row.id, stage.vault, now=stage.now(1.5))]

    assert stage.db.read_now(leaving) == ["observer_cancelled"] * 2


def test_observers_hear_of_a_move_and_a_postponement_without_a_new_announcement(stage: Stage) -> None:
    """The clock tells them; the announcement itself is still given again by staff, and says nothing twice."""
    hearing = announced(stage)
    apply(stage, hearing, 1, days=0.1)

    def postpone(session: Session) -> None:
        row = session.get_one(Hearing, hearing)
        row.state, row.sequence = S.POSTPONED, row.sequence + 1

    def time_passes(days: float) -> list[str]:
        for _ in range(2):
            for one in stage.db.read_now(due, now=stage.now(days)):
                stage.db.write_now(catch_up, one, sealing=stage.vault, settings=SETTINGS, now=stage.now(days))
        return texts(stage, "13800100001")

    def list_anew(session: Session) -> None:
        row = session.get_one(Hearing, hearing)
        row.state, row.sequence = S.APPROVED, row.sequence + 1
        put_listing(session, row, now=stage.now(1), by=row.handler, days=21)

    told = ["observer_confirmed"]
    assert time_passes(0.2) == told
    stage.db.write_now(postpone)
    assert time_passes(0.5) == (told := [*told, "observer_postponed"])
    stage.db.write_now(list_anew)
    assert time_passes(1.1) == (told := [*told, "observer_moved"])
    last = max((one for one in stage.all(Message) if one.purpose == "observer_moved"), key=lambda one: one.id)
    assert "原定" in str(outbox.content_of(last, stage.vault))
    stage.act(give_notice, hearing_id=hearing, kind=NoticeKind.PUBLIC, sealing=stage.vault, settings=SETTINGS, days=1.2)
    assert time_passes(1.3) == told


def test_a_hearing_that_was_closed_afterwards_is_gone_for_its_observers_who_are_told(stage: Stage) -> None:
    hearing = announced(stage)
    made = apply(stage, hearing, 1)
    assert isinstance(made, Applied)

    def close(session: Session) -> None:
        session.get_one(Hearing, hearing).open = False

    assert isinstance(apply(stage, hearing, 2), Applied) and isinstance(apply(stage, hearing, 3), Applied)
    stage.db.write_now(close)
    tell: dict[str, Any] = {"sealing": stage.vault, "settings": SETTINGS, "now": stage.now(1)}
    for one in stage.db.read_now(due, now=tell["now"]):
        stage.db.write_now(catch_up, one, **tell)
    assert [one for one in stage.db.read_now(due, now=tell["now"]) if one.what == CLOSED] == []
    assert [texts(stage, f"1380010000{n}")[-1] for n in (1, 2, 3)] == ["observer_closed"] * 3, "whoever only waited as well"
    assert {row.state for row in rows(stage)} == {Seat.CANCELLED}
    last = next(one for one in stage.all(Message) if one.purpose == "observer_closed")
    assert stage.db.read_now(delivery.unpack, last.id, stage.vault, now=tell["now"]), "it leaves although the hearing is closed"
    with pytest.raises(Refused) as problem:
        stage.db.read_now(own_application, code=made.code, sealing=stage.vault)
    assert problem.value.code == "unknown-code"
    with pytest.raises(Refused) as problem:
        stage.read(observers, hearing_id=hearing, sealing=stage.vault)
    assert problem.value.code == "not-found"
