"""Booking a time, changing it, coming with it: the rules by example, the acts on both databases, writers that race."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, select

from kiosk import actions
from kiosk.bookings import actions as bookings
from kiosk.bookings import closures as booking_closures
from kiosk.bookings import passing, places, rules
from kiosk.bookings.arrival import check_in
from kiosk.bookings.forgetting import forget_bookings
from kiosk.bookings.queries import of_day, own, slots
from kiosk.bookings.tables import Booking, BookingSlot, BookingState, Contingent, PlaceReturn
from kiosk.forecast.records import due
from kiosk.plan import HallPlan, hall_plan
from kiosk.tables import Call, Ticket
from shared import outbox
from shared.calendar import Calendar
from shared.database import Database
from shared.errors import Refused
from shared.journal import JournalLine
from shared.offices import Office, OpeningHours
from shared.outbox import Message, Text
from shared.settings import Settings
from shared.vault import Vault
from tests.conftest import MORNING

ZONE = ZoneInfo("Asia/Shanghai")
LEGAL, CHIEF = "legal-consultation", "chief-procurator"
WHO = bookings.Who(name="王小明", phone="13900001111")


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE)


TOMORROW = date(2026, 11, 24)  # a Tuesday


class Desk:
    """The hall's bookings, worked from a test."""

    def __init__(self, db: Database, hall: UUID, settings: Settings) -> None:
        self.db, self.settings, self.vault = db, settings, Vault.open(settings.data)
        self.plan: HallPlan = db.read_now(hall_plan, hall, MORNING)
        self.means: dict[str, Any] = {"sealing": self.vault, "settings": settings}

    def book(
        self, at: datetime, *, service: str = LEGAL, phone: str = "13900001111", now: datetime = MORNING, **more: Any
    ) -> Any:
        who = bookings.Who(name="王小明", phone=phone, language=more.pop("language", "zh-CN"), mail=more.pop("mail", ""))
        return self.act(bookings.book, service=service, starts_at=at, who=who, now=now, **self.means, **more)

    def act(self, action: Callable[..., Any], *, now: datetime = MORNING, by: str = "visitor", **more: Any) -> Any:
        return self.db.write_now(action, plan=self.plan, now=now, by=by, **more)

    def row(self, booking: UUID) -> Booking:
        return self.db.read_now(lambda session: session.get_one(Booking, booking))

    def all(self, kind: type[Any]) -> list[Any]:
        return self.db.read_now(lambda session: list(session.exec(select(kind)).all()))

    def left(self, at: datetime, service: str = LEGAL, now: datetime = MORNING) -> int:
        found = self.db.read_now(slots, plan=self.plan, service=self.plan.service(service), now=now, lead=0)
        return next((one.left for one in found if one.starts_at == at), -1)

    def texts(self) -> list[tuple[str, str]]:
        """Purpose and words of the text messages, in the order in which they were put out."""
        found = [(row.purpose, outbox.content_of(row, self.vault)) for row in sorted(self.all(Message), key=lambda row: row.id)]
        return [(purpose, content.text) for purpose, content in found if isinstance(content, Text)]


@pytest.fixture
def desk(db: Database, hall: UUID, settings: Settings) -> Desk:
    return Desk(db, hall, settings)


# Rules ---------------------------------------------------------------------------------------------------------------


def offer(weekdays: str = "0,1,2,3,4", weeks: str = "", minutes: int = 30) -> rules.Offer:
    return rules.Offer(weekdays=rules.numbers(weekdays), weeks=rules.numbers(weeks), opens=time(8, 30), closes=time(17, 30),
                       minutes=minutes, places=1)


def test_slots_keep_to_the_opening_hours_the_weekdays_and_the_working_calendar() -> None:
    spans = ((time(8, 30), time(12)), (time(14, 30), time(17, 30)))
    made = rules.slots(offer(minutes=60), spans, TOMORROW, ZONE, Calendar())
    assert [f"{at.astimezone(ZONE):%H:%M}" for at in made] == ["08:30", "09:30", "10:30", "14:30", "15:30", "16:30"]
    saturday = date(2026, 11, 28)
    assert rules.slots(offer(), spans, saturday, ZONE, Calendar()) == []
    assert rules.slots(offer(), spans, saturday, ZONE, Calendar({saturday: True})), "a weekend that was made a workday"
    midnight = rules.slots(offer(), ((time(0), time(0)),), TOMORROW, ZONE, Calendar())
    assert (len(midnight), midnight[-1]) == (18, local(TOMORROW, 17).astimezone(UTC))


def test_reception_day_on_a_rest_day_is_held_a_week_later() -> None:
    first, second, third = date(2026, 12, 2), date(2026, 12, 9), date(2026, 12, 16)
    reception = offer("2", "1,3")
    assert [reception.holds_on(day, Calendar()) for day in (first, second, third)] == [True, False, True]
    away = Calendar({first: False})
    assert reception.holds_on(second, away), "the second Wednesday, as the first is a rest day"


def test_reminder_goes_the_day_before_and_never_into_the_past() -> None:
    slot = local(TOMORROW, 9)
    assert rules.reminder_at(slot, MORNING, ZONE, 10) == local(date(2026, 11, 23), 10)
    assert rules.reminder_at(slot, local(date(2026, 11, 23), 10, 1), ZONE, 10) is None


# Acts ----------------------------------------------------------------------------------------------------------------


def test_booked_place_is_kept_sealed_told_and_found_by_its_code_alone(desk: Desk) -> None:
    slot = local(TOMORROW, 9)
    made = desk.book(slot, key="tap", mail="wang@example.cn")
    again = desk.book(slot, key="tap")
    assert (again.id, again.code, again.fresh) == (made.id, made.code, False), "a double tap books once"
    assert desk.left(slot) == 1 and len(desk.all(Booking)) == 1
    row = desk.row(made.id)
    assert b"13900001111" not in row.phone and "王" not in row.name.decode(errors="ignore") and made.code not in str(row.code)
    seen = desk.db.read_now(own, code=made.code.upper(), sealing=desk.vault)
    assert seen is not None and (seen.name, seen.phone, seen.starts_at) == ("王**", "139****1111", slot)
    assert desk.db.read_now(own, code="0" * 26, sealing=desk.vault) is None
    purposes = sorted((row.purpose, row.channel) for row in desk.all(Message))
    assert purposes == [("booking_confirmed", "email"), ("booking_confirmed", "sms"), ("booking_reminder", "email"),
                        ("booking_reminder", "sms")]
    confirmed, reminder = desk.texts()
    assert "11月24日（周二）09:00" in confirmed[1] and f"/b/{made.code}" in confirmed[1] and "法律咨询" not in confirmed[1]
    late = [row.not_before for row in desk.all(Message) if row.purpose == "booking_reminder"]
    assert set(late) == {local(date(2026, 11, 23), 10)} and "提醒" in reminder[1]


def test_contingent_is_never_exceeded_and_limits_hold(desk: Desk) -> None:
    slot, later = local(TOMORROW, 9), local(TOMORROW, 10)
    for phone in ("13900001111", "13900002222"):
        desk.book(slot, phone=phone)
    with pytest.raises(Refused, match="slot-gone"):
        desk.book(slot, phone="13900003333")
    with pytest.raises(Refused, match="slot-gone"):
        desk.book(local(TOMORROW, 9, 10), phone="13900003333")  # no slot begins then
    with pytest.raises(Refused, match="slot-gone"):
        desk.book(local(date(2026, 11, 28), 9), phone="13900003333")  # a Saturday
    with pytest.raises(Refused, match="slot-gone"):
        desk.book(MORNING + timedelta(minutes=30), phone="13900003333")  # too soon on the web
    assert desk.book(MORNING + timedelta(minutes=30), phone="13900003333", source="desk").fresh
    desk.book(later)
    with pytest.raises(Refused, match="booking-enough"):
        desk.book(local(TOMORROW, 11), phone="+86 139 0000 1111")
    assert sum(row.taken for row in desk.all(BookingSlot)) == len(desk.all(Booking)) == 4


def test_too_many_bookings_in_a_row_with_one_telephone_are_held_back(desk: Desk) -> None:
    for minutes in range(5):
        made = desk.book(local(TOMORROW, 9 + minutes))
        desk.act(bookings.cancel, booking=made.id, **desk.means)
    assert desk.book(local(TOMORROW, 15)).fresh
    assert desk.book(local(TOMORROW, 16)) == bookings.Held(60)
    assert desk.book(local(TOMORROW, 16), source="phone", by="staff:1").fresh, "the desk may"


def test_place_given_back_returns_after_a_random_time_only(desk: Desk) -> None:
    slot = local(TOMORROW, 9)
    for phone in ("13900001111", "13900002222"):
        made = desk.book(slot, phone=phone)
    desk.act(bookings.cancel, booking=made.id, **desk.means)
    desk.act(bookings.cancel, booking=made.id, **desk.means)  # again: nothing more
    assert desk.left(slot) == 0, "nobody can hand a place to a certain person"
    (back,) = desk.all(PlaceReturn)
    assert timedelta(minutes=10) <= back.returns_at - MORNING <= timedelta(minutes=90)
    desk.db.write_now(places.return_places, now=back.returns_at - timedelta(seconds=1))
    assert desk.left(slot) == 0
    for _ in range(2):
        desk.db.write_now(places.return_places, now=back.returns_at)
    assert desk.left(slot) == 1 and desk.all(PlaceReturn) == []
    assert desk.db.read_now(own, code=made.code, sealing=desk.vault) is None, "the code opens nothing any more"


def test_moving_takes_the_new_place_before_it_gives_the_old_one_back(desk: Desk) -> None:
    slot, full, free = local(TOMORROW, 9), local(TOMORROW, 10), local(TOMORROW, 11)
    made = desk.book(slot)
    for phone in ("13900002222", "13900003333"):
        desk.book(full, phone=phone)
    with pytest.raises(Refused, match="slot-gone"):
        desk.act(bookings.move, booking=made.id, starts_at=full, **desk.means)
    assert desk.row(made.id).starts_at == slot and desk.left(slot) == 1
    desk.act(bookings.move, booking=made.id, starts_at=free, **desk.means)
    desk.act(bookings.move, booking=made.id, starts_at=free, **desk.means)  # pressed twice
    row = desk.row(made.id)
    assert (row.starts_at, row.changes, row.sequence) == (free, 1, 1) and desk.left(free) == 1
    assert [purpose for purpose, _ in desk.texts() if purpose == "booking_moved"] == ["booking_moved"]
    stale = [one for one in desk.all(Message) if one.about == f"booking:{made.id.hex}" and one.sequence == 0]
    assert stale and not any(desk.db.read_now(_is_wanted, one) for one in stale)
    for hour in (14, 15):
        desk.act(bookings.move, booking=made.id, starts_at=local(TOMORROW, hour), **desk.means)
    with pytest.raises(Refused, match="changed-enough"):
        desk.act(bookings.move, booking=made.id, starts_at=local(TOMORROW, 16), **desk.means)
    desk.act(bookings.move, booking=made.id, starts_at=local(TOMORROW, 16), source="desk", **desk.means)
    with pytest.raises(Refused, match="booking-over"):
        desk.act(bookings.cancel, booking=made.id, now=local(TOMORROW, 16), **desk.means)


def test_scenario_5_bookings_early_late_and_missed_are_merged_into_the_one_order(desk: Desk) -> None:
    """A arrives at 9:22, B at 9:43, C not at all, all booked for 9:30."""
    desk.db.write_now(_three_places)
    slot = local(TOMORROW, 9, 30)
    early, late, missed = (desk.book(slot, phone=f"1390000222{n}").id for n in range(3))
    with pytest.raises(Refused, match="booking-not-today"):
        desk.act(check_in, booking=early)
    other = desk.act(actions.issue, service=LEGAL, now=local(TOMORROW, 9, 20), by="kiosk")
    first = desk.act(check_in, booking=early, now=local(TOMORROW, 9, 22))
    assert desk.act(check_in, booking=early, now=local(TOMORROW, 9, 23)).code == first.code, "again: the same number"
    ticket = _ticket(desk, first.id)
    assert (ticket.queued_at, ticket.ready_at, ticket.rank_at) == (slot, local(TOMORROW, 9, 25), slot - timedelta(minutes=45))
    assert (ticket.head_start, ticket.booked_at, ticket.arrived_at) == (45, slot, local(TOMORROW, 9, 22))
    window = desk.plan.window("1")
    called = desk.act(actions.call_next, window=window, now=local(TOMORROW, 9, 24), by="window")
    assert called.number == other.number, "A is not called before 9:25"
    desk.act(actions.finish, window=window, now=local(TOMORROW, 9, 25), by="window")
    called = desk.act(actions.call_next, window=window, now=local(TOMORROW, 9, 25), by="window")
    assert called.number == first.number
    assert len(desk.db.read_now(due, plan=desk.plan, now=local(TOMORROW, 9, 39))) == 2, "room is kept for B and C"
    assert desk.db.read_now(due, plan=desk.plan, now=local(TOMORROW, 9, 40)) == (), "and no longer"
    assert desk.act(passing.close_missed, now=local(TOMORROW, 9, 40), by="clock") == 0
    assert desk.act(passing.close_missed, now=local(TOMORROW, 9, 40) + timedelta(seconds=1), by="clock") == 2
    assert desk.row(missed).state == BookingState.NO_SHOW
    assert len(desk.all(Call)) == 2, "without a call"
    second = _ticket(desk, desk.act(check_in, booking=late, now=local(TOMORROW, 9, 43)).id)
    assert (second.queued_at, second.rank_at) == (local(TOMORROW, 9, 43), local(TOMORROW, 9, 33)), "a walk-in with 10 minutes"
    day = desk.db.read_now(of_day, plan=desk.plan, day=TOMORROW, sealing=desk.vault)
    assert sorted(one.state for one in day) == ["checked_in", "checked_in", "no_show"]


def test_service_by_booking_takes_these_and_nobody_else(desk: Desk) -> None:
    wednesday = date(2026, 12, 2)
    made = desk.book(local(wednesday, 9), service=CHIEF)
    with pytest.raises(Refused, match="slot-gone"):
        desk.book(local(wednesday, 9), service=CHIEF, phone="13900002222")
    now = local(wednesday, 8, 50)
    with pytest.raises(Refused, match="by-booking"):
        desk.act(actions.issue, service=CHIEF, now=now, by="kiosk")
    assert desk.act(check_in, booking=made.id, now=now).number == "E001"
    desk.book(local(TOMORROW, 9))
    with pytest.raises(Refused, match="unknown-code"):
        desk.act(check_in, booking=UUID(int=1), now=now)


def test_closed_span_moves_people_to_the_next_free_slot_and_tells_them(desk: Desk) -> None:
    nine = local(TOMORROW, 9)
    first = desk.book(nine).id
    second = desk.book(local(TOMORROW, 9, 30), phone="13900002222", language="en").id
    untouched = desk.book(local(TOMORROW, 14), phone="13900003333").id
    shut = {"service": LEGAL, "begins_at": nine, "ends_at": local(TOMORROW, 12), "reason": "1号窗口检修", **desk.means}
    with pytest.raises(Refused, match="reason-needed"):
        desk.act(booking_closures.close_span, moving=True, **{**shut, "reason": " "})
    cleared = desk.act(booking_closures.close_span, moving=True, by="staff:1", **shut)
    assert cleared == booking_closures.Cleared(2, 0)
    assert {desk.row(first).starts_at, desk.row(second).starts_at} == {local(TOMORROW, 12)}
    assert desk.row(untouched).starts_at == local(TOMORROW, 14) and desk.row(first).changes == 0
    assert desk.left(nine) == -1 and desk.db.read_now(bookings.first_free, plan=desk.plan, service=LEGAL, now=MORNING) == local(
        TOMORROW, 8, 30)
    told = [text for purpose, text in desk.texts() if purpose == "booking_moved"]
    assert "因1号窗口检修" in told[0] and "We are sorry" in told[1]
    everything = {**shut, "service": "", "begins_at": local(TOMORROW, 0), "ends_at": local(TOMORROW, 23)}
    assert desk.act(booking_closures.close_span, moving=False, **everything) == booking_closures.Cleared(0, 3)
    assert "请重新预约" in desk.texts()[-1][1] or "book another" in desk.texts()[-1][1]
    assert desk.db.read_now(bookings.first_free, plan=desk.plan, service=LEGAL, now=MORNING) == local(date(2026, 11, 25), 8, 30)


def test_bookings_leave_no_person_in_the_journal_and_are_forgotten_in_time(desk: Desk) -> None:
    made = desk.book(local(TOMORROW, 9))
    desk.act(bookings.cancel, booking=made.id, reason="电话核对姓名和手机号", source="phone", by="staff:1", **desk.means)
    lines = [line for line in desk.all(JournalLine) if line.act.startswith("booking")]
    assert [line.act for line in lines] == ["booking-made", "booking-cancelled"] and lines[1].reason == "电话核对姓名和手机号"
    assert not any("1390" in line.detail or "王" in line.detail for line in lines)
    office = desk.plan.office_id
    forget: dict[str, Any] = {"office": office, "days": 30, "by": "clock"}
    assert desk.db.write_now(forget_bookings, now=MORNING + timedelta(days=30), **forget) == 0
    assert desk.db.write_now(forget_bookings, now=MORNING + timedelta(days=32), **forget) == 1
    row = desk.row(made.id)
    assert (row.name, row.phone, row.code, row.phone_index) == (b"", b"", b"", "") and row.state == BookingState.CANCELLED
    assert desk.db.write_now(forget_bookings, now=MORNING + timedelta(days=33), **forget) == 0


def test_writers_that_race_for_the_last_places_never_get_one_too_many(desk: Desk, settings: Settings) -> None:
    """Twelve telephones, two places, three databases opened on the same store, all at once."""
    slot = local(TOMORROW, 9)
    others = [Database(settings) for _ in range(3)]
    for one in others:
        one.start()

    def try_one(n: int) -> bool:
        who = bookings.Who(name="李四", phone=f"139000010{n:02d}")
        try:
            others[n % 3].write_now(bookings.book, plan=desk.plan, service=LEGAL, starts_at=slot, who=who, now=MORNING,
                                    by="visitor", **desk.means)
        except Refused as refusal:
            assert refusal.code == "slot-gone"
            return False
        return True

    def bare(n: int) -> bool:
        """The claim alone, without the hall's board that makes acts come one after another."""
        service = desk.plan.service(LEGAL).id
        return bool(others[n % 3].write_now(lambda session: places.take_place(session, service, local(TOMORROW, 10), 2)))

    with ThreadPoolExecutor(12) as hands:
        assert sum(hands.map(try_one, range(12))) == 2
        assert sum(hands.map(bare, range(12))) == 2
    for one in others:
        one.stop()
    assert [row.taken for row in desk.all(BookingSlot)] == [2, 2] and len(desk.all(Booking)) == 2


def test_hours_and_calendar_of_a_real_office_decide_what_can_be_booked(desk: Desk) -> None:
    def real(session: Session) -> None:
        for row in session.exec(select(OpeningHours)).all():
            session.delete(row)
        session.add(OpeningHours(hall_id=desk.plan.id, weekday=1, opens=time(14, 30), closes=time(17, 30)))
        session.exec(select(Office)).one()

    desk.db.write_now(real)
    desk.plan = desk.db.read_now(hall_plan, desk.plan.id, MORNING)
    assert desk.db.read_now(bookings.first_free, plan=desk.plan, service=LEGAL, now=MORNING) == local(TOMORROW, 14, 30)
    with pytest.raises(Refused, match="slot-gone"):
        desk.book(local(TOMORROW, 9))


def _is_wanted(session: Session, message: Message) -> bool:
    return outbox.follower(message).wanted(session, message)


def _three_places(session: Session) -> None:
    for row in session.exec(select(Contingent).where(col(Contingent.places) == 2)).all():
        row.places = 3
        session.add(row)


def _ticket(desk: Desk, ticket: UUID) -> Ticket:
    return desk.db.read_now(lambda session: session.get_one(Ticket, ticket))
